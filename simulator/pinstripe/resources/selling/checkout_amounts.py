"""What a session costs whose customer chooses the amount: one item, once, at a price with `custom_unit_amount`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import currency_options, custom_amounts
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction
from pinstripe.world.objects import changed


def of_row(
    row: Params, rows: Sequence[Params], price: Object, mode: str, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What an item keeps of it: the amount chosen so far, which begins as what the price suggests.

    Nothing for other prices. It is the only item, in payment mode, and one of it; how many cannot be left to the
    customer. [documented; the sentence about the latter second-hand]
    """
    bounds = price["custom_unit_amount"]
    if bounds is None:
        return {}
    if mode != "payment":
        raise refusals.chosen_amount_outside_payments(price.id, row.at)
    if row.peek("adjustable_quantity"):
        raise refusals.chosen_amount_with("specify", "adjustable_quantity", row.name("adjustable_quantity"))
    if len(rows) > 1:
        raise refusals.chosen_amount_is_alone("line_items")
    require_one(row, row.peek("quantity"))
    if before is not None and before["price"] == price.id:
        return {"_chosen": before["_chosen"]}
    return {"_chosen": bounds["preset"]}


def require_one(row: Params, quantity: int | None) -> None:
    """One of it is sold, whatever it costs. [documented; inferred: the sentence]"""
    if quantity not in (None, 1):
        raise refusals.chosen_amount_is_alone(row.name("quantity"))


def is_chosen(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the customer chooses what something costs."""
    return any("_chosen" in item for item in items)


def refuse_beside(params: Params, items: Sequence[Mapping[str, Any]]) -> None:
    """What does not go with an amount that is chosen. [documented; the sentences about discounts second-hand]

    Adaptive pricing does not either. [second-hand; inferred: the sentence]
    """
    if not is_chosen(items):
        return
    if params.peek("discounts"):
        raise refusals.chosen_amount_with("enable", "discounts", "discounts")
    if params.peek("allow_promotion_codes"):
        raise refusals.chosen_amount_with("enable", "promotion codes", "allow_promotion_codes")
    if params.peek("optional_items"):
        raise refusals.chosen_amount_with("enable", "optional items", "optional_items")
    if (params.peek("adaptive_pricing") or {}).get("enabled"):
        raise refusals.chosen_amount_with("enable", "adaptive pricing", "adaptive_pricing")


def choose(tx: Transaction, session: Object, items: Sequence[Object], amount: int) -> list[Object]:
    """The items at the amount that the customer has typed, in minor units."""
    if not is_chosen(items):
        raise refusals.page_does_not_ask("amount")
    (item,) = items
    price = currency_options.in_currency(tx.read("price", item["price"]), session["currency"], bought=True)
    assert price is not None
    return [changed(item, {"_chosen": custom_amounts.within(price, amount, "amount")})]


def require_chosen(session: Object) -> None:
    """Nobody pays before there is an amount. [inferred: the sentence]"""
    if any(item.get("_chosen", 0) is None for item in session["_items"]):
        raise errors.missing_parameter("amount")


def settled(items: Sequence[Object]) -> tuple[Object, ...]:
    """The items as a rehearsal sells them, whether their amount is chosen yet or not."""
    return tuple(changed(item, {"_chosen": item["_chosen"] or 0}) if "_chosen" in item else item for item in items)
