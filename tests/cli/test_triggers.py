"""Every `stripe trigger` of the official command line runs, and the event it is named after happens.

The command line names no API version, so the account's speaks [documented]; its fixtures were written for accounts that
began with 2022-11-15 or earlier: they take cards where they name no ways to pay. It talks to a Unix socket, by which it
sends the calls for all of Stripe's hosts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pinstripe import Simulator
from pinstripe.http.server import running
from tests.cli.stripe_cli import StripeCli
from tests.client import Client

VERSION = "2022-11-15"
WAIT = 10 * 86400
"""Debits settle, redaction ends and money becomes available by the account's clock."""

ALL, EVERY = "PINSTRIPE_ALL_TRIGGERS", 16
"""The variable that has all of them run, which takes half a minute; without it every sixteenth does."""

FUNDS = {
    "amount": 100_000,
    "currency": "usd",
    "confirm": True,
    "payment_method": "pm_card_bypassPending",
    "payment_method_types": ["card"],
}
"""What an account has before: the fixtures transfer all that they are paid, fees included."""

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
    "account.application.deauthorized": "no application is ever authorized here",
    "subscription_schedule.aborted": "told when a subscription ends for debts [documented]; here it is canceled",
    "subscription_schedule.completed": "the fixture's schedule ends as `released`, by its end behavior [inferred]",
    "subscription_schedule.expiring": "told seven days before the end [documented]; the fixture stops nine days before",
    "reporting.report_run.succeeded": "what stands in the report is not known here, so the run stays pending",
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


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[tuple[Simulator, str]]:
    """A simulator whose server listens on a Unix socket as well."""
    simulator, path = Simulator(seed="triggers", api_version=VERSION), str(tmp_path / "s")
    with running(simulator, unix_socket=path):
        yield simulator, path


def test_triggers_end_in_their_event(cli: StripeCli, socket: tuple[Simulator, str]) -> None:
    """All of them succeed; those whose event does not happen are known with their reason."""
    simulator, path = socket

    def run(number: int, name: str) -> str | None:
        """What is wrong with one trigger, in an account of its own."""
        client = Client(simulator)
        client.key = f"sk_test_trigger{number}"
        listening = {"url": "https://app.invalid/", "enabled_events": ["issuing_authorization.request"]}
        client.post("/v1/webhook_endpoints", listening)
        client.post("/v1/payment_intents", FUNDS)
        done = cli.run("trigger", name, key=client.key, unix_socket=path)
        if done.returncode or "Trigger succeeded" not in done.stdout:
            return f"{name}: {done.stdout}{done.stderr}"
        with simulator.turn:
            account = simulator.account(client.key)
            account.set_clock(max(account.world.now, account.world.clock.now()) + WAIT)
            types = told(client)
        happened = OTHERWISE.get(name, name) in types
        if happened is (name in SILENT):
            return f"{name} ended in {sorted(types)}"
        return None

    triggers = names(cli)
    assert len(triggers) >= 100
    if not os.environ.get(ALL):
        triggers = triggers[::EVERY]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(filter(None, pool.map(run, range(len(triggers)), triggers)))
    assert not wrong, "\n".join(wrong)
