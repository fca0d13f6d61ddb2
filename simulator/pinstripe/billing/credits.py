"""Which billing credits pay for which lines of an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """Credits that are left, in minor units of the invoice's currency."""

    id: str
    left: int
    prices: frozenset[str] | None = None
    """The prices they may pay for; None for every metered one."""
    priority: int = 50
    expires_at: int | None = None
    promotional: bool = False
    effective_at: int = 0
    created: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """What is left of a metered line after its discounts, and its price."""

    amount: int
    price: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one grant pays of one line."""

    grant: str
    amount: int


def draw(lines: Sequence[Owed | None], grants: Iterable[Grant]) -> list[tuple[Drawn, ...]]:
    """What each line is paid with credits; None stands for a line that credits do not pay for.

    Grants are drawn on in the order of priority, of expiry, promotional ones first, of taking effect, of creation; each
    pays the lines in their order. [documented]
    """
    left = [0 if line is None else line.amount for line in lines]
    drawn: list[list[Drawn]] = [[] for _ in lines]
    for grant in sorted(grants, key=_rank):
        rest = grant.left
        for index, line in enumerate(lines):
            if line is None or not (grant.prices is None or line.price in grant.prices):
                continue
            amount = min(rest, left[index])
            if amount > 0:
                drawn[index].append(Drawn(grant.id, amount))
                left[index] -= amount
                rest -= amount
    return [tuple(row) for row in drawn]


def _rank(grant: Grant) -> tuple[int, float, bool, int, int]:
    expiry = float("inf") if grant.expires_at is None else grant.expires_at
    return grant.priority, expiry, not grant.promotional, grant.effective_at, grant.created


def usable(*, effective_at: int, expires_at: int | None, period_end: int) -> bool:
    """Whether credits may pay an invoice whose period ends then.

    They are in force at that moment; those that expire at that very second are too late. [documented]
    """
    return effective_at <= period_end and (expires_at is None or period_end < expires_at)
