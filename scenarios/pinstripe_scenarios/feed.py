"""Where the events come from that an app is to be told of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from pinstripe.http.simulator import Simulator
from pinstripe.webhooks import outbox
from pinstripe_scenarios.account import Account

NOWHERE = "https://app.invalid/stripe-webhooks"
"""The address of the endpoint; nothing is ever sent there."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event on its way to the app: the body as it will be sent, and what it says."""

    body: bytes
    event: dict[str, Any] = field(repr=False)
    owed: outbox.Parcel | None = field(default=None, repr=False)
    """What the simulator calls it, if it came from there."""

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.event["type"])

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.event["id"])


class Feed(Protocol):
    """Gives out events, oldest first."""

    def waiting(self) -> list[Parcel]:
        """The events of which the app has not been told, each until it is settled."""
        ...

    def settle(self, parcel: Parcel, status: int) -> None:
        """The app has answered."""
        ...


class EndpointFeed:
    """What the simulator owes to a webhook endpoint of the account."""

    def __init__(self, simulator: Simulator, account: Account) -> None:
        self.simulator = simulator
        self.key = account.key
        made = account.quietly("post", "/v1/webhook_endpoints", url=NOWHERE, enabled_events=["*"])
        self.endpoint: str = made["id"]
        self._ready: dict[str, Parcel] = {}
        """What was made ready before and is still owed, by the id of its delivery."""

    def waiting(self) -> list[Parcel]:
        """What is due at the endpoint."""
        with self.simulator.turn:
            world = self.simulator.account(self.key).world
            owed = [delivery.id for delivery in outbox.due(world, self.endpoint)]
            for delivery in owed:
                if delivery not in self._ready and (ready := outbox.parcel(world, delivery)) is not None:
                    self._ready[delivery] = Parcel(ready.body, json.loads(ready.body), ready)
        return [self._ready[delivery] for delivery in owed if delivery in self._ready]

    def settle(self, parcel: Parcel, status: int) -> None:
        """Tell the simulator what the endpoint answered."""
        assert parcel.owed is not None, "a parcel of this feed"
        with self.simulator.turn:
            outbox.settle(self.simulator.account(self.key).world, parcel.owed, outbox.Outcome(status))
        self._ready.pop(parcel.owed.delivery, None)


class EventsFeed:
    """The account's list of events, read over the API: for a Stripe that cannot reach into this process.

    Where the account is `shared`, an event counts if its object, or one it names, was made by this test.
    """

    def __init__(self, account: Account, *, shared: bool = False) -> None:
        self.account = account
        self.shared = shared
        newest = account.quietly("get", "/v1/events", limit=1)["data"]
        self._last: str | None = newest[0]["id"] if newest else None
        self._waiting: dict[str, Parcel] = {}

    def waiting(self) -> list[Parcel]:
        """What has happened since, and is not settled."""
        for event in self.account.events_after(self._last):
            self._last = event["id"]
            if not self.shared or self._is_ours(event["data"]["object"]):
                self._waiting[event["id"]] = Parcel(json.dumps(event, indent=2).encode(), event)
        return list(self._waiting.values())

    def settle(self, parcel: Parcel, status: int) -> None:  # noqa: ARG002 - nobody is there to be told
        """The app knows."""
        self._waiting.pop(parcel.id, None)

    def _is_ours(self, obj: dict[str, Any]) -> bool:
        """Whether an object is this test's: it or something it names was made here."""
        if not any(isinstance(value, str) and value in self.account.seen for value in obj.values()):
            return False
        self.account.seen.add(obj["id"])
        return True
