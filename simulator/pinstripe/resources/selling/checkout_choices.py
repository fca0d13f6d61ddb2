"""What a customer chooses on a Checkout Session's page before paying: how many, how much, what else, a code.

A choice changes the session at once, and what it costs. [inferred: that the API shows it before the payment]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.discounts import promotion_codes
from pinstripe.resources.selling import checkout_amounts, checkout_completion, checkout_items, checkout_shipping
from pinstripe.world import Object, Transaction
from pinstripe.world.objects import changed

NAMES = ("amount", "optional_items", "promotion_code", "quantities", "shipping_rate")
"""What can be chosen."""


def choose(tx: Transaction, session: Object, given: Mapping[str, Any]) -> Object:
    """The session with what its customer has chosen, and with what it costs now.

    `quantities` are how many of each line item, and `optional_items` how many of each of those, by price; 0 takes one
    away. `amount` is what is paid where that is the customer's to say, in minor units. `promotion_code` is what was
    typed, and an empty one takes it away. `shipping_rate` is one of those offered.
    """
    if session["status"] != "open":
        raise refusals.session_cannot_be_paid(session["status"])
    items = list(session["_items"])
    if given.get("amount") not in (None, ""):
        items = checkout_amounts.choose(tx, session, items, _count("amount", given["amount"]))
    for id_, quantity in (given.get("quantities") or {}).items():
        items = _requantified(items, id_, _count(f"quantities[{id_}]", quantity))
    for price, quantity in (given.get("optional_items") or {}).items():
        items = _with_optional(tx, session, items, price, _count(f"optional_items[{price}]", quantity))
    if not items:
        raise refusals.last_item_stays()
    if session["mode"] == "subscription":
        checkout_items.require_subscription(tx, items)
    changes: dict[str, Any] = {"_items": tuple(items)}
    if "promotion_code" in given:
        changes |= _code(tx, session, given["promotion_code"] or "")
    if given.get("shipping_rate"):
        changes["shipping_cost"] = _shipping(session, given["shipping_rate"])
    session = tx.put(session, **changes)
    return tx.put(session, **checkout_completion.priced(tx, session))


def _count(name: str, value: Any) -> int:
    """How many, which a page sends as text."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise errors.invalid_integer(name, str(value))


def _requantified(items: list[Object], id_: str, quantity: int) -> list[Object]:
    """The items with another quantity of one; none of it takes it off the list. [documented]"""
    name = f"quantities[{id_}]"
    item = next((item for item in items if item["id"] == id_), None)
    if item is None:
        raise errors.no_such("item", id_, param=name)
    bounds = item["adjustable_quantity"] or {}
    if quantity == item["quantity"]:
        return items
    if not bounds.get("enabled"):
        raise refusals.quantity_is_fixed(name)
    return _within(items, item, quantity, bounds, name)


def _within(
    items: list[Object], item: Object, quantity: int, bounds: Mapping[str, Any], name: str, least: int = 0
) -> list[Object]:
    """The items with one of them at a quantity that its bounds allow."""
    least = max(least, bounds.get("minimum") or 0)
    if quantity < least:
        raise errors.too_small(name, least)
    if quantity > bounds["maximum"]:
        raise errors.too_large(name, bounds["maximum"], quantity)
    kept = [changed(row, {"quantity": quantity}) if row["id"] == item["id"] else row for row in items]
    return [row for row in kept if row["quantity"] != 0]


def _with_optional(tx: Transaction, session: Object, items: list[Object], price: str, quantity: int) -> list[Object]:
    """The items with an optional one added, changed or taken away, which is always possible. [documented]"""
    name = f"optional_items[{price}]"
    offer = next((offer for offer in session.get("optional_items") or () if offer["price"] == price), None)
    if offer is None:
        raise errors.no_such("price", price, param=name)
    taken = next((item for item in items if item["price"] == price and item.get("_optional")), None)
    if quantity == 0:
        return [item for item in items if item is not taken]
    bounds = offer["adjustable_quantity"] or {}
    if not bounds.get("enabled"):
        bounds = {"maximum": offer["quantity"], "minimum": offer["quantity"]}
    if taken is None:
        taken = checkout_items.of_offer(tx, offer, session["currency"])
        items = [*items, taken]
    return _within(items, taken, quantity, bounds, name, least=1)


def _code(tx: Transaction, session: Object, typed: str) -> dict[str, Any]:
    """The discount that a typed code gives; whether it may be redeemed is seen when the sale is rehearsed."""
    if not session.get("allow_promotion_codes"):
        raise refusals.page_does_not_ask("promotion_code")
    if not typed.strip():
        return {"discounts": (), "_discounts": ()}
    found = [
        promo
        for promo in tx.find("promotion_code", "code", typed.strip().lower())
        if promotion_codes.is_active(tx, promo) and promo["customer"] in (None, session["customer"])
    ]
    if not found:
        raise refusals.page_code_is_invalid()
    discount = {"promotion_code": found[-1].id}
    return {"discounts": ({"coupon": None, **discount},), "_discounts": (discount,)}


def _shipping(session: Object, rate: str) -> dict[str, Any] | None:
    """What sending it by another of the offered ways costs."""
    offered = [option for option in session["shipping_options"] if option["shipping_rate"] == rate]
    if not offered:
        raise errors.no_such("shipping rate", rate, param="shipping_rate")
    return checkout_shipping.cost(offered)
