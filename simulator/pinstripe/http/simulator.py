"""A whole fake Stripe as one object: its accounts, the path of a request, the control plane."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.cli.sessions import Sessions
from pinstripe.http.control import ControlPlane
from pinstripe.http.message import Request, Response
from pinstripe.http.pipeline import Pipeline
from pinstripe.wire import versions
from pinstripe.world import Clock, ControlledClock, Seed, WallClock


class Simulator:
    """A local Stripe without a socket.

    `seed` decides every id; the same seed and the same calls give the same bytes. `now` (seconds since 1970 UTC) starts
    every account's clock there and lets it stand still; without it accounts follow the machine's clock. `api_version`
    speaks where a request or an endpoint names none, the newest if nothing is said; one that is not served raises
    ValueError.
    """

    def __init__(self, *, seed: str = "pinstripe", now: int | None = None, api_version: str | None = None) -> None:
        if api_version not in (None, *versions.SERVED):
            raise ValueError(f"There is no API version {api_version!r} here; there are {', '.join(versions.SERVED)}.")
        clock: Callable[[], Clock] = WallClock if now is None else (lambda: ControlledClock(now))
        self.accounts = Accounts(Seed(seed), clock, api_version or versions.DEFAULT)
        self.pipeline = Pipeline(self.accounts)
        self.control = ControlPlane(self.accounts, self.pipeline.handle)
        self.turn = threading.RLock()
        """Held by whoever reads or changes an account: one at a time, whichever threads an app has."""
        self.sessions = Sessions(self.accounts, self.turn)

    def handle(self, request: Request) -> Response:
        """Answer one API request, and write it into the logs that somebody tails."""
        with self.turn:
            response = self.pipeline.handle(request)
            self.sessions.tell(request, response)
            return response

    def account(self, key: str) -> Account:
        """The account of an API key."""
        with self.turn:
            return self.accounts.of(key)
