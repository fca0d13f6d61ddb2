"""Where time comes from. This is the only file of the package that may read the machine's clock.

Whoever tests with a test clock or a simulator passes its time instead: `SubscriptionProvider(..., clock=lambda: now)`.
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
    """Whole seconds since 1970 UTC, as Stripe writes moments."""
    if at.tzinfo is None:
        raise ValueError(f"{at} says no time zone.")
    return int(at.timestamp() // 1)
