"""A command line that is led astray on command, goes back to a savepoint, or forwards to an app that is down."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe
from tests.client import NOW
from tests.http.listeners import PATIENCE_SECONDS, Account, acknowledge, answer, heard, opened, settled, told

from pinstripe import Simulator, control
from pinstripe.http.server import running

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Simulator, httpx.Client]]:
    """A running server, and a client of it."""
    simulator = Simulator(seed="astray", now=NOW)
    with running(simulator) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield simulator, client


@pytest.fixture
def account(server: tuple[Simulator, httpx.Client]) -> Account:
    """An empty account on it."""
    return Account(*server, key=f"sk_test_astray{next(NUMBERS)}")


@pytest.mark.parametrize(
    "effect, more, why, version, tries",
    [
        ("wrong_signature", {}, "No signatures found matching", None, [(None, True)]),
        ("old_timestamp", {"seconds": 301}, "Timestamp outside the tolerance zone", None, [(None, True)]),
        ("api_version", {"api_version": "2023-10-16"}, None, "2023-10-16", [(None, True)]),
        ("answer_lost", {"tries": 2}, None, None, [(None, False), (None, False), (None, True)]),
        ("fail", {"status": 503, "tries": 2}, None, None, [(503, False)]),
    ],
)
def test_a_command_line_is_led_astray_like_an_endpoint(
    account: Account, effect: str, more: dict[str, Any], why: str | None, version: str | None, tries: list[Any]
) -> None:
    """In both versions; what is to fail never goes out and is not tried again, and a lost answer has it come again."""
    plane = control.Client(account.simulator, account.key)
    session = account.begin().json()
    with account.connected(session) as socket:
        plane.misbehave(effect, **more)
        account.post("/v1/customers", {"name": "astray"})
        account.post("/v1/customers", {"name": "after"})
        told_of: dict[str, list[Any]] = {"astray": [], "after": []}
        most = 2 if effect == "fail" else 2 * (1 + len(tries))
        for _ in range(most):
            message = heard(socket)
            acknowledge(socket, message)
            told_of[json.loads(message["event_payload"])["data"]["object"]["name"]].append(message)
        settled(account, socket, 2)
    assert len(told_of["after"]) == 2
    assert len(told_of["astray"]) == most - 2
    assert len({message["webhook_conversation_id"] for message in told_of["astray"]}) == most - 2
    assert [opened(message, session["secret"]) for message in told_of["after"]] == [None, None]
    for message in told_of["astray"]:
        assert (why or "") in (opened(message, session["secret"]) or "")
        assert (opened(message, session["secret"]) is None) is (why is None)
        if version is not None:
            assert json.loads(message["event_payload"])["api_version"] == version
    first = plane.deliveries()[0]
    assert [(attempt.status, attempt.ok) for attempt in first.attempts] == tries
    assert (first.state, first.misbehaviour) == ("failed" if effect == "fail" else "delivered", effect)


def test_what_is_told_thinly_alone_has_no_version_to_change(account: Account) -> None:
    """A rule for versions waits for something that has one; to send such an event again in other words is refused."""
    plane = control.Client(account.simulator, account.key)
    session = account.begin(**{"websocket_features[]": ["v2_events"]}).json()
    with account.connected(session) as socket:
        plane.misbehave("api_version", api_version="2023-10-16")
        account.post("/v1/customers")
        told(socket)
        settled(account, socket, 1)
        (event,) = account.events()
        with pytest.raises(control.ControlError, match="is told thinly alone"):
            plane.redeliver(event["id"], "api_version", api_version="2023-10-16")
        plane.redeliver(event["id"], "wrong_signature")
        again = heard(socket)
        acknowledge(socket, again)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(
            again["payload"], again["http_headers"]["Stripe-Signature"], session["secret"]
        )
    assert [rule.effect for rule in plane.misbehaviours()] == ["api_version"]


def test_what_is_acknowledged_too_late_counts_for_nothing_in_a_restored_world(account: Account) -> None:
    """The ids that come again are another story's: neither the acknowledgement nor the app's answer is booked there."""
    plane = control.Client(account.simulator, account.key)
    session = account.begin(forward_to_url="http://localhost/").json()
    with account.connected(session) as socket:
        plane.snapshot()
        account.post("/v1/customers", {"name": "before"})
        before = heard(socket)
        plane.restore()
        account.post("/v1/customers", {"name": "after"})
        (row,) = plane.deliveries()
        answer(socket, before, 500)
        acknowledge(socket, before)
        after = heard(socket)
        assert json.loads(after["event_payload"])["data"]["object"]["name"] == "after"
        assert json.loads(after["event_payload"])["id"] == json.loads(before["event_payload"])["id"]
        acknowledge(socket, before)
        assert account.pending() == [1]
        acknowledge(socket, after)
        newest = heard(socket)
        acknowledge(socket, newest)
        answer(socket, newest, 201)
        settled(account, socket, 1)
    (again,) = plane.deliveries()
    assert (again.id, [attempt.status for attempt in again.attempts]) == (row.id, [201])


def test_an_app_that_comes_back_sees_events_in_order_again(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the answers of one that is down; once it has answered, the next event waits for it."""
    monkeypatch.setattr(account.simulator.sessions, "answered_seconds", 0.02)
    session = account.begin(forward_to_url="http://localhost/").json()

    with account.connected(session) as socket:
        for _ in range(2):
            account.post("/v1/customers")
        for _ in range(3):  # the first in both versions, without an answer, and the second
            acknowledge(socket, heard(socket))
        late = heard(socket)
        acknowledge(socket, late)
        settled(account, socket, 2)
        monkeypatch.setattr(account.simulator.sessions, "answered_seconds", PATIENCE_SECONDS)
        answer(socket, late)
        socket.ping().wait(PATIENCE_SECONDS)  # it has been heard
        for _ in range(2):
            account.post("/v1/customers")
        third = heard(socket)
        acknowledge(socket, third)
        acknowledge(socket, heard(socket))
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.05)
        answer(socket, third)
        fourth = heard(socket)
        assert json.loads(fourth["event_payload"])["id"] != json.loads(third["event_payload"])["id"]
