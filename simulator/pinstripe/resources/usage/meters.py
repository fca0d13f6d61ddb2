"""Billing meters, and the events that are counted on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.usage import UsageEvent, UsageValueError, aggregate, parse_value
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, listing, retrieve
from pinstripe.resources.usage import billing_alerts
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe.world.kinds import by

HOUR, DAY = 3600, 86400
PAST_DAYS = 35
"""How old an event's timestamp may be. [documented]"""
FUTURE_SECONDS = 300
"""How far ahead it may be. [documented]"""
IDENTIFIER_WINDOW = DAY
"""How long an identifier stays taken. [documented: at least 24 hours]"""


def create(call: Call) -> Answer:
    """POST /v1/billing/meters. An event name belongs to one active meter. [documented; the sentence is inferred]"""
    tx, params = call.tx, call.params
    name = params.get("event_name")
    if any(meter["status"] == "active" for meter in tx.find("billing.meter", "event_name", name)):
        raise refusals.event_name_taken(name)
    mapping, values = params.hash("customer_mapping"), params.hash("value_settings")
    meter = tx.new(
        "billing.meter",
        {
            "created": tx.now(),
            "customer_mapping": {
                "event_payload_key": mapping.get("event_payload_key", "stripe_customer_id"),
                "type": mapping.get("type", "by_id"),
            },
            "default_aggregation": params.get("default_aggregation"),
            "display_name": params.get("display_name"),
            "event_name": name,
            "event_time_window": params.get("event_time_window"),
            "livemode": False,
            "status": "active",
            "status_transitions": {"deactivated_at": None},
            "updated": tx.now(),
            "value_settings": {"event_payload_key": values.get("event_payload_key", "value")},
        },
    )
    tx.emit("billing.meter.created", meter)
    return meter


def update(call: Call) -> Answer:
    """POST /v1/billing/meters/{id}: the display name is all that can change. [documented]"""
    before = addressed(call, "billing.meter", noun="meter")
    changes = call.params.pick("display_name")
    meter = call.tx.put(before, **changes, updated=call.tx.now())
    call.tx.emit("billing.meter.updated", meter, before=before)
    return meter


def deactivate(call: Call) -> Answer:
    """POST /v1/billing/meters/{id}/deactivate: no further events are accepted."""
    tx = call.tx
    before = addressed(call, "billing.meter", noun="meter")
    if before["status"] == "inactive":
        raise refusals.meter_already("inactive")
    meter = tx.put(before, status="inactive", status_transitions={"deactivated_at": tx.now()}, updated=tx.now())
    tx.emit("billing.meter.deactivated", meter)
    return meter


def reactivate(call: Call) -> Answer:
    """POST /v1/billing/meters/{id}/reactivate."""
    tx = call.tx
    before = addressed(call, "billing.meter", noun="meter")
    if before["status"] == "active":
        raise refusals.meter_already("active")
    if any(meter["status"] == "active" for meter in tx.find("billing.meter", "event_name", before["event_name"])):
        raise refusals.event_name_taken(before["event_name"])
    meter = tx.put(before, status="active", status_transitions={"deactivated_at": None}, updated=tx.now())
    tx.emit("billing.meter.reactivated", meter)
    return meter


# --- events ----------------------------------------------------------------------------------------------------------


def record(call: Call) -> Answer:
    """POST /v1/billing/meter_events: checked at once, counted from then on."""
    params = call.params
    return file(
        call.tx,
        event_name=params.get("event_name"),
        payload=params.get("payload"),
        timestamp=params.get("timestamp"),
        identifier=params.get("identifier"),
    )


def of_name(tx: Transaction, event_name: str, *, active: bool = True) -> Object | None:
    """The active meter that counts events of this name, or else, if any will do, one that did."""
    meters = tx.find("billing.meter", "event_name", event_name)
    counting = next((meter for meter in meters if meter["status"] == "active"), None)
    return counting if active or counting is not None or not meters else meters[-1]


def file(
    tx: Transaction, *, event_name: str, payload: Mapping[str, str], timestamp: int | None, identifier: str | None
) -> Object:
    """File one event under its meter and customer, whichever API it came by.

    A taken identifier answers 400 without a code. [recorded] The window of the timestamp is judged by the customer's
    own clock. [inferred]
    """
    meter = of_name(tx, event_name)
    if meter is None:
        raise refusals.no_active_meter(event_name, archived=of_name(tx, event_name, active=False) is not None)
    customer_key = meter["customer_mapping"]["event_payload_key"]
    if not payload.get(customer_key):
        raise refusals.payload_without("customer mapping", customer_key)
    customer = tx.get("customer", payload[customer_key])
    if customer is None or customer.get("deleted"):
        raise refusals.meter_event_customer_missing(payload[customer_key], customer_key)
    value = _value(meter, payload)
    now = tx.now(customer["test_clock"])
    timestamp = now if timestamp is None else timestamp
    if timestamp < now - PAST_DAYS * DAY:
        raise refusals.event_too_old(PAST_DAYS, now - PAST_DAYS * DAY)
    if timestamp > now + FUTURE_SECONDS:
        raise refusals.event_too_far_ahead(now + FUTURE_SECONDS)
    id_ = tx.new_id("mtrev")
    identifier = identifier or text(f"{tx.world.seed.value}:identifier:{id_}", 32)
    for earlier in tx.find("billing.meter_event", "identifier", identifier):
        if tx.now() - earlier["created"] < IDENTIFIER_WINDOW:
            raise refusals.identifier_taken(identifier)
    event = tx.new(
        "billing.meter_event",
        {
            "created": tx.now(),
            "event_name": event_name,
            "identifier": identifier,
            "livemode": False,
            "payload": payload,
            "timestamp": timestamp,
            "_usage": f"{meter.id}:{customer.id}",
            "_value": str(value),
        },
        id=id_,
    )
    billing_alerts.count(tx, meter, customer, event)
    return event


def _value(meter: Object, payload: Mapping[str, str]) -> Decimal:
    """The number an event carries; a meter that counts needs none. [inferred]"""
    key = meter["value_settings"]["event_payload_key"]
    given = payload.get(key)
    if not given:
        if meter["default_aggregation"]["formula"] == "count":
            return Decimal(1)
        raise refusals.payload_without("value", key)
    try:
        return parse_value(given)
    except UsageValueError as error:
        raise refusals.bad_event_value(given, error) from None


def without_id(_: Transaction, event: Object) -> Mapping[str, Any]:
    """A meter event as Stripe shows it: it has no id. [documented]"""
    return {key: value for key, value in event.items() if key != "id"}


def usage(tx: Transaction, meter: Object, customer: str, start: int, end: int) -> Decimal:
    """What a customer used on a meter from `start` up to, and without, `end`."""
    events: Iterable[UsageEvent] = (
        UsageEvent(event["timestamp"], Decimal(event["_value"]), arrival)
        for arrival, event in enumerate(tx.find("billing.meter_event", "usage", f"{meter.id}:{customer}"))
        if start <= event["timestamp"] < end
    )
    return aggregate(
        events,
        formula=meter["default_aggregation"]["formula"],
        window=meter["event_time_window"],
        start=start,
        end=end,
    )


def summaries(call: Call) -> Answer:
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
    bounds = [(at, min(at + step, end)) for at in range(start, end, step)] if window else [(start, end)]
    if window:
        stamps = {
            (event["timestamp"] - start) // step
            for event in tx.find("billing.meter_event", "usage", f"{meter.id}:{customer}")
            if start <= event["timestamp"] < end
        }
        bounds = [bounds[position] for position in sorted(stamps)]
    rows = [
        Object(
            {
                "id": "mtrusg_test_" + text(f"{meter.id}:{customer}:{lower}:{upper}", 40),
                "object": "billing.meter_event_summary",
                "aggregated_value": float(usage(tx, meter, customer, lower, upper)),
                "end_time": upper,
                "livemode": False,
                "meter": meter.id,
                "start_time": lower,
            }
        )
        for lower, upper in bounds
    ]
    return Listing(list(reversed(rows)))


METERS = Resource(
    Kind("billing.meter", "mtr", indexes={"event_name": by("event_name")}),
    {
        "POST /v1/billing/meters": create,
        "GET /v1/billing/meters": listing("billing.meter", equal=("status",)),
        "GET /v1/billing/meters/{id}": retrieve("billing.meter", noun="meter"),
        "POST /v1/billing/meters/{id}": update,
        "POST /v1/billing/meters/{id}/deactivate": deactivate,
        "POST /v1/billing/meters/{id}/reactivate": reactivate,
        "GET /v1/billing/meters/{id}/event_summaries": summaries,
    },
    noun="meter",
)

METER_EVENTS = Resource(
    Kind("billing.meter_event", "mtrev", indexes={"identifier": by("identifier"), "usage": by("_usage")}),
    {"POST /v1/billing/meter_events": record},
    view=without_id,
)

METER_EVENT_SUMMARIES = Resource(Kind("billing.meter_event_summary", "mtrusg"))
