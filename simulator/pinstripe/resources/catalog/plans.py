"""Plans: the older face of a recurring price, which Stripe still shows beside it."""

from __future__ import annotations

from typing import Any

from pinstripe.world import Object, Transaction


def plan_of(price: Object) -> Object:
    """The plan Stripe shows beside a recurring price; it has the price's id. [recorded]"""
    recurring = price["recurring"]
    transform = price["transform_quantity"]
    return Object(
        {
            "id": price.id,
            "object": "plan",
            "active": price["active"],
            "amount": price["unit_amount"],
            "amount_decimal": price["unit_amount_decimal"],
            "billing_scheme": price["billing_scheme"],
            "created": price["created"],
            "currency": price["currency"],
            "interval": recurring["interval"],
            "interval_count": recurring["interval_count"],
            "livemode": False,
            "metadata": price["metadata"],
            "meter": recurring["meter"],
            "nickname": price["nickname"],
            "product": price["product"],
            "tiers_mode": price["tiers_mode"],
            "transform_usage": transform,
            "trial_period_days": recurring["trial_period_days"],
            "usage_type": recurring["usage_type"],
            "_tiers": price["_tiers"],
        }
    )


def tell(tx: Transaction, before: Object, price: Object) -> None:
    """Say that a price has changed, under both of its names."""
    if price["recurring"]:
        tx.emit("plan.updated", plan_of(price), before=plan_of(before))
    tx.emit("price.updated", price, before=before)


def tiers_of(_: Transaction, obj: Object) -> list[dict[str, Any]] | None:
    """The tiers, which show only when asked for. [documented]"""
    return list(obj["_tiers"]) or None
