"""How a request may be written: its path, its query, its body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.http.calls import KEY, NOW, call, error, made

from pinstripe import Simulator
from pinstripe.http.decoding import LARGEST_BODY
from pinstripe.http.message import Request, Response

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


def send(simulator: Simulator, method: str, path: str, body: bytes = b"", content_type: str = "") -> Response:
    """A request with a body and what it says about itself."""
    headers = {"authorization": f"Bearer {KEY}"} | ({"content-type": content_type} if content_type else {})
    path, _, query = path.partition("?")
    return simulator.handle(Request(method, path, query, headers, body))


def parsed(answer: Response) -> Any:
    """The body of an answer that is no refusal."""
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_double_slashes_count_for_nothing(simulator: Simulator) -> None:
    """`//v1//customers` is `/v1/customers`, and a list says so. [documented: stripe-mock]"""
    assert parsed(call(simulator, "GET", "//v1//customers"))["url"] == "/v1/customers"


def test_ids_are_percent_decoded(simulator: Simulator) -> None:
    """An id with a space or a slash in it is found, and one that is not there is repeated as it reads."""
    made(simulator, "/v1/products", "id=gold%2F1+a&name=Gold")
    assert parsed(call(simulator, "GET", "/v1/products/gold%2F1%20a"))["name"] == "Gold"
    assert error(call(simulator, "GET", "/v1/products/%C3%A4%2Fb"))["message"] == "No such product: 'ä/b'"
    assert (
        error(call(simulator, "GET", "/v1/products/%FF"))["message"] == "No such product: '\N{REPLACEMENT CHARACTER}'"
    )


def test_query_and_body_share_one_bucket(simulator: Simulator) -> None:
    """Parameters of a POST may stand in its URL, those of a GET or DELETE in its body; the body wins. [documented]"""
    customer = parsed(send(simulator, "POST", "/v1/customers?name=Ada&email=a%40example.com", b"name=Bob", FORM))
    assert (customer["name"], customer["email"]) == ("Bob", "a@example.com")
    for _ in range(2):
        made(simulator, "/v1/customers")
    assert len(parsed(send(simulator, "GET", "/v1/customers", b"limit=1", FORM))["data"]) == 1
    price = made(simulator, "/v1/prices", "product_data[name]=A&currency=usd&unit_amount=1&recurring[interval]=month")
    made(simulator, "/v1/payment_methods/pm_card_visa/attach", f"customer={customer['id']}")
    card = parsed(call(simulator, "GET", f"/v1/customers/{customer['id']}/payment_methods"))["data"][0]["id"]
    items = f"customer={customer['id']}&default_payment_method={card}&items[0][price]={price['id']}"
    path = f"/v1/subscriptions/{made(simulator, '/v1/subscriptions', items)['id']}"
    assert error(send(simulator, "DELETE", path, b"nonsense=1", FORM))["param"] == "nonsense"
    canceled = parsed(send(simulator, "DELETE", path, b"cancellation_details[comment]=bye", FORM))
    assert canceled["cancellation_details"]["comment"] == "bye"


@pytest.mark.parametrize(
    "content_type",
    ["", FORM, "application/x-www-form-urlencoded; charset=utf-8", "Application/X-WWW-Form-Urlencoded"],
)
def test_a_body_is_a_form(simulator: Simulator, content_type: str) -> None:
    """A POST that does not say what its body is means a form, as in Rack."""
    assert parsed(send(simulator, "POST", "/v1/customers", b"name=Ada", content_type))["name"] == "Ada"


@pytest.mark.parametrize(
    "content_type, body",
    [
        ("application/json", b'{"name": "Ada"}'),
        ("text/plain", b"name=Ada"),
    ],
)
def test_another_body_is_refused(simulator: Simulator, content_type: str, body: bytes) -> None:
    """What is no form is not guessed at. [second-hand: the sentence]"""
    answer = send(simulator, "POST", "/v1/customers", body, content_type)
    assert answer.status == 400
    assert error(answer)["message"] == (
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any "
        "questions, we can help at https://support.stripe.com/."
    )


@pytest.mark.parametrize("content_type", ["", FORM, "application/json"])
def test_an_empty_body_is_no_body(simulator: Simulator, content_type: str) -> None:
    """A POST of nothing is a POST without parameters, whatever it says of itself."""
    assert send(simulator, "POST", "/v1/customers", b"", content_type).status == 200


@pytest.mark.parametrize(
    "query, body", [("", b"name=\xff"), ("", b"name=%C3"), ("", b"name=%"), ("name=%FF", b""), ("name=%E9", b"")]
)
def test_broken_text_is_refused(simulator: Simulator, query: str, body: bytes) -> None:
    """Bytes that are no UTF-8 and percent signs that escape nothing are a 400, never a 500."""
    answer = send(simulator, "POST", f"/v1/customers?{query}", body, FORM)
    assert (answer.status, error(answer)["type"]) == (400, "invalid_request_error")
    assert "invalid" in error(answer)["message"] or "UTF-8" in error(answer)["message"]


def test_a_body_has_a_limit(simulator: Simulator) -> None:
    """A body of the greatest size is read, and one byte more is refused with Stripe's envelope."""
    fits = b"name=a&" + b"&" * (LARGEST_BODY - 7)
    assert send(simulator, "POST", "/v1/customers", fits, FORM).status == 200
    answer = send(simulator, "POST", "/v1/customers", fits + b"&", FORM)
    assert (answer.status, error(answer)["type"]) == (413, "invalid_request_error")


def test_the_expansion_of_a_ready_made_answer_is_checked(simulator: Simulator) -> None:
    """What a rule answers as a whole, such as a meter event, refuses a property it does not have like any object."""
    made(simulator, "/v1/billing/meters", "display_name=Calls&event_name=calls&default_aggregation[formula]=sum")
    customer = made(simulator, "/v1/customers")["id"]
    event = f"event_name=calls&payload[stripe_customer_id]={customer}&payload[value]=1&expand[]=nothing"
    refusal = error(call(simulator, "POST", "/v1/billing/meter_events", event))
    assert refusal["message"] == "This property cannot be expanded because it doesn't exist: nothing."
