"""A customer's account with the merchant: its currency, and the balance with its ledger."""

from __future__ import annotations

from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def enter(
    tx: Transaction, customer: Object, amount: int, type_: str, *, invoice: str | None = None, currency: str = ""
) -> Object:
    """Write a line in the ledger and move the balance by `amount`; negative is the customer's credit."""
    ending = customer["balance"] + amount
    tx.new(
        "customer_balance_transaction",
        {
            "amount": amount,
            "checkout_session": None,
            "created": tx.now(),
            "credit_note": None,
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
    known = customer["currency"]
    if known is None:
        return tx.put(customer, currency=currency)
    if known != currency:
        raise refusals.currencies_combined(known)
    return customer


def first_purchase(tx: Transaction, customer: Object, currency: str) -> Object:
    """The customer once it buys in a currency, telling of it if that is news. [recorded: before `invoice.created`]"""
    known = in_currency(tx, customer, currency)
    tx.emit("customer.updated", known, before=customer)
    return known


def list_entries(call: Call) -> Answer:
    """GET /v1/customers/{customer}/balance_transactions."""
    customer = addressed(call, "customer", param="customer")
    return Listing(list(reversed(call.tx.find("customer_balance_transaction", "customer", customer.id))))


def retrieve_entry(call: Call) -> Answer:
    """GET /v1/customers/{customer}/balance_transactions/{transaction}."""
    return addressed(call, "customer_balance_transaction", key="transaction", param="transaction")


BALANCE_TRANSACTIONS = Resource(
    Kind("customer_balance_transaction", "cbtxn", indexes={"customer": by("customer")}),
    {
        "GET /v1/customers/{customer}/balance_transactions": list_entries,
        "GET /v1/customers/{customer}/balance_transactions/{transaction}": retrieve_entry,
    },
)
