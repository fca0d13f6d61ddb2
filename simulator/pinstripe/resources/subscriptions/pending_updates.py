"""Updates that wait for their money: parked with an invoice, applied when it is paid, dropped when it is void."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.world import Object, Transaction

PARKED = (
    "billing_cycle_anchor",
    "billing_cycle_anchor_config",
    "cancel_at",
    "items",
    "metadata",
    "status",
    "trial_end",
    "trial_start",
)
"""What an update that waits would make different."""


def park(tx: Transaction, before: Object, after: Object, invoice: Object, expires_at: int) -> Object:
    """The subscription as it was, and what it would be, which `pending_update` tells. [documented]"""
    members = {name: after.get(name) for name in PARKED if after.get(name) != before.get(name)}
    return tx.put(
        after,
        **{name: before.get(name) for name in members},
        latest_invoice=invoice.id,
        pending_update=shown(members, expires_at),
        _waiting_update={"expires_at": expires_at, "invoice": invoice.id, "members": members},
    )


def shown(members: Mapping[str, Any], expires_at: int) -> dict[str, Any]:
    """What `pending_update` tells of these members, until when. [recorded where there are none]"""
    return {
        **dict.fromkeys(("billing_cycle_anchor", "cancel_at_period_end", "discount", "discounts", "metadata")),
        **dict.fromkeys(("trial_end", "trial_from_plan")),
        **{name: members[name] for name in ("billing_cycle_anchor", "metadata", "trial_end") if name in members},
        "expires_at": expires_at,
    }


def waits_for(subscription: Object, invoice: Object) -> bool:
    """Whether an update of the subscription waits for this invoice to be paid."""
    waiting = subscription.get("_waiting_update")
    return waiting is not None and bool(waiting["invoice"] == invoice.id)


def apply(tx: Transaction, subscription: Object) -> Object:
    """The update takes effect; its metadata are merged. [documented; order inferred]"""
    members = dict(subscription["_waiting_update"]["members"])
    if "metadata" in members:
        members["metadata"] = {**subscription["metadata"], **members["metadata"]}
    after = tx.put(subscription, **members, pending_update=None, _waiting_update=None)
    tx.emit("customer.subscription.pending_update_applied", after)
    tx.emit("customer.subscription.updated", after, before=subscription)
    return after


def drop(tx: Transaction, subscription: Object) -> Object:
    """The update, or the resumption, will not be. [documented; inferred: that a resumption's end is told as this]"""
    after = tx.put(subscription, pending_update=None, _waiting_update=None)
    tx.emit("customer.subscription.pending_update_expired", after)
    tx.emit("customer.subscription.updated", after, before=subscription)
    return after
