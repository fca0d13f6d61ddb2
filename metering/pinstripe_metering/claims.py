"""Claims: how a worker takes one row for itself, and how it settles it. The only file that knows how workers share.

Any number of workers may run. A claim is one UPDATE: on PostgreSQL it passes over rows that another worker is just
taking (FOR UPDATE SKIP LOCKED), SQLite has one writer at a time anyway. It takes the oldest due row of a customer and
meter of which no row is in flight, and a unique index over leased rows holds that even where two claims race.

A claim ends by itself after the lease. Whoever comes too late to settle finds that `attempts` has moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from pinstripe_metering.outbox import OPEN, PROBLEMS, WAITING, State, among, outbox


@dataclass(frozen=True, slots=True)
class Claim:
    """A row as it was claimed: what a send needs to know, and the attempt that holds it."""

    id: int
    identifier: str
    meter: str
    customer: str
    value: str
    occurred_at: int
    customer_key: str
    value_key: str
    queued_at: int
    attempts: int
    answers: int
    uncertain_since: int | None
    stripe_customer: str | None

    @property
    def lane(self) -> tuple[str, str]:
        """One call at a time for each of these. [documented]"""
        return self.meter, self.customer


COLUMNS = [outbox.c[name] for name in Claim.__dataclass_fields__]


def claim(engine: Engine, now: int, lease_seconds: int, lane: tuple[str, str] | None = None) -> Claim | None:
    """Take the oldest due row, of one lane if asked; None when there is none or another worker was quicker.

    A row whose lease has run out was perhaps sent by whoever held it: that attempt becomes its uncertain one.
    """
    oldest = _oldest_due(now) if lane is None else _next_of(lane, now)
    unsettled = func.coalesce(outbox.c.uncertain_since, outbox.c.attempted_at)
    taken = (
        update(outbox)
        .where(outbox.c.id == oldest.scalar_subquery())
        .values(
            state=State.LEASED,
            due_at=now + lease_seconds,
            attempts=outbox.c.attempts + 1,
            attempted_at=now,
            uncertain_since=case((outbox.c.state == State.LEASED, unsettled), else_=outbox.c.uncertain_since),
        )
        .returning(*COLUMNS)
    )
    try:
        with engine.begin() as connection:
            found = connection.execute(taken).mappings().first()
    except IntegrityError:  # the index of rows in flight: another worker has just taken one of the same lane
        return None
    return None if found is None else Claim(**found)


# The planner of PostgreSQL decides how these are written. As NOT EXISTS (an earlier row) or as min(id) they are
# answered by reading the whole table; a correlated first row in the order of ix_..._order is one look into that index.


def _oldest_due(now: int) -> Select[int]:
    """The row that has been due longest, of all customers and meters without a row in flight.

    Within a customer and meter the first in the queue goes first. A row whose lease ran out is itself the one in
    flight.
    """
    row = outbox.alias("candidate")
    first = row.c.id == _first(row.c.meter, row.c.customer, now).scalar_subquery()
    ready = and_(~_in_flight(row.c.meter, row.c.customer), first)
    return (
        select(row.c.id)
        .where(among(row.c.state, OPEN), row.c.due_at <= now, or_(among(row.c.state, (State.LEASED,)), ready))
        .order_by(row.c.due_at, row.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=row)
    )


def _next_of(lane: tuple[str, str], now: int) -> Select[int]:
    """The row of one customer and meter that is first in the queue; found without looking at any other."""
    return _first(*lane, now).where(~_in_flight(*lane)).with_for_update(skip_locked=True)


def _first(meter: Any, customer: Any, now: int) -> Select[int]:
    """The first due row of a customer and meter."""
    row = outbox.alias("queued")
    lane = (row.c.meter == meter, row.c.customer == customer)
    due = select(row.c.id).where(*lane, among(row.c.state, WAITING), row.c.due_at <= now)
    return due.order_by(row.c.queued_at, row.c.id).limit(1)


def _in_flight(meter: Any, customer: Any) -> Any:
    """Whether a row of a customer and meter is leased."""
    row = outbox.alias("flying")
    return exists().where(row.c.meter == meter, row.c.customer == customer, among(row.c.state, (State.LEASED,)))


def keep(engine: Engine, claimed: Claim, changes: Mapping[str, Any]) -> bool:
    """Write into a claimed row; False when the lease ran out and another attempt holds the row."""
    ours = and_(outbox.c.id == claimed.id, outbox.c.attempts == claimed.attempts, outbox.c.state == State.LEASED)
    with engine.begin() as connection:
        return connection.execute(update(outbox).where(ours).values(**changes)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is still to be sent and what waits for a decision."""

    open: int
    oldest_seconds: int
    """How long the oldest open row has been in the outbox: the number to alert on."""
    problems: int


def backlog(connection: Connection, now: int) -> Backlog:
    """Count what is left."""
    waiting = select(func.count(), func.min(outbox.c.recorded_at)).where(among(outbox.c.state, OPEN))
    count, oldest = connection.execute(waiting).one()
    problems = connection.execute(select(func.count()).where(among(outbox.c.state, PROBLEMS))).scalar_one()
    return Backlog(count, max(0, now - oldest) if count else 0, problems)
