"""Meter events of API v1: what a customer used, said once. None of them can be had back."""

from __future__ import annotations

from pinstripe.resources.resource import Answer, Call, Resource
from pinstripe.resources.usage.intake import Intake
from pinstripe.world import Kind

EVENT = "billing.meter_event"


def record(call: Call) -> Answer:
    """POST /v1/billing/meter_events: checked at once, counted from then on. It has no id. [documented]"""
    params = call.params
    name, payload = params.get("event_name"), params.get("payload")
    intake = Intake(call.tx, params.get("_value_rules"))
    identifier, timestamp = intake.file(name, payload, params.get("timestamp"), params.get("identifier"))
    return {
        "object": EVENT,
        "created": intake.now,
        "event_name": name,
        "identifier": identifier,
        "livemode": False,
        "payload": payload,
        "timestamp": timestamp,
    }


METER_EVENTS = Resource(Kind(EVENT, "mtrev"), {"POST /v1/billing/meter_events": record})
