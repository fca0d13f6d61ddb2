"""What so many units cost, line by line.

A price answers with one `Charge` for each invoice line it makes, and every line is rounded on its own. [documented;
the lines of graduated tiers recorded]
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pinstripe.billing.money import round_half_up

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of a tiered price; `up_to` is its last unit, None for the last tier. Amounts are minor units."""

    up_to: int | None
    unit_amount: Decimal | None
    flat_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Rate:
    """The money part of a price: one unit amount, or tiers, or one amount for every `divide_by` units."""

    currency: str
    unit_amount: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    tiers_mode: Literal["graduated", "volume"] | None = None
    divide_by: int | None = None
    round: Literal["up", "down"] | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One invoice line: a rounded amount in minor units and the figures that explain it.

    `quantity` is the raw number of units, 0 on a flat fee's line. `tier` counts from 1, None without tiers.
    `unit_amount` is the price of one unit (of one package), or the flat fee.
    """

    amount: int
    quantity: Decimal
    unit_amount: Decimal | None
    tier: int | None = None
    is_flat: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A charge before rounding."""

    exact: Fraction
    quantity: Decimal
    unit_amount: Decimal
    tier: int | None = None
    is_flat: bool = False


def charges(rate: Rate, quantity: Decimal) -> tuple[Charge, ...]:
    """Return the lines for `quantity` units, each rounded to the nearest minor unit, halves away from zero.

    Graduated: one line for each tier reached, and one more with quantity 0 if that tier has a flat fee, even of 0.
    Volume: the line of the one tier reached and its flat fee. [documented] No usage at all still reaches tier 1.
    [recorded for graduated tiers, inferred for volume]
    A package price keeps the raw quantity on the line and charges for packages. [documented]
    """
    return tuple(
        Charge(round_half_up(part.exact), part.quantity, part.unit_amount, part.tier, part.is_flat)
        for part in _parts(rate, quantity)
    )


def total(rate: Rate, quantity: Decimal) -> Fraction:
    """Return the exact price of `quantity` units in minor units: what a proration takes its share of."""
    return sum((part.exact for part in _parts(rate, quantity)), Fraction(0))


def amount(rate: Rate, quantity: Decimal) -> int:
    """Return the price of `quantity` units in minor units: the sum of the rounded lines."""
    return sum(charge.amount for charge in charges(rate, quantity))


def packages(quantity: Decimal, divide_by: int, rounding: Literal["up", "down"]) -> int:
    """Return how many packages of `divide_by` units are charged for, a broken one counted or not."""
    assert divide_by > 0, divide_by
    exact = Fraction(quantity) / divide_by
    return math.ceil(exact) if rounding == "up" else math.floor(exact)


def _parts(rate: Rate, quantity: Decimal) -> Iterator[_Part]:
    assert quantity >= 0, quantity
    if rate.tiers_mode == "graduated":
        yield from _graduated(rate.tiers, quantity)
    elif rate.tiers_mode == "volume":
        yield from _volume(rate.tiers, quantity)
    else:
        unit_amount = rate.unit_amount or _ZERO
        units = Fraction(quantity)
        if rate.divide_by is not None and rate.round is not None:
            units = Fraction(packages(quantity, rate.divide_by, rate.round))
        yield _Part(Fraction(unit_amount) * units, quantity, unit_amount)


def _graduated(tiers: tuple[Tier, ...], quantity: Decimal) -> Iterator[_Part]:
    below = _ZERO
    for number, tier in enumerate(tiers, start=1):
        if number > 1 and quantity <= below:
            return
        top = quantity if tier.up_to is None else min(quantity, Decimal(tier.up_to))
        yield from _tier(tier, number, top - below)
        below = top if tier.up_to is None else Decimal(tier.up_to)


def _volume(tiers: tuple[Tier, ...], quantity: Decimal) -> Iterator[_Part]:
    for number, tier in enumerate(tiers, start=1):
        if tier.up_to is None or quantity <= tier.up_to:
            yield from _tier(tier, number, quantity)
            return
    raise AssertionError(f"the last tier ends before {quantity}")


def _tier(tier: Tier, number: int, units: Decimal) -> Iterator[_Part]:
    """Charge the units of one tier, then its flat fee; a tier with only a flat fee counts units at 0 [inferred]."""
    unit_amount = tier.unit_amount or _ZERO
    yield _Part(Fraction(unit_amount) * Fraction(units), units, unit_amount, number)
    if tier.flat_amount is not None:
        yield _Part(Fraction(tier.flat_amount), _ZERO, tier.flat_amount, number, is_flat=True)
