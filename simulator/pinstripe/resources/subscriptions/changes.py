"""A subscription changed by request, and what that costs: pending prorations, or an invoice at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pinstripe.resources import refusals
from pinstripe.resources.invoices import invoice_items, invoice_lines, invoicing
from pinstripe.resources.subscriptions import announcements, lifecycle, renewal
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


def apply(tx: Transaction, before: Object, subscription: Object, change: Change) -> Object:
    """Change the items, prorate, invoice at once if wanted, and tell."""
    now = tx.now_of(subscription)
    at = now if change.proration_date is None else change.proration_date
    require_in_period(subscription, at)
    wanted = change.proration_behavior != "none" and subscription["status"] != "trialing"  # a trial is free anyway
    how = Prorating(subscription, at, wanted=wanted)
    items, entries = apply_changes(tx, subscription, change.items, how)
    old = tx.read("subscription", subscription.id)
    subscription = tx.put(subscription, items=frozen(items))
    if entries and change.proration_behavior == "always_invoice":
        park = old if change.payment_behavior == "pending_if_incomplete" else None
        subscription = invoice_at_once(tx, subscription, change.payment_behavior, park=park)
    tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription


def require_in_period(subscription: Object, at: int) -> None:
    """A proration date lies in the current period. [documented; the sentence second-hand]"""
    start = min(item["current_period_start"] for item in subscription["items"])
    end = max(item["current_period_end"] for item in subscription["items"])
    if not start <= at <= end:
        raise refusals.proration_date_outside_period()


def invoice_at_once(
    tx: Transaction,
    subscription: Object,
    payment_behavior: str | None,
    *,
    lines: Sequence[Object] = (),
    park: Object | None = None,
) -> Object:
    """Bill what waits, and these lines, in the request itself. [documented]

    A failed payment leaves the change, and past_due. Where `park` is the subscription before the change, the change
    waits for the money instead.
    """
    now = tx.now_of(subscription)
    customer = tx.read("customer", subscription["customer"])
    pending = invoice_items.pending(tx, customer.id, subscription.id)
    last = subscription["latest_invoice"]
    since = tx.read("invoice", last)["period_end"] if last else subscription["created"]
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason="subscription_update",
        currency=subscription["currency"],
        created=now,
        period=(since, now),
        lines=[*(invoice_lines.of_entry(tx, entry, subscription) for entry in pending), *lines],
        subscription=subscription,
        auto_advance=True,
    )
    invoice_items.put_on(tx, pending, draft)
    subscription = renewal.remember_lines(tx, tx.put(subscription, latest_invoice=draft.id), draft)
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
    if park is not None and collected.settled["status"] != "paid":
        parked(tx, park, subscription, draft, now)
    announcements.invoiced_at_once(tx, collected)
    return tx.read("subscription", subscription.id)


def parked(tx: Transaction, before: Object, after: Object, invoice: Object, now: int) -> Object:
    """The subscription as it was, its change waiting for money: 23 hours, or to the period's end. [documented]"""
    ends = min(item["current_period_end"] for item in before["items"])
    expires_at = min(now + lifecycle.EXPIRES_AFTER, ends)
    waiting = {"expires_at": expires_at, "invoice": invoice.id, "items": after["items"]}
    update = {
        **dict.fromkeys(("billing_cycle_anchor", "cancel_at_period_end", "discount", "discounts", "metadata")),
        **dict.fromkeys(("trial_end", "trial_from_plan")),
        "expires_at": expires_at,
    }
    return tx.put(
        after, items=before["items"], latest_invoice=invoice.id, pending_update=update, _waiting_update=waiting
    )
