"""What the pump hands to a sender, and what the sender hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MeterEvent:
    """One call to Stripe. The identifier names the fact, the idempotency key names the try; they are never the same."""

    event_name: str
    identifier: str
    timestamp: int
    payload: Mapping[str, str]
    idempotency_key: str


class Result(StrEnum):
    """What became of a call."""

    SENT = "sent"
    DUPLICATE = "duplicate"
    RETRY = "retry"
    UNKNOWN = "unknown"  # the meter or the customer does not exist yet
    TOO_OLD = "too_old"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sender learned from one try."""

    result: Result
    reason: str = ""
    """A word for it, kept in the row."""
    detail: str = ""
    """What Stripe said."""
    uncertain: bool = False
    """Whether Stripe may have counted the event although we do not know it."""
    answered: bool = True
    """Whether Stripe answered, and would give the same answer again under the same idempotency key."""
    halts: bool = False
    """Whether the next event would fare no better, so that the run should end."""


class Sender(Protocol):
    """Brings one event to Stripe; what it can foresee comes back as an Outcome and is not raised."""

    def send(self, event: MeterEvent, /) -> Outcome:
        """Make one call, without repeating it and without waiting."""
        ...
