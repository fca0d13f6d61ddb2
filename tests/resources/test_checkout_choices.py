"""What a customer chooses and types on a Checkout Session's page, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.resources.buying import ADA, VISA, Shop, asked

from pinstripe.http.control import ControlError

BERLIN = {"line1": "Unter den Linden 1", "city": "Berlin", "postal_code": "10117", "country": "DE"}


def choose(shop: Shop, session: str, **chosen: Any) -> Any:
    """The session after its customer has chosen."""
    return shop.control(f"checkout/{session}/choose", chosen)


def refused(shop: Shop, session: str, **chosen: Any) -> tuple[int, str]:
    """The status and the sentence where the customer cannot choose that."""
    with pytest.raises(ControlError) as error:
        choose(shop, session, **chosen)
    return error.value.status, error.value.message


def rows(shop: Shop, session: str) -> list[tuple[int, int]]:
    """How many of each item, and what they come to."""
    items = shop.get(f"/v1/checkout/sessions/{session}/line_items")["data"]
    return [(item["quantity"], item["amount_total"]) for item in items]


def test_how_many_is_chosen_on_the_page() -> None:
    """Two shirts of 15 dollars become four; the other item cannot be changed, and the last one stays."""
    shop = Shop()
    bounds = {"enabled": True, "minimum": 0, "maximum": 5}
    lines = [
        {"price": shop.price(1500), "quantity": 2, "adjustable_quantity": bounds},
        {"price": shop.price(700), "quantity": 1},
    ]
    session = shop.session("payment", line_items=lines)
    assert session["amount_total"] == 3700  # 2 x 1500 + 700
    shirt, mug = (row["id"] for row in shop.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"])
    assert choose(shop, session["id"], quantities={shirt: 4})["amount_total"] == 6700  # 4 x 1500 + 700
    table: list[tuple[dict[str, Any], str]] = [
        ({shirt: 6}, "This value must be less than or equal to 5"),
        ({shirt: "many"}, "Invalid integer: many"),
        ({mug: 2}, "The quantity of this item is not adjustable."),
        ({"li_none": 2}, "No such item: 'li_none'"),
    ]
    for quantities, sentence in table:
        status, message = refused(shop, session["id"], quantities=quantities)
        assert (status, message[: len(sentence)]) == (400, sentence)
    assert rows(shop, session["id"]) == [(4, 6000), (1, 700)]
    choose(shop, session["id"], quantities={shirt: 0})
    assert rows(shop, session["id"]) == [(1, 700)]
    done = shop.complete(session["id"], **VISA)
    assert shop.get(f"/v1/payment_intents/{done['payment_intent']}")["amount"] == 700

    alone = shop.session("payment", line_items=lines[:1])
    (only,) = shop.get(f"/v1/checkout/sessions/{alone['id']}/line_items")["data"]
    assert refused(shop, alone["id"], quantities={only["id"]: 0}) == (
        400,
        "A Checkout Session sells one item at least.",
    )


def test_optional_items_are_added_and_taken_away() -> None:
    """A plan of 9 dollars a month, and a setup of 20 once, which the customer adds; the first invoice bills both."""
    shop = Shop()
    plan, extra, seat = shop.price(900, interval="month"), shop.price(2000), shop.price(500, interval="month")
    offers = [
        {"price": extra, "quantity": 1},
        {"price": seat, "quantity": 2, "adjustable_quantity": {"enabled": True, "minimum": 2, "maximum": 4}},
    ]
    session = shop.session("subscription", (plan, 1), optional_items=offers)
    assert [row["price"] for row in session["optional_items"]] == [extra, seat]
    assert session["amount_total"] == 900
    assert choose(shop, session["id"], optional_items={extra: 1})["amount_total"] == 2900  # 900 + 2000
    assert choose(shop, session["id"], optional_items={seat: 3})["amount_total"] == 4400  # 2900 + 3 x 500
    assert refused(shop, session["id"], optional_items={seat: 1})[0] == 400  # two at least, or none
    assert refused(shop, session["id"], optional_items={extra: 2})[0] == 400  # one or none
    assert refused(shop, session["id"], optional_items={plan: 1})[0] == 400
    choose(shop, session["id"], optional_items={seat: 0})
    done = shop.complete(session["id"], **VISA)
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (invoice["total"], invoice["status"]) == (2900, "paid")
    too_many = [{"price": extra, "quantity": 1}] * 11
    assert shop.refused("POST", "/v1/checkout/sessions", asked(plan, "subscription", optional_items=too_many))[0] == 400


def test_a_code_is_typed_on_the_page() -> None:
    """10 % off 30 dollars; in any case of letters, once only, and only where the session allows it."""
    shop = Shop()
    coupon = shop.post("/v1/coupons", {"percent_off": 10, "duration": "once"})["id"]
    promotion = {"type": "coupon", "coupon": coupon}
    code = shop.post("/v1/promotion_codes", {"promotion": promotion, "code": "TEN", "max_redemptions": 1})["id"]
    session = shop.session("payment", (shop.price(1500), 2), allow_promotion_codes=True)
    assert refused(shop, session["id"], promotion_code="NINE") == (400, "This code is invalid.")
    chosen = choose(shop, session["id"], promotion_code=" ten ")
    assert (chosen["amount_total"], chosen["discounts"]) == (2700, [{"coupon": None, "promotion_code": code}])
    assert choose(shop, session["id"], promotion_code="")["amount_total"] == 3000
    assert shop.complete(session["id"], promotion_code="TEN", **VISA)["amount_total"] == 2700
    assert shop.get(f"/v1/promotion_codes/{code}")["times_redeemed"] == 1
    later = shop.session("payment", (shop.price(1500), 1), allow_promotion_codes=True)
    assert refused(shop, later["id"], promotion_code="TEN") == (400, "This code is invalid.")
    closed = shop.session("payment", (shop.price(1500), 1))
    assert refused(shop, closed["id"], promotion_code="TEN")[0] == 400


def test_a_choice_after_a_decline_changes_the_intent() -> None:
    """The first card was asked for 35 dollars, the second for 39: the customer wants it sooner."""
    shop = Shop()
    rate = {"fixed_amount": {"amount": 500, "currency": "usd"}, "display_name": "Post"}
    fast = {"fixed_amount": {"amount": 900, "currency": "usd"}, "display_name": "Express"}
    options = [{"shipping_rate_data": rate}, {"shipping_rate_data": fast}]
    session = shop.session("payment", (shop.price(1500), 2), shipping_options=options)
    assert session["amount_total"] == 3500  # 3000 + 500
    assert shop.declined(session["id"], payment_method="pm_card_chargeCustomerFail", **ADA)[0] == 402
    express = session["shipping_options"][1]["shipping_rate"]
    done = shop.complete(session["id"], shipping_rate=express, **VISA)
    assert (done["amount_total"], done["shipping_cost"]["amount_total"]) == (3900, 900)
    assert [charge["amount"] for charge in shop.get("/v1/charges")["data"]] == [3900, 3500]
    assert refused(shop, session["id"], shipping_rate=express)[0] == 400  # it is over


def test_a_code_that_makes_it_free_lets_go_of_the_intent() -> None:
    """A card was declined; then nothing is to be paid, and nothing waits for a card any more."""
    shop = Shop()
    coupon = shop.post("/v1/coupons", {"percent_off": 100, "duration": "once"})["id"]
    shop.post("/v1/promotion_codes", {"promotion": {"type": "coupon", "coupon": coupon}, "code": "FREE"})
    session = shop.session("payment", (shop.price(1500), 1), allow_promotion_codes=True)
    assert shop.declined(session["id"], payment_method="pm_card_chargeDeclined", **ADA)[0] == 402
    done = shop.complete(session["id"], promotion_code="FREE", **ADA)
    assert (done["payment_status"], done["payment_intent"]) == ("no_payment_required", None)
    assert [intent["status"] for intent in shop.get("/v1/payment_intents")["data"]] == ["canceled"]


def test_what_the_page_asks_for_must_be_typed() -> None:
    """A phone number, an address, names: each missing one is named, and what was typed is shown."""
    shop = Shop()
    session = shop.session(
        "payment",
        (shop.price(), 1),
        phone_number_collection={"enabled": True},
        billing_address_collection="required",
        name_collection={"business": {"enabled": True}, "individual": {"enabled": True, "optional": True}},
    )
    typed: dict[str, Any] = {**VISA}
    steps: list[tuple[str, str, Any]] = [
        ("business_name", "business_name", "Ada Ltd"),
        ("phone", "phone", "+49301234567"),
        ("address[line1]", "address", BERLIN),
    ]
    for missing, name, value in steps:
        assert shop.declined(session["id"], **typed) == (400, f"Missing required param: {missing}.")
        typed[name] = value
    done = shop.complete(session["id"], **typed)
    details = done["customer_details"]
    assert (details["phone"], details["business_name"], details["individual_name"]) == ("+49301234567", "Ada Ltd", None)
    assert details["address"]["city"] == "Berlin"
    assert done["collected_information"]["business_name"] == "Ada Ltd"


def test_a_tax_id_becomes_the_customers() -> None:
    """A new customer has it from the beginning, and it is on the first invoice; a known one needs the name updated."""
    shop = Shop()
    price = shop.price(900, interval="month")
    vat = {"type": "eu_vat", "value": "DE123456789"}
    session = shop.session("subscription", (price, 1), tax_id_collection={"enabled": True})
    done = shop.complete(session["id"], tax_id=vat, business_name="Ada GmbH", **VISA)
    assert done["customer_details"]["tax_ids"] == [vat]
    assert done["customer_details"]["business_name"] == "Ada GmbH"
    (kept,) = shop.get(f"/v1/customers/{done['customer']}/tax_ids")["data"]
    assert (kept["type"], kept["value"]) == ("eu_vat", "DE123456789")
    assert shop.get(f"/v1/invoices/{done['invoice']}")["customer_tax_ids"] == [vat]

    body = {**asked(price, "subscription"), "customer": done["customer"], "tax_id_collection": {"enabled": True}}
    _, error = shop.refused("POST", "/v1/checkout/sessions", body)
    assert error["message"].startswith("Tax ID collection requires updating business name on the customer.")
    again = shop.post("/v1/checkout/sessions", {**body, "customer_update": {"name": "auto"}})
    assert shop.get(f"/v1/customers/{done['customer']}")["name"] == "Ada GmbH"
    shop.complete(again["id"], tax_id=vat, business_name="Ada AG", **VISA)  # the same number once more
    assert shop.get(f"/v1/customers/{done['customer']}")["name"] == "Ada AG"
    assert len(shop.get(f"/v1/customers/{done['customer']}/tax_ids")["data"]) == 1

    silent = shop.session("subscription", (price, 1))
    assert shop.declined(silent["id"], tax_id=vat, **VISA)[0] == 400
    half = shop.session("subscription", (price, 1), tax_id_collection={"enabled": True})
    assert shop.declined(half["id"], tax_id={"type": "eu_vat"}, **VISA)[0] == 400


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("12a", "Invalid integer: 12a"),
        ("1", "Invalid string: must be at least 2 characters."),
        ("12345", "Invalid string: 12345...12345; must be at most 4 characters"),
    ],
)
def test_a_field_of_digits_takes_digits(typed: str, sentence: str) -> None:
    """Two of them at least, four at most."""
    shop = Shop()
    label = {"type": "custom", "custom": "Seat"}
    seat = {"key": "seat", "label": label, "type": "numeric", "numeric": {"minimum_length": 2, "maximum_length": 4}}
    session = shop.session("payment", (shop.price(), 1), custom_fields=[seat])
    assert shop.declined(session["id"], custom_fields={"seat": typed}, **VISA) == (400, sentence)
    done = shop.complete(session["id"], custom_fields={"seat": "12"}, **VISA)
    assert done["custom_fields"][0]["numeric"]["value"] == "12"


def test_agreements_are_kept() -> None:
    """Terms that are not accepted keep the page open; offers are taken or declined."""
    shop = Shop()
    wanted = {"terms_of_service": "required", "promotions": "auto"}
    session = shop.session("payment", (shop.price(), 1), consent_collection=wanted)
    assert shop.declined(session["id"], consent={"terms_of_service": None}, **VISA)[0] == 400
    assert shop.declined(session["id"], consent={"promotions": "perhaps"}, **VISA)[0] == 400
    done = shop.complete(session["id"], consent={"promotions": "opt_in"}, **VISA)
    assert done["consent"] == {"promotions": "opt_in", "terms_of_service": "accepted"}


def test_what_was_typed_is_saved_where_it_was_asked_for() -> None:
    """The address it ships to becomes the customer's."""
    shop = Shop()
    customer = shop.post("/v1/customers", {"email": "ada@example.com"})["id"]
    session = shop.session(
        "payment",
        (shop.price(), 1),
        customer=customer,
        customer_update={"shipping": "auto", "address": "never"},
        shipping_address_collection={"allowed_countries": ["DE"]},
    )
    shop.complete(session["id"], shipping={"name": "Ada", "address": BERLIN}, payment_method="pm_card_visa")
    after = shop.get(f"/v1/customers/{customer}")
    assert (after["shipping"]["address"]["city"], after["address"]) == ("Berlin", None)


def test_a_payment_leaves_an_invoice() -> None:
    """Two shirts of 15 dollars, 10 % off, 20 % tax, 5 for sending: the invoice asks for it all, and is paid by it."""
    shop = Shop()
    coupon = shop.post("/v1/coupons", {"percent_off": 10, "duration": "once"})["id"]
    tax = shop.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": False})["id"]
    rate = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "usd"}}
    session = shop.session(
        "payment",
        line_items=[{"price": shop.price(1500), "quantity": 2, "tax_rates": [tax]}],
        discounts=[{"coupon": coupon}],
        shipping_options=[{"shipping_rate_data": rate}],
        invoice_creation={"enabled": True, "invoice_data": {"footer": "Thanks", "metadata": {"order": "7"}}},
    )
    assert session["invoice_creation"]["invoice_data"]["footer"] == "Thanks"
    assert session["amount_total"] == 3740  # (3000 - 300) x 1.2 + 500
    done = shop.complete(session["id"], **VISA)
    assert done["customer"] is not None  # an invoice needs one
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (invoice["status"], invoice["total"], invoice["amount_paid"]) == ("paid", 3740, 3740)
    assert (invoice["footer"], invoice["metadata"], invoice["customer"]) == ("Thanks", {"order": "7"}, done["customer"])
    (payment,) = shop.get("/v1/invoice_payments", {"invoice": invoice["id"]})["data"]
    assert payment["payment"]["payment_intent"] == done["payment_intent"]
    assert shop.told()[-7:] == [
        "invoiceitem.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.completed",
    ]
    assert shop.get(f"/v1/coupons/{coupon}")["times_redeemed"] == 1


def test_an_invoice_waits_for_the_money_and_takes_nothing_from_the_balance() -> None:
    """A debit takes three minutes; the customer's credit of 10 dollars stays as it is."""
    shop = Shop()
    customer = shop.post("/v1/customers", {"email": "ada@example.com", "balance": -1000})["id"]
    data = {"currency": "eur", "unit_amount": 1500, "product_data": {"name": "Shirt"}}
    session = shop.session(
        "payment",
        line_items=[{"price_data": data, "quantity": 2}],
        customer=customer,
        allowed_payment_method_types=["sepa_debit"],
        invoice_creation={"enabled": True},
    )
    iban = {"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573201"}}
    method = shop.post("/v1/payment_methods", {**iban, "billing_details": ADA})["id"]
    assert shop.complete(session["id"], payment_method=method)["invoice"] is None
    shop.turn(shop.simulator.account(shop.key).world.now + 3600)
    done = shop.get(f"/v1/checkout/sessions/{session['id']}")
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (done["payment_status"], invoice["status"], invoice["amount_paid"]) == ("paid", "paid", 3000)
    assert shop.get(f"/v1/customers/{customer}")["balance"] == -1000


def test_a_card_is_not_needed_where_nothing_is_due() -> None:
    """A trial without a card; and where something is due, a card is missing."""
    shop = Shop()
    price = shop.price(900, interval="month")
    free = shop.session(
        "subscription",
        (price, 1),
        payment_method_collection="if_required",
        subscription_data={"trial_period_days": 7},
    )
    done = shop.complete(free["id"], **ADA)
    subscription = shop.get(f"/v1/subscriptions/{done['subscription']}")
    assert (subscription["status"], subscription["default_payment_method"]) == ("trialing", None)
    due = shop.session("subscription", (price, 1), payment_method_collection="if_required")
    assert shop.declined(due["id"], **ADA) == (400, "Missing required param: payment_method.")


@pytest.mark.parametrize("mode", ["payment", "subscription", "setup"])
def test_a_holder_who_is_not_himself_does_not_buy(mode: str) -> None:
    """The card asks; unanswered nothing happens, failed the session stays open, and then it works."""
    shop = Shop()
    items = [] if mode == "setup" else [(shop.price(900, interval="month" if mode == "subscription" else None), 1)]
    session = shop.session(mode, *items, **({"currency": "usd"} if mode == "setup" else {}))
    card = {"payment_method": "pm_card_threeDSecure2Required", **ADA}
    events = len(shop.events())
    assert shop.declined(session["id"], authenticate=None, **card)[0] == 402
    assert len(shop.events()) == events
    status, message = shop.declined(session["id"], authenticate=False, **card)
    assert status == 402
    assert "authentication" in message
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["status"] == "open"
    assert shop.complete(session["id"], authenticate=True, **card)["status"] == "complete"


def test_a_field_of_choices_says_what_they_are() -> None:
    """Without them there is nothing to choose."""
    shop = Shop()
    field = {"key": "size", "label": {"type": "custom", "custom": "Size"}, "type": "dropdown"}
    status, error = shop.refused("POST", "/v1/checkout/sessions", asked(shop.price(900), custom_fields=[field]))
    assert (status, error["param"]) == (400, "custom_fields[0][dropdown]")
