"""Stripe's test mode, or anything that answers like it at a base URL: one account, shared by all tests of a run."""

from __future__ import annotations

import threading

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.backends.backend import Features
from pinstripe_scenarios.backends.remote import Remote

STRIPE = "https://api.stripe.com"
AT_ONCE = 3
"""How many times readiness is asked for before anybody waits."""
PAUSE_SECONDS = 0.5


class TestModeBackend(Features):
    """A Stripe that we do not run."""

    __test__ = False
    name = "testmode"

    def __init__(self, key: str, server_url: str | None) -> None:
        self.key = key
        self.url = server_url
        self.features = frozenset({"server"}) if server_url else frozenset()
        self.remote = Remote(server_url or STRIPE, through_proxies=server_url is None)

    def open(self, test: str, *, seed: str, now: int | None) -> Account:  # noqa: ARG002 - the account exists already
        """The one account there is."""
        return Account(self.key, self.remote.send, reaches_stripe=self.url is None)

    def control_client(self, account: Account) -> None:
        """Stripe has no control plane."""

    def shut(self, account: Account) -> None:
        """Nothing: what a test made hangs on its clock, which is deleted."""

    def pause(self, attempt: int) -> None:
        """Wait a moment; not at first, for a simulator is ready at once."""
        if attempt >= AT_ONCE:
            threading.Event().wait(PAUSE_SECONDS)

    def server_url(self) -> str | None:
        """The base URL, if it is not Stripe's own."""
        return self.url

    def close(self) -> None:
        """Close the connections."""
        self.remote.client.close()
