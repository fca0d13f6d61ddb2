"""What the clock does to a subscription: the next period begins, the last one ends, the first invoice expires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.billing.periods import Period
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines, pending_invoices
from pinstripe.resources.subscriptions import cancellation, collection_pauses, cycles, lifecycle, prorations, trials
from pinstripe.resources.subscriptions.lifecycle import EXPIRES_AFTER, OVER
from pinstripe.resources.subscriptions.prorations import Billed, Prorating, remembering
from pinstripe.world import Object, Transaction, frozen

__all__ = ["OVER", "alarm", "cycle_invoice", "remember_lines", "ring", "rolled"]


def alarm(subscription: Object) -> int | None:
    """When a subscription next needs the clock."""
    status = subscription["status"]
    if status in OVER:
        return None
    if status == "incomplete":
        return int(subscription["created"]) + EXPIRES_AFTER
    moments = [subscription["cancel_at"]]
    if status == "paused":
        resuming = subscription.get("_resuming")
        moments.append(resuming and resuming["expires_at"])
    else:
        moments += [item["current_period_end"] for item in subscription["items"]]
        moments.append(trials.warning_at(subscription))
        moments.append(subscription.get("next_pending_invoice_item_invoice"))
    collection, waiting = subscription.get("pause_collection"), subscription.get("_waiting_update")
    moments.append(collection and collection["resumes_at"])
    moments.append(waiting and waiting["expires_at"])
    return min((int(at) for at in moments if at is not None), default=None)


def ring(tx: Transaction, subscription: Object) -> None:
    """Everything that is due now, one thing after the other."""
    now = tx.now_of(subscription)
    due = alarm(subscription)
    while due is not None and due <= now:
        _step(tx, subscription, now)
        subscription = tx.read("subscription", subscription.id)
        due = alarm(subscription)


def _step(tx: Transaction, subscription: Object, now: int) -> None:
    """Expire, warn, end, resume or renew."""
    collection, waiting = subscription.get("pause_collection"), subscription.get("_waiting_update")
    warning = trials.warning_at(subscription)
    if subscription["status"] == "incomplete":
        lifecycle.expire(tx, subscription)
    elif collection is not None and collection["resumes_at"] is not None and collection["resumes_at"] <= now:
        tx.emit("customer.subscription.updated", tx.put(subscription, pause_collection=None), before=subscription)
    elif waiting is not None and waiting["expires_at"] <= now:
        lifecycle.give_up(tx, waiting["invoice"])
    elif warning is not None and warning <= now < subscription["trial_end"]:
        trials.tell(tx, subscription)
    elif subscription["cancel_at"] is not None and subscription["cancel_at"] <= now:
        cancellation.at_its_end(tx, subscription)
    elif subscription["status"] == "paused":
        lifecycle.give_up(tx, subscription["_resuming"]["invoice"])
    elif min(item["current_period_end"] for item in subscription["items"]) > now:
        pending_invoices.make(tx, subscription, now)
    elif not (trials.is_over(subscription, now) and trials.ends_unpaid(tx, subscription)):
        after, draft = cycle_invoice(tx, subscription, now)
        tx.emit("invoice.created", draft)
        tx.emit("customer.subscription.updated", after, before=subscription)
        collection_pauses.hold(tx, after, draft)


def rolled(tx: Transaction, subscription: Object, now: int) -> Object:
    """The subscription with the periods that are over replaced by the next ones, counted from the anchor.

    The last period before a cancellation ends with it. [documented] A trial that is over makes way for what is paid.
    """
    items = []
    for item in subscription["items"]:
        if item["current_period_end"] > now:
            items.append(item)
            continue
        recurring = tx.read("price", item["price"])["recurring"]
        period = cycles.period_at(subscription, recurring, item["current_period_end"])
        ends = [period.end] if subscription["cancel_at"] is None else [period.end, subscription["cancel_at"]]
        counts_from = {"_counts_from": now} if trials.is_over(subscription, now) else {}
        items.append(
            Object(
                {
                    **item,
                    "current_period_end": min(ends),
                    "current_period_start": max(period.start, item["current_period_end"]),
                    **counts_from,
                }
            )
        )
    status = {"status": "active"} if trials.is_over(subscription, now) else {}
    return tx.put(subscription, items=frozen(items), **status)


def cycle_invoice(
    tx: Transaction, before: Object, now: int, *, reason: str = "subscription_cycle"
) -> tuple[Object, Object]:
    """Begin the next period: what waited, then each item: usage of the period that ended, the quantity for the next.

    The invoice is a draft for an hour; usage is counted again when it is finalized. [documented]
    """
    subscription = _until_anchor(tx, before, rolled(tx, before, now), now)
    ended = {item["id"]: item for item in before["items"] if item["current_period_end"] <= now}
    lines: list[Object] = []
    pending = invoice_items.pending(tx, subscription["customer"], subscription.id)
    for item in subscription["items"]:
        old = ended.get(item["id"])
        if old is None:
            continue
        metered = is_metered(tx.read("price", item["price"]))
        if metered and old["current_period_start"] == old["current_period_end"]:  # it begins with this period
            if subscription["billing_mode"]["type"] == "classic":
                coming = Period(item["current_period_start"], item["current_period_end"])
                lines.append(invoice_lines.of_nothing(tx, subscription, item, coming))
            continue
        counted: Mapping[str, Any] = old if metered else item
        period = Period(counted["current_period_start"], counted["current_period_end"])
        if not metered:
            whole = cycles.whole(tx, subscription, item)
            if whole.start == period.start:  # else it is the part until an anchor
                lines += invoice_lines.of_item(tx, subscription, item, period, part=cycles.part_of(period, whole))
        elif before["status"] == "trialing":
            lines.append(invoice_lines.of_trial(tx, subscription, old, period))
        else:
            lines += invoice_lines.of_item(tx, subscription, old, period)
    start = min(item["current_period_start"] for item in ended.values())
    collected = before["status"] != "unpaid"  # whose invoices are made and stay drafts [documented]
    draft = drafts.of_subscription(
        tx,
        subscription,
        reason,
        entries=pending,
        lines=lines,
        since=start,
        auto_advance=collected,
        automatic=collected,
    )
    subscription = tx.put(subscription, latest_invoice=draft.id)
    return remember_lines(tx, subscription, draft), draft


def _until_anchor(tx: Transaction, before: Object, subscription: Object, now: int) -> Object:
    """After a trial the part until an anchor is billed. [documented; inferred: as a proration, as at a beginning]"""
    if before["status"] != "trialing":
        return subscription
    how = Prorating(subscription, now, wanted=True)
    items = [
        prorations.debit(tx, item, how)[1] if cycles.is_a_rest(tx, subscription, item) else item
        for item in subscription["items"]
    ]
    return tx.put(subscription, items=frozen(items))


def remember_lines(tx: Transaction, subscription: Object, invoice: Object) -> Object:
    """Let each licensed item know the lines it was billed with, so that a later credit can give them back."""
    items = []
    for item in subscription["items"]:
        own = []
        for line in invoice["lines"]:
            details = line["parent"]["subscription_item_details"]
            if details and details["subscription_item"] == item["id"] and not details["proration"]:
                period = Period(line["period"]["start"], line["period"]["end"])
                off = [(row["discount"], row["amount"]) for row in line["discount_amounts"]]
                net = line["amount"] - sum(amount for _, amount in off)
                own.append(Billed(net, period, {"invoice": invoice.id, "id": line["id"]}, off))
        metered = is_metered(tx.read("price", item["price"]))
        items.append(item if metered or not own else remembering(item, own))
    return tx.put(subscription, items=frozen(items))
