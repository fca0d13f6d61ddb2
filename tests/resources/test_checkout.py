"""Checkout Sessions: what they cost, how they are completed, how they end."""

from __future__ import annotations

import pytest
from tests.client import NOW
from tests.resources.buying import ADA, THANKS, VISA, Shop, asked

from pinstripe.http.control import ControlError

HOUR, DAY = 3600, 86400


def test_a_payment_is_made_on_the_page() -> None:
    """31 January: two shirts of 15 dollars. The intent comes with the card, and the session says so last of all."""
    shop = Shop()
    session = shop.session("payment", (shop.price(1500), 2), payment_intent_data={"metadata": {"order": "7"}})
    assert (session["amount_subtotal"], session["amount_total"]) == (3000, 3000)  # 2 x 1500
    assert (session["status"], session["payment_status"], session["payment_intent"]) == ("open", "unpaid", None)
    assert session["id"].startswith("cs_test_a1")
    assert len(session["id"]) == 66
    assert session["url"].startswith(f"https://checkout.stripe.com/c/pay/{session['id']}")
    assert session["expires_at"] == NOW + DAY

    done = shop.complete(session["id"], **VISA)
    assert (done["status"], done["payment_status"], done["url"]) == ("complete", "paid", None)
    assert done["customer"] is None
    assert done["customer_details"]["email"] == "ada@example.com"
    assert done["success_url"] == THANKS
    intent = shop.get(f"/v1/payment_intents/{done['payment_intent']}")
    assert (intent["amount"], intent["status"], intent["metadata"]) == (3000, "succeeded", {"order": "7"})
    assert shop.told() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert shop.events()[-1]["request"] == {"id": None, "idempotency_key": None}


def test_a_decline_leaves_the_session_open_and_its_intent_is_tried_again() -> None:
    """One intent for both cards, and a coupon that is redeemed once only."""
    shop = Shop()
    coupon = shop.post("/v1/coupons", {"percent_off": 10, "duration": "once"})["id"]
    session = shop.session("payment", (shop.price(1500), 2), discounts=[{"coupon": coupon}])
    assert (session["amount_subtotal"], session["amount_total"]) == (3000, 2700)  # 3000 - 10 %
    assert session["total_details"] == {"amount_discount": 300, "amount_shipping": 0, "amount_tax": 0}

    assert shop.declined(session["id"], payment_method="pm_card_chargeCustomerFail", **ADA) == (
        402,
        "Your card was declined.",
    )
    still = shop.get(f"/v1/checkout/sessions/{session['id']}")
    assert (still["status"], still["payment_status"]) == ("open", "unpaid")
    assert shop.get(f"/v1/payment_intents/{still['payment_intent']}")["status"] == "requires_payment_method"

    done = shop.complete(session["id"], number="4242 4242 4242 4242", **ADA)
    assert done["payment_intent"] == still["payment_intent"]
    assert shop.get(f"/v1/coupons/{coupon}")["times_redeemed"] == 1
    assert shop.get("/v1/charges")["data"][0]["amount"] == 2700


def test_a_subscription_begins_with_its_customer() -> None:
    """9 dollars a month for two, and 15 once: the first invoice asks for what the session said."""
    shop = Shop()
    monthly, once = shop.price(900, interval="month"), shop.price(1500)
    session = shop.session("subscription", (monthly, 2), (once, 1), subscription_data={"metadata": {"plan": "gold"}})
    assert session["amount_total"] == 3300  # 2 x 900 + 1500
    assert session["customer_creation"] == "always"

    done = shop.complete(session["id"], **VISA)
    subscription = shop.get(f"/v1/subscriptions/{done['subscription']}")
    assert (subscription["status"], subscription["metadata"]) == ("active", {"plan": "gold"})
    assert [item["price"]["id"] for item in subscription["items"]["data"]] == [monthly]
    card = shop.get(f"/v1/payment_methods/{subscription['default_payment_method']}")
    assert (card["customer"], card["billing_details"]["name"]) == (done["customer"], "Ada")
    customer = shop.get(f"/v1/customers/{done['customer']}")
    assert (customer["email"], customer["name"]) == ("ada@example.com", "Ada")
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (invoice["total"], invoice["status"], invoice["billing_reason"]) == (3300, "paid", "subscription_create")
    told = shop.told()
    assert told[:2] == ["payment_method.attached", "customer.created"]
    assert told[-1] == "checkout.session.completed"
    assert "customer.subscription.created" in told


def test_a_declined_subscription_leaves_nothing() -> None:
    """No customer, no subscription, no event: the session waits for another card."""
    shop = Shop()
    session = shop.session("subscription", (shop.price(900, interval="month"), 1))
    for card in ("pm_card_chargeDeclined", "pm_card_chargeCustomerFail"):
        assert shop.declined(session["id"], payment_method=card, **ADA)[0] == 402
    assert shop.get("/v1/customers")["data"] == []
    assert shop.get("/v1/subscriptions", {"status": "all"})["data"] == []
    assert shop.told() == []
    assert shop.complete(session["id"], **VISA)["status"] == "complete"


def test_a_trial_costs_nothing_yet() -> None:
    """A week free: nothing is charged, and the card waits for the end of the trial."""
    shop = Shop()
    price = shop.price(900, interval="month")
    session = shop.session("subscription", (price, 1), subscription_data={"trial_period_days": 7})
    assert (session["amount_subtotal"], session["amount_total"]) == (0, 0)
    done = shop.complete(session["id"], **VISA)
    assert done["payment_status"] == "no_payment_required"
    subscription = shop.get(f"/v1/subscriptions/{done['subscription']}")
    assert (subscription["status"], subscription["trial_end"]) == ("trialing", NOW + 7 * DAY)
    assert shop.get("/v1/charges")["data"] == []


def test_a_trials_card_is_good_or_nothing_begins() -> None:
    """The bank asks though nothing is paid today: refused, nothing is left; agreed to, the trial begins."""
    shop = Shop()
    price = shop.price(900, interval="month")
    session = shop.session("subscription", (price, 1), subscription_data={"trial_period_days": 7})
    card = {"payment_method": "pm_card_threeDSecure2Required", **ADA}
    events = len(shop.events())
    for answer in (None, False):
        assert shop.declined(session["id"], authenticate=answer, **card)[0] == 402
    assert (len(shop.events()), shop.get("/v1/setup_intents")["data"]) == (events, [])
    done = shop.complete(session["id"], authenticate=True, **card)
    (intent,) = shop.get("/v1/setup_intents")["data"]
    assert (intent["status"], intent["customer"]) == ("succeeded", done["customer"])
    assert done["setup_intent"] is None


def test_tax_rates_are_reckoned_per_item() -> None:
    """20 % on top of 10 dollars, in either mode."""
    shop = Shop()
    rate = shop.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": False})["id"]
    for mode, interval in (("payment", None), ("subscription", "month")):
        row = {"price": shop.price(1000, interval=interval), "quantity": 1, "tax_rates": [rate]}
        session = shop.session(mode, line_items=[row])
        assert session["amount_total"] == 1200  # 1000 + 20 %
        (item,) = shop.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
        assert (item["amount_subtotal"], item["amount_tax"], item["amount_total"]) == (1000, 200, 1200)
        done = shop.complete(session["id"], **VISA)
        assert shop.get("/v1/charges")["data"][0]["amount"] == 1200
        assert done["payment_status"] == "paid"


def test_a_card_is_saved_by_a_setup_session() -> None:
    """The setup intent is there from the beginning, and the card belongs to the customer in the end."""
    shop = Shop()
    customer = shop.post("/v1/customers", {"email": "ada@example.com"})["id"]
    session = shop.session("setup", customer=customer, setup_intent_data={"description": "for later"})
    assert (session["amount_total"], session["payment_status"]) == (None, "no_payment_required")
    assert session["id"].startswith("cs_test_c1")
    assert shop.get(f"/v1/setup_intents/{session['setup_intent']}")["status"] == "requires_payment_method"
    assert shop.declined(session["id"], payment_method="pm_card_chargeDeclined")[0] == 402
    shop.complete(session["id"], payment_method="pm_card_visa")
    intent = shop.get(f"/v1/setup_intents/{session['setup_intent']}")
    assert (intent["status"], intent["description"]) == ("succeeded", "for later")
    assert shop.get(f"/v1/payment_methods/{intent['payment_method']}")["customer"] == customer


def test_what_is_typed_as_an_email_must_be_one() -> None:
    """Else nothing is sold, with a customer or without."""
    for mode in ("always", "if_required"):
        shop = Shop()
        session = shop.session("payment", (shop.price(), 1), customer_creation=mode)
        refused = shop.declined(session["id"], payment_method="pm_card_visa", email="ada@example")
        assert refused == (400, "Invalid email address: ada@example")
        assert shop.told() == []


def test_the_next_card_corrects_whom_the_first_one_made() -> None:
    """A typing error in the email and a declined card: there is one customer, as typed in the end."""
    for mode in ("payment", "setup"):
        shop = Shop()
        items = [] if mode == "setup" else [(shop.price(), 1)]
        session = shop.session(mode, *items, customer_creation="always")
        assert shop.declined(session["id"], payment_method="pm_card_chargeDeclined", email="aad@example.com")[0] == 402
        done = shop.complete(session["id"], **VISA)
        (customer,) = shop.get("/v1/customers")["data"]
        assert (customer["id"], customer["email"]) == (done["customer"], "ada@example.com")
        assert done["customer_details"]["email"] == "ada@example.com"


def test_a_session_expires_by_itself_after_a_day() -> None:
    """1 February, noon: nobody came. A session of half an hour was over long before."""
    shop = Shop()
    price = shop.price()
    day, brief = shop.session("payment", (price, 1)), shop.session("payment", (price, 1), expires_at=NOW + HOUR // 2)
    shop.turn(NOW + HOUR)
    assert shop.get("/v1/checkout/sessions", {"status": "expired"})["data"][0]["id"] == brief["id"]
    shop.turn(NOW + DAY)
    expired = shop.get(f"/v1/checkout/sessions/{day['id']}")
    assert (expired["status"], expired["url"]) == ("expired", None)
    assert [(e["type"], e["created"]) for e in shop.events() if "checkout" in e["type"]] == [
        ("checkout.session.expired", NOW + HOUR // 2),
        ("checkout.session.expired", NOW + DAY),
    ]
    assert shop.declined(day["id"], **VISA)[0] == 400


def test_expiring_lets_go_of_the_intent_and_offers_a_way_back() -> None:
    """What a declined card left is canceled; the recovery page stays for thirty days."""
    shop = Shop()
    session = shop.session("payment", (shop.price(), 1), after_expiration={"recovery": {"enabled": True}})
    shop.declined(session["id"], payment_method="pm_card_chargeCustomerFail", **ADA)
    expired = shop.post(f"/v1/checkout/sessions/{session['id']}/expire")
    assert shop.get(f"/v1/payment_intents/{expired['payment_intent']}")["status"] == "canceled"
    recovery = expired["after_expiration"]["recovery"]
    assert (recovery["expires_at"], recovery["allow_promotion_codes"]) == (NOW + 30 * DAY, False)
    assert recovery["url"].startswith("https://buy.stripe.com/r/")
    copy = shop.control(f"checkout/{session['id']}/recover", {})
    assert (copy["recovered_from"], copy["amount_total"], copy["status"]) == (session["id"], 1500, "open")
    assert shop.complete(copy["id"], **VISA)["payment_status"] == "paid"
    shop.turn(NOW + 30 * DAY)
    for one in (session, copy):  # its time is over; it was never to be recovered
        with pytest.raises(ControlError):
            shop.control(f"checkout/{one['id']}/recover", {})
    status, error = shop.refused("POST", f"/v1/checkout/sessions/{session['id']}/expire")
    assert (status, error["message"]) == (
        400,
        (
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            "`expired`."
        ),
    )


def test_a_price_comes_along_and_is_sold_by_once() -> None:
    """The price of a line is not active, and the subscription bills by it nevertheless."""
    shop = Shop()
    data = {"currency": "usd", "unit_amount": 700, "recurring": {"interval": "month"}, "product_data": {"name": "Own"}}
    rows = [{"price_data": data, "quantity": 3}]
    session = shop.session("subscription", line_items=rows, expand=["line_items"])
    (item,) = session["line_items"]["data"]
    assert (item["description"], item["amount_total"], item["price"]["active"]) == ("Own", 2100, False)  # 3 x 700
    done = shop.complete(session["id"], **VISA)
    (sold,) = shop.get(f"/v1/subscriptions/{done['subscription']}")["items"]["data"]
    assert (sold["price"]["id"], sold["price"]["active"]) == (item["price"]["id"], False)


def test_usage_is_billed_later() -> None:
    """A metered price has no quantity and costs nothing on the page."""
    shop = Shop()
    meter = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
    metered = {"usage_type": "metered", "meter": shop.post("/v1/billing/meters", meter)["id"], "interval": "month"}
    price = shop.price(5, recurring=metered)
    session = shop.session("subscription", line_items=[{"price": price}])
    assert session["amount_total"] == 0
    assert shop.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"][0]["quantity"] is None
    assert shop.complete(session["id"], **VISA)["status"] == "complete"
    status, error = shop.refused("POST", "/v1/checkout/sessions", asked(price, "subscription", quantity=2))
    assert (status, error["param"]) == (400, "line_items[0][quantity]")


def test_money_that_is_on_its_way_is_told_of_when_it_arrives() -> None:
    """A debit takes three minutes: the session completes unpaid, and says so when the money is there."""
    shop = Shop()
    shop.price()
    data = {"currency": "eur", "unit_amount": 1500, "product_data": {"name": "Shirt"}}
    rows = [{"price_data": data, "quantity": 2}]
    session = shop.session("payment", line_items=rows, allowed_payment_method_types=["sepa_debit"])
    iban = {"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573201"}}
    method = shop.post("/v1/payment_methods", {**iban, "billing_details": ADA})["id"]
    done = shop.complete(session["id"], payment_method=method)
    assert (done["status"], done["payment_status"]) == ("complete", "unpaid")
    shop.turn(NOW + HOUR)
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["payment_status"] == "paid"
    assert shop.told()[-1] == "checkout.session.async_payment_succeeded"


def test_a_subscription_by_debit_is_paid_when_the_money_is_there() -> None:
    """It is active at once, and its session unpaid until the first invoice is paid. [documented: payment_status]"""
    shop = Shop()
    price = shop.price(900, interval="month")
    session = shop.session("subscription", (price, 1), allowed_payment_method_types=["us_bank_account"])
    done = shop.complete(session["id"], payment_method="pm_usBankAccount_success", **ADA)
    assert (done["status"], done["payment_status"]) == ("complete", "unpaid")
    assert shop.get(f"/v1/subscriptions/{done['subscription']}")["status"] == "active"
    shop.turn(NOW + HOUR)
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["payment_status"] == "paid"
    assert shop.get(f"/v1/invoices/{done['invoice']}")["status"] == "paid"
    assert shop.told().count("checkout.session.async_payment_succeeded") == 1


def test_a_trial_ends_two_days_ahead_at_least() -> None:
    """48 hours are enough, a second less is not. [second-hand]"""
    shop = Shop()
    price = shop.price(1500, interval="month")
    shop.session("subscription", (price, 1), subscription_data={"trial_end": NOW + 2 * DAY})
    body = {**asked(price, "subscription"), "subscription_data": {"trial_end": NOW + 2 * DAY - 1}}
    _, error = shop.refused("POST", "/v1/checkout/sessions", body)
    assert error["param"] == "subscription_data[trial_end]"
    assert error["message"] == "The `trial_end` date has to be at least 2 days in the future."
