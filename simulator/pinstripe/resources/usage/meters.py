"""Billing meters: what events of one name are counted, and how."""

from __future__ import annotations

from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Resource, addressed, listing, retrieve
from pinstripe.world import Kind
from pinstripe.world.kinds import by


def create(call: Call) -> Answer:
    """POST /v1/billing/meters. An event name belongs to one active meter. [documented; the sentence is inferred]

    The name of a meter that was deactivated is free again. [second-hand]
    """
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


METERS = Resource(
    Kind("billing.meter", "mtr", indexes={"event_name": by("event_name")}),
    {
        "POST /v1/billing/meters": create,
        "GET /v1/billing/meters": listing("billing.meter", equal=("status",)),
        "GET /v1/billing/meters/{id}": retrieve("billing.meter", noun="meter"),
        "POST /v1/billing/meters/{id}": update,
        "POST /v1/billing/meters/{id}/deactivate": deactivate,
        "POST /v1/billing/meters/{id}/reactivate": reactivate,
    },
    noun="meter",
)
