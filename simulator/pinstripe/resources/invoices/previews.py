"""Previews: the invoice that would be made, found by making it and throwing everything else away."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.discounts import applying, tax_rates
from pinstripe.resources.invoices import preview_signups
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, named
from pinstripe.resources.subscriptions import cancellation, changes, renewal, restarts, subscription_items
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
        return _upcoming(tx, preview_signups.preview(scratch, call, customer))
    subscription = _subscription(call)
    details = params.hash("subscription_details")
    scratch = _scratch(tx, subscription)
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


def _subscription(call: Call) -> Object:
    """Whose invoice: the subscription named, or the customer's next to renew."""
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
    if not living:
        raise refusals.no_upcoming_invoice(customer.id)
    return min(living, key=lambda row: min(item["current_period_end"] for item in row["items"]))


def _preview(tx: Transaction, subscription: Object, details: Params) -> Object:
    """Do in the scratch transaction what the details ask for, and draft the invoice."""
    now = tx.now_of(subscription)
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
        last = subscription["latest_invoice"]
        restart = asked or restarts.automatic(tx, subscription, items)
        if restart is None:
            subscription = changes.apply(tx, subscription, subscription, change)
        else:
            subscription = restarts.apply(tx, subscription, subscription, change, restart)
        if subscription["latest_invoice"] != last:
            return tx.read("invoice", subscription["latest_invoice"])
    end = min(item["current_period_end"] for item in subscription["items"])
    tx.pretend(subscription["test_clock"], end)
    if subscription["cancel_at"] is not None:  # usage and what waits are still to be billed [second-hand]
        last_of_all = cancellation.last_invoice(tx, subscription, end)
        if last_of_all is None:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        return last_of_all
    _, draft = renewal.cycle_invoice(tx, subscription, end)
    return draft


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
