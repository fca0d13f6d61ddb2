"""Subscriptions that are paused on request, and how those that are go on."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period, boundary
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines, invoicing
from pinstripe.resources.resource import Answer, Call, addressed
from pinstripe.resources.subscriptions import (
    announcements,
    changes,
    cycles,
    lifecycle,
    pending_updates,
    prebilling,
    prorations,
    renewal,
)
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.resources.usage import shared_seconds, usage_records
from pinstripe.world import Object, Transaction, frozen


def pause(call: Call) -> Answer:
    """POST /v1/subscriptions/{subscription}/pause. [documented] What is under a schedule is paused by that."""
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    why = lifecycle.not_pausable(before)
    if why is not None:
        raise refusals.not_pausable(why)
    params.get("type")
    bill_for = params.hash("bill_for")
    return rest(
        tx,
        before,
        usage=bill_for.hash("outstanding_usage_through").get("type", "now"),
        unused=bill_for.hash("unused_time_from").get("type", "now"),
        invoicing_behavior=params.get("invoicing_behavior", "pending_invoice_item"),
    )


def rest(tx: Transaction, before: Object, *, usage: str, unused: str, invoicing_behavior: str) -> Object:
    """Give back what is not used up, bill what was, and rest. [documented]

    An update that waits for its money is given up. [inferred]
    """
    before = changes.without_waiting(tx, before)
    now = tx.now_of(before)
    entries = _settled(tx, before, now, usage=usage, unused=unused)
    ended = {"current_period_end": now, "_billed_until": None}
    items = [Object({**item, **ended, "_debits": ()}) for item in before["items"]]
    if usage != "none":
        items = [Object({**item, **shared_seconds.billed(tx, before, item, now)}) for item in items]
    subscription = tx.put(before, items=frozen(items))
    if entries and invoicing_behavior == "invoice":
        subscription = changes.invoice_at_once(tx, subscription, None)
    paused = tx.put(subscription, **lifecycle.paused(tx, subscription, "pause_requested"))
    tx.emit("customer.subscription.updated", paused, before=before)
    tx.emit("customer.subscription.paused", paused)
    return paused


def _settled(tx: Transaction, subscription: Object, now: int, *, usage: str, unused: str) -> list[Object]:
    """Pending entries for what was used, and against what was paid and is not."""
    entries: list[Object] = []
    start = min(item["current_period_start"] for item in subscription["items"])
    how = Prorating(subscription, start if unused == "item_current_period_start" else now, wanted=unused != "none")
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        if not is_metered(price):
            entries += prorations.credit(tx, item, how) if how.at < prebilling.of_item(tx, item) else []
        elif usage != "none":
            until = Object({**item, "_counts_until": now + 1})  # usage of this very second counts
            entries += prorations.usage(tx, subscription, until, Period(item["current_period_start"], now))
    return entries


def resume(call: Call) -> Answer:
    """POST /v1/subscriptions/{subscription}/resume. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    if before["status"] in lifecycle.OVER:
        raise errors.no_such("subscription", before.id, param="id", in_path=True)
    if before["status"] != "paused":
        raise refusals.not_paused()
    if before["collection_method"] != "charge_automatically":
        raise refusals.resume_charges_only()
    return go_on(
        tx,
        before,
        behavior=params.get("payment_behavior") or "resume_on_payment_attempt",
        anew=params.hash("billing_cycle_anchor").get("type", "now") == "now",
        prorated=params.get("proration_behavior") or "create_prorations",
        at=params.get("proration_date") or tx.now_of(before),
    )


def go_on(tx: Transaction, before: Object, *, behavior: str, anew: bool, prorated: str, at: int) -> Object:
    """With nothing to pay it is active at once. [documented]

    Else its invoice is finalized, and it stays paused until that is paid or marked uncollectible, or its time is over
    and it is voided. `resume_on_payment_success` charges at once, if there is something to charge, and waits a year;
    `resume_on_payment_attempt` waits 23 hours for somebody to pay, and a payment that fails makes it past due.
    """
    now = tx.now_of(before)
    if before.get("_resuming") is not None:
        lifecycle.give_up(tx, before["_resuming"]["invoice"])
        before = tx.read("subscription", before.id)
    if anew:
        anchor = now
        items, lines = _from_now(tx, before, now)
        bills = bool(lines)
    else:
        anchor = before["billing_cycle_anchor"]
        items, lines = _around(tx, before, at, prorates=prorated != "none"), []
        bills = prorated == "always_invoice"
    entries = invoice_items.pending(tx, before["customer"], before.id) if bills else []
    if not lines and not entries:
        resuming = {"anchor": anchor, "behavior": behavior, "expires_at": None, "invoice": None, "items": items}
        return lifecycle.resume(tx, tx.put(before, _resuming=resuming), "active")
    charges = behavior == "resume_on_payment_success"
    draft = drafts.of_subscription(tx, before, "subscription_cycle", entries=entries, lines=lines, auto_advance=charges)
    if charges and draft["amount_due"] > 0 and invoicing.payment_method_for(tx, draft) is None:
        raise refusals.no_payment_method()
    planned = renewal.remember_lines(tx, tx.put(before, items=frozen(items)), draft)
    collected = invoicing.collect(tx, draft, charge=charges)
    expires_at = boundary(now, "year", 1, 1) if charges else now + lifecycle.EXPIRES_AFTER
    resuming = {
        "anchor": anchor,
        "behavior": behavior,
        "expires_at": expires_at,
        "invoice": draft.id,
        "items": planned["items"],
    }
    waiting = tx.put(before, latest_invoice=draft.id, _resuming=resuming, **_meanwhile(before, anchor, now, expires_at))
    tx.emit("customer.subscription.updated", waiting, before=before)
    announcements.invoiced_at_once(tx, collected)
    return tx.read("subscription", before.id)


def _meanwhile(before: Object, anchor: int, now: int, expires_at: int) -> dict[str, Any]:
    """What a subscription shows while it waits for the payment that resumes it. [recorded for a new anchor]"""
    items = before["items"]
    if anchor == now:
        items = frozen([Object({**item, "current_period_end": now}) for item in items])
    return {"billing_cycle_anchor": anchor, "items": items, "pending_update": pending_updates.shown({}, expires_at, {})}


def _from_now(tx: Transaction, subscription: Object, now: int) -> tuple[list[Object], list[Object]]:
    """The items with periods from now on, and their lines."""
    items, lines = [], []
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        anchored = {"billing_cycle_anchor": now}
        whole = cycles.period_at(anchored, price["recurring"], now)
        period = cycles.until_canceled(subscription, whole)
        fresh = _with_period(item, period, now)
        if not is_metered(price):
            part = cycles.part(tx, anchored, fresh)
            lines += invoice_lines.of_item(tx, subscription, fresh, period, part=part)
        items.append(fresh)
    return items, lines


def _around(tx: Transaction, subscription: Object, at: int, *, prorates: bool) -> list[Object]:
    """The items with the periods that are now by the old anchor, what is left of them billed as pending entries."""
    items = []
    how = Prorating(subscription, at, wanted=prorates)
    for item in subscription["items"]:
        recurring = tx.read("price", item["price"])["recurring"]
        period = cycles.until_canceled(subscription, cycles.period_at(subscription, recurring, at))
        fresh = _with_period(item, period, at)
        items.append(prorations.debit(tx, fresh, how)[1])
    return items


def _with_period(item: Object, period: Period, at: int) -> Object:
    """An item that nothing was billed of in this period yet; its usage counts from then, but for what was billed."""
    ends = {"current_period_end": period.end, "current_period_start": period.start}
    return Object({**item, **ends, "_billed_early": None, "_counts_from": max(at, item["_counts_from"]), "_debits": ()})


def migrate(call: Call) -> Answer:
    """POST /v1/subscriptions/{subscription}/migrate: from classic billing to flexible, for good. [documented]

    One that is flexible already can have the discounts of its prorations itemized, for good too. [documented]
    """
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    if before["status"] in lifecycle.OVER:
        raise refusals.cannot_migrate(before["status"])
    given = params.hash("billing_mode")
    given.get("type")
    discounts = given.hash("flexible").get("proration_discounts", "included")
    known = before["billing_mode"]["flexible"] or {}
    if known and discounts in ("included", known["proration_discounts"]):
        raise refusals.already_flexible()
    usage_records.require_none(tx, before["items"])
    mode = {"flexible": {"proration_discounts": discounts}, "type": "flexible", "updated_at": tx.now_of(before)}
    subscription = tx.put(before, billing_mode=mode)
    tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription
