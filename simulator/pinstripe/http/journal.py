"""The last requests of an account, for a replay: a certain number of them, and of bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from pinstripe.http.message import Request

MOST_REQUESTS = 10_000
MOST_BYTES = 64_000_000
"""What the bodies of all of them may come to; events by the hundred make large ones."""

Row = tuple[int, Request]
"""A request, and the account's time when it came."""


class Journal:
    """Remembers requests, the oldest first; those that there is no room for are forgotten."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: deque[Row] = deque()
        self._bytes = 0
        for now, request in rows:
            self.note(now, request)

    def note(self, now: int, request: Request) -> None:
        """Remember one more."""
        self._rows.append((now, request))
        self._bytes += len(request.body)
        while len(self._rows) > MOST_REQUESTS or self._bytes > MOST_BYTES:
            self._bytes -= len(self._rows.popleft()[1].body)

    def copy(self) -> Journal:
        """The same requests in a journal of their own."""
        twin = Journal()
        twin._rows, twin._bytes = self._rows.copy(), self._bytes
        return twin

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)
