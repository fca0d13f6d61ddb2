"""The table of what has to reach Stripe: one row for each revision of a billable fact, and what has become of it.

Every time is in whole seconds since 1970 UTC, Stripe's own unit, and every value a plain decimal number as text, so
both databases keep exactly what was recorded. The table belongs to a MetaData of its own and is made by `upgrade()`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    literal,
)

TABLE = "pinstripe_usage_outbox"


class State(StrEnum):
    """Where a row stands.

    pending -> leased -> sent -> confirmed, with these ways aside: a try that failed and will be repeated (retry_wait);
    Stripe had the event already (duplicate, as good as sent); Stripe will never take it (rejected); we have given up
    (dead); somebody has decided not to bill it (written_off).
    """

    PENDING = "pending"
    LEASED = "leased"
    RETRY_WAIT = "retry_wait"
    SENT = "sent"
    DUPLICATE = "duplicate"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DEAD = "dead"
    WRITTEN_OFF = "written_off"


WAITING = (State.PENDING, State.RETRY_WAIT)
"""To be sent when `due_at` has come."""
OPEN = (*WAITING, State.LEASED)
"""Not settled; a leased row is due again when its lease ends."""
DELIVERED = (State.SENT, State.DUPLICATE, State.CONFIRMED)
"""Stripe has it."""
PROBLEMS = (State.REJECTED, State.DEAD)
"""Somebody has to decide."""

metadata = MetaData()

outbox = Table(
    TABLE,
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("identifier", String(100), nullable=False, unique=True),
    # The fact, as recorded; never changed.
    Column("namespace", String(100), nullable=False),
    Column("meter", String(100), nullable=False),
    Column("fact", Text, nullable=False),  # its names, a JSON list
    Column("revision", Integer, nullable=False),
    Column("customer", String(255), nullable=False),  # the application's own id
    Column("value", String(40), nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("customer_key", String(100), nullable=False),
    Column("value_key", String(100), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    # Where it stands.
    Column("state", String(16), nullable=False),
    Column("reason", String(40)),  # a word of ours, for rows that are not simply on their way
    Column("detail", Text),  # what Stripe or the operator said
    Column("queued_at", BigInteger, nullable=False),  # since when it waits; requeueing starts anew
    Column("due_at", BigInteger, nullable=False),  # when to try next; of a leased row, when its lease ends
    Column("attempts", Integer, nullable=False),  # also the fence: only the latest attempt may settle the row
    Column("attempted_at", BigInteger),
    Column("answers", Integer, nullable=False),  # how often Stripe answered; part of the idempotency key
    Column("uncertain_since", BigInteger),  # the first attempt that may have been counted without our knowing
    Column("stripe_customer", String(255)),
    Column("sent_at", BigInteger),
    Column("confirmed_at", BigInteger),
    CheckConstraint(
        "state IN ('pending', 'leased', 'retry_wait', 'sent', 'duplicate', 'confirmed', 'rejected', 'dead', "
        "'written_off')",
        name=f"ck_{TABLE}_state",
    ),
)


def among(state: Any, states: tuple[State, ...]) -> ColumnElement[bool]:
    """Whether a state is one of some, written out in the statement: with parameters no partial index would serve."""
    some: ColumnElement[bool] = state.in_([literal(one.value, String, literal_execute=True) for one in states])
    return some


def _index(name: str, *columns: str, states: tuple[State, ...], unique: bool = False) -> Index:
    """An index over the rows in some states only."""
    some = among(outbox.c.state, states)
    chosen = [outbox.c[column] for column in columns]
    return Index(f"ix_{TABLE}_{name}", *chosen, unique=unique, postgresql_where=some, sqlite_where=some)


_index("due", "due_at", "id", states=OPEN)
_index("order", "meter", "customer", "queued_at", "id", states=WAITING)
# Stripe takes one call at a time for each customer and meter [documented]: the database itself sees to it.
_index("one_in_flight", "meter", "customer", states=(State.LEASED,), unique=True)
_index("problems", "state", states=PROBLEMS)
Index(f"ix_{TABLE}_period", outbox.c.meter, outbox.c.occurred_at)
