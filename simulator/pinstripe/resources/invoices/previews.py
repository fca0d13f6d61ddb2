"""Previews: the invoice that would be made, found by making it and throwing everything else away."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.discounts import applying, tax_rates
from pinstripe.resources.invoices import invoice_items, invoice_lines, invoicing, preview_items, preview_signups
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, named
from pinstripe.resources.subscriptions import (
    cancellation,
    changes,
    renewal,
    restarts,
    schedules,
    subscription_items,
)
from pinstripe.resources.subscriptions.changes import Change
from pinstripe.world import Object, Transaction


def create(call: Call) -> Answer:
    """POST /v1/invoices/create_preview."""
    return preview(call)


def preview(call: Call) -> Object:
    """What a change would be billed at once, else the next renewal. [documented]"""
    tx, params = call.tx, call.params
    if params.get("preview_mode", "next") != "next":
        raise errors.unsupported_parameter(call.operation, "preview_mode", " with the value recurring")
    if _is_new(call):
        tax_rates.refuse_automatic(call)
        customer = named(tx, "customer", params.get("customer"), "customer")
        scratch = tx.world.transaction()
        scratch.pretend(customer["test_clock"], tx.now(customer["test_clock"]))
        preview_items.add(scratch, call, customer)
        return _upcoming(tx, preview_signups.preview(scratch, call, customer))
    subscription = _subscription(call)
    if subscription is None:
        return _upcoming(tx, _of_customer(call))
    details = params.hash("subscription_details")
    scratch = _scratch(tx, subscription)
    preview_items.add(scratch, call, tx.read("customer", subscription["customer"]))
    subscription = _with_discounts(scratch, subscription, call)
    return _upcoming(tx, _preview(scratch, subscription, details))


def _is_new(call: Call) -> bool:
    """Whether a subscription is previewed that does not exist: items without one, whatever else the customer has."""
    params = call.params
    given = "customer" in params and not {"subscription", "schedule"} & set(params)
    return given and bool(params.hash("subscription_details").peek("items"))


def _scratch(tx: Transaction, subscription: Object) -> Transaction:
    """A transaction to be thrown away, which sees the same world at the same moment."""
    scratch = tx.world.transaction()
    scratch.pretend(subscription["test_clock"], tx.now_of(subscription))
    return scratch


def _with_discounts(tx: Transaction, subscription: Object, call: Call) -> Object:
    """The subscription as if it had these discounts; an empty string inherits none. [documented]"""
    tax_rates.refuse_automatic(call)
    if "discounts" not in call.params:
        return subscription
    tx.put(tx.read("customer", subscription["customer"]), discount=None)
    return tx.put(subscription, discounts=applying.on_subscription(tx, call.params, subscription))


def _of_customer(call: Call) -> Object:
    """What waits for a customer's next invoice, whom no subscription renews. [inferred]"""
    customer = named(call.tx, "customer", call.params.get("customer"), "customer")
    tx = call.tx.world.transaction()
    now = call.tx.now(customer["test_clock"])
    tx.pretend(customer["test_clock"], now)
    preview_items.add(tx, call, customer)
    entries = invoice_items.pending(tx, customer.id, None)
    if not entries:
        raise refusals.no_upcoming_invoice(customer.id)
    return invoicing.draft(
        tx,
        customer,
        billing_reason="manual",
        currency=entries[0]["currency"],
        created=now,
        period=(now, now),
        lines=[invoice_lines.of_entry(tx, entry, None) for entry in entries],
    )


def _subscription(call: Call) -> Object | None:
    """Whose invoice: the subscription named, or the customer's next to renew, if any is."""
    tx, params = call.tx, call.params
    if "schedule" in params:
        schedule = named(tx, "subscription_schedule", params.get("schedule"), "schedule")
        if schedule["subscription"] is None:
            raise errors.unsupported_parameter(call.operation, "schedule", " for one that has not begun")
        return tx.read("subscription", schedule["subscription"])
    if "subscription" in params:
        subscription = named(tx, "subscription", params.get("subscription"), "subscription")
        if "customer" in params:
            named(tx, "customer", params.get("customer"), "customer")
        resting = subscription["status"] == "paused" and not params.peek("subscription_details")
        if resting or subscription["status"] in renewal.OVER:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        return subscription
    if "customer" not in params:
        raise refusals.preview_needs_someone()
    customer = named(tx, "customer", params.get("customer"), "customer")
    rows = tx.find("subscription", "customer", customer.id)
    resting = (*renewal.OVER, "paused")
    living = [row for row in rows if row["status"] not in resting and row["cancel_at"] is None]
    return min(living, key=lambda row: min(item["current_period_end"] for item in row["items"]), default=None)


def _preview(tx: Transaction, subscription: Object, details: Params) -> Object:
    """Do in the scratch transaction what the details ask for, and draft the invoice."""
    before, now = subscription, tx.now_of(subscription)
    if details.get("cancel_now"):
        prorate = details.get("proration_behavior") != "none"
        cancellation.cancel_now(tx, subscription, invoice_now=True, prorate=prorate)
        canceled = tx.read("subscription", subscription.id)
        if canceled["latest_invoice"] == subscription["latest_invoice"]:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        return tx.read("invoice", canceled["latest_invoice"])
    if details.get("cancel_at_period_end"):
        subscription = cancellation.at_period_end(tx, subscription)
    if details.peek("cancel_at") is not None:
        prorates = details.peek("proration_behavior") != "none"
        subscription = cancellation.at_moment(tx, subscription, details, prorates=prorates)
    asked = restarts.wanted(details, subscription, now)
    items = subscription_items.read_changes(details.hashes("items"))
    behavior = details.get("proration_behavior") or "create_prorations"
    change = Change(items=items, proration_behavior=behavior, proration_date=details.get("proration_date"))
    if items or asked is not None:
        restart = asked or restarts.automatic(tx, subscription, items)
        if restart is None:
            subscription = changes.apply(tx, subscription, subscription, change)
        else:
            subscription = restarts.apply(tx, subscription, subscription, change, restart)
        if subscription["latest_invoice"] != before["latest_invoice"]:
            return tx.read("invoice", subscription["latest_invoice"])
    subscription, end = _at_its_end(tx, subscription)
    if subscription["latest_invoice"] != before["latest_invoice"]:  # a phase that begins with an invoice of its own
        return tx.read("invoice", subscription["latest_invoice"])
    if subscription["cancel_at"] is not None:  # usage and what waits are still to be billed [second-hand]
        last_of_all = cancellation.last_invoice(tx, subscription, end)
        if last_of_all is None:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        return last_of_all
    _, draft = renewal.cycle_invoice(tx, subscription, end)
    return draft


def _at_its_end(tx: Transaction, subscription: Object) -> tuple[Object, int]:
    """The subscription when its next period ends, after the phases that its schedule begins until then."""
    known = subscription["latest_invoice"]
    while True:
        end = min(item["current_period_end"] for item in subscription["items"])
        scheduled = subscription.get("schedule")
        schedule = None if scheduled is None else tx.read("subscription_schedule", scheduled)
        due = None if schedule is None else schedules.alarm(schedule)
        if schedule is None or due is None or due > end or subscription["latest_invoice"] != known:
            tx.pretend(subscription["test_clock"], end)
            return subscription, end
        tx.pretend(subscription["test_clock"], due)
        schedules.ring(tx, schedule)
        subscription = tx.read("subscription", subscription.id)


def _upcoming(tx: Transaction, invoice: Object) -> Object:
    """An invoice that does not exist: its id says so. [documented]"""
    id_ = f"upcoming_{tx.new_id('in')}"
    lines = tuple(Object({**line, "invoice": id_}) for line in invoice["lines"])
    members: dict[str, Any] = {
        **invoice,
        "amount_paid": 0,
        "amount_remaining": invoice["amount_due"],
        "attempt_count": 0,
        "attempted": False,
        "automatically_finalizes_at": None,
        "billing_reason": "upcoming",
        "effective_at": None,
        "id": id_,
        "lines": lines,
        "ending_balance": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "next_payment_attempt": invoice["created"] + 3600,
        "number": None,
        "status": "draft",
        "status_transitions": dict.fromkeys(invoice["status_transitions"]),
        "webhooks_delivered_at": None,
        "_intent": None,
        "_payment": None,
    }
    return Object(members)
