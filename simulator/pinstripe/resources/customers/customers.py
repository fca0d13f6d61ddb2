"""Customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals, searching
from pinstripe.resources.customers import cash_balances, customer_discounts, customer_words, emails, ledger, tax_ids
from pinstripe.resources.discounts import discounts
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods, sources
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    deleted,
    list_object,
    listing,
    merged_metadata,
)
from pinstripe.resources.subscriptions import cancellation, lifecycle, schedule_cancellation
from pinstripe.resources.taxes import automatic_tax, places, rulings, table
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

CUSTOMERS_PER_CLOCK = 3
"""How many customers one test clock takes. [documented]"""

PLAIN = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt")
"""Members that are kept as given."""


def create(call: Call) -> Answer:
    """POST /v1/customers."""
    tx, params = call.tx, call.params
    emails.require(params, "email")
    customer_words.require_validated(call)
    clock_id = params.get("test_clock")
    if clock_id is not None:
        clock = tx.get("test_helpers.test_clock", clock_id)
        if clock is None:
            raise errors.no_such("billingclock", clock_id, param="test_clock")
        if len(tx.find("customer", "test_clock", clock_id)) >= CUSTOMERS_PER_CLOCK:
            raise refusals.too_many_customers_on_clock(CUSTOMERS_PER_CLOCK)
    customer = tx.new(
        "customer",
        {
            **_defaults(),
            **{key: value for key, value in params.pick(*PLAIN).items() if value is not None},
            **{name: value for name, value in customer_words.names(params).items() if value is not None},
            "balance": 0,
            "created": tx.now(clock_id),
            "metadata": merged_metadata({}, params),
            "next_invoice_sequence": params.get("next_invoice_sequence", 1),
            "test_clock": clock_id,
        },
    )
    prefix = params.get("invoice_prefix") or tx.world.seed.invoice_prefix(customer.id)
    customer = tx.put(customer, invoice_prefix=prefix)
    if balance := params.get("balance"):
        customer = ledger.enter(tx, customer, balance, "initial")
    attached: dict[str, Object] = {}
    if "payment_method" in params:
        name = params.get("payment_method")
        method = payment_methods.usable(tx, name, "payment_method")
        attached[name] = payment_methods.attach(tx, method, customer)
    if "source" in params:
        customer = tx.put(customer, default_source=sources.first(tx, customer, params.get("source")).id)
    if "cash_balance" in params:
        customer = cash_balances.reconciled(tx, customer, params.hash("cash_balance"))
    customer = tx.put(customer, invoice_settings=_invoice_settings(call, customer, attached))
    customer = _tax(tx, params, customer_discounts.given(tx, params, customer))
    tx.emit("customer.created", customer)
    tax_ids.given(tx, params.hashes("tax_id_data"), customer)
    return customer


def _defaults() -> dict[str, Any]:
    """What a customer is when nothing is said. [recorded]"""
    return {
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": None,
        "discount": None,
        "livemode": False,
        "name": None,
        "phone": None,
        "address": None,
        "shipping": None,
        "preferred_locales": [],
        "tax_exempt": "none",
    }


def _invoice_settings(call: Call, customer: Object, attached: Mapping[str, Object]) -> dict[str, Any]:
    """The invoice settings after this request; the default payment method must be the customer's own."""
    settings: dict[str, Any] = dict(
        customer.get("invoice_settings")
        or {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}
    )
    given = call.params.hash("invoice_settings")
    settings.update(given.pick("custom_fields", "footer"))
    if "rendering_options" in given:
        settings["rendering_options"] = customer_words.rendering(call.tx, given, settings["rendering_options"])
    if "default_payment_method" in given:
        name = given.get("default_payment_method")
        settings["default_payment_method"] = name and (
            attached[name].id
            if name in attached
            else payment_methods.of_customer(call.tx, name, customer, given.name("default_payment_method")).id
        )
    return settings


def update(call: Call) -> Answer:
    """POST /v1/customers/{customer}: members merge, an empty string unsets."""
    tx, params = call.tx, call.params
    before = addressed(call, "customer")
    emails.require(params, "email")
    customer_words.require_validated(call)
    changes = params.pick(*PLAIN)
    if "tax_exempt" in changes and changes["tax_exempt"] is None:
        changes["tax_exempt"] = "none"
    if "preferred_locales" in changes and changes["preferred_locales"] is None:
        changes["preferred_locales"] = []
    if "next_invoice_sequence" in params:
        changes["next_invoice_sequence"] = params.get("next_invoice_sequence")
    if "invoice_prefix" in params:
        changes["invoice_prefix"] = params.get("invoice_prefix")
    changes |= customer_words.names(params)
    customer = tx.put(
        before,
        **changes,
        metadata=merged_metadata(before["metadata"], params),
        invoice_settings=_invoice_settings(call, before, {}),
    )
    if "balance" in params:
        wanted = params.get("balance") or 0
        if wanted != customer["balance"]:
            customer = ledger.enter(tx, customer, wanted - customer["balance"], "adjustment")
    if "source" in params:
        customer = sources.replace_default(tx, customer, params.get("source"))
    elif "default_source" in params:
        customer = tx.put(customer, default_source=sources.own(tx, customer, params.get("default_source")).id)
    if "cash_balance" in params:
        customer = cash_balances.reconciled(tx, customer, params.hash("cash_balance"))
    customer = _tax(tx, params, customer_discounts.given(tx, params, customer))
    tx.emit("customer.updated", customer, before=before)
    return customer


def retrieve(call: Call) -> Answer:
    """GET /v1/customers/{customer}; a deleted customer still answers, as a stub. [documented]"""
    customer = call.tx.get("customer", call.path["customer"])
    if customer is None:
        raise errors.no_such("customer", call.path["customer"], param="id", in_path=True)
    return deleted(customer) if customer.get("deleted") else customer


def delete(call: Call) -> Answer:
    """DELETE /v1/customers/{customer}: cancels the subscriptions, detaches the payment methods, leaves a stub."""
    customer = addressed(call, "customer")
    remove(call.tx, customer)
    return deleted(customer)


def remove(tx: Transaction, customer: Object) -> None:
    """Delete a customer with what hangs on it."""
    for subscription in tx.find("subscription", "customer", customer.id):
        cancellation.cancel_now(tx, subscription)
    schedule_cancellation.call_off_plans(tx, customer)
    for method in tx.find("payment_method", "customer", customer.id):
        tx.put(method, customer=None, _used=True)
    for source in sources.of_customer(tx, customer):
        tx.delete(source)
    tx.emit("customer.deleted", customer)
    tx.put(customer, deleted=True)


def own_payment_methods(call: Call) -> Answer:
    """GET /v1/customers/{customer}/payment_methods. [recorded: `param` of who is not there]"""
    customer = addressed(call, "customer")
    wanted = call.params.pick("allow_redisplay", "type")
    rows = call.tx.find("payment_method", "customer", customer.id)
    return Listing([row for row in reversed(rows) if all(row[name] == value for name, value in wanted.items())])


def own_payment_method(call: Call) -> Answer:
    """GET /v1/customers/{customer}/payment_methods/{payment_method}."""
    customer = addressed(call, "customer", key="customer", param="customer")
    method = call.tx.get("payment_method", call.path["payment_method"])
    if method is None:
        raise refusals.no_such_payment_method(call.path["payment_method"], in_path=True)
    if method["customer"] != customer.id:
        raise refusals.payment_method_not_theirs()
    return method


def subscriptions_of(tx: Transaction, customer: Object) -> dict[str, Any]:
    """The living subscriptions, which show only when asked for, newest first. [documented]"""
    rows = reversed(tx.find("subscription", "customer", customer.id))
    shown = [tx.world.render(tx, row) for row in rows if row["status"] not in lifecycle.OVER]
    return list_object(f"/v1/customers/{customer.id}/subscriptions", shown)


def tax_of(tx: Transaction, customer: Object) -> dict[str, Any]:
    """Where the customer is taxed, which shows only when asked for. [documented; recorded: nowhere without an address]

    An ip address is kept and tells nothing: nobody here knows where it is.
    """
    place = places.of_customer(tx, customer)
    known = {"ip_address": customer.get("_ip_address"), "provider": "stripe"}
    if place is None:
        return {"automatic_tax": "unrecognized_location", "location": None, **known}
    collects = table.collects(rulings.registrations(tx), place["country"], place["state"])
    location = {name: place[name] for name in ("country", "source", "state")}
    return {"automatic_tax": "supported" if collects else "not_collecting", "location": location, **known}


def _tax(tx: Transaction, params: Params, customer: Object) -> Object:
    """What `tax` says of a customer, who may have to be somewhere at once. [documented]

    Unless it is deferred, one whose subscriptions are taxed stays where he can be found.
    """
    given = params.hash("tax")
    how = given.get("validate_location") or "auto"
    if "ip_address" in given:
        customer = tx.put(customer, _ip_address=given.get("ip_address"))
    taxed = how == "auto" and any(
        automatic_tax.wants(row) and row["status"] not in lifecycle.OVER
        for row in tx.find("subscription", "customer", customer.id)
    )
    moves = bool({"address", "shipping"} & set(params))
    if (how == "immediately" or (taxed and moves)) and places.of_customer(tx, customer) is None:
        raise refusals.tax_location_invalid()
    return customer


def view(tx: Transaction, customer: Object) -> Mapping[str, Any]:
    """A customer with its discount inside, without names that were unset."""
    gone = [name for name in customer_words.NAMES if customer.get(name, "") is None]
    shown = {name: value for name, value in customer.items() if name not in gone} if gone else customer
    return {**shown, "discount": discounts.of_customer(tx, customer)}


CUSTOMERS = Resource(
    Kind(
        "customer",
        "cus",
        indexes={"email": by("email"), "test_clock": by("test_clock")},
    ),
    {
        "POST /v1/customers": create,
        "GET /v1/customers": listing("customer", by={"test_clock": "test_clock", "email": "email"}),
        "GET /v1/customers/search": searching.search("customer"),
        "GET /v1/customers/{customer}": retrieve,
        "POST /v1/customers/{customer}": update,
        "DELETE /v1/customers/{customer}": delete,
        "GET /v1/customers/{customer}/payment_methods": own_payment_methods,
        "GET /v1/customers/{customer}/payment_methods/{payment_method}": own_payment_method,
    },
    view=view,
    includes={
        "invoice_credit_balance": lambda _, customer: ledger.credits_of(customer),
        "sources": sources.list_of,
        "subscriptions": subscriptions_of,
        "tax": tax_of,
        "tax_ids": tax_ids.of_customer,
    },
)
