"""What waits for an invoice, invoiced between the periods of a subscription that asks for it."""

from __future__ import annotations

from pinstripe.billing.periods import boundary
from pinstripe.resources.invoices import drafts, invoice_items
from pinstripe.resources.subscriptions import collection_pauses
from pinstripe.world import Object, Transaction


def make(tx: Transaction, subscription: Object, now: int) -> None:
    """Invoice what waits, if anything does, and say when to look again. [documented; inferred: the hour as a draft]"""
    rhythm = subscription["pending_invoice_item_interval"]
    again = boundary(now, rhythm["interval"], rhythm["interval_count"], 1)
    after = tx.put(subscription, next_pending_invoice_item_invoice=again)
    entries = invoice_items.pending(tx, subscription["customer"], subscription.id)
    if entries:
        since = min(item["current_period_start"] for item in subscription["items"])
        reason = "automatic_pending_invoice_item_invoice"
        draft = drafts.of_subscription(tx, subscription, reason, entries=entries, since=since, automatic=True)
        after = tx.put(after, latest_invoice=draft.id)
        tx.emit("invoice.created", draft)
        collection_pauses.hold(tx, after, draft)
    tx.emit("customer.subscription.updated", after, before=subscription)
