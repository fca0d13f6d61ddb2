"""Stories of cards that an account issues: limits, captures, decisions by webhook, and what is printed on them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

from pinstripe.control import Client as Control
from pinstripe_contracts.fair.issuing import ADDRESS

DAY = 86_400


@pytest.fixture
def client() -> Client:
    """An account of its own, on Sunday 31 January 2027 at noon."""
    return Client()


def turn(client: Client, to: int) -> None:
    """Turn the account's clock."""
    client.simulator.accounts.of(client.key).set_clock(to)


def card(client: Client, **params: Any) -> str:
    """A virtual card that may pay."""
    holder = client.post("/v1/issuing/cardholders", {"name": "Ada Lovelace", "billing": {"address": ADDRESS}})["id"]
    body = {"cardholder": holder, "currency": "usd", "type": "virtual", "status": "active", **params}
    return str(client.post("/v1/issuing/cards", body)["id"])


def test_spending_limits_decide(client: Client) -> None:
    """15 dollars a day: 10 are approved, 6 more are not, and on Monday they are."""
    limits = {"spending_limits": [{"amount": 1500, "interval": "daily"}]}
    id_ = card(client, spending_controls=limits)
    helper = "/v1/test_helpers/issuing/authorizations"
    first = client.post(helper, {"card": id_, "amount": 1000})
    assert (first["approved"], first["status"], first["request_history"][0]["reason"]) == (
        True,
        "pending",
        "card_active",
    )
    second = client.post(helper, {"card": id_, "amount": 600})
    assert (second["approved"], second["status"]) == (False, "closed")
    assert second["request_history"][0]["reason"] == "spending_controls"
    turn(client, NOW + DAY // 2)
    assert client.post(helper, {"card": id_, "amount": 600})["approved"]


def test_a_capture_moves_the_money_that_was_held(client: Client) -> None:
    """10 dollars held, 8 captured: all 10 are released, 8 are spent, and 3 of them come back."""
    id_ = card(client)
    helpers = "/v1/test_helpers/issuing"
    authorization = client.post(f"{helpers}/authorizations", {"card": id_, "amount": 1000})["id"]
    captured = client.post(f"{helpers}/authorizations/{authorization}/capture", {"capture_amount": 800})
    paid = captured["transactions"][0]
    assert (captured["status"], captured["amount"], paid["amount"], paid["type"]) == ("closed", 0, -800, "capture")
    moved = [(row["type"], row["amount"]) for row in captured["balance_transactions"]]
    assert moved == [("issuing_authorization_hold", -1000), ("issuing_authorization_release", 1000)]
    back = client.post(f"{helpers}/transactions/{paid['id']}/refund", {"refund_amount": 300})
    assert (back["amount"], back["type"], back["authorization"]) == (300, "refund", authorization)
    assert client.refused("POST", f"{helpers}/transactions/{paid['id']}/refund", {"refund_amount": 501})[0] == 400
    assert client.refused("POST", f"{helpers}/authorizations/{authorization}/reverse")[0] == 400


@pytest.mark.parametrize(
    "answer, approved, reason",
    [("approve", True, "webhook_approved"), ("decline", False, "webhook_declined"), (None, False, "webhook_timeout")],
)
def test_an_endpoint_decides_within_two_seconds(
    client: Client, answer: str | None, approved: bool, reason: str
) -> None:
    """An endpoint that names the request is asked, one for `*` is not, and silence declines."""
    for url, type_ in (("https://example.com/hook", "issuing_authorization.request"), ("https://example.com/all", "*")):
        client.post("/v1/webhook_endpoints", {"url": url, "enabled_events": [type_]})
    asked = client.post("/v1/test_helpers/issuing/authorizations", {"card": card(client), "amount": 1000})
    assert (asked["amount"], asked["pending_request"]["amount"], asked["approved"]) == (0, 1000, False)
    told = Control(client.simulator, client.key).deliveries("issuing_authorization.request")
    assert [row.url for row in told] == ["https://example.com/hook"]
    path = f"/v1/issuing/authorizations/{asked['id']}"
    if answer is None:
        turn(client, NOW + 2)
    else:
        client.post(f"{path}/{answer}")
    decided = client.get(path)
    assert (decided["approved"], decided["request_history"][0]["reason"]) == (approved, reason)
    assert decided["pending_request"] is None
    assert client.refused("POST", f"{path}/approve")[0] == 400


def test_an_issued_card_shows_its_number_only_when_asked(client: Client) -> None:
    """Sixteen digits that add up by Luhn's rule and end as the card says."""
    id_ = card(client)
    shown = client.get(f"/v1/issuing/cards/{id_}")
    assert "number" not in shown
    asked = client.get(f"/v1/issuing/cards/{id_}", {"expand": ["number", "cvc"]})
    digits = [int(digit) for digit in asked["number"]]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    assert (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    assert (asked["number"][-4:], len(asked["cvc"])) == (shown["last4"], 3)
