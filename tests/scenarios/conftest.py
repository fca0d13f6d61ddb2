"""Runs of pytest inside a test, with our plugin and no other that happens to be installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import stripe

from pinstripe.http.server import running
from pinstripe.http.simulator import Simulator

Run = Callable[..., pytest.RunResult]
PLUGINS = ("-p", "pinstripe_scenarios.plugin", "-p", "no:cacheprovider", "-W", "error")


@pytest.fixture
def lonely(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for tests in which no plugin loads by itself and no key of the machine is seen."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("STRIPE_TEST_KEY", raising=False)
    monkeypatch.setattr(stripe, "default_http_client", None)
    return pytester


@pytest.fixture
def run(lonely: pytest.Pytester) -> Run:
    """Run a test file in this process: fast, because the SDK is imported already."""

    def run_one(code: str, *args: str) -> pytest.RunResult:
        """Run it with these arguments."""
        if code:
            lonely.makepyfile(code)
        return lonely.runpytest_inprocess(*PLUGINS, *args)

    return run_one


@pytest.fixture
def run_apart(lonely: pytest.Pytester) -> Run:
    """Run a test file in a process of its own, in which nothing is imported and nothing is patched yet."""

    def run_one(code: str, *args: str) -> pytest.RunResult:
        """Run it with these arguments."""
        if code:
            lonely.makepyfile(code)
        return lonely.runpytest_subprocess(*PLUGINS, *args)

    return run_one


@pytest.fixture
def server() -> Iterator[str]:
    """The base URL of a simulator that is not the plugin's own."""
    with running(Simulator()) as url:
        yield url
