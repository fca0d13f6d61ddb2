"""The pytest plugin: options, markers, the guard, and what a failure shows.

It is part of every run of whoever installed it, so it imports nothing but pytest until a test asks for something.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pinstripe_scenarios.own_packages import OwnPackages

sys.meta_path.insert(0, OwnPackages)

from pinstripe_scenarios import fixtures, settings  # noqa: E402 - found as said above
from pinstripe_scenarios.state import STATE, State  # noqa: E402 - the same


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    settings.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Watch from before the first conftest.py is read."""
    _watch(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register fixtures and markers, and watch if nobody does yet.

    The fixtures are not named in `pytest_plugins`, because pytest looks such a name up among the entry points of
    everything that is installed.
    """
    config.pluginmanager.register(fixtures, fixtures.__name__)
    for marker in settings.MARKERS:
        config.addinivalue_line("markers", marker)
    _watch(config)
    config.stash[STATE].check()


def _watch(config: pytest.Config) -> None:
    """Install guard and finder, once."""
    if STATE not in config.stash:
        state = config.stash[STATE] = State(config)
        state.install()
        config.add_cleanup(state.remove)


def pytest_report_header(config: pytest.Config) -> str:
    """Where Stripe is in this run."""
    return config.stash[STATE].header


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marked test has an account, whether it names the fixture or not."""
    for item in items:
        names: list[str] | None = getattr(item, "fixturenames", None)
        marked = any(True for name in ("stripe", "stripe_fake_only") for _ in item.iter_markers(name))
        if names is not None and marked and "stripe_account" not in names:
            names.insert(0, "stripe_account")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Stories are tests."""
    if file_path.suffix != ".story":
        return None
    from pinstripe_scenarios.stories.collector import StoryFile  # noqa: PLC0415 - for those who tell stories

    return StoryFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Know which test is running, for the message of a refused call."""
    guard = item.config.stash[STATE].guard
    guard.running = item.nodeid
    try:
        return (yield)
    finally:
        guard.running = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test for a refused call in one of its threads, where the refusal itself is easily lost."""
    guard = item.config.stash[STATE].guard
    guard.elsewhere.clear()
    result = yield
    if guard.elsewhere:
        raise guard.elsewhere[0]
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what happened in the test's account."""
    report = yield
    state = item.config.stash[STATE]
    account = item.stash.get(state.account, None)
    if report.when == "call" and report.failed and account is not None and (text := account.timeline.text()):
        report.sections.append(("stripe timeline", text))
    return report
