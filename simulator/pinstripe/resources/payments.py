"""What a payment of an invoice leaves behind: the intent, each charge that was tried, the money that arrived.

Intents and charges carry the account's time even for customers on a test clock, as Stripe's do. [second-hand]
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing.money import round_half_up
from pinstripe.resources import payment_methods
from pinstripe.resources.resource import Answer, Call, Listing, Resource, list_object, listing, retrieve
from pinstripe.resources.test_cards import Decline
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe.world.kinds import by

FEE_RATE, FEE_FIXED = Decimal("0.029"), 30
"""Stripe's price for a card payment in the United States. [recorded: 2500 -> 103]"""
DESCRIPTOR = "pinstripe"
"""What a card statement says when the invoice does not say otherwise: the account's name."""
SETTLING_DAYS = 7
"""Days until a test payment is available. [recorded]"""
DAY = 86400

DESCRIPTIONS = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
    "subscription_update": "Subscription update",
    "manual": "Payment for Invoice",
}
"""What the intent of an invoice is called. [recorded for creation and manual; update second-hand]"""

OPTIONS = {
    "card": {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to pay: the charge if a card was asked, the intent after it, and why not."""

    intent: Object
    charge: Object | None
    decline: Decline | None

    @property
    def succeeded(self) -> bool:
        """Whether the money came."""
        return self.charge is not None and self.decline is None


def intend(tx: Transaction, invoice: Object) -> Object:
    """The payment intent of an invoice, before anything was tried."""
    id_ = tx.new_id("pi")
    reason = invoice["billing_reason"]
    return tx.new(
        "payment_intent",
        {
            "amount": invoice["amount_remaining"],
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "automatic_payment_methods": None,
            "capture_method": "automatic",
            "client_secret": f"{id_}_secret_{tx.world.seed.secret(id_, 25)}",
            "confirmation_method": "automatic",
            "created": tx.now(),
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "description": DESCRIPTIONS.get(reason, "Payment for Invoice"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": {},
            "payment_method": None,
            "payment_method_options": OPTIONS,
            "payment_method_types": ["card"],
            "receipt_email": None,
            "setup_future_usage": "off_session" if reason == "subscription_create" else None,
            "statement_descriptor": invoice.get("statement_descriptor"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "_invoice": invoice.id,
        },
        id=id_,
    )


def known_by_its_order(tx: Transaction, intent: Object) -> Object:
    """An intent names its invoice as the order once something has become of it: its first 25 letters. [recorded]"""
    return tx.put(intent, payment_details={"customer_reference": None, "order_reference": intent["_invoice"][:25]})


def request_for(tx: Transaction, invoice: Object, intent: Object) -> Object:
    """The invoice payment that ties an intent to its invoice."""
    return tx.new(
        "invoice_payment",
        {
            "amount_paid": None,
            "amount_requested": invoice["amount_remaining"],
            "created": tx.now_of(invoice),
            "currency": invoice["currency"],
            "invoice": invoice.id,
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": intent.id, "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        },
    )


def attempt(tx: Transaction, intent: Object, method: Object | None) -> Attempt:
    """Ask a card for the money. Without a card nothing is asked and nothing comes."""
    if method is None:
        return Attempt(intent, None, None)
    decline = payment_methods.card_of(method).on_charge
    intent = known_by_its_order(tx, intent)
    charge = _charge(tx, intent, method, decline)
    if decline is None:
        transaction = _balance_transaction(tx, charge)
        charge = tx.put(charge, balance_transaction=transaction.id)
        intent = tx.put(
            intent,
            amount_received=intent["amount"],
            last_payment_error=None,
            latest_charge=charge.id,
            payment_method=method.id,
            status="succeeded",
        )
        return Attempt(intent, charge, None)
    intent = tx.put(
        intent,
        last_payment_error={
            **error_fields(decline, charge),
            "payment_method": tx.world.render(tx, method),
            "type": "card_error",
        },
        latest_charge=charge.id,
        payment_method=None,
        status="requires_payment_method",
    )
    return Attempt(intent, charge, decline)


def error_fields(decline: Decline, charge: Object) -> dict[str, Any]:
    """What a decline says of itself, in an error as in `last_payment_error`. [recorded]"""
    fields: dict[str, Any] = {
        "advice_code": "try_again_later",
        "charge": charge.id,
        "code": decline.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "network_decline_code": "01",
    }
    if decline.decline_code is not None:
        fields["decline_code"] = decline.decline_code
    if decline.param is not None:
        fields["param"] = decline.param
    return fields


def _charge(tx: Transaction, intent: Object, method: Object, decline: Decline | None) -> Object:
    """One try on a card, for better or worse. [recorded]"""
    paid = decline is None
    amount = intent["amount"]
    reason = None if decline is None else decline.decline_code or decline.code
    id_ = tx.new_id("ch")
    return tx.new(
        "charge",
        {
            "amount": amount,
            "amount_captured": amount if paid else 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": method["billing_details"],
            "calculated_statement_descriptor": (intent["statement_descriptor"] or DESCRIPTOR).upper(),
            "captured": paid,
            "created": tx.now(),
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_code": None if decline is None else decline.code,
            "failure_message": None if decline is None else decline.message,
            "fraud_details": {},
            "livemode": False,
            "metadata": {},
            "outcome": _outcome(reason),
            "paid": paid,
            "payment_intent": intent.id,
            "payment_method": method.id,
            "payment_method_details": {"card": _card_used(tx, method, amount, id_, paid=paid), "type": "card"},
            "radar_options": {},
            "receipt_email": intent["receipt_email"],
            "receipt_url": f"https://pay.stripe.com/receipts/invoices/{id_}?s=ap" if paid else None,
            "refunded": False,
            "statement_descriptor": intent["statement_descriptor"],
            "status": "succeeded" if paid else "failed",
        },
        id=id_,
    )


def _outcome(decline_reason: str | None) -> dict[str, Any]:
    """What the network said. [recorded]"""
    return {
        "advice_code": None if decline_reason is None else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if decline_reason is None else "01",
        "network_status": "approved_by_network" if decline_reason is None else "declined_by_network",
        "reason": decline_reason,
        "risk_level": "normal",
        "risk_score": 0,
        "seller_message": "Payment complete."
        if decline_reason is None
        else "The bank did not return any further details with this decline.",
        "type": "authorized" if decline_reason is None else "issuer_declined",
    }


def _card_used(tx: Transaction, method: Object, amount: int, charge: str, *, paid: bool) -> dict[str, Any]:
    """The card as the charge remembers it. [recorded]"""
    card: Mapping[str, Any] = method["card"]
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    return {
        **{key: card[key] for key in kept},
        "amount_authorized": amount,
        "authorization_code": text(f"{charge}:authorization", 6, string.digits) if paid else None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": tx.world.seed.secret(f"{charge}:network", 15),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": None,
    }


def _balance_transaction(tx: Transaction, charge: Object) -> Object:
    """The money of a charge on its way to the merchant, less Stripe's fee, rounded half up. [recorded]"""
    fee = round_half_up(Fraction(FEE_RATE) * charge["amount"]) + FEE_FIXED
    return tx.new(
        "balance_transaction",
        {
            "amount": charge["amount"],
            "available_on": tx.now() + SETTLING_DAYS * DAY,
            "balance_type": "payments",
            "created": tx.now(),
            "currency": charge["currency"],
            "description": charge["description"],
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [
                {
                    "amount": fee,
                    "application": None,
                    "currency": charge["currency"],
                    "description": "Stripe processing fees",
                    "type": "stripe_fee",
                }
            ],
            "net": charge["amount"] - fee,
            "reporting_category": "charge",
            "source": charge.id,
            "status": "pending",
            "type": "charge",
        },
    )


def list_invoice_payments(call: Call) -> Answer:
    """GET /v1/invoice_payments, by invoice or by the intent that pays."""
    payment = call.params.hash("payment")
    payment.get("type")
    intent = payment.get("payment_intent")
    answer = listing("invoice_payment", by={"invoice": "invoice"}, equal=("status",))(call)
    assert isinstance(answer, Listing)
    if intent is None:
        return answer
    return Listing([row for row in answer.objects if row["payment"].get("payment_intent") == intent])


PAYMENT_INTENTS = Resource(
    Kind("payment_intent", "pi", indexes={"customer": by("customer"), "invoice": by("_invoice")}),
    {
        "GET /v1/payment_intents": listing("payment_intent", by={"customer": "customer"}),
        "GET /v1/payment_intents/{intent}": retrieve("payment_intent", param="intent"),
    },
)
CHARGES = Resource(
    Kind("charge", "ch", indexes={"customer": by("customer"), "payment_intent": by("payment_intent")}),
    {
        "GET /v1/charges": listing("charge", by={"customer": "customer", "payment_intent": "payment_intent"}),
        "GET /v1/charges/{charge}": retrieve("charge"),
    },
    includes={"refunds": lambda _, charge: list_object(f"/v1/charges/{charge.id}/refunds", [])},
)
BALANCE = Resource(
    Kind("balance_transaction", "txn"),
    {"GET /v1/balance_transactions/{id}": retrieve("balance_transaction")},
)
INVOICE_PAYMENTS = Resource(
    Kind("invoice_payment", "inpay", indexes={"invoice": by("invoice")}),
    {
        "GET /v1/invoice_payments": list_invoice_payments,
        "GET /v1/invoice_payments/{invoice_payment}": retrieve("invoice_payment", param="invoice_payment"),
    },
)
