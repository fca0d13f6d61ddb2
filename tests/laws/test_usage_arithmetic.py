"""Tiers and tallies held against naive models that know nothing of how pinstripe does it, in exact fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.pricing import Rate, Tier, charges, total
from pinstripe.billing.tallies import MOST_UNDIVIDED, Log, Tally
from pinstripe.billing.usage import UsageEvent, aggregate

AMOUNT = st.decimals(0, 1000, places=3) | st.none()
TIERS = st.lists(st.tuples(st.integers(1, 60), AMOUNT, AMOUNT), min_size=1, max_size=5)
QUANTITY = st.decimals(0, 300, places=2) | st.integers(0, 300).map(Decimal)
DAY = 86_400


def priced(widths: list[tuple[int, Decimal | None, Decimal | None]], mode: Literal["graduated", "volume"]) -> Rate:
    """A price whose tiers are so wide, the last one without an end."""
    tiers, top = [], 0
    for number, (width, unit, flat) in enumerate(widths, start=1):
        top += width
        tiers.append(Tier(None if number == len(widths) else top, unit, flat))
    return Rate("usd", tiers=tuple(tiers), tiers_mode=mode)


def unit_by_unit(rate: Rate, quantity: Decimal) -> Fraction:
    """What every unit costs on its own, the broken one by its part; and each flat fee once its tier is reached."""
    cost, reached = Fraction(0), {0}
    whole, broken = divmod(Fraction(quantity), 1)
    for unit in range(int(whole) + (1 if broken else 0)):
        place = next(number for number, tier in enumerate(rate.tiers) if tier.up_to is None or unit < tier.up_to)
        part = broken if unit == whole else Fraction(1)
        cost += part * Fraction(rate.tiers[place].unit_amount or 0)
        reached.add(place)
    return cost + sum(Fraction(rate.tiers[place].flat_amount or 0) for place in reached)


def half_up(exact: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    return int(exact + Fraction(1, 2)) if exact >= 0 else -int(-exact + Fraction(1, 2))


@given(TIERS, QUANTITY)
def test_graduated_tiers_cost_what_their_units_cost(
    widths: list[tuple[int, Decimal | None, Decimal | None]], quantity: Decimal
) -> None:
    """Unit by unit; the quantities of the lines are the quantity; each line is rounded on its own."""
    rate = priced(widths, "graduated")
    assert total(rate, quantity) == unit_by_unit(rate, quantity)
    lines = charges(rate, quantity)
    assert sum(Fraction(line.quantity) for line in lines) == Fraction(quantity)
    for line in lines:
        units = Fraction(1) if line.is_flat else Fraction(line.quantity)
        assert line.amount == half_up(Fraction(line.unit_amount or 0) * units)


@given(TIERS, QUANTITY)
def test_volume_tiers_cost_what_the_last_units_tier_says(
    widths: list[tuple[int, Decimal | None, Decimal | None]], quantity: Decimal
) -> None:
    """All units at the price of the first tier that holds them all, and its flat fee."""
    rate = priced(widths, "volume")
    tier = next(tier for tier in rate.tiers if tier.up_to is None or quantity <= tier.up_to)
    exact = Fraction(tier.unit_amount or 0) * Fraction(quantity)
    assert total(rate, quantity) == exact + Fraction(tier.flat_amount or 0)
    assert charges(rate, quantity)[0].amount == half_up(exact)


@given(st.decimals(0, 1000, places=3), QUANTITY, st.integers(1, 60), st.sampled_from(["up", "down"]))
def test_packages_cost_what_they_are(
    amount: Decimal, quantity: Decimal, size: int, rounding: Literal["up", "down"]
) -> None:
    """Counted one by one until the units are used up."""
    full, rest = 0, Fraction(quantity)
    while rest >= size:
        full, rest = full + 1, rest - size
    bought = full + (1 if rest and rounding == "up" else 0)
    (line,) = charges(Rate("usd", amount, divide_by=size, round=rounding), quantity)
    assert (line.amount, line.quantity) == (half_up(Fraction(amount) * bought), quantity)


EVENTS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 3 * DAY), st.integers(36_000, 36_000 + 130), st.just(36_000)),
        st.decimals(-50, 50, places=2),
    ),
    max_size=200,
)


@given(
    EVENTS,
    st.sampled_from(["sum", "count", "last"]),
    st.sampled_from([None, "hour", "day"]),
    st.lists(st.integers(-10, 3 * DAY + 10), min_size=2, max_size=2, unique=True).map(sorted),
    st.data(),
)
def test_a_tally_is_the_fold_of_its_events(
    rows: list[tuple[int, Decimal]], formula: Any, window: Any, bounds: list[int], data: st.DataObject
) -> None:
    """Whatever is taken out again, and whatever is not folded in yet: as if all events were read anew.

    Now and then there are so many that spans are divided, and they come one by one or many at a time.
    """
    rows = rows * data.draw(st.sampled_from([1, 3 * MOST_UNDIVIDED // max(len(rows), 1)]))
    canceled = data.draw(st.sets(st.integers(0, len(rows) - 1))) if rows else set()
    late = data.draw(st.integers(0, len(rows)))
    log, tally = Log(), Tally()
    log.extend([stamp for stamp, _ in rows], [value for _, value in rows])
    together = data.draw(st.sampled_from([1, 7, 1_000]))
    for first in range(0, len(rows) - late, together):
        tally.add(log, list(range(first, min(first + together, len(rows) - late))))
    for number in canceled:
        if number < len(rows) - late:
            tally.remove(log, number)
    more = [number for number in range(len(rows) - late, len(rows)) if number not in canceled]
    events = [UsageEvent(*row, number) for number, row in enumerate(rows) if number not in canceled]
    start, end = bounds
    expected = aggregate(events, formula, window, start, end)
    assert tally.fold(log, formula, window, start, end, more) == expected
    assert tally.twin().fold(log, formula, window, start, end, more) == expected
    inside = {
        event.timestamp // 3600 for event in events if start <= event.timestamp < end and event.arrival not in more
    }
    assert tally.buckets(log, start, end, 3600) == inside
