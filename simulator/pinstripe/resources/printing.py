"""What printed quotes and invoices have in common: lines of words with an amount beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from decimal import Decimal

from pinstripe.billing.money import format_money
from pinstripe.wire import pdf

COLUMNS = 64
"""Letters of a line beside which an amount stands, and of a paragraph."""
BLANK = ("", "")


def item(words: str, amount: int, currency: str) -> Iterator[pdf.Row]:
    """What is sold, with its amount beside the first line, which is blank if there are no words."""
    for number, line in enumerate(textwrap.wrap(words, COLUMNS) or [""]):
        yield line, money(amount, currency) if number == 0 else ""


def paragraph(words: str | None) -> Iterator[pdf.Row]:
    """Text with a blank line above it, if there is any."""
    if words:
        yield BLANK
        yield from ((line, "") for line in textwrap.wrap(words, COLUMNS))


def money(amount: int, currency: str) -> str:
    """An amount as people read it."""
    return format_money(Decimal(amount), currency)
