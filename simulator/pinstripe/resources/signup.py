"""How a subscription begins: checked, made with its items, billed for the first time."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period
from pinstripe.resources import (
    announcements,
    cancellation,
    invoice_lines,
    invoicing,
    ledger,
    payment_methods,
    refusals,
    renewal,
    subscription_items,
)
from pinstripe.resources.invoicing import Collected
from pinstripe.resources.params import Params
from pinstripe.resources.prices import is_metered
from pinstripe.resources.resource import Answer, Call, merged_metadata, named
from pinstripe.world import Object, Transaction

PER_CLOCK_CUSTOMER = 3
"""How many subscriptions a customer on a test clock may have. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/subscriptions: the first invoice is made, finalized and paid in the request. [documented]"""
    tx, params = call.tx, call.params
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    customer = named(tx, "customer", params.get("customer"), "customer")
    require_room(tx, customer)
    if not params.hashes("items"):
        raise errors.missing_parameter("items")
    refuse_unmodelled(call)
    now = tx.now(customer["test_clock"])
    id_ = tx.new_id("sub")
    changes = subscription_items.read_changes(params.hashes("items"))
    items = [subscription_items.new_item(tx, id_, change, anchor=now, now=now) for change in changes]
    currency = _currency(tx, items, params)
    subscription_items.require_one_interval(tx, items)
    before = customer
    customer = ledger.in_currency(tx, customer, currency)
    method = params.get("default_payment_method")
    if method is not None:
        method = payment_methods.of_customer(tx, method, customer, "default_payment_method").id
    subscription = tx.new(
        "subscription",
        {
            **_defaults(now),
            "currency": currency,
            "customer": customer.id,
            "default_payment_method": method,
            "description": params.get("description"),
            "items": items,
            "metadata": merged_metadata({}, params),
            "payment_settings": payment_settings(params),
            "test_clock": customer["test_clock"],
        },
        id=id_,
    )
    if params.get("cancel_at_period_end", False):
        subscription = cancellation.at_period_end(tx, subscription)
    subscription, collected = first_invoice(tx, subscription, customer, params.get("payment_behavior"))
    announcements.subscribed(tx, tx.read("customer", customer.id), before, subscription, collected)
    return subscription


def require_room(tx: Transaction, customer: Object) -> None:
    """A customer on a test clock takes only a few subscriptions. [documented; the sentence is inferred]"""
    if customer["test_clock"] is None:
        return
    living = [row for row in tx.find("subscription", "customer", customer.id) if row["status"] not in renewal.OVER]
    if len(living) >= PER_CLOCK_CUSTOMER:
        raise refusals.too_many_subscriptions_on_clock(PER_CLOCK_CUSTOMER)


def refuse_unmodelled(call: Call) -> None:
    """Values pinstripe would have to ignore; parameters it does not read at all are refused by the pipeline."""
    params = call.params
    if params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise errors.unsupported_parameter(call.operation, "collection_method", " with the value send_invoice")
    if params.hash("billing_mode").get("type", "flexible") != "flexible":
        raise errors.unsupported_parameter(call.operation, "billing_mode[type]", " with the value classic")
    if params.get("payment_behavior", "allow_incomplete") == "pending_if_incomplete":
        raise errors.unsupported_parameter(call.operation, "payment_behavior", " with the value pending_if_incomplete")
    params.get("off_session")  # every payment here is made without the customer, which is what it says
    params.get("proration_behavior")  # nothing is prorated when a subscription begins at its anchor


def _currency(tx: Transaction, items: list[Object], params: Params) -> str:
    """The one currency of all items."""
    currencies = {tx.read("price", item["price"])["currency"] for item in items}
    if len(currencies) > 1:
        raise refusals.mismatch("currency")
    (currency,) = currencies
    if params.get("currency", currency).lower() != currency:
        raise refusals.price_not_in_currency(params.get("currency").lower())
    return str(currency)


def payment_settings(params: Params) -> dict[str, Any]:
    """How payments are to be made."""
    given = params.hash("payment_settings")
    wanted = given.get("save_default_payment_method", "off")
    if wanted != "off":
        raise errors.unsupported_parameter(
            "POST /v1/subscriptions", given.name("save_default_payment_method"), f" with the value {wanted}"
        )
    types = given.get("payment_method_types")
    if types is not None and list(types) != ["card"]:
        raise errors.unsupported_parameter("POST /v1/subscriptions", given.name("payment_method_types"))
    return {"payment_method_options": None, "payment_method_types": types, "save_default_payment_method": "off"}


def _defaults(now: int) -> dict[str, Any]:
    """What a subscription is when nothing is said. [recorded]"""
    return {
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {
            "flexible": {"proration_discounts": "included"},
            "type": "flexible",
            "updated_at": now,
        },
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "feedback_option": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "default_tax_rates": [],
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "latest_invoice": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "start_date": now,
        "status": "active",
        "trial_settings": {"end_behavior": {"billing_cycle_anchor": None, "missing_payment_method": "create_invoice"}},
    }


def first_invoice(
    tx: Transaction, subscription: Object, customer: Object, behavior: str | None
) -> tuple[Object, Collected | None]:
    """Bill what is paid in advance. Where nothing is, there is no invoice yet. [documented for flexible mode]"""
    now = subscription["created"]
    lines: list[Object] = []
    billed: list[Object] = []
    invoice_id = None
    for item in subscription["items"]:
        if is_metered(tx.read("price", item["price"])):
            billed.append(item)
            continue
        period = Period(item["current_period_start"], item["current_period_end"])
        own = invoice_lines.of_item(tx, subscription, item, period)
        lines += own
        billed.append(item)
    if not lines:
        return subscription, None
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason="subscription_create",
        currency=subscription["currency"],
        created=now,
        period=(now, now),
        lines=lines,
        subscription=subscription,
        auto_advance=True,
    )
    invoice_id = draft.id
    subscription = tx.put(subscription, latest_invoice=invoice_id)
    subscription = renewal.remember_lines(tx, subscription, draft)
    method = invoicing.default_payment_method(tx, customer, subscription)
    if draft["amount_due"] > 0 and method is None and behavior != "default_incomplete":
        raise refusals.no_payment_method()
    collected = invoicing.collect(tx, draft, charge=behavior != "default_incomplete")
    if collected.settled["status"] != "paid":
        decline = collected.attempt and collected.attempt.decline
        if behavior == "error_if_incomplete" and collected.attempt is not None and decline is not None:
            raise refusals.declined(tx, collected.attempt, method, keeps_changes=False)
        subscription = tx.put(subscription, status="incomplete")
    return subscription, collected
