"""The simulator in this process: no socket, no port, an empty account for every test."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from pinstripe.control import Client
from pinstripe.http.simulator import Simulator
from pinstripe.world import WallClock
from pinstripe_scenarios.account import Account, Control
from pinstripe_scenarios.backends.backend import FEATURES, Features


def key_of(test: str, seed: str) -> str:
    """The key of a test's account: always the same for the same test and seed."""
    return f"sk_test_{hashlib.sha256(f'{seed}:{test}'.encode()).hexdigest()[:24]}"


class Local(Features, ABC):
    """What both ways of using our own simulator share."""

    features = frozenset(FEATURES)

    def __init__(self) -> None:
        self.simulator = Simulator()
        self.stack = ExitStack()
        self._url: str | None = None

    def open(self, test: str, *, seed: str, now: int | None) -> Account:
        """An empty account whose own clock stands still at `now`, or at the present."""
        key = key_of(test, seed)
        with self.simulator.turn:
            self.simulator.accounts.reset(key)
            ours = self.simulator.account(key)
            ours.set_clock(WallClock().now() if now is None else now)
        return self.account(key)

    @abstractmethod
    def account(self, key: str) -> Account:
        """How a test reaches the account of a key."""

    def news(self, key: str) -> Iterator[tuple[str, str]]:
        """The account's events, the newest first."""
        with self.simulator.turn:
            world = self.simulator.account(key).world
            for id_ in list(world.ids("event")):
                event = world.get("event", id_)
                if event is not None:
                    yield str(event["type"]), id_

    def now(self, key: str) -> int:
        """The account's own time."""
        return self.simulator.account(key).world.now

    def control(self, key: str) -> Control:
        """The control plane, for the account of a key."""

        def told(call: str, body: Mapping[str, Any]) -> Any:
            with self.simulator.turn:
                return self.simulator.control.handle("POST", f"/_pinstripe/{call}", key, json.dumps(body).encode())

        return told

    def control_client(self, account: Account) -> Client:
        """The control plane of an account."""
        return Client(self.simulator, account.key)

    def shut(self, account: Account) -> None:
        """Forget the account."""
        with self.simulator.turn:
            self.simulator.accounts.reset(account.key)

    def pause(self, attempt: int) -> None:
        """Nothing to wait for: what was asked for has happened by the next call."""

    def server_url(self) -> str:
        """A server over the same simulator, started when it is first asked for."""
        if self._url is None:
            try:
                from pinstripe.http.server import running  # noqa: PLC0415 - sockets only where they are wanted

                self._url = self.stack.enter_context(running(self.simulator))
            except ModuleNotFoundError as error:
                raise ModuleNotFoundError(f"{error}: a server needs pinstripe[server]") from None
        return self._url

    def close(self) -> None:
        """Stop the server, if there is one."""
        self.stack.close()


class FakeBackend(Local):
    """The simulator, called as a function."""

    name = "fake"

    def account(self, key: str) -> Account:
        """An account in this process."""
        control = self.control(key)
        return Account(key, self.simulator.handle, now=lambda: self.now(key), news=Fresh(self, key), control=control)


class Fresh:
    """The events of an account since it was last asked, the oldest first."""

    def __init__(self, backend: Local, key: str) -> None:
        self.backend = backend
        self.key = key
        self.last: str | None = None

    def __call__(self) -> list[tuple[str, str]]:
        """What is new."""
        new: list[tuple[str, str]] = []
        for type_, id_ in self.backend.news(self.key):
            if id_ == self.last:
                break
            new.append((type_, id_))
        else:
            if self.last is not None:  # the account went back to a time before it
                self.last = new[0][1] if new else None
                return []
        if new:
            self.last = new[0][1]
        return new[::-1]
