"""Usage records: what a metered item without a meter has used, as it was reported before basil.

Such prices can only be made by requests of a version before 2025-03-31.basil; what they bill goes on being billed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource
from pinstripe.wire import pages
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe.world.kinds import by


def create(call: Call) -> Answer:
    """POST /v1/subscription_items/{id}/usage_records: of now, or of a moment of the current period. [documented]"""
    tx, params = call.tx, call.params
    subscription, item = _addressed(call, "create a usage record", "/v1/billing/meter_events")
    now = tx.now_of(subscription)
    given = params.get("timestamp")
    at = now if given in (None, "now") else int(given)
    if at < item["current_period_start"]:
        raise refusals.usage_of_an_earlier_period()
    if at > now:
        raise refusals.usage_in_the_future()
    quantity = params.get("quantity")
    if quantity < 0:  # less is said by setting it [documented]; that it is refused is inferred
        raise errors.too_small("quantity", 0)
    record = tx.new(
        "usage_record",
        {
            "livemode": False,
            "quantity": quantity,
            "subscription_item": item["id"],
            "timestamp": at,
            "_sets": params.get("action") == "set",
        },
    )
    return shown(record)


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what nobody is shown."""
    return {key: value for key, value in record.items() if not key.startswith("_")}


def summaries(call: Call) -> Answer:
    """GET /v1/subscription_items/{id}/usage_record_summaries: the open period first, then those invoiced. [recorded]"""
    tx, params = call.tx, call.params
    subscription, item = _addressed(call, "list usage record summaries", "/v1/billing/meters/:id/event_summaries")
    price = tx.read("price", item["price"])
    rows = [_summary(tx, item, price, None, Period(item["current_period_start"], item["current_period_end"]))]
    for invoice in reversed(tx.find("invoice", "subscription", subscription.id)):
        for line in invoice["lines"]:
            period = Period(line["period"]["start"], line["period"]["end"])
            is_own = (line.get("_item") or {}).get("id") == item["id"]
            if is_own and period.end <= invoice["created"]:  # the first invoice has a line of nothing for what comes
                rows.append(_summary(tx, item, price, invoice.id, period))
                break
    page = pages.page(
        rows,
        id_of=lambda row: str(row["id"]),
        limit=params.get("limit"),
        starting_after=params.get("starting_after"),
        ending_before=params.get("ending_before"),
        noun="usage_record_summary",
    )
    return pages.envelope(call.url, list(page.data), page.has_more)


def _summary(
    tx: Transaction, item: Mapping[str, Any], price: Object, invoice: str | None, period: Period
) -> dict[str, Any]:
    """What one period of an item comes to; one that is not over has no end yet."""
    total = used(tx, item, price, period)
    return {
        "id": "sis_1" + text(f"{item['id']}:{period.start}:summary", 23),
        "object": "usage_record_summary",
        "invoice": invoice,
        "livemode": False,
        "period": {"end": None if invoice is None else period.end, "start": period.start},
        "subscription_item": item["id"],
        "total_usage": int(total),
    }


def _addressed(call: Call, what: str, instead: str) -> tuple[Object, Mapping[str, Any]]:
    """The item in the path with its subscription; one that a meter counts has no records. [recorded]"""
    id_ = call.path["subscription_item"]
    for subscription in call.tx.find("subscription", "item", id_):
        item = next(item for item in subscription["items"] if item["id"] == id_)
        if not is_legacy(call.tx.read("price", item["price"])):
            raise refusals.not_legacy_usage(what, id_, instead)
        return subscription, item
    raise errors.no_such("subscription_item", id_, param="subscription_item", in_path=True)


def is_legacy(price: Mapping[str, Any]) -> bool:
    """Whether usage decides what is billed, and no meter counts it."""
    recurring = price["recurring"]
    return bool(recurring) and recurring["usage_type"] == "metered" and recurring["meter"] is None


def require_sellable(call: Call, rows: Iterable[Params], known: Iterable[str] = ()) -> None:
    """Since basil a price that counts records is not subscribed to, but for those `known` already. [documented]

    Requests of an older version say so by a parameter of our own. [inferred: that quotes and previews may name one]
    """
    if call.params.get("_sells_records") is not None:
        return
    for row in rows:
        named = row.peek("price") or row.peek("plan")
        price = None if named is None or named in known else call.tx.get("price", named)
        if price is not None and is_legacy(price):
            raise refusals.metered_needs_meter(row.name("price"))


def forgotten(tx: Transaction, item: Mapping[str, Any], change: Params) -> bool:
    """Whether an item that goes takes its usage along unbilled, which has to be said; a meter's stays. [documented]"""
    price = tx.read("price", item["price"])
    if not is_legacy(price):
        is_counted = bool(price["recurring"]) and price["recurring"]["meter"] is not None
        if change.get("clear_usage") and not is_counted:
            raise errors.unsupported_parameter("items", change.name("clear_usage"), " of a price without usage records")
        return False
    if not change.get("clear_usage"):
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
