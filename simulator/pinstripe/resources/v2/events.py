"""Thin events: what happened and to which object, without the object itself.

Most tell again what a v1 event tells: their types are `v1.` and the event's, and they are read off it, so the two
cannot disagree. The others are kept: what a meter could not count, and pings. A thin event shows for 30 days.
[documented]
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pinstripe import errors
from pinstripe.resources.events import kept_since
from pinstripe.resources.resource import Answer, Call, Listing, Resource
from pinstripe.wire.moments import rfc3339, seconds
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import LONG, text
from pinstripe_contracts import operations, thin_event_types

NAME = "v2.core.event"
BEGINNING, LENGTH = LONG["evt_test"]
V1_LENGTH = 24
"""Characters of a v1 event's id after `evt_`; a thin event's id carries them."""


def thin(event: Object) -> Object | None:
    """The thin event that tells what a v1 event tells; None where Stripe has no such type."""
    type_ = type_of(event["type"])
    if type_ is None:
        return None
    own = event.id.removeprefix("evt_")
    told = event["data"]["object"]
    request = event["request"]
    return Object(
        {
            "id": BEGINNING + own + text(f"thin:{own}", LENGTH - V1_LENGTH),
            "object": NAME,
            "created": event["created"],
            "livemode": False,
            "snapshot_event": event.id,
            "type": type_,
            **_related(told),
            **(_reason(request) if request["id"] else {}),
        }
    )


def type_of(type_: str) -> str | None:
    """The type of the thin event that tells what a v1 event of a type tells; None where Stripe has none."""
    return f"v1.{type_}" if f"v1.{type_}" in _types() else None


def emit(
    tx: Transaction, type_: str, about: Object | None, data: Mapping[str, Any] | None = None, *, automatic: bool = False
) -> Object:
    """Keep a thin event that no v1 event tells; whoever calls sees that it is owed.

    What happens behind a request's back has no reason, as an event of API v1 names no request. [documented samples]
    """
    return tx.new(
        NAME,
        {
            "created": tx.now(),
            "livemode": False,
            "type": type_,
            **({} if data is None else {"data": data}),
            **({} if about is None else _related(about)),
            **({} if tx.request is None or automatic else _reason(tx.request)),
        },
    )


def _reason(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request that caused an event; one without an idempotency key shows an empty one. [inferred]"""
    named = {"id": request["id"], "idempotency_key": request["idempotency_key"] or ""}
    return {"reason": {"type": "request", "request": named}}


BELOW = {"v2.core.account_person": "/v2/core/accounts/{account}/persons/"}
"""Where objects are to be had that live below another, by a member of theirs."""


def _related(obj: Mapping[str, Any]) -> dict[str, Any]:
    """Where the object of an event is to be had; nothing where it has no address of its own."""
    name = str(obj.get("object"))
    address = BELOW[name].format_map(obj) if name in BELOW else _addresses().get(name)
    if address is None or "id" not in obj:
        return {}
    return {"related_object": {"id": obj["id"], "type": obj["object"], "url": address + obj["id"]}}


@cache
def _types() -> frozenset[str]:
    return frozenset(thin_event_types())


@cache
def _addresses() -> Mapping[str, str]:
    """Where the objects of each name are retrieved, without the id; the shortest address counts."""
    found: dict[str, str] = {}
    for operation in operations():
        head, _, last = operation.path.rpartition("/")
        if operation.method == "GET" and operation.kind == "object" and last[:1] == "{" and "{" not in head:
            for name in operation.names:
                if not name.startswith("deleted_") and len(head) < len(found.get(name, head + "/")):
                    found[name] = f"{head}/"
    return found


# --- calls -----------------------------------------------------------------------------------------------------------


def retrieve(call: Call) -> Answer:
    """GET /v2/core/events/{id}: of the last 30 days. [documented]"""
    tx, id_ = call.tx, call.path["id"]
    found = tx.get(NAME, id_)
    if found is None and id_.startswith(BEGINNING):
        event = tx.get("event", "evt_" + id_[len(BEGINNING) :][:V1_LENGTH])
        again = None if event is None else thin(event)
        found = again if again is not None and again.id == id_ else None
    if found is None or found["created"] < kept_since(tx):
        raise errors.no_such(NAME, id_, param="id", in_path=True)
    return found


def list_all(call: Call) -> Answer:
    """GET /v2/core/events, newest first, by object, types and moments."""
    params = call.params
    id_, types = params.get("object_id"), params.get("types")
    bounds = {word: seconds(given, f"created[{word}]") for word, given in (params.get("created") or {}).items()}
    return Listing(
        [
            event
            for event in _all(call.tx)
            if (id_ is None or event.get("related_object", {}).get("id") == id_)
            and (types is None or event["type"] in types)
            and event["created"] > bounds.get("gt", event["created"] - 1)
            and event["created"] >= bounds.get("gte", event["created"])
            and event["created"] < bounds.get("lt", event["created"] + 1)
            and event["created"] <= bounds.get("lte", event["created"])
        ],
    )


def _all(tx: Transaction) -> Iterator[Object]:
    """Every thin event of the last 30 days, newest first."""
    since = kept_since(tx)
    told = (again for event in tx.all("event") if (again := thin(event)) is not None)
    both = heapq.merge(tx.all(NAME), told, key=lambda event: -event["created"])
    return (event for event in both if event["created"] >= since)


def view(_: Transaction, event: Object) -> Mapping[str, Any]:
    """A thin event with its moment in words."""
    return {**event, "created": rfc3339(event["created"])}


EVENTS_V2 = Resource(
    Kind(NAME, "evt_test"),
    {"GET /v2/core/events": list_all, "GET /v2/core/events/{id}": retrieve},
    view=view,
)
