"""One try on a payment method: the charge it leaves, for better or worse."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pinstripe.resources.connect import sharing
from pinstripe.resources.payment_methods import other_methods
from pinstripe.resources.payment_methods.behaviour import Card, Decline, ThreeDSecure
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.payments import balance
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash, Nullable

DESCRIPTOR = "pinstripe"
"""What a card statement says when nobody says otherwise: the account's name."""
HOLD = 7 * 86400
"""Seconds an authorization holds until it must be captured. [recorded]"""
HOLD_OF_VISA_ALONE = 4 * 86400 + 18 * 3600
"""The same of a Visa card that is charged without its holder. [documented]"""

SCORED = frozenset(("link", "sepa_debit"))
"""The types besides cards whose payments have a level of risk. [recorded]"""

CAPTURES_AFTER = 3
"""Seconds until an asynchronous capture is through. [recorded: not yet in the answer; inferred: how long]"""


@dataclass(frozen=True, slots=True)
class Try:
    """How a charge is tried."""

    amount: int
    method: Mapping[str, Any]
    """The payment method as it is shown, card or not; `card` where it is one."""
    card: Card | None = None
    decline: Decline | None = None
    captured: bool = True
    pending: bool = False
    """Whether the money is on its way and may still fail, as with a debit."""
    secured: ThreeDSecure | None = None
    """How it went through 3D Secure, if it did."""
    elsewhere: Mapping[str, Any] | None = None
    """The same as a request tells it of somebody else's 3D Secure."""
    later: bool = False
    """Whether the capture goes on behind the customer's back: the balance transaction comes a little later."""
    can_grow: bool = False
    """Whether more can be held later."""
    in_parts: bool = False
    """Whether it can be captured several times."""
    installments: Mapping[str, Any] | None = None
    """The plan by which the holder pays it back, if there is one."""
    receipt: str = "payment"
    held: int = HOLD
    """For how long, if it is only held."""


def charge(tx: Transaction, asked: Mapping[str, Any], how: Try) -> Object:
    """The charge of one try, with its balance transaction if money moved. [recorded]

    A debit on its way counts as captured and not as paid, has no receipt yet, and no descriptor for card networks.
    [recorded]

    `asked` is the intent, or for a charge without one what the request said: currency, customer, description, metadata,
    receipt_email, shipping, the descriptors, transfer_group; `payment_intent` is the intent's id.
    """
    paid = how.decline is None
    settled = paid and not how.pending and how.captured and not how.later
    there = paid and not how.pending
    id_ = tx.new_id("ch" if how.card else "py")
    made = tx.new(
        "charge",
        {
            "amount": how.amount,
            "amount_captured": how.amount if paid and how.captured else 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": how.method["billing_details"],
            "calculated_statement_descriptor": descriptor(asked, how.method["type"]),
            "captured": paid and how.captured,
            "created": tx.now(),
            "currency": asked["currency"],
            "customer": asked["customer"],
            "description": asked["description"],
            "disputed": False,
            "failure_code": how.decline.code if how.decline else None,
            "failure_message": how.decline.message if how.decline else None,
            "fraud_details": {},
            "livemode": False,
            "metadata": asked["metadata"],
            "outcome": outcome(how.decline, how.card, how.method["type"]),
            "paid": there,
            "payment_intent": asked["id"] if asked.get("object") == "payment_intent" else None,
            "payment_method": how.method["id"],
            "payment_method_details": details(tx, how, id_),
            "radar_options": {},
            "receipt_email": asked["receipt_email"],
            "receipt_url": receipt_url(how.receipt, id_) if there else None,
            "refunded": False,
            "shipping": asked.get("shipping"),
            "statement_descriptor": asked["statement_descriptor"],
            "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
            "status": "failed" if how.decline else "pending" if how.pending else "succeeded",
            "transfer_group": asked.get("transfer_group"),
            **sharing.on_charge(asked, id_),
            "_captures_at": tx.now() + CAPTURES_AFTER if paid and how.later else None,
            "_number": how.card.number if how.card else None,
            "_receipt": how.receipt if how.pending else None,
        },
        id=id_,
    )
    return settle(tx, made, how.amount) if settled else made


def bring(tx: Transaction, made: Object, amount: int, *, at_once: bool = False) -> Object:
    """So much of a charge on its way to the merchant, or there already, which is told of."""
    number = made.get("_number")
    available = at_once or (number is not None and BY_NUMBER[number].available)
    if available:
        tx.then(partial(balance.tell, tx.world))
    return balance.of_charge(tx, made, amount, at_once=available, shared=sharing.own_fee(tx, made, amount))


def settle(tx: Transaction, made: Object, amount: int, *, at_once: bool = False) -> Object:
    """The charge once so much of it was taken, and shared with whom it concerns.

    What was only held beside is let go, which is no refund. [documented]
    """
    transaction = bring(tx, made, amount, at_once=at_once)
    taken = tx.put(
        made,
        amount_captured=amount,
        balance_transaction=transaction.id,
        captured=True,
        paid=True,
        receipt_url=made["receipt_url"] or receipt_url(made.get("_receipt") or "payment", made.id),
        status="succeeded",
        _captures_at=None,
    )
    return sharing.share(tx, taken, transaction)


def caught_up(tx: Transaction, made: Object) -> Object:
    """A charge whose asynchronous capture is through, told of if it was not before. [documented]"""
    if made.get("_captures_at") is None:
        return made
    after = settle(tx, made, made["amount"])
    tx.emit("charge.updated", after, before=made)
    return after


def receipt_url(what: str, id_: str) -> str:
    """Where the receipt is. [recorded: invoices have a suffix]"""
    return f"https://pay.stripe.com/receipts/{what}/{id_}" + ("?s=ap" if what == "invoices" else "")


def descriptor(asked: Mapping[str, Any], type_: str) -> str | None:
    """What the statement says: the descriptor, or the account's with the suffix. [documented]

    Of a card that is charged without an intent, the descriptor counts as the suffix. [documented] Link puts its own
    name there, and no debit has one. [recorded of SEPA and ACH; inferred: of other debits]
    """
    if type_ in other_methods.DEBITS:
        return None
    if type_ == "link":
        return "LINK"
    suffix, whole = asked.get("statement_descriptor_suffix"), asked["statement_descriptor"]
    if type_ == "card" and asked.get("object") != "payment_intent" and asked.get("payment_intent") is None:
        suffix, whole = suffix or whole, None
    if suffix:
        return f"{DESCRIPTOR}* {suffix}".upper()[:22]
    return (whole or DESCRIPTOR).upper()


def worded(tx: Transaction, made: Object, said: Mapping[str, Any]) -> Object:
    """A charge that is given other words for the statement at its capture. [documented; inferred: that it says so]"""
    words = {name: said[name] for name in ("statement_descriptor", "statement_descriptor_suffix") if name in said}
    if not words:
        return made
    whole = descriptor({**made, **words}, made["payment_method_details"]["type"])
    return tx.put(made, **words, calculated_statement_descriptor=whole)


def outcome(decline: Decline | None, card: Card | None, type_: str) -> dict[str, Any]:
    """What the network said, or Stripe before it was asked. [recorded; for blocked ones documented]

    Radar looks at cards, and at some methods that are none. [recorded of Link and SEPA; inferred: at no others]
    """
    level = card.risk_level if card else "normal" if type_ in SCORED else "not_assessed"
    said: dict[str, Any] = {"advice_code": None, "network_advice_code": None, "network_decline_code": None}
    if decline is None:
        said |= {
            "network_status": "approved_by_network",
            "reason": "elevated_risk_level" if level == "elevated" else None,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    elif card is not None and card.blocked:
        said |= {
            "network_status": "not_sent_to_network",
            "reason": "highest_risk_level",
            "seller_message": "Stripe blocked this payment as too risky.",
            "type": "blocked",
        }
    else:
        said |= {
            **decline.advice,
            "network_status": "declined_by_network",
            "reason": decline.decline_code or decline.code,
            "seller_message": _said_by_the_bank(decline),
            "type": "issuer_declined",
        }
    return {**said, "risk_level": level, **({} if level == "not_assessed" else {"risk_score": 0})}


def _said_by_the_bank(decline: Decline) -> str:
    """The code that came back, or that none did. [recorded]"""
    if decline.decline_code in (None, "generic_decline"):
        return "The bank did not return any further details with this decline."
    return f"The bank returned the decline code `{decline.decline_code}`."


def details(tx: Transaction, how: Try, id_: str) -> dict[str, Any]:
    """The payment method as the charge remembers it."""
    if how.card is not None:
        return {"card": _card_used(tx, how, id_), "type": "card"}
    type_ = how.method["type"]
    known = _kept(type_)
    return {type_: {key: value for key, value in how.method.get(type_, {}).items() if key in known}, "type": type_}


def _kept(type_: str) -> frozenset[str]:
    """What a charge can say of a payment method that is no card."""
    details = shape("charge").fields["payment_method_details"].type
    assert isinstance(details, Nullable)
    assert isinstance(details.inner, Hash)
    form = details.inner.fields[type_].type
    return frozenset(form.fields) if isinstance(form, Hash) else frozenset()


def _card_used(tx: Transaction, how: Try, id_: str) -> dict[str, Any]:
    """The card as the charge remembers it. [recorded]"""
    card: Mapping[str, Any] = how.method["card"]
    paid = how.decline is None
    blocked = how.card is not None and how.card.blocked  # the network was never asked
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    used = {
        **{key: card[key] for key in kept},
        "amount_authorized": how.amount if paid else None,
        "authorization_code": text(f"{id_}:authorization", 6, string.digits) if paid or not blocked else None,
        "electronic_commerce_indicator": PLAIN
        if card["brand"] == "visa" and not (how.elsewhere or how.secured)
        else None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "available" if how.can_grow else "unavailable"},
        "installments": how.installments,
        "mandate": None,
        "multicapture": {"status": "available" if how.in_parts else "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": tx.world.seed.secret(f"{id_}:network", 15),
        "overcapture": {"maximum_amount_capturable": how.amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": _told(how.elsewhere)
        if how.elsewhere
        else authentication(how.secured)
        if how.secured
        else None,
    }
    return used if how.captured or not paid else {**used, "capture_before": tx.now() + how.held}


def held_for(method: Mapping[str, Any], *, present: bool) -> int:
    """For how many seconds a card's money is held; `present` is whether its holder takes part. [documented]"""
    return HOLD if present or method["card"]["brand"] != "visa" else HOLD_OF_VISA_ALONE


PLAIN = "07"
"""Visa's indicator of a payment that did not go through 3D Secure. [recorded; that of other networks is not told]"""
SECURED = {
    ThreeDSecure.CHALLENGE: ("challenge", "05", "authenticated", "2.2.0"),
    ThreeDSecure.FRICTIONLESS: ("frictionless", "05", "authenticated", "2.2.0"),
    ThreeDSecure.UNENROLLED: (None, "06", "attempt_acknowledged", "2.2.0"),
    ThreeDSecure.NOT_SUPPORTED: (None, None, "not_supported", None),
    ThreeDSecure.ERROR: (None, None, "processing_error", None),
}
"""The flow, the network's indicator, the result and the version. [documented: the results; inferred: the rest]"""


def authentication(how: ThreeDSecure) -> dict[str, Any]:
    """What 3D Secure leaves on a charge. [documented: the members]"""
    flow, indicator, result, version = SECURED[how]
    return {
        "authentication_flow": flow,
        "electronic_commerce_indicator": indicator,
        "exemption_indicator": None,
        "result": result,
        "result_reason": None,
        "version": version,
    }


RESULTS = {"A": "attempt_acknowledged", "I": "exempted", "N": "failed", "R": "failed", "U": "processing_error"}
"""What 3D Secure came to by the issuer's status; any other is success. [inferred]"""


def _told(said: Mapping[str, Any]) -> dict[str, Any]:
    """What 3D Secure that was done elsewhere leaves on a charge. [documented: the members]"""
    exemption = said.get("exemption_indicator")
    return {
        "authentication_flow": None,
        "electronic_commerce_indicator": said.get("electronic_commerce_indicator"),
        "exemption_indicator": None if exemption == "none" else exemption,
        "result": RESULTS.get(said.get("ares_trans_status", "Y"), "authenticated"),
        "result_reason": None,
        "transaction_id": said.get("transaction_id"),
        "version": said.get("version"),
    }
