"""Previews: the invoice that would be made, found by making it and throwing everything else away."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.connect import invoice_shares
from pinstripe.resources.discounts import applying, tax_rates
from pinstripe.resources.invoices import (
    drafts,
    invoice_items,
    next_invoices,
    preview_customers,
    preview_items,
    preview_pauses,
    preview_schedules,
    preview_signups,
)
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, merged_metadata, named
from pinstripe.resources.subscriptions import (
    cancellation,
    changes,
    prebilling,
    renewal,
    restarts,
    schedules,
    subscription_items,
    thresholds,
)
from pinstripe.resources.subscriptions.changes import Change
from pinstripe.resources.taxes import automatic_tax
from pinstripe.resources.usage import usage_records
from pinstripe.world import Object, Transaction


def create(call: Call) -> Answer:
    """POST /v1/invoices/create_preview, in whose name and on whose behalf it is told. [documented]"""
    said = invoice_shares.of_invoice(call.tx, call.params)
    return Object({**preview(call), **said})


def preview(call: Call) -> Object:
    """What a change would be billed at once, else the next renewal. [documented]"""
    tx, params = call.tx, call.params
    recurring = params.get("preview_mode", "next") == "recurring"
    _require_sellable(call)
    if _is_new(call):
        scratch, customer = _whoever(call)
        customer = preview_customers.adjusted(scratch, call, customer)
        preview_items.add(scratch, call, customer)
        shown = _kept(tx, scratch, preview_signups.preview(scratch, call, customer), recurring=recurring)
        return shown if "customer" in params else Object({**shown, "customer": None})
    if _is_scheduled(call):
        return _scheduled(call, recurring=recurring)
    subscription = _subscription(call)
    if subscription is None:
        return _of_customer(call)
    if params.get("currency", subscription["currency"]).lower() != subscription["currency"]:
        raise refusals.mismatch("currency")
    details = params.hash("subscription_details")
    scratch = _scratch(tx, subscription)
    customer = preview_customers.adjusted(scratch, call, tx.read("customer", subscription["customer"]))
    preview_items.add(scratch, call, customer)
    subscription = _with_terms(scratch, subscription, call)
    return _kept(tx, scratch, _preview(scratch, subscription, details), recurring=recurring)


def _require_sellable(call: Call) -> None:
    """What a preview sells may be subscribed to, but for what is. [documented]"""
    id_ = call.params.peek("subscription")
    subscription = None if id_ is None else call.tx.get("subscription", id_)
    known = () if subscription is None else [item["price"] for item in subscription["items"]]
    details, planned = (
        Params(call.params.peek(name) or {}, name) for name in ("subscription_details", "schedule_details")
    )
    usage_records.require_sellable(call, details.hashes("items"), known)
    for phase in planned.hashes("phases"):
        usage_records.require_sellable(call, phase.hashes("items"))


def _kept(tx: Transaction, scratch: Transaction, invoice: Object, *, recurring: bool = False) -> Object:
    """A preview, and the tax rates that automatic tax has made for it."""
    if recurring:
        invoice = next_invoices.recurring(scratch, invoice)
    tax_rates.carry(scratch, tx)
    return upcoming(tx, invoice)


def _is_new(call: Call) -> bool:
    """Whether a subscription is previewed that does not exist: items without one, whatever else the customer has."""
    params = call.params
    given = {"customer", "customer_details"} & set(params) and not {"subscription", "schedule"} & set(params)
    return bool(given) and bool(params.hash("subscription_details").peek("items"))


def _whoever(call: Call) -> tuple[Transaction, Object]:
    """The scratch transaction and the customer in it: the one named, else somebody with the details given. [documented]

    Nobody in particular is nobody's customer: the preview names none. [inferred]
    """
    tx = call.tx
    if "customer" in call.params:
        customer = named(tx, "customer", call.params.get("customer"), "customer")
        return _scratch(tx, customer), customer
    scratch = tx.world.transaction(tx.request)
    scratch.pretend(None, tx.now())
    return scratch, preview_customers.nobody(scratch)


def _is_scheduled(call: Call) -> bool:
    """Whether a schedule is previewed: one by its name, or one that its details make up."""
    return "schedule" in call.params or bool(call.params.peek("schedule_details"))


def _scheduled(call: Call, *, recurring: bool) -> Object:
    """The next invoice under a schedule. [documented]"""
    tx, params = call.tx, call.params
    schedule = None
    if "schedule" in params:
        schedule = named(tx, "subscription_schedule", params.get("schedule"), "schedule")
        if schedule["status"] not in schedules.RUNNING:
            raise refusals.no_upcoming_invoice(schedule["customer"])
    elif "customer" not in params:
        raise refusals.preview_needs_someone()
    id_ = params.get("customer") if schedule is None else schedule["customer"]
    customer = named(tx, "customer", id_, "customer")
    scratch = _scratch(tx, customer)
    customer = preview_customers.adjusted(scratch, call, customer)
    preview_items.add(scratch, call, customer)
    if schedule is None:
        return _kept(tx, scratch, preview_schedules.begun(scratch, call, customer), recurring=recurring)
    if schedule["subscription"] is not None:
        _with_terms(scratch, tx.read("subscription", schedule["subscription"]), call)
    return _kept(tx, scratch, preview_schedules.changed(scratch, call, schedule), recurring=recurring)


def _scratch(tx: Transaction, subscription: Object) -> Transaction:
    """A transaction to be thrown away, which sees the same world at the same moment."""
    scratch = tx.world.transaction(tx.request)
    scratch.pretend(subscription["test_clock"], tx.now_of(subscription))
    return scratch


def _with_terms(tx: Transaction, subscription: Object, call: Call) -> Object:
    """The subscription as if it had these discounts, an empty string for none, or automatic tax. [documented]"""
    enabled = automatic_tax.asked(tx, call.params, call.operation)
    if enabled is not None:
        taxes = automatic_tax.member(enabled, automatic_tax.OF_SUBSCRIPTIONS)
        subscription = tx.put(subscription, automatic_tax=taxes)
        automatic_tax.refuse_manual(subscription)
    if "discounts" not in call.params:
        return subscription
    tx.put(tx.read("customer", subscription["customer"]), discount=None)
    return tx.put(subscription, discounts=applying.on_subscription(tx, call.params, subscription))


def _of_customer(call: Call) -> Object:
    """What waits for a customer's next invoice, whom no subscription renews. [inferred]"""
    customer = named(call.tx, "customer", call.params.get("customer"), "customer")
    tx = call.tx.world.transaction(call.tx.request)
    now = call.tx.now(customer["test_clock"])
    tx.pretend(customer["test_clock"], now)
    customer = preview_customers.adjusted(tx, call, customer)
    preview_items.add(tx, call, customer)
    entries = invoice_items.pending(tx, customer.id, None)
    if not entries:
        raise refusals.no_upcoming_invoice(customer.id)
    enabled = bool(automatic_tax.asked(tx, call.params, call.operation))
    taxes = {"automatic_tax": automatic_tax.member(enabled)}
    draft = drafts.of_customer(tx, customer, entries, currency=entries[0]["currency"], given=taxes)
    return _kept(call.tx, tx, draft)


def _subscription(call: Call) -> Object | None:
    """Whose invoice: the subscription named, or the customer's next to renew, if any is."""
    tx, params = call.tx, call.params
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
    living = [row for row in rows if row["status"] not in resting and _has_next(tx, row)]
    return min(living, key=lambda row: min(item["current_period_end"] for item in row["items"]), default=None)


def _has_next(tx: Transaction, subscription: Object) -> bool:
    """Whether a subscription has another invoice: one that ends with its period only for usage. [second-hand]"""
    end = min(item["current_period_end"] for item in subscription["items"])
    if subscription["cancel_at"] is None or subscription["cancel_at"] > end:
        return True
    return any(is_metered(tx.read("price", item["price"])) for item in subscription["items"])


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
    if "pause" in details or "resume_at" in details:
        return preview_pauses.preview(tx, subscription, details)
    if "default_tax_rates" in details:
        rates = tax_rates.chosen(tx, details, "default_tax_rates")
        subscription = tx.put(subscription, default_tax_rates=rates)
    if "metadata" in details:
        subscription = tx.put(subscription, metadata=merged_metadata(subscription["metadata"], details))
    if details.get("cancel_at_period_end"):
        subscription = cancellation.at_period_end(tx, subscription)
    if details.peek("cancel_at") is not None:
        prorates = details.peek("proration_behavior") != "none"
        subscription = cancellation.at_moment(tx, subscription, details, prorates=prorates)
    asked = restarts.wanted(details, subscription, now)
    items = subscription_items.read_changes(details.hashes("items"))
    behavior = details.get("proration_behavior") or "create_prorations"
    cut = subscription["items"] != before["items"]
    prebills = bool(details.peek("billing_schedules"))
    if "billing_schedules" in details:
        subscription = prebilling.wanted(tx, details, subscription)
    change = Change(
        items=items,
        proration_behavior=behavior,
        proration_date=details.get("proration_date"),
        cut=cut,
        prebills=prebills,
    )
    if items or asked is not None or cut or prebills:
        restart = asked or restarts.automatic(tx, subscription, items)
        if restart is None:
            subscription = changes.apply(tx, subscription, subscription, change)
        else:
            subscription = restarts.apply(tx, subscription, subscription, change, restart)
        thresholds.require(tx, subscription)
        if subscription["latest_invoice"] != before["latest_invoice"]:
            return tx.read("invoice", subscription["latest_invoice"])
    return next_invoices.make(tx, subscription)


def upcoming(tx: Transaction, invoice: Object) -> Object:
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
