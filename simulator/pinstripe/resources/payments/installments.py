"""Payments that the holder of a card pays back in parts: meses sin intereses, of Mexican credit cards.

The money comes at once and whole; the plan is between the holder and the bank. [documented] What such a plan costs the
merchant besides is not booked, because nobody tells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.world import Object

COUNTS = (3, 6, 9, 12, 18, 24)
"""Months of the plans that the test card of Mexico offers. [documented of 4000 0048 4000 0008]"""
PARAM = "payment_method_options[card][installments][plan]"


def asked(given: Params, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """`installments` after a request: whether they are wanted, and by which plan; an empty plan unsets it.

    What is on offer is known once there is a card: see `offered`.
    """
    known: Mapping[str, Any] = before or {}
    plan = known.get("plan")
    if "plan" in given:
        said = given.get("plan")
        plan = _whole(said) if said else None
    return {"available_plans": [], "enabled": given.get("enabled", known.get("enabled", False)), "plan": plan}


def offered(intent: Mapping[str, Any], method: Object | None) -> dict[str, Any]:
    """The intent's `payment_method_options` with what this card offers; nothing where nobody asked for installments.

    Plans are for pesos of Mexico and credit cards from there. [documented; inferred: by every such test card, and that
    neither the account's country nor the amount is asked] A plan that the card does not offer is refused. [inferred]
    """
    card = (intent["payment_method_options"] or {}).get("card") or {}
    known = card.get("installments")
    if known is None:
        return {}
    plans = _plans(method) if known["enabled"] and intent["currency"] == "mxn" else []
    if known["plan"] is not None and known["enabled"] and method is not None and known["plan"] not in plans:
        raise refusals.plan_not_offered(PARAM)
    shown = {**card, "installments": {**known, "available_plans": plans}}
    return {"payment_method_options": {**intent["payment_method_options"], "card": shown}}


def chosen(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a charge says of its plan; one that is switched off does not count. [documented]"""
    known = options.get("installments") or {}
    return {"plan": known["plan"]} if known.get("enabled") and known.get("plan") else None


def of_token(token: Object | None, given: Params, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """`installments` with the plan that a confirmation token brings along; the request cannot name another.

    [second-hand; inferred: that it counts only where installments are enabled]
    """
    card = {} if token is None else (token["payment_method_options"] or {}).get("card") or {}
    plan = (card.get("installments") or {}).get("plan")
    if plan is None:
        return {}
    if given.peek("plan") is not None:
        raise refusals.plan_twice()
    enabled = (known or {}).get("enabled", False)
    return {"installments": {"available_plans": [], "enabled": enabled, "plan": _whole(plan)}}


def _whole(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan with every member named."""
    return {**dict.fromkeys(("count", "interval")), **plan}


def _plans(method: Object | None) -> list[dict[str, Any]]:
    """What a card offers."""
    if method is None or method["type"] != "card":
        return []
    card = payment_methods.card_of(method)
    if card.country != "MX" or card.funding != "credit":
        return []
    return [{"count": count, "interval": "month", "type": "fixed_count"} for count in COUNTS]
