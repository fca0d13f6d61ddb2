"""Does Stripe count what was recorded here? A comparison by customer, and the confirmation of what matches.

"Accepted" is not "billed": only a row whose customer's summary matches becomes `confirmed`. What cannot be compared is
reported as `unreconciled` and never taken for zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import stripe
from sqlalchemy import update

from pinstripe_metering.clock import Clock, unix_seconds, utc_now
from pinstripe_metering.decisions import Sessions
from pinstripe_metering.errors import ReconcileError
from pinstripe_metering.ledger import Ledger, read_ledgers
from pinstripe_metering.meter import Meter
from pinstripe_metering.outbox import State, outbox
from pinstripe_metering.pump import Customers, same_id
from pinstripe_metering.sdk import billing, find_meter

SETTLE_SECONDS = 120
"""How long Stripe's summaries may lag behind an accepted event. [second-hand]"""
CHUNK = 500


class Verdict(StrEnum):
    """How a customer's two sums stand to each other."""

    OK = "ok"
    PENDING = "pending"  # the rest is on its way
    DRIFT = "drift"  # Stripe has less than was recorded
    FOREIGN = "foreign"  # Stripe has more
    UNRECONCILED = "unreconciled"  # not comparable


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One customer's line of the report."""

    customer: str
    """Stripe's id, or the application's where Stripe's is not known."""
    local: Decimal
    """All that was recorded and not written off."""
    delivered: Decimal
    """The part of it that Stripe has accepted."""
    stripe: Decimal | None
    """What Stripe's summary says; None when it could not be read."""
    state: Verdict
    hint: str
    matched: tuple[int, ...] = field(default=(), repr=False)
    """Ids of the accepted rows that the summary confirms."""

    @property
    def drift(self) -> Decimal | None:
        """What Stripe has more than was recorded; None when it is not known."""
        return None if self.stripe is None else self.stripe - self.local


def reconcile(
    session: Sessions,
    client: stripe.StripeClient,
    meter: Meter,
    start: datetime,
    end: datetime,
    *,
    customers: Customers = same_id,
    also: Iterable[str] = (),
    clock: Clock = utc_now,
) -> list[Reconciled]:
    """Compare by customer what was recorded from `start` up to, and without, `end` with Stripe's summaries; read-only.

    Stripe answers for one customer at a time, so usage of a customer unknown to the outbox is only seen if the customer
    is named in `also`. Both bounds must be whole minutes. [documented]
    """
    period = _seconds("start", start), _seconds("end", end)
    if period[0] >= period[1]:
        raise ReconcileError("start must be before end.")
    found = find_meter(client, meter.event_name)
    now = unix_seconds(clock())
    report = []
    for ledger in read_ledgers(session, meter, period, customers, also):
        if found is None:
            report.append(_line(ledger, None, f"Stripe has no active meter {meter.event_name}"))
        elif (formula := found.default_aggregation.formula) not in {"sum", "count"} or found.event_time_window:
            report.append(_line(ledger, None, f"not compared yet: formula {formula}, window {found.event_time_window}"))
        else:
            report.append(_compare(client, found.id, ledger.counting() if formula == "count" else ledger, period, now))
    return report


def confirm(
    session: Sessions,
    client: stripe.StripeClient,
    meter: Meter,
    start: datetime,
    end: datetime,
    *,
    customers: Customers = same_id,
    also: Iterable[str] = (),
    clock: Clock = utc_now,
) -> list[Reconciled]:
    """Reconcile, and mark the accepted rows of every customer whose summary matches as `confirmed`."""
    report = reconcile(session, client, meter, start, end, customers=customers, also=also, clock=clock)
    changes = {"state": State.CONFIRMED, "confirmed_at": unix_seconds(clock())}
    accepted = outbox.c.state.in_((State.SENT, State.DUPLICATE))
    for ids in (ids for line in report for ids in _chunks(line.matched)):
        session.execute(update(outbox).where(outbox.c.id.in_(ids), accepted).values(**changes))
    return report


def _compare(client: stripe.StripeClient, meter: str, ledger: Ledger, period: tuple[int, int], now: int) -> Reconciled:
    """One customer's two sums."""
    if ledger.stripe_customer is None:
        return _line(ledger, None, f"no Stripe customer is known for {ledger.customer}")
    try:
        counted = summed(client, meter, ledger.stripe_customer, period)
    except stripe.StripeError as error:
        return _line(ledger, None, f"the summary could not be read: {error.user_message or error}")
    return _line(ledger, counted, "", now)


def summed(client: stripe.StripeClient, meter: str, customer: str, period: tuple[int, int]) -> list[float]:
    """What Stripe's summaries of the period say, all pages of them."""
    params = {"customer": customer, "start_time": period[0], "end_time": period[1], "limit": 100}
    summaries = billing(client).meters.event_summaries.list(meter, params)
    return [summary.aggregated_value for summary in summaries.auto_paging_iter()]


def exact(value: float) -> Decimal:
    """The number that a float stands for in JSON: its shortest spelling, not its binary expansion."""
    return Decimal(repr(value))


def _line(ledger: Ledger, counted: list[float] | None, hint: str, now: int = 0) -> Reconciled:
    """The verdict over one customer."""
    local, delivered = ledger.local, ledger.delivered
    if counted is None:
        return Reconciled(ledger.name, local, delivered, None, Verdict.UNRECONCILED, hint)
    total = sum(map(exact, counted), Decimal(0))
    if len(counted) == 1 and float(delivered) == counted[0]:  # a float cannot say more digits than it has
        total = delivered
    matched = total == delivered and not ledger.uncertain
    state = Verdict.OK
    hints = list(ledger.hints())
    if ledger.waiting:
        state = Verdict.PENDING
    elif total != delivered and now - ledger.last_sent_at < SETTLE_SECONDS:
        state = Verdict.PENDING
        hints.append("summaries lag behind")
    elif total < local:
        state = Verdict.DRIFT
        hints = hints or ["accepted but not counted: look for error reports of Stripe's"]
    elif total > local:
        state = Verdict.FOREIGN
        hints.append("events with identifiers that are not ours")
    elif total != delivered:  # what Stripe refused and what is not ours cancel each other out
        state = Verdict.DRIFT
    ids = tuple(ledger.accepted) if matched else ()
    return Reconciled(ledger.name, local, delivered, total, state, "; ".join(hints), ids)


def _seconds(name: str, at: datetime) -> int:
    """A bound in Stripe's unit."""
    if at.utcoffset() is None:
        raise ReconcileError(f"{name} must have a time zone.")
    if at.second or at.microsecond:
        raise ReconcileError(f"{name} must be a whole minute, as Stripe's summaries are; it is {at}.")
    return unix_seconds(at)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """A few at a time: a statement takes only so many parameters."""
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
