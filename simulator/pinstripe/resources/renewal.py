"""What the clock does to a subscription: the next period begins, the last one ends, the first invoice expires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.billing.periods import Period, period_after
from pinstripe.resources import cancellation, invoice_items, invoice_lines, invoicing, lifecycle
from pinstripe.resources.lifecycle import EXPIRES_AFTER, OVER
from pinstripe.resources.prices import is_metered
from pinstripe.resources.subscription_items import remembering
from pinstripe.world import Object, Transaction, frozen

__all__ = ["OVER", "alarm", "cycle_invoice", "remember_lines", "ring", "rolled"]


def alarm(subscription: Object) -> int | None:
    """When a subscription next needs the clock."""
    status = subscription["status"]
    if status in OVER:
        return None
    if status == "incomplete":
        return int(subscription["created"]) + EXPIRES_AFTER
    return min(int(item["current_period_end"]) for item in subscription["items"])


def ring(tx: Transaction, subscription: Object) -> None:
    """Expire, end or renew."""
    if subscription["status"] == "incomplete":
        lifecycle.expire(tx, subscription)
        return
    now = tx.now_of(subscription)
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= now:
        cancellation.at_its_end(tx, subscription)
        return
    after, draft = cycle_invoice(tx, subscription, now)
    tx.emit("invoice.created", draft)
    tx.emit("customer.subscription.updated", after, before=subscription)


def rolled(tx: Transaction, subscription: Object, now: int) -> Object:
    """The subscription with the periods that are over replaced by the next ones, counted from the anchor."""
    items = []
    for item in subscription["items"]:
        if item["current_period_end"] > now:
            items.append(item)
            continue
        recurring = tx.read("price", item["price"])["recurring"]
        period = period_after(
            subscription["billing_cycle_anchor"],
            recurring["interval"],
            recurring["interval_count"],
            item["current_period_end"],
        )
        items.append(Object({**item, "current_period_end": period.end, "current_period_start": period.start}))
    return tx.put(subscription, items=frozen(items))


def cycle_invoice(tx: Transaction, before: Object, now: int) -> tuple[Object, Object]:
    """Begin the next period: what waited, then each item: usage of the period that ended, the quantity for the next.

    The invoice is a draft for an hour; usage is counted again when it is finalized. [documented]
    """
    customer = tx.read("customer", before["customer"])
    subscription = rolled(tx, before, now)
    ended = {item["id"]: item for item in before["items"] if item["current_period_end"] <= now}
    lines: list[Object] = []
    pending = invoice_items.pending(tx, customer.id, subscription.id)
    lines += [invoice_lines.of_entry(tx, entry, subscription) for entry in pending]
    for item in subscription["items"]:
        old = ended.get(item["id"])
        if old is None:
            continue
        metered = is_metered(tx.read("price", item["price"]))
        counted: Mapping[str, Any] = old if metered else item
        period = Period(counted["current_period_start"], counted["current_period_end"])
        lines += invoice_lines.of_item(tx, subscription, counted, period)
    start = min(item["current_period_start"] for item in ended.values())
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason="subscription_cycle",
        currency=subscription["currency"],
        created=now,
        period=(start, now),
        lines=lines,
        subscription=subscription,
        auto_advance=True,
        automatic=True,
    )
    invoice_items.put_on(tx, pending, draft)
    subscription = tx.put(subscription, latest_invoice=draft.id)
    return remember_lines(tx, subscription, draft), draft


def remember_lines(tx: Transaction, subscription: Object, invoice: Object) -> Object:
    """Let each licensed item know the lines it was billed with, so that a later credit can give them back."""
    items = []
    for item in subscription["items"]:
        own = []
        for line in invoice["lines"]:
            details = line["parent"]["subscription_item_details"]
            if details and details["subscription_item"] == item["id"] and not details["proration"]:
                period = Period(line["period"]["start"], line["period"]["end"])
                own.append((line["amount"], period, {"invoice": invoice.id, "id": line["id"]}))
        metered = is_metered(tx.read("price", item["price"]))
        items.append(item if metered or not own else remembering(item, own))
    return tx.put(subscription, items=frozen(items))
