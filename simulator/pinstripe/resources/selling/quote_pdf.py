"""GET /v1/quotes/{quote}/pdf: a quote as it would be printed. [documented; inferred: how it looks]"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator
from decimal import Decimal

from pinstripe.billing.money import format_money
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Document, addressed
from pinstripe.resources.selling import checkout_items
from pinstripe.wire import pdf
from pinstripe.world import Object, Transaction

COLUMNS = 64
"""Letters of a line beside which an amount stands, and of a paragraph."""
BLANK = ("", "")


def download(call: Call) -> Answer:
    """The file, once the quote has a number."""
    quote = addressed(call, "quote")
    if quote["number"] is None:
        raise refusals.quote_is_not_finalized()
    return Document(pdf.document(f"Quote {quote['number']}", list(_rows(call.tx, quote))), "application/pdf")


def _rows(tx: Transaction, quote: Object) -> Iterator[pdf.Row]:
    """To whom, until when, what, and what it comes to."""
    customer = tx.read("customer", quote["customer"])
    for name in ("name", "email"):
        if customer.get(name):
            yield customer[name], ""
    until = dt.datetime.fromtimestamp(quote["expires_at"], dt.UTC)
    yield f"Valid until {until:%d %b %Y}", ""
    yield from _paragraph(quote["header"])
    yield from _paragraph(quote["description"])
    yield BLANK
    for item in quote["_items"]:
        yield from _item(tx, item)
    yield BLANK
    yield "Subtotal", _money(quote["amount_subtotal"], quote)
    for name, words in (("amount_discount", "Discount"), ("amount_tax", "Tax")):
        if quote["total_details"][name]:
            yield words, _money(quote["total_details"][name], quote)
    yield "Total", _money(quote["amount_total"], quote)
    again = quote["computed"]["recurring"]
    if again is not None:
        count = again["interval_count"]
        every = again["interval"] if count == 1 else f"{count} {again['interval']}s"
        yield f"Total every {every}", _money(again["amount_total"], quote)
    yield from _paragraph(quote["footer"])


def _item(tx: Transaction, item: Object) -> Iterator[pdf.Row]:
    """An item with its amount beside the first line."""
    counted = f"{item['quantity']} \u00d7 {item['description']}" if item["quantity"] else item["description"]
    kind = "" if checkout_items.recurs(tx, item) else " (one time)"
    amount = format_money(Decimal(item["amount_subtotal"]), item["currency"])
    for number, line in enumerate(textwrap.wrap(counted + kind, COLUMNS)):
        yield line, amount if number == 0 else ""


def _paragraph(words: str | None) -> Iterator[pdf.Row]:
    """Text with a blank line above it, if there is any."""
    if words:
        yield BLANK
        yield from ((line, "") for line in textwrap.wrap(words, COLUMNS))


def _money(amount: int, quote: Object) -> str:
    return format_money(Decimal(amount), quote["currency"])
