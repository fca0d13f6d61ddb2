"""What the clock does to a subscription: the next period begins, the last one ends, the first invoice expires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.billing.periods import Period
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines, pending_invoices
from pinstripe.resources.subscriptions import (
    cancellation,
    collection_pauses,
    cycles,
    lifecycle,
    prorations,
    trial_offers,
    trials,
)
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
    elif trials.is_over(subscription, now) and trials.ends_unpaid(tx, subscription):
        return
    elif bills_nothing(tx, subscription, now):
        tx.emit("customer.subscription.updated", rolled(tx, subscription, now), before=subscription)
    else:
        after, draft = cycle_invoice(tx, subscription, now)
        tx.emit("invoice.created", draft)
        tx.emit("customer.subscription.updated", after, before=subscription)
        collection_pauses.hold(tx, after, draft)


def rolled(tx: Transaction, subscription: Object, now: int) -> Object:
    """The subscription with the periods that are over replaced by the next ones, counted from the anchor.

    The last period before a cancellation ends with it. [documented] A trial that is over makes way for what is paid.
    """
    items = []
    for old in subscription["items"]:
        if old["current_period_end"] > now:
            items.append(old)
            continue
        item = trial_offers.left(tx, old) if trial_offers.is_over(old, now) else old
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
                    "_debits": tuple(debit for debit in item["_debits"] if debit["end"] > now),  # billed ahead
                    **counts_from,
                }
            )
        )
    status = {"status": "active"} if trials.is_over(subscription, now) else {}
    return tx.put(subscription, items=frozen(items), **status)


def bills_nothing(tx: Transaction, subscription: Object, now: int) -> bool:
    """Whether what begins was billed before, or is free until an anchor, so that there is no invoice of it.

    [documented: of the latter] Unless there is something else to bill. [inferred]
    """
    free = subscription.get("_rests_free") and trials.is_over(subscription, now)
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= now:
        return False
    if not free and not any(item.get("_billed_until") for item in subscription["items"]):
        return False
    begun = rolled(tx, subscription, now)
    tx.put(subscription)
    for old, item in zip(subscription["items"], begun["items"], strict=True):
        if old["current_period_end"] > now:
            continue
        billed = (item.get("_billed_until") or 0) >= item["current_period_end"]
        rests = free and cycles.is_a_rest(tx, begun, item)
        if not (billed or rests) or is_metered(tx.read("price", item["price"])):
            return False
    return not invoice_items.pending(tx, subscription["customer"], subscription.id)


def cycle_invoice(
    tx: Transaction, before: Object, now: int, *, reason: str = "subscription_cycle"
) -> tuple[Object, Object]:
    """Begin the next period: what waited, then each item: usage of the period that ended, the quantity for the next.

    The invoice is a draft for an hour; usage is counted again when it is finalized. [documented]
    """
    before = trial_offers.anew(tx, before, now)
    subscription = _until_anchor(tx, before, rolled(tx, before, now), now)
    ended = {item["id"]: item for item in before["items"] if item["current_period_end"] <= now}
    lines: list[Object] = []
    pending = invoice_items.pending(tx, subscription["customer"], subscription.id)
    for item in subscription["items"]:
        old = ended.get(item["id"])
        if old is None:
            continue
        metered = is_metered(tx.read("price", item["price"]))
        if old["price"] != item["price"] and is_metered(tx.read("price", old["price"])):
            lines += _used_on_trial(tx, before, old)
        if metered and old["price"] != item["price"]:
            continue
        if metered and old["current_period_start"] == old["current_period_end"]:  # it begins with this period
            if subscription["billing_mode"]["type"] == "classic":
                coming = Period(item["current_period_start"], item["current_period_end"])
                lines.append(invoice_lines.of_nothing(tx, subscription, item, coming))
            continue
        counted: Mapping[str, Any] = old if metered else item
        period = Period(counted["current_period_start"], counted["current_period_end"])
        if not metered:
            whole = cycles.whole(tx, subscription, item)
            left = Period(max(period.start, item.get("_billed_until") or 0), period.end)
            if whole.start == period.start and left.start < left.end:  # else it is the part until an anchor, or billed
                lines += invoice_lines.of_item(tx, subscription, item, left, part=cycles.part_of(left, whole))
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


def _used_on_trial(tx: Transaction, before: Object, old: Object) -> list[Object]:
    """What was used of a metered item at the price of its trial offer, in the period that ended. [documented]"""
    period = Period(old["current_period_start"], old["current_period_end"])
    if before["status"] == "trialing":
        return [invoice_lines.of_trial(tx, before, old, period)]
    return invoice_lines.of_item(tx, before, old, period)


def _until_anchor(tx: Transaction, before: Object, subscription: Object, now: int) -> Object:
    """After a trial the part until an anchor is billed. [documented; inferred: as a proration, as at a beginning]"""
    free = before["status"] == "trialing"
    fresh = {item["id"] for item in before["items"] if free or trial_offers.is_over(item, now)}
    if not fresh:
        return subscription
    how = Prorating(subscription, now, wanted=not before.get("_rests_free"))
    items = [
        prorations.debit(tx, item, how)[1] if item["id"] in fresh and cycles.is_a_rest(tx, subscription, item) else item
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
        items.append(item if metered or not own else _remembering(item, own, tx.now_of(subscription)))
    return tx.put(subscription, items=frozen(items))


def _remembering(item: Object, own: list[Billed], now: int) -> Object:
    """The item knowing these lines, and what else was billed of a time to come."""
    start, end = min(one.period.start for one in own), max(one.period.end for one in own)
    kept = [
        debit for debit in item["_debits"] if debit["end"] > now and (debit["end"] <= start or debit["start"] >= end)
    ]
    fresh = remembering(item, sorted(own, key=lambda one: one.period.start))
    return Object({**fresh, "_debits": (*kept, *fresh["_debits"])}) if kept else fresh
