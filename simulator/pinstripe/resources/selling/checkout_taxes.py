"""Automatic tax of a Checkout Session: nothing is known before the buyer is, then everything is reckoned again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.resource import Call
from pinstripe.resources.selling import checkout_totals
from pinstripe.resources.selling.checkout_buyer import Buyer
from pinstripe.resources.taxes import automatic_tax, places
from pinstripe.world import Object, Transaction
from pinstripe.world.objects import changed


def asked(call: Call, customer: Object | None) -> dict[str, Any]:
    """The member of a new session. A customer has an address, or saves the one typed on the page. [documented]"""
    enabled = bool(automatic_tax.asked(call.tx, call.params, call.operation))
    saves = call.params.peek("customer_update") or {}
    saved = customer is not None and "auto" not in (saves.get("address"), saves.get("shipping"))
    if enabled and saved and customer is not None and places.of_customer(call.tx, customer) is None:
        raise refusals.checkout_needs_tax_address()
    return automatic_tax.member(enabled, automatic_tax.OF_OFFERS)


def status(tx: Transaction, session: Object) -> dict[str, Any]:
    """What a session that is not complete says of its tax: whether it is known who buys, and where. [documented]"""
    if not automatic_tax.wants(session):
        return {}
    customer = None if session["customer"] is None else tx.read("customer", session["customer"])
    known = customer is not None and places.of_customer(tx, customer) is not None
    return {
        "automatic_tax": {**session["automatic_tax"], "status": "complete" if known else "requires_location_inputs"}
    }


def is_due(tx: Transaction, session: Object) -> bool:
    """Whether this completion has to settle tax; a rehearsal does not."""
    return automatic_tax.wants(session) and not tx.quiet


def typed_counts(session: Object, details: Mapping[str, Any]) -> bool:
    """Whether the address on the page decides: a stranger's, or one that is saved with the customer. [documented]"""
    typed = _typed(session, details)
    if typed["shipping"] is not None:
        return places.of_address(typed["shipping"]["address"], "shipping_destination") is not None
    return places.of_address(typed["address"], "billing_address") is not None


def _typed(session: Object, details: Mapping[str, Any]) -> dict[str, Any]:
    """The addresses on the page that count, each null where it does not: a stranger's, or one that is saved."""
    said = {"address": details["address"], "shipping": (session["collected_information"] or {}).get("shipping_details")}
    if session["customer"] is None:
        return said
    saves = session["_customer_update"]
    return {name: value if saves.get(name) == "auto" else None for name, value in said.items()}


def settled(tx: Transaction, session: Object, buyer: Buyer) -> Object:
    """The session with its tax, now that it is known who buys; 400 where nobody can tell where. [inferred: the 400]"""
    known = checkout_totals.GUEST if session["customer"] is None else tx.read("customer", session["customer"])
    who = known
    if typed_counts(session, buyer.details):
        typed = _typed(session, buyer.details)
        who = changed(known, {name: value for name, value in typed.items() if value is not None})
    if session["customer"] is None:
        who = changed(who, {"_typed_tax_ids": [row["type"] for row in buyer.tax_ids]})
    if places.of_customer(tx, who) is None:
        raise refusals.tax_location_invalid()
    if session["mode"] != "payment":
        return session
    return tx.put(session, **checkout_totals.priced(tx, session, who))


def billed(tx: Transaction, session: Object, bought: Mapping[str, Any]) -> dict[str, Any]:
    """What a subscription's session came to, by its first invoice."""
    on = {"automatic_tax": {**session["automatic_tax"], "status": "complete"}}
    if session["mode"] != "subscription" or bought.get("invoice") is None:
        return on
    invoice = tx.read("invoice", bought["invoice"])
    return {**on, **checkout_totals.members(checkout_totals.by_invoice(session["_items"], invoice)), "_rehearsed": {}}
