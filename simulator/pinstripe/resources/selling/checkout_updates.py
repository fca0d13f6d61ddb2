"""What a server may change of an open Checkout Session, in answer to what its customer does.

A page of Stripe's own changes by its customer only. [documented]
"""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, merged_metadata
from pinstripe.resources.selling import (
    checkout_amounts,
    checkout_collected,
    checkout_completion,
    checkout_items,
    checkout_shipping,
)
from pinstripe.resources.selling.checkout_members import NOBODY
from pinstripe.world import Object

SALE = ("collected_information", "line_items", "payment_intent_data", "shipping_options")
"""Parameters about the sale, beside the metadata that can always be changed."""


def update(call: Call, session: Object) -> Answer:
    """POST /v1/checkout/sessions/{session}: its metadata, and what is sold on a page of the caller's own."""
    tx, params = call.tx, call.params
    asked = [name for name in SALE if name in params]
    session = tx.put(session, metadata=merged_metadata(session["metadata"], params))
    if not asked:
        return session
    if session["ui_mode"] == "hosted_page":
        raise refusals.not_in_ui_mode(asked[0], session["ui_mode"])
    if session["status"] != "open":
        raise refusals.session_cannot_be_updated(session["status"])
    if session["mode"] == "setup" or ("payment_intent_data" in asked and session["mode"] != "payment"):
        raise refusals.not_in_mode(asked[0], session["mode"])
    session = tx.put(session, **_items(call, session), **_collected(call, session), **_intent_data(call, session))
    if "shipping_options" in params:
        options = checkout_shipping.read(call, session["mode"], session["currency"])
        chosen = (session["shipping_cost"] or {}).get("shipping_rate")
        kept = [option for option in options if option["shipping_rate"] == chosen]
        session = tx.put(session, shipping_options=options, shipping_cost=checkout_shipping.cost(kept or options))
    return tx.put(session, **checkout_completion.priced(tx, session))


def _items(call: Call, session: Object) -> dict[str, Any]:
    """All items anew: those named by their id stay, those left out go. [documented]"""
    if "line_items" not in call.params:
        return {}
    rows = call.params.hashes("line_items")
    if not rows:
        raise errors.empty_parameter("line_items")
    currency = session["currency"]
    items = checkout_items.read(call.tx, rows, session["mode"], known=session["_items"], currency=currency)
    for item, row in zip(items, rows, strict=True):
        if item["currency"] != session["currency"]:
            raise refusals.line_item_currency_differs(item["currency"], session["currency"], row.at)
    offered = ("allow_promotion_codes", "discounts", "optional_items")
    checkout_amounts.refuse_beside(Params({name: session.get(name) for name in offered}), items)
    return {"_items": tuple(items)}


def _collected(call: Call, session: Object) -> dict[str, Any]:
    """Where the goods go, as the caller's own page has asked. [documented]"""
    given = call.params.hash("collected_information").get("shipping_details")
    if given is None:
        return {}
    sent = checkout_collected.shipping_details(given)
    return {"collected_information": {**NOBODY, **(session["collected_information"] or {}), "shipping_details": sent}}


def _intent_data(call: Call, session: Object) -> dict[str, Any]:
    """What the payment intent will say; what is unset is said no more."""
    if "payment_intent_data" not in call.params:
        return {}
    data = {**session["_payment_intent_data"], **(call.params.get("payment_intent_data") or {})}
    return {"_payment_intent_data": {name: value for name, value in data.items() if value is not None}}
