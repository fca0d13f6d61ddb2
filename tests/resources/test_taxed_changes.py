"""Automatic tax and what changes in the middle of a period: what is given back bears the tax it was billed with."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.taxed import BERLIN, OAKLAND, ON, PARIS, Taxed

DAY = 86_400
HALF = NOW + 14 * DAY
"""The middle of the 28 days from 31 January to 28 February 2027."""


@pytest.fixture
def stripe() -> Taxed:
    """A seller in Berlin who collects in all of the Union."""
    made = Taxed()
    made.register("DE", type="oss_union")
    return made


def subscribed(stripe: Client, price: str, **more: Any) -> tuple[str, str]:
    """A new subscription and its item."""
    made = stripe.post("/v1/subscriptions", {"items": [{"price": price}], **more})
    return made["id"], made["items"]["data"][0]["id"]


def switched(stripe: Taxed, subscription: str, item: str, price: str, **more: Any) -> list[tuple[int, int]]:
    """What each line of the invoice for another price and its tax come to; the preview agrees before."""
    terms = {"items": [{"id": item, "price": price}], "proration_behavior": "always_invoice"}
    asked = {"subscription": subscription, "subscription_details": terms, **more}
    preview = stripe.post("/v1/invoices/create_preview", asked)
    stripe.post(f"/v1/subscriptions/{subscription}", {**terms, **more})
    billed = stripe.get("/v1/invoices", {"subscription": subscription})["data"][0]
    both = [
        [(line["amount"], sum(tax["amount"] for tax in line["taxes"])) for line in invoice["lines"]["data"]]
        for invoice in (preview, billed)
    ]
    assert both[0] == both[1]
    assert preview["total"] == billed["total"] == sum(amount + tax for amount, tax in both[0])
    return both[1]


def test_a_credit_bears_the_tax_of_what_it_gives_back(stripe: Taxed) -> None:
    """Moved from Berlin to Paris: -500 at the 19 % that were paid, 1000 at 20 %. [documented: what was debited]"""
    ada = stripe.customer(BERLIN)
    ids = subscribed(stripe, stripe.price(1000), customer=ada, automatic_tax=ON)
    stripe.control("POST", "clock", {"now": HALF})
    stripe.post(f"/v1/customers/{ada}", {"address": PARIS})
    assert switched(stripe, *ids, stripe.price(2000)) == [(-500, -95), (1000, 200)]


def test_what_was_not_taxed_is_given_back_without_tax(stripe: Taxed) -> None:
    """Automatic tax turned on half-way; in classic mode a credit has the terms of today. [documented]"""
    for mode, credit in (("flexible", (-500, 0)), ("classic", (-500, -95))):
        stripe = Taxed()
        ada = stripe.customer(BERLIN)
        ids = subscribed(stripe, stripe.price(1000), customer=ada, billing_mode={"type": mode})
        stripe.control("POST", "clock", {"now": HALF})
        assert switched(stripe, *ids, stripe.price(2000), automatic_tax=ON) == [credit, (1000, 190)]


def test_a_credit_of_manual_rates_has_the_rates_that_were_billed(stripe: Taxed) -> None:
    """10 % at first, 20 % from the middle on: -500 and -50, 1000 and 200."""
    first, second = (
        stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": share})["id"]
        for share in (10, 20)
    )
    ada = stripe.customer(BERLIN)
    ids = subscribed(stripe, stripe.price(1000), customer=ada, default_tax_rates=[first])
    stripe.control("POST", "clock", {"now": HALF})
    stripe.post(f"/v1/subscriptions/{ids[0]}", {"default_tax_rates": [second]})
    assert switched(stripe, *ids, stripe.price(2000)) == [(-500, -50), (1000, 200)]


def test_items_have_no_rates_of_their_own_beside_it(stripe: Taxed) -> None:
    """Refused on the item and on the subscription, whichever comes second; the renewal stays taxed."""
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 10})["id"]
    subscription, item = subscribed(stripe, stripe.price(1000), customer=stripe.customer(BERLIN), automatic_tax=ON)
    path = f"/v1/subscriptions/{subscription}"
    assert stripe.refused("POST", f"/v1/subscription_items/{item}", {"tax_rates": [rate]})[1]["param"] == "tax_rates"
    off = {"automatic_tax": {"enabled": False}, "items": [{"id": item, "tax_rates": [rate]}]}
    assert stripe.post(path, off)["automatic_tax"]["enabled"] is False
    assert stripe.refused("POST", path, {"automatic_tax": ON})[1]["param"] == "tax_rates"
    cleared = {"automatic_tax": ON, "items": [{"id": item, "tax_rates": ""}]}
    assert stripe.post(path, cleared)["automatic_tax"]["enabled"] is True


def test_amounts_below_nothing_are_refused_however_they_come(stripe: Taxed) -> None:
    """By a change of an item and as a new line too; the draft stays what it was."""
    ada = stripe.customer(BERLIN)
    draft = stripe.post("/v1/invoices", {"customer": ada, "currency": "eur", "automatic_tax": ON})["id"]
    item = stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "currency": "eur", "amount": 1000})["id"]
    assert stripe.refused("POST", f"/v1/invoiceitems/{item}", {"amount": -5})[1]["param"] == "amount"
    lines = {"lines": [{"amount": -5}]}
    assert stripe.refused("POST", f"/v1/invoices/{draft}/add_lines", lines)[1]["param"] == "amount"
    assert stripe.get(f"/v1/invoices/{draft}")["total"] == 1190


def test_a_preview_counts_parts_of_an_item(stripe: Taxed) -> None:
    """2.5 of 3.33 are 8.325 -> 833; `quantity` shows the whole ones. 19 % of 833 is 158.27 -> 158."""
    ada = stripe.customer(BERLIN)
    subscription, _ = subscribed(stripe, stripe.price(1000), customer=ada, automatic_tax=ON)
    extra = {"currency": "eur", "unit_amount": 333, "quantity_decimal": "2.5"}
    asked = {"subscription": subscription, "invoice_items": [extra]}
    line = stripe.post("/v1/invoices/create_preview", asked)["lines"]["data"][0]
    assert (line["amount"], line["quantity"], line["quantity_decimal"]) == (833, 2, "2.5")
    assert line["taxes"][0]["amount"] == 158
    both = {**asked, "invoice_items": [{**extra, "quantity": 2}]}
    assert stripe.refused("POST", "/v1/invoices/create_preview", both)[1]["param"] == "quantity"
    euros, dollars = ({"subscription": subscription, "currency": currency} for currency in ("EUR", "usd"))
    assert stripe.post("/v1/invoices/create_preview", euros)["total"] == 1190
    assert stripe.refused("POST", "/v1/invoices/create_preview", dollars)[0] == 400


def test_a_rate_that_a_preview_has_made_is_made_today(stripe: Taxed) -> None:
    """Not at the renewal that it has previewed."""
    subscription, _ = subscribed(stripe, stripe.price(1000), customer=stripe.customer(BERLIN))
    preview = stripe.post("/v1/invoices/create_preview", {"subscription": subscription, "automatic_tax": ON})
    rate = preview["total_taxes"][0]["tax_rate_details"]["tax_rate"]
    assert stripe.get(f"/v1/tax_rates/{rate}")["created"] == NOW


# --- what the address says -------------------------------------------------------------------------------------------


def test_a_state_counts_by_its_code(stripe: Taxed) -> None:
    """`ca` is California; a name is no code, and no sale is taken to be outside the registration for that."""
    stripe.register("US", type="state_sales_tax", state="CA")
    stripe.declare(country="US", state="CA", percentage="10")
    price = stripe.price(1000, currency="usd")
    assert stripe.preview(stripe.customer({**OAKLAND, "state": "ca"}), price)["total"] == 1100
    stateless = {name: value for name, value in OAKLAND.items() if name != "state"}
    for address in ({**OAKLAND, "state": "California"}, stateless):
        details = {"items": [{"price": price}]}
        asked = {"customer": stripe.customer(address), "subscription_details": details, "automatic_tax": ON}
        status, error = stripe.refused("POST", "/v1/invoices/create_preview", asked)
        assert (status, "state of two letters" in error["message"]) == (501, True)


def test_a_declared_rate_counts_for_businesses_whose_rule_is_in_no_table(stripe: Taxed) -> None:
    """A Californian business with its EIN pays what is declared; without a declaration it is 501."""
    stripe.register("US", type="state_sales_tax", state="CA")
    ada = stripe.customer(OAKLAND, tax_id_data=[{"type": "us_ein", "value": "12-3456789"}])
    price = stripe.price(1000, currency="usd")
    asked = {"customer": ada, "subscription_details": {"items": [{"price": price}]}, "automatic_tax": ON}
    assert stripe.refused("POST", "/v1/invoices/create_preview", asked)[0] == 501
    stripe.declare(country="US", state="CA", percentage="10")
    assert stripe.preview(ada, price)["total"] == 1100
