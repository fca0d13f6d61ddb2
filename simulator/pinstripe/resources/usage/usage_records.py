"""Usage records: what a metered item without a meter has used, as it was reported before basil.

Such prices can only be made by requests of a version before 2025-03-31.basil; what they bill goes on being billed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, Resource
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def is_legacy(price: Mapping[str, Any]) -> bool:
    """Whether usage decides what is billed, and no meter counts it."""
    recurring = price["recurring"]
    return bool(recurring) and recurring["usage_type"] == "metered" and recurring["meter"] is None


def require_none(tx: Transaction, items: Iterable[Mapping[str, Any]]) -> None:
    """Records are not billed in flexible mode. [documented]"""
    if any(is_legacy(tx.read("price", item["price"])) for item in items):
        raise refusals.flexible_has_no_records("billing_mode[type]")


def require_sellable(
    call: Call, rows: Iterable[Params], known: Iterable[str] = (), *, beside: Mapping[str, Any] | None = None
) -> None:
    """Since basil a price that counts records is not sold, quoted or previewed, but for those `known` already.

    [documented; inferred: that Checkout and payment links refuse it alike] Requests of an older version say by a
    parameter of our own that they know no better; they are refused where what it stands `beside` is billed flexibly.
    """
    knows_no_better = call.params.get("_sells_records") is not None
    is_flexible = beside is not None and beside["billing_mode"]["type"] == "flexible"
    if knows_no_better and not is_flexible:
        return
    for row in rows:
        named = row.peek("price") or row.peek("plan")
        price = None if named is None or named in known else call.tx.get("price", named)
        if price is not None and is_legacy(price):
            name = row.name("price")
            raise refusals.flexible_has_no_records(name) if knows_no_better else refusals.metered_needs_meter(name)


def forgotten(tx: Transaction, subscription: Object, item: Mapping[str, Any], change: Params, *, settled: bool) -> bool:
    """Whether an item that goes takes its usage along unbilled, which has to be said; a meter's stays. [documented]

    A schedule, by which all is `settled`, cannot say it and does it all the same. [inferred] In flexible billing mode
    nothing may be said. [second-hand]
    """
    price = tx.read("price", item["price"])
    if change.peek("clear_usage") and subscription["billing_mode"]["type"] == "flexible":
        raise refusals.flexible_clears_no_usage()
    if not is_legacy(price):
        is_counted = bool(price["recurring"]) and price["recurring"]["meter"] is not None
        if change.get("clear_usage") and not is_counted:
            raise refusals.only_deleted_clears_usage(change.name("clear_usage"))
        return False
    if not (change.get("clear_usage") or settled):
        raise refusals.usage_must_be_cleared(str(item["id"]))
    return True


def used(tx: Transaction, item: Mapping[str, Any], price: Mapping[str, Any], period: Period) -> Decimal:
    """What an item has used in a period, summed up as its price says; `last_ever` looks back before it. [documented]"""
    how = price["recurring"]["_aggregate_usage"]
    at = quantities(tx.find("usage_record", "subscription_item", str(item["id"])))
    within = {when: amount for when, amount in at.items() if period.start <= when < period.end}
    match how:
        case "last_ever":
            before = [when for when in at if when < period.end]
            return Decimal(at[max(before)] if before else 0)
        case "last_during_period":
            return Decimal(within[max(within)] if within else 0)
        case "max":
            return Decimal(max(within.values(), default=0))
    return Decimal(sum(within.values()))


def quantities(records: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """The quantity at each moment: a record adds to what is there, or sets it. [documented]"""
    at: dict[int, int] = {}
    for record in records:
        when = record["timestamp"]
        at[when] = record["quantity"] if record["_sets"] else at.get(when, 0) + record["quantity"]
    return at


USAGE_RECORDS = Resource(
    Kind("usage_record", "mbur", indexes={"subscription_item": by("subscription_item")}),
)
