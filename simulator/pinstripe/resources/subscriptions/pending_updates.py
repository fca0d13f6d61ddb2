"""Updates that wait for their money: parked with an invoice, applied when it is paid, dropped when it is void."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.discounts import applying, discounts
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import schedule_splits
from pinstripe.resources.usage import shared_seconds
from pinstripe.world import Object, Transaction, frozen

TAKEN = frozenset(
    (
        "add_invoice_items",
        "billing_cycle_anchor",
        "cancel_at_period_end",
        "discounts",
        "expand",
        "items",
        "metadata",
        "off_session",
        "payment_behavior",
        "plan",
        "price",
        "proration_behavior",
        "proration_date",
        "quantity",
        "subscription",
        "trial_end",
        "trial_from_plan",
    )
)
"""What a request may say of an update that is to wait for its payment. [documented; inferred: off_session]"""
NOT_OF_ITEMS = ("billing_thresholds", "tax_rates")
"""What it may not say of an item. [second-hand: tax rates; inferred: thresholds]"""
PARKED = (
    "billing_cycle_anchor",
    "billing_cycle_anchor_config",
    "cancel_at",
    "cancel_at_period_end",
    "canceled_at",
    "cancellation_details",
    "discounts",
    "items",
    "metadata",
    "status",
    "trial_end",
    "trial_start",
)
"""What an update that waits would make different."""
SAID = ("cancel_at_period_end", "trial_from_plan")
"""What is told as it was said."""


def asked(params: Params) -> bool:
    """Whether a request is to wait for its payment."""
    return bool(params.peek("payment_behavior") == "pending_if_incomplete")


def require_only(params: Params, subscription: Object) -> None:
    """What waits for its money is a change that is charged, and nothing else goes with it. [documented]"""
    if not asked(params):
        return
    if subscription["collection_method"] == "send_invoice":
        raise refusals.sent_invoices_do_not_wait()
    for name in params:
        if name not in TAKEN:
            raise refusals.pending_update_takes_only(name)
    for index, row in enumerate(params.peek("items") or ()):
        for name in NOT_OF_ITEMS:
            if name in row:
                raise refusals.pending_update_takes_only(f"items[{index}][{name}]")


def park(
    tx: Transaction,
    before: Object,
    after: Object,
    invoice: Object,
    expires_at: int,
    said: Mapping[str, Any],
) -> Object:
    """The subscription as it was, and what it would be, which `pending_update` tells. [documented]"""
    members = {name: after.get(name) for name in PARKED if after.get(name) != before.get(name)}
    for id_ in _of_items(before):
        known = tx.world.get("discount", id_)
        if known is not None and not known["_over"]:  # replaced by the update, and so goes on meanwhile
            tx.put(tx.read("discount", id_), _over=False)
    return tx.put(
        after,
        **{name: before.get(name) for name in members},
        latest_invoice=invoice.id,
        pending_update=shown(members, expires_at, said),
        _waiting_update={
            "counted": _counted(tx, before, invoice),
            "expires_at": expires_at,
            "invoice": invoice.id,
            "members": members,
        },
    )


def _counted(tx: Transaction, before: Object, invoice: Object) -> dict[str, Any]:
    """From when on usage counts of the items whose usage the invoice bills: it is billed no more. [documented]"""
    now = tx.now_of(before)
    removed = {line.get("_usage_of") for line in invoice["lines"]}
    rows = [line.get("_item") for line in invoice["lines"]]
    counted: dict[str, Any] = {row["id"]: {"_counts_from": now} for row in rows if row is not None}
    for item in before["items"]:
        if item["id"] in removed:
            counted[item["id"]] = shared_seconds.billed(tx, before, item, now)
    return counted


def shown(members: Mapping[str, Any], expires_at: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """What `pending_update` tells of these members, until when. [recorded where there are none]"""
    told = ("billing_cycle_anchor", "discounts", "metadata", "trial_end")
    return {
        **dict.fromkeys(("billing_cycle_anchor", "cancel_at_period_end", "discount", "discounts", "metadata")),
        **dict.fromkeys(("trial_end", "trial_from_plan")),
        **{name: members[name] for name in told if name in members},
        **{name: said[name] for name in SAID if said.get(name) is not None},
        "expires_at": expires_at,
    }


def _of_items(subscription: Mapping[str, Any]) -> list[str]:
    """The discounts of all items."""
    return [id_ for item in subscription["items"] for id_ in item["discounts"]]


def waits_for(subscription: Object, invoice: Object) -> bool:
    """Whether an update of the subscription waits for this invoice to be paid."""
    waiting = subscription.get("_waiting_update")
    return waiting is not None and bool(waiting["invoice"] == invoice.id)


def apply(tx: Transaction, subscription: Object) -> Object:
    """The update takes effect; its metadata are merged, its discounts told of. [documented; order inferred]

    A schedule splits its phase now. [inferred: not before]
    """
    members = dict(subscription["_waiting_update"]["members"])
    if "metadata" in members:
        members["metadata"] = {**subscription["metadata"], **members["metadata"]}
    if members.get("canceled_at") is not None:  # decided when it takes effect [inferred]
        members["canceled_at"] = tx.now_of(subscription)
    if "discounts" in members:
        discounts.tell(tx, discounts.in_force(tx, subscription["discounts"]), members["discounts"])
    after = tx.put(subscription, **members, pending_update=None, _waiting_update=None)
    applying.drop(tx, discounts.in_force(tx, _of_items(subscription)), _of_items(after))
    tx.emit("customer.subscription.pending_update_applied", after)
    tx.emit("customer.subscription.updated", after, before=subscription)
    schedule_splits.follow(tx, subscription, after)
    return after


def drop(tx: Transaction, subscription: Object) -> Object:
    """The update, or the resumption, will not be. [documented; inferred: that a resumption's end is told as this]

    Usage that its invoice billed is not billed again. [documented]
    """
    counted = (subscription.get("_waiting_update") or {}).get("counted", {})
    items = [Object({**item, **counted.get(item["id"], {})}) for item in subscription["items"]]
    after = tx.put(subscription, items=frozen(items), pending_update=None, _waiting_update=None)
    tx.emit("customer.subscription.pending_update_expired", after)
    tx.emit("customer.subscription.updated", after, before=subscription)
    return after
