"""Events: what happened, as it was when it happened."""

from __future__ import annotations

import fnmatch

from pinstripe import errors
from pinstripe.resources import dialects
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed
from pinstripe.world import Kind, Object, Transaction

KEPT_DAYS = 30
"""How long an event can be retrieved. [documented]"""


def kept_since(tx: Transaction) -> int:
    """The creation of the oldest event that can still be had (unix seconds)."""
    return tx.now() - KEPT_DAYS * 86400


def retrieve(call: Call) -> Answer:
    """GET /v1/events/{id}: of the last 30 days. [documented]"""
    event = addressed(call, "event")
    if event["created"] < kept_since(call.tx):
        raise errors.no_such("event", event.id, param="id", in_path=True)
    return event


def list_all(call: Call) -> Answer:
    """GET /v1/events, newest first, by type or types; `type` may end in a star."""
    tx, params = call.tx, call.params
    pattern, types = params.get("type"), params.get("types")
    if pattern is not None and types is not None:
        raise errors.StripeError("You may only specify one of these parameters: type, types.", param="types")
    delivered = params.get("delivery_success")
    since = kept_since(tx)
    return Listing(
        [
            event
            for event in tx.all("event")
            if event["created"] >= since
            and (pattern is None or fnmatch.fnmatchcase(event["type"], pattern))
            and (types is None or event["type"] in types)
            and (delivered is None or taken(tx, event) == delivered)
        ]
    )


def pending(tx: Transaction, event: Object) -> int:
    """How many endpoints have not taken the event yet."""
    rows = tx.find("delivery", "event", event.id)
    return len({row["endpoint"] for row in rows if row["_state"] in ("pending", "held")})


def taken(tx: Transaction, event: Object) -> bool:
    """Whether every endpoint that was owed the event has taken it; one that gave up on it has not. [documented]"""
    return all(row["_state"] == "delivered" for row in tx.find("delivery", "event", event.id))


def view(tx: Transaction, event: Object) -> dict[str, object]:
    """An event as the account's version told it when it happened, and how many endpoints still wait for it."""
    return {**event, **dialects.at(tx, event), "pending_webhooks": pending(tx, event)}


EVENTS = Resource(
    Kind("event", "evt"),
    {"GET /v1/events": list_all, "GET /v1/events/{id}": retrieve},
    view=view,
)
