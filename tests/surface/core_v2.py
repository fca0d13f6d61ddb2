"""What the modelled operations of API v2 need: usage, its stream, event destinations and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.surface.core import customer, meter
from tests.surface.driver import Driver, Table


def usage(driver: Driver) -> dict[str, Any]:
    """Something a customer used."""
    meter(driver)
    return {
        "event_name": "calls",
        "identifier": "call-1",
        "payload": {"stripe_customer_id": customer(driver), "value": "1"},
    }


def a_use(driver: Driver) -> Mapping[str, Any]:
    """What is sent."""
    return {"params": usage(driver)}


def a_use_to_take_back(driver: Driver) -> Mapping[str, Any]:
    """A use that was sent, and what takes it back."""
    driver.ok("POST", "/v2/billing/meter_events", usage(driver))
    return {"params": {"event_name": "calls", "type": "cancel", "cancel": {"identifier": "call-1"}}}


def a_stream(driver: Driver) -> Mapping[str, Any]:
    """A session's token, by which the stream is asked."""
    session = driver.ok("POST", "/v2/billing/meter_event_session")
    return {"params": {"events": [usage(driver)]}, "key": session["authentication_token"]}


def a_disabled_destination(driver: Driver) -> Mapping[str, Any]:
    """A destination that was put to rest."""
    id_ = str(driver.ok("POST", "/v2/core/event_destinations", DESTINATION)["id"])
    driver.ok("POST", f"/v2/core/event_destinations/{id_}/disable")
    return {"id": id_}


def an_event(driver: Driver) -> str:
    """What is told of a use that no meter counts."""
    unknown = {"event_name": "nothing", "payload": {"stripe_customer_id": customer(driver), "value": "1"}}
    session = driver.ok("POST", "/v2/billing/meter_event_session")
    sent = driver.ask(
        "POST", "/v2/billing/meter_event_stream", {"events": [unknown]}, key=session["authentication_token"]
    )
    assert sent.status == 200, sent.body
    return str(driver.ok("GET", "/v2/core/events")["data"][0]["id"])


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
