"""The typed client of the control plane: every method, in process and over a socket, with the same answers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.client import NOW
from tests.client import Client as Api
from tests.tidy.project import PROJECT
from tests.webhooks.receiver import receiving

from pinstripe import Simulator
from pinstripe.control import Accounts, Client, ControlError, Fault, OperationCount, Snapshot, Unsupported, redo
from pinstripe.http.server import running

DAY = 86400


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    """One for all tests of this file, each of which finds it empty."""
    return Simulator(seed="control", now=NOW)


@pytest.fixture(scope="module")
def url(simulator: Simulator) -> Iterator[str]:
    """Its server."""
    with running(simulator) as url:
        yield url


@pytest.fixture
def api(simulator: Simulator) -> Iterator[Api]:
    """An account on 31 January 2027."""
    api = Api(simulator)
    yield api
    with simulator.turn:
        simulator.accounts.reset(api.key)


@pytest.fixture(params=["in process", "over HTTP"])
def control(api: Api, request: pytest.FixtureRequest) -> Iterator[Client]:
    """Its control plane, by both ways."""
    where = api.simulator if request.param == "in process" else request.getfixturevalue("url")
    with Client(where, api.key) as client:
        yield client


def test_time_and_version(control: Client) -> None:
    """A clock is turned by seconds or by a moment, which is UTC where it names no zone."""
    assert control.now() == NOW
    assert control.turn(NOW + DAY) == NOW + DAY
    assert control.turn(datetime(2027, 2, 2, 12)) == NOW + 2 * DAY  # noqa: DTZ001 - a moment without a zone is the case
    assert control.turn(datetime(2027, 2, 3, 12, tzinfo=UTC)) == NOW + 3 * DAY == control.now()
    control.speak("2024-06-20")
    assert control.api_version() == "2024-06-20"
    assert control.billing_settings()["after_retries"] == "cancel"
    assert control.billing_settings(after_retries="unpaid")["after_retries"] == "unpaid"


def test_the_account(api: Api, control: Client) -> None:
    """Stocking it, taking it back, its coverage, its connected accounts, and the list that does it all again."""
    made = control.seed([{"name": "ada", "path": "/v1/customers", "params": {"name": "Ada"}}])
    kept = control.snapshot("stocked")
    assert kept == Snapshot("stocked", NOW, 2) == control.snapshots()[0]
    api.delete(f"/v1/customers/{made['ada']}")
    api.ask("POST", "/v1/invoices/create_preview", {"customer": "cus_x", "preview_mode": "recurring"})
    control.restore("stocked")
    assert api.get(f"/v1/customers/{made['ada']}")["name"] == "Ada"
    coverage = control.coverage()
    assert OperationCount("DELETE /v1/customers/{customer}", 1, {"200": 1}) in coverage.operations
    assert coverage.unsupported == () or isinstance(coverage.unsupported[0], Unsupported)
    assert coverage.of == 648
    connected = control.connect()
    assert control.connect("acct_mine") == "acct_mine"
    assert control.accounts() == Accounts(api.get("/v1/account")["id"], ("acct_mine", connected))
    assert Client(redo(control.replay()), api.key).replay() == control.replay()
    control.forget_snapshot("stocked")
    with control.rolled_back():
        api.post("/v1/customers", {"name": "Bob"})
    assert len(api.get("/v1/customers")["data"]) == 1
    control.reset()
    assert api.get("/v1/customers")["data"] == []


def test_what_is_not_modelled_is_counted(api: Api, control: Client) -> None:
    """By operation, code and parameter."""
    api.simulator.account(api.key).asked.refused("POST /v1/x", "unsupported_parameter", "a")
    assert control.coverage().unsupported == (Unsupported("POST /v1/x", "unsupported_parameter", "a", 1),)


def test_faults(api: Api, control: Client) -> None:
    """Ordered by method and path, by a path alone, or for everything."""
    control.fault("rate_limit", "POST /v1/customers", params={"name": "A*"}, nth=2, reason="global-rate")
    control.fault("lock_timeout", "/v1/prices", times=3)
    (_, _, last) = control.fault("latency", seconds=0.5)
    assert last == Fault("latency", seconds=0.5)
    assert [(fault.method, fault.path, fault.nth) for fault in control.faults()] == [
        ("POST", "/v1/customers", 2),
        ("*", "/v1/prices", 1),
        ("*", "*", 1),
    ]
    control.forget_faults()
    assert control.faults() == []
    api.post("/v1/customers")
    with pytest.raises(ControlError, match="effect is one of") as raised:
        control.fault("boom")
    assert raised.value.status == 400


def test_deliveries(api: Api, control: Client) -> None:
    """To an inbox, that nobody empties: what is held, released, hurried and sent again."""
    api.post("/v1/webhook_endpoints", {"url": "https://inbox.invalid", "enabled_events": ["*"]})
    (rule,) = control.misbehave("delay", "customer.*", seconds=60)
    assert (rule.effect, rule.type, rule.seconds) == ("delay", "customer.*", 60)
    assert control.misbehaviours() == [rule]
    control.behave()
    assert control.misbehaviours() == []
    api.post("/v1/customers", {"name": "Ada"})
    api.post("/v1/products", {"name": "Gold"})
    (held,) = control.hold("customer.*")
    assert (held.state, held.next_attempt, held.url) == ("held", None, "https://inbox.invalid")
    assert [row.type for row in control.deliveries()] == ["customer.created", "product.created"]
    assert [row.state for row in control.deliveries("product.*")] == ["pending"]
    assert [row.id for row in control.release(order="shuffled", seed="7")] == [held.id]
    assert [row.next_attempt for row in control.deliver_now()] == [NOW, NOW]
    assert control.redeliver(held.event, "wrong_signature")[0].misbehaviour == "wrong_signature"
    assert control.told(held.event, "2023-10-16")["api_version"] == "2023-10-16"


def test_the_customer(api: Api, control: Client) -> None:
    """Pays at checkout, opens a link, comes through 3D Secure, or does not; a tax rate is declared and forgotten."""
    gold = api.post("/v1/prices", {"product_data": {"name": "Gold"}, "currency": "usd", "unit_amount": 2000})["id"]
    lines = {"line_items": [{"price": gold, "quantity": 1}]}
    link = api.post("/v1/payment_links", lines)["id"]
    session = control.open_payment_link(link)
    done = control.complete_checkout(session["id"], payment_method="pm_card_visa", email="ada@example.com")
    assert (done["status"], done["payment_status"]) == ("complete", "paid")
    pay = {"amount": 100, "currency": "usd", "payment_method": "pm_card_authenticationRequired", "confirm": True}
    waits = {**pay, "return_url": "https://example.com"}
    assert control.authenticate(api.post("/v1/payment_intents", waits)["id"])["status"] == "succeeded"
    save = {"payment_method": "pm_card_authenticationRequired", "confirm": True, "return_url": "https://example.com"}
    failed = control.authenticate(api.post("/v1/setup_intents", save)["id"], succeed=False)
    assert failed["status"] == "requires_payment_method"
    assert control.declare_tax_rate("US", "8.25", state="TX") == control.tax_rates() != []
    control.forget_tax_rates()
    assert control.tax_rates() == []
    card = api.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa"}})["id"]
    with pytest.raises(ControlError):
        control.card_fate(card, no_such_fate=True)


def test_both_ways_refuse_in_the_same_words(control: Client) -> None:
    """The status and the sentence are those of the control plane."""
    with pytest.raises(ControlError, match="a whole number of seconds before the year 3000") as raised:
        control.turn(-1)
    assert raised.value.status == 400


def test_a_connected_account_is_named_by_both_ways(control: Client) -> None:
    """Only deliveries are its own; the rest is the platform's."""
    shop = control.acting_for(control.connect())
    shop.misbehave("drop")
    assert (len(shop.misbehaviours()), control.misbehaviours(), shop.deliveries()) == (1, [], [])
    with pytest.raises(ControlError, match="is about a whole platform") as raised:
        shop.reset()
    assert raised.value.status == 400


def test_where_no_control_plane_is_the_client_says_so() -> None:
    """Something else listens there, or a proxy answers."""
    others = [(200, b"<html>"), (404, b'{"error": {"message": "no"}}'), (200, b"[]"), (502, b"")]
    answers = iter([httpx.Response(status, content=body) for status, body in others])
    with Client("http://127.0.0.1:1") as client:
        client._http = httpx.Client(base_url="http://x.test", transport=httpx.MockTransport(lambda _: next(answers)))
        for status, _ in others:
            with pytest.raises(ControlError, match=r"no pinstripe at http://x\.test/_pinstripe/clock") as raised:
                client.now()
            assert raised.value.status == status
            assert "sk_test" not in str(raised.value)


def test_a_server_does_what_is_ordered_of_deliveries(api: Api, url: str) -> None:
    """Over sockets: a duplicate arrives twice, a failing receiver is spared, and what is held comes in its order."""
    with receiving() as receiver, Client(url, api.key) as control:
        api.post("/v1/webhook_endpoints", {"url": f"{receiver.url}/hooks", "enabled_events": ["*"]})
        control.misbehave("duplicate")
        control.misbehave("fail")
        control.misbehave("hold", times=3)
        for name in ("Ada", "Bob", "Cy", "Di", "Eve"):
            api.post("/v1/customers", {"name": name})
        assert names(receiver, 2) == ["Ada", "Ada"]
        control.release(order="reversed")
        assert names(receiver, 3) == ["Eve", "Di", "Cy"]
        control.deliver_now()
        assert names(receiver, 1) == ["Bob"]


def names(receiver: Any, count: int) -> list[str]:
    """Of whom a receiver hears next."""
    return [json.loads(receiver.arrival().body)["data"]["object"]["name"] for _ in range(count)]


def test_every_method_is_told_of_in_the_documents() -> None:
    """A method that no executed example calls is one that nobody finds."""
    text = "".join((PROJECT / "docs" / name).read_text() for name in ("control.md", "pytest.md"))
    methods = [name for name, _ in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")]
    assert [name for name in methods if f"control.{name}(" not in text] == []
