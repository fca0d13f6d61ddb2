"""Credit notes: before an invoice is paid, after it, previewed, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.tale import CARD


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def invoice(stripe: Client) -> Any:
    """An open invoice of 10.00 in one line of two."""
    ada = stripe.post("/v1/customers", {**CARD, "email": "ada@example.com"})["id"]
    item = {"customer": ada, "unit_amount_decimal": "500", "quantity": 2, "currency": "usd", "description": "Pen"}
    stripe.post("/v1/invoiceitems", item)
    draft = stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})["id"]
    return stripe.post(f"/v1/invoices/{draft}/finalize")


def amounts(stripe: Client, invoice: Any) -> tuple[int, int, int, int, str]:
    """What is due, remains, was credited before and after the payment, and the state."""
    now = stripe.get(f"/v1/invoices/{invoice['id']}")
    names = ("amount_due", "amount_remaining", "pre_payment_credit_notes_amount", "post_payment_credit_notes_amount")
    due, remaining, before, after = (now[name] for name in names)
    return due, remaining, before, after, now["status"]


def test_before_the_payment_less_is_asked_for(stripe: Client, invoice: Any) -> None:
    """One of two pens goes back: 5.00 of 10.00, and the card is asked for the rest."""
    line = invoice["lines"]["data"][0]["id"]
    terms = {"type": "invoice_line_item", "invoice_line_item": line, "quantity": 1}
    note = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": [terms], "reason": "order_change"})
    assert note["number"] == f"{invoice['number']}-CN-01"
    assert (note["type"], note["total"], note["pre_payment_amount"], note["post_payment_amount"]) == (
        "pre_payment",
        500,
        500,
        0,
    )
    row = note["lines"]["data"][0]
    assert (row["amount"], row["quantity"], row["description"]) == (500, 1, "Pen")
    assert amounts(stripe, invoice) == (500, 500, 500, 0, "open")
    stripe.post(f"/v1/invoices/{invoice['id']}/pay")
    assert stripe.get("/v1/charges")["data"][0]["amount"] == 500


def test_an_invoice_of_which_nothing_remains_is_paid(stripe: Client, invoice: Any) -> None:
    """Its payment is given up, and nobody was charged."""
    stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "amount": 1000})
    assert amounts(stripe, invoice) == (0, 0, 1000, 0, "paid")
    types = [event["type"] for event in stripe.events()]
    assert types[-4:] == ["invoice.updated", "invoice.updated", "invoice.paid", "payment_intent.canceled"]
    assert "charge.succeeded" not in types


def test_nothing_is_taken_off_while_a_debit_is_on_its_way(stripe: Client, invoice: Any) -> None:
    """10.00 are asked of the bank; a note of 3.00, or its preview, is refused until the money is there. [inferred]"""
    bank = {"customer": invoice["customer"]}
    method = stripe.post("/v1/payment_methods/pm_usBankAccount_success/attach", bank)["id"]
    stripe.post(f"/v1/invoices/{invoice['id']}/pay", {"payment_method": method})
    note = {"invoice": invoice["id"], "amount": 300}
    for method, path in (("POST", "/v1/credit_notes"), ("GET", "/v1/credit_notes/preview")):
        status, error = stripe.refused(method, path, note)
        assert (status, "processing" in error["message"]) == (400, True)
    assert amounts(stripe, invoice) == (1000, 1000, 0, 0, "open")


def test_a_note_never_asks_for_more(stripe: Client, invoice: Any) -> None:
    """An invoice of 10.00 and a credit of 4.00: taking back the credit alone would be a debt of 4.00. [inferred]"""
    stripe.post(f"/v1/invoices/{invoice['id']}/void")
    other = stripe.post("/v1/invoices", {"customer": invoice["customer"]})["id"]
    for amount in (1000, -400):
        stripe.post("/v1/invoiceitems", {"customer": invoice["customer"], "invoice": other, "amount": amount})
    lines = stripe.post(f"/v1/invoices/{other}/finalize")["lines"]["data"]
    lines.sort(key=lambda line: line["amount"])
    credit, debit = ({"type": "invoice_line_item", "invoice_line_item": line["id"], "quantity": 1} for line in lines)
    status, error = stripe.refused("POST", "/v1/credit_notes", {"invoice": other, "lines": [credit]})
    assert (status, "negative" in error["message"]) == (400, True)
    assert stripe.post("/v1/credit_notes", {"invoice": other, "lines": [credit, debit]})["total"] == 600


def test_nothing_is_put_back_while_a_debit_is_on_its_way(stripe: Client, invoice: Any) -> None:
    """Of 10.00, 3.00 are credited and 7.00 asked of the bank; the note stays, and the 7.00 pay all. [inferred]"""
    note = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "amount": 300})
    bank = {"customer": invoice["customer"]}
    method = stripe.post("/v1/payment_methods/pm_usBankAccount_success/attach", bank)["id"]
    stripe.post(f"/v1/invoices/{invoice['id']}/pay", {"payment_method": method})
    status, error = stripe.refused("POST", f"/v1/credit_notes/{note['id']}/void")
    assert (status, "processing" in error["message"]) == (400, True)
    assert amounts(stripe, invoice) == (700, 700, 300, 0, "open")


def test_after_the_payment_it_goes_back_in_three_ways(stripe: Client, invoice: Any) -> None:
    """3.00 to the card, 2.00 to the balance, 1.00 in some other way make up the 6.00."""
    stripe.post(f"/v1/invoices/{invoice['id']}/pay")
    ways = {"refund_amount": 300, "credit_amount": 200, "out_of_band_amount": 100}
    note = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "amount": 600, **ways})
    assert (note["type"], note["post_payment_amount"], note["out_of_band_amount"]) == ("post_payment", 600, 100)
    assert note["refunds"][0]["amount_refunded"] == 300
    assert stripe.get(f"/v1/refunds/{note['refunds'][0]['refund']}")["amount"] == 300
    entry = stripe.get(f"/v1/customers/{invoice['customer']}/balance_transactions")["data"][0]
    assert (entry["id"], entry["type"], entry["amount"]) == (note["customer_balance_transaction"], "credit_note", -200)
    assert entry["credit_note"] == note["id"]
    assert amounts(stripe, invoice) == (1000, 0, 0, 600, "paid")


@pytest.mark.parametrize("name", ["credit_amount", "out_of_band_amount", "refund_amount"])
def test_no_way_goes_backwards(stripe: Client, invoice: Any, name: str) -> None:
    """15.00 one way and -5.00 another are 10.00 too; nothing comes of it. [inferred]"""
    stripe.post(f"/v1/invoices/{invoice['id']}/pay")
    for other in {"credit_amount", "out_of_band_amount"} - {name}:
        body = {"invoice": invoice["id"], "amount": 1000, name: -500, other: 1500}
        assert stripe.refused("POST", "/v1/credit_notes", body)[1]["param"] == name
    assert amounts(stripe, invoice) == (1000, 0, 0, 0, "paid")


def test_notes_tell_of_a_refund_once(stripe: Client, invoice: Any) -> None:
    """Of 6.00 that went back, one note names 4.00 and another the 2.00 that are left. [inferred]"""
    intent = stripe.post(f"/v1/invoices/{invoice['id']}/pay", {"expand": ["payments"]})["payments"]["data"][0][
        "payment"
    ]
    refund = stripe.post("/v1/refunds", {"payment_intent": intent["payment_intent"], "amount": 600})["id"]

    def note(amount: int) -> dict[str, Any]:
        """A note for so much of it."""
        return {
            "invoice": invoice["id"],
            "amount": amount,
            "refunds": [{"refund": refund, "amount_refunded": amount}],
        }

    assert stripe.refused("POST", "/v1/credit_notes", note(700))[1]["param"] == "refunds[0][amount_refunded]"
    stripe.post("/v1/credit_notes", note(400))
    assert stripe.refused("POST", "/v1/credit_notes", note(300))[0] == 400
    stripe.post("/v1/credit_notes", note(200))
    assert amounts(stripe, invoice) == (1000, 0, 0, 600, "paid")


def test_a_void_note_is_asked_for_again(stripe: Client, invoice: Any) -> None:
    """As long as the invoice is open, and once."""
    note = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "amount": 400})
    assert stripe.post(f"/v1/credit_notes/{note['id']}/void")["status"] == "void"
    assert amounts(stripe, invoice) == (1000, 1000, 0, 0, "open")
    assert stripe.refused("POST", f"/v1/credit_notes/{note['id']}/void")[0] == 400
    assert stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "amount": 100})["number"].endswith("-CN-02")


def test_a_preview_is_the_note_and_changes_nothing(stripe: Client, invoice: Any) -> None:
    """The same sums, and the invoice asks for all of it still."""
    lines = [{"type": "custom_line_item", "description": "Sorry", "quantity": 2, "unit_amount": 75}]
    shown = stripe.get("/v1/credit_notes/preview", {"invoice": invoice["id"], "lines": lines})
    rows = stripe.get("/v1/credit_notes/preview/lines", {"invoice": invoice["id"], "lines": lines})["data"]
    assert (shown["total"], [row["amount"] for row in rows]) == (150, [150])
    assert amounts(stripe, invoice) == (1000, 1000, 0, 0, "open")
    assert stripe.get("/v1/credit_notes")["data"] == []


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"amount": 1001},
        {"amount": 0},
        {"amount": 500, "credit_amount": 500},
        {"lines": [{"type": "invoice_line_item", "invoice_line_item": "il_1"}]},
        {"lines": [{"type": "custom_line_item", "description": "Sorry"}]},
    ],
)
def test_a_note_that_does_not_add_up_is_refused(stripe: Client, invoice: Any, terms: dict[str, Any]) -> None:
    """And the invoice asks for what it asked for."""
    assert stripe.refused("POST", "/v1/credit_notes", {"invoice": invoice["id"], **terms})[0] == 400
    assert amounts(stripe, invoice) == (1000, 1000, 0, 0, "open")


def test_tax_goes_back_with_its_line(stripe: Client) -> None:
    """20 % on 10.00; half of the line gives back 5.00 and 1.00 of tax."""
    ada = stripe.post("/v1/customers", CARD)["id"]
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": False})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 1000, "currency": "usd", "tax_rates": [rate]})
    draft = stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})["id"]
    invoice = stripe.post(f"/v1/invoices/{draft}/finalize")
    line = {"type": "invoice_line_item", "invoice_line_item": invoice["lines"]["data"][0]["id"], "amount": 500}
    note = stripe.post("/v1/credit_notes", {"invoice": invoice["id"], "lines": [line]})
    assert (note["subtotal"], note["total"], note["total_excluding_tax"]) == (500, 600, 500)
    assert [tax["amount"] for tax in note["total_taxes"]] == [100]


def test_a_line_of_ones_own_is_never_negative(stripe: Client, invoice: Any) -> None:
    """Only lines of the invoice can be. [documented]"""
    own = {"type": "custom_line_item", "description": "Fee", "quantity": 1, "unit_amount": -100}
    line = {"type": "invoice_line_item", "invoice_line_item": invoice["lines"]["data"][0]["id"], "quantity": 1}
    status, error = stripe.refused("POST", "/v1/credit_notes", {"invoice": invoice["id"], "lines": [line, own]})
    assert (status, error["param"]) == (400, "lines[1][unit_amount]")
