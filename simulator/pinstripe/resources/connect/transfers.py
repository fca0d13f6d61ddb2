"""Transfers: money from the platform to a connected account, where it arrives as a payment; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.connect import neighbours
from pinstripe.resources.payments import balance
from pinstripe.world import Object, Transaction

BLANK_DETAILS: Mapping[str, Any] = {
    "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}
"""Who pays is not said of money between accounts. [second-hand]"""


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent, and what is said of it."""

    amount: int
    currency: str
    destination: str
    available_on: int | None = None
    """When the other side can spend it; at once where nothing is said."""
    fee: int = 0
    """The application fee that the other side bears of it."""
    members: Mapping[str, Any] = field(default_factory=dict)
    """What else the transfer says: source_transaction, transfer_group, description, metadata."""
    payment: Mapping[str, Any] = field(default_factory=dict)
    """What the payment on the other side says: description, metadata."""


def send(tx: Transaction, there: Transaction, sending: Sending) -> tuple[Object, Object]:
    """Move the money and tell of the transfer; the transfer, and the payment that arrives, which is told of later.

    What was not available on this side is not so on the other. [documented; second-hand: members and ids]
    """
    transfer = tx.new(
        "transfer",
        {
            "amount": sending.amount,
            "amount_reversed": 0,
            "created": tx.now(),
            "currency": sending.currency,
            "description": None,
            "destination": sending.destination,
            "livemode": False,
            "metadata": {},
            "reversed": False,
            "source_transaction": None,
            "source_type": "card",
            "transfer_group": None,
            **sending.members,
        },
    )
    moved = balance.enter(
        tx,
        transfer,
        -sending.amount,
        "transfer",
        at_once=sending.available_on is None,
        available_on=sending.available_on,
        description=transfer["description"],
    )
    payment = _arrived(tx, there, transfer, sending)
    transfer = tx.put(transfer, balance_transaction=moved.id, destination_payment=payment.id)
    tx.emit("transfer.created", transfer)
    return transfer, payment


def _arrived(tx: Transaction, there: Transaction, transfer: Object, sending: Sending) -> Object:
    """The payment that a transfer is in the account it goes to; no network saw it. [recorded]"""
    id_ = there.new_id("py")
    payment = there.new(
        "charge",
        {
            "amount": sending.amount,
            "amount_captured": sending.amount,
            "amount_refunded": 0,
            "application_fee_amount": sending.fee or None,
            "billing_details": BLANK_DETAILS,
            "captured": True,
            "created": there.now(),
            "currency": sending.currency,
            "customer": None,
            "description": None,
            "disputed": False,
            "fraud_details": {},
            "livemode": False,
            "metadata": {},
            "outcome": None,
            "paid": True,
            "payment_intent": None,
            "payment_method": None,
            "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
            "receipt_email": None,
            "receipt_url": f"https://pay.stripe.com/receipts/payment/{id_}",
            "refunded": False,
            "source": {"id": tx.world.seed.account_id, "object": "account"},
            "source_transfer": transfer.id,
            "statement_descriptor": None,
            "status": "succeeded",
            "transfer_group": None,
            **sending.payment,
        },
        id=id_,
    )
    arrived = balance.enter(
        there,
        payment,
        sending.amount,
        "payment",
        at_once=sending.available_on is None,
        available_on=sending.available_on,
        category="charge",
        description=payment["description"],
        shared=neighbours.fee_row(there.world, sending.fee, sending.currency) if sending.fee else None,
    )
    return there.put(payment, balance_transaction=arrived.id)


def left_of(transfer: Object) -> int:
    """What has not come back of a transfer."""
    return int(transfer["amount"] - transfer["amount_reversed"])


def reverse(
    tx: Transaction,
    transfer: Object,
    amount: int,
    *,
    refund: str | None = None,
    metadata: Mapping[str, str] | None = None,
    description: str | None = None,
) -> Object:
    """Fetch money back from where a transfer went, and tell of it; the caller has seen to it that so much is left.

    There the payment is refunded by as much. [documented: both sides; inferred: what is told of it there]
    """
    there = neighbours.connected(tx, transfer["destination"])
    if there is None:
        raise refusals.account_not_connected(transfer["destination"])
    reversal = tx.new(
        "transfer_reversal",
        {
            "amount": amount,
            "created": tx.now(),
            "currency": transfer["currency"],
            "metadata": dict(metadata or {}),
            "source_refund": refund,
            "transfer": transfer.id,
            "_description": description,
        },
    )
    moved = balance.enter(
        tx, reversal, amount, "transfer_refund", at_once=True, category="transfer_reversal", description=description
    )
    back = _given_back(there, there.read("charge", transfer["destination_payment"]), reversal)
    reversal = tx.put(reversal, balance_transaction=moved.id, destination_payment_refund=back.id)
    returned = transfer["amount_reversed"] + amount
    after = tx.put(transfer, amount_reversed=returned, reversed=returned == transfer["amount"])
    tx.emit("transfer.reversed", after)
    return reversal


def _given_back(there: Transaction, payment: Object, reversal: Object) -> Object:
    """The refund that a reversal is in the account it is fetched from. [recorded]"""
    refund = there.new(
        "refund",
        {
            "amount": reversal["amount"],
            "balance_transaction": None,
            "charge": payment.id,
            "created": there.now(),
            "currency": reversal["currency"],
            "metadata": {},
            "payment_intent": None,
            "payment_method": None,
            "reason": None,
            "receipt_number": None,
            "source_transfer_reversal": reversal.id,
            "status": "succeeded",
            "transfer_reversal": reversal.id,
        },
        id=there.new_id("pyr"),
    )
    moved = balance.enter(
        there,
        refund,
        -reversal["amount"],
        "payment_refund",
        at_once=True,
        category="refund",
        description="REFUND FOR PAYMENT",
    )
    refund = there.put(refund, balance_transaction=moved.id)
    back = payment["amount_refunded"] + reversal["amount"]
    after = there.put(payment, amount_refunded=back, refunded=back == payment["amount"])
    there.emit("refund.created", refund)
    there.emit("charge.refunded", after, before=payment)
    return refund
