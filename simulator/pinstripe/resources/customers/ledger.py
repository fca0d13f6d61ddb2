"""A customer's account with the merchant: its currency, and the balance with its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, merged_metadata
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def enter(
    tx: Transaction,
    customer: Object,
    amount: int,
    type_: str,
    *,
    invoice: str | None = None,
    credit_note: str | None = None,
    currency: str = "",
) -> Object:
    """Write a line in the ledger and move the balance by `amount`; negative is the customer's credit."""
    ending = customer["balance"] + amount
    tx.new(
        "customer_balance_transaction",
        {
            "amount": amount,
            "checkout_session": None,
            "created": tx.now(),
            "credit_note": credit_note,
            "currency": currency or customer["currency"] or "usd",
            "customer": customer.id,
            "description": None,
            "ending_balance": ending,
            "invoice": invoice,
            "livemode": False,
            "metadata": {},
            "type": type_,
        },
    )
    return tx.put(customer, balance=ending)


def in_currency(tx: Transaction, customer: Object, currency: str) -> Object:
    """The customer once it buys in a currency, which its first purchase fixes. [documented]"""
    require_currency(customer, currency)
    return customer if customer["currency"] is not None else tx.put(customer, currency=currency)


def require_currency(customer: Object, currency: str) -> None:
    """Refuse what a customer who buys in another currency asks for."""
    if customer["currency"] not in (None, currency):
        raise refusals.currencies_combined(customer["currency"])


def first_purchase(tx: Transaction, customer: Object, currency: str) -> Object:
    """The customer once it buys in a currency, telling of it if that is news. [recorded: before `invoice.created`]"""
    known = in_currency(tx, customer, currency)
    tx.emit("customer.updated", known, before=customer)
    return known


def credits_of(customer: Mapping[str, Any]) -> dict[str, int]:
    """What the customer has to come, by currency: the balance the other way around. [documented; recorded: empty]"""
    return {customer["currency"] or "usd": -customer["balance"]} if customer["balance"] else {}


def line_of(call: Call, kind: str, noun: str) -> Object:
    """The transaction in the path, which must be one of the customer there."""
    customer = addressed(call, "customer", key="customer", param="customer")
    entry = addressed(call, kind, key="transaction", param="transaction")
    if entry["customer"] != customer.id:
        raise errors.no_such(noun, entry.id, param="transaction", in_path=True)
    return entry


def _addressed(call: Call) -> Object:
    """The line of the ledger in the path."""
    return line_of(call, "customer_balance_transaction", "customer_balance_transaction")


def list_entries(call: Call) -> Answer:
    """GET /v1/customers/{customer}/balance_transactions."""
    customer = addressed(call, "customer", param="customer")
    rows = list(reversed(call.tx.find("customer_balance_transaction", "customer", customer.id)))
    if "invoice" in call.params:
        invoice = call.params.get("invoice")
        rows = [row for row in rows if row["invoice"] == invoice]
    return Listing(rows)


def create_entry(call: Call) -> Answer:
    """POST /v1/customers/{customer}/balance_transactions: an adjustment by hand. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "customer", param="customer")
    currency = params.get("currency").lower()
    customer = in_currency(tx, before, currency)
    after = enter(tx, customer, params.get("amount"), "adjustment", currency=currency)
    entry = tx.find("customer_balance_transaction", "customer", customer.id)[-1]
    entry = tx.put(entry, **params.pick("description"), metadata=merged_metadata({}, params))
    tx.emit("customer.updated", after, before=before)
    return entry


def update_entry(call: Call) -> Answer:
    """POST /v1/customers/{customer}/balance_transactions/{transaction}: what it says, not what it does. [documented]"""
    before = _addressed(call)
    return call.tx.put(
        before, **call.params.pick("description"), metadata=merged_metadata(before["metadata"], call.params)
    )


def retrieve_entry(call: Call) -> Answer:
    """GET /v1/customers/{customer}/balance_transactions/{transaction}."""
    return _addressed(call)


BALANCE_TRANSACTIONS = Resource(
    Kind("customer_balance_transaction", "cbtxn", indexes={"customer": by("customer")}),
    {
        "POST /v1/customers/{customer}/balance_transactions": create_entry,
        "GET /v1/customers/{customer}/balance_transactions": list_entries,
        "POST /v1/customers/{customer}/balance_transactions/{transaction}": update_entry,
        "GET /v1/customers/{customer}/balance_transactions/{transaction}": retrieve_entry,
    },
)
