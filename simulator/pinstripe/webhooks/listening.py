"""Events for whoever listens by the command line: the messages that `stripe listen` understands, without a socket.

A snapshot goes out twice, in the words of the account's version and in those of the newest, because the command line
picks by its own `--latest`; the version is null where it is the account's. [observed: Stripe CLI 1.52] Each message is
acknowledged by its conversation, whether or not anything is then forwarded. A delivery is tried once: what the app
answers is noted, and not tried again. [documented: events that the CLI forwards are not retried] So one that is to fail
on command is never sent, and one whose answer is to be lost is sent again at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from pinstripe.resources import dialects, misbehaviours, owing, registry
from pinstripe.resources.v2 import events as thin_events
from pinstripe.webhooks.outbox import FAILED, LOST, body_of, misled
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


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery in all of its forms, and what a test has ordered to become of it."""

    delivery: str
    messages: list[Message]
    answered: int | None = None
    """The status that is said in the app's place, which hears nothing."""
    loses_answer: bool = False
    returns: int = 0
    """How often the world had gone back to a savepoint when this was written."""


def due(world: World, session: str) -> list[Object]:
    """What a listening command line is owed, in the order in which it happened."""
    rows = [delivery for delivery in world.due("delivery") if delivery["endpoint"] == session]
    return sorted(rows, key=lambda delivery: (delivery["next_attempt"], delivery.get("_rank", 0)))


def letter(world: World, id_: str, session: Object, story: int = 0) -> Letter | None:
    """What is sent for one delivery: the snapshot at both versions, the thin event, or all of these.

    None if it is not due any more. `story` counts the worlds that the session has heard of, so that the
    conversations of one are never taken for those of another.
    """
    tx = world.transaction()
    delivery = tx.get("delivery", id_)
    if delivery is None or delivery["next_attempt"] is None or delivery["next_attempt"] > world.now:
        return None
    event = delivery.get("_event") or tx.get("event", delivery["event"]) or tx.read(thin_events.NAME, delivery["event"])
    twist = misbehaviours.twisted(delivery)
    told = []
    if session["snapshots"] and event.kind == "event":
        told += [_snapshot(tx, event, delivery, session, version, story) for version in (None, versions.DEFAULT)]
    if session["thin"] and (event.kind == thin_events.NAME or thin_events.thin(event) is not None):
        told.append(_thin(tx, event, delivery, session))
    answered = twist["status"] if twist["effect"] == "fail" else None
    return Letter(delivery.id, told, answered, twist["effect"] == "answer_lost", world.returns)


def settle(world: World, sent: Letter, status: int | None) -> bool:
    """Close the matter: the command line has it, and the app answered `status`, or nothing.

    Whether it is due once more. A world that went back to a savepoint meanwhile knows nothing of what was sent.
    """
    tx = world.transaction()
    owed = tx.get("delivery", sent.delivery)
    if sent.returns != world.returns or owed is None or owed["next_attempt"] is None:
        return False
    row: dict[str, object] = {"at": world.now, "status": status, "error": None, "ok": True}
    state, again = "delivered", None
    if sent.answered is not None:
        row |= {"status": sent.answered, "error": FAILED, "ok": False}
        state = "failed"
    elif sent.loses_answer:
        row |= {"status": None, "error": LOST, "ok": False}
        state, again = "pending", world.now
    tx.put(owed, attempts=[*owed["attempts"], row], next_attempt=again, _state=state)
    tx.commit()
    return again is not None


def drop(world: World, session: str) -> None:
    """Forget what a command line is owed that listens no more."""
    tx = world.transaction()
    for delivery in tx.find("delivery", "endpoint", session):
        tx.delete(delivery)
    tx.commit()


def _snapshot(
    tx: Transaction, event: Object, delivery: Object, session: Object, version: str | None, story: int
) -> Message:
    """The event with its object, signed with the session's secret; in other words where a test has ordered them."""
    account, twist = delivery.get("_account"), misbehaviours.twisted(delivery)
    whole = event if account is None else Object({**event, "account": account})
    spoken = twist["api_version"] if twist["effect"] == "api_version" else version
    body = body_of({**registry.body(tx, whole), **dialects.at(tx, event, spoken)})
    name = "_".join(
        (
            f"wc_{delivery.id.removeprefix('whd_')}",
            *([f"w{story}"] if story else []),
            *([f"t{len(delivery['attempts'])}"] if delivery["attempts"] else []),
            *([] if version is None else ["latest"]),
        )
    )
    members = {
        "type": SNAPSHOT,
        "webhook_id": session["webhook"],
        "webhook_conversation_id": name,
        "endpoint": {"api_version": version},
        "event_payload": body.decode(),
        "http_headers": misled(tx.world, body, session["secret"], twist),
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
        "http_headers": misled(tx.world, body, session["secret"], misbehaviours.twisted(delivery)),
    }
    return Message(shown["type"], shown["id"], orjson.dumps(members).decode())
