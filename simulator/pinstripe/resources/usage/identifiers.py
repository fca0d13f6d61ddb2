"""Identifiers of meter events: which are taken, and by which event.

Every event is asked whether its identifier is taken. Which event has one is asked only when somebody cancels an event,
or sends one twice. So the identifiers of a day are a set, whose answer needs no look at other texts, and a list in the
order of receipt; the index from an identifier to its event is made, and brought up to date, by the first who asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet


class Day:
    """The identifiers of events that were received one after the other within a day; some have none."""

    __slots__ = ("_known", "_numbers", "first", "given", "taken")

    def __init__(self, first: int = 0) -> None:
        self.first = first
        """The number of the first of these events."""
        self.given: list[str | None] = []
        """The identifier of each, if it has one."""
        self.taken: set[str] = set()
        self._numbers: dict[str | None, int] = {}
        self._known = 0
        """How many of these events the index knows."""

    def note(self, given: Sequence[str | None], taken: AbstractSet[str]) -> None:
        """Take identifiers for the next events: one or none for each, and the same as a set."""
        self.given += given
        self.taken |= taken

    def number(self, identifier: str) -> int | None:
        """The number of the event that has an identifier."""
        return self.numbers()[identifier] if identifier in self.taken else None

    def numbers(self) -> Mapping[str | None, int]:
        """The index of all; what it says of None counts for nothing."""
        unknown = self.given[self._known :]
        self._numbers.update(zip(unknown, range(self.first + self._known, self.first + len(self.given)), strict=True))
        self._known = len(self.given)
        return self._numbers

    def twin(self) -> Day:
        """The same day once more."""
        twin = Day(self.first)
        twin.given, twin.taken = self.given[:], self.taken.copy()
        return twin
