"""Where time comes from. This is the only file of the package that may read the machine's clock.

Everything else asks a `Clock`, so a test or a replay can take its place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what time it is, with a time zone."""


def utc_now() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


def unix_seconds(at: datetime) -> int:
    """Whole seconds since 1970 UTC, Stripe's unit of time; what is behind the second is dropped."""
    assert at.tzinfo is not None, "a clock must return aware datetimes"
    return int(at.timestamp() // 1)
