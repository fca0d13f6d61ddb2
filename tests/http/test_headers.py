"""What surrounds an answer: Stripe's headers, as they were recorded."""

from __future__ import annotations

import base64
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
    """Nothing else: no idempotency, no advice about retries, whether found or not. [recorded]"""
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
        assert headers == ALWAYS
    assert len(ids) == 3
    assert all(re.fullmatch(r"req_[0-9A-Za-z]{14}", id_) for id_ in ids)


@pytest.mark.parametrize("form", ["email=ada%40example.com", "emial=x"])
def test_a_post_adds_its_own_id_its_key_and_that_a_retry_is_of_no_use(simulator: Simulator, form: str) -> None:
    """On the first run `Original-Request` is the request itself; without a key none is echoed. [recorded]"""
    headers = dict(call(simulator, "POST", "/v1/customers", form, {"Idempotency-Key": "k"}).headers)
    request_id = headers.pop("Request-Id")
    assert headers == {
        **ALWAYS,
        "Idempotency-Key": "k",
        "Original-Request": request_id,
        "Stripe-Should-Retry": "false",
    }
    assert "Idempotency-Key" not in call(simulator, "POST", "/v1/customers", form).headers


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
    """`request_log_url` leads to the request by its id and the account's time. [recorded]"""
    answer = call(simulator, "GET", "/v1/customers/cus_x")
    url = f"https://dashboard.stripe.com/test/logs/{answer.headers['Request-Id']}?t={NOW}"
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
