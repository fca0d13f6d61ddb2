"""`stripe listen` and `stripe logs tail`, by the official command line."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
import stripe

from pinstripe import Simulator
from pinstripe.http.server import running
from tests.cli.stripe_cli import PATIENCE_SECONDS, StripeCli
from tests.client import NOW, Client
from tests.webhooks.receiver import receiving

KEY = "sk_test_clistory1"
"""The command line wants at least twelve characters."""
READY = "Ready!"


class Account(Client):
    """An account that a command line listens to."""

    def __init__(self, simulator: Simulator, url: str) -> None:
        super().__init__(simulator)
        self.key = KEY
        self.url = url

    def listening(self, *words: str) -> list[str]:
        """The words of a command that listens here."""
        return ["listen", "--skip-update", "--api-base", self.url, *words]

    def ids(self) -> list[str]:
        """The ids of everything that happened, oldest first."""
        world = self.simulator.account(KEY).world
        with self.simulator.turn:
            return list(reversed(list(world.ids("event"))))

    def renew(self) -> None:
        """A customer subscribes and is billed for two months more: some fifty events."""
        product = self.post("/v1/products", {"name": "Gold"})
        terms = {"product": product["id"], "currency": "usd", "unit_amount": 2000, "recurring": {"interval": "month"}}
        price = self.post("/v1/prices", terms)
        card = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
        customer = self.post("/v1/customers", card)
        self.post("/v1/subscriptions", {"customer": customer["id"], "items": [{"price": price["id"]}]})
        with self.simulator.turn:
            self.simulator.account(KEY).set_clock(self.simulator.account(KEY).world.now + 60 * 86400)


@pytest.fixture
def account() -> Iterator[Account]:
    """An empty account on a server that has the command line connect anew every second."""
    simulator = Simulator(seed="listen", now=NOW)
    simulator.sessions.reconnect_seconds = 1
    with running(simulator) as url:
        yield Account(simulator, url)


def test_every_event_of_a_renewal_is_forwarded_in_order_through_a_reconnect(cli: StripeCli, account: Account) -> None:
    """None is lost and none doubled while the command line goes and comes back; each passes the official check."""
    ended = threading.Event()
    account.simulator.sessions.answered_seconds = PATIENCE_SECONDS

    def trickle() -> None:
        """Make a customer every few milliseconds, so that there is always something on its way."""
        while not ended.wait(0.02):
            account.post("/v1/customers")

    thread = threading.Thread(target=trickle)
    with receiving() as receiver:
        words = account.listening("--all-snapshot", "--forward-to", f"{receiver.url}/hooks", "--log-level", "debug")
        with cli.running(*words, key=KEY, until=READY) as lines:
            thread.start()
            try:
                account.renew()
                while "Connected!" not in lines.get(timeout=PATIENCE_SECONDS):
                    pass
            finally:
                ended.set()
                thread.join()
            expected = account.ids()
            arrivals = [receiver.arrival() for _ in expected]
            assert [arrival.event["id"] for arrival in arrivals] == expected
            assert len(expected) > 50
            assert {"invoice.paid", "customer.subscription.updated"} < {a.event["type"] for a in arrivals}
        secret = cli.run("listen", "--print-secret", "--api-base", account.url, key=KEY).stdout.strip()
        assert receiver.arrivals.empty()
    for arrival in arrivals:
        stripe.Webhook.construct_event(arrival.body, arrival.headers["stripe-signature"], secret)
    taken = account.events()[:-1]  # the answer to the last one may still be on its way
    assert {event["pending_webhooks"] for event in taken} == {0}


def test_thin_events_and_those_of_connected_accounts_go_where_they_are_told(cli: StripeCli, account: Account) -> None:
    """`--forward-thin-to` gets them without their objects; a connected account's say whose they are."""
    sdk = stripe.StripeClient(KEY, base_addresses={"api": account.url})
    connected = sdk.v1.accounts.create({"type": "custom", "country": "US"})
    arrivals = []
    with receiving() as receiver:
        words = account.listening(
            *("--all-thin", "--all-snapshot", "--forward-thin-to", f"{receiver.url}/thin"),
            *("--forward-to", f"{receiver.url}/own", "--forward-connect-to", f"{receiver.url}/connect"),
            *("--forward-thin-connect-to", f"{receiver.url}/connect_thin"),
        )
        with cli.running(*words, key=KEY, until=READY):
            for account_id in (None, connected.id):
                sdk.v1.customers.create({"email": "ada@example.com"}, {"stripe_account": account_id})
                told = {row.path: row.event for row in (receiver.arrival(), receiver.arrival())}
                arrivals.append(told)
    own, thin = arrivals[0]["/own"], arrivals[0]["/thin"]
    theirs, thinly = arrivals[1]["/connect"], arrivals[1]["/connect_thin"]
    assert (own["type"], own["data"]["object"]["email"]) == ("customer.created", "ada@example.com")
    assert (thin["type"], thin["snapshot_event"]) == ("v1.customer.created", own["id"])
    assert "data" not in thin
    assert "account" not in own
    assert (theirs["account"], theirs["type"]) == (connected.id, "customer.created")
    assert (thinly["context"], thinly["snapshot_event"]) == (connected.id, theirs["id"])


def test_an_app_that_listens_to_some_events_gets_only_those(cli: StripeCli, account: Account) -> None:
    """The command line picks them, at the version it is told to ask for."""
    account.simulator.account(KEY).version = "2022-11-15"
    with receiving() as receiver:
        words = account.listening("--events", "customer.updated", "--latest", "--forward-to", f"{receiver.url}/hooks")
        with cli.running(*words, key=KEY, until=READY):
            customer = account.post("/v1/customers")
            for name in ("Ada", "Grace"):
                account.post(f"/v1/customers/{customer['id']}", {"name": name})
            events = [receiver.arrival().event for _ in range(2)]
    newest = account.simulator.accounts.version
    told = [(event["type"], event["data"]["object"]["name"], event["api_version"]) for event in events]
    assert told == [("customer.updated", "Ada", newest), ("customer.updated", "Grace", newest)]


def test_the_request_log_is_tailed(cli: StripeCli, account: Account) -> None:
    """Every call shows with what came of it, unless a filter keeps it back."""
    words = ["logs", "tail", "--api-base", account.url, "--format", "JSON"]
    everything = cli.running(*words, key=KEY, until=READY)
    refused = cli.running(*words, "--filter-status-code-type", "4XX", key=KEY, until=READY)
    with everything as lines, refused as others:
        made = account.post("/v1/customers")
        account.refused("GET", "/v1/customers/cus_none")
        rows = [json.loads(lines.get(timeout=PATIENCE_SECONDS)) for _ in range(2)]
        (other,) = [json.loads(others.get(timeout=PATIENCE_SECONDS))]
    assert [(row["method"], row["url"], row["status"]) for row in rows] == [
        ("POST", "/v1/customers", 200),
        ("GET", "/v1/customers/cus_none", 404),
    ]
    assert rows[1]["error"]["code"] == "resource_missing"
    assert made["created"] == rows[0]["created_at"]
    assert other == rows[1]


def test_an_event_is_resent_to_the_command_line(cli: StripeCli, account: Account) -> None:
    """`stripe events resend`, of a connected account's event as well."""
    sdk = stripe.StripeClient(KEY, base_addresses={"api": account.url})
    account.post("/v1/customers")
    own = account.events()[0]["id"]
    theirs = sdk.v1.accounts.create({"type": "custom", "country": "US"}).id
    sdk.v1.customers.create({}, {"stripe_account": theirs})
    other = sdk.v1.events.list({"type": "customer.created"}, {"stripe_account": theirs}).data[0].id
    with receiving() as receiver:
        words = account.listening("--all-snapshot", "--forward-to", f"{receiver.url}/own")
        with cli.running(*words, "--forward-connect-to", f"{receiver.url}/connect", key=KEY, until=READY):
            for resent, path, whose in (([own], "/own", None), ([other, "--account", theirs], "/connect", theirs)):
                done = cli.run("events", "resend", *resent, "--api-base", account.url, key=KEY)
                assert json.loads(done.stdout)["id"] == resent[0], done.stdout
                arrival = receiver.arrival()
                assert (arrival.path, arrival.event["id"], arrival.event.get("account")) == (path, resent[0], whose)
            assert receiver.arrivals.empty()
