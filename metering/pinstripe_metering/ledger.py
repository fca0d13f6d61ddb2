"""What was recorded here for each customer over a period, added up exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import MAX_PREC, Decimal, localcontext

from sqlalchemy import select

from pinstripe_metering.decisions import Sessions
from pinstripe_metering.meter import Meter
from pinstripe_metering.outbox import DELIVERED, OPEN, PROBLEMS, State, outbox
from pinstripe_metering.pump import Customers


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the outbox, as far as a sum needs it."""

    id: int
    value: Decimal
    state: State
    reason: str | None
    uncertain: bool
    sent_at: int


@dataclass(slots=True)
class Ledger:
    """All rows of one customer of Stripe's, or of the application's where Stripe's is not known."""

    customer: str
    stripe_customer: str | None
    entries: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Stripe's id if it is known."""
        return self.stripe_customer or self.customer

    @property
    def local(self) -> Decimal:
        """All that was recorded and not written off."""
        return self._sum(state for state in State if state is not State.WRITTEN_OFF)

    @property
    def delivered(self) -> Decimal:
        """What Stripe accepted."""
        return self._sum(DELIVERED)

    @property
    def waiting(self) -> int:
        """How many are on their way."""
        return sum(entry.state in OPEN for entry in self.entries)

    @property
    def uncertain(self) -> int:
        """How many may have been counted without our knowing."""
        return sum(entry.uncertain or entry.state is State.LEASED for entry in self.entries)

    @property
    def last_sent_at(self) -> int:
        """When Stripe last accepted one."""
        return max((entry.sent_at for entry in self.entries), default=0)

    @property
    def accepted(self) -> Iterator[int]:
        """The rows that a matching summary confirms."""
        return (entry.id for entry in self.entries if entry.state in (State.SENT, State.DUPLICATE))

    def counting(self) -> Ledger:
        """The same for a meter that counts events whatever their values."""
        return replace(self, entries=[replace(entry, value=Decimal(1)) for entry in self.entries])

    def hints(self) -> Iterator[str]:
        """What explains a difference, most frequent first."""
        if self.waiting:
            yield f"{self.waiting} not delivered yet"
        reasons = Counter(f"{e.state.value}: {e.reason}" for e in self.entries if e.state in PROBLEMS)
        for reason, count in reasons.most_common():
            yield f"{count} {reason}"
        written_off = sum(entry.state is State.WRITTEN_OFF for entry in self.entries)
        if written_off:
            yield f"{written_off} written off"

    def _sum(self, states: Iterable[State]) -> Decimal:
        """Add without rounding."""
        wanted = frozenset(states)
        with localcontext() as context:
            context.prec = MAX_PREC
            return sum((entry.value for entry in self.entries if entry.state in wanted), Decimal(0))


def read_ledgers(
    session: Sessions, meter: Meter, period: tuple[int, int], customers: Customers, also: Iterable[str]
) -> list[Ledger]:
    """The ledgers of everybody with usage in the period, and of `also`, in the order of their names.

    Rows are joined by the customer that Stripe was told, so two of the application's customers who share one of
    Stripe's share a ledger, as they share a summary.
    """
    rows = session.execute(
        select(outbox).where(
            outbox.c.meter == meter.event_name,
            outbox.c.occurred_at >= period[0],
            outbox.c.occurred_at < period[1],
        )
    )
    ledgers: dict[str, Ledger] = {}
    known: dict[str, str | None] = {}
    for row in rows:
        if row.stripe_customer is None and row.customer not in known:
            known[row.customer] = customers(row.customer)
        told = row.stripe_customer or known[row.customer]
        ledger = ledgers.setdefault(told or row.customer, Ledger(row.customer, told))
        state = State(row.state)
        uncertain = row.uncertain_since is not None
        ledger.entries.append(Entry(row.id, Decimal(row.value), state, row.reason, uncertain, row.sent_at or 0))
    for told in also:
        ledgers.setdefault(told, Ledger(told, told))
    return [ledgers[name] for name in sorted(ledgers)]
