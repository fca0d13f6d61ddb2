"""What manual tax rates add to a line, or find in it.

Tax is reckoned line by line on what discounts and billing credits have left, each tax rounded to the nearest minor
unit. [documented: rounding by line item] Halves go away from zero. [inferred] An account may have it rounded once for
each invoice instead. [documented]
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinstripe.billing.money import round_half_up


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage, on top of an amount or inside it."""

    id: str
    percentage: Decimal
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Tax:
    """One rate's tax on one line, in minor units."""

    rate: str
    amount: int
    inclusive: bool
    taxable: int
    """The amount the percentage is of."""


@dataclass(frozen=True, slots=True)
class Taxed:
    """The taxes of one line."""

    taxes: tuple[Tax, ...] = ()
    removed: int = 0
    """Tax that was inside the amount and is not asked of a customer who owes none."""

    @property
    def inclusive(self) -> int:
        """The part of the amount that is tax."""
        return sum(tax.amount for tax in self.taxes if tax.inclusive)

    @property
    def exclusive(self) -> int:
        """The tax that comes on top."""
        return sum(tax.amount for tax in self.taxes if not tax.inclusive)


Carried = MutableMapping[str, Fraction]
"""What rounding has kept of each rate so far on the lines of one invoice, in parts of a minor unit."""


def tax(amount: int, rates: Sequence[Rate], *, exempt: bool = False, carried: Carried | None = None) -> Taxed:
    """The taxes on an amount, one for each rate in its order.

    * Exclusive: the net amount times the percentage. [documented: 19 % of 799 is 152]
    * Inclusive: of an amount that holds p percent of tax in all, each rate's own share of amount - amount / (1 + p).
      [documented]
    * With both kinds the inclusive ones come out first, and the exclusive ones are of the net amount. [documented]
    * Who is exempt, or owes the tax himself, pays none, and inclusive tax comes off the amount. [documented]
    * With `carried` each line hands on to the next what was lost or won by rounding, so the taxes of all lines come to
      the tax of their sum, rounded once. [documented: the sum; inferred: which line has the odd unit]
    """
    if not rates:
        return Taxed()
    within = sum((Fraction(rate.percentage) for rate in rates if rate.inclusive), Fraction(0))
    inside = {
        rate.id: _rounded(rate, amount * Fraction(rate.percentage) / (100 + within), carried)
        for rate in rates
        if rate.inclusive
    }
    net = amount - sum(inside.values())
    base = Fraction(net) if carried is None else amount * 100 / (100 + within)
    taxes = tuple(
        Tax(
            rate.id,
            inside[rate.id] if rate.inclusive else _rounded(rate, base * Fraction(rate.percentage) / 100, carried),
            rate.inclusive,
            net,
        )
        for rate in rates
    )
    if exempt:
        return Taxed(tuple(Tax(one.rate, 0, one.inclusive, net) for one in taxes), amount - net)
    return Taxed(taxes)


def _rounded(rate: Rate, exact: Fraction, carried: Carried | None) -> int:
    """A tax in whole minor units, with what the lines before have left of it."""
    if carried is None:
        return round_half_up(exact)
    exact += carried.get(rate.id, 0)
    whole = round_half_up(exact)
    carried[rate.id] = exact - whole
    return whole
