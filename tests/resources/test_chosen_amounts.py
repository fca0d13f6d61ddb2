"""Prices whose amount the customer chooses: `custom_unit_amount`, on Checkout's pages and payment links."""

from __future__ import annotations

from typing import Any

import pytest
from tests.http.surfing import Browser, shop_with_pages
from tests.resources.buying import ADA, VISA, Shop, asked

from pinstripe.http.control import ControlError

TIP = {"enabled": True, "minimum": 200, "maximum": 50000, "preset": 1000}


@pytest.fixture
def stripe() -> Shop:
    """A shop."""
    return Shop()


def gift(shop: Shop, **bounds: Any) -> str:
    """A price whose amount is chosen."""
    terms = {"currency": "usd", "product_data": {"name": "Gift"}, "custom_unit_amount": {"enabled": True, **bounds}}
    return str(shop.post("/v1/prices", terms)["id"])


def choose(shop: Shop, session: str, amount: Any) -> Any:
    """The session after its customer has typed an amount."""
    return shop.control(f"checkout/{session}/choose", {"amount": amount})


def test_a_price_says_what_may_be_chosen(stripe: Shop) -> None:
    """Its bounds and what it suggests, and no amount of its own; in other currencies as well."""
    body = {"currency": "usd", "product_data": {"name": "Gift"}, "custom_unit_amount": TIP}
    euros = {"eur": {"custom_unit_amount": {"enabled": True, "preset": 900}}}
    price = stripe.post("/v1/prices", {**body, "currency_options": euros, "expand": ["currency_options"]})
    assert price["custom_unit_amount"] == {"maximum": 50000, "minimum": 200, "preset": 1000}
    assert (price["unit_amount"], price["unit_amount_decimal"], price["type"]) == (None, None, "one_time")
    assert price["currency_options"]["eur"]["custom_unit_amount"] == {"maximum": None, "minimum": None, "preset": 900}
    assert price["currency_options"]["usd"]["custom_unit_amount"]["preset"] == 1000
    brought = stripe.post(
        "/v1/products", {"name": "Tip", "default_price_data": {"currency": "usd", "custom_unit_amount": TIP}}
    )
    assert stripe.get(f"/v1/prices/{brought['default_price']}")["custom_unit_amount"]["minimum"] == 200


@pytest.mark.parametrize(
    "terms, param",
    [
        ({"unit_amount": 500}, "custom_unit_amount"),
        ({"recurring": {"interval": "month"}}, "custom_unit_amount"),
        ({"transform_quantity": {"divide_by": 2, "round": "up"}}, "custom_unit_amount"),
        ({"custom_unit_amount": {**TIP, "minimum": 49}}, "custom_unit_amount[minimum]"),
        ({"custom_unit_amount": {**TIP, "maximum": 1_000_001}}, "custom_unit_amount[maximum]"),
        ({"custom_unit_amount": {**TIP, "maximum": 199}}, "custom_unit_amount[maximum]"),
        ({"custom_unit_amount": {**TIP, "preset": 199}}, "custom_unit_amount[preset]"),
        ({"custom_unit_amount": {**TIP, "preset": 50001}}, "custom_unit_amount[preset]"),
        ({"custom_unit_amount": {"enabled": False}}, None),
        ({"currency_options": {"eur": {"unit_amount": 500}}}, "currency_options[eur][custom_unit_amount]"),
    ],
)
def test_a_price_that_contradicts_itself(stripe: Shop, terms: dict[str, Any], param: str | None) -> None:
    """Two amounts, one that recurs, bounds that leave nothing: each is refused."""
    body = {"currency": "usd", "product_data": {"name": "Gift"}, "custom_unit_amount": TIP, **terms}
    status, error = stripe.refused("POST", "/v1/prices", body)
    assert (status, error.get("param")) == (400, param)


def test_the_customer_says_how_much() -> None:
    """Ten dollars are suggested, 25 are typed and paid; too little, too much and nothing at all are refused."""
    shop = Shop()
    price = gift(shop, minimum=200, maximum=50000, preset=1000)
    session = shop.session("payment", (price, 1), submit_type="donate")
    assert (session["amount_subtotal"], session["amount_total"]) == (1000, 1000)
    for amount, sentence in ((199, "greater than or equal to 200"), (50001, "less than or equal to 50000"), ("x", "x")):
        with pytest.raises(ControlError, match=sentence):
            choose(shop, session["id"], amount)
    assert choose(shop, session["id"], 2500)["amount_total"] == 2500
    done = shop.complete(session["id"], **VISA)
    assert (done["amount_subtotal"], done["amount_total"], done["payment_status"]) == (2500, 2500, "paid")
    (line,) = shop.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    assert (line["amount_total"], line["quantity"], line["price"]["id"]) == (2500, 1, price)
    assert (line["price"]["unit_amount"], line["price"]["custom_unit_amount"]["preset"]) == (None, 1000)
    intent = shop.get(f"/v1/payment_intents/{done['payment_intent']}")
    assert (intent["amount_received"], shop.told()[-1]) == (2500, "checkout.session.completed")


def test_nothing_is_paid_before_an_amount_is_said() -> None:
    """Where none is suggested the page begins at nothing; without bounds it is what a card can be charged."""
    shop = Shop()
    session = shop.session("payment", (gift(shop), 1), invoice_creation={"enabled": True})
    assert session["amount_total"] == 0
    assert shop.declined(session["id"], **VISA) == (400, "Missing required param: amount.")
    with pytest.raises(ControlError, match="greater than or equal to 50"):
        choose(shop, session["id"], 49)
    done = shop.complete(session["id"], amount=700, **VISA)
    assert done["payment_status"] == "paid"
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    line = invoice["lines"]["data"][0]
    assert (invoice["amount_paid"], line["description"], line["pricing"]["unit_amount_decimal"]) == (700, "Gift", "700")
    fixed = shop.session("payment", (shop.price(500), 1))["id"]
    with pytest.raises(ControlError, match="does not ask for `amount`"):
        choose(shop, fixed, 700)


ALONE = "A price with `custom_unit_amount` must be the only line item, with a quantity of 1."
WITH = "when using a price with `custom_unit_amount` configured."


@pytest.mark.parametrize(
    "more, sentence",
    [
        ({"quantity": 2}, ALONE),
        (
            {"row": {"adjustable_quantity": {"enabled": True}}},
            "You cannot specify `adjustable_quantity` when also using a price with `custom_unit_amount`.",
        ),
        ({"allow_promotion_codes": True}, f"You cannot enable promotion codes {WITH}"),
        ({"discounts": [{"coupon": "TEN"}]}, f"You cannot enable discounts {WITH}"),
        ({"adaptive_pricing": {"enabled": True}}, f"You cannot enable adaptive pricing {WITH}"),
        ({"mode": "subscription"}, "can only be used in `payment` mode"),
        ({"beside": True}, ALONE),
        ({"offered": True}, f"You cannot enable optional items {WITH}"),
    ],
)
def test_it_is_alone(more: dict[str, Any], sentence: str) -> None:
    """One item, one of it, paid once, without discounts."""
    shop, more = Shop(), dict(more)
    shop.post("/v1/coupons", {"id": "TEN", "percent_off": 10, "duration": "once"})
    row = {"price": gift(shop), "quantity": more.pop("quantity", 1), **more.pop("row", {})}
    other = {"price": shop.price(500), "quantity": 1}
    rows = [row, other] if more.pop("beside", False) else [row]
    if more.pop("offered", False):
        more["optional_items"] = [other]
    body = {**asked(row["price"]), **more, "line_items": rows}
    status, error = shop.refused("POST", "/v1/checkout/sessions", body)
    assert (status, sentence in error["message"]) == (400, True), error


def test_it_stays_alone_when_a_page_changes_what_it_sells() -> None:
    """A session that takes codes takes no such price later either, and what it sold stays."""
    shop = Shop()
    page = {"mode": "payment", "ui_mode": "elements", "return_url": "https://a.example", "allow_promotion_codes": True}
    rows = [{"price": shop.price(500), "quantity": 1}]
    path = f"/v1/checkout/sessions/{shop.post('/v1/checkout/sessions', {**page, 'line_items': rows})['id']}"
    error = shop.refused("POST", path, {"line_items": [{"price": gift(shop, preset=700), "quantity": 1}]})[1]
    assert (error["message"], shop.get(path)["amount_total"]) == (f"You cannot enable promotion codes {WITH}", 500)


def test_only_a_page_asks_how_much(stripe: Shop) -> None:
    """Invoices, subscriptions and quotes have nobody to ask; nor has what is offered besides."""
    price = gift(stripe)
    gold = stripe.price(1500, interval="month")
    ada = stripe.post("/v1/customers", {"payment_method": "pm_card_visa", **ADA})["id"]
    subscription = {"customer": ada, "items": [{"price": gold}], "add_invoice_items": [{"price": price}]}
    table: list[tuple[str, dict[str, Any]]] = [
        ("/v1/invoiceitems", {"customer": ada, "pricing": {"price": price}}),
        ("/v1/subscriptions", subscription),
        ("/v1/subscriptions", {"customer": ada, "items": [{"price": price}]}),
        ("/v1/invoices/create_preview", {"customer": ada, "invoice_items": [{"price": price}]}),
        ("/v1/quotes", {"customer": ada, "line_items": [{"price": price}]}),
        (
            "/v1/subscription_schedules",
            {
                "customer": ada,
                "start_date": "now",
                "phases": [{"items": [{"price": gold}], "add_invoice_items": [{"price": price}], "iterations": 1}],
            },
        ),
        ("/v1/checkout/sessions", asked(stripe.price(500), optional_items=[{"price": price, "quantity": 1}])),
    ]
    for path, body in table:
        status, error = stripe.refused("POST", path, body)
        assert (status, error["type"]) == (400, "invalid_request_error"), (path, error)


def test_a_link_collects_gifts() -> None:
    """Each opening has an amount of its own; the link takes no codes, and sells one."""
    shop = Shop()
    price = gift(shop, preset=1000)
    body = {"line_items": [{"price": price, "quantity": 1}]}
    assert shop.refused("POST", "/v1/payment_links", {**body, "allow_promotion_codes": True})[0] == 400
    link = shop.post("/v1/payment_links", {**body, "submit_type": "donate"})["id"]
    assert shop.refused("POST", f"/v1/payment_links/{link}", {"allow_promotion_codes": True})[0] == 400
    for amount in (1200, 900):
        session = shop.control(f"payment_links/{link}/open", {})["id"]
        assert shop.complete(session, amount=amount, **VISA)["amount_total"] == amount
    assert shop.control(f"payment_links/{link}/open", {})["amount_total"] == 1000


def test_a_page_asks_how_much() -> None:
    """In dollars and cents: there is nothing to pay by until it is said, and what is said is what is paid."""
    shop = shop_with_pages()
    browser = Browser(shop)
    session = shop.session("payment", (gift(shop, minimum=200), 1))
    shown = browser.get(session["url"]).text
    assert "Amount of Gift (USD)" in shown
    assert "Say how much first." in shown
    assert "greater than or equal to 200" in browser.post(session["url"], data={"do": "choose", "amount": "1.5"}).text
    assert "Invalid integer" in browser.post(session["url"], data={"do": "choose", "amount": "much"}).text
    shown = browser.post(session["url"], data={"do": "choose", "amount": "$1,025.50"}).text
    assert 'value="1025.50"' in shown
    assert "$1,025.50" in shown
    paid = browser.post(session["url"], data={**ADA, "number": "4242424242424242"})
    assert paid.status_code == 303
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["amount_total"] == 102550
