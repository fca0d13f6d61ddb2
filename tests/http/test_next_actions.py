"""The customer of an intent, played by a page or by the control plane."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.client import Client

from pinstripe.http.app import create_app
from pinstripe.http.control import ControlError

BACK = "https://shop.example/back?order=7"
BASE = "http://testserver"


@pytest.fixture
def client() -> Client:
    """A fresh account, on a server with pages."""
    client = Client()
    client.simulator.accounts.pages = BASE
    return client


def waiting(client: Client) -> Any:
    """A payment that waits for the holder of its card."""
    return client.post(
        "/v1/payment_intents",
        {
            "amount": 2000,
            "currency": "usd",
            "payment_method": "pm_card_threeDSecure2Required",
            "confirm": True,
            "return_url": BACK,
        },
    )


def browse(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> httpx.Response:
    """One look at a page, without following where it leads."""

    async def ask() -> httpx.Response:
        """Ask the app."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(client.simulator))) as browser:
            return await browser.request(method, url, data=data)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "do, status, said", [("complete", "succeeded", "succeeded"), ("fail", "requires_payment_method", "failed")]
)
def test_a_page_ends_a_challenge_and_leads_back(client: Client, do: str, status: str, said: str) -> None:
    """The way back says what became of it. [documented]"""
    other, intent = waiting(client), waiting(client)
    url = intent["next_action"]["redirect_to_url"]["url"]
    assert url.startswith(BASE)
    assert "$20.00" in browse(client, "GET", url).text
    answer = browse(client, "POST", url, {"do": do})
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {
        "order": ["7"],
        "payment_intent": [intent["id"]],
        "payment_intent_client_secret": [intent["client_secret"]],
        "redirect_status": [said],
    }
    assert client.get(f"/v1/payment_intents/{intent['id']}")["status"] == status
    assert browse(client, "GET", url).status_code == 404
    assert client.get(f"/v1/payment_intents/{other['id']}")["status"] == "requires_action"


def test_nobody_is_authenticated_who_was_not_asked(client: Client) -> None:
    """409 says why, and an unknown intent is none."""
    intent = client.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})
    control = client.simulator.control
    with pytest.raises(ControlError, match="does not wait for its customer: it is requires_payment_method") as refused:
        control.handle("POST", f"/_pinstripe/payment_intents/{intent['id']}/authenticate", client.key, b"")
    assert refused.value.status == 409
    with pytest.raises(ControlError, match="No such setup_intent"):
        control.handle("POST", "/_pinstripe/setup_intents/seti_none/authenticate", client.key, b"")


def test_playing_the_customer_is_part_of_the_replay(client: Client) -> None:
    """It stands in the journal like any other call."""
    intent = waiting(client)
    path = f"/_pinstripe/payment_intents/{intent['id']}/authenticate"
    client.simulator.control.handle("POST", path, client.key, b'{"succeed": false}')
    replay = client.simulator.control.handle("GET", "/_pinstripe/replay", client.key, b"")
    assert (replay["requests"][-1]["path"], replay["requests"][-1]["body"]) == (path, '{"succeed": false}')
