"""What customers have sent by bank transfer before it was asked for.

The balance is what its transactions add up to; nothing else is kept of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import SUPPORTED_CURRENCIES
from pinstripe.resources import refusals
from pinstripe.resources.customers import funding_instructions, ledger
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

TRANSFERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "eur": ("eu_bank_transfer", {"bic": None, "iban_last4": None, "sender_name": None}),
    "gbp": ("gb_bank_transfer", {"account_number_last4": None, "sender_name": None, "sort_code": None}),
    "jpy": ("jp_bank_transfer", {"sender_bank": None, "sender_branch": None, "sender_name": None}),
    "mxn": ("mx_bank_transfer", {}),
    "usd": ("us_bank_transfer", {"sender_name": None}),
}
"""The kind of transfer by currency. [documented]"""


INSTRUCTIONS = "display_bank_transfer_instructions"


def available(tx: Transaction, customer: str) -> dict[str, int]:
    """The cash of a customer, by currency."""
    sums: dict[str, int] = {}
    for row in tx.find("customer_cash_balance_transaction", "customer", customer):
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["net_amount"]
    return {currency: amount for currency, amount in sums.items() if amount}


def covers(tx: Transaction, intent: Object) -> bool:
    """Whether the cash of its customer pays what an intent still waits for."""
    return available(tx, intent["customer"]).get(intent["currency"], 0) >= remaining(tx, intent)


def remaining(tx: Transaction, intent: Object) -> int:
    """What an intent still waits for."""
    amount: int = intent["amount"] - _taken(tx, intent)
    return amount


def _taken(tx: Transaction, intent: Object) -> int:
    """What was taken for an intent so far."""
    rows = tx.find("customer_cash_balance_transaction", "customer", intent["customer"])
    words, this = ("applied_to_payment", "unapplied_from_payment"), {"payment_intent": intent.id}
    moved: int = sum(row["net_amount"] for row in rows if this in [row.get(word) for word in words])
    return -moved


def apply_part(tx: Transaction, intent: Object, amount: int) -> Object:
    """Take so much for an intent that waits for more. [documented]"""
    apply(tx, intent, amount)
    waiting = {**intent["next_action"][INSTRUCTIONS], "amount_remaining": remaining(tx, intent)}
    part = tx.put(intent, next_action={**intent["next_action"], INSTRUCTIONS: waiting})
    tx.emit("payment_intent.partially_funded", part)
    return part


def give_back(tx: Transaction, intent: Object) -> None:
    """What was taken for an intent that is given up is the customer's again. [documented]"""
    taken = 0 if intent["customer"] is None else _taken(tx, intent)
    if taken:
        said = {"unapplied_from_payment": {"payment_intent": intent.id}}
        enter(tx, intent["customer"], taken, intent["currency"], "unapplied_from_payment", said)


def enter(tx: Transaction, customer: str, amount: int, currency: str, type_: str, said: Mapping[str, Any]) -> Object:
    """Write a transaction and tell of it."""
    ending = available(tx, customer).get(currency, 0) + amount
    made = tx.new(
        "customer_cash_balance_transaction",
        {
            "created": tx.now(),
            "currency": currency,
            "customer": customer,
            "ending_balance": ending,
            "livemode": False,
            "net_amount": amount,
            "type": type_,
            **said,
        },
    )
    tx.emit("customer_cash_balance_transaction.created", made)
    return made


def apply(tx: Transaction, intent: Object, amount: int) -> None:
    """Pay an intent from the cash of its customer."""
    said = {"applied_to_payment": {"payment_intent": intent.id}}
    enter(tx, intent["customer"], -amount, intent["currency"], "applied_to_payment", said)


def shown(tx: Transaction, customer: Object) -> dict[str, Any]:
    """The cash balance of a customer. [documented]"""
    mode = customer.get("_reconciliation_mode")
    return {
        "object": "cash_balance",
        "available": available(tx, customer.id) or None,
        "customer": customer.id,
        "customer_account": None,
        "livemode": False,
        "settings": {"reconciliation_mode": mode or "automatic", "using_merchant_default": mode is None},
    }


def retrieve(call: Call) -> Answer:
    """GET /v1/customers/{customer}/cash_balance."""
    return shown(call.tx, addressed(call, "customer", param="customer"))


def update(call: Call) -> Answer:
    """POST /v1/customers/{customer}/cash_balance: how what arrives is matched with what is owed."""
    customer = addressed(call, "customer", param="customer")
    return shown(call.tx, reconciled(call.tx, customer, call.params))


def reconciled(tx: Transaction, customer: Object, given: Params) -> Object:
    """The customer with what was said about matching."""
    mode = given.hash("settings").get("reconciliation_mode")
    if mode is None:
        return customer
    return tx.put(customer, _reconciliation_mode=None if mode == "merchant_default" else mode)


def list_transactions(call: Call) -> Answer:
    """GET /v1/customers/{customer}/cash_balance_transactions."""
    customer = addressed(call, "customer", param="customer")
    rows = call.tx.find("customer_cash_balance_transaction", "customer", customer.id)
    return Listing(list(reversed(rows)))


def retrieve_transaction(call: Call) -> Answer:
    """GET /v1/customers/{customer}/cash_balance_transactions/{transaction}."""
    return ledger.line_of(call, "customer_cash_balance_transaction", "cash_balance_transaction")


def fund(call: Call) -> Object:
    """Money arrives, by a transfer of the kind its currency has."""
    customer = addressed(call, "customer", param="customer")
    amount, currency = call.params.get("amount"), call.params.get("currency").lower()
    if currency not in SUPPORTED_CURRENCIES:
        raise refusals.currency_invalid(currency, SUPPORTED_CURRENCIES)
    if amount <= 0:
        raise errors.too_small("amount", 1)
    if currency not in TRANSFERS:
        raise errors.unsupported_parameter(call.operation, "currency", f" with the value {currency}")
    type_, sender = TRANSFERS[currency]
    transfer: dict[str, Any] = {"reference": call.params.get("reference"), "type": type_}
    if sender:
        transfer[type_] = sender
    return enter(call.tx, customer.id, amount, currency, "funded", {"funded": {"bank_transfer": transfer}})


def left_over(tx: Transaction, customer: Object, currency: str) -> None:
    """Tell of cash that nothing was waiting for, and of all of it where it is matched by hand. [documented]"""
    if available(tx, customer.id).get(currency, 0) > 0:
        tx.emit("cash_balance.funds_available", Object({"id": f"cash_{customer.id}", **shown(tx, customer)}))


CASH_BALANCE = Resource(Kind("cash_balance", ""), view=lambda _, obj: {k: v for k, v in obj.items() if k != "id"})
CASH_BALANCE_TRANSACTIONS = Resource(
    Kind("customer_cash_balance_transaction", "ccsbtxn", indexes={"customer": by("customer")}),
    {
        "POST /v1/customers/{customer}/funding_instructions": funding_instructions.create,
        "GET /v1/customers/{customer}/cash_balance": retrieve,
        "POST /v1/customers/{customer}/cash_balance": update,
        "GET /v1/customers/{customer}/cash_balance_transactions": list_transactions,
        "GET /v1/customers/{customer}/cash_balance_transactions/{transaction}": retrieve_transaction,
    },
    noun="cash_balance_transaction",
)
