"""Prorations worked out by hand: the share that is left times the price, each line rounded on its own.

The rule is documented ("to the second"), its roundings are recorded (`test_proration.RECORDED`): to the nearest minor
unit, exact halves towards minus infinity, so that a credit of 2.5 is -3 and a debit of 2.5 is 2.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from pinstripe.billing.periods import Period
from pinstripe.billing.pricing import Rate, Tier, charges
from pinstripe.billing.proration import credit, debit, unused_credit

DAY = 86_400
HOUR = 3_600

CHANGES = [
    # days of the period, days left, old and new price of the whole period, the credit and the debit
    #
    # Half of 30 days is left: documented shares; halves recorded.
    (30, 15, 1000, 2000, (-500, 1000)),  # 1000/2, 2000/2
    (30, 15, 999, 1999, (-500, 999)),  # 499.5 and 999.5 both go down
    (30, 15, 1, 1, (-1, 0)),  # 0.5 and 0.5 both go down: a cent is lost to the same price
    (30, 15, 0, 500, (0, 250)),  # from free
    (30, 15, 500, 0, (-250, 0)),  # to free
    # A third of it. Recorded: 2000 -> 1000 makes -667 and 333.
    (30, 10, 1000, 2000, (-333, 667)),  # 333.33, 666.67
    (30, 10, 2000, 1000, (-667, 333)),  # 666.67, 333.33
    (30, 10, 100, 100, (-33, 33)),  # 33.33 twice: nothing is lost
    (30, 10, 1, 2, (0, 1)),  # 0.33, 0.67
    (30, 10, 4999, 9999, (-1666, 3333)),  # 1666.33, 3333
    # Two thirds.
    (30, 20, 1000, 1500, (-667, 1000)),  # 666.67, 1000
    (30, 20, 2500, 2500, (-1667, 1667)),  # 1666.67 twice
    (30, 20, 1, 4, (-1, 3)),  # 0.67, 2.67
    # The second and the last day of 30.
    (30, 29, 3000, 6000, (-2900, 5800)),  # 100 and 200 a day
    (30, 29, 1000, 2000, (-967, 1933)),  # 966.67, 1933.33
    (30, 1, 1000, 2000, (-33, 67)),  # 33.33, 66.67
    (30, 1, 15, 45, (-1, 1)),  # 0.5 and 1.5 both go down
    (30, 1, 30, 60, (-1, 2)),  # 1, 2
    # 31 days.
    (31, 21, 3100, 6200, (-2100, 4200)),  # 100 and 200 a day
    (31, 1, 1550, 1565, (-50, 50)),  # 50, 50.48
    (31, 30, 1000, 2000, (-968, 1935)),  # 967.74, 1935.48
    (31, 7, 1000, 5000, (-226, 1129)),  # 225.81, 1129.03
    # 28 days. Recorded: a credit of 2.5 is -3, a debit of 7.5 is 7.
    (28, 7, 1000, 2000, (-250, 500)),  # a quarter
    (28, 7, 2, 6, (-1, 1)),  # 0.5, 1.5
    (28, 7, 10, 30, (-3, 7)),  # 2.5, 7.5
    (28, 21, 999, 1001, (-749, 751)),  # 749.25, 750.75
    (28, 14, 2500, 25000, (-1250, 12500)),  # half
    (28, 1, 2800, 2814, (-100, 100)),  # 100, 100.5
    (28, 1, 14, 42, (-1, 1)),  # 0.5, 1.5
    # 29 days, a February of a leap year.
    (29, 10, 2900, 5800, (-1000, 2000)),  # 100 and 200 a day
    (29, 1, 2900, 1450, (-100, 50)),  # 100 and 50 a day
    (29, 28, 1000, 1000, (-966, 966)),  # 965.52 twice
    # A year of 365 days.
    (365, 292, 10000, 20000, (-8000, 16000)),  # four fifths
    (365, 1, 36500, 18250, (-100, 50)),  # 100 and 50 a day
    (365, 182.5, 9999, 9999, (-5000, 4999)),  # 4999.5 twice
    (365, 100, 12000, 24000, (-3288, 6575)),  # 3287.67, 6575.34
    # A leap year.
    (366, 61, 12000, 6000, (-2000, 1000)),  # a sixth
    (366, 122, 10000, 20000, (-3333, 6667)),  # a third: 3333.33, 6666.67
    # A week.
    (7, 1, 700, 1400, (-100, 200)),  # 100 and 200 a day
    (7, 3, 1000, 500, (-429, 214)),  # 428.57, 214.29
    (7, 3.5, 1, 3, (-1, 1)),  # 0.5, 1.5
    # A quarter of 90, 91 and 92 days.
    (90, 30, 10000, 15000, (-3333, 5000)),  # a third: 3333.33, 5000
    (91, 13, 9100, 4550, (-1300, 650)),  # a seventh
    (92, 46, 999, 1001, (-500, 500)),  # 499.5, 500.5
    # A day, by hours.
    (1, 0.5, 101, 103, (-51, 51)),  # 50.5, 51.5
    (1, 1 / 24, 2400, 4800, (-100, 200)),  # an hour: a 24th
    (1, 1 / 24, 100, 200, (-4, 8)),  # 4.17, 8.33
    # The whole, and nothing. [inferred: at the edges]
    (30, 30, 1999, 2999, (-1999, 2999)),
    (30, 0, 1999, 2999, (0, 0)),
    # Large amounts keep every cent.
    (30, 10, 100_000_001, 200_000_002, (-33_333_334, 66_666_667)),  # 33333333.67, 66666667.33
    # Prices with fractions of a cent, exact until the one rounding.
    (30, 15, Fraction(5, 2), Fraction(5, 2), (-1, 1)),  # 1.25 twice
    (30, 15, Fraction(3333, 10), Fraction(3333, 10), (-167, 167)),  # 166.65 twice
    (30, 15, Fraction(5005, 100), Fraction(7007, 100), (-25, 35)),  # 25.025, 35.035
    # Quantities: the whole old one is given back, the whole new one billed. Recorded: 1 -> 3 units.
    (30, 15, 1 * 1000, 3 * 1000, (-500, 1500)),
    (30, 10, 10 * 999, 7 * 999, (-3330, 2331)),  # 9990/3, 6993/3
    (30, 1, 7 * 333, 8 * 333, (-78, 89)),  # 2331/30 = 77.7, 2664/30 = 88.8
]

BY_THE_SECOND = [
    # seconds of the period, seconds left, old and new price, the lines; every share is "to the second" [documented]
    (30 * DAY, 30 * DAY - 1, 1000, 2000, (-1000, 2000)),  # a second used: 999.9996, 1999.9992
    (30 * DAY, 1, 2_592_000, 5_184_000, (-1, 2)),  # a cent and two a second
    (30 * DAY, 1, 1000, 2000, (0, 0)),  # 0.0004, 0.0008
    (30 * DAY, 2, 1_296_000, 648_000, (-1, 0)),  # 1; 0.5 goes down
    (30 * DAY, 10 * DAY + HOUR, 7200, 14400, (-2410, 4820)),  # 10 and 20 an hour, 241 hours
    (31 * DAY, 10 * DAY + 1, 2_678_400, 2_678_400, (-864_001, 864_001)),  # a cent a second
    (28 * DAY, 604_801, 2_419_200, 1_209_600, (-604_801, 302_400)),  # a cent and half a one: 302400.5 goes down
    (DAY, 1, 86_400, 43_200, (-1, 0)),  # 1; 0.5 goes down
]


@pytest.mark.parametrize("days, left, old, new, lines", CHANGES)
def test_a_change_by_days(
    days: int, left: float, old: int | Fraction, new: int | Fraction, lines: tuple[int, int]
) -> None:
    """The credit and the debit of a change with so many days left."""
    period = Period(1_700_000_000, 1_700_000_000 + days * DAY)
    at = period.end - round(left * DAY)
    assert (credit(old, period, at), debit(new, period, at)) == lines


@pytest.mark.parametrize("seconds, left, old, new, lines", BY_THE_SECOND)
def test_a_change_by_seconds(seconds: int, left: int, old: int, new: int, lines: tuple[int, int]) -> None:
    """The credit and the debit of a change with so many seconds left."""
    period = Period(1_700_000_000, 1_700_000_000 + seconds)
    assert (credit(old, period, period.end - left), debit(new, period, period.end - left)) == lines


SECOND_CHANGES = [
    # days of the period, price debited first, days left then, days left at the second change, the debit, its credit
    #
    # Flexible billing mode gives back what was debited, over the debit's own time. [documented]
    (30, 2000, 20, 10, 1333, -667),  # 1333.33; 1333/2 = 666.5 goes down
    (30, 1000, 24, 12, 800, -400),  # 4/5; half of that
    (30, 999, 15, 5, 499, -166),  # 499.5 goes down; 499/3 = 166.33
    (30, 1, 15, 5, 0, 0),  # a debit of nothing gives back nothing
    (31, 3100, 21, 11, 2100, -1100),  # 100 a day
    (28, 1000, 7, 7, 250, -250),  # changed twice in the same second: all of it
    (28, 1000, 7, 0, 250, 0),  # at the period's end: nothing
    (365, 36500, 300, 100, 30000, -10000),  # 100 a day
]


@pytest.mark.parametrize("days, price, left, left_again, billed, back", SECOND_CHANGES)
def test_a_second_change_gives_back_the_first_debit(
    days: int, price: int, left: int, left_again: int, billed: int, back: int
) -> None:
    """What the first change billed, and what the second gives back of it."""
    period = Period(0, days * DAY)
    first = debit(price, period, period.end - left * DAY)
    assert first == billed
    assert unused_credit(first, Period(period.end - left * DAY, period.end), period.end - left_again * DAY) == back


def steps(*tiers: tuple[int | None, int]) -> tuple[Tier, ...]:
    """Tiers without flat fees: up to so many units, so much each."""
    return tuple(Tier(up_to, Decimal(each), None) for up_to, each in tiers)


TIERED = [
    # the price, units before and after, the share that is left, the lines; each prices its whole quantity
    #
    # Graduated, 10 at 100 and the rest at 50: 15 units are 1250, 30 are 2000. A quarter: 312.5 goes down, 500.
    (Rate("usd", tiers=steps((10, 100), (None, 50)), tiers_mode="graduated"), 15, 30, (1, 4), (-313, 500)),
    # Volume, at 100 up to 10 and at 50 beyond: 10 units are 1000, 11 are 550. Half: 500, 275.
    (Rate("usd", tiers=steps((10, 100), (None, 50)), tiers_mode="volume"), 10, 11, (1, 2), (-500, 275)),
    # A package of 10 for 500, rounded up: 25 units are 1500, 41 are 2500. A third: 500, 833.33.
    (Rate("usd", unit_amount=Decimal(500), divide_by=10, round="up"), 25, 41, (1, 3), (-500, 833)),
    # The same rounded down: 25 units are 1000, 41 are 2000. A third: 333.33, 666.67.
    (Rate("usd", unit_amount=Decimal(500), divide_by=10, round="down"), 25, 41, (1, 3), (-333, 667)),
]


@pytest.mark.parametrize("rate, old, new, share, lines", TIERED)
def test_a_change_of_a_tiered_quantity(
    rate: Rate, old: int, new: int, share: tuple[int, int], lines: tuple[int, int]
) -> None:
    """The price of a quantity is found before the share of it is taken. [documented]"""
    period = Period(0, share[1])
    before, after = (sum(charge.amount for charge in charges(rate, Decimal(units))) for units in (old, new))
    at = share[1] - share[0]
    assert (credit(before, period, at), debit(after, period, at)) == lines
