"""What can go wrong in the caller's hands; every message says what to do."""

from __future__ import annotations


class MeteringError(Exception):
    """Whatever this package raises."""


class UsageError(MeteringError, ValueError):
    """A fact that cannot be recorded as given; nothing was written."""


class FactChangedError(UsageError):
    """The same fact was recorded before with another value or for another customer; nothing was written."""


class UnsupportedDatabaseError(MeteringError):
    """The outbox works on SQLite and PostgreSQL."""


class UnknownIdentifierError(MeteringError, LookupError):
    """No row of the outbox that could be changed in this way has the identifier."""


class OutcomeUnknownError(MeteringError):
    """The row may have been counted by Stripe already, so sending it again needs a decision."""


class ReconcileError(MeteringError, ValueError):
    """The comparison cannot be made as asked."""
