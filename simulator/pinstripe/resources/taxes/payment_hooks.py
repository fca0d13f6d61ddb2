"""`hooks` of a payment intent: the tax calculation that is recorded once it is paid. [documented]"""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import named
from pinstripe.world import Object, Transaction

OVER = ("canceled", "succeeded")


def given(tx: Transaction, params: Params, before: Object | None = None) -> dict[str, Any]:
    """The member as a request has it: a calculation, or an empty string that unlinks it.

    A new one is linked until the payment has succeeded. [documented] The amount is the caller's affair. [documented]
    """
    if "hooks" not in params:
        return {}
    tax = params.hash("hooks").hash("inputs").hash("tax")
    if "calculation" not in tax:
        return {}
    if before is not None and before["status"] in OVER:
        raise refusals.too_late_for_tax(before["status"], tax.name("calculation"))
    id_ = tax.get("calculation")
    if not id_:
        return {"hooks": {"inputs": {}}}
    calculation = named(tx, "tax.calculation", id_, tax.name("calculation"))
    return {"hooks": {"inputs": {"tax": {"calculation": calculation.id}}}}


def calculation_of(intent: Object) -> str | None:
    """The calculation that an intent is linked with."""
    linked: str | None = ((intent.get("hooks") or {}).get("inputs") or {}).get("tax", {}).get("calculation")
    return linked
