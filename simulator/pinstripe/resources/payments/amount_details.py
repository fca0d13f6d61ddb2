"""What the amount of a payment is made of."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

LINE = "payment_intent_amount_details_line_item"


def members(call: Call, intent: str, before: Object | None = None) -> dict[str, Any]:
    """The `amount_details` after a request; unasked there is an empty tip. [recorded]"""
    known: dict[str, Any] = dict(before["amount_details"]) if before is not None else {"tip": {}}
    if "amount_details" not in call.params:
        return {"amount_details": known}
    given = call.params.hash("amount_details")
    known |= {name: value for name, value in given.pick("discount_amount").items() if value is not None}
    if given.peek("shipping"):
        said = given.hash("shipping").pick("amount", "from_postal_code", "to_postal_code")
        known["shipping"] = {"amount": None, "from_postal_code": None, "to_postal_code": None, **said}
    if given.peek("tax"):
        known["tax"] = given.hash("tax").pick("total_tax_amount")
    if "line_items" in given:
        _replace_lines(call.tx, intent, given)
    return {"amount_details": known}


def _replace_lines(tx: Transaction, intent: str, given: Params) -> None:
    """The lines are replaced as a whole. [documented]"""
    for line in tx.find(LINE, "intent", intent):
        tx.delete(line)
    for row in given.hashes("line_items"):
        tax = row.hash("tax").pick("total_tax_amount") if row.peek("tax") else None
        own = row.pick(
            "discount_amount",
            "payment_method_options",
            "product_code",
            "product_name",
            "quantity",
            "unit_cost",
            "unit_of_measure",
        )
        tx.new(LINE, {**own, "tax": tax, "_intent": intent})


def list_items(call: Call) -> Answer:
    """GET /v1/payment_intents/{intent}/amount_details_line_items."""
    intent = addressed(call, "payment_intent", param="intent")
    return Listing(call.tx.find(LINE, "intent", intent.id))


AMOUNT_LINES = Resource(Kind(LINE, "uli", indexes={"intent": by("_intent")}))
