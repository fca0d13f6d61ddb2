"""A meter as the application knows it, and the one statement that records a billable fact."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, scoped_session

from pinstripe_metering.clock import Clock, unix_seconds, utc_now
from pinstripe_metering.errors import FactChangedError, UnsupportedDatabaseError, UsageError
from pinstripe_metering.identifier import Part, identifier_of, parts_of
from pinstripe_metering.outbox import State, outbox
from pinstripe_metering.values import plain

LONGEST_NAME = 100
"""Characters of an event name and of a payload key. [documented]"""
LONGEST_CUSTOMER = 255


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `record` did: the identifier of the fact, and whether it was new."""

    identifier: str
    new: bool


@dataclass(frozen=True, slots=True)
class Meter:
    """One of Stripe's meters, by its `event_name`.

    `namespace` keeps apart two applications, regions or tenants that report to the same Stripe account and may give the
    same name to different facts. The two keys are those of the meter's payload.
    """

    event_name: str
    namespace: str = ""
    customer_key: str = "stripe_customer_id"
    value_key: str = "value"
    clock: Clock = field(default=utc_now, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("event_name", "customer_key", "value_key"):
            if not 0 < len(getattr(self, name)) <= LONGEST_NAME:
                raise UsageError(f"{name} must have 1 to {LONGEST_NAME} characters.")
        if len(self.namespace) > LONGEST_NAME:
            raise UsageError(f"namespace must have at most {LONGEST_NAME} characters.")

    def record(
        self,
        session: Session | scoped_session[Session] | Connection,
        *,
        customer: str,
        fact: Sequence[Part],
        at: datetime,
        value: Decimal | int = 1,
        revision: int = 0,
    ) -> Recorded:
        """Write the fact into the outbox, in the caller's own transaction: it is billed if and only if that commits.

        The same fact counts once, however often it is recorded; its first `at` holds. A correction is a new `revision`
        whose value is added: record the difference. Raises UsageError for what could never be billed, and
        FactChangedError when the fact was recorded before with another value or customer.
        """
        if hasattr(session, "run_sync"):
            raise UsageError("With an AsyncSession: await session.run_sync(meter.record, customer=..., ...).")
        _check(customer, at)
        identifier = identifier_of(self.namespace, self.event_name, fact, revision)
        now = unix_seconds(self.clock())
        row = {
            "identifier": identifier,
            "namespace": self.namespace,
            "meter": self.event_name,
            "fact": json.dumps(parts_of(fact)),
            "revision": revision,
            "customer": customer,
            "value": plain(value),
            "occurred_at": unix_seconds(at),
            "customer_key": self.customer_key,
            "value_key": self.value_key,
            "recorded_at": now,
            "state": State.PENDING,
            "queued_at": now,
            "due_at": now,
            "attempts": 0,
            "answers": 0,
        }
        connection = session if isinstance(session, Connection) else session.connection()
        new = _insert(connection, row)
        if not new:
            _refuse_a_change(connection, row)
        return Recorded(identifier, new)


def _check(customer: Any, at: Any) -> None:
    """Callers without a type checker hear of their mistakes here, before anything is written."""
    if not isinstance(customer, str) or not 0 < len(customer) <= LONGEST_CUSTOMER:
        raise UsageError(f"customer must be a string of 1 to {LONGEST_CUSTOMER} characters, not {customer!r}.")
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise UsageError(f"at must be a datetime with a time zone, when the usage happened, not {at!r}.")


def _insert(connection: Connection, row: dict[str, Any]) -> bool:
    """Claim the identifier and write the row in one statement, so that neither can happen without the other."""
    match connection.dialect.name:
        case "postgresql":
            claim = postgresql.insert(outbox).values(row).on_conflict_do_nothing(index_elements=["identifier"])
            return connection.execute(claim.returning(outbox.c.id)).first() is not None
        case "sqlite":
            taken = sqlite.insert(outbox).values(row).on_conflict_do_nothing(index_elements=["identifier"])
            return connection.execute(taken.returning(outbox.c.id)).first() is not None
        case other:
            raise UnsupportedDatabaseError(f"The outbox works on PostgreSQL and SQLite, not on {other}.")


def _refuse_a_change(connection: Connection, row: dict[str, Any]) -> None:
    """A fact that comes back with another value would be lost in silence; say so instead."""
    identity = outbox.c.identifier == row["identifier"]
    before = connection.execute(select(outbox.c.customer, outbox.c.value).where(identity)).first()
    if before is not None and tuple(before) != (row["customer"], row["value"]):
        raise FactChangedError(
            f"{row['meter']} {row['fact']} revision {row['revision']} was recorded as {before.value} for "
            f"{before.customer} and now as {row['value']} for {row['customer']}. Record a correction as the next "
            "revision, with the difference as its value."
        )
