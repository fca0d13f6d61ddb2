"""Trial offers: an item has a price of its own for so many of its periods, and then another. [documented]

Where everything on a subscription is on trial for nothing, it is a trial like any other: it is `trialing`, warns, and
ends as its settings say. [documented; inferred: that it says when by `trial_end`] What costs something is paid at once.
When a trial ends, periods begin anew, or with `unchanged` the time until the old anchor is billed. [documented] What
other items have paid beyond that moment comes back as in any restart. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import boundary
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.params import Params
from pinstripe.resources.resource import named
from pinstripe.resources.subscriptions import prorations
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.resources.subscriptions.subscription_items import ItemChange
from pinstripe.world import Object, Transaction, frozen

KIND = "product_catalog.trial_offer"
LEGACY = ("trial_end", "trial_period_days", "trial_from_plan")
"""What no offer goes with. [documented: trial_end]"""
ANCHORS = ("backdate_start_date", "billing_cycle_anchor", "billing_cycle_anchor_config")


def resolved(tx: Transaction, params: Params, changes: Sequence[ItemChange], operation: str) -> list[ItemChange]:
    """What a new subscription sells, with the prices of its offers."""
    found = [_with_offer(tx, change) for change in changes]
    if all(change.offer is None for change in found):
        return found
    if params.hash("billing_mode").peek("type") == "classic":
        raise refusals.trial_offer_needs_flexible("billing_mode[type]")
    for name in LEGACY:
        if params.peek(name):
            raise refusals.trial_offer_is_the_trial(name)
    for name in ANCHORS:
        if name in params:
            raise errors.unsupported_parameter(operation, name, " together with a trial offer")
    return found


def _with_offer(tx: Transaction, change: ItemChange) -> ItemChange:
    """An item at the price of its offer; one that is named beside it is that, or what comes after. [inferred]"""
    given = change.params.hash("current_trial")
    if not given:
        return change
    name = given.name("trial_offer")
    offer = named(tx, KIND, given.get("trial_offer"), name)
    if not offer["active"]:
        raise refusals.trial_offer_is_inactive(name)
    price, later = (tx.read("price", id_) for id_ in (offer["price"], offer["end_behavior"]["transition"]["price"]))
    if price["currency"] != later["currency"]:
        raise refusals.mismatch("currency")
    if change.price not in (None, price.id, later.id):
        raise refusals.trial_offer_of_another_price(change.params.name("price"))
    return replace(change, price=price.id, offer=offer)


def free_until(tx: Transaction, changes: Sequence[ItemChange], now: int) -> int | None:
    """When a trial of everything for nothing ends first; None where something is paid, or is no trial."""
    ends = []
    for change in changes:
        if change.offer is None:
            return None
        price = tx.read("price", change.offer["price"])
        if price["unit_amount_decimal"] is None or float(price["unit_amount_decimal"]):
            return None
        ends.append(_end(tx, change.offer, now))
    return min(ends, default=None)


def _end(tx: Transaction, offer: Object, now: int) -> int:
    """So many periods of its price later."""
    recurring = tx.read("price", offer["price"])["recurring"]
    count = recurring["interval_count"] * offer["duration"]["relative"]["iterations"]
    return boundary(now, recurring["interval"], count, 1)


def begun(tx: Transaction, item: Object, change: ItemChange, now: int) -> Object:
    """An item that begins with its offer."""
    if change.offer is None:
        return item
    trial = {"end_date": _end(tx, change.offer, now), "start_date": now, "trial_offer": change.offer.id}
    later = change.offer["end_behavior"]["transition"]["price"]
    return Object({**item, "current_trial": frozen(trial), "_transition": later})


def is_over(item: Mapping[str, Any], now: int) -> bool:
    """Whether the trial of an item ends now."""
    return bool(item.get("current_trial")) and item["current_trial"]["end_date"] <= now


def left(tx: Transaction, item: Object) -> Object:
    """An item after its trial, at the price that comes then, and as many as it was. [inferred: the latter]"""
    price = tx.read("price", item["_transition"])
    quantity = None if is_metered(price) else item["quantity"] or 1
    fresh = {"current_trial": None, "price": price.id, "quantity": quantity, "_transition": None}
    return Object({**item, **fresh, "_counts_from": item["current_period_end"], "_debits": ()})


def anew(tx: Transaction, subscription: Object, now: int) -> Object:
    """The subscription whose periods all end now, since a paid trial of an item does, unless the anchor stays."""
    unchanged = subscription["trial_settings"]["end_behavior"]["billing_cycle_anchor"] == "unchanged"
    ended = any(is_over(item, now) for item in subscription["items"])
    if not ended or unchanged or subscription["status"] == "trialing":
        return subscription
    how = Prorating(subscription, now, wanted=True)
    running = [item for item in subscription["items"] if item["current_period_end"] > now]
    for item in running:
        if not is_metered(tx.read("price", item["price"])):
            prorations.credit(tx, item, how)
    cut = {"current_period_end": now, "_billed_until": None, "_debits": ()}
    items = [Object({**item, **cut}) if item in running else item for item in subscription["items"]]
    return tx.put(subscription, billing_cycle_anchor=now, billing_cycle_anchor_config=None, items=frozen(items))
