"""API v2 on the wire: JSON in and out, a version that must be named, pages by address, keys that last a month."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.http.calls import KEY, NOW

from pinstripe import Simulator
from pinstripe.http.decoding import LARGEST_BODY
from pinstripe.http.message import Request, Response
from pinstripe.wire import versions

JSON = "application/json"
DESTINATIONS = "/v2/core/event_destinations"
DAY = 86400


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


def ask(
    simulator: Simulator, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> Response:
    """A request of API v2; a body of bytes goes as it is."""
    path, _, query = path.partition("?")
    names = {"authorization": f"Bearer {KEY}", "stripe-version": versions.DEFAULT} | (headers or {})
    if body is not None:
        names.setdefault("content-type", JSON)
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return simulator.handle(Request(method, path, query, names, data))


def parsed(answer: Response) -> Any:
    """The body of an answer that is no refusal."""
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def error(answer: Response) -> Any:
    """The `error` hash of a refusal."""
    assert answer.status >= 400, answer.body
    return json.loads(answer.body)["error"]


def destination(name: object = "D", **more: Any) -> dict[str, Any]:
    """What makes a destination."""
    return {
        "name": name,
        "type": "webhook_endpoint",
        "webhook_endpoint": {"url": "https://app.example.com/"},
        "event_payload": "thin",
        "enabled_events": ["*"],
        **more,
    }


@pytest.mark.parametrize(
    "body, content_type",
    [
        (b'{"name"', JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (b"null", JSON),
        (b'{"name": NaN}', JSON),
        (b'{"name": "a", "name": "b"}', JSON),
        (b'{"name": "\xff"}', JSON),
        (b"name=a", JSON),
        (b"name=a", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(simulator: Simulator, body: bytes, content_type: str) -> None:
    """In the envelope of API v2, which has neither `request_log_url` nor `doc_url`. [inferred: the sentences]"""
    answer = ask(simulator, "POST", DESTINATIONS, body, {"content-type": content_type})
    assert answer.status == 400
    assert error(answer).keys() == {"message", "type"}
    assert error(answer)["message"].startswith("Invalid request: ")


def test_a_body_has_a_limit(simulator: Simulator) -> None:
    """The same as for a form."""
    assert ask(simulator, "POST", DESTINATIONS, b" " * (LARGEST_BODY + 1)).status == 413


def test_a_json_body_needs_no_content_type(simulator: Simulator) -> None:
    """A body that says nothing about itself is taken for JSON; a charset changes nothing."""
    for content_type in ("", "application/json; charset=utf-8"):
        parsed(ask(simulator, "POST", DESTINATIONS, destination(), {"content-type": content_type}))


@pytest.mark.parametrize(
    "body, code, message",
    [
        ({"nmae": "D"}, "parameter_unknown", "Received unknown parameter: nmae"),
        ({"name": "D"}, "parameter_missing", "Missing required param: enabled_events."),
        (destination(name=7), None, "Invalid string: 7"),
        (destination(name=None), "parameter_invalid_empty", None),
        (destination(enabled_events="*"), None, "Invalid array"),
        (destination(event_payload="fat"), None, "Invalid event_payload: must be one of snapshot or thin"),
        (destination(webhook_endpoint={}), "parameter_missing", "Missing required param: webhook_endpoint[url]."),
        (destination(webhook_endpoint={"url": "nowhere"}), "url_invalid", None),
        (destination(expand=["a"]), "parameter_unknown", None),
    ],
)
def test_parameters_are_checked_by_their_shape(
    simulator: Simulator, body: dict[str, Any], code: str | None, message: str | None
) -> None:
    """As in v1; `expand` is not among them. [documented: the latter]"""
    answer = ask(simulator, "POST", DESTINATIONS, body)
    assert (answer.status, error(answer).get("code")) == (400, code)
    assert message is None or error(answer)["message"] == message


def test_a_version_must_be_named(simulator: Simulator) -> None:
    """The account's default does not speak in API v2. [documented]"""
    answer = ask(simulator, "GET", DESTINATIONS, headers={"stripe-version": ""})
    assert (answer.status, error(answer)["type"]) == (400, "invalid_request_error")
    assert "Stripe-Version" in error(answer)["message"]


@pytest.mark.parametrize(
    "method, path, status, code",
    [
        ("GET", "/v2/core/widgets", 404, None),
        ("PUT", DESTINATIONS, 404, None),
        ("GET", f"{DESTINATIONS}/", 404, None),
        ("GET", f"{DESTINATIONS}/ed_x", 404, "not_found"),
        ("DELETE", f"{DESTINATIONS}/ed_x", 404, "not_found"),
        ("GET", "/v2/core/events/evt_x", 404, "not_found"),
        ("GET", "/v2/core/events/evt_test_65short", 404, "not_found"),
        ("GET", "/v2/core/account_links/x", 404, None),
        ("GET", f"{DESTINATIONS}?limit=many", 400, "parameter_invalid_integer"),
        ("GET", f"{DESTINATIONS}?page=nonsense", 400, None),
        ("GET", f"{DESTINATIONS}?page[0]=a", 400, None),
        ("GET", f"{DESTINATIONS}?include[0]=name", 400, None),
        ("GET", "/v2/core/events?created[gte]=yesterday", 400, None),
    ],
)
def test_refusals_have_the_envelope_of_v2(
    simulator: Simulator, method: str, path: str, status: int, code: str | None
) -> None:
    """Code, message and type; what does not exist is `not_found`. [documented: the code]"""
    answer = ask(simulator, method, path)
    assert (answer.status, error(answer).get("code")) == (status, code)
    assert error(answer).keys() <= {"code", "message", "type"}


def test_a_number_that_is_refused_is_quoted_as_it_was_sent(simulator: Simulator) -> None:
    """Also one beyond 64 bits, which reads as a rounded fraction otherwise."""
    body = {"event_name": "calls", "payload": {"value": 2**64 + 1}}
    answer = ask(simulator, "POST", "/v2/billing/meter_events", body)
    assert (answer.status, error(answer)["message"]) == (400, f"Invalid string: {2**64 + 1}")


def test_a_stranger_is_told_in_the_same_envelope(simulator: Simulator) -> None:
    """A publishable key is refused as in v1."""
    answer = ask(simulator, "GET", DESTINATIONS, headers={"authorization": "Bearer pk_test_a"})
    assert (answer.status, error(answer).keys()) == (403, {"code", "message", "type"})


# --- pages -----------------------------------------------------------------------------------------------------------


def test_pages_are_addresses(simulator: Simulator) -> None:
    """Five destinations by twos: on by `next_page_url`, back by `previous_page_url`, null at both ends. [documented]"""
    for number in range(5):
        ask(simulator, "POST", DESTINATIONS, destination(f"D{number}"))
    seen, url = [], f"{DESTINATIONS}?limit=2&include[0]=webhook_endpoint.url"
    pages = []
    while url:
        page = parsed(ask(simulator, "GET", url))
        assert list(page) == ["data", "next_page_url", "previous_page_url"]
        assert all(row["webhook_endpoint"]["url"] for row in page["data"])
        seen.append([row["name"] for row in page["data"]])
        pages.append(page)
        url = page["next_page_url"]
        assert url is None or url.startswith(f"{DESTINATIONS}?limit=2&include[0]=webhook_endpoint.url&page=")
    assert seen == [["D4", "D3"], ["D2", "D1"], ["D0"]]
    assert pages[0]["previous_page_url"] is None
    back = parsed(ask(simulator, "GET", pages[2]["previous_page_url"]))
    assert [row["name"] for row in back["data"]] == ["D2", "D1"]
    first = parsed(ask(simulator, "GET", back["previous_page_url"]))
    assert ([row["name"] for row in first["data"]], first["previous_page_url"]) == (["D4", "D3"], None)


def test_a_page_has_a_size(simulator: Simulator) -> None:
    """Twenty unless said. [inferred]"""
    for _ in range(22):
        parsed(ask(simulator, "POST", "/v1/customers", b"", {"content-type": "application/x-www-form-urlencoded"}))
    sizes = {
        query: len(parsed(ask(simulator, "GET", f"/v2/core/events{query}"))["data"])
        for query in ("", "?limit=1", "?limit=100", "?limit=1000", "?limit=0")
    }
    assert sizes == {"": 20, "?limit=1": 1, "?limit=100": 22, "?limit=1000": 22, "?limit=0": 1}


# --- idempotency -----------------------------------------------------------------------------------------------------


def test_a_success_is_repeated_for_30_days(simulator: Simulator) -> None:
    """31 January 2027 and up to a second before 2 March; then the key makes another. [documented]"""
    key = {"idempotency-key": "k"}
    first = ask(simulator, "POST", DESTINATIONS, destination(), key)
    account = simulator.account(KEY)
    for moment in (NOW, NOW + DAY, NOW + 30 * DAY - 1):
        account.set_clock(moment)
        again = ask(simulator, "POST", DESTINATIONS, destination(), key)
        assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
        assert again.headers["Original-Request"] == first.headers["Request-Id"] != again.headers["Request-Id"]
    account.set_clock(NOW + 30 * DAY)
    assert ask(simulator, "POST", DESTINATIONS, destination(), key).body != first.body


def test_a_failure_is_tried_again(simulator: Simulator) -> None:
    """A meter event that no meter counted is filed once there is one, under the same key. [documented]"""
    key = {"idempotency-key": "k"}
    form = {"authorization": f"Bearer {KEY}"}
    customer = json.loads(simulator.handle(Request("POST", "/v1/customers", "", form, b"")).body)["id"]
    event = {"event_name": "calls", "payload": {"stripe_customer_id": customer, "value": "1"}}
    assert error(ask(simulator, "POST", "/v2/billing/meter_events", event, key))["code"] == "no_meter"
    meter = b"display_name=Calls&event_name=calls&default_aggregation[formula]=sum"
    assert simulator.handle(Request("POST", "/v1/billing/meters", "", form, meter)).status == 200
    assert ask(simulator, "POST", "/v2/billing/meter_events", event, key).status == 200


def test_other_parameters_under_one_key_are_a_conflict(simulator: Simulator) -> None:
    """409 idempotency_error. [documented]"""
    key = {"idempotency-key": "k"}
    ask(simulator, "POST", DESTINATIONS, destination(), key)
    answer = ask(simulator, "POST", DESTINATIONS, destination("E"), key)
    assert (answer.status, error(answer)["code"], error(answer)["type"]) == (
        409,
        "idempotency_error",
        "idempotency_error",
    )


def test_a_key_belongs_to_its_operation(simulator: Simulator) -> None:
    """The same key for another operation is another request, and a deletion is repeated too. [documented]"""
    key = {"idempotency-key": "k"}
    made = parsed(ask(simulator, "POST", DESTINATIONS, destination(), key))
    one = f"{DESTINATIONS}/{made['id']}"
    assert parsed(ask(simulator, "POST", f"{one}/disable", {}, key))["status"] == "disabled"
    answers = [ask(simulator, "DELETE", one, None, key) for _ in range(2)]
    assert [parsed(answer) for answer in answers] == [{"id": made["id"], "object": "v2.core.event_destination"}] * 2
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert ask(simulator, "DELETE", one).status == 404


def test_v1_and_v2_share_no_keys(simulator: Simulator) -> None:
    """A key that v1 has used is fresh in v2. [inferred]"""
    form = {"authorization": f"Bearer {KEY}", "idempotency-key": "k"}
    assert simulator.handle(Request("POST", "/v1/customers", "", form, b"name=Ada")).status == 200
    assert ask(simulator, "POST", DESTINATIONS, destination(), {"idempotency-key": "k"}).status == 200
