"""Payments made apart from an invoice and then counted towards it."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import ledger
from pinstripe.resources.resource import Answer, Call, addressed, named
from pinstripe.resources.subscriptions import lifecycle
from pinstripe.world import Object, Transaction


def attach(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/attach_payment: what an intent has already received counts at once. [documented]

    What is more than remains goes to the customer's balance. [documented; the ledger's word for it documented]
    """
    tx, params = call.tx, call.params
    before = addressed(call, "invoice")
    if before["status"] != "open":
        raise refusals.invoice_not_open()
    if "payment_intent" not in params:
        raise errors.missing_parameter("payment_intent")
    intent = named(tx, "payment_intent", params.get("payment_intent"), "payment_intent")
    if intent["customer"] != before["customer"] or intent["currency"] != before["currency"]:
        raise refusals.payment_of_another_customer()
    if intent["status"] != "succeeded":
        raise errors.unsupported_parameter(call.operation, "payment_intent", " for one that has not succeeded")
    payments = tx.find("invoice_payment", "invoice", before.id)
    if intent.get("_invoice") is not None or any(row["payment"]["payment_intent"] == intent.id for row in payments):
        raise refusals.payment_is_attached()
    return _counted(tx, before, intent)


def _counted(tx: Transaction, before: Object, intent: Object) -> Object:
    """The invoice with what an intent has received."""
    received = min(intent["amount_received"], before["amount_remaining"])
    excess = intent["amount_received"] - received
    now = tx.now_of(before)
    payment = tx.new(
        "invoice_payment",
        {
            "amount_paid": received,
            "amount_requested": received,
            "created": now,
            "currency": before["currency"],
            "invoice": before.id,
            "is_default": False,
            "livemode": False,
            "payment": {"payment_intent": intent.id, "type": "payment_intent"},
            "status": "paid",
            "status_transitions": {"canceled_at": None, "paid_at": now},
        },
    )
    tx.put(intent, _invoice=before.id)
    invoice = tx.put(
        before,
        amount_overpaid=before["amount_overpaid"] + excess,
        amount_paid=before["amount_paid"] + received,
        amount_remaining=before["amount_remaining"] - received,
    )
    if excess:
        customer = tx.read("customer", before["customer"])
        ledger.enter(tx, customer, -excess, "invoice_overpaid", invoice=before.id, currency=before["currency"])
        tx.emit("invoice.overpaid", invoice)
    if invoice["amount_remaining"]:
        lifecycle.ask_for_the_rest(tx, invoice)
        tx.emit("invoice.updated", invoice, before=before)
    else:
        invoice = lifecycle.settled_without_payment(tx, invoice)
        tx.emit("invoice.payment_succeeded", invoice)
    tx.emit("invoice_payment.paid", payment, automatic=True)
    return invoice
