"""Taxes that somebody else has worked out, and taxes that are rounded once for each invoice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import Client
from tests.resources.shop import Shop

VAT = {"display_name": "VAT", "inclusive": False, "percentage": 10}
TEN = {"amount": 10, "taxable_amount": 100, "tax_rate_data": VAT}


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def draft(stripe: Client) -> Any:
    """A draft with one line of 1.00."""
    ada = stripe.post("/v1/customers")["id"]
    made = stripe.post("/v1/invoices", {"customer": ada})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": made, "amount": 100, "currency": "usd"})
    return stripe.get(f"/v1/invoices/{made}")


def test_a_line_takes_the_amounts_that_it_is_given(stripe: Client, draft: Any) -> None:
    """0.10 on top and 0.07 inside, which nobody checks; the line may change under them; taken off again by nothing."""
    line = f"/v1/invoices/{draft['id']}/lines/{draft['lines']['data'][0]['id']}"
    inside = {"amount": 7, "taxable_amount": 93, "tax_rate_data": {**VAT, "inclusive": True, "percentage": 7.5}}
    shown = stripe.post(line, {"tax_amounts": [TEN, {**inside, "taxability_reason": "reduced_rated"}]})
    assert [(tax["amount"], tax["tax_behavior"], tax["taxability_reason"]) for tax in shown["taxes"]] == [
        (10, "exclusive", "not_available"),
        (7, "inclusive", "reduced_rated"),
    ]
    now = stripe.get(f"/v1/invoices/{draft['id']}")
    sums = ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    assert [now[name] for name in sums] == [100, 93, 110, 93]
    stripe.post(line, {"amount": 200})
    assert stripe.get(f"/v1/invoices/{draft['id']}")["total"] == 210
    older = Client(stripe.simulator, version="2024-06-20").get(f"/v1/invoices/{draft['id']}")
    (row,) = older["lines"]["data"]
    assert (older["tax"], [tax["amount"] for tax in row["tax_amounts"]], row["tax_rates"]) == (17, [10, 7], [])
    assert stripe.post(line, {"tax_amounts": ""})["taxes"] == []
    assert stripe.get(f"/v1/invoices/{draft['id']}")["total"] == 200


def test_the_rate_that_describes_them_is_archived_and_used_again(stripe: Client, draft: Any) -> None:
    """Once for everything that says just the same. [documented]"""
    path = f"/v1/invoices/{draft['id']}"
    other = {**TEN, "tax_rate_data": {**VAT, "percentage": 11}}
    rows = [{"amount": 300, "tax_amounts": [TEN, other]}, {"amount": 400, "tax_amounts": [TEN]}]
    made = stripe.post(f"{path}/add_lines", {"lines": rows})
    taxes = [tax["tax_rate_details"]["tax_rate"] for line in made["lines"]["data"] for tax in line["taxes"]]
    assert len(taxes) == 3
    assert [tax["amount"] for tax in made["total_taxes"]] == [20, 10]
    rates = stripe.get("/v1/tax_rates")["data"]
    assert {(rate["id"], rate["active"]) for rate in rates} == {(id_, False) for id_ in taxes}
    lines = [{"id": line["id"], "tax_amounts": ""} for line in made["lines"]["data"]]
    assert stripe.post(f"{path}/update_lines", {"lines": lines})["total"] == 800


def test_they_exclude_rates_and_are_twenty_at_most(stripe: Client, draft: Any) -> None:
    """Rates of the invoice, or of any line. [documented]"""
    path = f"/v1/invoices/{draft['id']}"
    line = f"{path}/lines/{draft['lines']['data'][0]['id']}"
    rate = stripe.post("/v1/tax_rates", VAT)["id"]
    assert stripe.refused("POST", line, {"tax_amounts": [TEN] * 21})[0] == 400
    assert stripe.refused("POST", line, {"tax_amounts": [{"amount": 1, "taxable_amount": 10}]})[0] == 400
    for where, body in ((path, "default_tax_rates"), (line, "tax_rates")):
        stripe.post(where, {body: [rate]})
        assert stripe.refused("POST", line, {"tax_amounts": [TEN]})[1]["param"] == "tax_amounts"
        stripe.post(where, {body: ""})
    assert stripe.post(line, {"tax_amounts": [TEN]})["taxes"][0]["amount"] == 10
    # nor do rates come later, to the invoice, to a line or with another one [inferred]
    assert stripe.refused("POST", path, {"default_tax_rates": [rate]})[1]["param"] == "default_tax_rates"
    rated = {"amount": 5, "tax_rates": [rate]}
    item = {"customer": draft["customer"], "invoice": draft["id"], **rated}
    later = ((line, {"tax_rates": [rate]}), ("/v1/invoiceitems", item), (f"{path}/add_lines", {"lines": [rated]}))
    for url, late in later:
        assert stripe.refused("POST", url, late)[1]["param"] == "tax_rates"
    assert stripe.get(path)["total"] == 110


def test_the_lines_of_a_subscription_take_them_too() -> None:
    """A renewal is a draft for an hour: 10.00 and 1.90 on top, also once it is paid."""
    shop = Shop()
    shop.subscribe(1000)
    shop.advance(1_803_816_000 + 60)  # 28 February, noon: the renewal is a draft
    (renewal, _) = shop.stripe.get("/v1/invoices", {"customer": shop.ada})["data"]
    line = f"/v1/invoices/{renewal['id']}/lines/{renewal['lines']['data'][0]['id']}"
    shop.stripe.post(line, {"tax_amounts": [{"amount": 190, "taxable_amount": 1000, "tax_rate_data": VAT}]})
    shop.advance(1_803_816_000 + 7200)
    paid = shop.stripe.get(f"/v1/invoices/{renewal['id']}")
    assert (paid["status"], paid["amount_paid"], paid["total_excluding_tax"]) == ("paid", 1190, 1000)


# --- rounding --------------------------------------------------------------------------------------------------------

ROUNDED = [
    # 10 % of 33 is 3.3: 3 each, 9 in all; of 99 it is 9.9, so 10, of which the second line has the odd cent:
    # 3.3 -> 3 (0.3 left), 3.6 -> 4 (-0.4), 2.9 -> 3
    ("line_item", False, 10, [33, 33, 33], [3, 3, 3], 108),
    ("invoice", False, 10, [33, 33, 33], [3, 4, 3], 109),
    # 0.5 on each of three fives: 1, 1, 1; together 1.5, so 2
    ("line_item", False, 10, [5, 5, 5], [1, 1, 1], 18),
    ("invoice", False, 10, [5, 5, 5], [1, 0, 1], 17),
    # 19 % inside 10: 1.597 -> 2 each; inside 30: 4.79 -> 5
    ("line_item", True, 19, [10, 10, 10], [2, 2, 2], 30),
    ("invoice", True, 19, [10, 10, 10], [2, 1, 2], 30),
    # what is given back counts along: 3.3 -> 3 (0.3), -1.0 + 0.3 = -0.7 -> -1; 2.3 -> 2 in all
    ("invoice", False, 10, [33, -10], [3, -1], 25),
]


@pytest.mark.parametrize("where, inclusive, percentage, amounts, taxes, total", ROUNDED)
def test_an_account_rounds_by_line_or_by_invoice(
    stripe: Client, where: str, *, inclusive: bool, percentage: int, amounts: list[int], taxes: list[int], total: int
) -> None:
    """The tax of all lines is rounded once where the account has it so. [documented: the setting]"""
    sent = json.dumps({"tax_rounding": where}).encode()
    stripe.simulator.control.handle("POST", "/_pinstripe/billing_settings", stripe.key, sent)
    rate = stripe.post("/v1/tax_rates", {**VAT, "inclusive": inclusive, "percentage": percentage})["id"]
    ada = stripe.post("/v1/customers")["id"]
    draft = stripe.post("/v1/invoices", {"customer": ada, "default_tax_rates": [rate]})["id"]
    for amount in reversed(amounts):  # the newest comes first
        stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": amount})
    invoice = stripe.post(f"/v1/invoices/{draft}/finalize")
    assert [line["amount"] for line in invoice["lines"]["data"]] == amounts
    assert [tax["amount"] for line in invoice["lines"]["data"] for tax in line["taxes"]] == taxes
    assert (invoice["total"], invoice["total_taxes"][0]["amount"]) == (total, sum(taxes))
    assert invoice["total_excluding_tax"] == total - sum(taxes)
