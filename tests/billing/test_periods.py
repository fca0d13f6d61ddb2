"""Billing periods, as a calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.periods import Interval, Period, boundary, period_after, period_at

SECONDS = st.integers(min_value=0, max_value=4_000_000_000)  # 1970 to 2096
INTERVALS = st.sampled_from(["day", "week", "month", "year"])
COUNTS = st.integers(min_value=1, max_value=12)


def at(text: str) -> int:
    """Read a UTC moment: "2027-01-31" or "2027-01-31 09:30:15"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(timestamp: int) -> str:
    """Write a UTC moment as short as it is exact."""
    return datetime.fromtimestamp(timestamp, UTC).isoformat(sep=" ").removesuffix("+00:00").removesuffix(" 00:00:00")


CALENDAR = [
    # anchor, interval, count, first n, the boundaries from there on
    ("2027-01-31", "month", 1, 0, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]),
    ("2027-12-31", "month", 1, 0, ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
    ("2027-01-31", "month", 1, 12, ["2028-01-31", "2028-02-29", "2028-03-31"]),
    ("2027-01-30", "month", 1, 0, ["2027-01-30", "2027-02-28", "2027-03-30"]),
    ("2027-01-31", "month", 1, -3, ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"]),
    ("2027-11-30", "month", 3, 0, ["2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30"]),
    ("2027-08-31", "month", 6, -1, ["2027-02-28", "2027-08-31", "2028-02-29"]),
    ("2028-02-29", "year", 1, 0, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
    ("2028-02-29", "year", 1, -2, ["2026-02-28", "2027-02-28", "2028-02-29"]),
    ("2027-06-15", "year", 2, -1, ["2025-06-15", "2027-06-15", "2029-06-15"]),
    ("2027-12-27", "week", 1, -1, ["2027-12-20", "2027-12-27", "2028-01-03"]),
    ("2028-02-20", "week", 2, 0, ["2028-02-20", "2028-03-05", "2028-03-19"]),
    ("2028-02-28", "day", 1, 0, ["2028-02-28", "2028-02-29", "2028-03-01"]),
    ("2027-01-01", "day", 30, 0, ["2027-01-01", "2027-01-31", "2027-03-02"]),
    # The 29th and the 30th, in common and in leap years; the last day of February is the 28th and stays it.
    ("2027-01-29", "month", 1, 0, ["2027-01-29", "2027-02-28", "2027-03-29"]),
    ("2028-01-29", "month", 1, 0, ["2028-01-29", "2028-02-29", "2028-03-29"]),
    ("2028-01-30", "month", 1, 0, ["2028-01-30", "2028-02-29", "2028-03-30"]),
    ("2027-02-28", "month", 1, 0, ["2027-02-28", "2027-03-28", "2027-04-28"]),
    # Every second, third and fourth month, half and one and a half years.
    ("2027-05-31", "month", 2, 0, ["2027-05-31", "2027-07-31", "2027-09-30", "2027-11-30", "2028-01-31"]),
    ("2027-01-31", "month", 3, 0, ["2027-01-31", "2027-04-30", "2027-07-31", "2027-10-31", "2028-01-31"]),
    ("2027-03-31", "month", 3, 0, ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"]),
    ("2027-10-31", "month", 4, 0, ["2027-10-31", "2028-02-29", "2028-06-30"]),
    ("2027-01-31", "month", 18, 0, ["2027-01-31", "2028-07-31", "2030-01-31"]),
    # Years: 29 February every three of them, which is as long as a price may take. [documented]
    ("2027-03-31", "year", 1, 0, ["2027-03-31", "2028-03-31", "2029-03-31"]),
    ("2027-02-28", "year", 1, 0, ["2027-02-28", "2028-02-28", "2029-02-28"]),
    ("2028-02-29", "year", 3, 0, ["2028-02-29", "2031-02-28", "2034-02-28"]),
    # Weeks and days know no months: 52 weeks are 364 days, 90 days after 1 January are 1 April.
    ("2026-12-31", "week", 1, 0, ["2026-12-31", "2027-01-07", "2027-01-14"]),
    ("2028-02-26", "week", 4, 0, ["2028-02-26", "2028-03-25", "2028-04-22"]),
    ("2027-01-01", "week", 52, 0, ["2027-01-01", "2027-12-31", "2028-12-29"]),
    ("2027-12-31", "day", 1, 0, ["2027-12-31", "2028-01-01", "2028-01-02"]),
    ("2027-01-01", "day", 90, 0, ["2027-01-01", "2027-04-01", "2027-06-30"]),
    # Nowhere is it summer in UTC: 28 March and 31 October 2027 have 24 hours.
    ("2027-03-27 01:30:00", "day", 1, 0, ["2027-03-27 01:30:00", "2027-03-28 01:30:00", "2027-03-29 01:30:00"]),
    ("2027-10-31 00:30:00", "month", 1, 0, ["2027-10-31 00:30:00", "2027-11-30 00:30:00", "2027-12-31 00:30:00"]),
    # The time of day stays, over both changes to summer time anywhere.
    ("2027-01-31 23:59:59", "month", 1, 0, ["2027-01-31 23:59:59", "2027-02-28 23:59:59", "2027-03-31 23:59:59"]),
]


@pytest.mark.parametrize("anchor, interval, count, first, days", CALENDAR)
def test_boundaries_are_counted_from_the_anchor(
    anchor: str, interval: Interval, count: int, first: int, days: list[str]
) -> None:
    """Boundary n is the anchor plus n intervals, clamped to the end of its own month only."""
    assert [day(boundary(at(anchor), interval, count, first + i)) for i in range(len(days))] == days


@pytest.mark.parametrize(
    "anchor, day_of_month, days",
    [
        ("2027-02-28", 31, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("2027-02-28", 30, ["2027-02-28", "2027-03-30", "2027-04-30", "2027-05-30"]),
        ("2027-04-30", 31, ["2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31"]),
    ],
)
def test_the_wished_day_of_month_comes_back(anchor: str, day_of_month: int, days: list[str]) -> None:
    """An anchor in a month too short for the wished day gives way to it in the next one."""
    assert [day(boundary(at(anchor), "month", 1, n, day_of_month=day_of_month)) for n in range(4)] == days
    period = period_after(at(anchor), "month", 1, at(days[1]), day_of_month=day_of_month)
    assert [day(period.start), day(period.end)] == days[1:3]


@pytest.mark.parametrize(
    "anchor, interval, count, moment, start, end",
    [
        ("2027-01-31", "month", 1, "2027-01-31", "2027-01-31", "2027-02-28"),
        ("2027-01-31", "month", 1, "2027-02-27 23:59:59", "2027-01-31", "2027-02-28"),
        ("2027-01-31", "month", 1, "2027-02-28", "2027-02-28", "2027-03-31"),
        ("2027-01-31", "month", 1, "2027-03-30", "2027-02-28", "2027-03-31"),
        ("2027-01-31", "month", 3, "2027-06-01", "2027-04-30", "2027-07-31"),
        ("2027-01-31 12:00:00", "month", 1, "2027-02-28 11:00:00", "2027-01-31 12:00:00", "2027-02-28 12:00:00"),
        # An anchor in the future: the period before it is a whole one.
        ("2027-03-31", "month", 1, "2027-03-10", "2027-02-28", "2027-03-31"),
        ("2028-02-29", "year", 1, "2027-12-31", "2027-02-28", "2028-02-29"),
        ("2028-02-29", "year", 1, "2029-02-27", "2028-02-29", "2029-02-28"),
        ("2027-06-15", "year", 1, "2029-06-14", "2028-06-15", "2029-06-15"),
        ("2027-01-04", "week", 1, "2026-12-31", "2026-12-28", "2027-01-04"),
    ],
)
def test_a_moment_lies_in_one_period(
    anchor: str, interval: Interval, count: int, moment: str, start: str, end: str
) -> None:
    """The period that contains a moment starts at it or before and ends after it."""
    period = period_at(at(anchor), interval, count, at(moment))
    assert (day(period.start), day(period.end)) == (start, end)


def test_a_period_knows_its_length_and_what_it_contains() -> None:
    """The start belongs to a period, the end to the next one."""
    period = Period(at("2027-02-01"), at("2027-03-01"))
    assert period.seconds == 28 * 86_400
    assert period.contains(period.start)
    assert not period.contains(period.end)
    assert not period.contains(period.start - 1)


def test_a_period_starts_at_a_boundary_only() -> None:
    """Asking for the period after a moment that is no boundary is a bug of ours."""
    with pytest.raises(AssertionError, match="no boundary"):
        period_after(at("2027-01-31"), "month", 1, at("2027-03-30"))


@given(SECONDS, INTERVALS, COUNTS, SECONDS)
def test_periods_tile_time(anchor: int, interval: Interval, count: int, moment: int) -> None:
    """Every moment lies in one period, and the next period starts where that one ends."""
    period = period_at(anchor, interval, count, moment)
    assert period.contains(moment)
    following = period_after(anchor, interval, count, period.end)
    assert following.start == period.end
    assert following.seconds > 0


@given(SECONDS, INTERVALS, COUNTS, st.integers(min_value=-40, max_value=40))
def test_walking_and_counting_agree(anchor: int, interval: Interval, count: int, n: int) -> None:
    """Each boundary starts the period that ends at the next one."""
    start, end = boundary(anchor, interval, count, n), boundary(anchor, interval, count, n + 1)
    assert period_at(anchor, interval, count, start) == Period(start, end)
    assert period_at(anchor, interval, count, end - 1) == Period(start, end)


@given(SECONDS, st.integers(min_value=1, max_value=31), SECONDS)
def test_periods_of_a_wished_day_tile_time_too(anchor: int, day_of_month: int, moment: int) -> None:
    """A wished day of the month changes where boundaries lie, not that every moment has one period."""
    period = period_at(anchor, "month", 1, moment, day_of_month=day_of_month)
    assert period.contains(moment)
    assert period_after(anchor, "month", 1, period.end, day_of_month=day_of_month).start == period.end
