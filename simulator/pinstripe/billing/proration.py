"""What a part of a period is worth.

A change in the middle of a period makes two lines: a credit for the unused rest of what was there and a debit for the
rest with what is there now, in this order. Both take the share of time that is left, to the second, and each is rounded
on its own to the nearest minor unit, exact halves towards minus infinity. [documented; roundings recorded]

A change of quantity is a change like any other: the whole old quantity is credited, the whole new one debited, never
the difference. [recorded: 1 -> 3 units of 1000 with 1/400 left makes -3 and 7]
"""

from __future__ import annotations

from fractions import Fraction

from pinstripe.billing.money import round_half_down
from pinstripe.billing.periods import Period


def share(period: Period, at: int, whole: Period | None = None) -> Fraction:
    """Return how much is left of the period at `at`: 1 at its start, 0 at its end.

    `whole` is the period that a price is for, where this one is only a part of it: an anchor lies ahead or a
    cancellation cuts it. Then it is the share of that. A moment outside counts as the nearer edge: nothing is worth
    less than nothing or more than all of it. [inferred]
    """
    if whole is None and at <= period.start:
        return Fraction(1)
    left = period.end - max(at, period.start)
    return Fraction(left, (whole or period).seconds) if left > 0 else Fraction(0)


def credit(amount: Fraction | int, period: Period, at: int) -> int:
    """Return the line that gives back the rest of `amount`: zero or negative minor units.

    `amount` is the exact full-period price of what ends. With billing mode classic this is the rule for every credit;
    with flexible use `unused_credit`.
    """
    return round_half_down(-amount * share(period, at))


def debit(amount: Fraction | int, period: Period, at: int, whole: Period | None = None) -> int:
    """Return the line that charges the rest of `amount`: minor units.

    `amount` is the exact full-period price of what begins, `period` the period it is billed for from then on, which
    is a new one if the interval changed, and `whole` the one that the price is for if `period` is a part of it.
    """
    return round_half_down(amount * share(period, at, whole))


def unused_credit(amount: Fraction | int, line_period: Period, at: int) -> int:
    """Return the credit for the rest of one line that was really billed: zero or negative minor units.

    Billing mode flexible gives back what was debited, line by line: the line's own amount over the line's own period,
    so that a second change in a period starts from the first change's debit and not from the full price. The credit
    line keeps the price and the quantity of the line it credits. [recorded: billed 1000, price changed to 1800 without
    proration, canceled with it -> -1000 of the first price; the arithmetic of a second change inferred]
    """
    return round_half_down(-Fraction(amount) * share(line_period, at))
