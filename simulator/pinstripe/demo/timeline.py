"""The story on a terminal: a dated line for everything that happens, and under each invoice its arithmetic."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

import stripe
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pinstripe.billing.money import format_money
from pinstripe.billing.wording import day
from pinstripe.demo.story import PLAN_PRICE, Beat

DAY = 86400
TIMES = "\u00d7"
LINE, CALL = "magenta", "dim"
ID = re.compile(r"/([a-z]+)_[0-9A-Za-z]{14,}")


class Timeline:
    """Prints beats below the moment at which they happen; a moment is a line of its own."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.at: int | None = None

    def tell(self, beat: Beat) -> None:
        """A beat in full."""
        calls = [short(call) for call in beat.calls if not call.startswith("GET")]
        if beat.at != self.at:
            if self.at is not None:
                self.console.print(Text("│", LINE))
            self.at = beat.at
            turned = calls.pop(0) if calls and calls[0].endswith("/advance") else ""
            self.console.print(_row(Text.assemble(("●  ", LINE), (when(beat.at), "bold")), Text(turned, CALL)))
        calls = calls or [short(beat.calls[-1])]
        self._print(_row(Text(beat.text), Text("\n".join(_counted(calls)), CALL)))
        if beat.error is not None:
            self._print(Text(refusal(beat.error), "yellow"), indent=2)
        if beat.invoice is not None:
            self._print(sums(beat.invoice), indent=2)
        if beat.told:
            self._print(_told(_counted(event.type for event in beat.told)), indent=2)

    def tell_renewal(self, beat: Beat, until: int) -> None:
        """A renewal in one line."""
        invoice = beat.invoice
        assert invoice is not None
        total = " + ".join(arithmetic(line, invoice) for line in invoice.lines.data if line.amount)
        left = Text.assemble(("●  ", LINE), (when(beat.at), "bold"), f"  {beat.text} to {day(until)}: ")
        left.append(f"{total} = {money(invoice.total)}", "green")
        self.console.print(_row(left, Text(f"✉ {len(beat.told)}", "cyan")))

    def _print(self, what: RenderableType, indent: int = 0) -> None:
        """Something that belongs to the moment above: the line of time runs at its left, as tall as it is."""
        padded = Padding(what, (0, 0, 0, indent))
        inside = self.console.options.update(width=self.console.width - 3)
        height = len(self.console.render_lines(padded, inside, pad=False))
        grid = Table.grid(expand=True)
        grid.add_column(width=3)
        grid.add_column(ratio=1)
        grid.add_row(Text("\n".join("│" * height), LINE), padded)
        self.console.print(grid)


def _row(left: Text, right: Text) -> Table:
    """Words on the left, a call on the right."""
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(left, right)
    return grid


def _told(types: Iterable[str]) -> Table:
    """What the webhooks said."""
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text("✉", "cyan"), Text(", ".join(types), "dim cyan"))
    return grid


def _counted(words: Iterable[str]) -> list[str]:
    """Each word once, with how often it came."""
    return [f"{number} {TIMES} {word}" if number > 1 else word for word, number in Counter(words).items()]


# --- words -----------------------------------------------------------------------------------------------------------


def when(at: int) -> str:
    """A moment as its UTC day and hour."""
    return f"{day(at)}, {datetime.fromtimestamp(at, UTC):%H:%M}"


def short(call: str) -> str:
    """A call with its ids cut off."""
    return ID.sub(r"/\1_…", call)


def money(amount: int | Decimal) -> str:
    """An amount of cents."""
    return format_money(Decimal(amount), "usd")


def refusal(error: stripe.StripeError) -> str:
    """What an error says: its status, type, code and sentence."""
    body = error.error
    kind = body.type if body else type(error).__name__
    code = (body and body.code) or "no code"
    return f"{error.http_status} {kind}, {code}: {error.user_message}"


def is_proration(line: stripe.InvoiceLineItem) -> bool:
    """Whether a line bills part of a period."""
    parent = line.parent
    details = parent and (parent.subscription_item_details or parent.invoice_item_details)
    return bool(details and details.proration)


def unit_price(line: stripe.InvoiceLineItem) -> Decimal:
    """What one unit costs; a proration's own line does not say it, and only the plan is prorated."""
    unit = None if line.pricing is None else line.pricing.unit_amount_decimal
    return Decimal(PLAN_PRICE) if unit is None else Decimal(unit)


def arithmetic(line: stripe.InvoiceLineItem, invoice: stripe.Invoice) -> str:
    """How an amount comes about: quantity times price, times the share of the period that is left."""
    product = f"{line.quantity:,} {TIMES} {money(unit_price(line))}"
    if not is_proration(line):
        return product
    left = line.period.end - line.period.start
    whole = invoice.period_end - invoice.period_start
    in_days = left % DAY == 0 and whole % DAY == 0
    share = f"{left // DAY}/{whole // DAY} days" if in_days else f"{left:,}/{whole:,} s"
    return f"{'-' if line.amount < 0 else ''}{product} {TIMES} {share}"


def sums(invoice: stripe.Invoice) -> Table:
    """The lines of an invoice, each with its arithmetic, and the total."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column()
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    for line in invoice.lines.data:
        grid.add_row(Text(line.description or "", "dim"), arithmetic(line, invoice), "=", money(line.amount))
    number = f"invoice {invoice.number}" if invoice.number else "invoice without a number yet"
    style = {"paid": "bold green", "draft": "bold yellow"}.get(invoice.status or "", "bold")
    grid.add_row(Text(number, "dim"), Text(invoice.status or "", style), "", Text(money(invoice.total), style))
    return grid


def bill(invoice: stripe.Invoice) -> Table:
    """An invoice as a table."""
    table = Table(title=f"Invoice {invoice.number}", title_justify="left", title_style="bold", show_footer=True)
    table.add_column("Line", footer="Total, paid" if invoice.status == "paid" else "Total")
    table.add_column("Period")
    table.add_column("Quantity", justify="right")
    table.add_column("Amount", justify="right", footer=money(invoice.total), no_wrap=True)
    for line in invoice.lines.data:
        period = f"{day(line.period.start)} – {day(line.period.end)}"
        table.add_row(line.description, period, f"{line.quantity:,}", money(line.amount))
    return table


def summary(rows: Iterable[tuple[str, str]]) -> Table:
    """What there is to say at the end."""
    grid = Table.grid(padding=(0, 2))
    for name, text in rows:
        grid.add_row(Text(name, "bold"), text)
    return grid
