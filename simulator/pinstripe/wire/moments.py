"""Moments as API v2 writes them: RFC 3339 in UTC with milliseconds, `2027-01-31T12:00:00.000Z`. [documented]"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from pinstripe.errors import invalid_moment


def rfc3339(seconds: int) -> str:
    """Seconds since 1970 in words; a second here has no parts."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def seconds(text: str, name: str) -> int:
    """A moment as whole seconds since 1970; one without a zone, or no moment at all, is a 400."""
    moment = read(text)
    if moment is None:
        raise invalid_moment(name, text)
    return moment


@lru_cache(maxsize=4096)
def read(text: str) -> int | None:
    """The seconds; None for what is no moment, or has no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or "T" not in text.upper():
        return None
    return int(moment.timestamp())
