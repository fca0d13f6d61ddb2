"""What the plugin keeps for one run of pytest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pinstripe_scenarios import settings
from pinstripe_scenarios.guard import LIVE_KEY, Guard
from pinstripe_scenarios.intercept import Interceptor, Router

if TYPE_CHECKING:
    from pinstripe_scenarios.account import Account
    from pinstripe_scenarios.backends import Backend


KEY_VARIABLE = "STRIPE_TEST_KEY"


@dataclass
class State:
    """The guard, the interceptor, and the choice of backend of one run."""

    config: pytest.Config
    guard: Guard
    interceptor: Interceptor
    account: pytest.StashKey[Account] = field(default_factory=pytest.StashKey)
    """Where an item keeps the account of its test, for the report."""

    @classmethod
    def of(cls, config: pytest.Config) -> State:
        """The state of a run, by its options."""
        how = settings.for_run(config, "stripe_guard", settings.GUARDS, "calls")
        guard = Guard(below_the_sdk_only=how == "sockets")
        return cls(config, guard, Interceptor(Router(guard)))

    def check(self) -> None:
        """Raise UsageError for options that make no sense together, and for test mode without a test key."""
        if self.backend_name == "testmode":
            check_key(os.environ)
        elif self.server_url:
            raise pytest.UsageError("--stripe-server-url goes with --stripe-backend=testmode")

    def install(self) -> None:
        """Watch over this process until `remove`."""
        self.guard.install()
        self.interceptor.install()

    def remove(self) -> None:
        """Leave the process as it was."""
        self.interceptor.remove()
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
    key = environment.get(KEY_VARIABLE, "")
    if LIVE_KEY.search(key):
        raise pytest.UsageError(f"{KEY_VARIABLE} holds a live key. Live keys are refused, and no option allows them.")
    if not key.startswith(("sk_test_", "rk_test_")):
        raise pytest.UsageError(
            f"--stripe-backend=testmode needs a test key in the environment: {KEY_VARIABLE}=sk_test_…"
        )
    return key


STATE: pytest.StashKey[State] = pytest.StashKey()
