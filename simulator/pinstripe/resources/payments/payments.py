"""What a payment of an invoice leaves behind: the intent, each charge that was tried, the money that arrived.

Intents and charges carry the account's time even for customers on a test clock, as Stripe's do. [second-hand]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinstripe.resources.connect import invoice_shares
from pinstripe.resources.invoices import payment_settings
from pinstripe.resources.payment_methods import fates, other_methods, payment_methods
from pinstripe.resources.payment_methods.behaviour import Card, Decline, ThreeDSecure
from pinstripe.resources.payments import charging, installments, next_actions
from pinstripe.resources.payments.charging import Try
from pinstripe.resources.resource import Answer, Call, Listing, Resource, listing, retrieve
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

DESCRIPTIONS = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
    "subscription_update": "Subscription update",
    "manual": "Payment for Invoice",
}
"""What the intent of an invoice is called. [recorded for creation and manual; update second-hand]"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to pay: the charge if a card was asked, the intent after it, and why not."""

    intent: Object
    charge: Object | None
    decline: Decline | None
    tried: bool = True
    """Whether anything was asked at all; without a method nothing is."""

    @property
    def succeeded(self) -> bool:
        """Whether the money came."""
        return bool(self.intent["status"] == "succeeded")

    @property
    def processing(self) -> bool:
        """Whether the money is on its way and may still fail."""
        return bool(self.intent["status"] == "processing")

    @property
    def action_required(self) -> bool:
        """Whether it waits for the customer."""
        return bool(self.intent["status"] == "requires_action")


def intend(tx: Transaction, invoice: Object, method: Object | None) -> Object:
    """The payment intent of an invoice, before anything was tried; `method` is what it will be tried with.

    The first of a subscription sets its card up for later, unless the customer is said to be away. [recorded]
    """
    id_ = tx.new_id("pi")
    reason = invoice["billing_reason"]
    present = reason == "subscription_create" and not invoice.get("_off_session")
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
            "managed_payments": {"enabled": False},
            "metadata": {},
            "next_action": None,
            "payment_method": None,
            **payment_settings.of_intent(invoice, method),
            "receipt_email": None,
            "setup_future_usage": "off_session" if present else None,
            "statement_descriptor": invoice.get("statement_descriptor"),
            "status": "requires_payment_method",
            **invoice_shares.of_intent(invoice, invoice["amount_remaining"], id_),
            "_invoice": invoice.id,
        },
        id=id_,
    )


def known_by_its_order(tx: Transaction, intent: Object) -> Object:
    """An intent names its invoice as the order once something has become of it. [recorded]

    Where Checkout began a subscription it names the session. [recorded; inferred: that renewals name their invoice]
    """
    order = session_of(tx, tx.read("invoice", intent["_invoice"])) or intent["_invoice"]
    return tx.put(intent, payment_details={"customer_reference": None, "order_reference": order})


def session_of(tx: Transaction, invoice: Object) -> str | None:
    """The Checkout Session that an invoice is the first of a subscription of."""
    if invoice["billing_reason"] != "subscription_create":
        return None
    session = tx.read("subscription", invoice["parent"]["subscription_details"]["subscription"]).get("_session")
    return None if session is None else str(session)


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
    """Ask a card for the money of an invoice. Without a card nothing is asked and nothing comes.

    Nobody is there to be authenticated: a card that wants it waits for the customer. [documented] Where the invoice
    asks for 3D Secure, the customer is there for the first of a subscription only, and a method of a type that the
    invoice does not name is not asked. [inferred: both] The intent of an invoice without a subscription is known by its
    order only once it was refused. [recorded]
    """
    invoice = tx.read("invoice", intent["_invoice"])
    settings = invoice["payment_settings"]
    if method is not None and method["type"] not in intent["payment_method_types"]:
        if settings["payment_method_types"] is not None:
            method = None
        else:
            intent = tx.put(intent, **payment_settings.of_intent(invoice, method))
    if method is None:
        return Attempt(intent, None, None, tried=False)
    one_off = invoice.get("parent") is None
    if not one_off:
        intent = known_by_its_order(tx, intent)
    if method["type"] in other_methods.DEBITS:
        mandate = intent.get("_mandate") or settings["default_mandate"]
        return debit(tx, intent, method, None if mandate is None else tx.read("mandate", mandate))
    if method["type"] != "card":
        return at_once(tx, intent, method)
    card = payment_methods.card_of(method)
    present = intent["setup_future_usage"] is not None
    requested = present and requests_three_d_secure(intent["payment_method_options"]["card"])
    asks = card.asks_for_authentication(off_session=True, set_up=method.get("_set_up", False))
    if asks or (requested and card.can_be_challenged):
        return Attempt(next_actions.ask(tx, intent, method), None, None)
    went = ask(tx, intent, method, card, requested=requested, receipt="invoices")
    return replace(went, intent=known_by_its_order(tx, went.intent)) if one_off and went.decline else went


def requests_three_d_secure(options: Mapping[str, Any]) -> bool:
    """Whether the options of a card ask for 3D Secure; nobody is prompted whose card is not enrolled. [documented]"""
    return options.get("request_three_d_secure") in ("any", "challenge")


def ask(
    tx: Transaction,
    intent: Object,
    method: Object,
    card: Card,
    *,
    decline: Decline | None = None,
    captured: bool = True,
    authenticated: bool = False,
    requested: bool = False,
    elsewhere: Mapping[str, Any] | None = None,
    receipt: str = "payment",
    held: int = charging.HOLD,
) -> Attempt:
    """Ask a card for the money of an intent, for better or worse. [recorded]

    `requested` is whether the payment wants 3D Secure, whatever the card wants; `elsewhere` is what somebody else who
    has seen to it says of it.
    """
    decline = decline or (authenticated and card.after_authentication) or payment_methods.refusal(card, method) or None
    options: Mapping[str, Any] = (intent["payment_method_options"] or {}).get("card") or {}
    secured = ThreeDSecure.CHALLENGE if authenticated else None
    if secured is None and (requested or card.always_secured):
        secured = card.three_d_secure
    how = Try(
        intent["amount"],
        method,
        card,
        decline,
        captured=captured,
        secured=secured,
        elsewhere=elsewhere,
        later=captured and intent["capture_method"] == "automatic_async",
        can_grow=not captured and options.get("request_incremental_authorization") == "if_available",
        in_parts=not captured and card.in_parts and options.get("request_multicapture") == "if_available",
        installments=installments.chosen(options),
        receipt=receipt,
        held=held,
    )
    charge = charging.charge(tx, intent, how)
    fates.lived(tx, method.id, paid=decline is None)
    if decline is not None:
        return Attempt(failed(tx, intent, charge, method, decline), charge, decline)
    intent = tx.put(
        intent,
        amount_capturable=0 if captured else intent["amount"],
        amount_received=intent["amount"] if captured else 0,
        last_payment_error=None,
        latest_charge=charge.id,
        next_action=None,
        payment_method=method.id,
        status="succeeded" if captured else "requires_capture",
    )
    return Attempt(intent, charge, None)


def debit(tx: Transaction, intent: Object, method: Object, mandate: Object | None) -> Attempt:
    """A debit is on its way for a while. [documented]"""
    known = tx.find("mandate", "payment_method", method.id)
    mandate = mandate or (known[-1] if known else None)
    charge = charging.charge(tx, intent, Try(intent["amount"], method, pending=True))
    if mandate is not None:
        details = charge["payment_method_details"]
        said = {**details[method["type"]], "mandate": mandate.id}
        charge = tx.put(charge, payment_method_details={**details, method["type"]: said})
    fate = other_methods.outcome(method)
    takes = other_methods.SETTLES_LATE if fate.delayed else other_methods.SETTLES_SOON
    intent = tx.put(
        intent,
        latest_charge=charge.id,
        next_action=None,
        payment_method=method.id,
        status="processing",
        _settles_at=None if fate.stays else tx.now() + takes,
    )
    return Attempt(intent, charge, None)


def at_once(tx: Transaction, intent: Object, method: Object) -> Attempt:
    """Money that comes without asking anybody."""
    own: Mapping[str, Any] = (intent["payment_method_options"] or {}).get(method["type"]) or {}
    held = "manual" in (intent["capture_method"], own.get("capture_method"))
    charge = charging.charge(tx, intent, Try(intent["amount"], method, captured=not held))
    intent = tx.put(
        intent,
        amount_capturable=intent["amount"] if held else 0,
        amount_received=0 if held else intent["amount"],
        latest_charge=charge.id,
        next_action=None,
        payment_method=method.id,
        status="requires_capture" if held else "succeeded",
    )
    return Attempt(intent, charge, None)


def tell(tx: Transaction, attempt: Attempt) -> None:
    """What became of a try: what a card said, or that it asks for its holder, who may have failed before any charge.

    [recorded for cards; others documented, in this order inferred]
    """
    if not attempt.tried:
        return
    intent, charge = attempt.intent, attempt.charge
    match intent["status"]:
        case "requires_action":
            tx.emit("payment_intent.requires_action", intent)
        case "requires_capture":
            tx.emit("charge.succeeded", charge or intent)
            tx.emit("payment_intent.amount_capturable_updated", intent)
        case "processing":
            tx.emit("charge.pending", charge or intent)
            tx.emit("payment_intent.processing", intent)
        case "succeeded":
            tx.emit("charge.succeeded", charge or intent)
            tx.emit("payment_intent.succeeded", intent)
        case "requires_payment_method":
            if charge is not None:
                tx.emit("charge.failed", charge)
            tx.emit("payment_intent.payment_failed", intent)


def failed(tx: Transaction, intent: Object, charge: Object | None, method: Object, decline: Decline) -> Object:
    """The intent after a decline: it wants another payment method. [recorded]"""
    error = {**error_fields(decline), **({} if charge is None else {"charge": charge.id})}
    return tx.put(
        intent,
        last_payment_error={
            **error,
            "payment_method": tx.world.render(tx, method),
            "payment_method_type": method["type"],
            "type": "card_error",
        },
        latest_charge=intent["latest_charge"] if charge is None else charge.id,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )


def error_fields(decline: Decline) -> dict[str, Any]:
    """What a decline says of itself, in an error as in `last_payment_error`. [recorded]"""
    fields: dict[str, Any] = {
        "code": decline.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        **decline.said,
    }
    if decline.param is not None:
        fields["param"] = decline.param
    return fields


def list_invoice_payments(call: Call) -> Answer:
    """GET /v1/invoice_payments, by invoice or by what pays."""
    payment = call.params.hash("payment")
    wanted = payment.pick("payment_intent", "payment_record", "type")
    answer = listing("invoice_payment", by={"invoice": "invoice"}, equal=("status",))(call)
    assert isinstance(answer, Listing)
    rows = answer.objects
    return Listing([row for row in rows if all(row["payment"].get(name) == value for name, value in wanted.items())])


INVOICE_PAYMENTS = Resource(
    Kind("invoice_payment", "inpay", indexes={"invoice": by("invoice")}),
    {
        "GET /v1/invoice_payments": list_invoice_payments,
        "GET /v1/invoice_payments/{invoice_payment}": retrieve("invoice_payment", param="invoice_payment"),
    },
)
