"""What the world must know of a Stripe noun: how its ids begin, how it is found, and when it next needs the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinstripe.world.objects import Object

if TYPE_CHECKING:
    from pinstripe.world.transaction import Transaction


def _test_clock(obj: Object) -> str | None:
    """The test clock an object is bound to, if any; its field has the same name on every noun that has one."""
    clock = obj.get("test_clock")
    return None if clock is None else str(clock)


@dataclass(frozen=True, slots=True)
class Kind:
    """One noun.

    `alarm` reads off an object when it next needs the clock; `ring` is what then happens, in a transaction of its own.
    A kind with an alarm and no `ring` belongs to an edge, which asks `World.due` and does the rest itself. Among alarms
    of the same second the lower `rank` goes first, then the older object.
    """

    name: str
    prefix: str
    indexes: Mapping[str, Callable[[Object], Iterable[str]]] = field(default_factory=dict)
    alarm: Callable[[Object], int | None] | None = None
    ring: Callable[[Transaction, Object], None] | None = None
    rank: int = 0
    timeline: Callable[[Object], str | None] = _test_clock


def by(field_name: str) -> Callable[[Object], Iterable[str]]:
    """An index on one member that holds an id or null."""

    def keys(obj: Object) -> Iterable[str]:
        """The member's value, if it has one."""
        value = obj.get(field_name)
        return () if value is None else (str(value),)

    return keys
