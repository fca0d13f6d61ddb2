"""Business days, on which banks move money."""

from __future__ import annotations

DAY = 86_400


def business_day(now: int, days: int) -> int:
    """Midnight UTC so many business days on."""
    day = now // DAY
    while days:
        day += 1
        days -= (day + 3) % 7 < 5  # the first of January 1970 was a Thursday
    return day * DAY
