"""What the modelled operations of API v2 need: usage, its stream, event destinations and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe_contracts.fair.asker import Asker, Table
from pinstripe_contracts.fair.core import counted, customer


def usage(asker: Asker) -> dict[str, Any]:
    """Something a customer used."""
    return {
        "event_name": counted(asker),
        "identifier": asker.word(),
        "payload": {"stripe_customer_id": customer(asker), "value": "1"},
    }


def a_use(asker: Asker) -> Mapping[str, Any]:
    """What is sent."""
    return {"params": usage(asker)}


def a_use_to_take_back(asker: Asker) -> Mapping[str, Any]:
    """A use that was sent, and what takes it back."""
    used = asker.ok("POST", "/v2/billing/meter_events", usage(asker))
    cancel = {"identifier": used["identifier"]}
    return {"params": {"event_name": used["event_name"], "type": "cancel", "cancel": cancel}}


def a_stream(asker: Asker) -> Mapping[str, Any]:
    """A session's token, by which the stream is asked."""
    session = asker.ok("POST", "/v2/billing/meter_event_session")
    return {"params": {"events": [usage(asker)]}, "key": session["authentication_token"]}


def a_disabled_destination(asker: Asker) -> Mapping[str, Any]:
    """A destination that was put to rest."""
    id_ = str(asker.ok("POST", "/v2/core/event_destinations", DESTINATION)["id"])
    asker.ok("POST", f"/v2/core/event_destinations/{id_}/disable")
    return {"id": id_}


def an_event(asker: Asker) -> str:
    """What is told of a use that no meter counts."""
    unknown = {"event_name": "nothing", "payload": {"stripe_customer_id": customer(asker), "value": "1"}}
    session = asker.ok("POST", "/v2/billing/meter_event_session")
    sent = asker.ask(
        "POST", "/v2/billing/meter_event_stream", {"events": [unknown]}, key=session["authentication_token"]
    )
    if sent.status != 200:
        raise LookupError(f"the stream answered {sent.status}: {sent.body}")
    return str(asker.ok("GET", "/v2/core/events")["data"][0]["id"])


DESTINATION = {
    "enabled_events": ["v1.billing.meter.no_meter_found"],
    "event_payload": "thin",
    "name": "Elsewhere",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://receiver.invalid/hook"},
}

TABLE = Table(
    requests={
        "POST /v2/core/event_destinations": DESTINATION,
        "POST /v2/core/event_destinations/{id}": {"name": "Nowhere"},
    },
    makers={"/v2/core/events/{}": an_event},
    before={
        "POST /v2/billing/meter_events": a_use,
        "POST /v2/billing/meter_event_adjustments": a_use_to_take_back,
        "POST /v2/billing/meter_event_stream": a_stream,
        "POST /v2/core/event_destinations/{id}/enable": a_disabled_destination,
    },
)
