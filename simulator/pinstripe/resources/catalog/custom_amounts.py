"""Prices whose amount the customer chooses on a page of Checkout: `custom_unit_amount`."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.billing.money import MINIMUM_CHARGE
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.world import Object

NAME = "custom_unit_amount"
MOST: dict[str, int] = {"usd": 1_000_000}
"""The greatest `maximum`, in minor units, unless Stripe's support lifts it. [second-hand: ten thousand dollars]

What it is in other currencies is not known, so it is not looked at there.
"""


def read(params: Params, currency: str) -> dict[str, Any] | None:
    """The bounds of what is chosen, and what is suggested; None where the customer chooses nothing.

    `enabled` is not among them. [recorded] `minimum` is at least what a card can be charged. [documented] A preset lies
    within the bounds. [inferred; so is that `enabled=false` says nothing]
    """
    given = params.hash(NAME)
    least, most, preset = given.get("minimum"), given.get("maximum"), given.get("preset")
    if not given.get("enabled", False):
        return None
    floor = MINIMUM_CHARGE.get(currency, 0)
    if least is not None and least < floor:
        raise errors.too_small(given.name("minimum"), floor)
    if most is not None and currency in MOST and most > MOST[currency]:
        raise errors.too_large(given.name("maximum"), MOST[currency], most)
    lowest = floor if least is None else least
    if most is not None and most < lowest:
        raise errors.too_small(given.name("maximum"), lowest)
    if preset is not None and preset < lowest:
        raise errors.too_small(given.name("preset"), lowest)
    if preset is not None and most is not None and preset > most:
        raise errors.too_large(given.name("preset"), most, preset)
    return {"maximum": most, "minimum": least, "preset": preset}


def require_fit(params: Params, bounds: dict[str, Any] | None, *, recurs: bool, amount: str | None) -> None:
    """An amount that is chosen goes with none that is said, and recurs never. [second-hand: the latter]"""
    if bounds is None:
        return
    if amount is not None:
        names = [params.name(NAME), params.name("unit_amount")]
        raise errors.only_one_parameter(names, params.name(NAME))
    for name in ("tiers", "transform_quantity"):
        if params.peek(name):
            raise errors.only_one_parameter([params.name(NAME), params.name(name)], params.name(NAME))
    if recurs:
        raise refusals.chosen_amount_recurs(params.name(NAME))


def require_said(price: Object, param: str) -> None:
    """Nobody chooses an amount but on a page of Checkout. [documented; inferred: the refusal]"""
    if price[NAME] is not None:
        raise refusals.amount_is_chosen(price.id, param)


def within(price: Object, amount: int, param: str) -> int:
    """An amount that its bounds allow; without them it is what a card can be charged. [documented: the bounds]"""
    bounds = price[NAME]
    least = MINIMUM_CHARGE.get(price["currency"], 1) if bounds["minimum"] is None else bounds["minimum"]
    if amount < least:
        raise errors.too_small(param, least)
    if bounds["maximum"] is not None and amount > bounds["maximum"]:
        raise errors.too_large(param, bounds["maximum"], amount)
    return amount
