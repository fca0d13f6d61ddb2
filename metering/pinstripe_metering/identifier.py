"""The identifier of a meter event, derived from the billable fact: the same fact always has the same one.

Stripe refuses an identifier it has seen within the last 24 hours, and the outbox refuses one it has ever seen, so a
retried job, a redelivered message and a second worker all count once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pinstripe_metering.errors import UsageError

LONGEST = 100
"""Characters of an identifier. [documented]"""

Part = str | int | UUID
"""What a fact may be named by."""


def parts_of(fact: Any) -> list[str]:
    """The names of a fact as text; an int and its spelling are the same name, as they are in a job queue."""
    if isinstance(fact, str) or not fact:
        raise UsageError(f'fact must name what is billed in a tuple such as ("job", job.id), not {fact!r}.')
    for part in fact:
        if part is None:
            raise UsageError(f"fact {fact!r} holds None: flush the session first, so that the row has its id.")
        if isinstance(part, bool) or not isinstance(part, str | int | UUID) or part == "":
            raise UsageError(f"fact {fact!r}: {part!r} must be a string, an int or a UUID that never changes.")
    return [str(part) for part in fact]


def identifier_of(namespace: str, meter: str, fact: Sequence[Part], revision: Any) -> str:
    """The identifier of one revision of a fact: the meter's name, to read, and a digest, to be unique."""
    if isinstance(revision, bool) or not isinstance(revision, int) or revision < 0:
        raise UsageError(f"revision must be 0, 1, 2 ..., not {revision!r}.")
    exact = json.dumps([namespace, meter, parts_of(fact), revision], ensure_ascii=True, separators=(",", ":"))
    digest = hashlib.sha256(exact.encode()).hexdigest()[:40]
    return f"{meter[: LONGEST - len(digest) - 1]}:{digest}"
