"""What the control plane answers, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pinstripe.wire import rules

Order = Literal["happened", "reversed", "shuffled"]
"""In what order deliveries that were held are let go."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An account as it was: its own time then, in seconds since 1970 UTC, and how many objects it held."""

    name: str
    now: int
    objects: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: when, what the receiver answered, or why there was no answer."""

    at: int
    status: int | None
    error: str | None
    ok: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to an endpoint. `state` is pending, held, delivered, failed or dropped."""

    id: str
    event: str
    type: str
    endpoint: str
    url: str | None
    account: str | None
    """The connected account whose event it is."""
    state: str
    next_attempt: int | None
    attempts: tuple[Attempt, ...]
    misbehaviour: str | None
    """What is done to its tries, if anything."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Delivery:
        """A delivery from its JSON."""
        attempts = tuple(Attempt(**attempt) for attempt in row["attempts"])
        return cls(**{**row, "attempts": attempts})

    def is_of(self, type_: str) -> bool:
        """Whether its event is of a type, with stars."""
        return rules.fits(type_, self.type)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The account of a key, and those connected to it."""

    platform: str
    connected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperationCount:
    """How often an operation was asked, and with which answers."""

    operation: str
    asked: int
    statuses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What was asked and is not modelled: an operation, or a parameter of one."""

    operation: str
    code: str
    param: str | None
    asked: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was asked of an account, out of how many operations there are."""

    operations: tuple[OperationCount, ...]
    unsupported: tuple[Unsupported, ...]
    of: int

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Coverage:
        """The coverage from its JSON."""
        return cls(
            tuple(OperationCount(**row) for row in answer["operations"]),
            tuple(Unsupported(**row) for row in answer["unsupported"]),
            answer["of"],
        )
