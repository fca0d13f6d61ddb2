"""What is owed to whom when something happens: to webhook endpoints, and to event destinations.

An endpoint made with `connect`, and a destination that listens to `@accounts`, hear of connected accounts; `stripe
listen` hears of everybody while it lasts. Sending is an edge's work; a delivery only says to whom which event goes. The
event of a connected account lives in another world, so its delivery carries it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pinstripe.resources import misbehaviours, webhook_endpoints
from pinstripe.resources.v2 import events as thin_events
from pinstripe.world import Object, Transaction, World

DESTINATION = "v2.core.event_destination"
EXPLICIT = frozenset({"issuing_authorization.request"})
"""Types that `*` does not mean. [documented: that there are such; inferred: that it is this one alone]"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a delivery goes, and how."""

    url: str
    secret: str | Sequence[str]
    version: str | None
    """The API version of snapshots; None for the account's."""
    enabled: bool
    thin: bool = False


def owe(tx: Transaction, event: Object) -> None:
    """Note for everybody who listens to the account itself that they are owed an event."""
    for listener in listeners(tx, event, connected=False):
        owe_to(tx, listener, event)


def owe_connected(world: World, account: str, event: Object) -> None:
    """Note for everybody of a platform who listens to its connected accounts that they are owed one's event."""
    tx = world.transaction()
    for listener in listeners(tx, event, connected=True):
        owe_to(tx, listener, event, account=account)
    tx.commit()


def owe_to(tx: Transaction, listener: Object, event: Object, account: str | None = None) -> None:
    """Note that one listener is owed an event, or what a test has ordered to become of that."""
    carried = {} if account is None else {"_account": account, "_event": event}
    delivery = {
        "endpoint": listener.id,
        "event": event.id,
        "next_attempt": tx.now(),
        "attempts": [],
        "_state": "pending",
        **carried,
    }
    names = (listener.id, listener.get("url") or listener.get("_url") or "")
    for each in misbehaviours.told(tx, event["type"], names, delivery, thinly=is_thin(listener, event)):
        tx.new("delivery", each)


def is_thin(listener: Object, event: Object) -> bool:
    """Whether an event is told to a listener thinly alone, and so in no version's words."""
    return event.kind != "event" or listener.get("event_payload") == "thin" or not listener.get("snapshots", True)


def listeners(tx: Transaction, event: Object, *, connected: bool) -> Iterator[Object]:
    """Endpoints and destinations, newest first, that want an event of the account or of a connected one.

    What is told thinly alone goes to destinations only. After them whoever listens by the command line, to the account
    and to its connected ones alike. [documented]
    """
    for endpoint in tx.all("webhook_endpoint") if event.kind == "event" else ():
        if bool(endpoint.get("_connect")) is connected and _wants(endpoint, event["type"]):
            yield endpoint
    source = "@accounts" if connected else "@self"
    for destination in tx.all(DESTINATION):
        if source in destination["events_from"]:
            thin = destination["event_payload"] == "thin"
            told: Object | None = event
            if thin and event.kind == "event":
                told = thin_events.thin(event)
            elif not thin and event.kind != "event":
                told = None
            if told is not None and _wants(destination, told["type"]):
                yield destination
    yield from (session for session in tx.world.listening if hears(session, event))


def is_awaited(tx: Transaction, type_: str) -> bool:
    """Whether an endpoint or a destination waits for the account's own events of a type, in either payload."""
    for endpoint in tx.all("webhook_endpoint"):
        if not endpoint.get("_connect") and _wants(endpoint, type_):
            return True
    for destination in tx.all(DESTINATION):
        told = thin_events.type_of(type_) if destination["event_payload"] == "thin" else type_
        if "@self" in destination["events_from"] and told is not None and _wants(destination, told):
            return True
    return False


def hears(session: Object, event: Object) -> bool:
    """Whether a listening command line is sent an event: it gets all of the payloads it asked for, and picks itself."""
    if event.kind == "event" and session["snapshots"]:
        return True
    return bool(session["thin"]) and (event.kind == thin_events.NAME or thin_events.thin(event) is not None)


def _wants(listener: Object, type_: str) -> bool:
    """Whether a listener is enabled and wants events of this type."""
    wanted = listener["enabled_events"]
    return listener["status"] == "enabled" and (type_ in wanted or ("*" in wanted and type_ not in EXPLICIT))


def target(tx: Transaction, id_: str) -> Target | None:
    """Where an endpoint's or a destination's deliveries go; None if it is gone."""
    endpoint = tx.get("webhook_endpoint", id_)
    if endpoint is not None:
        enabled = endpoint["status"] == "enabled"
        return Target(endpoint["url"], webhook_endpoints.secrets(tx, endpoint), endpoint["api_version"], enabled)
    destination = tx.get(DESTINATION, id_)
    if destination is None:
        return None
    return Target(
        destination["_url"],
        destination["_secret"],
        destination.get("snapshot_api_version"),
        destination["status"] == "enabled",
        thin=destination["event_payload"] == "thin",
    )


def thinned(event: Object, account: str | None) -> Object:
    """What a thin delivery says: no `data` and no `changes`, and whose event it is if not the account's own."""
    told = event if event.kind == thin_events.NAME else thin_events.thin(event)
    assert told is not None, "only what can be told thinly is owed to a thin destination"
    context = {} if account is None else {"context": account}
    return Object({key: value for key, value in {**told, **context}.items() if key not in ("data", "changes")})
