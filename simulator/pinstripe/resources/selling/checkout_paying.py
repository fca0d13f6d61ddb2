"""How a Checkout Session sells, by its mode: it does what requests of the API would do, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.payments import confirming, payment_intents
from pinstripe.resources.selling import (
    checkout_buyer,
    checkout_invoices,
    checkout_items,
    checkout_methods,
    checkout_saving,
    checkout_totals,
)
from pinstripe.resources.selling.asking import ask
from pinstripe.resources.selling.checkout_buyer import Buyer
from pinstripe.resources.subscriptions import signup
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction


def subscribe(tx: Transaction, session: Object, method: Object | None, buyer: Buyer) -> dict[str, Any]:
    """Begin the subscription; the card becomes its default. [documented]"""
    customer = checkout_buyer.customer_of(tx, session, method, buyer)
    if method is not None and session.get("amount_total") == 0:
        checkout_saving.save_for_later(tx, session, customer, method, buyer)
    inline = [tx.read("price", item["price"]) for item in session["_items"]]
    inline = [price for price in inline if not price["active"]]
    for price in inline:  # a price of this session only can be subscribed to here and nowhere else
        tx.put(price, active=True)
    recurring = [item for item in session["_items"] if checkout_items.recurs(tx, item)]
    others = [item for item in session["_items"] if item not in recurring]
    subscription = ask(
        tx,
        "POST /v1/subscriptions",
        partial(signup.begin, more={"_session": session.id, "_offered_at": session["created"]}),
        {
            **checkout_methods.settings(session),
            **session["_subscription_data"],
            "add_invoice_items": [_sold(item) for item in others] or None,
            "automatic_tax": {"enabled": True} if automatic_tax.wants(session) else None,
            "currency": session["currency"],
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
    invoice = _first_invoice(tx, subscription, buyer)
    intent = None if invoice is None or invoice["_intent"] is None else tx.read("payment_intent", invoice["_intent"])
    return {
        "customer": customer.id,
        "invoice": None if invoice is None else invoice.id,
        "payment_status": _standing(invoice),
        "subscription": subscription.id,
        "_settles_at": None if intent is None else intent.get("_settles_at"),
    }


def _standing(invoice: Object | None) -> str:
    """The session's `payment_status` by its first invoice: a debit's money is not there yet. [documented]"""
    if invoice is None or invoice["total"] <= 0:
        return "no_payment_required"
    return "paid" if invoice["status"] == "paid" else "unpaid"


def _first_invoice(tx: Transaction, subscription: Object, buyer: Buyer) -> Object | None:
    """The first invoice, paid; a card that declines it keeps the subscription from beginning. [documented]"""
    id_ = subscription["latest_invoice"]
    if id_ is None:
        return None
    invoice = tx.read("invoice", id_)
    if subscription["status"] == "incomplete":
        _paid(tx, tx.read("payment_intent", invoice["_intent"]), buyer, keeps_changes=False)
    return tx.read("invoice", id_)


def pay(tx: Transaction, session: Object, method: Object | None, buyer: Buyer) -> dict[str, Any]:
    """Pay once. A decline keeps the payment intent, which the next card tries again. [documented]

    There is a customer where one is asked for, or needed for a card to be kept or an invoice. [documented]
    """
    invoiced = checkout_invoices.is_wanted(session)
    customer = session["customer"]
    if customer is None and session.get("_customer"):
        customer = session["_customer"]
        checkout_buyer.correct(tx, tx.read("customer", customer), buyer)
    elif customer is None and (
        session["customer_creation"] == "always" or checkout_methods.keeps(session, method) or invoiced
    ):
        customer = checkout_buyer.customer_of(tx, session, None, buyer).id
    paid: dict[str, Any] = {"customer": customer, "payment_status": "no_payment_required"}
    intent: Object | None = None
    if session["amount_total"] > 0:
        intent = _tried(tx, session, method, buyer, customer)
        paid |= {
            "payment_intent": intent.id,
            "payment_status": "paid" if intent["status"] == "succeeded" else "unpaid",
            "_settles_at": intent.get("_settles_at"),
        }
    elif session["payment_intent"] is not None:  # a card was declined before a discount made it free
        checkout_saving.release(tx, session)
        paid["payment_intent"] = None
    redeemed = checkout_totals.redeem(tx, session, customer)
    if invoiced and (intent is None or intent["status"] == "succeeded"):
        return {**paid, "invoice": checkout_invoices.issue(tx, session, _read(tx, customer), intent, redeemed).id}
    return {**paid, "_redeemed": redeemed}


def _read(tx: Transaction, customer: str | None) -> Object:
    """The customer of an invoice."""
    assert customer is not None
    return tx.read("customer", customer)


def _tried(tx: Transaction, session: Object, method: Object | None, buyer: Buyer, customer: str | None) -> Object:
    """The session's payment intent after this card; where it is declined the session keeps the intent."""
    if method is None:
        raise errors.missing_parameter("payment_method")
    try:
        return _paid(tx, _intent(tx, session, method, customer), buyer, keeps_changes=True)
    except StripeError as error:
        if error.keeps_changes:
            tx.put(session, payment_intent=error.details["payment_intent"]["id"], _customer=customer)
        raise


def arrived(tx: Transaction, session: Object) -> dict[str, Any]:
    """What a session becomes when money that was on its way is there: paid, and invoiced if that was asked for."""
    if session["mode"] == "subscription" or not checkout_invoices.is_wanted(session):
        return {"payment_status": "paid"}
    intent = tx.read("payment_intent", session["payment_intent"])
    customer = _read(tx, session["customer"])
    return {
        "invoice": checkout_invoices.issue(tx, session, customer, intent, session["_redeemed"]).id,
        "payment_status": "paid",
    }


def _intent(tx: Transaction, session: Object, method: Object, customer: str | None) -> Object:
    """The session's payment intent, confirmed; a second card tries the one that is there."""
    said = checkout_saving.confirmed(session, method)
    if session["payment_intent"] is None:
        return intent_of(tx, session, customer, **said, confirm=True)
    known = tx.read("payment_intent", session["payment_intent"])
    changes: dict[str, Any] = {}
    if known["amount"] != session["amount_total"]:  # the customer has chosen otherwise since
        changes["amount"] = session["amount_total"]
    if known["customer"] is None and customer is not None:
        changes["customer"] = customer
    if known["shipping"] is None:
        changes |= _sent(session)
    if changes:
        ask(tx, "POST /v1/payment_intents/{intent}", payment_intents.update, changes, intent=known.id)
    operation = "POST /v1/payment_intents/{intent}/confirm"
    return ask(tx, operation, payment_intents.confirm_call, said, intent=known.id)


def intent_of(tx: Transaction, session: Object, customer: str | None, **said: Any) -> Object:
    """A payment intent on the session's terms."""
    made = {
        **_sent(session),
        **session["_payment_intent_data"],
        **checkout_methods.handed_on(session),
        **said,
        "allowed_payment_method_types": list(session["payment_method_types"]),
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": customer,
    }
    return ask(tx, "POST /v1/payment_intents", payment_intents.create, made)


def _sent(session: Object) -> dict[str, Any]:
    """Where the goods go, as an intent's request says it."""
    sent = (session["collected_information"] or {}).get("shipping_details")
    return {} if sent is None else {"shipping": _without_nulls(sent)}


def _without_nulls(value: Mapping[str, Any]) -> dict[str, Any]:
    """A hash as a request brings it."""
    return {
        name: _without_nulls(inner) if isinstance(inner, Mapping) else inner
        for name, inner in value.items()
        if inner is not None
    }


def _paid(tx: Transaction, intent: Object, buyer: Buyer, *, keeps_changes: bool) -> Object:
    """A payment after its customer did what the bank asked on the page; 402 where it failed nevertheless."""
    if checkout_buyer.is_challenged(intent):
        intent = confirming.authenticate(tx, intent, succeed=checkout_buyer.answer(buyer))
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
