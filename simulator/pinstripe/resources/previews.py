"""Previews: the invoice that would be made, found by making it and throwing everything else away."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import cancellation, changes, refusals, renewal, subscription_items
from pinstripe.resources.changes import Change
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, named
from pinstripe.world import Object, Transaction


def create(call: Call) -> Answer:
    """POST /v1/invoices/create_preview: what a change would be billed at once, else the next renewal. [documented]"""
    tx, params = call.tx, call.params
    if params.get("preview_mode", "next") != "next":
        raise errors.unsupported_parameter(call.operation, "preview_mode", " with the value recurring")
    subscription = _subscription(call)
    details = params.hash("subscription_details")
    scratch = _scratch(tx, subscription)
    return _upcoming(tx, _preview(scratch, subscription, details, call.operation))


def _scratch(tx: Transaction, subscription: Object) -> Transaction:
    """A transaction to be thrown away, which sees the same world at the same moment."""
    scratch = tx.world.transaction()
    scratch.pretend(subscription["test_clock"], tx.now_of(subscription))
    return scratch


def _subscription(call: Call) -> Object:
    """Whose invoice: the subscription named, or the customer's next to renew."""
    tx, params = call.tx, call.params
    if "subscription" in params:
        subscription = named(tx, "subscription", params.get("subscription"), "subscription")
        if "customer" in params:
            named(tx, "customer", params.get("customer"), "customer")
        if subscription["status"] in renewal.OVER:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        return subscription
    if "customer" not in params:
        raise refusals.preview_needs_someone()
    customer = named(tx, "customer", params.get("customer"), "customer")
    rows = tx.find("subscription", "customer", customer.id)
    living = [row for row in rows if row["status"] not in renewal.OVER and row["cancel_at"] is None]
    if not living:
        if "subscription_details" in params:
            raise errors.unsupported_parameter(
                call.operation, "subscription_details", " for a customer without a subscription"
            )
        raise refusals.no_upcoming_invoice(customer.id)
    return min(living, key=lambda row: min(item["current_period_end"] for item in row["items"]))


def _preview(tx: Transaction, subscription: Object, details: Params, operation: str) -> Object:
    """Do in the scratch transaction what the details ask for, and draft the invoice."""
    anchor = details.hash("billing_cycle_anchor").get("type", "unchanged")
    if anchor != "unchanged":
        raise errors.unsupported_parameter(operation, "subscription_details[billing_cycle_anchor]")
    items = subscription_items.read_changes(details.hashes("items"))
    behavior = details.get("proration_behavior") or "create_prorations"
    change = Change(items=items, proration_behavior=behavior, proration_date=details.get("proration_date"))
    if items:
        last = subscription["latest_invoice"]
        subscription = changes.apply(tx, subscription, subscription, change)
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
