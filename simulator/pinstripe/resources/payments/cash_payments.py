"""Invoices that are paid by bank transfer: from the cash of their customer, once it covers all of them."""

from __future__ import annotations

from pinstripe.resources.customers import cash_balances
from pinstripe.resources.payment_methods import other_methods
from pinstripe.resources.payments import confirming
from pinstripe.world import Object, Transaction


def settle(tx: Transaction, invoice: Object) -> Object:
    """The invoice, paid if it takes bank transfers and its customer's cash covers it; never in part. [documented]

    Nor where the customer's cash is applied by hand. [documented]
    """
    id_ = invoice["_intent"]
    intent = None if id_ is None or invoice["status"] != "open" else tx.read("payment_intent", id_)
    if intent is None or "customer_balance" not in intent["payment_method_types"]:
        return invoice
    by_hand = tx.read("customer", invoice["customer"]).get("_reconciliation_mode") == "manual"
    if by_hand or intent["status"] != "requires_payment_method" or not cash_balances.covers(tx, intent):
        return invoice
    confirming.confirm(tx, intent, other_methods.cash(tx))
    return tx.read("invoice", invoice.id)


def settle_all(tx: Transaction, customer: Object, currency: str) -> None:
    """The customer's open invoices, the oldest first, as far as the cash goes. [inferred: the order]"""
    for invoice in list(tx.find("invoice", "customer", customer.id)):
        if invoice["currency"] == currency:
            settle(tx, invoice)
