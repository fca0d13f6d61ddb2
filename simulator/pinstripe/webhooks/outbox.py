"""What is owed to webhook endpoints, made ready to be sent; no socket here.

A delivery is an object whose alarm is its next try. An edge asks `due` for the deliveries whose moment has come, takes
the `parcel` of each just before sending it, and reports to `settle`, which plans the next try or closes the matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import orjson

from pinstripe.resources import dialects, misbehaviours, owing, registry, webhook_endpoints
from pinstripe.resources.invoices import invoice_webhooks
from pinstripe.wire.signature import HEADER, sign
from pinstripe.world import Object, Transaction, WallClock, World

THIN = "v2.core.event"
USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
FAILED, LOST = "answered in the receiver's place", "the answer was lost"
"""What a try says of itself that a test has led astray."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One try to deliver one event to one endpoint."""

    delivery: str
    url: str
    type: str
    body: bytes
    headers: dict[str, str]
    answered: Outcome | None = None
    """What is said in the receiver's place, which hears nothing; ordered by a test."""
    loses_answer: bool = False
    """Whether the receiver's answer does not arrive; ordered by a test."""
    returns: int = 0
    """How often the world had gone back to a savepoint when this went out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the status, or why there was none."""

    status: int | None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Only a 2xx counts; a redirect is a failure. [documented]"""
        return self.status is not None and 200 <= self.status < 300


def due(world: World, endpoint: str | None = None) -> list[Object]:
    """The deliveries to be tried now, to one endpoint or to all, in the order in which their events happened.

    What was held back goes in the order in which it was released. Whoever listens by the command line is no endpoint.
    """
    others = {session.id for session in world.listening}
    wanted = [delivery for delivery in world.due("delivery") if delivery["endpoint"] not in others]
    rows = [delivery for delivery in wanted if endpoint in (None, delivery["endpoint"])]
    return sorted(rows, key=lambda delivery: (delivery["next_attempt"], delivery.get("_rank", 0)))


def is_inbox(world: World, endpoint: str) -> bool:
    """Whether an endpoint's events wait to be collected instead of being sent.

    Its host ends in `.invalid`, a name that is reserved so that it never leads anywhere (RFC 6761).
    """
    known = owing.target(world.transaction(), endpoint)
    return known is not None and (urlsplit(known.url).hostname or "").endswith(".invalid")


def next_try(world: World) -> int | None:
    """When the first delivery that must still wait is to be tried, by the account's clock."""
    waiting = world.tables["delivery"].waiting.values()
    return min((at for at in waiting if at > world.now), default=None)


def parcel(world: World, delivery: str) -> Parcel | None:
    """A delivery, freshly signed; None if it is not due any more.

    Whatever comes due while its endpoint is disabled is dropped. [documented]
    """
    tx = world.transaction()
    owed = tx.get("delivery", delivery)
    if owed is None or owed["next_attempt"] is None or owed["next_attempt"] > world.now:
        return None
    target = owing.target(tx, owed["endpoint"])
    if target is None or not target.enabled:
        tx.put(owed, next_attempt=None, _state="failed")
        tx.commit()
        return None
    twist = misbehaviours.twisted(owed)
    if twist["effect"] == "api_version":
        target = replace(target, version=twist["api_version"])
    event = owed.get("_event") or tx.get("event", owed["event"]) or tx.read(THIN, owed["event"])
    shown = _thin(tx, event, owed) if target.thin or event.kind == THIN else _snapshot(tx, event, owed, target)
    body = body_of(shown)
    headers = misled(world, body, target.secret, twist)
    answered = Outcome(twist["status"], FAILED) if twist["effect"] == "fail" else None
    lost = twist["effect"] == "answer_lost"
    return Parcel(owed.id, target.url, str(shown["type"]), body, headers, answered, lost, world.returns)


def body_of(shown: Mapping[str, object]) -> bytes:
    """An event as it is sent."""
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2)


def misled(world: World, body: bytes, secret: str | Sequence[str], twist: Mapping[str, Any]) -> dict[str, str]:
    """What goes with an event on a try that a test has led astray: with another secret, or out of date."""
    wrong = twist["effect"] == "wrong_signature"
    signed_with = f"whsec_{world.seed.secret('wrong', 32)}" if wrong else secret
    return headers_of(world, body, signed_with, age_seconds=twist.get("seconds", 0))


def headers_of(world: World, body: bytes, secret: str | Sequence[str], *, age_seconds: int = 0) -> dict[str, str]:
    """What goes with an event: its signature is made afresh for every try, as of so many seconds ago. [documented]

    A receiver checks the age of the signature by its own clock, which may be ahead of the account's. What is to be old
    is old by both.
    """
    clocks = (WallClock().now(), world.now)
    signed_at = min(clocks) - age_seconds if age_seconds else max(clocks)
    return {
        "Content-Type": "application/json; charset=utf-8",
        HEADER: sign(body, secret, signed_at),
        "User-Agent": USER_AGENT,
    }


def _snapshot(tx: Transaction, event: Object, owed: Object, target: owing.Target) -> dict[str, object]:
    """The event with its object, at the receiver's version; a connected account's says whose it is. [documented]"""
    account = owed.get("_account")
    told = event if account is None else Object({**event, "account": account})
    return {**registry.body(tx, told), **dialects.at(tx, event, target.version)}


def _thin(tx: Transaction, event: Object, owed: Object) -> dict[str, object]:
    """The event without its object: no `data` and no `changes`, the same at every version. [documented]"""
    return registry.body(tx, owing.thinned(event, owed.get("_account")))


def settle(world: World, parcel: Parcel, outcome: Outcome) -> None:
    """Keep what came of a try; the endpoint may be gone by now.

    A world that went back to a savepoint meanwhile knows nothing of the try, and may have given its id to another.
    """
    if parcel.returns != world.returns:
        return
    tx = world.transaction()
    delivery = tx.get("delivery", parcel.delivery)
    if delivery is None or delivery["next_attempt"] is None:
        return
    if parcel.loses_answer:
        outcome = Outcome(None, LOST)
    row = {"at": world.now, "status": outcome.status, "error": outcome.error, "ok": outcome.ok}
    settled = webhook_endpoints.answered(tx, delivery, row)
    if outcome.ok:
        invoice_webhooks.taken(tx, settled)
    tx.commit()
