"""What an operator does about rows that wait for a decision: look, send again, or leave it.

Each works in the caller's transaction, on one row by its identifier, and keeps the note it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.orm import Session, scoped_session

from pinstripe_metering.clock import Clock, unix_seconds, utc_now
from pinstripe_metering.errors import OutcomeUnknownError, UnknownIdentifierError
from pinstripe_metering.outbox import PROBLEMS, State, outbox

Sessions = Session | scoped_session[Session] | Connection


def problems(session: Sessions, limit: int = 100) -> Sequence[Row[Any]]:
    """The oldest rows that are rejected or dead, with their `reason` and `detail`."""
    waiting = select(outbox).where(outbox.c.state.in_(PROBLEMS)).order_by(outbox.c.id).limit(limit)
    return session.execute(waiting).all()


def requeue(session: Sessions, identifier: str, *, counted: bool | None = None, clock: Clock = utc_now) -> None:
    """Send a rejected or dead row again, under the same identifier; whatever refused it should be mended first.

    A row that Stripe may have counted (`uncertain_since` is set) needs an answer from a reconciliation: `counted=False`
    sends it again, `counted=True` takes it as delivered. Raises OutcomeUnknownError without one.
    """
    row = _problem(session, identifier)
    if row.uncertain_since is not None and counted is None:
        raise OutcomeUnknownError(
            f"{identifier} may have been counted: reconcile {row.meter} for {row.customer}, "
            "then say counted=True or counted=False."
        )
    now = unix_seconds(clock())
    changes: dict[str, Any] = {"state": State.PENDING, "queued_at": now, "due_at": now, "answers": row.answers + 1}
    if counted:
        changes = {"state": State.SENT, "sent_at": now}
    _change(session, row, changes | {"reason": None, "detail": None, "uncertain_since": None})


def write_off(session: Sessions, identifier: str, note: str) -> None:
    """Decide that a rejected or dead row is not billed through Stripe's meter; the note says why."""
    row = _problem(session, identifier)
    _change(session, row, {"state": State.WRITTEN_OFF, "detail": f"{note} (was {row.state}: {row.detail})"})


def _problem(session: Sessions, identifier: str) -> Row[Any]:
    """The row that waits for a decision."""
    row = session.execute(select(outbox).where(outbox.c.identifier == identifier)).first()
    if row is None:
        raise UnknownIdentifierError(f"The outbox has no {identifier}.")
    if row.state not in PROBLEMS:
        raise UnknownIdentifierError(f"{identifier} is {row.state}: only rejected and dead rows wait for a decision.")
    return row


def _change(session: Sessions, row: Row[Any], changes: dict[str, Any]) -> None:
    """Change the row unless somebody else has decided meanwhile."""
    same = (outbox.c.id == row.id, outbox.c.state == row.state, outbox.c.attempts == row.attempts)
    found = session.execute(update(outbox).where(*same).values(**changes).returning(outbox.c.id)).first()
    if found is None:
        raise UnknownIdentifierError(f"{row.identifier} was changed by somebody else meanwhile.")
