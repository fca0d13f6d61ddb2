"""One price in several currencies: `currency_options`, and the price as it is sold in one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import custom_amounts, price_terms
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction
from pinstripe.world.objects import changed

MONEY = ("custom_unit_amount", "tax_behavior", "unit_amount", "unit_amount_decimal")
"""What is a currency's own, besides the tiers."""


def read(
    params: Params,
    own: str,
    scheme: str,
    tiers: Sequence[Mapping[str, Any]],
    known: Mapping[str, Mapping[str, Any]],
    *,
    chosen: bool = False,
) -> dict[str, dict[str, Any]]:
    """The options after a request: those named are added or replaced, an empty one goes. [documented]

    Where the customer chooses the amount, so does whoever pays in another currency. [inferred] Else each has an amount
    where the price has one, and tiers with the same steps where it has tiers. [documented; inferred: the same steps]
    Who has bought in a currency before it went goes on in it. [inferred]
    """
    options = {currency: dict(option) for currency, option in known.items()}
    for name, given in (params.get("currency_options") or {}).items():
        currency = name.lower()
        row = Params(given or {}, f"{params.name('currency_options')}[{name}]")
        if currency == own:
            raise refusals.option_in_own_currency(currency, row.at)
        if not given:
            if currency in options:
                options[currency]["gone"] = True
            continue
        before = options.get(currency) or {}
        before = {} if before.get("gone") else before
        options[currency] = _chosen(row, currency, before) if chosen else _option(row, scheme, tiers, before)
    return options


def _chosen(row: Params, currency: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """One currency's bounds of what the customer chooses."""
    bounds = custom_amounts.read(row, currency) or before.get("custom_unit_amount")
    whole, exact = price_terms.amount_of(row, "unit_amount")
    custom_amounts.require_fit(row, bounds, recurs=False, amount=exact)
    if bounds is None:
        raise errors.missing_parameter(row.name("custom_unit_amount"))
    option = {"custom_unit_amount": bounds, "tax_behavior": _behavior(row, before)}
    return {**option, "tiers": [], "unit_amount": whole, "unit_amount_decimal": exact}


def _behavior(row: Params, before: Mapping[str, Any]) -> str:
    """Whether an amount includes tax, which stays once it is said."""
    behavior = str(row.get("tax_behavior") or before.get("tax_behavior") or "unspecified")
    if before.get("tax_behavior", "unspecified") not in ("unspecified", behavior):
        raise refusals.tax_behavior_fixed()
    return behavior


def _option(row: Params, scheme: str, tiers: Sequence[Mapping[str, Any]], before: Mapping[str, Any]) -> dict[str, Any]:
    """One currency's terms."""
    if row.hash("custom_unit_amount").get("enabled"):
        raise refusals.option_chooses_amount(row.name("custom_unit_amount"))
    behavior = _behavior(row, before)
    whole, exact = price_terms.amount_of(row, "unit_amount")
    steps = price_terms.tiers(row) or list(before.get("tiers") or [])
    if exact is None:
        whole, exact = before.get("unit_amount"), before.get("unit_amount_decimal")
    if scheme == "per_unit" and exact is None:
        raise refusals.option_needs_amount(row.name("unit_amount"))
    if scheme == "per_unit" and steps:
        raise refusals.option_with_tiers(row.name("tiers"))
    if scheme == "tiered" and exact is not None:
        raise refusals.option_with_amount(row.name("unit_amount"))
    if scheme == "tiered" and [step["up_to"] for step in steps] != [tier["up_to"] for tier in tiers]:
        raise refusals.option_tiers_differ(row.name("tiers"))
    return {
        "custom_unit_amount": None,
        "tax_behavior": behavior,
        "tiers": steps,
        "unit_amount": whole,
        "unit_amount_decimal": exact,
    }


def in_currency(price: Object, currency: str, *, bought: bool = False) -> Object | None:
    """A price as it is sold, or has been bought, in a currency; None where it has no amount in it."""
    if price["currency"] == currency:
        return price
    option = price["_options"].get(currency)
    if option is None or (option.get("gone") and not bought):
        return None
    return changed(price, {**{name: option[name] for name in MONEY}, "currency": currency, "_tiers": option["tiers"]})


def currencies(price: Object) -> tuple[str, ...]:
    """What a price is sold in, its own currency first."""
    return (price["currency"], *(currency for currency, option in price["_options"].items() if not option.get("gone")))


def shown(tx: Transaction, price: Object) -> dict[str, Any]:
    """The terms in every currency, which show only when asked for. [documented]"""
    del tx
    tiered = price["billing_scheme"] == "tiered"
    own = {**{name: price[name] for name in MONEY}, "tiers": price["_tiers"]}
    every = {price["currency"]: own, **price["_options"]}
    return {
        currency: {name: value for name, value in option.items() if tiered or name != "tiers"}
        for currency, option in every.items()
        if not option.get("gone")
    }
