"""How the money of all invoices of a subscription is shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import destinations
from pinstripe.resources.params import Params
from pinstripe.world import Transaction

PERCENT = "application_fee_percent"
SHARES = (PERCENT, "on_behalf_of", "transfer_data")
"""What a subscription, a phase of its schedule and a quote say of it."""


def said(tx: Transaction, params: Params, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Those members that a request gives; `known` is what holds so far, or what stands in for what is not said."""
    known = known or {}
    members: dict[str, Any] = {}
    if "on_behalf_of" in params:
        members["on_behalf_of"] = destinations.merchant(tx, params)
    if "transfer_data" in params:
        members["transfer_data"] = _transfer_data(tx, params)
    data = members.get("transfer_data", known.get("transfer_data"))
    if PERCENT in params:
        members[PERCENT] = _percent(params, PERCENT)
    percent = members.get(PERCENT, known.get(PERCENT))
    if members and percent is not None and data is None and tx.world.kin(None) is None:
        raise refusals.fee_without_direction(PERCENT, params.name(PERCENT if PERCENT in params else "transfer_data"))
    if members and percent is not None and (data or {}).get("amount_percent") is not None:
        names = [params.name(PERCENT), params.name("transfer_data[amount_percent]")]
        raise errors.only_one_parameter(names, params.name(PERCENT))
    return members


def _transfer_data(tx: Transaction, params: Params) -> dict[str, Any] | None:
    """Who gets the money of each invoice, and how much of it where that is not all."""
    if params.peek("transfer_data") is None:
        params.get("transfer_data")
        return None
    given = params.hash("transfer_data")
    return {"amount_percent": _percent(given, "amount_percent"), "destination": destinations.receiver(tx, given)}


def _percent(params: Params, key: str) -> float | None:
    """A number from 0 to 100 with at most two decimals. [documented]"""
    value = params.get(key)
    if value is None:
        return None
    percent = float(value)
    if percent < 0:
        raise errors.too_small(params.name(key), 0)
    if percent > 100:
        raise errors.too_large(params.name(key), 100, int(percent))
    if round(percent, 2) != percent:
        raise errors.too_many_decimals(params.name(key), str(value), 2)
    return percent


def in_phase(settings: Mapping[str, Any], phase: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for a subscription during a phase: the phase's own, else the schedule's. [documented]

    Only what there is or was, so that a subscription of which nothing is said stays as it is.
    """
    found = {name: phase.get(name) if phase.get(name) is not None else settings.get(name) for name in SHARES}
    return found if any(value is not None for value in (*found.values(), *map(known.get, SHARES))) else {}
