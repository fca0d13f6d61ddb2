"""Billing periods: spans of time that are always counted from their anchor.

Period n starts at anchor + n intervals, in UTC, at the anchor's time of day. Because every boundary is computed from
the anchor and never from the one before, an anchor on the 31st bills on 28 February and on 31 March again. [documented]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal

from dateutil.relativedelta import relativedelta

Interval = Literal["day", "week", "month", "year"]

_SECONDS: Final = {"day": 86_400, "week": 604_800}
_MONTHS: Final = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of unix seconds, the end excluded."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start

    def contains(self, at: int) -> bool:
        """Tell whether a moment falls inside, from the first second to the one before the end."""
        return self.start <= at < self.end


def boundary(anchor: int, interval: Interval, interval_count: int, n: int, *, day_of_month: int | None = None) -> int:
    """Return the n-th boundary in unix seconds; 0 is the anchor itself and n may be negative.

    `day_of_month` is the day that was asked for where the anchor's own month was too short to show it: an anchor on
    28 February with day 31 bills on 31 March. [documented]
    """
    assert interval_count > 0, interval_count
    if interval in _SECONDS:
        return anchor + n * interval_count * _SECONDS[interval]
    return _months_later(anchor, n * interval_count * _MONTHS[interval], day_of_month)


@lru_cache(maxsize=4096)  # subscriptions that began together ask for the same boundaries, each several times
def _months_later(anchor: int, months: int, day_of_month: int | None) -> int:
    """The same time of day so many calendar months later, on this day or the month's last."""
    moment = datetime.fromtimestamp(anchor, UTC) + relativedelta(months=months, day=day_of_month)
    return int(moment.timestamp())


@lru_cache(maxsize=4096)  # a renewal asks for the same period again and again
def period_at(
    anchor: int, interval: Interval, interval_count: int, at: int, *, day_of_month: int | None = None
) -> Period:
    """Return the period that contains `at`, before or after the anchor alike."""
    n = _index(anchor, interval, interval_count, at, day_of_month)
    return Period(
        boundary(anchor, interval, interval_count, n, day_of_month=day_of_month),
        boundary(anchor, interval, interval_count, n + 1, day_of_month=day_of_month),
    )


def period_after(
    anchor: int, interval: Interval, interval_count: int, end: int, *, day_of_month: int | None = None
) -> Period:
    """Return the period that starts where one ended; `end` must be a boundary of this anchor."""
    period = period_at(anchor, interval, interval_count, end, day_of_month=day_of_month)
    assert period.start == end, f"{end} is no boundary of {anchor} every {interval_count} {interval}"
    return period


def _index(anchor: int, interval: Interval, interval_count: int, at: int, day_of_month: int | None) -> int:
    """Number the period that contains `at`: one division, then at most one step back."""
    if interval in _SECONDS:
        return (at - anchor) // (interval_count * _SECONDS[interval])
    first, moment = datetime.fromtimestamp(anchor, UTC), datetime.fromtimestamp(at, UTC)
    months = (moment.year - first.year) * 12 + moment.month - first.month
    n = months // (interval_count * _MONTHS[interval])
    # The boundary of that month may still be ahead; a later month can never be behind.
    return n if boundary(anchor, interval, interval_count, n, day_of_month=day_of_month) <= at else n - 1
