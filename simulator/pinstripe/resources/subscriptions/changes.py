"""A subscription changed by request, and what that costs: pending prorations, or an invoice at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines, invoicing
from pinstripe.resources.subscriptions import (
    announcements,
    collection_pauses,
    cycles,
    lifecycle,
    pending_updates,
    prebilling,
    renewal,
)
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.resources.subscriptions.subscription_items import ItemChange, apply_changes
from pinstripe.world import Object, Transaction, frozen


@dataclass(frozen=True, slots=True)
class Change:
    """What a request wants of a subscription's items and how that is to be billed."""

    items: Sequence[ItemChange]
    proration_behavior: str = "create_prorations"
    proration_date: int | None = None
    payment_behavior: str | None = None
    extras: bool = False
    """Whether one-time charges came along, which `always_invoice` bills in classic mode. [documented]"""
    cut: bool = False
    """Whether a cancellation has cut the current periods, whose credits `always_invoice` bills as well. [inferred]"""
    prebills: bool = False
    """Whether periods ahead are to be billed, as `billing_schedules` say."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """The request's own words, of which an update that waits for its payment tells some."""


def apply(tx: Transaction, before: Object, subscription: Object, change: Change) -> Object:
    """Change the items, prorate, invoice at once if wanted, and tell."""
    if change.items:
        subscription = without_waiting(tx, subscription)
    now = tx.now_of(subscription)
    at = now if change.proration_date is None else change.proration_date
    paused = subscription["status"] == "paused"  # for which nobody pays, and so nothing is prorated [documented]
    if not paused:
        require_in_period(subscription, at)
    free = paused or subscription["status"] == "trialing"  # a trial is free anyway
    wanted = change.proration_behavior != "none" and not free
    how = Prorating(subscription, at, wanted=wanted)
    items, entries = apply_changes(tx, subscription, change.items, how)
    subscription = cycles.with_end(tx, tx.put(subscription, items=frozen(items)))
    if change.prebills:
        subscription, ahead = prebilling.bill(tx, subscription)
        entries += ahead
    classic = subscription["billing_mode"]["type"] == "classic"
    added = [] if classic or change.proration_behavior == "none" else _begun_on_trial(tx, before, subscription)
    if added:
        subscription = invoice_at_once(tx, subscription, change.payment_behavior, lines=added, before=before)
    bills = bool(entries) or (classic and change.extras) or (change.cut and _prorations_wait(tx, subscription))
    if bills and change.proration_behavior == "always_invoice":
        subscription = invoice_at_once(tx, subscription, change.payment_behavior, before=before, said=change.said)
    tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription


def _begun_on_trial(tx: Transaction, before: Object, subscription: Object) -> list[Object]:
    """The free lines of what is added during a trial. [documented of flexible mode; inferred: an invoice at once]"""
    if subscription["status"] != "trialing":
        return []
    known = {item["id"] for item in before["items"]}
    return [
        invoice_lines.of_trial(tx, subscription, item, Period(item["current_period_start"], item["current_period_end"]))
        for item in subscription["items"]
        if item["id"] not in known and not is_metered(tx.read("price", item["price"]))
    ]


def _prorations_wait(tx: Transaction, subscription: Object) -> bool:
    """Whether anything that was prorated waits for an invoice."""
    return any(entry["proration"] for entry in invoice_items.pending(tx, subscription["customer"], subscription.id))


def require_in_period(subscription: Object, at: int) -> None:
    """A proration date lies in the current period. [documented; the sentence second-hand]

    It may also lie before the first of a backdated subscription, [documented] of which nobody tells the lines.
    """
    start = min(item["current_period_start"] for item in subscription["items"])
    end = max(item["current_period_end"] for item in subscription["items"])
    if subscription["start_date"] <= at < start <= subscription["created"]:
        raise errors.unsupported_parameter("a subscription", "proration_date", " before its first current period")
    if not start <= at <= end:
        raise refusals.proration_date_outside_period()


def invoice_at_once(
    tx: Transaction,
    subscription: Object,
    payment_behavior: str | None,
    *,
    lines: Sequence[Object] = (),
    before: Object | None = None,
    ends_trial: bool = False,
    alone: bool = False,
    said: Mapping[str, Any] | None = None,
) -> Object:
    """Bill what waits, and these lines, in the request itself. [documented]

    A payment that fails, or that `default_incomplete` leaves to the customer, makes the subscription past due. With
    `pending_if_incomplete` the subscription stays what it was `before`, and the change waits for the money. While
    collection is paused nobody is asked. [documented] A trial that a request `ends_trial` needs somebody to ask.
    [second-hand] `alone` leaves what has waited since before the request. [documented of a new anchor in classic mode]
    """
    now = tx.now_of(subscription)
    pending = invoice_items.pending(tx, subscription["customer"], subscription.id)
    if alone:
        pending = [entry for entry in pending if tx.world.get("invoiceitem", entry.id) is None]
    last = subscription["latest_invoice"]
    since = tx.read("invoice", last)["period_end"] if last else subscription["created"]
    draft = drafts.of_subscription(tx, subscription, "subscription_update", entries=pending, lines=lines, since=since)
    subscription = renewal.remember_lines(tx, tx.put(subscription, latest_invoice=draft.id), draft)
    if subscription.get("pause_collection") is not None:
        tx.emit("invoice.created", draft)
        collection_pauses.hold(tx, subscription, draft)
        return tx.read("subscription", subscription.id)
    asks = payment_behavior != "default_incomplete" and draft["collection_method"] == "charge_automatically"
    if ends_trial and asks and draft["amount_due"] > 0 and invoicing.payment_method_for(tx, draft) is None:
        raise refusals.no_payment_method()
    collected = invoicing.collect(tx, draft, charge=payment_behavior != "default_incomplete")
    attempt = collected.attempt
    failed = attempt is not None and not attempt.succeeded and not attempt.processing
    if attempt is not None and failed and payment_behavior == "error_if_incomplete":
        method = invoicing.payment_method_for(tx, draft)
        if attempt.action_required:
            raise refusals.subscription_needs_action()
        if attempt.decline is None:
            raise refusals.no_payment_method()
        raise refusals.declined(tx, attempt, method, keeps_changes=False)
    waits = collected.settled["status"] != "paid"
    if waits and payment_behavior == "pending_if_incomplete" and before is not None:
        ends = [item["current_period_end"] for item in before["items"]]
        expires_at = min(now + lifecycle.EXPIRES_AFTER, *ends)
        pending_updates.park(tx, before, subscription, draft, expires_at, said or {})
    elif waits and payment_behavior == "default_incomplete" and collected.draft["collection_method"] != "send_invoice":
        tx.put(subscription, status="past_due")
    announcements.invoiced_at_once(tx, collected)
    return tx.read("subscription", subscription.id)


def without_waiting(tx: Transaction, subscription: Object) -> Object:
    """The subscription without the change that waits for its money; another one takes its place. [documented]"""
    waiting = subscription.get("_waiting_update")
    if waiting is None:
        return subscription
    lifecycle.give_up(tx, waiting["invoice"])
    return tx.read("subscription", subscription.id)
