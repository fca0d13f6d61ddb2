"""What is owed to webhook endpoints, made ready to be sent; no socket here.

A delivery is an object whose alarm is its next try. An edge asks `due` for the parcels whose moment has come, sends
them, and reports to `settle`, which plans the next try or closes the matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from pinstripe.resources import registry, webhook_endpoints
from pinstripe.wire.signature import sign
from pinstripe.world import WallClock, World

USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
TIMEOUT_SECONDS = 10.0


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


def due(world: World) -> list[Parcel]:
    """The parcels to be sent now, in the order in which their events happened, each freshly signed."""
    tx = world.transaction()
    parcels = []
    for delivery in world.due("delivery"):
        endpoint = tx.read("webhook_endpoint", delivery["endpoint"])
        event = tx.read("event", delivery["event"])
        body = orjson.dumps(registry.body(tx, event), option=orjson.OPT_INDENT_2)
        # A receiver checks the age of the signature by its own clock, which may be ahead of the account's.
        signed_at = max(WallClock().now(), world.now)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, endpoint["_secret"], signed_at),
            "User-Agent": USER_AGENT,
        }
        parcels.append(Parcel(delivery.id, endpoint["url"], event["type"], body, headers))
    return parcels


def settle(world: World, parcel: Parcel, outcome: Outcome) -> None:
    """Keep what came of a try; the endpoint may be gone by now."""
    tx = world.transaction()
    delivery = tx.get("delivery", parcel.delivery)
    if delivery is None or delivery["next_attempt"] is None:
        return
    row = {"at": world.now, "status": outcome.status, "error": outcome.error, "ok": outcome.ok}
    webhook_endpoints.answered(tx, delivery, row)
    tx.commit()
