"""Subscriptions: changed with prorations, canceled, shown with their items; how they begin is in signup.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals, searching
from pinstripe.resources.connect import subscription_shares
from pinstripe.resources.discounts import applying, discounts, tax_rates
from pinstripe.resources.invoices import invoice_items, invoice_terms, payment_settings
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
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
    shaped,
)
from pinstripe.resources.subscriptions import (
    cancellation,
    changes,
    collection_pauses,
    pending_updates,
    prebilling,
    renewal,
    restarts,
    schedule_splits,
    signup,
    subscription_items,
    subscription_pauses,
    thresholds,
    trials,
    upcoming,
)
from pinstripe.resources.subscriptions.changes import Change
from pinstripe.resources.usage import usage_records
from pinstripe.wire import pages
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

KEY = "subscription_exposed_id"


def update(call: Call) -> Answer:
    """POST /v1/subscriptions/{id}."""
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    if before["status"] in renewal.OVER:
        return _update_ended(call, before)
    call.params.get("off_session")  # no payment of a change asks the customer here, which is what it says
    pending_updates.require_only(params, before)
    _require_unscheduled(call, before)
    before = _without_conflict(tx, params, before)
    known = [item["price"] for item in before["items"]]
    usage_records.require_sellable(call, params.hashes("items"), known, beside=before)
    now = tx.now_of(before)
    restart = restarts.wanted(params, before, now)
    prorates = params.get("proration_behavior") != "none"
    subscription = tx.put(before, metadata=merged_metadata(before["metadata"], params), **_plain_changes(call, before))
    if "cancel_at_period_end" in params:
        wanted = params.get("cancel_at_period_end")
        if wanted:
            subscription = cancellation.at_period_end(tx, subscription)
        elif subscription["cancel_at_period_end"]:
            subscription = cancellation.undo(tx, subscription)
    if "cancel_at" in params:
        subscription = cancellation.at_moment(tx, subscription, params, prorates=prorates)
    cut = subscription["items"] != before["items"]
    if "cancellation_details" in params:
        if subscription["cancel_at"] is None:
            raise refusals.not_set_to_cancel()
        subscription = cancellation.explain(tx, subscription, params.hash("cancellation_details"))
    if "add_invoice_items" in params:
        customer = tx.read("customer", before["customer"])
        invoice_items.extras(tx, params.hashes("add_invoice_items"), customer, subscription)
    items = subscription_items.read_changes(params.hashes("items"))
    items = items or subscription_items.read_only_change(before, params)
    if before["status"] == "incomplete" and (items or restart is not None or "add_invoice_items" in params):
        raise refusals.incomplete_subscription_is_fixed()
    restart = restarts.by_prices(tx, params, before, items) or restart or restarts.automatic(tx, before, items)
    if "billing_schedules" in params:
        subscription = prebilling.wanted(tx, params, subscription)
    elif "discounts" in params or items:
        prebilling.require_coupons(tx, subscription)
    change = Change(
        items=items,
        proration_behavior=params.get("proration_behavior") or "create_prorations",
        proration_date=params.get("proration_date"),
        payment_behavior=params.get("payment_behavior"),
        extras="add_invoice_items" in params,
        cut=cut,
        prebills=bool(params.peek("billing_schedules")),
        said={name: params.peek(name) for name in pending_updates.SAID},
    )
    if restart is not None:
        ended = None if restart.trial_end is not None or items else trials.cut_short(tx, before, subscription)
        if ended is not None:
            return ended
        if restart.trial_end is None and params.peek("trial_end") == "now":
            subscription = trials.tell_once(tx, subscription)
        after = trials.tell_if_short(tx, restarts.apply(tx, before, subscription, change, restart))
    else:
        after = changes.apply(tx, before, subscription, change)
    if pending_updates.asked(params):
        _tell_of_discounts(tx, before, after)
    schedule_splits.follow(tx, before, after)
    return thresholds.require(tx, after)


def _tell_of_discounts(tx: Transaction, before: Object, after: Object) -> None:
    """An update that might have waited for its payment, and did not, tells of its discounts at last."""
    if after.get("_waiting_update") is None and after["discounts"] != before["discounts"]:
        discounts.tell(tx, discounts.in_force(tx, before["discounts"]), after["discounts"])


def _without_conflict(tx: Transaction, params: Params, before: Object) -> Object:
    """The subscription without an update that waits, if the request contradicts that about the end. [documented]"""
    waiting = before.get("pending_update") or {}
    known, said = waiting.get("cancel_at_period_end"), params.peek("cancel_at_period_end")
    return changes.without_waiting(tx, before) if known is not None and said not in (None, known) else before


def _require_unscheduled(call: Call, before: Object) -> None:
    """When it ends is its schedule's to say, if it has one. [second-hand; inferred: to say nothing new is allowed]"""
    if before.get("schedule") is None:
        return
    for name in ("cancel_at", "cancel_at_period_end"):
        if name in call.params and call.params.peek(name) != before[name]:
            raise refusals.schedule_says_when(before["schedule"])


def _plain_changes(call: Call, before: Object) -> dict[str, Any]:
    """Members that are simply replaced."""
    tx, params = call.tx, call.params
    members = params.pick("description") | applying.to_subscription(call, before)
    members |= subscription_shares.said(tx, params, before)
    if "default_payment_method" in params:
        id_ = params.get("default_payment_method")
        customer = tx.read("customer", before["customer"])
        members["default_payment_method"] = (
            id_ and payment_methods.of_customer(tx, id_, customer, "default_payment_method").id
        )
    if "default_source" in params:
        customer = tx.read("customer", before["customer"])
        members["default_source"] = invoice_terms.source(tx, params, customer)
    if "payment_settings" in params:
        members["payment_settings"] = payment_settings.of_subscription(call, before["payment_settings"])
    if "collection_method" in params or "days_until_due" in params:
        members |= _collection(call, before)
    if "invoice_settings" in params:
        members["invoice_settings"] = signup.invoice_settings(tx, params, before["invoice_settings"])
    if "trial_settings" in params:
        offers = any(item.get("current_trial") for item in before["items"])
        members["trial_settings"] = trials.settings(params, call.operation, offers=offers)
    if "billing_thresholds" in params:
        members["billing_thresholds"] = thresholds.wanted(params)
    if "pending_invoice_item_interval" in params:
        members |= signup.pending_interval(params, tx.now_of(before))
    return members | collection_pauses.wanted(params, tx.now_of(before))


def _collection(call: Call, before: Object) -> dict[str, Any]:
    """How the next invoices are collected; what is not said stays as it was."""
    params = call.params
    method = params.get("collection_method") or before["collection_method"]
    days = params.get("days_until_due", before["days_until_due"] if method == "send_invoice" else None)
    return signup.collection(method, days, call.tx.read("customer", before["customer"]))


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
    taxed = params.hash("automatic_tax").get("enabled")
    periods = {name: params.get(name) for name in ("current_period_end", "current_period_start") if name in params}
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
            if wanted(row)
            and taxed in (None, row["automatic_tax"]["enabled"])
            and (price is None or any(item["price"] == price for item in row["items"]))
            and all(_within(row, name, bounds) for name, bounds in periods.items())
        ]
    )


def _within(subscription: Object, name: str, bounds: Any) -> bool:
    """Whether a period of one of the items begins or ends within bounds. [inferred: of any item]"""
    return any(pages.in_range(bounds, item[name]) for item in subscription["items"])


def view(tx: Transaction, subscription: Object) -> Mapping[str, Any]:
    """A subscription with its items inside. [recorded]"""
    items = [subscription_items.show(tx, item) for item in subscription["items"]]
    url = f"/v1/subscription_items?subscription={subscription.id}"
    (plan, *others), quantities = (item["plan"] for item in items), [item.get("quantity") for item in items]
    return {
        **subscription,
        "default_tax_rates": tax_rates.shown(tx, subscription["default_tax_rates"]),
        "discounts": discounts.in_force(tx, subscription["discounts"]),
        "items": list_object(url, items),
        "pending_update": _waiting(tx, subscription),
        "plan": None if others else plan,
        **({} if None in quantities[:1] else {"quantity": None if others else quantities[0]}),
        **({"status_details": {"paused": subscription["_paused"]}} if subscription.get("_paused") else {}),
    }


def _waiting(tx: Transaction, subscription: Object) -> dict[str, Any] | None:
    """The update that waits for its money, with its items, and its discount, of several the last. [inferred]"""
    update = subscription.get("pending_update")
    if update is None:
        return None
    waiting = subscription.get("_waiting_update")  # none where it is a resumption that waits
    items = waiting and waiting["members"].get("items")
    ids = update["discounts"]
    return {
        **update,
        "discount": shaped("discount", tx.read("discount", ids[-1])) if ids else None,
        "subscription_items": items and [subscription_items.show(tx, item) for item in items],
    }


def _item_ids(subscription: Object) -> list[str]:
    """The ids of the items inside."""
    return [item["id"] for item in subscription["items"]]


SUBSCRIPTIONS = Resource(
    Kind(
        "subscription",
        "sub",
        indexes={
            "customer": by("customer"),
            "item": _item_ids,
            "setup": by("pending_setup_intent"),
            "test_clock": by("test_clock"),
            "thresholds": thresholds.filed,
        },
        alarm=upcoming.alarm,
        ring=upcoming.ring,
        rank=1,
    ),
    {
        "POST /v1/subscriptions": signup.create,
        "GET /v1/subscriptions": list_all,
        "GET /v1/subscriptions/search": searching.search("subscription"),
        f"GET /v1/subscriptions/{{{KEY}}}": retrieve,
        f"POST /v1/subscriptions/{{{KEY}}}": update,
        f"DELETE /v1/subscriptions/{{{KEY}}}": cancel,
        "POST /v1/subscriptions/{subscription}/migrate": subscription_pauses.migrate,
        "POST /v1/subscriptions/{subscription}/pause": subscription_pauses.pause,
        "POST /v1/subscriptions/{subscription}/resume": subscription_pauses.resume,
    },
    view=view,
)
