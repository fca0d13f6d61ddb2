"""Subscriptions: changed with prorations, canceled, shown with their items; how they begin is in signup.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import (
    cancellation,
    payment_methods,
    refusals,
    renewal,
    signup,
    subscription_items,
)
from pinstripe.resources.changes import Change, apply
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    list_object,
    listing,
    merged_metadata,
    named,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

KEY = "subscription_exposed_id"


def update(call: Call) -> Answer:
    """POST /v1/subscriptions/{id}."""
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    if before["status"] in renewal.OVER:
        return _update_ended(call, before)
    signup.refuse_unmodelled(call)
    if params.get("trial_end", "now") != "now":  # ending a trial that is not running changes nothing [recorded]
        raise errors.unsupported_parameter(call.operation, "trial_end")
    anchor = params.hash("billing_cycle_anchor").get("type", "unchanged")
    if anchor != "unchanged":
        raise errors.unsupported_parameter(call.operation, "billing_cycle_anchor[type]", f" with the value {anchor}")
    subscription = tx.put(before, metadata=merged_metadata(before["metadata"], params), **_plain_changes(call, before))
    if "cancel_at_period_end" in params:
        wanted = params.get("cancel_at_period_end")
        subscription = cancellation.at_period_end(tx, subscription) if wanted else cancellation.undo(tx, subscription)
    if "cancellation_details" in params:
        subscription = cancellation.explain(tx, subscription, params.hash("cancellation_details"))
    change = Change(
        items=subscription_items.read_changes(params.hashes("items")),
        proration_behavior=params.get("proration_behavior") or "create_prorations",
        proration_date=params.get("proration_date"),
        payment_behavior=params.get("payment_behavior"),
    )
    return apply(tx, before, subscription, change)


def _plain_changes(call: Call, before: Object) -> dict[str, Any]:
    """Members that are simply replaced."""
    tx, params = call.tx, call.params
    changes = params.pick("description")
    if "default_payment_method" in params:
        id_ = params.get("default_payment_method")
        customer = tx.read("customer", before["customer"])
        changes["default_payment_method"] = (
            id_ and payment_methods.of_customer(tx, id_, customer, "default_payment_method").id
        )
    if "payment_settings" in params:
        changes["payment_settings"] = signup.payment_settings(params)
    return changes


def _update_ended(call: Call, before: Object) -> Answer:
    """A subscription that is over keeps only its metadata and the reasons open to change. [second-hand]"""
    tx, params = call.tx, call.params
    subscription = tx.put(before, metadata=merged_metadata(before["metadata"], params))
    if "cancellation_details" in params:
        subscription = cancellation.explain(tx, subscription, params.hash("cancellation_details"))
    if any(True for _ in params.unread()):
        raise refusals.canceled_subscription_is_fixed()
    tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription


def cancel(call: Call) -> Answer:
    """DELETE /v1/subscriptions/{id}: over at once. A second time there is nothing to find. [second-hand]"""
    tx, params = call.tx, call.params
    subscription = addressed(call, "subscription")
    if subscription["status"] in renewal.OVER:
        raise errors.no_such("subscription", subscription.id, param="id", in_path=True)
    if "cancellation_details" in params:
        subscription = cancellation.explain(tx, subscription, params.hash("cancellation_details"))
    return cancellation.cancel_now(
        tx,
        subscription,
        invoice_now=bool(params.get("invoice_now", False)),
        prorate=bool(params.get("prorate", False)),
    )


def retrieve(call: Call) -> Answer:
    """GET /v1/subscriptions/{id}."""
    return addressed(call, "subscription")


def list_all(call: Call) -> Answer:
    """GET /v1/subscriptions; those that are canceled show only when asked for. [documented]"""
    params = call.params
    status = params.get("status")
    price = params.get("price") or params.get("plan")
    if "customer" in params:
        named(call.tx, "customer", params.get("customer"), "customer")
    answer = listing(
        "subscription", by={"customer": "customer", "test_clock": "test_clock"}, equal=("collection_method",)
    )(call)
    assert isinstance(answer, Listing)

    def wanted(row: Object) -> bool:
        """Whether the state fits."""
        match status:
            case None:
                return row["status"] not in ("canceled", "incomplete_expired")
            case "all":
                return True
            case "ended":
                return row["status"] in renewal.OVER
        return bool(row["status"] == status)

    return Listing(
        [
            row
            for row in answer.objects
            if wanted(row) and (price is None or any(item["price"] == price for item in row["items"]))
        ]
    )


def view(tx: Transaction, subscription: Object) -> Mapping[str, Any]:
    """A subscription with its items inside. [recorded]"""
    items = [subscription_items.show(tx, item) for item in subscription["items"]]
    url = f"/v1/subscription_items?subscription={subscription.id}"
    (plan, *others), quantities = (item["plan"] for item in items), [item.get("quantity") for item in items]
    return {
        **subscription,
        "items": list_object(url, items),
        "plan": None if others else plan,
        **({} if None in quantities[:1] else {"quantity": None if others else quantities[0]}),
    }


def _item_ids(subscription: Object) -> list[str]:
    """The ids of the items inside."""
    return [item["id"] for item in subscription["items"]]


SUBSCRIPTIONS = Resource(
    Kind(
        "subscription",
        "sub",
        indexes={"customer": by("customer"), "item": _item_ids, "test_clock": by("test_clock")},
        alarm=renewal.alarm,
        ring=renewal.ring,
        rank=1,
    ),
    {
        "POST /v1/subscriptions": signup.create,
        "GET /v1/subscriptions": list_all,
        f"GET /v1/subscriptions/{{{KEY}}}": retrieve,
        f"POST /v1/subscriptions/{{{KEY}}}": update,
        f"DELETE /v1/subscriptions/{{{KEY}}}": cancel,
    },
    view=view,
)
