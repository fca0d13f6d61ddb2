"""Calls of the Stripe CLI that name no version: read at the newest version that takes them, answered at the own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.client import Client, fields

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe.wire import versions

CLI = {"user-agent": "Stripe/v1 stripe-cli/1.52.0"}
"""What every command says of itself. [recorded]"""
PAID: Mapping[str, Any] = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}


@pytest.fixture
def client() -> Client:
    """An account of the newest version."""
    return Client()


def ask(client: Client, path: str, params: Mapping[str, Any], **headers: str) -> tuple[int, Any, str]:
    """The status, the body and the version of the answer to a POST with headers of its own."""
    said = {
        "authorization": f"Bearer {client.key}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    body = urlencode(list(fields(params))).encode()
    response = client.simulator.handle(Request("POST", path, "", said, body))
    return response.status, json.loads(response.body), response.headers["Stripe-Version"]


def by_cli(client: Client, path: str, params: Mapping[str, Any], **headers: str) -> tuple[int, Any, str]:
    """The same for a call of the command line."""
    return ask(client, path, params, user_agent=CLI["user-agent"], **headers)


def test_a_fixture_in_old_words_is_taken_and_answered_in_new_ones(client: Client) -> None:
    """A coupon of a customer, as before basil; a promotion code, as before clover; iterations, as before clover."""
    coupon = client.post("/v1/coupons", {"percent_off": 25})["id"]
    price = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Tea"}, "recurring": {"interval": "month"}}
    phase = {"items": [{"price": client.post("/v1/prices", price)["id"]}], "iterations": 2}
    customer = client.post("/v1/customers", {"source": "tok_visa"})["id"]
    for path, params, member in (
        ("/v1/customers", {"coupon": coupon}, "discount"),
        ("/v1/promotion_codes", {"coupon": coupon}, "promotion"),
        ("/v1/subscription_schedules", {"customer": customer, "start_date": "now", "phases": {"0": phase}}, "phases"),
    ):
        assert ask(client, path, params)[0] == 400
        status, body, version = by_cli(client, path, params)
        assert (status, version, bool(body[member])) == (200, versions.DEFAULT, True), body
    made = [event["type"] for event in client.events()]
    assert {"customer.discount.created", "promotion_code.created", "subscription_schedule.created"} <= set(made)
    assert {event["api_version"] for event in client.events()} == {versions.DEFAULT}


def test_a_payment_in_old_words_or_in_none_is_one_of_its_time(client: Client) -> None:
    """Cards alone, captured at once: the fixtures spend it with their next call."""
    for params in ({**PAID, "payment_method_types": ["card"]}, PAID):
        status, intent, _ = by_cli(client, "/v1/payment_intents", params)
        assert (status, intent["status"], intent["capture_method"]) == (200, "succeeded", "automatic"), intent
        assert (intent["payment_method_types"], intent["automatic_payment_methods"]) == (["card"], None)
    status, setup, _ = by_cli(client, "/v1/setup_intents", {"payment_method": "pm_card_visa", "confirm": "true"})
    assert (status, setup["status"]) == (200, "succeeded")


def test_what_the_account_takes_is_read_as_ever(client: Client) -> None:
    """Nothing changes for a call in new words, nor in an account of an old version."""
    params = {**PAID, "return_url": "https://example.com/back"}
    answers = [send(client, "/v1/payment_intents", params)[1] for send in (ask, by_cli)]
    assert {answer["capture_method"] for answer in answers} == {"automatic_async"}
    assert all(answer["automatic_payment_methods"]["enabled"] for answer in answers)
    old = Client(Simulator(seed="old", api_version="2022-11-15"))
    status, intent, version = by_cli(old, "/v1/payment_intents", {**PAID, "payment_method_types": ["card"]})
    assert (status, version, "charges" in intent) == (200, "2022-11-15", False)


@pytest.mark.parametrize(
    "params", [{"coupon": "tea", "colour": "green"}, {"colour": "green"}, {"name": {"first": "Ada"}}], ids=str
)
def test_what_no_version_takes_is_refused_as_to_anybody(client: Client, params: Mapping[str, Any]) -> None:
    """In the account's own words, and nothing is made."""
    refusals = [send(client, "/v1/customers", params) for send in (ask, by_cli)]
    assert [(status, error["error"]["message"]) for status, error, _ in refusals] == [
        (400, refusals[0][1]["error"]["message"])
    ] * 2
    assert not client.events()


def test_a_version_that_is_named_speaks(client: Client) -> None:
    """`stripe ... --stripe-version`: the header decides, as everywhere."""
    coupon = client.post("/v1/coupons", {"percent_off": 25})["id"]
    assert by_cli(client, "/v1/customers", {"coupon": coupon}, stripe_version=versions.DEFAULT)[0] == 400
    assert by_cli(client, "/v1/customers", {"coupon": coupon}, stripe_version="2022-11-15")[0] == 200
