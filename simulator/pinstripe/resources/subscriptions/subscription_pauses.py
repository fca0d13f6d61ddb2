"""Subscriptions that are paused on request, and how those that are go on."""

from __future__ import annotations

from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import invoice_items, invoice_lines, invoicing
from pinstripe.resources.resource import Answer, Call, addressed
from pinstripe.resources.subscriptions import announcements, changes, cycles, lifecycle, prorations, renewal
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.world import Object, Transaction, frozen


def pause(call: Call) -> Answer:
    """POST /v1/subscriptions/{subscription}/pause: give back what is not used up, bill what was, and rest. [documented]

    Only what is active, charged, in flexible mode and under no schedule can rest.
    """
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    _require_pausable(before)
    params.get("type")
    now = tx.now_of(before)
    bill_for = params.hash("bill_for")
    usage = bill_for.hash("outstanding_usage_through").get("type", "now")
    unused = bill_for.hash("unused_time_from").get("type", "now")
    entries = _settled(tx, before, now, usage=usage, unused=unused)
    items = [Object({**item, "current_period_end": now, "_debits": ()}) for item in before["items"]]
    subscription = tx.put(before, items=frozen(items))
    if entries and params.get("invoicing_behavior", "pending_invoice_item") == "invoice":
        subscription = changes.invoice_at_once(tx, subscription, None)
    paused = tx.put(subscription, **lifecycle.paused(tx, subscription, "pause_requested"))
    tx.emit("customer.subscription.updated", paused, before=before)
    tx.emit("customer.subscription.paused", paused)
    return paused


def _require_pausable(subscription: Object) -> None:
    """What cannot be paused. [documented]"""
    why = lifecycle.not_pausable(subscription)
    if why is not None:
        raise refusals.not_pausable(why)


def _settled(tx: Transaction, subscription: Object, now: int, *, usage: str, unused: str) -> list[Object]:
    """Pending entries for what was used, and against what was paid and is not."""
    entries: list[Object] = []
    start = min(item["current_period_start"] for item in subscription["items"])
    how = Prorating(subscription, start if unused == "item_current_period_start" else now, wanted=unused != "none")
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        if not is_metered(price):
            entries += prorations.credit(tx, item, how)
        elif usage != "none":
            entries += prorations.usage(tx, subscription, item, Period(item["current_period_start"], now))
    return entries


def resume(call: Call) -> Answer:
    """POST /v1/subscriptions/{subscription}/resume. [documented]

    With nothing to pay it is active at once. Else its invoice is finalized, and it stays paused until that is paid or
    marked uncollectible; 23 hours later it is voided. `resume_on_payment_success` charges in the request;
    `resume_on_payment_attempt` waits for somebody to pay, and a payment that fails makes it past due.
    """
    tx, params = call.tx, call.params
    before = addressed(call, "subscription")
    if before["status"] != "paused":
        raise refusals.not_paused(before["status"])
    if before["collection_method"] != "charge_automatically":
        raise refusals.resume_charges_only()
    now = tx.now_of(before)
    if before.get("_resuming") is not None:
        lifecycle.give_up(tx, before["_resuming"]["invoice"])
        before = tx.read("subscription", before.id)
    behavior = params.get("payment_behavior") or "resume_on_payment_attempt"
    prorated = params.get("proration_behavior") or "create_prorations"
    at = params.get("proration_date") or now
    if params.hash("billing_cycle_anchor").get("type", "now") == "now":
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
    draft = invoicing.draft(
        tx,
        tx.read("customer", before["customer"]),
        billing_reason="subscription_update",
        currency=before["currency"],
        created=now,
        period=(now, now),
        lines=[invoice_lines.of_entry(tx, entry, before) for entry in entries] + lines,
        subscription=before,
        auto_advance=behavior == "resume_on_payment_success",
    )
    invoice_items.put_on(tx, entries, draft)
    planned = renewal.remember_lines(tx, tx.put(before, items=frozen(items)), draft)
    collected = invoicing.collect(tx, draft, charge=behavior == "resume_on_payment_success")
    resuming = {
        "anchor": anchor,
        "behavior": behavior,
        "expires_at": None if collected.attempt else now + lifecycle.EXPIRES_AFTER,
        "invoice": draft.id,
        "items": planned["items"],
    }
    waiting = tx.put(before, latest_invoice=draft.id, _resuming=resuming)
    tx.emit("customer.subscription.updated", waiting, before=before)
    announcements.invoiced_at_once(tx, collected)
    return tx.read("subscription", before.id)


def _from_now(tx: Transaction, subscription: Object, now: int) -> tuple[list[Object], list[Object]]:
    """The items with periods from now on, and their lines."""
    items, lines = [], []
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        period = cycles.period_at({"billing_cycle_anchor": now}, price["recurring"], now)
        fresh = _with_period(item, period, now)
        if not is_metered(price):
            lines += invoice_lines.of_item(tx, subscription, fresh, period)
        items.append(fresh)
    return items, lines


def _around(tx: Transaction, subscription: Object, at: int, *, prorates: bool) -> list[Object]:
    """The items with the periods that are now by the old anchor, what is left of them billed as pending entries."""
    items = []
    how = Prorating(subscription, at, wanted=prorates)
    for item in subscription["items"]:
        recurring = tx.read("price", item["price"])["recurring"]
        fresh = _with_period(item, cycles.period_at(subscription, recurring, at), at)
        items.append(prorations.debit(tx, fresh, how)[1])
    return items


def _with_period(item: Object, period: Period, at: int) -> Object:
    """An item that nothing was billed of in this period yet, and whose usage counts from now."""
    ends = {"current_period_end": period.end, "current_period_start": period.start}
    return Object({**item, **ends, "_counts_from": at, "_debits": ()})


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
    mode = {"flexible": {"proration_discounts": discounts}, "type": "flexible", "updated_at": tx.now_of(before)}
    subscription = tx.put(before, billing_mode=mode)
    tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription
