"""Idempotency keys: the first answer to a key is the answer to every repetition. [documented]

An answer is kept once a rule has run, whatever it was; a request that was refused before that leaves no trace, so the
same key may be used again. API v1 keeps a day, by the account's time, and knows a key by its name alone. API v2 keeps
30 days, knows a key by its name and operation, and keeps success only: what failed runs again. [documented] The body
that a repeated v2 request gets is the first one, though Stripe shows what became of the object since. [inferred]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.wire import tables

DAY = 24 * 3600
LONGEST = 255


class Kept(NamedTuple):
    """The first use of a key: what was asked, and what was answered."""

    path: str
    asked: bytes
    """The parameters, by their fingerprint."""
    at: int
    request_id: str
    status: int
    body: bytes
    should_retry: str | None


def fingerprint(params: Mapping[str, Any], written: bytes | None = None) -> bytes:
    """Sixteen bytes that two requests share if they ask the same, in whatever order; `written` is from `tables`."""
    if written is None:
        try:
            written = tables.written(params)
        except TypeError:  # numbers and texts that JSON has and UTF-8 or 64 bits have not
            written = json.dumps(params, sort_keys=True).encode()
    return sha256(written).digest()[:16]


class IdempotencyKeys:
    """The keys of one account and one API, oldest first."""

    def __init__(
        self, kept_seconds: int = DAY, mismatch: Callable[[str], StripeError] = errors.idempotency_mismatch
    ) -> None:
        self.kept_seconds = kept_seconds
        self.mismatch = mismatch
        self._kept: dict[str, Kept] = {}

    @classmethod
    def v2(cls) -> IdempotencyKeys:
        """The keys of API v2."""
        return cls(30 * DAY, errors.idempotency_mismatch_v2)

    def find(self, key: str, path: str, asked: bytes, now: int, scope: str = "") -> Kept | None:
        """The first answer to this key, if there is one; another question under the same key is refused.

        `scope` tells keys of the same name apart, such as by their operation.
        """
        if len(key) > LONGEST:
            raise errors.idempotency_key_too_long(LONGEST)
        kept = self._kept.get(scope + key)
        if kept is None or now - kept.at >= self.kept_seconds:
            return None
        if kept.path != path and not scope:
            raise errors.idempotency_other_endpoint(key, path, kept.path)
        if (kept.path, kept.asked) != (path, asked):
            raise self.mismatch(key)
        return kept

    def keep(self, key: str, kept: Kept, scope: str = "") -> None:
        """Remember an answer, and forget those that are too old."""
        self._kept.pop(scope + key, None)
        self._kept[scope + key] = kept
        while True:
            oldest, first = next(iter(self._kept.items()))
            if kept.at - first.at < self.kept_seconds:
                return
            del self._kept[oldest]

    def copy(self) -> IdempotencyKeys:
        """The same keys in a hash of their own."""
        twin = IdempotencyKeys(self.kept_seconds, self.mismatch)
        twin._kept = dict(self._kept)
        return twin

    def __len__(self) -> int:
        return len(self._kept)
