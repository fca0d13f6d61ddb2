"""Periods that are billed before they begin: `billing_schedules` say of which prices, and until when. [documented]

Each period that lies ahead is a pending entry, and the last may be a part of one. [inferred: one for each] They come
along on the first invoice, on one at once, or on the next renewal's. [documented; inferred: the first] A period that
was billed has no line when it begins, and where nothing else is due then, there is no invoice. [inferred]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period, boundary
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import invoice_items, invoice_lines
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import cycles, prorations
from pinstripe.resources.subscriptions.prorations import Billed
from pinstripe.world import Object, Transaction, frozen

NAME = "billing_schedules"
MOST_CYCLES = 50
"""Periods of all items together that may be billed before they begin, the current ones counted. [documented]"""


def wanted(tx: Transaction, params: Params, subscription: Object) -> Object:
    """The subscription with the schedules that a request names; one that is known by its key keeps what is not said."""
    rows = params.hashes(NAME)
    known = {row["key"]: row for row in subscription[NAME]}
    now = tx.now_of(subscription)
    if rows and subscription["billing_mode"]["type"] != "flexible":
        raise refusals.prebilling_needs_flexible(params.name(NAME))
    if rows and subscription.get("schedule") is not None:
        raise refusals.prebilling_without_schedule(params.name(NAME))
    if rows and subscription["status"] == "trialing":
        raise errors.unsupported_parameter("a subscription", NAME, " on trial")
    made = [_schedule(tx, row, known.get(row.peek("key")), subscription, now) for row in rows]
    keys = [row["key"] for row in made]
    if len(keys) != len(set(keys)):
        raise refusals.billing_schedule_keys_repeat(params.name(NAME))
    if rows and params.peek("proration_behavior") == "none":
        raise errors.unsupported_parameter("a subscription", NAME, " without prorations")
    subscription = tx.put(subscription, billing_schedules=frozen(made))
    _require_fit(tx, params, subscription)
    return subscription


def _schedule(
    tx: Transaction, row: Params, known: Mapping[str, Any] | None, subscription: Object, now: int
) -> dict[str, Any]:
    """One schedule as Stripe shows it."""
    until = None if known is None else known["bill_until"]
    if "bill_until" in row or until is None:
        until = _until(row, now)
    if subscription["cancel_at"] is not None and until["computed_timestamp"] > subscription["cancel_at"]:
        raise refusals.prebilled_beyond_cancellation(row.name("bill_until"))
    applies = None if known is None else known["applies_to"]
    if "applies_to" in row:
        applies = [_applied(tx, one, subscription) for one in row.hashes("applies_to")] or None
    return {"applies_to": applies, "bill_until": until, "key": row.get("key") or tx.new_id("bs")}


def _until(row: Params, now: int) -> dict[str, Any]:
    """The end of what is billed: a moment, or a duration from now on. [documented] Five years ahead at most."""
    given = row.hash("bill_until")
    kind = given.get("type")
    if kind is None:
        raise errors.missing_parameter(row.name("bill_until"))
    if kind not in given:
        raise errors.missing_parameter(given.name(kind))
    if kind == "timestamp":
        at = cycles.require_future(given, "timestamp", now)
        return {"computed_timestamp": at, "duration": None, "timestamp": at, "type": kind}
    length = given.hash("duration")
    interval, count = length.get("interval"), length.get("interval_count")
    if count is not None and count < 1:
        raise errors.too_small(length.name("interval_count"), 1)
    at = boundary(now, interval, count or 1, 1)
    cycles.require_future(Params({"duration": at}, given.at), "duration", now)
    duration = {"interval": interval, "interval_count": count}
    return {"computed_timestamp": at, "duration": duration, "timestamp": None, "type": kind}


def _applied(tx: Transaction, given: Params, subscription: Object) -> dict[str, Any]:
    """A price of the subscription that is paid in advance. [documented: not a metered one]"""
    given.get("type")
    id_ = given.get("price")
    if id_ is None:
        raise errors.missing_parameter(given.name("price"))
    if id_ not in {item["price"] for item in subscription["items"]}:
        raise errors.no_such("price", id_, param=given.name("price"))
    if is_metered(tx.read("price", id_)):
        raise refusals.prebilled_price_is_metered(given.name("price"))
    return {"price": id_, "type": "price"}


def _require_fit(tx: Transaction, params: Params, subscription: Object) -> None:
    """What is billed ahead reaches beyond the current periods, and not too far. [documented; sentences inferred]"""
    require_coupons(tx, subscription)
    cycles_ahead = 0
    for row in subscription[NAME]:
        items = list(_items(tx, subscription, row))
        until = row["bill_until"]["computed_timestamp"]
        if not items or any(item["current_period_end"] > until for item in items):
            raise refusals.prebilled_too_short(params.name(NAME))
        cycles_ahead += sum(1 + len(list(_ahead(tx, subscription, item, until, anew=True))) for item in items)
    if cycles_ahead > MOST_CYCLES:
        raise refusals.prebilled_too_far(MOST_CYCLES, params.name(NAME))


def require_coupons(tx: Transaction, subscription: Object) -> None:
    """Only percentages that last for ever or count once go with it. [documented; sentence inferred]"""
    if not subscription[NAME]:
        return
    for id_ in (*subscription["discounts"], *(id_ for item in subscription["items"] for id_ in item["discounts"])):
        discount = tx.read("discount", id_)
        if discount["_percent_off"] is None or not (discount["_for_ever"] or discount["_once"]):
            raise refusals.prebilled_coupon("discounts")


def _items(tx: Transaction, subscription: Object, row: Mapping[str, Any]) -> Iterator[Object]:
    """The items a schedule is of: those named, or all paid in advance whose period ends until then. [documented]"""
    named = None if row["applies_to"] is None else {one["price"] for one in row["applies_to"]}
    for item in subscription["items"]:
        ends = item["current_period_end"] <= row["bill_until"]["computed_timestamp"]
        applies = ends if named is None else item["price"] in named
        if applies and not is_metered(tx.read("price", item["price"])):
            yield item


def _ahead(
    tx: Transaction, subscription: Object, item: Object, until: int, *, anew: bool = False
) -> Iterator[tuple[Period, Fraction]]:
    """The periods of an item that lie ahead and are not billed yet, with how much of a whole one each is."""
    start = item["current_period_end"] if anew else max(item["current_period_end"], item.get("_billed_until") or 0)
    recurring = tx.read("price", item["price"])["recurring"]
    while start < until:
        whole = cycles.period_at(subscription, recurring, start)
        period = Period(start, min(whole.end, until))
        yield period, Fraction(period.seconds, whole.seconds)
        start = whole.end


def bill(tx: Transaction, subscription: Object) -> tuple[Object, list[Object]]:
    """The subscription that knows what it was billed ahead, and the pending entries that do it."""
    entries: list[Object] = []
    items = []
    for item in subscription["items"]:
        rows = [
            row for row in subscription[NAME] if any(one["id"] == item["id"] for one in _items(tx, subscription, row))
        ]
        until = max((row["bill_until"]["computed_timestamp"] for row in rows), default=0)
        billed = []
        for period, part in _ahead(tx, subscription, item, until):
            for line in invoice_lines.of_item(tx, subscription, item, period, part=part):
                entry = _entry(tx, subscription, item, line, period)
                entries.append(entry)
                billed.append(Billed(entry["amount"], period, {"entry": entry.id}))
        known = prorations.remembering(item, billed)
        more = {"_billed_until": until, "_debits": (*item["_debits"], *known["_debits"])} if billed else {}
        items.append(Object({**item, **more}))
    return tx.put(subscription, items=frozen(items)), entries


def _entry(tx: Transaction, subscription: Object, item: Object, line: Object, period: Period) -> Object:
    """A pending entry that its invoice lists as this line, discounts and all."""
    entry = invoice_items.prorated(
        tx,
        subscription,
        item["id"],
        tx.read("price", item["price"]),
        amount=line["amount"],
        description=line["description"],
        period=period,
        quantity=line["quantity"],
        credited=None,
        at=tx.now_of(subscription),
        rates=line["_tax_rates"],
        proration=False,
    )
    return tx.put(
        entry,
        discountable=True,
        discounts=line["discounts"],
        quantity_decimal=line["quantity_decimal"],
        _unit_amount_decimal=line["pricing"]["unit_amount_decimal"],
    )


def billed_until(tx: Transaction, shown: Mapping[str, Any]) -> int | None:
    """Until when an item has been billed. [documented; inferred: a metered one until its period began]"""
    for subscription in tx.find("subscription", "item", shown["id"]):
        item = next(row for row in subscription["items"] if row["id"] == shown["id"])
        return of_item(tx, item)
    return None


def of_item(tx: Transaction, item: Mapping[str, Any]) -> int:
    """The same of an item as it is kept."""
    if is_metered(tx.read("price", item["price"])):
        return int(item["current_period_start"])
    return max(int(item["current_period_end"]), item.get("_billed_until") or 0)
