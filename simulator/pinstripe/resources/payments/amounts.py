"""What can be charged: currencies, and how little, how much and how fine in each."""

from __future__ import annotations

from pinstripe.billing.money import MINIMUM_CHARGE, SUPPORTED_CURRENCIES, THREE_DECIMAL
from pinstripe.resources import refusals

MAXIMUM = 99_999_999
"""The most that one payment can be, in minor units. [documented]"""
MAXIMUM_OF = {"idr": 999_999_999_999, "cop": 9_999_999_999, "inr": 999_999_999}
"""Where it is more. [documented; the currencies page allows cards twelve digits, the reference eight]"""
ONLY_WHOLE = frozenset(("isk", "ugx"))
"""Currencies without fractions that are counted in hundredths all the same, which must be 00. [documented]"""


def currency(given: object) -> str:
    """A currency that can be charged, in lower case."""
    known = str(given).lower()
    if known not in SUPPORTED_CURRENCIES:
        raise refusals.currency_invalid(known, SUPPORTED_CURRENCIES)
    return known


def chargeable(amount: int, currency: str) -> int:
    """An amount that can be charged."""
    if amount < 1:
        raise refusals.amount_below_one()
    minimum = MINIMUM_CHARGE.get(currency, 0)
    if amount < minimum:
        raise refusals.amount_too_small(minimum, currency)
    maximum = MAXIMUM_OF.get(currency, MAXIMUM)
    if amount > maximum:
        raise refusals.amount_too_large(maximum, currency)
    step = 10 if currency in THREE_DECIMAL else 100 if currency in ONLY_WHOLE else 1
    if amount % step:
        raise refusals.amount_too_fine(step, currency)
    return amount
