"""What surrounds an answer: Stripe's headers, as they were recorded."""

from __future__ import annotations

import base64
import json
import re

import pytest
from tests.http.calls import NOW, call, error, made

from pinstripe import Simulator
from pinstripe.wire import versions

ALWAYS = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, "
    "X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
    "Access-Control-Max-Age": "300",
    "Cache-Control": "no-cache, no-store",
    "Content-Type": "application/json",
    "Stripe-Version": versions.DEFAULT,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "Vary": "Origin",
    "X-Stripe-Routing-Context-Priority-Tier": "api-testmode",
}


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


def test_a_get_and_a_delete_carry_the_common_headers_and_a_request_id(simulator: Simulator) -> None:
    """No advice about retries, whether found or not; a DELETE repeats its key, which has no effect. [recorded]"""
    customer = made(simulator, "/v1/customers")["id"]
    paths = [
        ("GET", f"/v1/customers/{customer}"),
        ("GET", "/v1/customers/cus_x"),
        ("DELETE", f"/v1/customers/{customer}"),
    ]
    ids = set()
    for method, path in paths:
        headers = dict(call(simulator, method, path, headers={"Idempotency-Key": "k"}).headers)
        ids.add(headers.pop("Request-Id"))
        assert headers == (ALWAYS if method == "GET" else {**ALWAYS, "Idempotency-Key": "k"})
    assert len(ids) == 3
    assert all(re.fullmatch(r"req_[0-9A-Za-z]{14}", id_) for id_ in ids)


def test_an_account_that_the_path_names_is_the_one_that_answers(simulator: Simulator) -> None:
    """`Stripe-Account` says so, but not where the account is only made. [recorded, 2025-08-27.basil]"""
    made = call(simulator, "POST", "/v1/accounts", "type=standard&country=AU")
    assert "Stripe-Account" not in made.headers
    id_ = json.loads(made.body)["id"]
    for method in ("GET", "POST", "DELETE"):
        assert call(simulator, method, f"/v1/accounts/{id_}").headers["Stripe-Account"] == id_


@pytest.mark.parametrize(
    "path, form, status, retry",
    [
        ("/v1/customers", "email=ada%40example.com", 200, {"Stripe-Should-Retry": "false"}),
        ("/v1/payment_methods/pm_card_chargeDeclined/attach", "customer={}", 402, {"Stripe-Should-Retry": "false"}),
        ("/v1/subscriptions", "customer={}&items[0][price]={price}", 400, {"Stripe-Should-Retry": "false"}),
        ("/v1/subscriptions", "customer={}&items[0][price]={once}", 400, {"Stripe-Should-Retry": "false"}),
        ("/v1/subscriptions", "customer={}&items[0][price]=price_x", 400, {}),
        ("/v1/billing_portal/sessions", "customer=cus_x&return_url=https%3A%2F%2Fexample.com", 400, {}),
        ("/v1/payment_methods/abcd/attach", "customer={}", 404, {}),
        ("/v1/payment_intents", "amount=0&currency=usd", 400, {}),
        ("/v1/customers", "emial=x", 400, {}),
    ],
)
def test_a_post_adds_its_own_id_its_key_and_that_a_retry_is_of_no_use(
    simulator: Simulator, path: str, form: str, status: int, retry: dict[str, str]
) -> None:
    """`Original-Request` is the request itself at first; of a retry nothing is said where a parameter is wrong.

    Without a key none is echoed. [recorded, 2025-11-17.clover to 2026-09-30.endive]
    """
    customer = made(simulator, "/v1/customers")["id"]
    once = "currency=usd&unit_amount=1000&product_data[name]=Map"
    prices = {
        "once": made(simulator, "/v1/prices", once)["id"],
        "price": made(simulator, "/v1/prices", f"{once}&recurring[interval]=month")["id"],
    }
    form = form.format(customer, **prices)
    for _ in ("first", "again"):
        answer = call(simulator, "POST", path, form, {"Idempotency-Key": "k"})
        headers = dict(answer.headers)
        request_id = headers.pop("Request-Id")
        if headers.pop("Idempotent-Replayed", None) is None:
            assert headers["Original-Request"] == request_id
        del headers["Original-Request"]
        assert (answer.status, headers) == (status, {**ALWAYS, "Idempotency-Key": "k", **retry})
    assert "Idempotency-Key" not in call(simulator, "POST", path, form).headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_gets_no_request_id_and_no_version(simulator: Simulator, method: str) -> None:
    """401 says which scheme is wanted and little else. [recorded]"""
    answer = call(
        simulator, method, "/v1/customers", headers={"Authorization": "Bearer nobody", "Idempotency-Key": "k"}
    )
    assert (answer.status, dict(answer.headers)) == (
        401,
        {
            "Cache-Control": "no-cache, no-store",
            "Content-Type": "application/json",
            "Www-Authenticate": 'Bearer realm="Stripe"',
        },
    )
    assert error(answer) == {"message": "Invalid API Key provided: nobody", "type": "invalid_request_error"}


def test_an_error_names_the_log_of_its_request(simulator: Simulator) -> None:
    """`request_log_url` leads to the request by its id and its account's, at every version. [recorded: since 2026]"""
    answer = call(simulator, "GET", "/v1/customers/cus_x")
    account = simulator.account("sk_test_http").id
    url = f"https://dashboard.stripe.com/{account}/test/workbench/logs?object={answer.headers['Request-Id']}"
    assert error(answer)["request_log_url"] == url
    assert list(error(answer)) == sorted(error(answer))


@pytest.mark.parametrize("version", versions.SERVED)
def test_the_version_spoken_is_echoed(simulator: Simulator, version: str) -> None:
    """An answer says at which version it is; a version that is refused leaves the account's."""
    assert (
        call(simulator, "GET", "/v1/customers", headers={"Stripe-Version": version}).headers["Stripe-Version"]
        == version
    )
    refused = call(simulator, "GET", "/v1/customers", headers={"Stripe-Version": "yesterday"})
    assert (refused.status, refused.headers["Stripe-Version"]) == (400, versions.DEFAULT)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer sk_test_a",
        "bearer  sk_test_a ",
        "Basic " + base64.b64encode(b"sk_test_a:").decode(),
        "Basic " + base64.b64encode(b"sk_test_a:password").decode(),
        "Basic " + base64.b64encode(b"sk_test_a").decode(),
    ],
)
def test_a_key_is_a_token_or_a_user_name(simulator: Simulator, header: str) -> None:
    """However the key is written, it leads to the same account; a password counts for nothing. [documented]"""
    customer = call(simulator, "POST", "/v1/customers", headers={"Authorization": "Bearer sk_test_a"})
    assert customer.status == 200
    assert b"cus_" in call(simulator, "GET", "/v1/customers", headers={"Authorization": header}).body


def test_every_key_is_an_account_of_its_own(simulator: Simulator) -> None:
    """What one key makes no other sees, and a restricted key is a key like any other."""
    for key in ("sk_test_a", "sk_test_b-2", "rk_test_a"):
        headers = {"Authorization": f"Bearer {key}"}
        assert b'"data": []' in call(simulator, "GET", "/v1/customers", headers=headers).body
        assert call(simulator, "POST", "/v1/customers", headers=headers).status == 200


@pytest.mark.parametrize("name", ["Stripe-Account", "Stripe-Context", "Stripe-Version", "Idempotency-Key"])
def test_an_empty_header_is_no_header(simulator: Simulator, name: str) -> None:
    """A client that always sends the header and has nothing to say in it is served."""
    answers = [call(simulator, "POST", "/v1/customers", f"name={i}", {name: ""}).status for i in range(2)]
    assert answers == [200, 200]
