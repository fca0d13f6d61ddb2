"""What is owed to webhook endpoints, made ready to be sent; no socket here.

A delivery is an object whose alarm is its next try. An edge asks `due` for the deliveries whose moment has come, takes
the `parcel` of each just before sending it, and reports to `settle`, which plans the next try or closes the matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from pinstripe.resources import dialects, owing, registry, webhook_endpoints
from pinstripe.wire.signature import HEADER, sign
from pinstripe.world import Object, Transaction, WallClock, World

THIN = "v2.core.event"
USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One try to deliver one event to one endpoint."""

    delivery: str
    url: str
    type: str
    body: bytes
    headers: dict[str, str]


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
    """The deliveries to be tried now, to one endpoint or to all, in the order in which their events happened."""
    return [delivery for delivery in world.due("delivery") if endpoint in (None, delivery["endpoint"])]


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
    event = owed.get("_event") or tx.get("event", owed["event"]) or tx.read(THIN, owed["event"])
    shown = _thin(tx, event, owed) if target.thin or event.kind == THIN else _snapshot(tx, event, owed, target)
    body = orjson.dumps(shown, option=orjson.OPT_INDENT_2)
    # A receiver checks the age of the signature by its own clock, which may be ahead of the account's.
    signed_at = max(WallClock().now(), world.now)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        HEADER: sign(body, target.secret, signed_at),
        "User-Agent": USER_AGENT,
    }
    return Parcel(owed.id, target.url, str(shown["type"]), body, headers)


def _snapshot(tx: Transaction, event: Object, owed: Object, target: owing.Target) -> dict[str, object]:
    """The event with its object, at the receiver's version; a connected account's says whose it is. [documented]"""
    account = owed.get("_account")
    told = event if account is None else Object({**event, "account": account})
    return {**registry.body(tx, told), **dialects.at(tx, event, target.version)}


def _thin(tx: Transaction, event: Object, owed: Object) -> dict[str, object]:
    """The event without its object: no `data` and no `changes`, the same at every version. [documented]"""
    return registry.body(tx, owing.thinned(event, owed.get("_account")))


def settle(world: World, parcel: Parcel, outcome: Outcome) -> None:
    """Keep what came of a try; the endpoint may be gone by now."""
    tx = world.transaction()
    delivery = tx.get("delivery", parcel.delivery)
    if delivery is None or delivery["next_attempt"] is None:
        return
    row = {"at": world.now, "status": outcome.status, "error": outcome.error, "ok": outcome.ok}
    webhook_endpoints.answered(tx, delivery, row)
    tx.commit()
