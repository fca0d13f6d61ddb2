"""Refunds: money given back, whole or in parts."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import format_money
from pinstripe.resources import refusals
from pinstripe.resources.connect import refunding
from pinstripe.resources.connect.refunding import Back
from pinstripe.resources.payment_methods.behaviour import Card
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.payments import balance, cash_refunds, charging, early_warnings
from pinstripe.resources.resource import (
    Answer,
    Call,
    Resource,
    addressed,
    counted_listing,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe.world.kinds import by

REFERENCE_AFTER = 1
"""Seconds until the network has a number for a refund. [recorded: not at once, and before two were over]"""
PENDING_FOR = 60
"""Seconds after which a refund to a card whose refunds are slow has come to its end. [inferred: "some time"]"""


def create(call: Call) -> Answer:
    """POST /v1/refunds, of a charge or of what an intent has brought. [recorded]"""
    tx, params = call.tx, call.params
    if params.get("origin") == "customer_balance":
        return cash_refunds.create(call)
    for name in ("currency", "customer"):
        if name in params:
            raise refusals.only_of_cash(name)
    charge_id, intent_id = params.get("charge"), params.get("payment_intent")
    if charge_id is not None:
        charge = _charge(tx, charge_id)
        if intent_id is not None and charge["payment_intent"] != intent_id:
            raise refusals.charge_of_another_intent(charge_id, intent_id)
    elif intent_id is not None:
        intent = named(tx, "payment_intent", intent_id, "payment_intent")
        if intent["latest_charge"] is None or intent["status"] not in ("succeeded", "requires_capture"):
            raise refusals.intent_without_charge(intent_id)
        charge = tx.read("charge", intent["latest_charge"])
    else:
        raise refusals.refund_of_nothing()
    params.get("instructions_email")  # a card needs no instructions
    if charge.get("source_transfer") is not None:
        raise errors.unsupported_parameter(call.operation, "charge", " that a transfer from another account made")
    if charge["status"] != "succeeded" or charge.get("_released"):
        raise refusals.charge_not_paid(charge.id)
    disputes = tx.find("dispute", "charge", charge.id) if charge["disputed"] else ()
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        raise refusals.charge_disputed(charge.id)
    if charge["refunded"]:
        raise refusals.charge_refunded(charge.id)
    amount = params.get("amount")
    charge = charging.caught_up(tx, charge)
    back = refunding.wanted(params, charge)
    if not charge["captured"] and not charge["amount_captured"]:
        if charge_id is not None and charge["payment_intent"] is not None:
            raise refusals.refund_of_intents_hold(charge["payment_intent"])
        if amount is not None and amount != charge["amount"]:
            raise refusals.partial_refund_of_hold()
        return reverse(tx, charge, reason=params.get("reason"), metadata=merged_metadata({}, params))
    left = charge["amount_captured"] - returned(tx, charge)
    amount = left if amount is None else amount
    if amount < 1:
        raise errors.too_small("amount", 1)
    if amount > left:
        raise refusals.refund_too_large(
            _money(amount, charge),
            _money(charge["amount_captured"] if left == charge["amount_captured"] else left, charge),
            partly=left != charge["amount_captured"],
        )
    return make(tx, charge, amount, reason=params.get("reason"), metadata=merged_metadata({}, params), back=back)


def _charge(tx: Transaction, id_: str) -> Object:
    """The charge that is to be refunded; one that is not there is missed as in a path. [recorded]"""
    charge = tx.get("charge", id_)
    if charge is None:
        raise errors.no_such("charge", id_, param="id", in_path=True)
    return charge


def returned(tx: Transaction, charge: Object) -> int:
    """How much of what was captured has gone back."""
    rows = tx.find("refund", "charge", charge.id)
    return sum(row["amount"] for row in rows if row["status"] in ("succeeded", "pending"))


def _money(amount: int, charge: Object) -> str:
    return format_money(Decimal(amount), charge["currency"])


def make(
    tx: Transaction,
    charge: Object,
    amount: int,
    *,
    reason: str | None = None,
    metadata: dict[str, str] | None = None,
    back: Back = refunding.NOTHING,
) -> Object:
    """Give so much of a charge back, and tell of it. [recorded; order of the events documented]

    What comes back from connected accounts is told of first. [inferred]
    """
    number = charge.get("_number")
    card = BY_NUMBER[number] if number else None
    pending = card is not None and card.refund == "pending"
    charge = before = charging.caught_up(tx, charge)
    id_ = tx.new_id("re" if card else "pyr")
    refund = tx.new(
        "refund",
        {
            "amount": amount,
            "balance_transaction": None,
            "charge": charge.id,
            "created": tx.now(),
            "currency": charge["currency"],
            "customer": charge["customer"],
            "destination_details": _destination(charge, "pending" if pending else "refund"),
            "metadata": metadata or {},
            "payment_intent": charge["payment_intent"],
            "payment_method": _method_of(tx, charge),
            "reason": reason,
            "receipt_number": None,
            "status": "pending" if pending else "succeeded",
            "_ends_at": _next_news(tx, charge, card),
        },
        id=id_,
    )
    moved = balance.of_refund(tx, refund, amount, charge=charge)
    refund = tx.put(refund, balance_transaction=moved.id)
    charge = counted(tx, charge)
    refund = refunding.take_back(tx, refund, charge, back)
    tx.emit("refund.created", refund)
    tx.emit("charge.refunded", charge, before=before)
    early_warnings.settled(tx, charge)
    return refund


def _next_news(tx: Transaction, charge: Object, card: Card | None) -> int | None:
    """When something else becomes of a refund: it ends, or the network's number for it comes."""
    if card is None:
        return None
    if card.refund != "succeeds":
        return tx.now() + PENDING_FOR
    return None if _without_reference(charge) else tx.now() + REFERENCE_AFTER


def _without_reference(charge: Object) -> bool:
    """Whether the network gives no number. [recorded for UnionPay]"""
    return bool(charge["payment_method_details"]["card"]["brand"] == "unionpay")


def _method_of(tx: Transaction, charge: Object) -> str | None:
    """The payment method the money goes back to, if it is one that is kept."""
    id_ = charge["payment_method"]
    return id_ if id_ and tx.get("payment_method", id_) is not None else None


def _destination(charge: Object, type_: str) -> dict[str, Any]:
    """Where the money goes. [recorded for cards]"""
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        return {"type": kind}
    status = "unavailable" if _without_reference(charge) else "pending"
    card = {"reference_status": status, "reference_type": "acquirer_reference_number", "type": type_}
    return {"card": card, "type": "card"}


def counted(tx: Transaction, charge: Object) -> Object:
    """The charge with what has gone back counted again. What was never taken is no refund. [documented]"""
    back = returned(tx, charge)
    return tx.put(charge, amount_refunded=back, refunded=bool(charge["captured"]) and back >= charge["amount_captured"])


def reverse(tx: Transaction, charge: Object, *, reason: str | None, metadata: dict[str, str]) -> Object:
    """Refund what is only held: it is let go, without any money. [documented; inferred: the refund's members]"""
    refund = tx.new(
        "refund",
        {
            "amount": charge["amount"],
            "balance_transaction": None,
            "charge": charge.id,
            "created": tx.now(),
            "currency": charge["currency"],
            "customer": charge["customer"],
            "destination_details": _destination(charge, "reversal"),
            "metadata": metadata,
            "payment_intent": charge["payment_intent"],
            "payment_method": _method_of(tx, charge),
            "reason": reason,
            "receipt_number": None,
            "status": "succeeded",
        },
    )
    reversed_ = tx.put(charge, amount_refunded=charge["amount"], refunded=True, _expires_at=None)
    tx.emit("refund.created", refund)
    tx.emit("charge.refunded", reversed_, before=charge)
    if charge["payment_intent"] is not None:
        given_up(tx, tx.put(tx.read("payment_intent", charge["payment_intent"]), amount_capturable=0), None)
    return refund


def release(tx: Transaction, charge: Object, *, expired: bool = False) -> None:
    """Let go what was held; no refund tells of it. [documented: changelog of 2025-03-31.basil]"""
    released = tx.put(charge, _released="expired" if expired else "canceled", _expires_at=None)
    if expired:
        tx.emit("charge.expired", released)


def given_up(tx: Transaction, intent: Object, reason: str | None) -> Object:
    """The intent once nothing will be paid by it. [documented; inferred: also when its hold is refunded]"""
    canceled = tx.put(intent, canceled_at=tx.now(), cancellation_reason=reason, next_action=None, status="canceled")
    tx.emit("payment_intent.canceled", canceled)
    return canceled


def update(call: Call) -> Answer:
    """POST /v1/refunds/{refund}: only the metadata."""
    before = addressed(call, "refund")
    refund = call.tx.put(before, metadata=merged_metadata(before["metadata"], call.params))
    call.tx.emit("refund.updated", refund, before=before)
    call.tx.emit("charge.refund.updated", refund, before=before)
    return refund


def fail(tx: Transaction, before: Object, reason: str) -> Object:
    """The money could not be given back and is the merchant's again. [documented]"""
    charge = tx.read("charge", before["charge"])
    back = balance.of_refund(tx, before, before["amount"], charge=charge, failed=True)
    refund = tx.put(
        before,
        failure_balance_transaction=back.id,
        failure_reason=reason,
        status="failed",
        _ends_at=None,
    )
    tx.emit("refund.updated", refund, before=before)
    tx.emit("refund.failed", refund)
    tx.emit("charge.refund.updated", refund, before=before)
    tx.emit("charge.updated", counted(tx, charge), before=charge)
    return refund


def ring(tx: Transaction, before: Object) -> None:
    """The network's number comes, a slow refund arrives, one that looked well fails, or lapses. [documented]"""
    if before["charge"] is None:
        cash_refunds.lapse(tx, before)
        return
    number = tx.read("charge", before["charge"])["_number"]
    if BY_NUMBER[number].refund == "fails":
        fail(tx, before, "lost_or_stolen_card")
        return
    reference = text(f"{before.id}:reference", 16, string.digits)
    card = {**before["destination_details"]["card"], "reference": reference, "reference_status": "available"}
    details = {**before["destination_details"], "card": {**card, "type": "refund"}}
    refund = tx.put(before, destination_details=details, status="succeeded", _ends_at=None)
    tx.emit("refund.updated", refund, before=before)
    tx.emit("charge.refund.updated", refund, before=before)


REFUNDS = Resource(
    Kind(
        "refund",
        "re",
        indexes={"charge": by("charge"), "payment_intent": by("payment_intent")},
        alarm=lambda refund: refund.get("_ends_at"),
        ring=ring,
    ),
    {
        "POST /v1/refunds": create,
        "GET /v1/refunds": counted_listing("refund", by={"charge": "charge", "payment_intent": "payment_intent"}),
        "GET /v1/refunds/{refund}": retrieve("refund"),
        "POST /v1/refunds/{refund}": update,
        "POST /v1/refunds/{refund}/cancel": cash_refunds.cancel,
        "POST /v1/test_helpers/refunds/{refund}/expire": cash_refunds.expire,
    },
)
