"""GET /v1/quotes/{quote}/pdf: a quote as it would be printed. [documented; inferred: how it looks]"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pinstripe.resources import printing, refusals
from pinstripe.resources.resource import Answer, Call, Document, addressed
from pinstripe.resources.selling import checkout_items
from pinstripe.wire import pdf
from pinstripe.world import Object, Transaction


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
    yield from printing.paragraph(quote["header"])
    yield from printing.paragraph(quote["description"])
    yield printing.BLANK
    for item in quote["_items"]:
        yield from _item(tx, item)
    yield printing.BLANK
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
    yield from printing.paragraph(quote["footer"])


def _item(tx: Transaction, item: Object) -> Iterator[pdf.Row]:
    """An item with its amount beside the first line."""
    counted = f"{item['quantity']} \u00d7 {item['description']}" if item["quantity"] else item["description"]
    kind = "" if checkout_items.recurs(tx, item) else " (one time)"
    yield from printing.item(counted + kind, item["amount_subtotal"], item["currency"])


def _money(amount: int, quote: Object) -> str:
    return printing.money(amount, quote["currency"])
