"""Prices in several currencies: the options, and what is billed in which of them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.shop import CARD

EUROS = {"eur": {"unit_amount": 900, "tax_behavior": "inclusive"}}
DAY = 86_400


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


def gold(stripe: Client, **more: Any) -> Any:
    """10.00 USD a month, or 9.00 EUR."""
    body = {"currency": "usd", "unit_amount": 1000, "product_data": {"name": "Gold"}, "currency_options": EUROS}
    return stripe.post("/v1/prices", {**body, "recurring": {"interval": "month"}, **more})


def customer(stripe: Client) -> str:
    """Somebody with a card."""
    return str(stripe.post("/v1/customers", CARD)["id"])


def test_options_show_when_asked_for_and_hold_every_currency(stripe: Client) -> None:
    """The price's own too; adding another keeps what is there, an empty one takes it away. [documented]"""
    price = gold(stripe)
    assert "currency_options" not in price
    path, wanted = f"/v1/prices/{price['id']}", {"expand": ["currency_options"]}
    shown = stripe.get(path, wanted)["currency_options"]
    assert {currency: option["unit_amount"] for currency, option in shown.items()} == {"usd": 1000, "eur": 900}
    assert shown["eur"] == {
        "custom_unit_amount": None,
        "tax_behavior": "inclusive",
        "unit_amount": 900,
        "unit_amount_decimal": "900",
    }
    more = {"currency_options": {"gbp": {"unit_amount_decimal": "799.5"}, "eur": {"unit_amount": 950}}, **wanted}
    shown = stripe.post(path, more)["currency_options"]
    assert (shown["gbp"]["unit_amount"], shown["gbp"]["unit_amount_decimal"]) == (None, "799.5")
    assert (shown["eur"]["unit_amount"], shown["eur"]["tax_behavior"]) == (950, "inclusive")
    assert set(stripe.post(path, {"currency_options": {"gbp": ""}, **wanted})["currency_options"]) == {"usd", "eur"}


WRONG = [
    # options, the parameter that is wrong
    ({"usd": {"unit_amount": 5}}, "currency_options[usd]"),
    ({"eur": {"tax_behavior": "exclusive"}}, "currency_options[eur][unit_amount]"),
    ({"eur": {"unit_amount": -1}}, "currency_options[eur][unit_amount]"),
]


@pytest.mark.parametrize("options, param", WRONG)
def test_an_option_has_an_amount_in_another_currency(stripe: Client, options: dict[str, Any], param: str) -> None:
    """Anything else is refused by name, and no price is made."""
    body = {"currency": "usd", "unit_amount": 1000, "product_data": {"name": "Gold"}, "currency_options": options}
    status, error = stripe.refused("POST", "/v1/prices", body)
    assert (status, error["param"]) == (400, param)
    assert stripe.get("/v1/prices")["data"] == []


def test_an_option_has_tiers_where_the_price_has_them(stripe: Client) -> None:
    """An amount beside tiers, and tiers beside an amount, are refused instead of being forgotten."""
    tiers = [{"up_to": "inf", "unit_amount": 3}]
    plain = {"currency": "usd", "product_data": {"name": "Gold"}, "recurring": {"interval": "month"}}
    tiered = {**plain, "billing_scheme": "tiered", "tiers_mode": "volume", "tiers": tiers}
    option = {"currency_options": {"eur": {"unit_amount": 900, "tiers": tiers}}}
    for body, name in (({**plain, "unit_amount": 1000}, "tiers"), (tiered, "unit_amount")):
        assert stripe.refused("POST", "/v1/prices", {**body, **option})[1]["param"] == f"currency_options[eur][{name}]"


def test_who_has_bought_in_a_currency_goes_on_in_it(stripe: Client) -> None:
    """9.00 EUR at the renewal too, though nobody can buy in euros any more. [inferred]"""
    ada, price = customer(stripe), gold(stripe)["id"]
    body = {"items": [{"price": price}], "currency": "eur"}
    stripe.post("/v1/subscriptions", {"customer": ada, **body})
    path = f"/v1/prices/{price}"
    after = stripe.post(path, {"currency_options": {"eur": ""}, "expand": ["currency_options"]})
    assert set(after["currency_options"]) == {"usd"}
    assert stripe.refused("POST", "/v1/subscriptions", {"customer": customer(stripe), **body})[1]["param"] == "currency"
    stripe.simulator.control.handle("POST", "/_pinstripe/clock", stripe.key, b'{"now": %d}' % (NOW + 29 * DAY))
    assert [invoice["total"] for invoice in stripe.get("/v1/invoices", {"customer": ada})["data"]] == [900, 900]
    again = {"currency_options": {"eur": {"unit_amount": 950}}, "expand": ["currency_options"]}
    assert stripe.post(path, again)["currency_options"]["eur"]["tax_behavior"] == "unspecified"


def test_a_default_price_has_options_too(stripe: Client) -> None:
    """`default_price_data` of a product takes them like any price."""
    data = {"currency": "usd", "unit_amount": 1000, "currency_options": EUROS}
    made = stripe.post("/v1/products", {"name": "Gold", "default_price_data": data})
    price = stripe.get(f"/v1/prices/{made['default_price']}", {"expand": ["currency_options"]})
    assert price["currency_options"]["eur"]["unit_amount"] == 900


def test_a_subscription_is_billed_in_the_currency_it_names(stripe: Client) -> None:
    """9.00 EUR at first and at the renewal; half a month back is 4.50, and 20.00 EUR instead are 10.00."""
    ada, price = customer(stripe), gold(stripe)["id"]
    body = {"customer": ada, "items": [{"price": price}], "currency": "eur", "expand": ["latest_invoice"]}
    made = stripe.post("/v1/subscriptions", body)
    assert (made["currency"], made["latest_invoice"]["currency"]) == ("eur", "eur")
    assert (made["latest_invoice"]["total"], made["latest_invoice"]["amount_paid"]) == (900, 900)
    assert stripe.get(f"/v1/customers/{ada}")["currency"] == "eur"
    upcoming = stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})
    assert (upcoming["currency"], upcoming["total"]) == ("eur", 900)
    stripe.simulator.control.handle("POST", "/_pinstripe/clock", stripe.key, b'{"now": %d}' % (NOW + 14 * DAY))
    better = gold(stripe, unit_amount=2500, currency_options={"eur": {"unit_amount": 2000}})["id"]
    change = {
        "items": [{"id": made["items"]["data"][0]["id"], "price": better}],
        "proration_behavior": "always_invoice",
    }
    stripe.post(f"/v1/subscriptions/{made['id']}", change)
    newest = stripe.get("/v1/invoices", {"customer": ada})["data"][0]
    assert (newest["currency"], [line["amount"] for line in newest["lines"]["data"]]) == ("eur", [-450, 1000])


def test_unsaid_it_is_the_customers_currency_or_the_prices(stripe: Client) -> None:
    """Whoever has bought in euros goes on in euros; a price that has none is refused. [inferred]"""
    ada, price = customer(stripe), gold(stripe)["id"]
    plain = gold(stripe, currency_options={"gbp": {"unit_amount": 800}})["id"]
    stranger = {"customer": customer(stripe), "items": [{"price": price}]}
    assert stripe.post("/v1/subscriptions", stranger)["currency"] == "usd"
    stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 100, "currency": "eur"})
    assert stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price}]})["currency"] == "eur"
    wrong = {"customer": customer(stripe), "items": [{"price": plain}], "currency": "eur"}
    assert stripe.refused("POST", "/v1/subscriptions", wrong)[1]["param"] == "currency"
    both = {"customer": customer(stripe), "items": [{"price": price}, {"price": plain}], "currency": "gbp"}
    assert stripe.refused("POST", "/v1/subscriptions", both)[0] == 400  # gold has no pounds


def test_tiers_have_their_amounts_in_every_currency(stripe: Client) -> None:
    """The same steps; 12 units are 10 at 0.90 and 2 at 0.40 in euros: 980, in dollars 10 at 1.00 and 2 at 0.50."""
    steps = [{"up_to": 10, "unit_amount": 100}, {"up_to": "inf", "unit_amount": 50}]
    euros = [{"up_to": 10, "unit_amount": 90}, {"up_to": "inf", "unit_amount": 40}]
    body = {
        "currency": "usd",
        "billing_scheme": "tiered",
        "tiers_mode": "graduated",
        "tiers": steps,
        "product_data": {"name": "Calls"},
        "recurring": {"interval": "month"},
    }
    other = {**body, "currency_options": {"eur": {"tiers": [{"up_to": 5, "unit_amount": 1}, euros[1]]}}}
    assert stripe.refused("POST", "/v1/prices", other)[1]["param"] == "currency_options[eur][tiers]"
    price = stripe.post("/v1/prices", {**body, "currency_options": {"eur": {"tiers": euros}}})["id"]
    totals = {}
    for currency in ("eur", "usd"):
        items = [{"price": price, "quantity": 12}]
        asked = {"customer": customer(stripe), "items": items, "currency": currency, "expand": ["latest_invoice"]}
        totals[currency] = stripe.post("/v1/subscriptions", asked)["latest_invoice"]["total"]
    assert totals == {"eur": 980, "usd": 1100}


def test_an_invoice_item_is_in_the_currency_of_its_invoice(stripe: Client) -> None:
    """On a draft in euros one-time prices cost euros; where they cost none it is refused."""
    ada = customer(stripe)
    body = {"currency": "usd", "unit_amount": 1000, "product_data": {"name": "Book"}}
    book = stripe.post("/v1/prices", {**body, "currency_options": EUROS})["id"]
    draft = stripe.post("/v1/invoices", {"customer": ada, "currency": "eur"})["id"]
    item = {"customer": ada, "invoice": draft, "pricing": {"price": book}, "quantity": 2}
    assert stripe.post("/v1/invoiceitems", item)["amount"] == 1800
    assert stripe.get(f"/v1/invoices/{draft}")["total"] == 1800
    status, error = stripe.refused("POST", "/v1/invoiceitems", {**item, "currency": "gbp"})
    assert (status, error["param"]) == (400, "pricing[price]")


def test_a_coupon_takes_its_amount_in_the_currency_of_the_subscription(stripe: Client) -> None:
    """2.00 USD or 1.50 EUR off: 900 - 150; in pounds it is refused."""
    off = {"amount_off": 200, "currency": "usd", "currency_options[eur][amount_off]": 150}
    coupon = stripe.post("/v1/coupons", off)["id"]
    price = gold(stripe, currency_options={**EUROS, "gbp": {"unit_amount": 800}})["id"]
    asked = {"items": [{"price": price}], "discounts": [{"coupon": coupon}], "expand": ["latest_invoice"]}
    euros = stripe.post("/v1/subscriptions", {"customer": customer(stripe), "currency": "eur", **asked})
    assert euros["latest_invoice"]["total"] == 750
    pounds = {"customer": customer(stripe), "currency": "gbp", **asked}
    status, error = stripe.refused("POST", "/v1/subscriptions", pounds)
    assert (status, error["param"]) == (400, "discounts[0][coupon]")
