"""What a Checkout Session or a payment link sells: prices and how many, read from a request and shown as items.

They live inside their session; what each of them costs stands in checkout_totals.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import currency_options, custom_amounts, price_terms, prices, product_taxes
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.discounts import offered_discounts, tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import (
    Answer,
    Call,
    Include,
    Listing,
    Resource,
    merged_metadata,
    named,
    shaped,
)
from pinstripe.resources.selling import breakdowns, checkout_amounts
from pinstripe.world import Kind, Object, Transaction, frozen
from pinstripe.world.objects import changed

MOST_ADJUSTABLE = 99
"""How many a customer may choose unless the request says otherwise. [documented]"""
MOST_OPTIONAL = 10
"""Optional items of one session. [documented]"""
MOST_OF_A_KIND = 20
"""Recurring items where a subscription is sold, and as many others. [documented; inferred: the sentence]"""


def read(
    tx: Transaction,
    rows: Sequence[Params],
    mode: str,
    *,
    sold_again: bool = False,
    known: Sequence[Object] = (),
    currency: str | None = None,
) -> list[Object]:
    """The `line_items` of a request, as items that cost nothing yet; one currency, and prices that fit the mode.

    Prices are sold in the currency that is named, where they have it. A price that a row brings along can be sold by
    again only where that is said. A row may name one of the items known and say only what changes of it.
    """
    items: list[Object] = []
    for row in rows:
        before = _before(row, known)
        if before is not None and not ("price" in row or "price_data" in row):
            price = tx.read("price", before["price"])
        else:
            price = _price(tx, row, sold_again=sold_again)
        if currency is not None:
            price = currency_options.in_currency(price, currency.lower()) or price
            if price["currency"] != currency.lower():
                raise refusals.line_item_currency_differs(price["currency"], currency.lower(), row.at)
        if mode == "payment" and price["recurring"]:
            raise refusals.recurring_in_payment_mode(row.at)
        if items and price["currency"] != items[0]["currency"]:
            raise refusals.line_item_currency_differs(price["currency"], items[0]["currency"], row.at)
        chosen = checkout_amounts.of_row(row, rows, price, mode, before)
        items.append(changed(_item(tx, row, price, mode, before), chosen))
    if mode == "subscription":
        require_subscription(tx, items)
    return items


def require_subscription(tx: Transaction, items: Sequence[Object]) -> None:
    """A subscription is sold by prices of one rhythm, and not by too many."""
    recurring = [tx.read("price", item["price"])["recurring"] for item in items if recurs(tx, item)]
    if not recurring:
        raise refusals.recurring_needed()
    if max(len(recurring), len(items) - len(recurring)) > MOST_OF_A_KIND:
        raise errors.array_too_long("line_items", MOST_OF_A_KIND)
    if len({(row["interval"], row["interval_count"]) for row in recurring}) > 1:
        raise refusals.intervals_differ_at_checkout()


def recurs(tx: Transaction, item: Mapping[str, Any]) -> bool:
    """Whether an item's price is billed again and again."""
    return tx.read("price", item["price"])["recurring"] is not None


def _before(row: Params, known: Sequence[Object]) -> Object | None:
    """The item that a row names."""
    id_ = row.get("id")
    if id_ is None:
        return None
    found = next((item for item in known if item["id"] == id_), None)
    if found is None:
        raise errors.no_such("item", id_, param=row.name("id"))
    return found


def _item(tx: Transaction, row: Params, price: Object, mode: str, before: Object | None) -> Object:
    """One item of a session."""
    rates = tax_rates.chosen(tx, row, "tax_rates") if before is None or "tax_rates" in row else before["_tax_rates"]
    own = offered_discounts.read(row) if before is None or "discounts" in row else before.get("_discounts", ())
    bounds = (
        before["adjustable_quantity"] if before is not None and "adjustable_quantity" not in row else _adjustable(row)
    )
    item: Object = frozen(
        {
            "id": tx.new_id("li") if before is None else before["id"],
            "object": "item",
            "adjustable_quantity": bounds,
            "amount_discount": 0,
            "amount_subtotal": 0,
            "amount_tax": 0,
            "amount_total": 0,
            "currency": price["currency"],
            "description": tx.read("product", price["product"])["name"],
            "metadata": merged_metadata({} if before is None else before["metadata"], row),
            "price": price.id,
            "quantity": _quantity(row, price, mode, before),
            "_discounts": own,
            "_offers": () if before is None else before.get("_offers", ()),
            "_tax_rates": rates,
        }
    )
    return item


def requantified(item: Object, row: Params) -> Object:
    """An item after an update named it: another quantity, or other bounds to it."""
    quantity = row.get("quantity", item["quantity"])
    if "_chosen" in item:
        checkout_amounts.require_one(row, quantity)
        if row.peek("adjustable_quantity"):
            raise refusals.chosen_amount_with("specify", "adjustable_quantity", row.name("adjustable_quantity"))
    if quantity is not None and quantity < 1:
        raise errors.too_small(row.name("quantity"), 1)
    bounds = _adjustable(row) if "adjustable_quantity" in row else item["adjustable_quantity"]
    return changed(item, {"adjustable_quantity": bounds, "quantity": quantity})


def _quantity(row: Params, price: Object, mode: str, before: Object | None) -> int | None:
    """How many; usage decides it for a metered price. [second-hand; inferred: of what is quoted, one unless said]"""
    quantity: int | None = row.get("quantity")
    if quantity is None and not is_metered(price):
        usual = 1 if mode == "quote" else None
        quantity = usual if before is None or before["quantity"] is None else before["quantity"]
    if is_metered(price):
        if quantity is not None:
            raise refusals.quantity_on_metered(row.name("quantity"), row.at)
        return None
    if quantity is None:
        raise refusals.quantity_needed(row.at)
    if quantity < 1:
        raise errors.too_small(row.name("quantity"), 1)
    return quantity


def optional(call: Call, mode: str, currency: str | None) -> dict[str, Any]:
    """What the page offers beside what is sold anyway: `optional_items`, ten at most. [documented]

    A session that offers nothing does not have the member. [recorded]
    """
    if "optional_items" not in call.params:
        return {}
    rows = call.params.hashes("optional_items")
    if len(rows) > MOST_OPTIONAL:
        raise refusals.too_many_optional_items(MOST_OPTIONAL)
    offers = []
    for row in rows:
        price = _price(call.tx, row, sold_again=True)
        price = currency_options.in_currency(price, str(currency)) or price
        custom_amounts.require_said(price, row.name("price"))
        if mode == "payment" and price["recurring"]:
            raise refusals.recurring_in_payment_mode(row.at)
        if price["currency"] != currency:
            raise refusals.line_item_currency_differs(price["currency"], str(currency), row.at)
        quantity = _quantity(row, price, mode, None)
        offers.append({"adjustable_quantity": _adjustable(row), "price": price.id, "quantity": quantity})
    return {"optional_items": tuple(offers)}


def of_offer(tx: Transaction, offer: Mapping[str, Any], currency: str) -> Object:
    """The item that an optional one becomes once the customer has chosen it. [documented]"""
    price = tx.read("price", offer["price"])
    price = currency_options.in_currency(price, currency) or price
    item = _item(tx, Params({"quantity": offer["quantity"]}), price, "payment", None)
    return changed(item, {"adjustable_quantity": offer["adjustable_quantity"], "_optional": True})


def _adjustable(row: Params) -> dict[str, Any] | None:
    """Between which bounds the customer may change the quantity. [documented: 0 to 99]"""
    if "adjustable_quantity" not in row:
        return None
    given = row.hash("adjustable_quantity")
    enabled, least, most = given.get("enabled"), given.get("minimum"), given.get("maximum")
    if not enabled:
        return {"enabled": False, "maximum": most, "minimum": least}
    return {
        "enabled": True,
        "maximum": MOST_ADJUSTABLE if most is None else most,
        "minimum": 0 if least is None else least,
    }


def _price(tx: Transaction, row: Params, *, sold_again: bool) -> Object:
    """The price a row names, or the one it brings along."""
    if "price" in row and "price_data" in row:
        raise refusals.one_price_of(row.at)
    if "price_data" in row:
        return _inline(tx, row.hash("price_data"), active=sold_again)
    if "price" not in row:
        raise errors.missing_parameter(row.name("price"))
    price = named(tx, "price", row.get("price"), row.name("price"))
    if not price["active"]:
        raise refusals.price_is_inactive(row.name("price"))
    if not tx.read("product", price["product"])["active"]:
        raise refusals.product_is_inactive(price.id, row.name("price"))
    return price


def _inline(tx: Transaction, given: Params, *, active: bool) -> Object:
    """A price that comes along; a session's is not active, so that nobody else can sell by it. [second-hand]

    Its product is made along if need be, and no event tells of either. [inferred]
    """
    if "product" in given:
        product = named(tx, "product", given.get("product"), given.name("product"))
    elif "product_data" in given:
        data = given.hash("product_data")
        product = prices.new_product(
            tx,
            data.get("name"),
            active=active,
            metadata=merged_metadata({}, data),
            **data.pick("description", "images", "unit_label"),
            **product_taxes.members(data),
        )
    else:
        raise errors.missing_parameter(given.name("product"))
    recurring = price_terms.recurrence(tx, given.hash("recurring")) if "recurring" in given else None
    whole, exact = price_terms.amount_of(given, "unit_amount")
    if exact is None:
        raise errors.missing_parameter(given.name("unit_amount"))
    return prices.new_price(
        tx,
        product,
        given.get("currency").lower(),
        whole,
        exact,
        active=active,
        recurring=recurring,
        tax_behavior=given.get("tax_behavior") or "unspecified",
        type="recurring" if recurring else "one_time",
    )


# --- showing ---------------------------------------------------------------------------------------------------------


def show(tx: Transaction, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item with its price inside. [documented]"""
    return {**item, "price": shaped("price", tx.read("price", item["price"]))}


def listed(tx: Transaction, owner: Object, url: str) -> dict[str, Any]:
    """The first ten items of a session or a link, which show only when asked for; the list has no count."""
    items = owner["_items"]
    return {
        "object": "list",
        "data": [shaped("item", show(tx, item)) for item in items[:10]],
        "has_more": len(items) > 10,
        "url": url,
    }


def list_all(call: Call, owner: Object) -> Answer:
    """GET .../line_items, in the order they were given."""
    del call
    return Listing(list(owner["_items"]))


def ids(owner: Object) -> tuple[str, ...]:
    """The items of a session or a quote, which is found by them."""
    return tuple(item["id"] for item in owner["_items"])


def _owned(kept: Callable[[Transaction, Object, Mapping[str, Any]], Any]) -> Include:
    """A member of an item that shows when asked for, made from its owner and what the item keeps."""

    def include(tx: Transaction, item: Object) -> Any:
        """The member; none for what a payment link sells, which has no amounts of its own yet."""
        for kind in ("checkout.session", "quote"):
            for owner in tx.find(kind, "item", item.id):
                return kept(tx, owner, next(row for row in owner["_items"] if row["id"] == item.id))
        return []

    return include


ITEMS = Resource(
    Kind("item", "li"),
    view=show,
    includes={
        "discounts": _owned(breakdowns.discounts_of),
        "taxes": _owned(lambda tx, _, item: breakdowns.taxes_of(tx, item)),
    },
    inside=True,
)
