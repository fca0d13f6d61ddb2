"""Prorations: what Stripe really answered, and the laws behind it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.money import round_half_down
from pinstripe.billing.periods import Period
from pinstripe.billing.proration import credit, debit, share, unused_credit

RECORDED = [
    # API version; period; proration date; old and new price of the whole period; the lines Stripe made
    #
    # 2026-08-26.dahlia, 10 of 30 days left: 2000/3 = 666.67, 60000/3 = 20000
    ((1_790_019_909, 1_792_611_909), 1_791_747_909, 2000, 60000, (-667, 20000)),
    # 2026-08-26.dahlia, 10 of 30 days left: 2000/3 = 666.67, 1000/3 = 333.33
    ((1_790_019_915, 1_792_611_915), 1_791_747_915, 2000, 1000, (-667, 333)),
    # 2026-08-26.dahlia, 6480 of 2592000 seconds left, 1/400: 1000/400 = 2.5, 1800/400 = 4.5
    ((1_790_021_304, 1_792_613_304), 1_792_606_824, 1000, 1800, (-3, 4)),
    # 2026-08-26.dahlia, the same share, 1 -> 3 units of 1000: 2.5 and 7.5
    ((1_790_021_309, 1_792_613_309), 1_792_606_829, 1000, 3000, (-3, 7)),
    # 2024, version not captured, 72 of 2678400 seconds used: 999.97, 1999.95
    ((1_729_866_657, 1_732_545_057), 1_729_866_729, 1000, 2000, (-1000, 2000)),
    # 2024-04-10, the start a month before the captured end, 2573558 of 2592000 seconds left: 1985.77, 2482.21
    ((1_718_643_234, 1_721_235_234), 1_718_661_676, 2000, 2500, (-1986, 2482)),
]


@pytest.mark.parametrize("bounds, at, old, new, lines", RECORDED)
def test_a_change_makes_the_recorded_lines(
    bounds: tuple[int, int], at: int, old: int, new: int, lines: tuple[int, int]
) -> None:
    """The credit and the debit of a change in mid-period are Stripe's, to the minor unit."""
    period = Period(*bounds)
    assert (credit(old, period, at), debit(new, period, at)) == lines


def test_a_change_of_interval_debits_the_new_period() -> None:
    """Monthly 2500 to yearly 25000 after four seconds, anchor kept: each side has its own period. Recorded."""
    month, year, at = Period(1_762_799_351, 1_765_391_351), Period(1_762_799_351, 1_794_335_351), 1_762_799_355
    assert credit(2500, month, at) == -2500  # 2499.996
    assert debit(25000, year, at) == 25000  # 24999.997: a floor would make 24999


def test_flexible_credits_what_was_billed() -> None:
    """Billed 1000, changed to 1800 without proration, canceled with it: 1000 comes back. Recorded."""
    billed = Period(1_790_021_321, 1_792_613_321)
    assert unused_credit(1000, billed, 1_790_021_329) == -1000  # 1000 x 2591992 / 2592000 = 999.997


def test_a_second_change_credits_the_first_ones_debit() -> None:
    """The debit of the first change is given back over the debit's own period, half of which is left."""
    period = Period(0, 1200)
    first = debit(1000, period, 400)  # 8/12 of 1000
    assert first == 667
    assert unused_credit(first, Period(400, 1200), 800) == -334  # 667 x 1/2 = 333.5, the half goes down
    assert credit(1000, period, 800) == -333  # classic: 4/12 of the full price


@pytest.mark.parametrize(
    "at, expected",
    [
        (-5, Fraction(1)),
        (0, Fraction(1)),
        (1, Fraction(9, 10)),
        (9, Fraction(1, 10)),
        (10, Fraction(0)),
        (15, Fraction(0)),
    ],
)
def test_share_is_what_is_left(at: int, expected: Fraction) -> None:
    """The share falls second by second from one to zero and stays inside."""
    assert share(Period(0, 10), at) == expected


def test_an_empty_period_is_worth_all_or_nothing() -> None:
    """A period without length has no share in between."""
    assert share(Period(10, 10), 10) == 1
    assert share(Period(10, 10), 11) == 0


PRICES = st.integers(min_value=0, max_value=10**9)
PERIODS = st.builds(
    lambda start, length: Period(start, start + length),
    st.integers(min_value=0, max_value=4_000_000_000),
    st.integers(min_value=1, max_value=100_000_000),
)


@given(PRICES, PRICES, PERIODS)
def test_a_change_at_the_start_is_the_difference(old: int, new: int, period: Period) -> None:
    """Credit and debit at the first second of a period are the whole prices."""
    assert credit(old, period, period.start) + debit(new, period, period.start) == new - old


@given(PRICES, PRICES, PERIODS)
def test_a_change_at_the_end_costs_nothing(old: int, new: int, period: Period) -> None:
    """Nothing is left to give back or to charge."""
    assert credit(old, period, period.end) == debit(new, period, period.end) == 0


@given(PRICES, PERIODS, st.data())
def test_a_change_to_the_same_price_favours_the_customer_by_one_at_most(
    price: int, period: Period, data: st.DataObject
) -> None:
    """The two lines cancel out, but for an exact half, which both round down."""
    at = data.draw(st.integers(period.start, period.end))
    left = credit(price, period, at) + debit(price, period, at)
    assert left == (-1 if (price * share(period, at)) % 1 == Fraction(1, 2) else 0)


@given(st.fractions(min_value=0, max_value=10**9), PERIODS, st.data())
def test_prices_are_prorated_exactly(price: Fraction, period: Period, data: st.DataObject) -> None:
    """Fractions of a minor unit in the price survive until the one rounding at the end."""
    at = data.draw(st.integers(period.start, period.end))
    assert debit(price, period, at) == round_half_down(price * share(period, at))
    assert abs(credit(price, period, at) + price * share(period, at)) <= Fraction(1, 2)
