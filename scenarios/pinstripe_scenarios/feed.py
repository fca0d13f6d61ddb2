"""Where the events come from that an app is to be told of: the account's own list of events, since the test began."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pinstripe_scenarios.account import Account


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event on its way to the app: the body as it will be sent, and what it says."""

    body: bytes
    event: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, event: dict[str, Any]) -> Parcel:
        """An event as Stripe sends it: the app that is being told is one of those who wait for it."""
        told = {**event, "pending_webhooks": max(1, event["pending_webhooks"])}
        return cls(json.dumps(told, indent=2, ensure_ascii=False).encode(), told)

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.event["type"])

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.event["id"])


class Feed:
    """Gives out events, oldest first; those that happened before anybody asked are among them.

    Where the account is `shared`, an event counts if its object, or one it names, was made by this test.
    """

    def __init__(self, account: Account, *, shared: bool) -> None:
        self.account = account
        self.shared = shared
        self._last = account.began_after
        self._waiting: dict[str, Parcel] = {}

    def waiting(self) -> list[Parcel]:
        """The events of which the app has not been told, each until it is settled."""
        for event in self.account.events_after(self._last):
            self._last = event["id"]
            if not self.shared or self._is_ours(event["data"]["object"]):
                self._waiting[event["id"]] = Parcel.of(event)
        return list(self._waiting.values())

    def mark(self) -> tuple[str | None, dict[str, Parcel]]:
        """How far the app has been told, to go back to."""
        return self._last, dict(self._waiting)

    def back(self, mark: tuple[str | None, dict[str, Parcel]]) -> None:
        """The app has been told only so far."""
        self._last, self._waiting = mark[0], dict(mark[1])

    def settle(self, parcel: Parcel) -> None:
        """The app knows."""
        self._waiting.pop(parcel.id, None)

    def _is_ours(self, obj: dict[str, Any]) -> bool:
        """Whether an object is this test's: it or something it names was made here."""
        if not any(isinstance(value, str) and value in self.account.seen for value in obj.values()):
            return False
        if "id" in obj:  # an invoice that is only upcoming has none
            self.account.seen.add(obj["id"])
        return True
