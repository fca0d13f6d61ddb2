"""The items of a subscription: what is sold, how much of it, for which period. They live inside the subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog import currency_options, plans, prices
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.discounts import applying, discounts, tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import merged_metadata, named, shaped
from pinstripe.resources.subscriptions import cycles, prorations
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.resources.taxes import automatic_tax
from pinstripe.resources.usage import shared_seconds, usage_records
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
    settled: bool = False
    """Agreed on before, by a schedule: a price that was archived since is sold after all. [inferred]"""
    offer: Object | None = None
    """The trial offer it begins with."""


def read_changes(rows: Sequence[Params], *, settled: bool = False) -> list[ItemChange]:
    """The `items` of a request, or of what was `settled` before."""
    changes = []
    for row in rows:
        clears = bool(row.get("clear_usage", False))
        if clears and not row.get("deleted", False):
            raise refusals.only_deleted_clears_usage(row.name("clear_usage"))
        if row.get("plan") and row.get("price"):  # of which a plan is the older name [inferred: the refusal]
            raise errors.only_one_parameter(["price", "plan"], row.name("plan"))
        changes.append(
            ItemChange(
                params=row,
                id=row.get("id"),
                price=row.get("price") or row.get("plan"),
                quantity=row.get("quantity"),
                deleted=bool(row.get("deleted", False)),
                settled=settled,
            )
        )
    return changes


def read_only_change(subscription: Object, params: Params) -> list[ItemChange]:
    """A change of a subscription's only item by `plan` and `quantity`, which versions before clover still take."""
    plan, quantity = params.get("plan"), params.get("quantity")
    if plan is None and quantity is None:
        return []
    if len(subscription["items"]) > 1:
        raise refusals.several_items("plan" if quantity is None else "quantity")
    return [ItemChange(params=params, id=subscription["items"][0]["id"], price=plan, quantity=quantity, deleted=False)]


def new_item(
    tx: Transaction,
    subscription_id: str,
    change: ItemChange,
    *,
    anchored: Mapping[str, Any],
    now: int,
    currency: str | None = None,
) -> Object:
    """An item that begins now; its period is the one of the anchor's that holds this moment, or the trial. [recorded]

    `anchored` has the subscription's anchor, its configuration, when it began and when a trial ends.
    """
    price = price_of(tx, change, currency)
    recurring = price["recurring"]
    quantity = quantity_of(change, price)
    period = cycles.until_canceled(anchored, cycles.period_at(anchored, recurring, now))
    trial_end = anchored.get("trial_end")
    if trial_end is not None and trial_end > now:
        period = Period(now, trial_end)
    begun = max(period.start, anchored["start_date"], trial_end or 0) if period.start < now else period.start
    item: Object = frozen(
        {
            "id": tx.new_id("si"),
            "object": "subscription_item",
            "billing_thresholds": threshold(change.params),
            "created": now,
            "current_period_end": period.end,
            "current_period_start": begun,
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


def threshold(params: Params) -> dict[str, int] | None:
    """How many units an item may use before they are invoiced; empty takes it away. [documented]"""
    given = params.hash("billing_thresholds")
    usage = given.get("usage_gte") if given else None
    if usage is None:
        return None
    if usage < 1:
        raise errors.too_small(given.name("usage_gte"), 1)
    return {"usage_gte": usage}


def price_of(tx: Transaction, change: ItemChange, currency: str | None) -> Object:
    """The price an item is to have: one that exists, or one made of `price_data`, not active. [inferred: not active]"""
    if change.price is not None:
        return usable_price(tx, change.price, change.params.name("price"), currency, archived=change.settled)
    data = change.params.hash("price_data")
    if not data:
        raise errors.missing_parameter(change.params.name("price"))
    product = named(tx, "product", data.get("product"), data.name("product"))
    price = tx.put(prices.make(tx, data, product), active=False)
    if currency is not None and currency not in currency_options.currencies(price):
        raise refusals.mismatch("currency")
    return price


def usable_price(tx: Transaction, id_: str, param: str, currency: str | None, *, archived: bool = False) -> Object:
    """A price a subscription can bill; one that is `archived` only where that was agreed on."""
    price = named(tx, "price", id_, param)
    if price["type"] != "recurring":
        raise refusals.price_is_one_time(param)
    if not (price["active"] or archived):
        raise refusals.price_is_inactive(param)
    if currency is not None and currency_options.in_currency(price, currency, bought=archived) is None:
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


def require_one_interval(
    tx: Transaction, items: Sequence[Mapping[str, Any]], *, classic: bool, beginning: bool = False
) -> None:
    """In classic mode all items bill in the same rhythm; in flexible each has periods of its own. [documented]

    These are multiples of the shortest; weeks are days, years are months, and neither is the other. [documented]
    """
    seen = set()
    for item in items:
        recurring = tx.read("price", item["price"])["recurring"]
        seen.add((recurring["interval"], recurring["interval_count"]))
    if classic and len(seen) > 1:
        raise refusals.mismatch("interval")
    if not _align(seen):
        raise refusals.intervals_do_not_align()
    named_prices = [item["price"] for item in items]
    for price in named_prices:
        if named_prices.count(price) > 1:
            raise refusals.same_price_twice(price, beginning=beginning)


def _align(rhythms: Iterable[tuple[str, int]]) -> bool:
    """Whether all of them are multiples of the shortest, which no month is of days. [documented]"""
    days = [count * (7 if interval == "week" else 1) for interval, count in rhythms if interval in ("day", "week")]
    months = [count * (12 if interval == "year" else 1) for interval, count in rhythms if interval in ("month", "year")]
    return not (days and months) and all(count % min(days or months) == 0 for count in days or months)


# --- changes in the middle of a period ------------------------------------------------------------------------------


def _to_the_last(
    tx: Transaction, item: Object, items: Iterable[Object], changes: Sequence[ItemChange], now: int
) -> Object:
    """A metered item that goes: its usage of this very second is billed too, unless another item will count that."""

    def meter_of(price: str | None) -> Any:
        """The meter that counts for a price, if one does."""
        found = None if price is None else tx.get("price", price)
        return None if found is None else (found["recurring"] or {}).get("meter")

    others = [other["price"] for other in items if other["id"] != item["id"]]
    named = [change.price for change in changes if not change.deleted]
    if meter_of(item["price"]) in {meter_of(price) for price in (*others, *named)} - {None}:
        return item
    return Object({**item, "_counts_until": now + 1})


def apply_changes(
    tx: Transaction, subscription: Object, changes: Sequence[ItemChange], how: Prorating
) -> tuple[list[Object], list[Object]]:
    """The items after these changes, and the pending entries that prorate them: each credit before its debit."""
    items = {item["id"]: item for item in subscription["items"]}
    now = tx.now_of(subscription)
    customer = tx.read("customer", subscription["customer"])
    entries: list[Object] = []
    for change in changes:
        old = items.get(change.id) if change.id else None
        if change.id and old is None:
            raise refusals.no_such_item(change.id, change.params.name("id"))
        if change.deleted:
            if old is None:
                raise errors.missing_parameter(change.params.name("id"))
            if not usage_records.forgotten(tx, subscription, old, change.params, settled=change.settled):
                entries += prorations.credit(tx, _to_the_last(tx, old, items.values(), changes, now), how)
            del items[old["id"]]
        elif old is None:
            added = new_item(
                tx, subscription.id, change, anchored=subscription, now=now, currency=subscription["currency"]
            )
            added = shared_seconds.going_on(tx, subscription, added, now)
            added = applying.to_item(tx, added, change.params, customer, now, subscription["currency"])
            debits, added = prorations.debit(tx, added, how)
            entries += debits
            items[added["id"]] = added
        else:
            old = applying.to_item(tx, old, change.params, customer, now, subscription["currency"])
            made, new = _changed(tx, subscription, old, change, how)
            entries += made
            items[new["id"]] = new
    if not items:
        raise refusals.last_item()
    if len(items) > MOST_ITEMS:
        raise refusals.too_many_items(MOST_ITEMS)
    classic = subscription["billing_mode"]["type"] == "classic"
    require_one_interval(tx, list(items.values()), classic=classic)
    automatic_tax.refuse_manual_items(subscription, items.values())
    return list(items.values()), entries


def _changed(
    tx: Transaction, subscription: Object, old: Object, change: ItemChange, how: Prorating
) -> tuple[list[Object], Object]:
    """One item with another price or quantity."""
    old_price = tx.read("price", old["price"])
    price = old_price
    if change.price not in (None, old["price"]) or "price_data" in change.params:
        price = price_of(tx, change, subscription["currency"])
    if is_metered(price):
        quantity = quantity_of(change, price)
    elif change.quantity is None and price is old_price:
        quantity = old["quantity"]
    else:
        quantity = quantity_of(change, price)  # a new price without a quantity starts at 1 again [documented]
    metadata = merged_metadata(old["metadata"], change.params)
    if "billing_thresholds" in change.params:
        old = Object({**old, "billing_thresholds": frozen(threshold(change.params))})
    if price is old_price and quantity == old["quantity"]:
        return [], Object({**old, "metadata": frozen(metadata)})
    recurring = price["recurring"]
    now = tx.now_of(subscription)
    period = Period(old["current_period_start"], old["current_period_end"])
    if rhythm(price) != rhythm(old_price) and subscription["status"] != "trialing" and not how.anew:
        period = cycles.until_canceled(subscription, cycles.period_at(subscription, recurring, now))
    new: Object = frozen(
        {
            **old,
            "current_period_end": period.end,
            "current_period_start": period.start,
            "metadata": metadata,
            "price": price.id,
            "quantity": quantity,
            **({"_billed_until": None} if how.wanted else {}),
            **({} if price is old_price else {"current_trial": None, "_transition": None}),
            **({"_billed_early": None, "_counts_from": now, "_debits": ()} if is_metered(price) else {}),
        }
    )
    credits_ = prorations.credit(tx, old, how)
    debits, new = prorations.debit(tx, new, how)
    return credits_ + debits, new


def rhythm(price: Object) -> tuple[str, int]:
    """How often a price recurs."""
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


# --- showing ---------------------------------------------------------------------------------------------------------


def show(tx: Transaction, item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as Stripe shows it: its price inline, its plan beside it, a quantity only if licensed."""
    price = tx.read("price", item["price"])
    members = {
        **item,
        "discounts": discounts.in_force(tx, item["discounts"]),
        "plan": shaped("plan", plans.plan_of(price)),
        "price": shaped("price", price),
        "tax_rates": tax_rates.shown(tx, item["tax_rates"]),
    }
    if item["quantity"] is None:
        del members["quantity"]
    return shaped("subscription_item", members)
