"""What happened in a test, for the report of its failure: calls, the events they caused, and the moves of its clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

LINES = 60
"""How many of the last lines a report shows."""
KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the moment by the test's clock, and what happened."""

    at: int
    text: str


class Timeline:
    """The story of one test."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def call(self, at: int, method: str, path: str, status: int, what: str) -> None:
        """A call and its answer."""
        self.entries.append(Entry(at, f"{method:<6} {path} -> {status}{what and ' '}{what}"))

    def event(self, at: int, type_: str, id_: str) -> None:
        """Something happened."""
        self.entries.append(Entry(at, f"  event  {type_} {id_}"))

    def clock(self, at: int) -> None:
        """The test's clock arrived."""
        self.entries.append(Entry(at, f"clock  {moment(at)}"))

    def delivery(self, at: int, type_: str, status: int | None) -> None:
        """The app was told of an event."""
        self.entries.append(Entry(at, f"app    {type_} -> {'raised' if status is None else status}"))

    def text(self) -> str:
        """The last lines, each moment named once."""
        lines, last = [], None
        for entry in list(self.entries)[-LINES:]:
            lines.append(f"{'' if entry.at == last else moment(entry.at):<16}  {entry.text}")
            last = entry.at
        left_out = len(self.entries) - LINES
        return "\n".join([*([f"… {left_out} earlier lines"] if left_out > 0 else []), *lines])


def moment(at: int) -> str:
    """A UTC moment to the minute, or to the second where it has one."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when:%Y-%m-%d %H:%M:%S}" if when.second else f"{when:%Y-%m-%d %H:%M}"
