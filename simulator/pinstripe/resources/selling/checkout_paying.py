"""How a Checkout Session sells, by its mode: it does what requests of the API would do, in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.customers import customers
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.payments import confirming, payment_intents, setup_intents
from pinstripe.resources.resource import Call, Handler
from pinstripe.resources.selling import checkout_items, checkout_totals
from pinstripe.resources.subscriptions import signup
from pinstripe.world import Object, Transaction

CREATE = "POST /v1/checkout/sessions"
Sell = Callable[[Transaction, Object, Object | None, Mapping[str, Any]], dict[str, Any]]
"""Sells what a session offers, for a card, to somebody who typed this; answers the session's new members."""


def ask(tx: Transaction, operation: str, handler: Handler, values: Mapping[str, Any], **path: str) -> Object:
    """Do what a request of the API does; values that its rule does not read are refused."""
    given = {name: value for name, value in values.items() if value is not None}
    call = Call(operation, operation.partition(" ")[2], path, Params(given), tx)
    answer = handler(call)
    for name in call.params.unread():
        raise errors.unsupported_parameter(CREATE, name, f", which {operation} would have to know,")
    assert isinstance(answer, Object)
    return answer


def _buyer(tx: Transaction, session: Object, method: Object | None, typed: Mapping[str, Any]) -> Object:
    """The customer who subscribes, made if there is none, with the card attached. [second-hand: the order]"""
    if session["customer"] is not None:
        customer = tx.read("customer", session["customer"])
        if method is not None:
            payment_methods.attach(tx, method, customer)
        return customer
    said = {name: typed[name] for name in ("address", "email", "name", "phone")}
    said["payment_method"] = None if method is None else method.id
    return ask(tx, "POST /v1/customers", customers.create, said)


def _subscribe(tx: Transaction, session: Object, method: Object | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Begin the subscription; the card becomes its default. [documented]"""
    customer = _buyer(tx, session, method, typed)
    inline = [tx.read("price", item["price"]) for item in session["_items"]]
    inline = [price for price in inline if not price["active"]]
    for price in inline:  # a price of this session only can be subscribed to here and nowhere else
        tx.put(price, active=True)
    recurring = [item for item in session["_items"] if checkout_items.recurs(tx, item)]
    others = [item for item in session["_items"] if item not in recurring]
    subscription = ask(
        tx,
        "POST /v1/subscriptions",
        signup.create,
        {
            **session["_subscription_data"],
            "add_invoice_items": [_sold(item) for item in others] or None,
            "customer": customer.id,
            "default_payment_method": None if method is None else method.id,
            "discounts": list(session["_discounts"]) or None,
            "items": [_sold(item) for item in recurring],
        },
    )
    for price in inline:
        tx.put(tx.read("price", price.id), active=False)
    for id_ in subscription["discounts"]:
        tx.put(tx.read("discount", id_), checkout_session=session.id)
    invoice = _first_invoice(tx, subscription)
    return {
        "customer": customer.id,
        "invoice": None if invoice is None else invoice.id,
        "payment_status": "paid" if invoice is not None and invoice["total"] > 0 else "no_payment_required",
        "subscription": subscription.id,
    }


def _first_invoice(tx: Transaction, subscription: Object) -> Object | None:
    """The first invoice, paid; a card that declines it keeps the subscription from beginning. [documented]"""
    id_ = subscription["latest_invoice"]
    if id_ is None:
        return None
    invoice = tx.read("invoice", id_)
    if subscription["status"] == "incomplete":
        _paid(tx, tx.read("payment_intent", invoice["_intent"]), keeps_changes=False)
    return tx.read("invoice", id_)


def _pay(tx: Transaction, session: Object, method: Object | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Pay once. A decline keeps the payment intent, which the next card tries again. [documented]"""
    data = session["_payment_intent_data"]
    customer = session["customer"] or session.get("_customer")
    if customer is None and (session["customer_creation"] == "always" or "setup_future_usage" in data):
        customer = _buyer(tx, session, None, typed).id
    if session["amount_total"] == 0:
        checkout_totals.redeem(tx, session, customer)
        return {"customer": customer, "payment_status": "no_payment_required"}
    if method is None:
        raise errors.missing_parameter("payment_method")
    try:
        intent = _paid(tx, _intent(tx, session, method, customer, data), keeps_changes=True)
    except StripeError as error:
        if error.keeps_changes:
            tried = error.details["payment_intent"]
            tx.put(session, payment_intent=tried["id"], _customer=customer)
        raise
    checkout_totals.redeem(tx, session, customer)
    return {
        "customer": customer,
        "payment_intent": intent.id,
        "payment_status": "paid" if intent["status"] == "succeeded" else "unpaid",
        "_settles_at": intent.get("_settles_at"),
    }


def _intent(tx: Transaction, session: Object, method: Object, customer: str | None, data: Mapping[str, Any]) -> Object:
    """The session's payment intent, confirmed; a second card tries the one that is there."""
    said = _confirmed(session, method)
    if session["payment_intent"] is not None:
        operation = "POST /v1/payment_intents/{intent}/confirm"
        return ask(tx, operation, payment_intents.confirm_call, said, intent=session["payment_intent"])
    sent = (session["collected_information"] or {}).get("shipping_details")
    made = {
        **({} if sent is None else {"shipping": _without_nulls(sent)}),
        **data,
        **said,
        "allowed_payment_method_types": list(session["payment_method_types"]),
        "amount": session["amount_total"],
        "confirm": True,
        "currency": session["currency"],
        "customer": customer,
    }
    return ask(tx, "POST /v1/payment_intents", payment_intents.create, made)


def _without_nulls(value: Mapping[str, Any]) -> dict[str, Any]:
    """A hash as a request brings it."""
    return {
        name: _without_nulls(inner) if isinstance(inner, Mapping) else inner
        for name, inner in value.items()
        if inner is not None
    }


def _confirmed(session: Object, method: Object) -> dict[str, Any]:
    """What the page confirms with; a debit's mandate is accepted there too. [documented]"""
    said = {"payment_method": method.id, "return_url": session.get("success_url") or session.get("return_url")}
    if method["type"] == "card":
        return said
    here = {"ip_address": "127.0.0.1", "user_agent": "pinstripe"}
    return {**said, "mandate_data": {"customer_acceptance": {"online": here, "type": "online"}}}


def _paid(tx: Transaction, intent: Object, *, keeps_changes: bool) -> Object:
    """A payment after its customer did what the bank asked on the page; 402 where it failed nevertheless."""
    action = intent["next_action"]
    if intent["status"] == "requires_action" and action is not None and action["type"] in confirming.CHALLENGES:
        intent = confirming.authenticate(tx, intent, succeed=True)
    if intent["status"] in ("requires_action", "requires_confirmation"):
        raise errors.unsupported_parameter("a Checkout Session", "payment_method", ", which asks for more than a page,")
    if intent["status"] == "requires_payment_method":
        raise refusals.page_payment_failed(tx.world.render(tx, intent), keeps_changes=keeps_changes)
    return intent


def _sold(item: Mapping[str, Any]) -> dict[str, Any]:
    """One item as the parameters of what sells it."""
    members = {
        "metadata": item["metadata"] or None,
        "price": item["price"],
        "quantity": item["quantity"],
        "tax_rates": item["_tax_rates"] or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def set_up(tx: Transaction, session: Object) -> Object:
    """The setup intent that a session has from its beginning. [recorded]"""
    made = {
        **session["_setup_intent_data"],
        "allowed_payment_method_types": list(session["payment_method_types"]),
        "customer": session["customer"],
    }
    return ask(tx, "POST /v1/setup_intents", setup_intents.create, made)


def _save(tx: Transaction, session: Object, method: Object | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Save the card, for the customer if there is one; a refusal keeps the intent open. [documented]"""
    if method is None:
        raise errors.missing_parameter("payment_method")
    said = _confirmed(session, method)
    customer = session["customer"]
    if session["customer_creation"] == "always":
        customer = _buyer(tx, session, None, typed).id
        update = "POST /v1/setup_intents/{intent}"
        ask(tx, update, setup_intents.update, {"customer": customer}, intent=session["setup_intent"])
    confirm = "POST /v1/setup_intents/{intent}/confirm"
    intent = ask(tx, confirm, setup_intents.confirm_call, said, intent=session["setup_intent"])
    action = intent["next_action"]
    if intent["status"] == "requires_action" and action is not None and action["type"] in confirming.CHALLENGES:
        intent = setup_intents.authenticate(tx, intent, succeed=True)
    if intent["status"] not in ("succeeded", "processing"):
        raise errors.unsupported_parameter("a Checkout Session", "payment_method", ", which asks for more than a page,")
    return {"customer": customer}


def release(tx: Transaction, session: Object) -> None:
    """Cancel the intent of a session that has expired. [documented for payments, inferred for setups]"""
    intents = (
        (
            "payment_intent",
            "POST /v1/payment_intents/{intent}/cancel",
            payment_intents.cancel,
            payment_intents.CANCELABLE,
        ),
        ("setup_intent", "POST /v1/setup_intents/{intent}/cancel", setup_intents.cancel, setup_intents.OPEN),
    )
    for name, operation, handler, open_states in intents:
        if session[name] is not None and tx.read(name, session[name])["status"] in open_states:
            ask(tx, operation, handler, {}, intent=session[name])


BY_MODE: Mapping[str, Sell] = {"payment": _pay, "setup": _save, "subscription": _subscribe}
