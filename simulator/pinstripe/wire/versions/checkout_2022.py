"""Checkout Sessions before 2022-08-01: items that are no prices yet, and a payment intent from the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from pinstripe.errors import StripeError
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Rung, with_fields
from pinstripe_contracts.types import Enum, Hash

CREATE = "POST /v1/checkout/sessions"
ITEM = ("amount", "currency", "name", "description", "images")
"""What an item said that was no price."""
NO_ITEMS = (
    "You cannot use `line_items.amount`, `line_items.currency`, `line_items.name`, `line_items.description`, or "
    "`line_items.images` in this API version. Please use `line_items.price` or `line_items.price_data`. Please see "
    "https://stripe.com/docs/payments/checkout/migrating-prices for more information."
)
SINCE = "2022-08-01"
AT_ONCE = "_intent_at_once"
"""What tells the rule that the intent is wanted when the session is made."""


class SellPrices(Rung):
    """What a session sells are prices; before, an item could say its name and amount, and plans stood apart.

    So could the mode be left out, which prices need. [documented: changelog of 2022-08-01; of the mode and
    `subscription_data[items]`, the SDKs of the time]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Each item with a price, and the mode that they have."""
        data = params.get("subscription_data", {})
        if operation != CREATE or not isinstance(data, dict):
            return params
        given, plans = _rows(params.get("line_items")), _rows(data.get("items"))
        rows = [_priced(row) if _has_amount(row) else row for row in given]
        rows += [{"quantity": "1", **_renamed(row)} for row in plans if isinstance(row, dict)]
        if rows == given:
            return params
        kept = {key: value for key, value in data.items() if key != "items"}
        others = {key: value for key, value in params.items() if key != "subscription_data"}
        mode = "subscription" if plans else "payment"
        return {"mode": mode, **others, **({"subscription_data": kept} if kept else {}), "line_items": rows}


class SayDiscountsAndShippingInFull(Rung):
    """Discounts and ways of sending are lists of hashes; before, the id of a coupon, and a list of ids.

    [documented: changelog of 2022-08-01]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """The same in today's words."""
        if operation != CREATE:
            return params
        data = params.get("subscription_data")
        if isinstance(data, dict) and "coupon" in data:
            kept = {key: value for key, value in data.items() if key != "coupon"}
            params = {**params, "discounts": [{"coupon": data["coupon"]}], "subscription_data": kept}
        rates = params.get("shipping_rates")
        if not isinstance(rates, list | dict):
            return params
        ids = list(rates.values()) if isinstance(rates, dict) else rates
        others = {key: value for key, value in params.items() if key != "shipping_rates"}
        return {**others, "shipping_options": [{"shipping_rate": id_} for id_ in ids]}


class MakeCustomersIfRequired(Rung):
    """A payment makes a customer where one is needed; before, always, unless the request said otherwise.

    [documented: changelog of 2022-08-01]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Always, where nothing is said and nobody is known."""
        named = "customer" in params or "customer_creation" in params
        if operation != CREATE or params.get("mode") != "payment" or named:
            return params
        return {**params, "customer_creation": "always"}


class MakeTheIntentWhenItIsPaid(Rung):
    """A payment's session has its intent once it is confirmed; before, from the beginning.

    [documented: changelog of 2022-08-01]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Ask for it at once."""
        if operation != CREATE or params.get("mode") != "payment":
            return params
        return {**params, AT_ONCE: "true"}

    def carried(self, operation: str, params: Hash) -> Hash:
        """Let that through to the rule."""
        return with_fields(params, (), {AT_ONCE: Enum(("true",))}) if operation == CREATE else params


RUNGS: tuple[Rung, ...] = (
    MakeTheIntentWhenItIsPaid(),
    MakeCustomersIfRequired(),
    SayDiscountsAndShippingInFull(),
    SellPrices(),
)
"""The last is climbed first, because it says the mode."""


def refuse_amounts(operation: str, params: Mapping[str, Tree]) -> None:
    """Since then, an item that says its name or amount has a refusal of its own. [second-hand: the sentence]"""
    rows = _rows(params.get("line_items")) if operation == CREATE else ()
    if any(isinstance(row, dict) and not row.keys().isdisjoint(ITEM) for row in rows):
        raise StripeError(NO_ITEMS)


def _rows(given: Tree | None) -> list[Tree]:
    """A list as requests write it, by its places or not."""
    if isinstance(given, dict):
        return list(given.values())
    return given if isinstance(given, list) else []


def _has_amount(row: Tree) -> TypeGuard[dict[str, Tree]]:
    """Whether an item says what it costs."""
    return isinstance(row, dict) and not {"price", "price_data"} & row.keys() and bool({"amount", "name"} & row.keys())


def _priced(row: dict[str, Tree]) -> Tree:
    """An item with a price in place of its name and amount."""
    product: dict[str, Tree] = {name: row[name] for name in ("name", "description", "images") if name in row}
    price: dict[str, Tree] = {"product_data": product}
    price |= {known: row[name] for name, known in (("amount", "unit_amount"), ("currency", "currency")) if name in row}
    return {**{key: value for key, value in row.items() if key not in ITEM}, "price_data": price}


def _renamed(row: dict[str, Tree]) -> dict[str, Tree]:
    """An item of a plan as one of a price."""
    return {"price" if key == "plan" else key: value for key, value in row.items()}
