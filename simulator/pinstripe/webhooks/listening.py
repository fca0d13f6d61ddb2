"""Events for whoever listens by the command line: the messages that `stripe listen` understands, without a socket.

A snapshot goes out twice, in the words of the account's version and in those of the newest, because the command line
picks by its own `--latest`; the version is null where it is the account's. [observed: Stripe CLI 1.52] Each message is
acknowledged by its conversation, whether or not anything is then forwarded. A delivery is tried once: what the app
answers is noted, and not tried again. [documented: events that the CLI forwards are not retried]
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from pinstripe.resources import dialects, owing, registry
from pinstripe.resources.v2 import events as thin_events
from pinstripe.webhooks.outbox import body_of, headers_of
from pinstripe.wire import versions
from pinstripe.world import Object, Transaction, World

SNAPSHOT, THIN = "webhook_event", "v2_event"


@dataclass(frozen=True, slots=True)
class Message:
    """One message about an event of a type."""

    type: str
    name: str
    """How its acknowledgement names it."""
    text: str


def due(world: World, session: str) -> list[Object]:
    """What a listening command line is owed, in the order in which it happened."""
    rows = [delivery for delivery in world.due("delivery") if delivery["endpoint"] == session]
    return sorted(rows, key=lambda delivery: (delivery["next_attempt"], delivery.get("_rank", 0)))


def messages(world: World, id_: str, session: Object) -> list[Message]:
    """What is sent for one delivery: the snapshot at both versions, the thin event, or all of these.

    Nothing if it is not due any more.
    """
    tx = world.transaction()
    delivery = tx.get("delivery", id_)
    if delivery is None or delivery["next_attempt"] is None or delivery["next_attempt"] > world.now:
        return []
    event = delivery.get("_event") or tx.get("event", delivery["event"]) or tx.read(thin_events.NAME, delivery["event"])
    told = []
    if session["snapshots"] and event.kind == "event":
        told += [_snapshot(tx, event, delivery, session, version) for version in (None, versions.DEFAULT)]
    if session["thin"] and (event.kind == thin_events.NAME or thin_events.thin(event) is not None):
        told.append(_thin(tx, event, delivery, session))
    return told


def settle(world: World, delivery: str, status: int | None) -> None:
    """Close the matter: the command line has it, and the app answered `status`, or nothing."""
    tx = world.transaction()
    owed = tx.get("delivery", delivery)
    if owed is not None and owed["next_attempt"] is not None:
        row = {"at": world.now, "status": status, "error": None, "ok": True}
        tx.put(owed, attempts=[*owed["attempts"], row], next_attempt=None, _state="delivered")
        tx.commit()


def drop(world: World, session: str) -> None:
    """Forget what a command line is owed that listens no more."""
    tx = world.transaction()
    for delivery in tx.find("delivery", "endpoint", session):
        tx.delete(delivery)
    tx.commit()


def _snapshot(tx: Transaction, event: Object, delivery: Object, session: Object, version: str | None) -> Message:
    """The event with its object, signed with the session's secret."""
    account = delivery.get("_account")
    whole = event if account is None else Object({**event, "account": account})
    body = body_of({**registry.body(tx, whole), **dialects.at(tx, event, version)})
    name = f"wc_{delivery.id.removeprefix('whd_')}{'' if version is None else '_latest'}"
    members = {
        "type": SNAPSHOT,
        "webhook_id": session["webhook"],
        "webhook_conversation_id": name,
        "endpoint": {"api_version": version},
        "event_payload": body.decode(),
        "http_headers": headers_of(tx.world, body, session["secret"]),
    }
    return Message(event["type"], name, orjson.dumps(members).decode())


def _thin(tx: Transaction, event: Object, delivery: Object, session: Object) -> Message:
    """The event without its object."""
    shown = registry.body(tx, owing.thinned(event, delivery.get("_account")))
    body = body_of(shown)
    members = {
        "type": THIN,
        "destination_id": session["destination"],
        "payload": body.decode(),
        "http_headers": headers_of(tx.world, body, session["secret"]),
    }
    return Message(shown["type"], shown["id"], orjson.dumps(members).decode())
