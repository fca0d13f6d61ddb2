"""An invoice as it would be printed: what its `invoice_pdf` leads to. [documented; inferred: how it looks]"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pinstripe.resources import printing
from pinstripe.wire import pdf
from pinstripe.world import Object

STATES = {"paid": "Paid", "uncollectible": "Uncollectible", "void": "Void"}


def document(invoice: Object) -> bytes:
    """The file."""
    return pdf.document(f"Invoice {invoice['number']}", list(_rows(invoice)))


def _rows(invoice: Object) -> Iterator[pdf.Row]:
    """From whom and to whom, when, what, and what it comes to."""
    currency = invoice["currency"]
    for words in (invoice["account_name"], invoice["customer_name"], invoice["customer_email"]):
        if words:
            yield words, ""
    yield f"Date of issue {day(invoice['effective_at'])}", ""
    if invoice["due_date"] is not None:
        yield f"Date due {day(invoice['due_date'])}", ""
    yield from printing.paragraph(invoice["description"])
    yield printing.BLANK
    for line in invoice["lines"]:
        yield from printing.item(line["description"] or "", line["amount"], currency)
    yield printing.BLANK
    for words, amount in sums(invoice):
        yield words, printing.money(amount, currency)
    if invoice["status"] in STATES:
        yield STATES[invoice["status"]], ""
    yield from printing.paragraph(invoice.get("footer"))


def sums(invoice: Object) -> list[tuple[str, int]]:
    """What an invoice comes to, step by step; what changes nothing is left out."""
    off = sum(row["amount"] for row in invoice["total_discount_amounts"])
    paid_by = [row["amount"] for row in invoice["total_pretax_credit_amounts"] if row["type"] != "discount"]
    added = sum(row["amount"] for row in invoice["total_taxes"] if row["tax_behavior"] == "exclusive")
    noted = invoice["pre_payment_credit_notes_amount"]
    steps = [
        ("Subtotal", invoice["subtotal"]),
        ("Discount", -off),
        ("Credits", -sum(paid_by)),
        ("Shipping", invoice["amount_shipping"]),
        ("Tax", added),
        ("Total", invoice["total"]),
        ("Credit notes", -noted),
        ("Applied balance", invoice["amount_due"] + noted - invoice["total"]),
        ("Amount paid", -invoice["amount_paid"]),
    ]
    kept = [(words, amount) for words, amount in steps if amount or words in ("Subtotal", "Total")]
    return [*kept, ("Amount due", invoice["amount_remaining"])]


def day(at: int) -> str:
    """A day as it is printed."""
    return f"{dt.datetime.fromtimestamp(at, dt.UTC):%d %b %Y}"
