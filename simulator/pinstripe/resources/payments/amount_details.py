"""What the amount of a payment is made of, and what it is called in the books of both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, list_object, shaped
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

LINE = "payment_intent_amount_details_line_item"
MOST_LINES = 200
"""How many lines a payment has at most. [documented]"""
OF_LINES = (
    "discount_amount",
    "payment_method_options",
    "product_code",
    "product_name",
    "quantity",
    "unit_cost",
    "unit_of_measure",
)
MISMATCH = "amount_details_amount_mismatch"
TOO_MUCH = "amount_details_tax_shipping_discount_greater_than_amount"


def members(call: Call, intent: str, amount: int, before: Object | None = None) -> dict[str, Any]:
    """The `amount_details` after a request about so much money; unasked there is an empty tip. [recorded]

    They have to add up, or the request is refused; one that says so goes on, and the answer tells of it. [documented]
    """
    known: dict[str, Any] = dict(before["amount_details"]) if before is not None else {"tip": {}}
    if not call.params.peek("amount_details"):
        call.params.get("amount_details")
        return {"amount_details": known}
    given = call.params.hash("amount_details")
    known.pop("error", None)
    if "discount_amount" in given:
        known["discount_amount"] = given.get("discount_amount")
    if "shipping" in given:
        parts = ("amount", "from_postal_code", "to_postal_code")
        said = given.hash("shipping").pick(*parts)
        known["shipping"] = {**dict.fromkeys(parts), **said} if said else None
    if "tax" in given:
        known["tax"] = given.hash("tax").pick("total_tax_amount") or None
    if "line_items" in given:
        _replace_lines(call.tx, intent, given)
    known = {name: value for name, value in known.items() if value is not None}
    lines = call.tx.find(LINE, "intent", intent)
    _refuse_twice(known, lines)
    code = _wrong(known, lines, amount)
    strict = given.get("enforce_arithmetic_validation", True)
    if code is not None and strict:
        raise refusals.amount_details_wrong(code)
    if code is not None:
        known["error"] = {"code": code, "message": refusals.AMOUNT_DETAILS[code]}
    return {"amount_details": known}


def _refuse_twice(known: dict[str, Any], lines: Sequence[Object]) -> None:
    """A discount, or a tax, is of the whole or of its lines. [documented; inferred: the sentence]"""
    if "discount_amount" in known and any(line.get("discount_amount") is not None for line in lines):
        names = ["amount_details[discount_amount]", "amount_details[line_items][#][discount_amount]"]
        raise errors.only_one_parameter(names, names[0])
    if "tax" in known and any(line["tax"] is not None for line in lines):
        names = ["amount_details[tax][total_tax_amount]", "amount_details[line_items][#][tax][total_tax_amount]"]
        raise errors.only_one_parameter(names, names[0])


def _wrong(known: dict[str, Any], lines: Sequence[Object], amount: int) -> str | None:
    """The code of what does not add up: lines less discounts, with taxes and shipping, are the amount. [documented]

    Without lines the other three must not be more than it. [documented: the code; inferred: when]
    """
    discount = (known.get("discount_amount") or 0) + sum(line.get("discount_amount") or 0 for line in lines)
    tax = ((known.get("tax") or {}).get("total_tax_amount") or 0) + sum(
        (line["tax"] or {}).get("total_tax_amount") or 0 for line in lines
    )
    shipping = (known.get("shipping") or {}).get("amount") or 0
    if not lines:
        return TOO_MUCH if tax + shipping + discount > amount else None
    goods = sum(line["unit_cost"] * line["quantity"] for line in lines)
    return None if goods - discount + tax + shipping == amount else MISMATCH


def _replace_lines(tx: Transaction, intent: str, given: Params) -> None:
    """The lines are replaced as a whole. [documented]"""
    rows = given.hashes("line_items")
    if len(rows) > MOST_LINES:
        raise errors.array_too_long("amount_details[line_items]", MOST_LINES)
    for line in tx.find(LINE, "intent", intent):
        tx.delete(line)
    for row in rows:
        tax = row.hash("tax").pick("total_tax_amount") if row.peek("tax") else None
        tx.new(LINE, {**row.pick(*OF_LINES), "tax": tax, "_intent": intent})


def payment_details(params: Params) -> dict[str, Any]:
    """What the payment is called in the books of both sides; absent unless somebody said so. [recorded]"""
    if "payment_details" not in params:
        return {}
    said = params.hash("payment_details")
    names = ("customer_reference", "order_reference")
    return {"payment_details": {**dict.fromkeys(names), **said.pick(*names)}}


def list_items(call: Call) -> Answer:
    """GET /v1/payment_intents/{intent}/amount_details_line_items."""
    intent = addressed(call, "payment_intent", param="intent")
    return Listing(call.tx.find(LINE, "intent", intent.id))


def included(tx: Transaction, intent: Object) -> dict[str, Any]:
    """The lines inside an intent, which shows them only when asked to. [documented]"""
    rows = [shaped(LINE, line) for line in tx.find(LINE, "intent", intent.id)]
    return list_object(f"/v1/payment_intents/{intent.id}/amount_details_line_items", rows)


AMOUNT_LINES = Resource(Kind(LINE, "uli", indexes={"intent": by("_intent")}))
