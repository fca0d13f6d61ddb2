"""Idempotency keys: the first answer is the answer, for a day."""

from __future__ import annotations

import pytest
from tests.http.calls import KEY, NOW, call, error, made

from pinstripe import Simulator
from pinstripe.http.message import Response

DAY = 24 * 3600


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


def post(simulator: Simulator, form: str, key: str = "k", path: str = "/v1/customers") -> Response:
    """A POST under an idempotency key."""
    return call(simulator, "POST", path, form, {"Idempotency-Key": key})


def customers(simulator: Simulator) -> int:
    """How many customers there are."""
    return call(simulator, "GET", "/v1/customers").body.count(b'"object": "customer"')


def test_a_repetition_gets_the_first_answer_and_does_nothing(simulator: Simulator) -> None:
    """Status and body are the first ones; the headers say that it is a replay, and of which request."""
    first, second = (post(simulator, "name=Ada") for _ in range(2))
    assert (second.status, second.body) == (200, first.body)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"] != second.headers["Request-Id"]
    assert "Idempotent-Replayed" not in first.headers
    assert customers(simulator) == 1


def test_the_order_and_the_spelling_of_parameters_do_not_matter(simulator: Simulator) -> None:
    """What is compared is what was asked, not its bytes; a path written with double slashes is the same endpoint."""
    first = post(simulator, "name=Ada&metadata[a]=1")
    again = post(simulator, "metadata%5Ba%5D=1&name=A%64a", path="/v1//customers")
    assert again.body == first.body


def test_other_parameters_under_the_same_key_are_refused(simulator: Simulator) -> None:
    """The key stands for one request. [second-hand]"""
    post(simulator, "name=Ada")
    refusal = error(post(simulator, "name=Bob"))
    assert (refusal["type"], refusal.get("code"), refusal.get("param")) == ("idempotency_error", None, None)
    assert refusal["message"] == (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a "
        "key other than 'k' if you meant to execute a different request."
    )
    assert customers(simulator) == 1


def test_another_endpoint_under_the_same_key_is_refused(simulator: Simulator) -> None:
    """Even with the same parameters. [second-hand]"""
    post(simulator, "name=Ada")
    answer = post(simulator, "name=Ada", path="/v1/products")
    assert (answer.status, error(answer)["type"]) == (400, "idempotency_error")
    assert error(answer)["message"] == (
        "Keys for idempotent requests can only be used for the same endpoint they were first used for ('/v1/products' "
        "vs '/v1/customers'). Try using a key other than 'k' if you meant to execute a different request."
    )


def test_a_refusal_by_a_rule_is_kept_and_one_before_it_is_not(simulator: Simulator) -> None:
    """What failed validation or is not modelled leaves the key free; what a rule refused is the answer. [documented]"""
    for form in ("emial=x", "name=%FF", "expand[]=a.b.c.d.e", "expand[]=name"):
        assert call(simulator, "POST", "/v1/customers", form, {"Idempotency-Key": "k"}).status == 400
    form = "account_token=ct_1"
    assert call(simulator, "POST", "/v1/accounts", form, {"Idempotency-Key": "k"}).status == 501
    assert call(simulator, "POST", "/v1/nowhere", "", {"Idempotency-Key": "k"}).status == 404
    assert post(simulator, "name=Ada").status == 200
    product = made(simulator, "/v1/products", "id=prod_a&name=A")["id"]
    first, second = (post(simulator, f"id={product}&name=B", "p", "/v1/products") for _ in range(2))
    assert (first.status, second.status) == (400, 400)
    assert second.body == first.body
    assert second.headers["Idempotent-Replayed"] == "true"


def test_only_a_post_has_a_key(simulator: Simulator) -> None:
    """A GET with a key is answered afresh. [documented]"""
    assert call(simulator, "GET", "/v1/customers", "", {"Idempotency-Key": "k"}).body.count(b"cus_") == 0
    made(simulator, "/v1/customers")
    assert b"cus_" in call(simulator, "GET", "/v1/customers", "", {"Idempotency-Key": "k"}).body


def test_a_key_is_forgotten_after_a_day_of_the_accounts_time(simulator: Simulator) -> None:
    """A second before, it still replays; a day after its first use it runs afresh, and holds for another day."""
    first = post(simulator, "name=Ada")
    account = simulator.account(KEY)
    account.set_clock(NOW + DAY - 1)
    assert post(simulator, "name=Ada").body == first.body
    account.set_clock(NOW + DAY)
    second = post(simulator, "name=Bob")
    assert (second.status, customers(simulator)) == (200, 2)
    account.set_clock(NOW + 2 * DAY - 1)
    assert post(simulator, "name=Bob").body == second.body


def test_memory_holds_a_days_keys_and_no_more(simulator: Simulator) -> None:
    """Keys that can no longer replay are dropped as new ones come."""
    account = simulator.account(KEY)
    for hour in range(0, 72, 6):
        account.set_clock(NOW + hour * 3600)
        post(simulator, "name=Ada", f"key {hour}")
        assert len(account.idempotency) <= 4


def test_a_key_belongs_to_its_account(simulator: Simulator) -> None:
    """Two API keys may use the same idempotency key."""
    other = {"Authorization": "Bearer sk_test_other", "Idempotency-Key": "k"}
    assert post(simulator, "name=Ada").body != call(simulator, "POST", "/v1/customers", "name=Ada", other).body


def test_a_key_has_a_limit(simulator: Simulator) -> None:
    """255 characters are a key, 256 are not. [documented]"""
    assert post(simulator, "name=Ada", "k" * 255).status == 200
    answer = post(simulator, "name=Ada", "k" * 256)
    assert (answer.status, error(answer)["type"]) == (400, "idempotency_error")
