"""What becomes of a payment that is held, or waits for a proof: captured, let go, enlarged, proven."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import shares, sharing
from pinstripe.resources.customers import cash_balances
from pinstripe.resources.payments import (
    amount_details,
    amounts,
    cash_payments,
    charging,
    confirming,
    disputes,
    intent_terms,
    next_actions,
    refunds,
)
from pinstripe.resources.payments.confirming import Terms
from pinstripe.resources.payments.payments import Attempt
from pinstripe.resources.resource import Answer, Call, addressed, merged_metadata
from pinstripe.resources.taxes import payment_hooks
from pinstripe.world import Object, Transaction

INCREMENTS = 10
"""How often one authorization can be enlarged. [documented]"""


def capture_call(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/capture: all of what is held, or a part of it and the rest is let go.

    Where the card can, what is not final leaves the rest held. [documented]
    """
    tx, params = call.tx, call.params
    intent = addressed(call, "payment_intent", param="intent")
    if intent["status"] != "requires_capture":
        raise refusals.cannot_capture(tx, intent)
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    final = params.get("final_capture", True)
    least = 0 if final and intent["amount_received"] else 1
    if amount < least:
        raise refusals.intent_capture_too_small(tx, intent, amount, least)
    if amount > intent["amount_capturable"]:
        raise refusals.intent_capture_too_large(tx, intent)
    if not final and not _in_parts(tx, intent):
        raise refusals.multicapture_unavailable(tx, intent)
    charge = tx.read("charge", intent["latest_charge"])
    anew = shares.changed(tx, params, intent, amount)
    in_parts = _in_parts(tx, intent) and (intent["amount_received"] or not final)
    if in_parts and sharing.is_shared({**charge, **anew}):
        raise errors.unsupported_parameter(call.operation, "final_capture", " with money for somebody else")
    intent_terms.require_descriptor(call, [charge["payment_method_details"]["type"]])
    said = params.pick("statement_descriptor", "statement_descriptor_suffix") | anew
    said |= amount_details.members(call, intent.id, amount, intent) | amount_details.payment_details(params)
    said |= payment_hooks.given(tx, params)
    intent = tx.put(intent, **said, metadata=merged_metadata(intent["metadata"], params))
    sharing.recast(tx, charging.worded(tx, charge, said), anew)
    return take(tx, intent, amount, final=final)


def take(tx: Transaction, intent: Object, amount: int, *, final: bool) -> Object:
    """Take so much of what an intent holds; the caller has seen to it that it is there."""
    if _in_parts(tx, intent):
        return _take_part(tx, intent, amount, final=final)
    return _take_once(tx, intent, amount)


def _in_parts(tx: Transaction, intent: Object) -> bool:
    """Whether a payment can be captured several times."""
    card = tx.read("charge", intent["latest_charge"])["payment_method_details"].get("card")
    return card is not None and card["multicapture"]["status"] == "available"


def _take_part(tx: Transaction, intent: Object, amount: int, *, final: bool) -> Object:
    """Take a part of what is held; the rest is let go with the last. [documented]

    Each part costs Stripe's whole fee, and the charge names the first part's money. [inferred]
    """
    charge = before = tx.read("charge", intent["latest_charge"])
    if amount:
        moved = charging.bring(tx, charge, amount)
        charge = tx.put(
            charge,
            amount_captured=charge["amount_captured"] + amount,
            balance_transaction=charge["balance_transaction"] or moved.id,
        )
        charge = sharing.share(tx, charge, moved)
        tx.emit("charge.updated", charge, before=before)
    taken = tx.put(
        intent,
        amount_capturable=0 if final else intent["amount_capturable"] - amount,
        amount_received=intent["amount_received"] + amount,
        status="succeeded" if final else "requires_capture",
    )
    if final:
        charge = refunds.counted(tx, tx.put(charge, captured=True))
        tx.emit("charge.captured", charge)
    tx.emit("payment_intent.amount_capturable_updated", taken, before=intent)
    if final:
        tx.emit("payment_intent.succeeded", taken)
        disputes.begin(tx, charge)
    return taken


def _take_once(tx: Transaction, intent: Object, amount: int) -> Object:
    """Take what is held, and let go what is not taken. [recorded: the intent; documented: the charge]"""
    charge = tx.read("charge", intent["latest_charge"])
    charge = charging.settle(tx, charge, amount)
    captured = tx.put(intent, amount_capturable=0, amount_received=amount, status="succeeded")
    tx.emit("charge.captured", charge)
    tx.emit("payment_intent.succeeded", captured)
    disputes.begin(tx, charge)
    return captured


def cancel(tx: Transaction, intent: Object, reason: str | None, *, expired: bool = False) -> Object:
    """Give a payment up; what was held goes back to the customer. [documented]"""
    if intent["status"] == "requires_capture" and intent["amount_received"]:
        return _take_part(tx, intent, 0, final=True)  # what was taken stays [documented for a hold that runs out]
    if intent["status"] == "requires_capture":
        refunds.release(tx, tx.read("charge", intent["latest_charge"]), expired=expired)
        intent = tx.put(intent, amount_capturable=0)
    cash_balances.give_back(tx, intent)
    return refunds.given_up(tx, intent, reason)


def increment(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/increment_authorization: hold more. [documented]"""
    tx, params = call.tx, call.params
    intent = addressed(call, "payment_intent", param="intent")
    if intent["status"] != "requires_capture":
        raise refusals.cannot_increment(tx, intent)
    charge = tx.read("charge", intent["latest_charge"])
    anew = shares.changed(tx, params, intent, params.get("amount"))
    charge = sharing.recast(tx, charge, anew)
    details = charge["payment_method_details"]
    known = details.get("card")
    if known is None or known["incremental_authorization"]["status"] != "available":
        raise refusals.cannot_increment(tx, intent)
    amount = amounts.chargeable(params.get("amount"), intent["currency"])
    if amount <= intent["amount"]:
        raise refusals.increment_too_small(intent["amount"])
    times = intent.get("_increments", 0) + 1
    if times > INCREMENTS:
        raise refusals.incremented_too_often(tx, intent, INCREMENTS)
    intent_terms.require_descriptor(call, ["card"])
    card = {**known, "amount_authorized": amount}
    card["overcapture"] = {**card["overcapture"], "maximum_amount_capturable": amount}
    larger = tx.put(charge, amount=amount, payment_method_details={**details, "card": card})
    said = params.pick("description", "statement_descriptor") | anew
    said |= amount_details.members(call, intent.id, amount, intent) | amount_details.payment_details(params)
    said |= payment_hooks.given(tx, params)
    after = tx.put(
        intent,
        **said,
        amount=amount,
        amount_capturable=amount - intent["amount_received"],
        _increments=times,
        metadata=merged_metadata(intent["metadata"], params),
    )
    tx.emit("charge.updated", larger, before=charge)
    tx.emit("payment_intent.amount_capturable_updated", after)
    return after


def apply_customer_balance(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/apply_customer_balance: pay all of what waits, or a part. [documented]"""
    tx, params = call.tx, call.params
    intent = addressed(call, "payment_intent", param="intent")
    action = intent["next_action"] or {}
    if action.get("type") != "display_bank_transfer_instructions":
        raise refusals.balance_not_applicable(tx, intent)
    remaining = cash_balances.remaining(tx, intent)
    amount, currency = params.get("amount", remaining), params.get("currency", intent["currency"])
    if amount < 1:
        raise errors.too_small("amount", 1)
    there = cash_balances.available(tx, intent["customer"]).get(intent["currency"], 0)
    if currency.lower() != intent["currency"] or amount > min(remaining, there):
        raise refusals.cash_too_little(tx, intent)
    return reconcile(tx, intent) if amount == remaining else cash_balances.apply_part(tx, intent, amount)


def reconcile(tx: Transaction, intent: Object) -> Object:
    """Pay an intent that waits for a bank transfer from what has come."""
    method = tx.read("payment_method", intent["payment_method"])
    return confirming.confirm(tx, intent, method, Terms()).intent


def fund(call: Call) -> Answer:
    """POST /v1/test_helpers/customers/{customer}/fund_cash_balance: what waits for it is paid. [documented]"""
    made = cash_balances.fund(call)
    tx = call.tx
    customer = tx.read("customer", made["customer"])
    by_hand = customer.get("_reconciliation_mode") == "manual"
    for intent in () if by_hand else tx.find("payment_intent", "customer", customer.id):
        action = intent.get("next_action") or {}
        waits = action.get("type") == "display_bank_transfer_instructions"
        if not waits or intent["currency"] != made["currency"]:
            continue
        if cash_balances.covers(tx, intent):
            reconcile(tx, intent)
        elif (there := cash_balances.available(tx, customer.id).get(intent["currency"], 0)) > 0:
            cash_balances.apply_part(tx, intent, there)
    cash_payments.settle_all(tx, customer, made["currency"])
    cash_balances.left_over(tx, customer, made["currency"])
    return made


def verify_microdeposits(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/verify_microdeposits: prove the account, and the debit begins. [documented]"""
    tx = call.tx
    intent = addressed(call, "payment_intent", param="intent")
    next_actions.proven(call, intent)
    method = tx.put(tx.read("payment_method", intent["payment_method"]), _verified=True)
    attempt: Attempt = confirming.confirm(tx, intent, method, Terms())
    return attempt.intent
