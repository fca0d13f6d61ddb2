"""Credit notes that give an invoice back in parts, with discounts and taxes of every kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.client import Client
from tests.resources.taxed import BERLIN, ON, Taxed


@dataclass(frozen=True, slots=True)
class Case:
    """Three pieces at a price, with coupons and rates ("+20" on top, "=20" inside), given back one at a time."""

    unit: int
    own: str | None
    coupon: str | None
    rates: list[str]
    totals: list[int]
    """What the three notes come to."""
    subtotals: list[int]
    without_tax: list[tuple[int, int]] = field(default_factory=list)
    """Subtotal and total without tax of each."""
    exempt: str = "none"


CASES = [
    # 20 % of 999 is 199.8 -> 200; thirds of it are 66.67, 133.33, 200: 67, 66, 67 with 333 each
    Case(333, None, None, ["+20"], [400, 399, 400], [333, 333, 333], [(333, 333)] * 3),
    # 1200 * 20 / 120 = 200 inside, in thirds 67, 66, 67 of 400
    Case(400, None, None, ["=20"], [400, 400, 400], [400, 400, 400], [(333, 333), (334, 334), (333, 333)]),
    # who is exempt was asked for 1000 of 1200: 400 less 67, 66, 67 that were taken out
    Case(400, None, None, ["=20"], [333, 334, 333], [400, 400, 400], [(333, 333), (334, 334), (333, 333)], "exempt"),
    # the item's own half comes off before the subtotal: 600, in thirds 200
    Case(400, "50%", None, [], [200, 200, 200], [200, 200, 200], [(200, 200)] * 3),
    # 500 off 1200 leaves 700: thirds of 500 are 166.67, 333.33, 500: 167, 166, 167
    Case(400, None, "-500", [], [233, 234, 233], [400, 400, 400], [(400, 233), (400, 234), (400, 233)]),
    # half of 1200 is 600 with 100 inside; before the discount 200 are: 67, 66, 67 of 400; after it 33, 34, 33 of 200
    Case(400, None, "50%", ["=20"], [200, 200, 200], [400, 400, 400], [(333, 167), (334, 166), (333, 167)]),
]


@pytest.mark.parametrize("case", CASES)
def test_parts_of_a_line_come_to_the_whole(case: Case) -> None:
    """Every note is the one worked out by hand, all come to the invoice, and there is nothing left to give back."""
    stripe = Client()

    def coupon(text: str) -> dict[str, str]:
        """A coupon by its short name."""
        worth = {"percent_off": text[:-1]} if text.endswith("%") else {"amount_off": text[1:], "currency": "usd"}
        return {"coupon": stripe.post("/v1/coupons", worth)["id"]}

    def rate(text: str) -> str:
        """A rate by its short name."""
        body = {"display_name": "VAT", "inclusive": text[0] == "=", "percentage": text[1:]}
        return str(stripe.post("/v1/tax_rates", body)["id"])

    ada = stripe.post("/v1/customers", {"tax_exempt": case.exempt})["id"]
    terms = {"default_tax_rates": [rate(text) for text in case.rates]} if case.rates else {}
    off = {"discounts": [coupon(case.coupon)]} if case.coupon else {}
    draft = stripe.post("/v1/invoices", {"customer": ada, **terms, **off})["id"]
    own = {"discounts": [coupon(case.own)]} if case.own else {}
    item = {"customer": ada, "invoice": draft, "unit_amount_decimal": case.unit, "quantity": 3, "currency": "usd"}
    stripe.post("/v1/invoiceitems", {**item, **own})
    invoice = stripe.post(f"/v1/invoices/{draft}/finalize")
    line = {"type": "invoice_line_item", "invoice_line_item": invoice["lines"]["data"][0]["id"]}
    body = {"invoice": draft, "lines": [{**line, "quantity": 1}]}
    notes = [stripe.post("/v1/credit_notes", body) for _ in range(3)]
    assert [note["total"] for note in notes] == case.totals
    assert [note["subtotal"] for note in notes] == case.subtotals
    assert [(note["subtotal_excluding_tax"], note["total_excluding_tax"]) for note in notes] == case.without_tax
    for name in ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"):
        assert sum(note[name] for note in notes) == invoice[name]
    taxes = sum(tax["amount"] for note in notes for tax in note["total_taxes"])
    assert taxes == sum(tax["amount"] for tax in invoice["total_taxes"])
    assert stripe.get(f"/v1/invoices/{draft}")["status"] == "paid"


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def invoice(stripe: Client) -> Any:
    """An open invoice of two lines: ten pieces of 1.00, and 20.00."""
    ada = stripe.post("/v1/customers")["id"]
    draft = stripe.post("/v1/invoices", {"customer": ada})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 2000})
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "unit_amount_decimal": 100, "quantity": 10})
    return stripe.post(f"/v1/invoices/{draft}/finalize")


def test_a_line_gives_back_what_it_was_at_most(stripe: Client, invoice: Any) -> None:
    """Seven of ten, then four more: eleven were never sold, though the invoice has enough left. [inferred: refused]"""
    pieces, other = (row["id"] for row in invoice["lines"]["data"])
    line = {"type": "invoice_line_item", "invoice_line_item": pieces}
    stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": [{**line, "quantity": 7}]})
    for lines in ([{**line, "quantity": 4}], [{**line, "quantity": 2}, {**line, "quantity": 2}]):
        assert stripe.refused("POST", "/v1/credit_notes", {"invoice": invoice["id"], "lines": lines})[0] == 400
    last = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": [{**line, "quantity": 3}]})
    stripe.post(f"/v1/credit_notes/{last['id']}/void")  # and a void note is none
    rest = [{**line, "quantity": 3}, {**line, "invoice_line_item": other}]
    assert stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": rest})["total"] == 300 + 2000


def test_the_share_of_a_void_note_is_there_again(stripe: Client, invoice: Any) -> None:
    """3 * 3.33 and 2.00 of tax in thirds: 67, 66, 67. The second note is void, and its third made again: 66, not 67."""
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": False})["id"]
    body = {"customer": invoice["customer"], "default_tax_rates": [rate]}
    other = stripe.post("/v1/invoices", body)["id"]
    thing = {"customer": invoice["customer"], "invoice": other, "currency": "usd"}
    stripe.post("/v1/invoiceitems", {**thing, "amount": 100})
    stripe.post("/v1/invoiceitems", {**thing, "unit_amount_decimal": 333, "quantity": 3})
    lines = stripe.post(f"/v1/invoices/{other}/finalize")["lines"]["data"]
    pieces = next(line["id"] for line in lines if line["quantity"] == 3)
    line = {"type": "invoice_line_item", "invoice_line_item": pieces, "quantity": 1}
    notes = [stripe.post("/v1/credit_notes", {"invoice": other, "lines": [line]}) for _ in range(3)]
    stripe.post(f"/v1/credit_notes/{notes[1]['id']}/void")
    again = stripe.post("/v1/credit_notes", {"invoice": other, "lines": [line]})
    assert [note["total"] for note in (*notes, again)] == [400, 399, 400, 399]
    assert stripe.refused("POST", "/v1/credit_notes", {"invoice": other, "lines": [line]})[0] == 400


def test_a_line_goes_back_by_quantity_or_by_amount(stripe: Client, invoice: Any) -> None:
    """What began one way goes on that way. [documented]"""
    line = {"type": "invoice_line_item", "invoice_line_item": invoice["lines"]["data"][0]["id"]}
    stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": [{**line, "quantity": 2}]})
    by_amount = {"invoice": invoice["id"], "lines": [{**line, "amount": 300}]}
    assert stripe.refused("POST", "/v1/credit_notes", by_amount)[1]["param"] == "lines[0][amount]"


def test_the_taxes_of_a_line_can_be_said(stripe: Client, invoice: Any) -> None:
    """3.00 with 0.50 on top, by a rate that came of tax amounts; beside rates they are refused. [documented]"""
    vat = {"display_name": "VAT", "percentage": 20, "inclusive": False}
    by_hand = stripe.post("/v1/tax_rates", vat)["id"]
    draft = stripe.post("/v1/invoices", {"customer": invoice["customer"]})["id"]
    worked_out = {"amount": 20, "tax_amounts": [{"amount": 4, "taxable_amount": 20, "tax_rate_data": vat}]}
    (added,) = stripe.post(f"/v1/invoices/{draft}/add_lines", {"lines": [worked_out]})["lines"]["data"]
    rate = added["taxes"][0]["tax_rate_details"]["tax_rate"]
    taxes = [{"amount": 50, "tax_rate": rate, "taxable_amount": 300}]
    line = {"type": "custom_line_item", "description": "Sorry", "quantity": 1, "unit_amount": 300}
    for wrong, param in (
        ({"tax_amounts": taxes, "tax_rates": [by_hand]}, "tax_amounts"),
        ({"tax_amounts": [{**taxes[0], "tax_rate": by_hand}]}, "tax_amounts][0][tax_rate"),
        ({"tax_amounts": taxes * 21}, "tax_amounts"),
    ):
        body = {"invoice": invoice["id"], "lines": [{**line, **wrong}]}
        assert stripe.refused("POST", "/v1/credit_notes", body)[1]["param"] == f"lines[0][{param}]"
    note = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": [{**line, "tax_amounts": taxes}]})
    assert (note["total"], note["total_excluding_tax"]) == (350, 300)
    assert [(tax["amount"], tax["taxable_amount"]) for tax in note["lines"]["data"][0]["taxes"]] == [(50, 300)]


OF_ANOTHER_TYPE = [
    ("custom_line_item", {"unit_amount": 5, "amount": 5}, "amount"),
    ("custom_line_item", {"unit_amount": 5, "invoice_line_item": "il_1"}, "invoice_line_item"),
    ("invoice_line_item", {"description": "Sorry"}, "description"),
    ("invoice_line_item", {"tax_rates": ["txr_1"]}, "tax_rates"),
    ("invoice_line_item", {"unit_amount": 5}, "unit_amount"),
    ("invoice_line_item", {"unit_amount_decimal": "5"}, "unit_amount_decimal"),
]


@pytest.mark.parametrize("type_, said, param", OF_ANOTHER_TYPE)
def test_a_line_says_what_its_type_has(
    stripe: Client, invoice: Any, type_: str, said: dict[str, Any], param: str
) -> None:
    """The rest is of the other type. [documented]"""
    body = {"invoice": invoice["id"], "lines": [{"type": type_, **said}]}
    status, error = stripe.refused("POST", "/v1/credit_notes", body)
    assert (status, error["param"]) == (400, f"lines[0][{param}]")


def test_what_sending_cost_goes_back_with_its_tax() -> None:
    """5.00 and 19 % on top, once, by the invoice's own rate. [documented]"""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    stripe.declare(country="DE", tax_code="txcd_92010001", percentage="19")
    data = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}, "tax_behavior": "exclusive"}
    sent = {"automatic_tax": ON, "currency": "eur", "shipping_cost": {"shipping_rate_data": data}}
    draft = stripe.post("/v1/invoices", {"customer": ada, **sent})
    item = {"customer": ada, "invoice": draft["id"], "currency": "eur", "amount": 1190, "tax_behavior": "inclusive"}
    stripe.post("/v1/invoiceitems", item)
    final = stripe.post(f"/v1/invoices/{draft['id']}/finalize")
    assert (final["total"], final["subtotal"]) == (1190 + 595, 1190)
    # inside 11.90 are 190, on top of sending 95
    assert sorted(tax["amount"] for tax in final["total_taxes"]) == [95, 190]
    rate = draft["shipping_cost"]["shipping_rate"]
    body = {"invoice": draft["id"], "shipping_cost": {"shipping_rate": rate}, "expand": ["shipping_cost.taxes"]}
    other = stripe.post("/v1/shipping_rates", {**data, "type": "fixed_amount"})["id"]
    wrong = {"invoice": draft["id"], "shipping_cost": {"shipping_rate": other}}
    assert stripe.refused("POST", "/v1/credit_notes", wrong)[0] == 400
    # with automatic tax the amount of a line is said without its tax: half of 1000 is half of the line [documented]
    line = {"type": "invoice_line_item", "invoice_line_item": final["lines"]["data"][0]["id"], "amount": 500}
    # and there are neither lines nor taxes of one's own [documented]
    own = {"type": "custom_line_item", "description": "Sorry", "unit_amount": 1}
    tax = {"amount": 1, "taxable_amount": 1, "tax_rate": final["total_taxes"][0]["tax_rate_details"]["tax_rate"]}
    for other in (own, {**line, "tax_amounts": [tax]}):
        assert stripe.refused("POST", "/v1/credit_notes", {**body, "lines": [other]})[0] == 400
    note = stripe.post("/v1/credit_notes", {**body, "lines": [line]})
    assert (note["subtotal"], note["total"], note["amount_shipping"]) == (595, 595 + 595, 500)
    assert note["total_excluding_tax"] == 500 + 500
    assert [tax["amount"] for tax in note["shipping_cost"]["taxes"]] == [95]
    assert sorted(tax["amount"] for tax in note["total_taxes"]) == [95, 95]
    assert stripe.refused("POST", "/v1/credit_notes", body)[0] == 400


@pytest.mark.parametrize("exempt", ["none", "reverse"])
def test_older_versions_say_what_a_line_is_without_tax_and_discounts(stripe: Client, exempt: str) -> None:
    """12.00 with 20 % inside are 10.00, whatever comes off and whoever pays; half of it 5.00. [documented]"""
    older = Client(stripe.simulator, version="2024-06-20")
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": True})["id"]
    half = stripe.post("/v1/coupons", {"percent_off": 50})["id"]
    ada = stripe.post("/v1/customers", {"tax_exempt": exempt})["id"]
    terms = {"default_tax_rates": [rate], "discounts": [{"coupon": half}]}
    draft = stripe.post("/v1/invoices", {"customer": ada, **terms})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 1200})
    final = older.post(f"/v1/invoices/{draft}/finalize")
    (line,) = final["lines"]["data"]
    assert (line["amount"], line["amount_excluding_tax"], final["subtotal_excluding_tax"]) == (1200, 1000, 1000)
    part = {"type": "invoice_line_item", "invoice_line_item": line["id"], "amount": 600}
    (credited,) = older.post("/v1/credit_notes", {"invoice": draft, "lines": [part]})["lines"]["data"]
    assert (credited["amount"], credited["amount_excluding_tax"]) == (600, 500)
