"""How a subscription ends: now, at the end of its period, or after all not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.billing.periods import Period
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines
from pinstripe.resources.params import Params
from pinstripe.resources.resource import named
from pinstripe.resources.subscriptions import cycles, lifecycle, prebilling, prorations
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.world import Object, Transaction, frozen


def at_period_end(tx: Transaction, subscription: Object) -> Object:
    """Set to cancel when the current period ends. [recorded]"""
    if subscription["cancel_at_period_end"]:
        return subscription
    subscription = undo(tx, subscription)
    return tx.put(
        subscription,
        cancel_at=max(item["current_period_end"] for item in subscription["items"]),
        cancel_at_period_end=True,
        canceled_at=tx.now_of(subscription),
        cancellation_details={**subscription["cancellation_details"], "reason": "cancellation_requested"},
    )


def at_moment(tx: Transaction, subscription: Object, params: Params, *, prorates: bool) -> Object:
    """Set to cancel at a moment, or at the first or the last of its period ends; empty takes it back. [documented]

    If that is within the current period, the period ends there, and what is paid beyond it is given back. A later
    period is cut short when it begins.
    """
    wanted = params.get("cancel_at")
    if wanted is None:
        return undo(tx, subscription, prorates=prorates)
    subscription = undo(tx, subscription, prorates=prorates)
    ends = [item["current_period_end"] for item in subscription["items"]]
    billed = [prebilling.of_item(tx, item) for item in subscription["items"]]
    named_ends = {"max_billed_until": max(billed), "max_period_end": max(ends), "min_period_end": min(ends)}
    at = named_ends.get(wanted) or cycles.require_future(params, "cancel_at", tx.now_of(subscription))
    subscription = tx.put(
        subscription,
        cancel_at=at,
        canceled_at=tx.now_of(subscription),
        cancellation_details={**subscription["cancellation_details"], "reason": "cancellation_requested"},
    )
    if subscription["status"] != "trialing":
        return _cut(tx, subscription, at, prorates=prorates)
    classic = subscription["billing_mode"]["type"] == "classic"
    return _short_trial(tx, subscription, at) if classic and at < subscription["trial_end"] else subscription


def _short_trial(tx: Transaction, subscription: Object, at: int) -> Object:
    """In classic mode a trial ends with its subscription. [documented; inferred: also when that goes on after all]"""
    items = [Object({**item, "current_period_end": at}) for item in subscription["items"]]
    return tx.put(subscription, billing_cycle_anchor=at, items=frozen(items), trial_end=at)


def _cut(tx: Transaction, subscription: Object, at: int, *, prorates: bool) -> Object:
    """End the current periods at a moment within them, and give back what was billed beyond it."""
    items = []
    how = Prorating(subscription, at, wanted=prorates)
    for item in subscription["items"]:
        if item["current_period_end"] <= at:
            items.append(item)
            continue
        kept = item["_debits"]
        if prorates and not is_metered(tx.read("price", item["price"])):
            entries = prorations.credit(tx, item, how)
            kept = [_shortened(debit, entry, at) for debit, entry in zip(kept, entries, strict=False)]
        items.append(Object({**item, "current_period_end": at, "_debits": frozen(kept)}))
    return tx.put(subscription, items=frozen(items))


def _shortened(debit: Mapping[str, Any], entry: Object, at: int) -> dict[str, Any]:
    """What is left of a bill once a part of it was given back."""
    back = {row["discount"]: row["amount"] for row in entry["_discounted"]}
    discounted = [(id_, off + back.get(id_, 0)) for id_, off in debit["discounted"]]
    return {**debit, "amount": debit["amount"] + entry["amount"], "discounted": discounted, "end": at}


def _mended(tx: Transaction, subscription: Object, *, prorates: bool) -> Object:
    """Let periods that a cancellation had cut go on to their own ends, and bill the rest again. [inferred]"""
    items = []
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        whole = cycles.period_at(subscription, price["recurring"], item["current_period_start"])
        cut = item["current_period_end"]
        if subscription["status"] == "trialing" or cut >= whole.end or cut != subscription["cancel_at"]:
            items.append(item)
            continue
        longer = Object({**item, "current_period_end": whole.end})
        if prorates and not is_metered(price):
            _, billed = prorations.debit(tx, longer, Prorating(subscription, cut, wanted=True))
            longer = Object({**billed, "_debits": (*item["_debits"], *billed["_debits"])})
        items.append(longer)
    return tx.put(subscription, items=frozen(items))


def undo(tx: Transaction, subscription: Object, *, prorates: bool = True) -> Object:
    """Go on after all. [recorded]"""
    if subscription["cancel_at"] is None:
        return subscription
    subscription = _mended(tx, subscription, prorates=prorates)
    return tx.put(
        subscription,
        cancel_at=None,
        cancel_at_period_end=False,
        canceled_at=None,
        cancellation_details={**subscription["cancellation_details"], "reason": None},
    )


def explain(tx: Transaction, subscription: Object, given: Params) -> Object:
    """Keep what the customer said about it."""
    details = {**subscription["cancellation_details"], **given.pick("comment", "feedback")}
    if "feedback_option" in given:
        id_ = given.get("feedback_option")
        name = given.name("feedback_option")
        details["feedback_option"] = None if id_ is None else named(tx, "billing.feedback_option", id_, name).id
    return tx.put(subscription, cancellation_details=details)


def cancel_now(tx: Transaction, subscription: Object, *, invoice_now: bool = False, prorate: bool = False) -> Object:
    """Cancel at once.

    By default nothing is credited, usage that was not invoiced is dropped, and pending prorations are removed.
    `prorate` credits unused time; `invoice_now` bills usage and what waits. [documented] A credit that is not billed
    at once waits for any invoice of the customer, and says no more whose it is. [recorded]
    """
    if subscription["status"] in lifecycle.OVER:
        return subscription
    if subscription["status"] == "incomplete":
        return lifecycle.expire(tx, subscription)
    now = tx.now_of(subscription)
    if prorate and subscription["status"] != "trialing":
        how = Prorating(subscription, now, wanted=True)
        for item in subscription["items"]:
            if not is_metered(tx.read("price", item["price"])):
                entries = prorations.credit(tx, item, how)
                for entry in entries if not invoice_now else ():
                    tx.put(entry, _subscription=None, _subscription_item=None, _left=True)
    if not prorate and not invoice_now:
        for entry in invoice_items.pending(tx, subscription["customer"], subscription.id):
            if entry["proration"] and entry["_subscription"] == subscription.id:
                tx.delete(entry)
                tx.emit("invoiceitem.deleted", entry)
    last = last_invoice(tx, subscription, now) if invoice_now else None
    if last is not None:  # finalized a second after it would be tried [recorded]
        last = tx.put(last, automatically_finalizes_at=last["automatically_finalizes_at"] + 1)
    return _end(tx, subscription, last)


def at_its_end(tx: Transaction, subscription: Object) -> Object:
    """The period a subscription was set to end with is over; usage and what waits get a last invoice. [documented]"""
    return _end(tx, subscription, last_invoice(tx, subscription, tx.now_of(subscription)))


def _end(tx: Transaction, subscription: Object, last: Object | None) -> Object:
    """End with a last invoice, if there is one."""
    if last is None:
        return lifecycle.end(tx, subscription, reason="cancellation_requested")
    tx.emit("invoice.created", last)
    subscription = tx.put(subscription, latest_invoice=last.id)
    return lifecycle.end(tx, subscription, reason="cancellation_requested", spare=last)


def last_invoice(tx: Transaction, subscription: Object, now: int) -> Object | None:
    """A draft of pending items and of usage until now, if there are any; it has its hour of grace. [recorded]"""
    pending = invoice_items.pending(tx, subscription["customer"], subscription.id)
    lines: list[Object] = []
    for item in subscription["items"]:
        if is_metered(tx.read("price", item["price"])):
            until = Object({**item, "_counts_until": now + 1})  # usage of this very second counts
            period = Period(item["current_period_start"], now)
            if subscription["status"] == "trialing":
                lines.append(invoice_lines.of_trial(tx, subscription, until, period))
            else:
                lines += invoice_lines.of_item(tx, subscription, until, period)
    if not pending and not lines:
        return None
    since = min((item["current_period_start"] for item in subscription["items"]), default=now)
    return drafts.of_subscription(
        tx, subscription, "subscription_cycle", entries=pending, lines=lines, since=since, automatic=True
    )
