"""Payments made apart from an invoice and then counted towards it: intents, and records of what others have taken."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import ledger
from pinstripe.resources.resource import Answer, Call, addressed, named
from pinstripe.resources.subscriptions import lifecycle
from pinstripe.world import Object, Transaction

KINDS = ("payment_intent", "payment_record")


def attach(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/attach_payment: it counts once the money is there, which may be at once. [documented]

    What is more than remains goes to the customer's balance. [documented; the ledger's word for it documented]
    """
    tx, params = call.tx, call.params
    invoice = addressed(call, "invoice")
    if invoice["status"] != "open":
        raise refusals.invoice_not_open()
    kinds = [kind for kind in KINDS if kind in params]
    if len(kinds) > 1:
        raise errors.only_one_parameter(kinds, kinds[0])
    kind = kinds[0] if kinds else KINDS[0]
    if kind not in params:
        raise errors.missing_parameter(kind)
    money = named(tx, kind, params.get(kind), kind)
    _require_fit(money, invoice)
    payment = tx.new(
        "invoice_payment",
        {
            "amount_paid": None,
            "amount_requested": min(_whole(money), invoice["amount_remaining"]),
            "created": tx.now_of(invoice),
            "currency": invoice["currency"],
            "invoice": invoice.id,
            "is_default": False,
            "livemode": False,
            "payment": {kind: money.id, "type": kind},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        },
    )
    money = tx.put(money, _attached=payment.id)
    if _came(money):
        arrived(tx, money)
    return tx.read("invoice", invoice.id)


def _require_fit(money: Object, invoice: Object) -> None:
    """It is of the invoice's customer and currency, pays no other invoice, and can still come. [documented: the first]

    A record need not say whose it is. [inferred]
    """
    intent = money.kind == "payment_intent"
    currency = money["currency"] if intent else money["amount"]["currency"]
    customer = money["customer"] if intent else (money["customer_details"] or {}).get("customer") or invoice["customer"]
    if customer != invoice["customer"] or currency != invoice["currency"]:
        raise refusals.payment_of_another_customer(money.kind)
    if money.get("_invoice") is not None or money.get("_attached") is not None:
        raise refusals.payment_is_attached(money.kind)
    if intent and money["status"] == "canceled":
        raise refusals.payment_is_canceled()


def _whole(money: Object) -> int:
    """What it is meant to bring."""
    return int(money["amount"] if money.kind == "payment_intent" else money["amount_requested"]["value"])


def _came(money: Object) -> int:
    """What it has brought: of a record, what is guaranteed. [inferred: the latter]"""
    if money.kind == "payment_record":
        return int(money["amount_guaranteed"]["value"])
    return int(money["amount_received"]) if money["status"] == "succeeded" else 0


def follow(tx: Transaction, event: Object) -> None:
    """An attached intent has brought its money, or never will. [documented: the former]"""
    intent = tx.get("payment_intent", event["data"]["object"]["id"])
    if intent is None or intent.get("_attached") is None:
        return
    if event["type"] == "payment_intent.succeeded":
        arrived(tx, intent)
        return
    payment = tx.read("invoice_payment", intent["_attached"])
    moments = {**payment["status_transitions"], "canceled_at": tx.now_of(tx.read("invoice", payment["invoice"]))}
    tx.put(payment, status="canceled", status_transitions=moments)


FOLLOWED = ("payment_intent.canceled", "payment_intent.succeeded")


def arrived(tx: Transaction, money: Object) -> None:
    """Count what has come towards the invoice; one that is paid meanwhile has it in the customer's balance.

    [documented; inferred: the latter, and that a void invoice counts nothing]
    """
    payment = tx.read("invoice_payment", money["_attached"])
    before = tx.read("invoice", payment["invoice"])
    if payment["status"] != "open" or before["status"] == "void":
        return
    came = _came(money)
    received = min(came, before["amount_remaining"])
    moments = {"canceled_at": None, "paid_at": tx.now_of(before)}
    payment = tx.put(payment, amount_paid=received, status="paid", status_transitions=moments)
    if money.kind == "payment_intent":
        tx.put(money, _invoice=before.id)
    invoice = tx.put(
        before,
        amount_overpaid=before["amount_overpaid"] + came - received,
        amount_paid=before["amount_paid"] + received,
        amount_remaining=before["amount_remaining"] - received,
    )
    if came > received:
        customer = tx.read("customer", before["customer"])
        ledger.enter(tx, customer, received - came, "invoice_overpaid", invoice=before.id, currency=before["currency"])
        tx.emit("invoice.overpaid", invoice)
    if invoice["amount_remaining"]:
        lifecycle.ask_for_the_rest(tx, invoice)
        tx.emit("invoice.updated", invoice, before=before)
    elif before["status"] != "paid":
        invoice = lifecycle.settled_without_payment(tx, invoice, before)
        tx.emit("invoice.payment_succeeded", invoice)
    tx.emit("invoice_payment.paid", payment, automatic=True)


def off_stripe(tx: Transaction, invoice: Object) -> int:
    """`amount_paid_off_stripe`, which shows only when asked for. [documented: reported payments count]"""
    rows = tx.find("invoice_payment", "invoice", invoice.id)
    reported = sum(row["amount_paid"] or 0 for row in rows if row["payment"]["type"] == "payment_record")
    return int(reported + invoice.get("_off_stripe", 0))
