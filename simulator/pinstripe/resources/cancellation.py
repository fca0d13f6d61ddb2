"""How a subscription ends: now, at the end of its period, or after all not."""

from __future__ import annotations

from pinstripe.billing.periods import Period
from pinstripe.resources import invoice_items, invoice_lines, invoicing, lifecycle, subscription_items
from pinstripe.resources.params import Params
from pinstripe.resources.prices import is_metered
from pinstripe.resources.subscription_items import Prorating
from pinstripe.world import Object, Transaction


def at_period_end(tx: Transaction, subscription: Object) -> Object:
    """Set to cancel when the current period ends. [recorded]"""
    if subscription["cancel_at_period_end"]:
        return subscription
    return tx.put(
        subscription,
        cancel_at=max(item["current_period_end"] for item in subscription["items"]),
        cancel_at_period_end=True,
        canceled_at=tx.now_of(subscription),
        cancellation_details={**subscription["cancellation_details"], "reason": "cancellation_requested"},
    )


def undo(tx: Transaction, subscription: Object) -> Object:
    """Go on after all. [recorded]"""
    if not subscription["cancel_at_period_end"]:
        return subscription
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
    return tx.put(subscription, cancellation_details=details)


def cancel_now(tx: Transaction, subscription: Object, *, invoice_now: bool = False, prorate: bool = False) -> Object:
    """Cancel at once.

    By default nothing is credited, usage that was not invoiced is dropped, and pending prorations are removed.
    `prorate` credits unused time; `invoice_now` bills usage and what waits. [documented]
    """
    if subscription["status"] in lifecycle.OVER:
        return subscription
    if subscription["status"] == "incomplete":
        return lifecycle.expire(tx, subscription)
    now = tx.now_of(subscription)
    if prorate:
        how = Prorating(subscription, now, wanted=True)
        for item in subscription["items"]:
            if not is_metered(tx.read("price", item["price"])):
                subscription_items.credit(tx, item, how)
    if not prorate and not invoice_now:
        for entry in invoice_items.pending(tx, subscription["customer"], subscription.id):
            if entry["proration"] and entry["_subscription"] == subscription.id:
                tx.delete(entry)
                tx.emit("invoiceitem.deleted", entry)
    return _end(tx, subscription, last_invoice(tx, subscription, now) if invoice_now else None)


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
    customer = tx.read("customer", subscription["customer"])
    pending = invoice_items.pending(tx, customer.id, subscription.id)
    lines = [invoice_lines.of_entry(tx, entry, subscription) for entry in pending]
    starts = []
    for item in subscription["items"]:
        if is_metered(tx.read("price", item["price"])):
            starts.append(item["current_period_start"])
            lines += invoice_lines.of_item(tx, subscription, item, Period(item["current_period_start"], now))
    if not lines:
        return None
    return invoice_items.put_on(
        tx,
        pending,
        invoicing.draft(
            tx,
            customer,
            billing_reason="subscription_cycle",
            currency=subscription["currency"],
            created=now,
            period=(min(starts, default=now), now),
            lines=lines,
            subscription=subscription,
            auto_advance=True,
            automatic=True,
        ),
    )
