"""How a Checkout Session in setup mode saves a card, and what becomes of intents when a session's time is over."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.payments import capturing, payment_intents, setup_intents
from pinstripe.resources.selling import checkout_buyer, checkout_methods
from pinstripe.resources.selling.asking import ask
from pinstripe.resources.selling.checkout_buyer import Buyer
from pinstripe.world import Object, Transaction


def set_up(tx: Transaction, session: Object) -> Object:
    """The setup intent that a session has from its beginning. [recorded]"""
    made = {
        **session["_setup_intent_data"],
        **checkout_methods.handed_on(session),
        "allowed_payment_method_types": list(session["payment_method_types"]),
        "customer": session["customer"],
    }
    return tx.put(ask(tx, "POST /v1/setup_intents", setup_intents.create, made), _checkout=True)


def confirmed(session: Object, method: Object) -> dict[str, Any]:
    """What the page confirms with; a debit's mandate is accepted there too. [documented]"""
    said = {"payment_method": method.id, "return_url": session.get("success_url") or session.get("return_url")}
    if method["type"] == "card":
        return said
    here = {"ip_address": "127.0.0.1", "user_agent": "pinstripe"}
    return {**said, "mandate_data": {"customer_acceptance": {"online": here, "type": "online"}}}


def save(tx: Transaction, session: Object, method: Object | None, buyer: Buyer) -> dict[str, Any]:
    """Save the card, for the customer if there is one; a refusal keeps the intent open. [documented]"""
    if method is None:
        raise errors.missing_parameter("payment_method")
    id_ = session["setup_intent"]
    customer = tx.read("setup_intent", id_)["customer"]
    if session["customer_creation"] == "always" and customer is None:
        customer = checkout_buyer.customer_of(tx, session, None, buyer).id
        ask(tx, "POST /v1/setup_intents/{intent}", setup_intents.update, {"customer": customer}, intent=id_)
    elif session["customer"] is None and customer is not None:
        checkout_buyer.correct(tx, tx.read("customer", customer), buyer)
    confirm = "POST /v1/setup_intents/{intent}/confirm"
    _agreed(tx, ask(tx, confirm, setup_intents.confirm_call, confirmed(session, method), intent=id_), buyer)
    return {"customer": customer}


def save_for_later(tx: Transaction, session: Object, customer: Object, method: Object, buyer: Buyer) -> None:
    """Save the card of a subscription with nothing to pay yet; nothing begins where its bank refuses.

    [inferred: by a setup intent, which the session does not name]
    """
    said = {**confirmed(session, method), "confirm": True, "customer": customer.id, "usage": "off_session"}
    said["allowed_payment_method_types"] = [method["type"]]
    _agreed(tx, ask(tx, "POST /v1/setup_intents", setup_intents.create, said), buyer, keeps_changes=False)


def _agreed(tx: Transaction, intent: Object, buyer: Buyer, *, keeps_changes: bool = True) -> None:
    """See that a card is saved, once its holder did what the bank asked on the page; 402 where it is not."""
    if checkout_buyer.is_challenged(intent):
        intent = setup_intents.authenticate(tx, intent, succeed=checkout_buyer.answer(buyer))
    if intent["status"] == "requires_payment_method":
        raise refusals.page_setup_failed(tx.world.render(tx, intent), keeps_changes=keeps_changes)
    if intent["status"] not in ("succeeded", "processing"):
        raise errors.unsupported_parameter("a Checkout Session", "payment_method", ", which asks for more than a page,")


def release(tx: Transaction, session: Object) -> None:
    """Cancel the intent of a session that has expired. [documented for payments, inferred for setups]"""
    payment = session["payment_intent"] and tx.read("payment_intent", session["payment_intent"])
    if payment and payment["status"] in payment_intents.CANCELABLE:
        capturing.cancel(tx, payment, None)
    setup = session["setup_intent"] and tx.read("setup_intent", session["setup_intent"])
    if setup and setup["status"] in setup_intents.OPEN:
        setup_intents.given_up(tx, setup, None)
