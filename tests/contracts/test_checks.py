"""Each check passes on a right answer and fails on a wrong one: a check that cannot fail is no check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import orjson
import pytest
from tests.contracts.loopback import Spoil, caller, changed

from pinstripe_contracts import checks
from pinstripe_contracts.exchange import Caller, Exchange, Request

Change = Callable[[httpx.Response], httpx.Response]

CREATE = Request("POST", "/v1/customers", body={"name": "Ada"}, idempotency_key="one")
RETRIEVE = Request("GET", "/v1/customers/cus_missing")
LIST = Request("GET", "/v1/customers", {"limit": 2})
NO_METHOD = Request("PUT", "/v1/customers")
CREATE_V2 = Request(
    "POST",
    "/v2/core/event_destinations",
    body={
        "name": "Mine",
        "type": "webhook_endpoint",
        "webhook_endpoint": {"url": "https://example.com/thin"},
        "event_payload": "thin",
        "enabled_events": ["v1.billing.meter.no_meter_found"],
    },
    idempotency_key="two",
)
RETRIEVE_V2 = Request("GET", "/v2/core/event_destinations/ed_missing")
LIST_V2 = Request("GET", "/v2/core/event_destinations", {"limit": 1})
LOGS = "https://dashboard.stripe.com/test/logs"


@dataclass(frozen=True)
class Wrong:
    """A request, how its answer is spoilt, the check that must notice, and a word of what it says."""

    request: Request
    spoil: Change
    check: checks.Check
    says: str


def members(**given: Any) -> Change:
    """Other members in the body; None takes one away."""
    return lambda response: changed(response, **given)


def error(**given: Any) -> Change:
    """Other fields in the error envelope; None takes one away."""

    def spoil(response: httpx.Response) -> httpx.Response:
        """Change the envelope."""
        fields = {**response.json()["error"], **given}
        return changed(response, error={name: value for name, value in fields.items() if value is not None})

    return spoil


def status(code: int, **given: Any) -> Change:
    """Another status, and other members."""
    return lambda response: httpx.Response(
        code, headers=response.headers, content=orjson.dumps({**response.json(), **given})
    )


def without(header: str) -> Change:
    """An answer that lacks a header."""
    return lambda response: httpx.Response(
        response.status_code,
        headers={name: value for name, value in response.headers.items() if name.lower() != header},
        content=response.content,
    )


def renamed(response: httpx.Response, request_id: str) -> httpx.Response:
    """An answer to another request."""
    return httpx.Response(
        response.status_code, headers={**response.headers, "request-id": request_id}, content=response.content
    )


def silence(_: httpx.Response) -> httpx.Response:
    """No answer at all."""
    raise httpx.ReadTimeout("the server said nothing")


def first(**given: Any) -> Change:
    """Another member in the first object of a list."""

    def spoil(response: httpx.Response) -> httpx.Response:
        """Change the first row."""
        head, *rest = response.json()["data"]
        return changed(response, data=[{**head, **given}, *rest])

    return spoil


WRONG = [
    Wrong(CREATE, silence, checks.answered, "ReadTimeout: the server said nothing"),
    Wrong(CREATE, status(500, error={"message": "boom"}), checks.no_server_error, "500: boom"),
    Wrong(CREATE, status(502), checks.no_server_error, "no error envelope"),
    Wrong(CREATE, status(501, error={"code": "pinstripe_bug", "message": "x"}), checks.no_server_error, "501: x"),
    Wrong(CREATE, without("request-id"), checks.request_id, "Request-Id is ''"),
    Wrong(RETRIEVE, lambda answer: renamed(answer, "17"), checks.request_id, "Request-Id is '17'"),
    Wrong(RETRIEVE, members(error=None), checks.error_envelope, "404 without an error envelope"),
    Wrong(RETRIEVE, error(type="not_found"), checks.error_envelope, "'not_found' is none of Stripe's"),
    Wrong(RETRIEVE, error(message=None), checks.error_envelope, "no message"),
    Wrong(RETRIEVE, error(request_log_url=None), checks.error_envelope, "request_log_url"),
    Wrong(RETRIEVE, error(param=1), checks.error_envelope, "param is no text"),
    Wrong(RETRIEVE, error(doc_url=None), checks.error_envelope, "code 'resource_missing' with doc_url None"),
    Wrong(RETRIEVE, error(code=None), checks.error_envelope, "code None with doc_url"),
    Wrong(RETRIEVE, error(code="rate_limit"), checks.error_envelope, "is not about code 'rate_limit'"),
    Wrong(NO_METHOD, status(405), checks.unknown_method, "405 where the path knows GET, POST"),
    Wrong(Request("GET", "/v1/customers", key=""), status(200), checks.no_key, "200 without a key"),
    Wrong(CREATE, members(livemode=None), checks.answer_shape, "livemode: missing"),
    Wrong(CREATE, members(colour="red"), checks.answer_shape, "colour: unknown"),
    Wrong(CREATE, members(created="now"), checks.answer_shape, "created: int expected"),
    Wrong(LIST, first(balance="0"), checks.answer_shape, "data[0].balance: int expected"),
    Wrong(LIST, first(invoice_settings={}), checks.answer_shape, "data[0].invoice_settings"),
    Wrong(LIST, members(object="array"), checks.list_envelope, "object is 'array'"),
    Wrong(LIST, members(has_more=None), checks.list_envelope, "has_more is None"),
    Wrong(LIST, members(url="/customers"), checks.list_envelope, "url is '/customers'"),
    Wrong(LIST, members(url="/v1/customers?limit=3"), checks.list_envelope, "url is '/v1/customers?limit=3'"),
    Wrong(LIST, members(data={}), checks.list_envelope, "data is no array"),
    Wrong(
        LIST, lambda answer: changed(answer, data=answer.json()["data"] * 2), checks.list_envelope, "4 objects where 2"
    ),
    Wrong(RETRIEVE_V2, error(type=None), checks.error_envelope, "type is None"),
    Wrong(RETRIEVE_V2, error(code=404), checks.error_envelope, "code is 404"),
    Wrong(CREATE_V2, members(status=None), checks.answer_shape, "status: missing"),
    Wrong(LIST_V2, members(data=[{"object": "v2.core.event_destination"}]), checks.answer_shape, "data[0].id: missing"),
    Wrong(LIST_V2, members(next_page_url="/elsewhere"), checks.list_envelope_v2, "next_page_url is '/elsewhere'"),
    Wrong(LIST_V2, members(previous_page_url=7), checks.list_envelope_v2, "previous_page_url is 7"),
    Wrong(LIST_V2, members(data={}), checks.list_envelope_v2, "data is no array"),
    Wrong(LIST_V2, members(data=[{}] * 101), checks.list_envelope_v2, "101 objects on one page"),
    Wrong(
        Request("POST", "/v1/customers", body={"expand": ["subscriptions"]}),
        members(subscriptions="sub_1"),
        checks.expansion,
        "subscriptions is still an id",
    ),
]


def ask(request: Request, spoil: Spoil | None = None) -> tuple[Exchange, Caller]:
    """The answer to a request where three customers exist, and who asked."""
    asking = caller(spoil)
    return asking.call(request), asking


@cache
def right_answers() -> list[Exchange]:
    """What the simulator answers to each of the requests, one after the other."""
    asking = caller()
    return [asking.call(wrong.request) for wrong in WRONG]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.check.__name__}: {wrong.says}")
def test_a_wrong_answer_is_noticed(wrong: Wrong) -> None:
    """The check says what is wrong with a spoilt answer."""
    exchange, _ = ask(wrong.request, lambda _, response: wrong.spoil(response))
    assert any(wrong.says in said for said in wrong.check(exchange)), list(wrong.check(exchange))


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_a_right_answer_passes(check: checks.Check) -> None:
    """No check has anything to say about what the simulator answers, be it a success or a refusal."""
    assert [said for exchange in right_answers() for said in check(exchange)] == []


def test_every_check_can_fail() -> None:
    """Each check has an answer that it refuses."""
    assert {wrong.check for wrong in WRONG} == set(checks.CHECKS)


def test_an_unsupported_operation_is_no_server_error() -> None:
    """A simulator may say openly what it does not model."""
    exchange, _ = ask(Request("GET", "/v1/exchange_rates"))
    assert exchange.status == 501
    assert list(checks.no_server_error(exchange)) == []
    assert list(checks.error_envelope(exchange)) == []


@pytest.mark.parametrize("address, says", [("/{}?t=1", []), ("?object={}_other", ["does not lead to the request"])])
def test_the_log_may_have_its_address_of_old(address: str, says: list[str]) -> None:
    """Until 2026 the request stood in the path, and its time behind it. [recorded]"""

    def spoil(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
        """Give the log another address."""
        return error(request_log_url=LOGS + address.format(answer.headers["request-id"]))(answer)

    exchange, _ = ask(RETRIEVE, spoil)
    assert list(checks.error_envelope(exchange)) == [f"request_log_url {word}" for word in says]


def test_a_look_into_a_foreign_account_is_not_logged() -> None:
    """And so its refusal leads to no page of the log. [recorded]"""
    exchange, _ = ask(Request("GET", "/v1/accounts/acct_missing"))
    assert (exchange.status, exchange.error["code"], "request_log_url" in exchange.error) == (
        403,
        "account_invalid",
        False,
    )
    assert list(checks.error_envelope(exchange)) == []


def test_the_address_of_a_list_may_say_what_was_asked_for() -> None:
    """As that of the items of one subscription does. [recorded]"""
    exchange, _ = ask(LIST, lambda _, answer: members(url=f"{LIST.path}?limit=2")(answer))
    assert list(checks.list_envelope(exchange)) == []


# --- checks that ask again -------------------------------------------------------------------------------------------


def follow(check: checks.FollowUp, request: Request, spoil: Spoil | None = None) -> list[str]:
    """What a check that asks again says."""
    exchange, asking = ask(request, spoil)
    return list(check(exchange, asking))


def forgetful(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that ignores idempotency keys: it makes another object each time."""
    return changed(response, id=f"cus_{id(request)}") if request.method == "POST" else response


def deaf(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that keeps the first answer for a key whatever is asked under it."""
    return httpx.Response(200) if b"expand" in request.content else response


def endless_v2(_: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server whose every page of destinations is the first of several."""
    body = {"data": [{"id": "ed_1"}], "next_page_url": f"{LIST_V2.path}?page=again", "previous_page_url": None}
    return httpx.Response(200, headers=response.headers, content=orjson.dumps(body))


def ending_v2(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that leads to a page with nothing on it."""
    if "page" in request.url.params:
        return httpx.Response(200, content=b'{"data": []}')
    return endless_v2(request, response)


def broken_v2(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that does not know its own pages."""
    return response if "page" in request.url.params else endless_v2(request, response)


def standing(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that shows the same page whatever the cursor."""
    if "starting_after" not in request.url.params:
        return response
    return httpx.Response(200, content=caller().call(LIST).content)


def endless(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that promises more and has nothing."""
    return changed(response, data=[]) if "starting_after" in request.url.params else response


def broken(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """A server that cannot go on."""
    return httpx.Response(400, content=b"{}") if "starting_after" in request.url.params else response


@pytest.mark.parametrize(
    "check, request_, spoil, says",
    [
        (checks.replay, CREATE, lambda _, response: without("idempotent-replayed")(response), ["lacks Idempotent"]),
        (checks.replay, CREATE, forgetful, ["the repetition answered 200 with another body"]),
        (checks.another_request, CREATE, deaf, ["another request under the same key answered 200"]),
        (checks.next_page, LIST, standing, ["2 objects stand on both pages"]),
        (checks.next_page, LIST, endless, ["has_more was true and the next page is empty"]),
        (checks.next_page, LIST, broken, ["the next page answered 400"]),
        (checks.next_page_v2, LIST_V2, endless_v2, ["1 objects stand on both pages"]),
        (checks.next_page_v2, LIST_V2, ending_v2, ["next_page_url led to an empty page"]),
        (checks.next_page_v2, LIST_V2, broken_v2, ["the next page answered 400"]),
    ],
    ids=[
        "replay-header",
        "replay-body",
        "another",
        "page-standing",
        "page-empty",
        "page-refused",
        "v2-standing",
        "v2-empty",
        "v2-refused",
    ],
)
def test_a_wrong_second_answer_is_noticed(
    check: checks.FollowUp, request_: Request, spoil: Spoil, says: list[str]
) -> None:
    """A check that asks again says what is wrong with the second answer."""
    said = follow(check, request_, spoil)
    assert len(said) == len(says)
    assert all(part in whole for part, whole in zip(says, said, strict=True)), said


@pytest.mark.parametrize("check", checks.FOLLOW_UPS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(
    "request_",
    [CREATE, LIST, RETRIEVE, CREATE_V2, LIST_V2, RETRIEVE_V2],
    ids=["create", "list", "missing", "v2-create", "v2-list", "v2-missing"],
)
def test_a_right_second_answer_passes(check: checks.FollowUp, request_: Request) -> None:
    """A repetition is the first answer, another request under its key is refused, and the next page goes on."""
    assert follow(check, request_) == []


def test_the_same_request_is_no_other() -> None:
    """What the check would send was drawn already, and taken."""
    drawn = Request("POST", "/v1/customers", body={"expand": ["created"]}, idempotency_key="one")
    assert follow(checks.another_request, drawn, deaf) == []
