"""Endpoints and the version their events are rendered at."""

from __future__ import annotations

import json

import pytest
from tests.client import Client

from pinstripe.webhooks.delivery import hand_over
from pinstripe.wire import versions

URL = "https://app.example.com/webhooks"


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.mark.parametrize("version", [None, *versions.SERVED])
def test_an_event_arrives_at_its_endpoints_version(stripe: Client, version: str | None) -> None:
    """The endpoint's version, else the account's, speaks in what is delivered; what is kept speaks the account's."""
    terms = {"url": URL, "enabled_events": ["customer.created"], **({"api_version": version} if version else {})}
    assert stripe.post("/v1/webhook_endpoints", terms)["api_version"] == version
    customer = stripe.post("/v1/customers", {"email": "ada@example.com"})["id"]
    delivered = []

    def receive(_: str, body: bytes, __: dict[str, str]) -> int:
        """Keep what arrives."""
        delivered.append(json.loads(body))
        return 200

    hand_over(stripe.simulator.account(stripe.key).world, receive)
    (event,) = delivered
    (kept,) = Client(stripe.simulator, version=versions.SERVED[-1]).events()
    assert event["api_version"] == (version or versions.DEFAULT)
    assert kept["api_version"] == versions.DEFAULT
    spoken = Client(stripe.simulator, version=version)
    assert event["data"]["object"] == spoken.get(f"/v1/customers/{customer}")


def test_a_version_that_cannot_be_rendered_is_refused(stripe: Client) -> None:
    """An endpoint at a version that is not served would receive the wrong shape."""
    terms = {"url": URL, "enabled_events": ["*"], "api_version": "2019-12-03"}
    assert stripe.refused("POST", "/v1/webhook_endpoints", terms)[1]["param"] == "api_version"
