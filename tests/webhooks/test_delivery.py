"""Over real HTTP, to a real receiver on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from typing import Any

import pytest
import stripe
from tests.client import Client
from tests.webhooks.receiver import Receiver, receiving

from pinstripe.resources.webhook_endpoints import RETRIES
from pinstripe.webhooks.delivery import Sender, deliver


class Account(Client):
    """An account whose endpoints lead to a receiver."""

    def endpoint(self, url: str) -> Any:
        """A new endpoint for everything."""
        return self.post("/v1/webhook_endpoints", {"url": url, "enabled_events": ["*"]})

    def customer(self) -> Any:
        """A new customer, and with it an event."""
        return self.post("/v1/customers", {"email": "ada@example.com"})

    def deliver(self, endpoint: Any, timeout_seconds: float = 10) -> list[dict[str, Any]]:
        """Send what is due to one endpoint; what came of every try so far."""

        async def once() -> None:
            """One round."""
            async with Sender() as sender:
                await deliver(world, endpoint["id"], sender, contextlib.nullcontext(), timeout_seconds)

        world = self.simulator.account(self.key).world
        asyncio.run(once())
        rows = world.transaction().find("delivery", "endpoint", endpoint["id"])
        return [attempt for row in rows for attempt in row["attempts"]]

    def later(self, seconds: int) -> None:
        """Turn the account's clock forward."""
        account = self.simulator.account(self.key)
        account.set_clock(account.world.now + seconds)


@pytest.fixture
def account() -> Account:
    """An empty account on 31 January 2027."""
    return Account()


def test_nothing_more_goes_out_once_the_account_is_forgotten(account: Account) -> None:
    """Of two events that are due the second stays, though its courier was on the way."""
    with receiving() as receiver:
        endpoint = account.endpoint(receiver.url)
        account.customer()
        account.customer()
        world = account.simulator.account(account.key).world

        async def once() -> None:
            """One round, ended by the first arrival."""
            async with Sender() as sender:
                turn, kept = contextlib.nullcontext(), receiver.arrivals.empty
                await deliver(world, endpoint["id"], sender, turn, kept=kept)

        asyncio.run(once())
        assert receiver.arrivals.qsize() == 1


def outcome(attempt: dict[str, Any]) -> tuple[bool, int | None]:
    """Whether a try succeeded, and its status."""
    return attempt["ok"], attempt["status"]


def test_events_arrive_in_order_and_pass_the_official_check(account: Account) -> None:
    """What goes over the wire is what was signed."""
    with receiving() as receiver:
        endpoint = account.endpoint(f"{receiver.url}/hooks")
        ids = [account.customer()["id"] for _ in range(3)]
        attempts = account.deliver(endpoint)
        arrivals = [receiver.arrival() for _ in range(3)]
    assert [outcome(attempt) for attempt in attempts] == [(True, 200)] * 3
    assert [arrival.event["data"]["object"]["id"] for arrival in arrivals] == ids
    for arrival in arrivals:
        header = arrival.headers["stripe-signature"]
        stripe.Webhook.construct_event(arrival.body, header, endpoint["secret"])
        assert arrival.path == "/hooks"
        assert arrival.headers["content-type"] == "application/json; charset=utf-8"
        assert arrival.headers["user-agent"].startswith("Stripe/1.0")
        assert "cookie" not in arrival.headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure(account: Account, status: int) -> None:
    """Nobody follows it. [documented]"""
    with receiving() as receiver:
        receiver.statuses["/hooks"] = status
        endpoint = account.endpoint(f"{receiver.url}/hooks")
        account.customer()
        assert [outcome(attempt) for attempt in account.deliver(endpoint)] == [(False, status)]
        assert receiver.arrival().path == "/hooks"
        assert receiver.arrivals.empty()


def test_a_receiver_that_keeps_silent_loses_its_chance(account: Account) -> None:
    """After the timeout the try has failed, and the next event is tried."""
    with receiving() as receiver:
        receiver.closed["/hooks"] = threading.Event()
        endpoint = account.endpoint(f"{receiver.url}/hooks")
        account.customer()
        account.customer()
        attempts = account.deliver(endpoint, timeout_seconds=0.05)
        assert [attempt["error"] for attempt in attempts] == ["no answer within 0.05 seconds"] * 2


def test_a_receiver_that_was_down_gets_the_retry(account: Account) -> None:
    """Nobody listens at the first try; an hour of the account's time later somebody does."""
    with receiving() as receiver:
        port = int(receiver.url.rpartition(":")[2])
    endpoint = account.endpoint(f"http://127.0.0.1:{port}/hooks")
    account.customer()
    (first,) = account.deliver(endpoint)
    assert outcome(first) == (False, None)
    assert first["error"].startswith("ConnectError")
    with receiving(port) as receiver:
        assert len(account.deliver(endpoint)) == 1
        account.later(RETRIES[0])
        assert [outcome(attempt) for attempt in account.deliver(endpoint)] == [(False, None), (True, 200)]
        arrival = receiver.arrival()
    assert f"t={account.simulator.account(account.key).world.now}," in arrival.headers["stripe-signature"]
    stripe.Webhook.construct_event(arrival.body, arrival.headers["stripe-signature"], endpoint["secret"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http://[::1", "http://a b/", "https://127.0.0.1:1/"])
def test_an_address_that_leads_nowhere_is_a_failed_try(account: Account, url: str) -> None:
    """Whatever is wrong with it: no exception gets out, and the event waits for its retry."""
    endpoint = account.endpoint("http://127.0.0.1:1/")
    tx = account.simulator.account(account.key).world.transaction()
    tx.put(tx.read("webhook_endpoint", endpoint["id"]), url=url)
    tx.commit()
    account.customer()
    assert [outcome(attempt) for attempt in account.deliver(endpoint)] == [(False, None)]
    assert account.events()[-1]["pending_webhooks"] == 1


def test_an_endpoint_deleted_while_its_receiver_takes_its_time_is_left_alone(account: Account) -> None:
    """What comes of a try that nobody is waiting for any more is forgotten."""
    with receiving() as receiver:
        gate = receiver.closed["/hooks"] = threading.Event()
        endpoint = account.endpoint(f"{receiver.url}/hooks")
        account.customer()
        thread = threading.Thread(target=_delete_during, args=(account, endpoint, receiver, gate))
        thread.start()
        assert account.deliver(endpoint) == []
        thread.join()
    assert account.events()[-1]["pending_webhooks"] == 0


def _delete_during(account: Account, endpoint: Any, receiver: Receiver, gate: threading.Event) -> None:
    """Delete the endpoint once the event has arrived, then let the receiver answer."""
    event = json.loads(receiver.arrival().body)
    assert event["pending_webhooks"] == 1
    account.delete(f"/v1/webhook_endpoints/{endpoint['id']}")
    gate.set()
