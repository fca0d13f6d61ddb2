"""Idempotency keys: the first answer to a key is the answer to every repetition. [documented]

An answer is kept once a rule has run, whatever it was; a request that was refused before that leaves no trace, so the
same key may be used again. Keys are forgotten after a day of the account's time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pinstripe import errors

KEPT_SECONDS = 24 * 3600
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Kept:
    """The first use of a key: what was asked, and what was answered."""

    path: str
    params: Any
    at: int
    request_id: str
    status: int
    body: bytes
    should_retry: str


class IdempotencyKeys:
    """The keys of one account, oldest first."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def find(self, key: str, path: str, params: Any, now: int) -> Kept | None:
        """The first answer to this key, if there is one; another question under the same key is refused."""
        if len(key) > LONGEST:
            raise errors.idempotency_key_too_long(LONGEST)
        kept = self._kept.get(key)
        if kept is None or now - kept.at >= KEPT_SECONDS:
            return None
        if kept.path != path:
            raise errors.idempotency_other_endpoint(key, path, kept.path)
        if kept.params != params:
            raise errors.idempotency_mismatch(key)
        return kept

    def keep(self, key: str, kept: Kept) -> None:
        """Remember an answer, and forget those that are a day old."""
        self._kept.pop(key, None)
        self._kept[key] = kept
        while True:
            oldest, first = next(iter(self._kept.items()))
            if kept.at - first.at < KEPT_SECONDS:
                return
            del self._kept[oldest]

    def __len__(self) -> int:
        return len(self._kept)
