"""Several captures of one authorization, and what is refunded in between."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import pay, turn

PARTS = {"payment_method_options": {"card": {"request_multicapture": "if_available"}}, "capture_method": "manual"}
WEEK = 7 * 86_400


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def held(client: Client, card: str = "visa") -> Any:
    """An intent over 20.00 USD that may be captured in parts."""
    status, intent = pay(client, f"pm_card_{card}", **PARTS)
    assert (status, intent["status"]) == (200, "requires_capture")
    return intent


def take(client: Client, intent: Any, amount: int, **params: Any) -> tuple[str, int, int]:
    """Capture: the status, what can still be captured, and what has come."""
    body = {"amount_to_capture": amount, **params}
    after = client.post(f"/v1/payment_intents/{intent['id']}/capture", body)
    return after["status"], after["amount_capturable"], after["amount_received"]


def of_charge(client: Client, intent: Any) -> tuple[bool, int, int, bool]:
    """Whether it is captured, how much was, how much went back, and whether all did."""
    charge = client.get(f"/v1/charges/{intent['latest_charge']}")
    return charge["captured"], charge["amount_captured"], charge["amount_refunded"], charge["refunded"]


def test_parts_are_taken_until_the_last(client: Client) -> None:
    """14.00 of 20.00, then 4.00 at last: 2.00 are let go and count as no refund. Fees: 71 and 42. [documented]"""
    intent = held(client)
    assert take(client, intent, 1400, final_capture=False) == ("requires_capture", 600, 1400)
    assert of_charge(client, intent) == (False, 1400, 0, False)
    assert take(client, intent, 400) == ("succeeded", 0, 1800)
    assert of_charge(client, intent) == (True, 1800, 0, False)
    rows = client.get("/v1/balance_transactions", {"source": intent["latest_charge"]})["data"]
    assert [(row["amount"], row["fee"]) for row in rows] == [(400, 42), (1400, 71)]
    told = [event["type"] for event in client.events()]
    assert told[3:] == [
        *["charge.updated", "payment_intent.amount_capturable_updated"],
        *["charge.updated", "charge.captured"],
        *["payment_intent.amount_capturable_updated", "payment_intent.succeeded"],
    ]


def test_what_was_taken_can_be_refunded_while_the_rest_is_held(client: Client) -> None:
    """5.00 of 14.00, then the other 9.00; it is refunded only once nothing more can come. [documented]"""
    intent = held(client)
    take(client, intent, 1400, final_capture=False)
    client.post("/v1/refunds", {"payment_intent": intent["id"], "amount": 500})
    too_much = {"payment_intent": intent["id"], "amount": 901}
    assert client.refused("POST", "/v1/refunds", too_much)[1]["param"] == "amount"
    client.post("/v1/refunds", {"payment_intent": intent["id"]})
    assert of_charge(client, intent) == (False, 1400, 1400, False)
    assert take(client, intent, 0) == ("succeeded", 0, 1400)
    assert of_charge(client, intent) == (True, 1400, 1400, True)


def test_a_charge_takes_only_what_its_intent_still_holds(client: Client) -> None:
    """14.00 of 20.00 are taken; the charge takes the 6.00 that are left, and no cent more."""
    intent = held(client)
    take(client, intent, 1400, final_capture=False)
    path = f"/v1/charges/{intent['latest_charge']}/capture"
    assert client.refused("POST", path, {"amount": 601})[1]["param"] == "amount"
    assert client.post(path)["amount_captured"] == 2000
    rows = client.get("/v1/balance_transactions")["data"]
    assert [row["amount"] for row in rows] == [600, 1400]
    assert client.get(f"/v1/payment_intents/{intent['id']}")["amount_received"] == 2000


def test_parts_of_a_card_without_delay_are_told_of(client: Client) -> None:
    """What is available at once is `balance.available` as often as it comes."""
    intent = held(client, "bypassPending")
    take(client, intent, 1400, final_capture=False)
    take(client, intent, 600)
    assert [event["type"] for event in client.events()].count("balance.available") == 2


@pytest.mark.parametrize("way", ["expiry", "cancel"])
def test_what_was_taken_stays_when_the_hold_ends(client: Client, way: str) -> None:
    """Partly captured, it has succeeded. [documented for a hold that runs out]"""
    intent = held(client)
    take(client, intent, 1400, final_capture=False)
    if way == "expiry":
        turn(client, WEEK)
    else:
        client.post(f"/v1/payment_intents/{intent['id']}/cancel")
    after = client.get(f"/v1/payment_intents/{intent['id']}")
    assert (after["status"], after["amount_received"], after["amount_capturable"]) == ("succeeded", 1400, 0)
    assert of_charge(client, intent) == (True, 1400, 0, False)


@pytest.mark.parametrize(
    "card, status",
    [
        ("visa", "available"),
        ("visa_cartesBancaires", "available"),
        ("diners", "unavailable"),
        ("credit_disableEnterpriseCardFeatures", "unavailable"),
    ],
)
def test_a_card_says_whether_it_can(client: Client, card: str, status: str) -> None:
    """What is not final is refused for a card that cannot, and it stays held. [documented]"""
    intent = held(client, card)
    charge = client.get(f"/v1/charges/{intent['latest_charge']}")
    assert charge["payment_method_details"]["card"]["multicapture"]["status"] == status
    body = {"amount_to_capture": 500, "final_capture": False}
    answered, _ = client.ask("POST", f"/v1/payment_intents/{intent['id']}/capture", body)
    assert answered == (200 if status == "available" else 400)


@pytest.mark.parametrize(
    "amount, final, param",
    [(601, False, None), (601, True, None), (0, False, "amount"), (-1, True, "amount_to_capture")],
)
def test_no_more_than_is_left_is_taken(client: Client, amount: int, final: bool, param: str | None) -> None:
    """6.00 are left; nothing can be taken only at last. [recorded of one capture: the parameters]"""
    intent = held(client)
    take(client, intent, 1400, final_capture=False)
    body = {"amount_to_capture": amount, "final_capture": final}
    status, error = client.refused("POST", f"/v1/payment_intents/{intent['id']}/capture", body)
    assert (status, error.get("param")) == (400, param)
    assert of_charge(client, intent) == (False, 1400, 0, False)
