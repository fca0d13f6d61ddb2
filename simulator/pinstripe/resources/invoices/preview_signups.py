"""Previews of subscriptions that do not exist: what the first invoice would be."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources.invoices import next_invoices
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.resources.subscriptions import cycles, signup
from pinstripe.world import Object, Transaction

SAME = (
    "billing_schedules",
    "cancel_at",
    "cancel_at_period_end",
    "items",
    "metadata",
    "proration_behavior",
    "trial_end",
)
"""Details that a sign-up knows by the same name."""


def preview(tx: Transaction, call: Call, customer: Object) -> Object:
    """Sign the customer up in the scratch transaction, as far as the first invoice. [documented]

    Where a sign-up has nothing to bill yet, it is the invoice of the first renewal. [inferred]
    """
    details = call.params.hash("subscription_details")
    values: dict[str, Any] = {"customer": customer.id, **details.pick(*SAME)}
    if "default_tax_rates" in details:
        values["default_tax_rates"] = details.get("default_tax_rates")
    start, now = details.get("start_date"), tx.now(customer["test_clock"])
    if start is not None and start > now:  # it may lie ahead [documented]
        tx.pretend(customer["test_clock"], cycles.require_future(details, "start_date", now))
    elif start is not None:
        values["backdate_start_date"] = start
    anchor = details.hash("billing_cycle_anchor")
    if anchor.get("type", "now") == "timestamp":
        values["billing_cycle_anchor"] = anchor.get("timestamp")
    elif anchor.get("type", "now") == "unchanged":
        raise errors.unsupported_parameter(
            call.operation, anchor.name("type"), " for a customer without a subscription"
        )
    mode = details.hash("billing_mode")
    if mode.get("type") is not None:
        values["billing_mode"] = {name: value for name, value in mode.pick("flexible", "type").items() if value}
    if "automatic_tax" in call.params:
        values["automatic_tax"] = call.params.get("automatic_tax")
    if "currency" in call.params:
        values["currency"] = call.params.get("currency")
    if call.params.peek("discounts"):
        values["discounts"] = call.params.get("discounts")
    asked = Call("POST /v1/subscriptions", "/v1/subscriptions", {}, Params(values), tx)
    subscription = signup.begin(asked, waits=True)
    for name in asked.params.unread():
        raise errors.unsupported_parameter(call.operation, f"subscription_details[{name}]")
    if subscription["latest_invoice"] is not None:
        return tx.read("invoice", subscription["latest_invoice"])
    return next_invoices.make(tx, subscription)
