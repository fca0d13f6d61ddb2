"""The protocol of `stripe listen` and `stripe logs tail`, spoken by hand: what the real one does only now and then."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe
from tests.client import NOW
from tests.http.listeners import PATIENCE_SECONDS, Account, acknowledge, heard, told
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pinstripe import Simulator
from pinstripe.http.cli.sessions import Session
from pinstripe.http.server import running

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Simulator, httpx.Client]]:
    """A running server, and a client of it."""
    simulator = Simulator(seed="cli", now=NOW)
    with running(simulator) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield simulator, client


@pytest.fixture
def account(server: tuple[Simulator, httpx.Client]) -> Account:
    """An empty account on it."""
    return Account(*server, key=f"sk_test_cli{next(NUMBERS)}")


def test_a_session_says_where_to_connect_and_keeps_its_devices_secret(account: Account) -> None:
    """Another session of the device has the same secret, another device another. [documented]"""
    first, again, other = account.begin().json(), account.begin().json(), account.begin(device_name="other").json()
    assert first["websocket_url"].startswith(account.url.replace("http", "ws") + "/subscribe/acct_")
    assert first["websocket_id"] != again["websocket_id"]
    assert first["secret"] == again["secret"] != other["secret"]
    assert first["reconnect_delay"] == 60
    assert first["default_version"] == first["latest_version"] == account.simulator.accounts.version


@pytest.mark.parametrize(
    "form, status, message",
    [
        ({"device_name": ""}, 400, "Missing required param: device_name."),
        ({"websocket_features[]": ["everything"]}, 400, "websocket_features must be some of"),
        ({"websocket_features[][name]": ["webhooks"]}, 400, "websocket_features must be some of"),
        ({"filters": "all"}, 400, "Invalid filters."),
        ({"filters": '{"filter_source": 1}'}, 400, "Invalid filters."),
    ],
)
def test_a_session_that_makes_no_sense_is_refused(
    account: Account, form: dict[str, Any], status: int, message: str
) -> None:
    """With Stripe's envelope."""
    response = account.begin(**form)
    assert (response.status_code, response.json()["error"]["message"][: len(message)]) == (status, message)


def test_a_session_needs_a_key(account: Account) -> None:
    """Any test key, and no live one."""
    account.key = "sk_live_123456789"
    assert account.begin().status_code == 401


def test_an_unknown_session_is_told_so_before_it_connects(account: Account) -> None:
    """The command line then begins a new one."""
    session = account.begin().json() | {"websocket_id": "cliws_none"}
    with pytest.raises(InvalidStatus) as refused, account.connected(session):
        pytest.fail("connected")
    assert json.loads(refused.value.response.body) == {"error": {"message": "Unknown WebSocket ID."}}


def test_an_event_comes_in_the_accounts_version_and_in_the_newest(account: Account) -> None:
    """Both signed; a session hears what happens from its first connection on."""
    account.simulator.account(account.key).version = "2022-11-15"
    session = account.begin().json()
    account.post("/v1/products", {"name": "Gold"})
    with account.connected(session) as socket:
        account.post("/v1/customers")
        messages = []
        for _ in range(2):
            messages.append(heard(socket))
            acknowledge(socket, messages[-1])
    newest = account.simulator.accounts.version
    assert [message["endpoint"]["api_version"] for message in messages] == [None, newest]
    events = [json.loads(message["event_payload"]) for message in messages]
    assert [event["api_version"] for event in events] == ["2022-11-15", newest]
    assert "default_currency" not in events[1]["data"]["object"]
    for message in messages:
        header = message["http_headers"]["Stripe-Signature"]
        stripe.Webhook.construct_event(message["event_payload"], header, session["secret"])


def test_what_was_not_acknowledged_comes_again_by_the_next_connection(account: Account) -> None:
    """And what happened meanwhile after it; a late acknowledgement spares the doubling."""
    session = account.begin().json()
    with account.connected(session) as socket:
        account.post("/v1/customers", {"name": "lost"})
        lost = heard(socket)
    account.post("/v1/customers", {"name": "later"})
    with account.connected(session) as socket:
        assert heard(socket) == lost
        acknowledge(socket, lost)
        late = heard(socket)  # the newest version's
    with account.connected(session) as socket:
        acknowledge(socket, late)
        names = [told(socket)["data"]["object"]["name"] for _ in range(2)]
        assert names == ["later", "later"]
        account.post("/v1/customers", {"name": "last"})
        assert told(socket)["data"]["object"]["name"] == "last"
        told(socket)
        account.post("/v1/customers")
        heard(socket)
    assert account.pending() == [0, 0, 0, 1]


def test_a_connection_that_acknowledges_nothing_is_ended(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its message is not lost."""
    monkeypatch.setattr(account.simulator.sessions, "acknowledged_seconds", 0.05)
    session = account.begin().json()
    with account.connected(session) as socket:
        account.post("/v1/customers")
        first = heard(socket)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=PATIENCE_SECONDS)
    assert account.pending() == [1]
    with account.connected(session) as socket:
        assert heard(socket) == first


def test_a_reset_account_is_still_listened_to(account: Account) -> None:
    """What it was owed is forgotten with it."""
    session = account.begin().json()
    with account.connected(session) as socket:
        account.simulator.control.handle("POST", "/_pinstripe/reset", account.key, b"")
        account.post("/v1/customers", {"name": "after"})
        assert told(socket)["data"]["object"]["name"] == "after"


def test_what_is_on_its_way_ends_with_a_reset(account: Account) -> None:
    """The two that wait behind an unacknowledged one are never told, nor is the newest version's of that one."""
    session = account.begin().json()
    with account.connected(session) as socket:
        for name in ("first", "second", "third"):
            account.post("/v1/customers", {"name": name})
        first = heard(socket)
        with account.simulator.turn:
            account.simulator.control.handle("POST", "/_pinstripe/reset", account.key, b"")
            account.post("/v1/customers", {"name": "after"})
        acknowledge(socket, first)
        assert told(socket)["data"]["object"]["name"] == "after"


def test_an_event_that_was_acknowledged_twice_can_be_sent_again(account: Account) -> None:
    """`stripe events resend`: a thin event is acknowledged by its own id, the same every time."""
    session = account.begin(**{"websocket_features[]": ["v2_events"]}).json()
    with account.connected(session) as socket:
        account.post("/v1/customers")
        message = heard(socket)
        acknowledge(socket, message)
        acknowledge(socket, message)
        (event,) = account.events()
        account.post(f"/v1/events/{event['id']}/retry")
        assert told(socket)["id"] == json.loads(message["payload"])["id"]


def test_a_session_that_hears_nothing_costs_nothing(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking what is due is no reason to look again."""
    looks, sessions = [], account.simulator.sessions
    wake = sessions.wake

    def counted(key: str) -> None:
        """Wake, and count it."""
        looks.append(key)
        wake(key)

    monkeypatch.setattr(sessions, "wake", counted)
    with account.connected(account.begin().json()) as socket:
        account.post("/v1/customers")
        told(socket)
        told(socket)
        for _ in range(20):
            assert socket.ping().wait(PATIENCE_SECONDS)
    assert len(looks) < 10


def test_a_session_that_stays_away_ends(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for its events any more, and its id is unknown."""
    sessions, ended = account.simulator.sessions, threading.Event()
    forget = sessions._forget

    def forgotten(session: Session) -> None:
        """Forget, and say so."""
        forget(session)
        ended.set()

    monkeypatch.setattr(sessions, "_forget", forgotten)
    session = account.begin().json()
    with account.connected(session) as socket:
        account.post("/v1/customers")
        heard(socket)
        assert account.pending() == [1]
        monkeypatch.setattr(sessions, "patience_seconds", 0.05)
    assert ended.wait(PATIENCE_SECONDS)
    assert account.pending() == [0]
    with pytest.raises(InvalidStatus), account.connected(session):
        pytest.fail("connected")


def test_thin_events_have_no_objects(account: Account) -> None:
    """Also for whoever asks for them alone; those that no snapshot tells come too."""
    session = account.begin(**{"websocket_features[]": ["v2_events"]}).json()
    with account.connected(session) as socket:
        customer = account.post("/v1/customers")
        event = told(socket)
        assert (event["type"], event["related_object"]["id"]) == ("v1.customer.created", customer["id"])
        assert "data" not in event
        account.post("/v1/products", {"name": "Gold"})
        assert told(socket)["type"] == "v1.product.created"


def test_request_logs_come_as_the_filters_say(account: Account) -> None:
    """With what a refusal says; not acknowledged, a line comes again."""
    filters = json.dumps({"filter_http_method": ["POST"], "filter_status_code_type": ["400"]})
    session = account.begin(**{"websocket_features[]": ["request_logs"], "filters": filters}).json()
    with account.connected(session) as socket:
        account.post("/v1/customers")
        account.refused("POST", "/v1/customers", {"nonsense": 1})
        first = heard(socket)
    with account.connected(session) as socket:
        assert heard(socket) == first
        acknowledge(socket, first)
        account.refused("POST", "/v1/coupons")
        account.get("/v1/customers")
        second = heard(socket)
    lines = [json.loads(message["event_payload"]) for message in (first, second)]
    assert [(line["method"], line["status"], line["url"]) for line in lines] == [
        ("POST", 400, "/v1/customers"),
        ("POST", 400, "/v1/coupons"),
    ]
    assert lines[0]["error"]["message"] == "Received unknown parameter: nonsense"
    assert account.pending() == [0]
