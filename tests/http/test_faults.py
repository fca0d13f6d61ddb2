"""Faults on demand: what the next requests meet, what remains of them, and what a retry finds."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import stripe
from tests.http.calls import KEY, NOW, call, error

from pinstripe import Simulator
from pinstripe.http import transport
from pinstripe.http.app import create_app
from pinstripe.http.control import ControlError
from pinstripe.http.server import running

V2 = {"Stripe-Version": "2026-10-28.endive"}
REST = {
    "method": "*",
    "path": "*",
    "params": {},
    "headers": {},
    "nth": 1,
    "when": "before",
    "seconds": 0,
    "reason": "endpoint-rate",
    "code": "meter_event_customer_not_found",
}
"""The members of a fault that nothing was said of."""


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


def order(simulator: Simulator, **fault: Any) -> Any:
    """Have a fault wait; what waits now."""
    return simulator.control.handle("POST", "/_pinstripe/faults", KEY, json.dumps(fault).encode())["faults"]


def waiting(simulator: Simulator) -> Any:
    """What still waits."""
    return simulator.control.handle("GET", "/_pinstripe/faults", KEY, b"")["faults"]


def customers(simulator: Simulator) -> int:
    """How many customers there are."""
    return len(json.loads(call(simulator, "GET", "/v1/customers", "limit=100").body)["data"])


def client(simulator: Simulator, retries: int = 2) -> stripe.StripeClient:
    """The official client of the account."""
    return transport.client(simulator, KEY, max_network_retries=retries)


@pytest.mark.parametrize(
    "effect, status, type_, code, retry",
    [
        ("rate_limit", 429, "invalid_request_error", "rate_limit", "true"),
        ("lock_timeout", 429, "invalid_request_error", "lock_timeout", "true"),
        ("idempotency_key_in_use", 409, "idempotency_error", "idempotency_key_in_use", "true"),
        ("api_error", 500, "api_error", None, "true"),
    ],
)
def test_a_fault_answers_in_stripes_words_and_does_nothing(
    simulator: Simulator, effect: str, status: int, type_: str, code: str | None, retry: str
) -> None:
    """The request has an id and an envelope, leaves nothing, and its key is free for the retry."""
    order(simulator, effect=effect)
    answer = call(simulator, "POST", "/v1/customers", "name=Ada", {"Idempotency-Key": "k"})
    assert (answer.status, error(answer)["type"], error(answer).get("code")) == (status, type_, code)
    assert answer.headers["Stripe-Should-Retry"] == retry
    assert error(answer)["request_log_url"].endswith(f"?object={answer.headers['Request-Id']}")
    assert ("Stripe-Rate-Limited-Reason" in answer.headers) is (effect == "rate_limit")
    assert customers(simulator) == 0
    assert call(simulator, "POST", "/v1/customers", "name=Ada", {"Idempotency-Key": "k"}).status == 200


@pytest.mark.parametrize(
    "fault, met",
    [
        ({"method": "GET"}, ["GET /v1/customers"]),
        ({"path": "/v1/products"}, ["POST /v1/products"]),
        ({"path": "/v1/customers*", "times": 2}, ["POST /v1/customers", "GET /v1/customers"]),
        ({"path": "/v1/*/cus_x"}, ["GET /v1/customers/cus_x"]),
        ({"method": "DELETE"}, []),
        ({}, ["POST /v1/customers"]),
        ({"times": 3}, ["POST /v1/customers", "POST /v1/products", "GET /v1/customers"]),
        ({"nth": 2, "times": 2}, ["POST /v1/products", "GET /v1/customers"]),
        ({"path": "/v1/customers", "nth": 2}, ["GET /v1/customers"]),
    ],
)
def test_a_fault_meets_the_requests_it_names(simulator: Simulator, fault: dict[str, Any], met: list[str]) -> None:
    """By method and by path, as often as it says, and then no more."""
    order(simulator, effect="api_error", **fault)
    asked = ["POST /v1/customers", "POST /v1/products", "GET /v1/customers", "GET /v1/customers/cus_x"]
    pairs = [line.partition(" ")[::2] for line in asked]
    answers = {f"{method} {path}": call(simulator, method, path).status for method, path in pairs}
    assert [line for line, status in answers.items() if status == 500] == met


@pytest.mark.parametrize(
    "fault, form, headers, met",
    [
        ({"params": {"email": "*@example.com"}}, "email=ada%40example.com", {}, True),
        ({"params": {"email": "*@example.com"}}, "email=ada%40example.org", {}, False),
        ({"params": {"email": "*"}}, "name=Ada", {}, False),
        ({"params": {"metadata[plan]": "gold"}}, "metadata[plan]=gold", {}, True),
        ({"params": {"expand[0]": "tax"}}, "expand[]=tax", {}, True),
        ({"params": {"name": "*"}}, "name=%ff", {}, False),
        ({"headers": {"Stripe-Version": "2026-*"}}, "", {"Stripe-Version": "2026-10-28.endive"}, True),
        ({"headers": {"Stripe-Version": "2026-*"}}, "", {}, False),
    ],
)
def test_a_fault_looks_at_parameters_and_headers(
    simulator: Simulator, fault: dict[str, Any], form: str, headers: dict[str, str], met: bool
) -> None:
    """By their names on the wire, with stars; what cannot be read is met by no fault that asks for it."""
    order(simulator, effect="api_error", **fault)
    assert (call(simulator, "POST", "/v1/customers", form, headers).status == 500) is met


def test_a_younger_fault_counts_from_where_the_older_one_ends(simulator: Simulator) -> None:
    """What an older fault meets the younger one has not seen: its second is the third of all."""
    order(simulator, effect="api_error")
    order(simulator, effect="rate_limit", nth=2)
    assert [call(simulator, "GET", "/v1/customers").status for _ in range(4)] == [500, 200, 429, 200]


def test_a_rate_limit_says_why(simulator: Simulator) -> None:
    """The reason is in the header that Stripe documents."""
    order(simulator, effect="rate_limit", reason="global-concurrency")
    answer = call(simulator, "GET", "/v1/customers")
    assert answer.headers["Stripe-Rate-Limited-Reason"] == "global-concurrency"


def test_a_late_answer_has_done_its_work(simulator: Simulator) -> None:
    """The answer says how late it is to come, and every way to it waits that long."""
    order(simulator, effect="latency", seconds=0.01, times=4)
    answer = call(simulator, "POST", "/v1/customers", "name=Ada")
    assert (answer.status, answer.seconds) == (200, 0.01)
    assert client(simulator).v1.customers.create({"name": "Bob"}).name == "Bob"
    assert asyncio.run(client(simulator).v1.customers.create_async({"name": "Cy"})).name == "Cy"
    with running(simulator) as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}) as http:
        assert http.post("/v1/customers", data={"name": "Di"}).elapsed.total_seconds() >= 0.01
    assert customers(simulator) == 4


def test_usage_is_taken_and_then_rejected(simulator: Simulator) -> None:
    """The answer is as ever, nothing is counted, and a thin event reports the code; other requests pass."""
    api = client(simulator)
    meter = api.v1.billing.meters.create(
        {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
    )
    customer = api.v1.customers.create({}).id
    order(simulator, effect="usage_rejected", code="timestamp_too_far_in_past", nth=2, times=2)
    assert customers(simulator) == 1
    usage: Any = {"event_name": "calls", "payload": {"stripe_customer_id": customer, "value": "1"}}
    for _ in range(2):
        assert api.v1.billing.meter_events.create(usage).payload["value"] == "1"
    assert api.v2.billing.meter_events.create(usage).event_name == "calls"
    span: Any = {"customer": customer, "start_time": NOW, "end_time": NOW + 60}
    (summary,) = api.v1.billing.meters.event_summaries.list(meter.id, span).data
    assert summary.aggregated_value == 1
    reports = [event for event in api.v2.core.events.list().data if "error_report" in event.type]
    assert len(reports) == 2
    found = json.loads(call(simulator, "GET", f"/v2/core/events/{reports[0].id}", "", V2).body)
    assert found["data"]["reason"]["error_types"][0]["code"] == "timestamp_too_far_in_past"


def test_faults_wait_their_turn_and_can_be_forgotten(simulator: Simulator) -> None:
    """The older fault comes first; DELETE forgets all of them."""
    order(simulator, effect="api_error")
    assert order(simulator, effect="rate_limit", times=2) == [
        {"effect": "api_error", "times": 1, **REST},
        {"effect": "rate_limit", "times": 2, **REST},
    ]
    assert [call(simulator, "GET", "/v1/customers").status for _ in range(2)] == [500, 429]
    assert [fault["times"] for fault in waiting(simulator)] == [1]
    assert simulator.control.handle("DELETE", "/_pinstripe/faults", KEY, b"") == {"faults": []}
    assert call(simulator, "GET", "/v1/customers").status == 200


def test_a_key_in_use_meets_only_requests_with_a_key(simulator: Simulator) -> None:
    """Without a key nothing can be in flight under it; the sentence names the key. [second-hand]"""
    order(simulator, effect="idempotency_key_in_use")
    assert call(simulator, "POST", "/v1/customers").status == 200
    answer = call(simulator, "POST", "/v1/customers", "", {"Idempotency-Key": "order-7"})
    assert error(answer)["message"] == (
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        "twice, and the other request is still going through): order-7. Please try again later."
    )


def test_a_lost_reply_is_found_again_by_its_key(simulator: Simulator) -> None:
    """The SDK retries with the same key and gets the first answer: one customer, not two."""
    order(simulator, effect="connection_lost", when="after", method="POST")
    customer = client(simulator).v1.customers.create({"name": "Ada"})
    assert customer.last_response is not None
    assert customer.last_response.headers["Idempotent-Replayed"] == "true"
    assert customers(simulator) == 1


@pytest.mark.parametrize("when, left", [("before", 0), ("after", 1)])
def test_a_lost_connection_reaches_a_caller_who_does_not_retry(simulator: Simulator, when: str, left: int) -> None:
    """Whether the work was done cannot be seen from outside."""
    order(simulator, effect="connection_lost", when=when, method="POST")
    with pytest.raises(stripe.APIConnectionError):
        client(simulator, retries=0).v1.customers.create({"name": "Ada"})
    assert customers(simulator) == left


def test_the_sdk_gets_through_a_rate_limit(simulator: Simulator) -> None:
    """`Stripe-Should-Retry: true` makes it try again."""
    order(simulator, effect="rate_limit", times=2)
    assert client(simulator).v1.customers.create({"name": "Ada"}).name == "Ada"
    order(simulator, effect="rate_limit", times=3)
    with pytest.raises(stripe.RateLimitError):
        client(simulator).v1.customers.create({"name": "Ada"})


def test_a_failure_after_the_work_is_what_the_key_remembers(simulator: Simulator) -> None:
    """The customer is there, and every retry with the key is told of the 500. [documented]"""
    order(simulator, effect="api_error", when="after", method="POST")
    answers = [call(simulator, "POST", "/v1/customers", "name=Ada", {"Idempotency-Key": "k"}).status for _ in range(2)]
    assert (answers, customers(simulator)) == ([500, 500], 1)
    order(simulator, effect="api_error", when="after", method="POST")
    with pytest.raises(stripe.APIError):
        client(simulator).v1.customers.create({"name": "Ada"})
    assert customers(simulator) == 2


def test_in_v2_a_retry_after_a_failure_is_answered(simulator: Simulator) -> None:
    """API v2 does not repeat an error: the retry gets the answer, and the event counts once. [documented]"""
    api = client(simulator)
    api.v1.billing.meters.create(
        {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
    )
    customer = api.v1.customers.create({}).id
    order(simulator, effect="api_error", when="after", path="/v2/*")
    ask = {"event_name": "calls", "payload": {"stripe_customer_id": customer, "value": "1"}, "identifier": "once"}
    headers = {"Idempotency-Key": "k", "Stripe-Version": "2026-10-28.endive", "Content-Type": "application/json"}
    answers = [call(simulator, "POST", "/v2/billing/meter_events", json.dumps(ask), headers).status for _ in range(2)]
    assert answers == [500, 200]


def test_a_v2_rate_limit_has_its_type(simulator: Simulator) -> None:
    """`rate_limit` is a type there, which is what the SDK looks at. [documented: the SDK]"""
    order(simulator, effect="rate_limit")
    with pytest.raises(stripe.RateLimitError):
        client(simulator, retries=0).v2.core.events.list()


@pytest.mark.parametrize(
    "fault, sentence",
    [
        (b"", "effect is one of"),
        (b"[1]", "Send a JSON object, or nothing"),
        (b'{"effect": ["latency"]}', "effect is one of"),
        (b'{"effect": "boom"}', "effect is one of"),
        (b'{"effect": "rate_limit", "size": 1}', "A fault has no size; it is an object with effect, method"),
        (b'{"effect": "rate_limit", "method": "PUT"}', "method is one of"),
        (b'{"effect": "rate_limit", "path": "customers"}', "path begins with /v1/ or /v2/"),
        (b'{"effect": "rate_limit", "times": 0}', "times is a whole number"),
        (b'{"effect": "rate_limit", "times": true}', "times is a whole number"),
        (b'{"effect": "rate_limit", "times": 1001}', "times is a whole number"),
        (b'{"effect": "rate_limit", "when": "after"}', "when is before"),
        (b'{"effect": "api_error", "when": "later"}', "when is before"),
        (b'{"effect": "latency"}', "latency needs seconds"),
        (b'{"effect": "latency", "seconds": 61}', "seconds is a number from 0 to 60"),
        (b'{"effect": "latency", "seconds": "1"}', "seconds is a number"),
        (b'{"effect": "rate_limit", "nth": 0}', "nth is a whole number"),
        (b'{"effect": "rate_limit", "params": {"name": 1}}', "params is an object whose values are texts"),
        (b'{"effect": "rate_limit", "headers": []}', "headers is an object"),
        (b'{"effect": "rate_limit", "reason": "bad-luck"}', "reason is one of endpoint-rate"),
        (b'{"effect": "usage_rejected", "code": "bad"}', "code is one of archived_meter"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(simulator: Simulator, fault: bytes, sentence: str) -> None:
    """The message says what would be one."""
    with pytest.raises(ControlError, match=sentence) as refusal:
        simulator.control.handle("POST", "/_pinstripe/faults", KEY, fault)
    assert refusal.value.status == 400
    assert waiting(simulator) == []


def test_the_replay_says_which_requests_met_a_fault(simulator: Simulator) -> None:
    """With the faults ordered again at their places, the same answers come again."""
    order(simulator, effect="api_error")
    for _ in range(2):
        call(simulator, "GET", "/v1/customers")
    rows = simulator.control.handle("GET", "/_pinstripe/replay", KEY, b"")["requests"]
    assert [row.get("fault", {}).get("effect") for row in rows] == ["api_error", None]


def test_over_a_socket_the_connection_is_cut(simulator: Simulator) -> None:
    """No status and no body: the client sees a connection that ended, and the next one is served."""
    with running(simulator) as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}) as http:
        assert http.post("/_pinstripe/faults", params={"key": KEY}, json={"effect": "connection_lost"}).is_success
        with pytest.raises(httpx.RemoteProtocolError):
            http.post("/v1/customers", data={"name": "Ada"})
        assert http.get("/v1/customers").json()["data"] == []


def test_a_lost_answer_without_a_server_ends_early(simulator: Simulator) -> None:
    """Where no connection is in reach, the application breaks off in the middle of the answer."""
    order(simulator, effect="connection_lost")
    http = httpx.ASGITransport(create_app(simulator), client=("127.0.0.1", 1))

    async def ask() -> None:
        """One request."""
        async with httpx.AsyncClient(transport=http, base_url="http://fake") as caller:
            await caller.get("/v1/customers", headers={"Authorization": f"Bearer {KEY}"})

    with pytest.raises(ConnectionAbortedError):
        asyncio.run(ask())
