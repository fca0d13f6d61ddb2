"""What a customer used on a meter: what invoices count, and the summaries that tell of it."""

from __future__ import annotations

from decimal import Decimal

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed
from pinstripe.resources.usage import ledger
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text

HOUR, DAY = 3_600, 86_400
SUMMARY = "billing.meter_event_summary"


def used(tx: Transaction, meter: Object, customer: str, start: int, end: int) -> Decimal:
    """What a customer used on a meter from `start` up to, and without, `end`."""
    formula, window = meter["default_aggregation"]["formula"], meter["event_time_window"]
    return ledger.used(tx, (meter.id, customer), formula, window, start, end)


def list_all(call: Call) -> Answer:
    """GET /v1/billing/meters/{id}/event_summaries: usage of one customer, whole or by UTC hour or day.

    Buckets without usage are left out and the newest comes first. [documented sample] A range without usage and
    without grouping is one row of zero. [inferred]
    """
    tx, params = call.tx, call.params
    meter = addressed(call, "billing.meter", noun="meter")
    customer, start, end = params.get("customer"), params.get("start_time"), params.get("end_time")
    window = params.get("value_grouping_window")
    if tx.get("customer", customer) is None:
        raise errors.no_such("customer", customer, param="customer")
    step = {"hour": HOUR, "day": DAY, None: 60}[window]
    for key, value in (("start_time", start), ("end_time", end)):
        if value % step:
            raise refusals.summary_misaligned(key, {HOUR: "hour", DAY: "day", 60: "minute"}[step])
    if end <= start:
        raise refusals.summary_backwards()
    starts = ledger.buckets(tx, (meter.id, customer), start, end, step) if window else [start]
    rows = [_summary(tx, meter, customer, lower, lower + step if window else end) for lower in reversed(starts)]
    return Listing(rows)


def _summary(tx: Transaction, meter: Object, customer: str, start: int, end: int) -> Object:
    """One stretch of time; its value is a float. [documented]"""
    return Object(
        {
            "id": "mtrusg_test_" + text(f"{meter.id}:{customer}:{start}:{end}", 40),
            "object": SUMMARY,
            "aggregated_value": float(used(tx, meter, customer, start, end)),
            "end_time": end,
            "livemode": False,
            "meter": meter.id,
            "start_time": start,
        }
    )


METER_EVENT_SUMMARIES = Resource(Kind(SUMMARY, "mtrusg"), {"GET /v1/billing/meters/{id}/event_summaries": list_all})
