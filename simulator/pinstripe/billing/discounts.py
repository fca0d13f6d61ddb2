"""What discounts take off the lines of an invoice.

Discounts on single lines (by a subscription item or an invoice item) come first, then those of the whole invoice, each
in the order listed and each on what the ones before have left. [documented] Nothing is ever taken off a line that is
not discountable, such as a proration, and no line falls below zero. [documented: an amount clips at zero, the rest is
lost] Where a line takes back what was billed before, a share is taken of it too, and an amount of what is left: else
the discount would be had twice. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinstripe.billing.money import round_half_up


@dataclass(frozen=True, slots=True)
class Terms:
    """What one discount takes off: a share, or an amount in minor units of the invoice's currency."""

    id: str
    percent_off: Decimal | None = None
    amount_off: int | None = None
    products: frozenset[str] | None = None
    """The products it is limited to; None for all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line as discounts see it."""

    amount: int
    product: str = ""
    own: tuple[str, ...] = ()
    """The ids of the discounts on this line alone, in order."""
    discountable: bool = True
    item: str | None = None
    """The metered item whose usage it bills."""
    takes_back: bool = False
    """Whether it takes off what was billed of its item before."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one discount took off one line."""

    discount: str
    amount: int
    own: bool
    """Whether it was the line's own, which comes off before the subtotal."""


def apply(rows: Sequence[Row], of_lines: Mapping[str, Terms], of_invoice: Sequence[Terms]) -> list[tuple[Taken, ...]]:
    """What each line loses to each discount that covers it, in the order of application; an amount may be 0.

    * A share is taken of each line on its own and rounded to the nearest minor unit. [documented: a share of the
      price; recorded: 50 % of 1900 is 950, 10 % of 2500 is 250; halves away from zero inferred]
    * An amount is spread over the lines it covers by what is left of each; the parts are rounded down and the last
      line takes the rest. [documented: 5.00 over 10.00 and 20.00 is 1.66 and 3.34; several left-over cents from the
      end backwards inferred]
    """
    left = [row.amount for row in rows]
    taken: list[list[Taken]] = [[] for _ in rows]

    def take(terms: Terms, covered: Sequence[int], *, own: bool) -> None:
        """Apply one discount to these lines."""
        open_ = left if terms.percent_off is not None else net(rows, left)
        for index, amount in zip(covered, _parts(terms, [open_[index] for index in covered]), strict=True):
            left[index] -= amount
            taken[index].append(Taken(terms.id, amount, own))

    for id_ in dict.fromkeys(id_ for row in rows for id_ in row.own):
        terms = of_lines[id_]
        take(terms, [index for index, row in enumerate(rows) if id_ in row.own and _covers(terms, row)], own=True)
    for terms in of_invoice:
        take(terms, [index for index, row in enumerate(rows) if _covers(terms, row)], own=False)
    return [tuple(row) for row in taken]


def _covers(terms: Terms, row: Row) -> bool:
    """Whether a discount says anything about a line; a negative one has nothing to take off. [inferred]"""
    has_any = row.amount >= 0 or (row.takes_back and terms.percent_off is not None)
    return row.discountable and has_any and (terms.products is None or row.product in terms.products)


def net(rows: Sequence[Row], left: Sequence[int]) -> list[int]:
    """What is left of each line once those that take back have come off the lines of their item, in order."""
    rest = list(left)
    for index, row in enumerate(rows):
        if not row.takes_back:
            continue
        back, rest[index] = -rest[index], 0
        for other, candidate in enumerate(rows):
            if candidate.item == row.item and not candidate.takes_back:
                part = min(back, max(rest[other], 0))
                rest[other] -= part
                back -= part
    return rest


def _parts(terms: Terms, left: Sequence[int]) -> list[int]:
    """What one discount takes off each of these amounts."""
    if terms.percent_off is not None:
        share = Fraction(terms.percent_off) / 100
        return [round_half_up(amount * share) for amount in left]
    assert terms.amount_off is not None
    return spread(terms.amount_off, left)


def spread(amount: int, over: Sequence[int]) -> list[int]:
    """Split an amount in proportion to these, none of which gets more than it is: floors, the rest from the end."""
    whole = sum(over)
    wanted = min(amount, whole)
    if wanted <= 0:
        return [0] * len(over)
    parts = [wanted * part // whole for part in over]
    rest = wanted - sum(parts)
    for index in reversed(range(len(over))):
        more = min(rest, over[index] - parts[index])
        parts[index] += more
        rest -= more
    return parts
