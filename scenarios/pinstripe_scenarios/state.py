"""What the plugin keeps for one run of pytest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from pinstripe_scenarios import settings
from pinstripe_scenarios.finder import Finder
from pinstripe_scenarios.guard import Guard

if TYPE_CHECKING:
    from pinstripe_scenarios.account import Account
    from pinstripe_scenarios.backends import Backend


KEY_VARIABLE = "STRIPE_TEST_KEY"


class State:
    """The guard, the finder, and the choice of backend of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        how = settings.for_run(config, "stripe_guard", settings.GUARDS, "calls")
        self.guard = Guard(below_the_sdk_only=how == "sockets")
        self.finder = Finder(self.guard)
        self.account: pytest.StashKey[Account] = pytest.StashKey()
        """Where an item keeps the account of its test, for the report."""

    def check(self) -> None:
        """Raise UsageError for options that make no sense together, and for test mode without a test key."""
        if self.backend_name == "testmode":
            check_key(os.environ)
        elif self.server_url:
            raise pytest.UsageError("--stripe-server-url goes with --stripe-backend=testmode")

    def install(self) -> None:
        """Watch over this process until `remove`."""
        self.guard.install()
        self.finder.install()

    def remove(self) -> None:
        """Leave the process as it was."""
        self.finder.remove()
        self.guard.remove()

    @property
    def backend_name(self) -> str:
        """Which backend was asked for."""
        return settings.for_run(self.config, "stripe_backend", settings.BACKENDS, "fake")

    @property
    def server_url(self) -> str | None:
        """The base URL that was given for test mode."""
        return settings.for_run(self.config, "stripe_server_url") or None

    @property
    def header(self) -> str:
        """The run in a line."""
        parts = {
            "backend": self.backend_name,
            "server": self.server_url,
            "seed": settings.for_run(self.config, "stripe_seed"),
            "guard": "sockets" if self.guard.below_the_sdk_only else "calls",
        }
        return "stripe: " + " ".join(f"{name}={value}" for name, value in parts.items() if value)

    def new_backend(self) -> Backend:
        """The backend that was asked for."""
        from pinstripe_scenarios import backends  # noqa: PLC0415 - the simulator and the SDK, for those who use them

        match self.backend_name:
            case "http":
                return backends.HTTPBackend()
            case "testmode":
                return backends.TestModeBackend(check_key(os.environ), self.server_url)
        return backends.FakeBackend()


def check_key(environment: Mapping[str, str]) -> str:
    """The key of test mode; raises UsageError where there is none, or a live one."""
    from pinstripe_scenarios.refusals import LIVE_KEY  # noqa: PLC0415 - for test mode

    key = environment.get(KEY_VARIABLE, "")
    if LIVE_KEY.search(key):
        raise pytest.UsageError(f"{KEY_VARIABLE} holds a live key. Live keys are refused, and no option allows them.")
    if not key.startswith(("sk_test_", "rk_test_")):
        raise pytest.UsageError(
            f"--stripe-backend=testmode needs a test key in the environment: {KEY_VARIABLE}=sk_test_…"
        )
    return key


STATE: pytest.StashKey[State] = pytest.StashKey()
