"""Every `stripe trigger` of the official command line runs, and the event it is named after happens.

The command line names no API version, so the account's speaks [documented]. Its fixtures use words that newer versions
took away, so a call of its is read at the newest version that takes it. It talks to a Unix socket, by which it sends
the calls for all of Stripe's hosts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pinstripe import Simulator
from pinstripe.http.server import running
from tests.cli.stripe_cli import StripeCli
from tests.client import Client

OLD = "2022-11-15"
"""A version for whose accounts the fixtures were written."""
AT_OLD = ("charge.succeeded", "customer.discount.created", "subscription_schedule.created")
"""What is tried there too: what newer versions do not take."""
WAIT = 2
"""Seconds after which debits are through, redaction is done and reports are written."""

ALL, EVERY = "PINSTRIPE_ALL_TRIGGERS", 16
"""The variable that has all of them run, which takes half a minute; without it every sixteenth does."""

FUNDS = {
    "amount": 100_000,
    "currency": "usd",
    "confirm": True,
    "payment_method": "pm_card_bypassPending",
    "payment_method_types": ["card"],
}
"""What an account has before: the fixtures transfer all that they are paid, fees included. Stripe refuses that too."""

OTHERWISE: Mapping[str, str] = {
    "subscription.payment_failed": "invoice.payment_failed",
    "subscription.payment_succeeded": "invoice.payment_succeeded",
    **{
        f"issuing_{what}.{region}": f"issuing_{what}"
        for what in ("authorization.request", "card.created", "cardholder.created")
        for region in ("eu", "gb")
    },
}
"""Triggers that are not called after the type of their event."""

SILENT: Mapping[str, str] = {
    "subscription_schedule.aborted": "told when a subscription ends for debts [documented]; here it is canceled",
    "subscription_schedule.completed": "the fixture's schedule is `released` at its end, as its end behavior says",
    "subscription_schedule.expiring": "told seven days before the end [documented]; the fixture stops nine days before",
}
"""Triggers that run and whose event does not happen, and why."""


def names(cli: StripeCli) -> list[str]:
    """Every trigger there is."""
    text = cli.run("trigger", "--help", key="sk_test_triggers1").stdout
    listed = re.search(r"Supported events:\n((?:  \S+\n)+)", text)
    assert listed is not None
    return listed[1].split()


def told(client: Client) -> set[str]:
    """The types of everything that happened in an account and in those connected to it, thin events too."""
    account = client.simulator.account(client.key)
    worlds = [account.world, *(each.world for each in account.connected.values())]
    kinds = ("event", "v2.core.event")
    return {event["type"] for world in worlds for kind in kinds for event in world.tables[kind].objects.values()}


Run = Callable[[Sequence[str]], list[str]]


@pytest.fixture
def run(request: pytest.FixtureRequest, cli: StripeCli, tmp_path: Path) -> Iterator[Run]:
    """What is wrong with triggers, each in an account of its own, on a server that also listens on a Unix socket."""
    version = getattr(request, "param", None)
    simulator = Simulator(seed="triggers") if version is None else Simulator(seed="triggers", api_version=version)
    path = str(tmp_path / "s")

    def one(number: int, name: str) -> str | None:
        """What is wrong with one trigger. Somebody has to listen for an authorization, or nobody is asked."""
        client = Client(simulator)
        client.key = f"sk_test_trigger{number}"
        listening = {"url": "https://app.invalid/", "enabled_events": ["issuing_authorization.request"]}
        client.post("/v1/webhook_endpoints", listening)
        client.version = OLD  # whose words the funds are paid in
        client.post("/v1/payment_intents", FUNDS)
        done = cli.run("trigger", name, key=client.key, unix_socket=path)
        if done.returncode or "Trigger succeeded" not in done.stdout:
            return f"{name}: {done.stdout}{done.stderr}"
        with simulator.turn:
            account = simulator.account(client.key)
            account.set_clock(max(account.world.now, account.world.clock.now()) + WAIT)
            types = told(client)
        happened = OTHERWISE.get(name, name) in types
        return f"{name} ended in {sorted(types)}" if happened is (name in SILENT) else None

    def every(triggers: Sequence[str]) -> list[str]:
        """What is wrong with any of them."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(filter(None, pool.map(one, range(len(triggers)), triggers)))

    with running(simulator, unix_socket=path):
        yield every


def test_triggers_end_in_their_event(cli: StripeCli, run: Run) -> None:
    """All of them succeed on a server as it comes; those whose event does not happen are known with their reason."""
    triggers = names(cli)
    assert len(triggers) >= 100
    wrong = run(triggers if os.environ.get(ALL) else triggers[::EVERY])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("run", [OLD], indirect=True)
def test_they_do_in_an_account_of_the_fixtures_time(run: Run) -> None:
    """Where the account's own version takes the fixtures, it reads them."""
    wrong = run(AT_OLD)
    assert not wrong, "\n".join(wrong)
