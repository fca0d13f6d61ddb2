"""Subscriptions as values, for tables of what is granted and laws of what comes last."""

from __future__ import annotations

from typing import Any

from pinstripe_flags.standing import Standing
from pinstripe_flags.subscription import Item, Subscription

NOW = 1_801_396_800
"""31 January 2027, noon UTC."""


def item(plan: str, quantity: int | None = 1) -> Item:
    """An item whose lookup key is the plan."""
    return Item(price=f"price_{plan}", lookup_key=plan, product=f"prod_{plan}", quantity=quantity)


def state(status: str = "active", *items: Item, **more: Any) -> Subscription:
    """A subscription to `pro`, unless other items are given."""
    values: dict[str, Any] = {
        "id": "sub_1",
        "customer": "cus_1",
        "status": status,
        "items": items or (item("pro"),),
        "collection_paused": False,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "trial_end": None,
        "current_period_start": NOW,
        "current_period_end": NOW + 2_419_200,
        "ended_at": None,
        "latest_invoice": "in_1",
    }
    return Subscription(**{**values, **more})


def standing(subscription: Subscription, **more: Any) -> Standing:
    """What is known of a subscription."""
    return Standing(subscription, **{"as_of": NOW, **more})
