"""Refunds of a customer's cash: the only ones that wait for the customer, and so can be canceled or expire."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import cash_balances
from pinstripe.resources.resource import Answer, Call, addressed, merged_metadata, named
from pinstripe.world import Object, Transaction

INSTRUCTIONS_LIVE = 45 * 86400
"""Seconds the customer has to answer. [documented]"""


def create(call: Call) -> Object:
    """POST /v1/refunds of a customer's balance: send unused cash back; they are asked by mail where to. [documented]"""
    tx, params = call.tx, call.params
    for name in ("customer", "currency", "amount", "instructions_email"):
        if name not in params:
            raise errors.missing_parameter(name)
    customer = named(tx, "customer", params.get("customer"), "customer")
    currency, amount = params.get("currency").lower(), params.get("amount")
    left = cash_balances.available(tx, customer.id).get(currency, 0)
    if amount < 1:
        raise errors.too_small("amount", 1)
    if amount > left:
        raise refusals.cash_refund_too_large(amount, left)
    email = params.get("instructions_email")
    sent = {"email_sent_at": tx.now(), "email_sent_to": email}
    refund = tx.new(
        "refund",
        {
            "amount": amount,
            "balance_transaction": None,
            "charge": None,
            "created": tx.now(),
            "currency": currency,
            "customer": customer.id,
            "instructions_email": email,
            "metadata": merged_metadata({}, params),
            "next_action": {
                "display_details": {"email_sent": sent, "expires_at": tx.now() + INSTRUCTIONS_LIVE},
                "type": "display_details",
            },
            "payment_intent": None,
            "payment_method": None,
            "reason": params.get("reason"),
            "status": "requires_action",
            "_ends_at": tx.now() + INSTRUCTIONS_LIVE,
        },
    )
    cash_balances.enter(tx, customer.id, -amount, currency, "return_initiated", {})
    tx.emit("refund.created", refund)
    return refund


def cancel(call: Call) -> Answer:
    """POST /v1/refunds/{refund}/cancel: only one that waits for the customer. [documented]"""
    refund = addressed(call, "refund")
    if refund["status"] != "requires_action":
        raise refusals.refund_not_cancelable()
    canceled = call.tx.put(refund, status="canceled", _ends_at=None)
    _cash_back(call.tx, refund)
    call.tx.emit("refund.updated", canceled, before=refund)
    return canceled


def expire(call: Call) -> Answer:
    """POST /v1/test_helpers/refunds/{refund}/expire: only one that waits for the customer. [documented]"""
    refund = addressed(call, "refund")
    if refund["status"] != "requires_action":
        raise refusals.refund_not_expirable(refund.id, refund["status"])
    return lapse(call.tx, refund)


def lapse(tx: Transaction, refund: Object) -> Object:
    """The customer has not answered in time. [documented]"""
    failed = tx.put(refund, failure_reason="expired_or_canceled_card", status="failed", _ends_at=None)
    _cash_back(tx, refund)
    tx.emit("refund.updated", failed, before=refund)
    tx.emit("refund.failed", failed)
    return failed


def _cash_back(tx: Transaction, refund: Object) -> None:
    """The cash is the customer's again."""
    cash_balances.enter(tx, refund["customer"], refund["amount"], refund["currency"], "return_canceled", {})
