"""What happens when a customer completes a Checkout Session: the buyer is known, the money comes, it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.selling import checkout_collected, checkout_members, checkout_paying
from pinstripe.world import Object, Transaction


def complete(
    tx: Transaction,
    session: Object,
    *,
    payment_method: Object | None,
    customer_details: Mapping[str, Any] | None = None,
) -> Object:
    """The session after its customer has paid with this card, or without one where nothing is due.

    `customer_details` are what the customer typed: email, name, phone, address, and shipping and custom_fields where
    the page asks for them. A card that is declined raises 402 and
    leaves the session open. [documented] The last event is checkout.session.completed, which names no request.
    [second-hand; inferred: its place after those of the subscription]
    """
    if session["status"] != "open":
        raise refusals.session_cannot_be_paid(session["status"])
    if payment_method is None and session["payment_method_collection"] == "always":
        raise errors.missing_parameter("payment_method")
    session = tx.put(session, **checkout_collected.collect(session, customer_details or {}))
    typed = _typed(tx, session, payment_method, customer_details or {})
    if payment_method is not None:
        payment_method = _with_billing(tx, payment_method, typed)
    bought = checkout_paying.BY_MODE[session["mode"]](tx, session, payment_method, typed)
    after = tx.put(
        session,
        **bought,
        customer_details={**typed, "tax_exempt": "none", "tax_ids": ()},
        status="complete",
        url=None,
    )
    _update_customer(tx, session, typed)
    if session["payment_link"] is not None:
        _count(tx, tx.read("payment_link", session["payment_link"]))
    tx.emit("checkout.session.completed", after, automatic=True)
    return after


def _update_customer(tx: Transaction, session: Object, typed: Mapping[str, Any]) -> None:
    """Save what was typed with the customer the session was made for, as far as it was told to. [documented]"""
    wanted = [name for name, how in session["_customer_update"].items() if how == "auto" and typed[name]]
    if wanted:
        before = tx.read("customer", session["customer"])
        customer = tx.put(before, **{name: typed[name] for name in wanted})
        tx.emit("customer.updated", customer, before=before)


def _count(tx: Transaction, link: Object) -> None:
    """One more session of a link that may have only so many. [documented]"""
    completed = (link["restrictions"] or {}).get("completed_sessions")
    if completed:
        tx.put(link, restrictions={"completed_sessions": {**completed, "count": completed["count"] + 1}})


def _typed(tx: Transaction, session: Object, method: Object | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the buyer: what was typed, else what the session and the card say."""
    billing: Mapping[str, Any] = method["billing_details"] if method is not None else {}
    customer = None if session["customer"] is None else tx.read("customer", session["customer"])
    email = customer["email"] if customer is not None else session["customer_email"]
    email = email or given.get("email") or billing.get("email")
    if email is None and customer is None:
        raise errors.missing_parameter("email")
    said = {name: given.get(name) or billing.get(name) for name in ("address", "name", "phone")}
    if method is not None and not any((said["address"] or {}).values()):
        said["address"] = {"country": (method.get("card") or {}).get("country")}
    return checkout_members.details(email=email, **said)


def _with_billing(tx: Transaction, method: Object, typed: Mapping[str, Any]) -> Object:
    """A new card that knows what its owner typed; one that was saved before stays as it is."""
    if method["customer"] is not None:
        return method
    kept = method["billing_details"]
    said = {name: kept[name] or typed[name] for name in ("email", "name", "phone")}
    address = {**kept["address"], **(typed["address"] or {})}
    return tx.put(method, billing_details={**kept, **said, "address": address})
