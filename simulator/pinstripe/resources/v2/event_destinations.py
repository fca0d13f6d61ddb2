"""Event destinations: where events go, as snapshots or thin. Only webhook endpoints are modelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import owing, refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, shaped
from pinstripe.resources.v2 import events
from pinstripe.resources.webhook_endpoints import checked_url, require_room
from pinstripe.wire import versions
from pinstripe.wire.moments import rfc3339
from pinstripe.world import Kind, Object, Transaction

NAME = "v2.core.event_destination"
PING = "v2.core.event_destination.ping"
SOURCES = ("@self", "@accounts")
"""Whose events a destination may take; organizations are not modelled."""


def create(call: Call) -> Answer:
    """POST /v2/core/event_destinations: the secret shows here, if `include` asks, and never again. [documented]"""
    tx, params = call.tx, call.params
    require_room(tx)
    type_, payload = params.get("type"), params.get("event_payload")
    if type_ != "webhook_endpoint":
        raise errors.unsupported_parameter(call.operation, "type", f" with the value {type_}")
    endpoint = params.hash("webhook_endpoint")
    if not endpoint:
        raise errors.missing_parameter("webhook_endpoint")
    version = params.get("snapshot_api_version")
    if version is not None and version not in versions.SERVED:
        raise refusals.endpoint_version_unsupported(version, versions.SERVED)
    sources = params.get("events_from", ["@self"])
    for source in sources:
        if source not in SOURCES:
            raise errors.unsupported_parameter(call.operation, "events_from", f" with the value {source}")
    destination = tx.new(
        NAME,
        {
            "created": tx.now(),
            "description": params.get("description") or "",
            "enabled_events": params.get("enabled_events"),
            "event_payload": payload,
            "events_from": sources,
            "livemode": False,
            "metadata": _metadata({}, call),
            "name": params.get("name"),
            **({"snapshot_api_version": version or versions.DEFAULT} if payload == "snapshot" else {}),
            "status": "enabled",
            "type": type_,
            "updated": tx.now(),
            "_url": checked_url(endpoint.get("url")),
        },
    )
    destination = tx.put(destination, _secret=f"whsec_{tx.world.seed.secret(destination.id, 32)}")
    return _shown(destination, params.get("include") or ())


def update(call: Call) -> Answer:
    """POST /v2/core/event_destinations/{id}: metadata merges, null removes its key. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, NAME)
    changes = params.pick("description", "enabled_events", "name")
    if "description" in changes:
        changes["description"] = changes["description"] or ""
    if "webhook_endpoint" in params:
        changes["_url"] = checked_url(params.hash("webhook_endpoint").get("url"))
    destination = tx.put(before, **changes, metadata=_metadata(before["metadata"], call), updated=tx.now())
    return _shown(destination, params.get("include") or ())


def _metadata(old: Mapping[str, str], call: Call) -> dict[str, str]:
    """Metadata after a request."""
    merged = {**old, **(call.params.get("metadata") or {})}
    return {key: value for key, value in merged.items() if value is not None}


def retrieve(call: Call) -> Answer:
    """GET /v2/core/event_destinations/{id}."""
    return _shown(addressed(call, NAME), call.params.get("include") or ())


def list_all(call: Call) -> Answer:
    """GET /v2/core/event_destinations, newest first."""
    include = call.params.get("include") or ()
    return Listing(list(call.tx.all(NAME)), show=lambda _, destination: _shown(destination, include))


def delete(call: Call) -> Answer:
    """DELETE /v2/core/event_destinations/{id}; what it was still owed is dropped."""
    destination = addressed(call, NAME)
    for delivery in call.tx.find("delivery", "endpoint", destination.id):
        call.tx.delete(delivery)
    call.tx.delete(destination)
    return {"id": destination.id, "object": NAME}


def disable(call: Call) -> Answer:
    """POST /v2/core/event_destinations/{id}/disable; whatever it would hear meanwhile is lost."""
    before, details = addressed(call, NAME), {"disabled": {"reason": "user"}}
    return call.tx.put(before, status="disabled", status_details=details, updated=call.tx.now())


def enable(call: Call) -> Answer:
    """POST /v2/core/event_destinations/{id}/enable."""
    members = {key: value for key, value in addressed(call, NAME).items() if key != "status_details"}
    return call.tx.put(Object({**members, "status": "enabled", "updated": call.tx.now(), "_failing_since": None}))


def ping(call: Call) -> Answer:
    """POST /v2/core/event_destinations/{id}/ping: a thin event for it alone, whatever it listens to. [inferred]"""
    destination = addressed(call, NAME)
    event = events.emit(call.tx, PING, destination)
    owing.owe_to(call.tx, destination, event)
    return event


def view(_: Transaction, destination: Object) -> Mapping[str, Any]:
    """A destination without what `include` adds."""
    moments = {name: rfc3339(destination[name]) for name in ("created", "updated")}
    return {**destination, **moments, "webhook_endpoint": {}}


def _shown(destination: Object, include: Sequence[str]) -> dict[str, Any]:
    """A destination with its address and its secret where they are asked for."""
    parts = {"webhook_endpoint.signing_secret": "signing_secret", "webhook_endpoint.url": "url"}
    values = {"signing_secret": destination["_secret"], "url": destination["_url"]}
    endpoint = {name: values[name] for word, name in parts.items() if word in include}
    moments = {name: rfc3339(destination[name]) for name in ("created", "updated")}
    return shaped(NAME, {**destination, **moments, "webhook_endpoint": endpoint})


EVENT_DESTINATIONS = Resource(
    Kind(NAME, "ed"),
    {
        "POST /v2/core/event_destinations": create,
        "GET /v2/core/event_destinations": list_all,
        "GET /v2/core/event_destinations/{id}": retrieve,
        "POST /v2/core/event_destinations/{id}": update,
        "DELETE /v2/core/event_destinations/{id}": delete,
        "POST /v2/core/event_destinations/{id}/disable": disable,
        "POST /v2/core/event_destinations/{id}/enable": enable,
        "POST /v2/core/event_destinations/{id}/ping": ping,
    },
    view=view,
)
