"""What happens when a customer completes a Checkout Session: the buyer is known, the money comes, it is over.

What a session costs before that is found by trying it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import emails
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.selling import (
    breakdowns,
    checkout_amounts,
    checkout_buyer,
    checkout_collected,
    checkout_members,
    checkout_methods,
    checkout_paying,
    checkout_saving,
    checkout_taxes,
    checkout_totals,
)
from pinstripe.resources.selling.checkout_buyer import Buyer
from pinstripe.world import Object, Transaction

Sell = Callable[[Transaction, Object, Object | None, Buyer], dict[str, Any]]
"""Sells what a session offers, for a card, to somebody; answers the session's new members."""

BY_MODE: Mapping[str, Sell] = {
    "payment": checkout_paying.pay,
    "setup": checkout_saving.save,
    "subscription": checkout_paying.subscribe,
}


def priced(tx: Transaction, session: Object) -> dict[str, Any]:
    """The amounts of a session that sells something: completing it is tried and thrown away.

    What could not be sold is refused.
    """
    paid: dict[str, Any] = {}
    if session["mode"] == "payment":
        paid = checkout_totals.priced(tx, session)
        checkout_totals.refuse_too_little(paid["amount_total"], session["currency"])
        checkout_methods.require_descriptor(session)
    scratch = checkout_totals.rehearsal(tx)
    plain = {**checkout_collected.NOTHING, **checkout_methods.rehearsed(session), "payment_intent": None}
    sold = checkout_amounts.settled(paid.get("_items", session["_items"]))
    done = complete(
        scratch,
        scratch.put(session, **{**paid, **plain, "_items": sold}),
        payment_method=payment_methods.usable(scratch, "pm_card_visa", "payment_method"),
        customer_details={"email": "rehearsal@example.com"},
    )
    if paid:
        return paid
    invoice = None if done["invoice"] is None else scratch.read("invoice", done["invoice"])
    items = checkout_totals.by_invoice(session["_items"], invoice)
    tax_rates.carry(scratch, tx)
    kept = breakdowns.rehearsed(scratch, session, items)
    return {**checkout_totals.members(items), **kept, **checkout_taxes.status(tx, session)}


def complete(
    tx: Transaction,
    session: Object,
    *,
    payment_method: Object | None,
    customer_details: Mapping[str, Any] | None = None,
    authenticates: bool | None = True,
) -> Object:
    """The session after its customer has paid with this card, or without one where nothing is due.

    `customer_details` are what the customer typed: see checkout_collected.py. `authenticates` is what the customer does
    when the card asks for 3D Secure; None leaves that open and raises UnansweredChallengeError. A card that is
    declined raises 402 and leaves the session open. [documented] The last event is checkout.session.completed, which
    names no request. [second-hand; inferred: its place after those of the subscription]
    """
    given = customer_details or {}
    emails.require(Params(given), "email")
    if session["status"] != "open":
        raise refusals.session_cannot_be_paid(session["status"])
    checkout_amounts.require_chosen(session)
    link = None if session["payment_link"] is None else tx.read("payment_link", session["payment_link"])
    if link is not None:
        require_room(link)
    if payment_method is None and (session["payment_method_collection"] == "always" or session["amount_total"]):
        raise errors.missing_parameter("payment_method")
    known = None if session["customer"] is None else tx.read("customer", session["customer"])
    session = tx.put(session, **checkout_collected.collect(session, given))
    details = _typed(session, known, payment_method, given)
    checkout_collected.require(session, details, given)
    buyer = Buyer(details, checkout_collected.tax_ids(session, given), authenticates)
    checkout_buyer.save_tax_ids(tx, session, buyer)
    if payment_method is not None:
        checkout_methods.require_taken(session, payment_method)
        payment_method = _with_billing(tx, payment_method, details)
    taxed = checkout_taxes.is_due(tx, session)
    if taxed:
        session = checkout_taxes.settled(tx, session, buyer)
        if known is not None and checkout_taxes.typed_counts(session, details):
            _update_customer(tx, session, buyer)
    bought = BY_MODE[session["mode"]](tx, session, payment_method, buyer)
    exempt = "none" if known is None else known["tax_exempt"]
    after = tx.put(
        session,
        **bought,
        **(checkout_taxes.billed(tx, session, bought) if taxed else {}),
        customer_details={**details, "tax_exempt": exempt, "tax_ids": checkout_buyer.shown_tax_ids(tx, session, buyer)},
        status="complete",
        url=None,
    )
    _update_customer(tx, session, buyer)
    if payment_method is not None:
        checkout_methods.redisplayed(tx, session, payment_method)
    if link is not None:
        _count(tx, link)
    tx.emit("checkout.session.completed", after, automatic=True)
    return after


def _update_customer(tx: Transaction, session: Object, buyer: Buyer) -> None:
    """Save what was typed with the customer the session was made for, as far as it was told to. [documented]"""
    shipping = (session["collected_information"] or {}).get("shipping_details")
    said = {**buyer.details, "name": checkout_buyer.name_of(buyer), "shipping": shipping}
    wanted = [name for name, how in session["_customer_update"].items() if how == "auto" and said[name]]
    if not wanted:
        return
    before = tx.read("customer", session["customer"])
    changes = {name: said[name] for name in wanted if said[name] != before.get(name)}
    if changes:
        tx.emit("customer.updated", tx.put(before, **changes), before=before)


def require_room(link: Object) -> None:
    """Refuse one more session of a link that has sold as often as it may. [documented; inferred: of open ones too]"""
    completed = (link.get("restrictions") or {}).get("completed_sessions")
    if completed and completed["count"] >= completed["limit"]:
        raise refusals.link_completed_too_often(link.id, completed["limit"])


def _count(tx: Transaction, link: Object) -> None:
    """One more session of a link that may have only so many. [documented]"""
    completed = (link["restrictions"] or {}).get("completed_sessions")
    if completed:
        tx.put(link, restrictions={"completed_sessions": {**completed, "count": completed["count"] + 1}})


def _typed(session: Object, customer: Object | None, method: Object | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the buyer: what was typed, else what the session and the card say."""
    billing: Mapping[str, Any] = method["billing_details"] if method is not None else {}
    email = customer["email"] if customer is not None else session["customer_email"]
    email = email or given.get("email") or session.get("_prefilled_email") or billing.get("email")
    if email is None and customer is None:
        raise errors.missing_parameter("email")
    said = {name: given.get(name) or billing.get(name) for name in ("address", "name", "phone")}
    if method is not None and not any((said["address"] or {}).values()):
        said["address"] = {"country": (method.get("card") or {}).get("country")}
    names = checkout_collected.names(session, given)
    return checkout_members.details(email=email, **said, **names)


def _with_billing(tx: Transaction, method: Object, typed: Mapping[str, Any]) -> Object:
    """A new card that knows what its owner typed; one that was saved before stays as it is."""
    if method["customer"] is not None:
        return method
    kept = method["billing_details"]
    said = {name: kept[name] or typed[name] for name in ("email", "name", "phone")}
    address = {**kept["address"], **(typed["address"] or {})}
    return tx.put(method, billing_details={**kept, **said, "address": address})
