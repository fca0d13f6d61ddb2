"""The requests about usage records, of versions before basil: one is made, and a period's are summed up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.invoices import invoice_lines
from pinstripe.resources.resource import Answer, Call
from pinstripe.resources.subscriptions import thresholds
from pinstripe.resources.usage import usage_records
from pinstripe.wire import pages
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text


def create(call: Call) -> Answer:
    """POST /v1/subscription_items/{id}/usage_records: of now, or of a moment of the current period. [documented]"""
    tx, params = call.tx, call.params
    subscription, item = _addressed(call, "create a usage record", "/v1/billing/meter_events")
    if subscription["ended_at"] is not None:
        raise refusals.usage_of_a_canceled_subscription()
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
    action = params.get("action")
    if action == "set" and any(thresholds.filed(subscription)):
        raise refusals.usage_only_increments()
    record = tx.new(
        "usage_record",
        {
            "livemode": False,
            "quantity": quantity,
            "subscription_item": item["id"],
            "timestamp": at,
            "_sets": action == "set",
        },
    )
    thresholds.check(tx, tx.read("customer", subscription["customer"]))
    return shown(record)


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what nobody is shown."""
    return {key: value for key, value in record.items() if not key.startswith("_")}


def summaries(call: Call) -> Answer:
    """GET /v1/subscription_items/{id}/usage_record_summaries: the open period first, then those invoiced. [recorded]"""
    tx, params = call.tx, call.params
    subscription, item = _addressed(call, "list usage record summaries", "/v1/billing/meters/:id/event_summaries")
    price = tx.read("price", item["price"])
    current = Period(item["current_period_start"], item["current_period_end"])
    rows = [_summary(tx, subscription, item, price, None, current)]
    for invoice in reversed(tx.find("invoice", "subscription", subscription.id)):
        for line in invoice["lines"]:
            counted = line.get("_item") or {}
            period = Period(line["period"]["start"], line["period"]["end"])
            is_over = period.end <= invoice["created"]  # the first invoice has a line of nothing for what comes
            if counted.get("id") == item["id"] and is_over:
                rows.append(_summary(tx, subscription, counted, price, invoice.id, period))
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
    tx: Transaction,
    subscription: Object,
    item: Mapping[str, Any],
    price: Object,
    invoice: str | None,
    period: Period,
) -> dict[str, Any]:
    """What one period of an item comes to; one that is not over has no end yet."""
    total = invoice_lines.used(tx, subscription, item, price, period)
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
        if not usage_records.is_legacy(call.tx.read("price", item["price"])):
            raise refusals.not_legacy_usage(what, id_, instead)
        return subscription, item
    raise errors.no_such("subscription_item", id_, param="subscription_item", in_path=True)
