"""Usage: events become a quantity."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.usage import (
    Formula,
    UsageEvent,
    UsageValueError,
    UsageValueProblem,
    Window,
    aggregate,
    billed_quantity,
    exact_sum,
    parse_value,
)

HOUR, DAY = 3_600, 86_400


def events(*rows: tuple[int, str]) -> list[UsageEvent]:
    """Write events as (timestamp, value) in the order in which they arrive."""
    return [UsageEvent(timestamp, Decimal(value), arrival) for arrival, (timestamp, value) in enumerate(rows)]


FOLDS: list[tuple[str, list[UsageEvent], Formula, Window | None, str]] = [
    ("nothing sums to 0", [], "sum", None, "0"),
    ("nothing counts 0", [], "count", None, "0"),
    ("nothing last is 0", [], "last", None, "0"),
    ("values add", events((1, "10"), (2, "5.5"), (2, "-1")), "sum", None, "14.5"),
    ("equal timestamps both count", events((1, "10"), (1, "10")), "sum", None, "20"),
    ("count ignores values", events((1, "10"), (2, "-3"), (3, "0")), "count", None, "3"),
    ("last by timestamp", events((9, "1"), (3, "2")), "last", None, "1"),
    ("last of equals by arrival", events((9, "1"), (9, "2")), "last", None, "2"),
    ("the start is inside", events((0, "1")), "sum", None, "1"),
    ("the end is outside", events((10 * DAY, "1")), "sum", None, "0"),
    ("before the start is outside", events((-1, "1")), "count", None, "0"),
    # 10:00 and 10:59 share an hour and a day; 11:00 is the next hour.
    (
        "an hour keeps what arrived last",
        events((10 * HOUR, "5"), (10 * HOUR + 3599, "7"), (11 * HOUR, "1")),
        "sum",
        "hour",
        "8",
    ),
    ("arrival decides, not the second", events((10 * HOUR + 3599, "7"), (10 * HOUR, "5")), "sum", "hour", "5"),
    ("a day keeps what arrived last", events((10 * HOUR, "5"), (11 * HOUR, "1")), "sum", "day", "1"),
    ("buckets are UTC days", events((DAY - 1, "5"), (DAY, "1")), "sum", "day", "6"),
    ("buckets are counted", events((10 * HOUR, "5"), (11 * HOUR, "1"), (DAY, "9")), "count", "day", "2"),
    ("last of the buckets", events((DAY, "9"), (10 * HOUR, "5"), (11 * HOUR, "1")), "last", "day", "9"),
]


@pytest.mark.parametrize("name, received, formula, window, expected", FOLDS)
def test_events_fold(
    name: str, received: list[UsageEvent], formula: Formula, window: Window | None, expected: str
) -> None:
    """The formula folds the events of the period, one a bucket if there is a window."""
    assert aggregate(received, formula, window, 0, 10 * DAY) == Decimal(expected), name


@given(
    st.lists(st.tuples(st.integers(-DAY, 12 * DAY), st.integers(-100, 100)), max_size=30),
    st.sampled_from(["sum", "count", "last"]),
    st.sampled_from([None, "hour", "day"]),
    st.data(),
)
def test_the_order_of_the_list_does_not_matter(
    rows: list[tuple[int, int]], formula: Formula, window: Window | None, data: st.DataObject
) -> None:
    """Only timestamps and arrivals decide, however the events are stored."""
    received = events(*((timestamp, str(value)) for timestamp, value in rows))
    shuffled = data.draw(st.permutations(received))
    expected = aggregate(received, formula, window, 0, 10 * DAY)
    assert aggregate(shuffled, formula, window, 0, 10 * DAY) == expected


@given(
    st.lists(st.tuples(st.integers(0, 10 * DAY - 1), st.integers(-100, 100)), max_size=30),
    st.sampled_from(["sum", "count"]),
    st.sampled_from([None, "hour", "day"]),
    st.integers(0, 10),
)
def test_two_halves_make_a_whole(
    rows: list[tuple[int, int]], formula: Formula, window: Window | None, days: int
) -> None:
    """Sums and counts of two adjoining spans of whole days add up to those of both."""
    received = events(*((timestamp, str(value)) for timestamp, value in rows))
    halves = [aggregate(received, formula, window, *span) for span in ((0, days * DAY), (days * DAY, 10 * DAY))]
    assert sum(halves) == aggregate(received, formula, window, 0, 10 * DAY)


def test_sums_are_exact() -> None:
    """More digits than a decimal context keeps are not lost on the way."""
    assert exact_sum([Decimal(10**14), Decimal("0.00000000000001"), Decimal(10**20)]) == Decimal(
        "100000100000000000000.00000000000001"
    )


@pytest.mark.parametrize(
    "total, billed",
    [
        ("-5", "0"),
        ("0", "0"),
        ("2.5", "2.5"),
        ("1.123456789012", "1.123456789012"),
        ("1.1234567890124", "1.123456789012"),
        ("1.1234567890125", "1.123456789013"),
        ("0.0000000000004", "0"),
    ],
)
def test_what_is_billed_is_not_below_zero_and_has_twelve_decimals(total: str, billed: str) -> None:
    """A negative total is billed as none [documented]; halves of the last decimal go up [inferred]."""
    assert billed_quantity(Decimal(total)) == Decimal(billed)


@pytest.mark.parametrize(
    "text",
    ["0", "5", "-5", "007", "2.5", "-0.25", ".5", "5.", "123456789012345", "0.00000000000000001", "100000000000000.0"],
)
def test_values_are_read(text: str) -> None:
    """Whole and decimal numbers of either sign are taken, up to fifteen digits that matter."""
    assert parse_value(text) == Decimal(text)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", UsageValueProblem.EMPTY),
        (" ", UsageValueProblem.NOT_A_NUMBER),
        ("abc", UsageValueProblem.NOT_A_NUMBER),
        ("1e-5", UsageValueProblem.NOT_A_NUMBER),
        ("NaN", UsageValueProblem.NOT_A_NUMBER),
        ("Infinity", UsageValueProblem.NOT_A_NUMBER),
        ("1,000", UsageValueProblem.NOT_A_NUMBER),
        ("+5", UsageValueProblem.NOT_A_NUMBER),
        ("--5", UsageValueProblem.NOT_A_NUMBER),
        (".", UsageValueProblem.NOT_A_NUMBER),
        ("٣", UsageValueProblem.NOT_A_NUMBER),
        ("1234567890123456", UsageValueProblem.TOO_MANY_DIGITS),
        ("1000000000000000", UsageValueProblem.TOO_MANY_DIGITS),
        ("12345678.90123456", UsageValueProblem.TOO_MANY_DIGITS),
    ],
)
def test_other_values_are_refused_with_the_reason(text: str, reason: UsageValueProblem) -> None:
    """A value that is no number of at most fifteen digits says why it is not."""
    with pytest.raises(UsageValueError) as refused:
        parse_value(text)
    assert refused.value.reason is reason
    assert refused.value.text == text
