"""What becomes of a payment that is held, or waits for a proof: captured, let go, enlarged, proven."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import cash_balances
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.payments import charging, confirming, next_actions, refunds
from pinstripe.resources.payments.confirming import Terms
from pinstripe.resources.payments.payments import Attempt
from pinstripe.resources.resource import Answer, Call, addressed, merged_metadata
from pinstripe.world import Object, Transaction


def capture_call(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/capture: all of what is held, or a part of it and the rest is let go."""
    tx, params = call.tx, call.params
    intent = addressed(call, "payment_intent", param="intent")
    if intent["status"] != "requires_capture":
        raise refusals.cannot_capture(tx, intent)
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    if amount < 1:
        raise errors.too_small("amount_to_capture", 1)
    if amount > intent["amount_capturable"]:
        raise refusals.capture_too_large("amount_to_capture")
    if params.get("final_capture", True) is False:
        raise refusals.multicapture_unavailable(tx, intent)
    said = params.pick("statement_descriptor", "statement_descriptor_suffix")
    return capture(tx, tx.put(intent, **said, metadata=merged_metadata(intent["metadata"], params)), amount)


def capture(tx: Transaction, intent: Object, amount: int) -> Object:
    """Take what is held, and let go what is not taken. [recorded: the intent; documented: the charge]"""
    charge = tx.read("charge", intent["latest_charge"])
    charge = capture_charge(tx, charge, amount)
    captured = tx.put(intent, amount_capturable=0, amount_received=amount, status="succeeded")
    tx.emit("charge.captured", charge)
    tx.emit("payment_intent.succeeded", captured)
    return captured


def capture_charge(tx: Transaction, charge: Object, amount: int) -> Object:
    """The charge once so much of it was taken; the rest counts as refunded. [documented]"""
    number = charge.get("_number")
    charge = charging.settle(tx, charge, amount, BY_NUMBER[number] if number else None)
    left = charge["amount"] - amount
    return tx.put(charge, amount_refunded=left) if left else charge


def cancel(tx: Transaction, intent: Object, reason: str | None, *, expired: bool = False) -> Object:
    """Give a payment up; what was held goes back to the customer. [documented]"""
    if intent["status"] == "requires_capture":
        refunds.release(tx, tx.read("charge", intent["latest_charge"]), expired=expired)
        intent = tx.put(intent, amount_capturable=0)
    return refunds.given_up(tx, intent, reason)


def increment(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/increment_authorization: hold more. [documented]"""
    tx, params = call.tx, call.params
    intent = addressed(call, "payment_intent", param="intent")
    options: dict[str, Any] = (intent["payment_method_options"] or {}).get("card") or {}
    asked = options.get("request_incremental_authorization") == "if_available"
    if intent["status"] != "requires_capture" or not asked:
        raise refusals.cannot_increment(tx, intent)
    amount = params.get("amount")
    if amount <= intent["amount"]:
        raise refusals.increment_too_small(intent["amount"])
    charge = tx.read("charge", intent["latest_charge"])
    details = charge["payment_method_details"]
    card = {**details["card"], "amount_authorized": amount}
    card["overcapture"] = {**card["overcapture"], "maximum_amount_capturable": amount}
    larger = tx.put(charge, amount=amount, payment_method_details={**details, "card": card})
    said = params.pick("description", "statement_descriptor")
    after = tx.put(
        intent,
        **said,
        amount=amount,
        amount_capturable=amount,
        metadata=merged_metadata(intent["metadata"], params),
    )
    tx.emit("charge.updated", larger, before=charge)
    tx.emit("payment_intent.amount_capturable_updated", after)
    return after


def apply_customer_balance(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/apply_customer_balance: pay what waits for a transfer. [documented]"""
    tx, params = call.tx, call.params
    intent = addressed(call, "payment_intent", param="intent")
    action = intent["next_action"] or {}
    if action.get("type") != "display_bank_transfer_instructions":
        raise refusals.balance_not_applicable(tx, intent)
    amount = params.get("amount", intent["amount"])
    params.get("currency")
    if amount != intent["amount"] or not cash_balances.covers(tx, intent):
        raise refusals.cash_too_little(tx, intent)
    return reconcile(tx, intent)


def reconcile(tx: Transaction, intent: Object) -> Object:
    """Pay an intent that waits for a bank transfer from what has come."""
    method = tx.read("payment_method", intent["payment_method"])
    return confirming.confirm(tx, intent, method, Terms()).intent


def fund(call: Call) -> Answer:
    """POST /v1/test_helpers/customers/{customer}/fund_cash_balance: what waits for it is paid. [documented]"""
    made = cash_balances.fund(call)
    tx = call.tx
    customer = tx.read("customer", made["customer"])
    if customer.get("_reconciliation_mode") == "manual":
        return made
    for intent in tx.find("payment_intent", "customer", customer.id):
        action = intent.get("next_action") or {}
        waits = action.get("type") == "display_bank_transfer_instructions"
        if waits and intent["currency"] == made["currency"] and cash_balances.covers(tx, intent):
            reconcile(tx, intent)
    return made


def verify_microdeposits(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/verify_microdeposits: prove the account, and the debit begins. [documented]"""
    tx = call.tx
    intent = addressed(call, "payment_intent", param="intent")
    next_actions.proven(call, intent)
    method = tx.put(tx.read("payment_method", intent["payment_method"]), _verified=True)
    attempt: Attempt = confirming.confirm(tx, intent, method, Terms())
    return attempt.intent
