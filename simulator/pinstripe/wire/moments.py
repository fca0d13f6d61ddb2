"""Moments as API v2 writes them: RFC 3339 in UTC with milliseconds, `2027-01-31T12:00:00.000Z`. [documented]"""

from __future__ import annotations

from datetime import UTC, datetime

from pinstripe.errors import invalid_moment


def rfc3339(seconds: int) -> str:
    """Seconds since 1970 in words; a second here has no parts."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def seconds(text: str, name: str) -> int:
    """A moment as whole seconds since 1970; one without a zone, or no moment at all, is a 400."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_moment(name, text) from None
    if moment.tzinfo is None or "T" not in text.upper():
        raise invalid_moment(name, text)
    return int(moment.timestamp())
