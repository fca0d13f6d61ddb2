"""The value of a fact, as Stripe takes it: a plain decimal number in a string."""

from __future__ import annotations

from decimal import Decimal

from pinstripe_metering.errors import UsageError

MOST_DIGITS = 15
"""Significant digits that Stripe takes in a meter event, from API version 2026-04-22.dahlia on. [documented]"""
MOST_DECIMALS = 12
"""Decimals that an invoice line's `quantity_decimal` carries; more could not be billed. [documented]"""


def plain(value: Decimal | int) -> str:
    """The value without exponent and without needless zeros; raises UsageError for what Stripe would refuse.

    A float is refused: 0.1 + 0.2 is 0.30000000000000004, which has 17 digits.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UsageError(f"value must be an int or a Decimal, not {type(value).__name__}: write Decimal('{value}').")
    number = Decimal(value)
    if not number.is_finite():
        raise UsageError(f"value must be a finite number, not {value}.")
    if not -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS:  # before a short 1E+999999 becomes a long text
        raise UsageError(f"value {value} is out of range: Stripe takes at most {MOST_DIGITS} digits.")
    whole, _, fraction = format(abs(number), "f").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if len((whole + fraction).lstrip("0")) > MOST_DIGITS:
        raise UsageError(f"value {value} has more than {MOST_DIGITS} significant digits: round it, and say how.")
    if len(fraction) > MOST_DECIMALS:
        raise UsageError(f"value {value} has more than {MOST_DECIMALS} decimals: round it, or count a smaller unit.")
    text = f"{whole or '0'}.{fraction}" if fraction else whole or "0"
    return f"-{text}" if number < 0 else text
