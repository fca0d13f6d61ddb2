"""The items of a subscription: what is sold, how much of it, for which period. They live inside the subscription."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe import errors
from pinstripe.billing import pricing, proration, wording
from pinstripe.billing.periods import Period, period_at
from pinstripe.resources import invoice_items, plans, refusals
from pinstripe.resources.params import Params
from pinstripe.resources.prices import is_metered, rate
from pinstripe.resources.resource import merged_metadata, named, shaped
from pinstripe.world import Object, Transaction, frozen

MOST_ITEMS = 20
"""Items on one subscription. [documented]"""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What a request wants of one item: `id` None adds one."""

    params: Params
    id: str | None
    price: str | None
    quantity: int | None
    deleted: bool


def read_changes(rows: Sequence[Params]) -> list[ItemChange]:
    """The `items` of a request."""
    changes = []
    for row in rows:
        clear = row.get("clear_usage")
        if clear:
            raise errors.unsupported_parameter("items", row.name("clear_usage"))
        changes.append(
            ItemChange(
                params=row,
                id=row.get("id"),
                price=row.get("price"),
                quantity=row.get("quantity"),
                deleted=bool(row.get("deleted", False)),
            )
        )
    return changes


def new_item(
    tx: Transaction, subscription_id: str, change: ItemChange, *, anchor: int, now: int, currency: str | None = None
) -> Object:
    """An item that begins now; its period is the one of the anchor's that holds this moment."""
    if change.price is None:
        raise errors.missing_parameter(change.params.name("price"))
    price = usable_price(tx, change.price, change.params.name("price"), currency)
    recurring = price["recurring"]
    quantity = quantity_of(change, price)
    period = period_at(anchor, recurring["interval"], recurring["interval_count"], now)
    item: Object = frozen(
        {
            "id": tx.new_id("si"),
            "object": "subscription_item",
            "billing_thresholds": None,
            "created": now,
            "current_period_end": period.end,
            "current_period_start": max(period.start, now) if anchor > now else period.start,
            "discounts": [],
            "metadata": merged_metadata({}, change.params),
            "price": price.id,
            "quantity": quantity,
            "subscription": subscription_id,
            "tax_rates": [],
            "_counts_from": now,
            "_debits": [],
        }
    )
    return item


def usable_price(tx: Transaction, id_: str, param: str, currency: str | None) -> Object:
    """A price a subscription can bill."""
    price = named(tx, "price", id_, param)
    if price["type"] != "recurring":
        raise refusals.price_is_one_time(param)
    if not price["active"]:
        raise refusals.price_is_inactive(param)
    if currency is not None and price["currency"] != currency:
        raise refusals.mismatch("currency")
    return price


def quantity_of(change: ItemChange, price: Object) -> int | None:
    """How many, for licensed prices; a metered one has no quantity. [second-hand]"""
    if is_metered(price):
        if change.quantity is not None:
            raise refusals.quantity_on_metered(change.params.name("quantity"), change.params.at)
        return None
    quantity = 1 if change.quantity is None else change.quantity
    if quantity < 0:
        raise errors.too_small(change.params.name("quantity"), 0)
    return quantity


def require_one_interval(tx: Transaction, items: Sequence[Mapping[str, Any]]) -> None:
    """All items bill in the same rhythm; Stripe's flexible mode can mix, which is not modelled yet."""
    seen = set()
    for item in items:
        recurring = tx.read("price", item["price"])["recurring"]
        seen.add((recurring["interval"], recurring["interval_count"]))
    if len(seen) > 1:
        raise errors.unsupported_parameter("items", "items", ", if its prices have different intervals,")
    named_prices = [item["price"] for item in items]
    for price in named_prices:
        if named_prices.count(price) > 1:
            raise refusals.same_price_twice(price)


# --- changes in the middle of a period ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prorating:
    """How a change is billed: at which moment, under which subscription; `wanted` is false for `none`."""

    subscription: Object
    at: int
    wanted: bool


def apply_changes(
    tx: Transaction, subscription: Object, changes: Sequence[ItemChange], how: Prorating
) -> tuple[list[Object], list[Object]]:
    """The items after these changes, and the pending entries that prorate them: each credit before its debit."""
    items = {item["id"]: item for item in subscription["items"]}
    now = tx.now_of(subscription)
    anchor = subscription["billing_cycle_anchor"]
    entries: list[Object] = []
    for change in changes:
        old = items.get(change.id) if change.id else None
        if change.id and old is None:
            raise refusals.no_such_item(change.id, change.params.name("id"))
        if change.deleted:
            if old is None:
                raise errors.missing_parameter(change.params.name("id"))
            entries += credit(tx, old, how)
            del items[old["id"]]
        elif old is None:
            added = new_item(tx, subscription.id, change, anchor=anchor, now=now, currency=subscription["currency"])
            debits, added = debit(tx, added, how)
            entries += debits
            items[added["id"]] = added
        else:
            made, new = _changed(tx, subscription, old, change, how)
            entries += made
            items[new["id"]] = new
    if not items:
        raise refusals.last_item()
    if len(items) > MOST_ITEMS:
        raise refusals.too_many_items(MOST_ITEMS)
    require_one_interval(tx, list(items.values()))
    return list(items.values()), entries


def _changed(
    tx: Transaction, subscription: Object, old: Object, change: ItemChange, how: Prorating
) -> tuple[list[Object], Object]:
    """One item with another price or quantity."""
    old_price = tx.read("price", old["price"])
    price = old_price
    if change.price is not None and change.price != old["price"]:
        price = usable_price(tx, change.price, change.params.name("price"), subscription["currency"])
    if price is not old_price and (is_metered(price) or is_metered(old_price)):
        raise errors.unsupported_parameter("items", change.params.name("price"), " from or to a metered price")
    if is_metered(price):
        quantity = quantity_of(change, price)
    elif change.quantity is None and price is old_price:
        quantity = old["quantity"]
    else:
        quantity = quantity_of(change, price)  # a new price without a quantity starts at 1 again [documented]
    metadata = merged_metadata(old["metadata"], change.params)
    if price is old_price and quantity == old["quantity"]:
        return [], Object({**old, "metadata": frozen(metadata)})
    recurring = price["recurring"]
    now = tx.now_of(subscription)
    period = Period(old["current_period_start"], old["current_period_end"])
    if _rhythm(price) != _rhythm(old_price):
        period = period_at(
            subscription["billing_cycle_anchor"], recurring["interval"], recurring["interval_count"], now
        )
    new: Object = frozen(
        {
            **old,
            "current_period_end": period.end,
            "current_period_start": period.start,
            "metadata": metadata,
            "price": price.id,
            "quantity": quantity,
        }
    )
    if not how.wanted:
        return [], new
    credits_ = credit(tx, old, how)
    debits, new = debit(tx, new, how)
    return credits_ + debits, new


def _rhythm(price: Object) -> tuple[str, int]:
    """How often a price recurs."""
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def credit(tx: Transaction, item: Object, how: Prorating) -> list[Object]:
    """Pending entries that give back what was billed of an item and is not used up: one for each line it had."""
    price = tx.read("price", item["price"])
    if not how.wanted or is_metered(price):
        if is_metered(price):
            raise errors.unsupported_parameter("items", "items", " that takes away a metered price")
        return []
    entries = []
    for billed in item["_debits"]:
        period = Period(billed["start"], billed["end"])
        of = tx.read("price", billed["price"])
        product = tx.read("product", of["product"])
        entries.append(
            invoice_items.prorated(
                tx,
                how.subscription,
                item["id"],
                of,
                amount=proration.unused_credit(billed["amount"], period, how.at),
                description=wording.unused_time(product["name"], Decimal(billed["quantity"]), how.at),
                period=Period(how.at, period.end),
                quantity=billed["quantity"],
                credited=billed["line"],
                at=how.at,
            )
        )
    return entries


def debit(tx: Transaction, item: Object, how: Prorating) -> tuple[list[Object], Object]:
    """Pending entries that bill an item for the rest of its period, and the item that remembers it."""
    price = tx.read("price", item["price"])
    if not how.wanted or is_metered(price):
        return [], item
    product = tx.read("product", price["product"])
    period = Period(item["current_period_start"], item["current_period_end"])
    exact: Fraction = pricing.total(rate(price), Decimal(item["quantity"]))
    amount = proration.debit(exact, period, how.at)
    entry = invoice_items.prorated(
        tx,
        how.subscription,
        item["id"],
        price,
        amount=amount,
        description=wording.remaining_time(product["name"], Decimal(item["quantity"]), how.at),
        period=Period(how.at, period.end),
        quantity=item["quantity"],
        credited=None,
        at=how.at,
    )
    return [entry], remembering(item, [(amount, Period(how.at, period.end), {"entry": entry.id})])


def remembering(item: Object, billed: Sequence[tuple[int, Period, Mapping[str, str]]]) -> Object:
    """The item knowing what it was billed, which is what a later credit gives back. [documented for flexible mode]"""
    return Object(
        {
            **item,
            "_debits": frozen(
                [
                    {
                        "amount": amount,
                        "end": period.end,
                        "line": dict(line),
                        "price": item["price"],
                        "quantity": item["quantity"],
                        "start": period.start,
                    }
                    for amount, period, line in billed
                ]
            ),
        }
    )


# --- showing ---------------------------------------------------------------------------------------------------------


def show(tx: Transaction, item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as Stripe shows it: its price inline, its plan beside it, a quantity only if licensed."""
    price = tx.read("price", item["price"])
    members = {
        **item,
        "plan": shaped("plan", plans.plan_of(price)),
        "price": shaped("price", price),
    }
    if item["quantity"] is None:
        del members["quantity"]
    return shaped("subscription_item", members)
