"""Confirmations: what one is good for, and what leads back before it."""

from __future__ import annotations

import pytest
from tests.client import Client
from tests.resources.paying import BACK, customer_acts, intend, pay


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def test_a_method_that_is_nobodys_pays_once(client: Client) -> None:
    """Also when two intents had it before it was used. [recorded: the sentence]"""
    method = client.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa"}})["id"]
    first, second = (intend(client, payment_method=method)["id"] for _ in range(2))
    client.post(f"/v1/payment_intents/{first}/confirm", {"return_url": BACK})
    _, error = client.refused("POST", f"/v1/payment_intents/{second}/confirm", {"return_url": BACK})
    assert error["message"].startswith("The provided PaymentMethod was previously used")
    assert client.get(f"/v1/payment_intents/{second}")["status"] == "requires_confirmation"


def test_what_does_not_concern_the_payment_leaves_its_action_alone(client: Client) -> None:
    """A description is no reason to be asked again; another amount is."""
    _, intent = pay(client, "pm_card_authenticationRequired")
    path = f"/v1/payment_intents/{intent['id']}"
    described = client.post(path, {"description": "Gold", "metadata": {"order": "7"}})
    assert (described["status"], described["next_action"]) == ("requires_action", intent["next_action"])
    assert client.post(path, {"amount": 2100})["status"] == "requires_confirmation"


def test_an_authentication_is_for_one_confirmation(client: Client) -> None:
    """A card that was refused after it does not open the door for another that asks too."""
    _, intent = pay(client, "pm_card_threeDSecureRequiredChargeDeclined", confirmation_method="manual")
    assert customer_acts(client, intent["id"], succeed=True)["status"] == "requires_confirmation"
    path = f"/v1/payment_intents/{intent['id']}/confirm"
    assert client.refused("POST", path, {"return_url": BACK})[1]["code"] == "card_declined"
    again = client.post(path, {"payment_method": "pm_card_authenticationRequired", "return_url": BACK})
    assert again["status"] == "requires_action"


def test_a_hold_grows_where_that_was_asked_for(client: Client) -> None:
    """20.00 become 30.00; of these 25.00 are taken. The charge says beforehand whether it can."""
    options = {"card": {"request_incremental_authorization": "if_available"}}
    expand = {"expand": ["latest_charge"], "capture_method": "manual"}
    _, plain = pay(client, "pm_card_visa", **expand)
    _, asked = pay(client, "pm_card_visa", payment_method_options=options, **expand)
    said = [
        one["latest_charge"]["payment_method_details"]["card"]["incremental_authorization"]["status"]
        for one in (plain, asked)
    ]
    assert said == ["unavailable", "available"]
    path = f"/v1/payment_intents/{asked['id']}"
    assert client.post(f"{path}/increment_authorization", {"amount": 3000})["amount_capturable"] == 3000
    told = next(event for event in client.events() if event["type"] == "charge.updated")
    assert told["data"]["previous_attributes"]["amount"] == 2000
    assert client.refused("POST", f"{path}/capture", {"amount_to_capture": 0})[1]["param"] == "amount"
    assert client.post(f"{path}/capture", {"amount_to_capture": 2500})["amount_received"] == 2500


def test_a_hold_grows_ten_times_and_no_further_than_can_be_charged(client: Client) -> None:
    """Ten times 1 cent; more than 999,999.99 dollars never. [documented]"""
    options = {"card": {"request_incremental_authorization": "if_available"}}
    _, held = pay(client, "pm_card_visa", payment_method_options=options, capture_method="manual")
    path = f"/v1/payment_intents/{held['id']}"
    _, error = client.refused("POST", f"{path}/increment_authorization", {"amount": 100_000_000})
    assert error["code"] == "amount_too_large"
    for more in range(1, 11):
        client.post(f"{path}/increment_authorization", {"amount": 2000 + more})
    assert client.refused("POST", f"{path}/increment_authorization", {"amount": 2011})[0] == 400
    assert client.get(path)["amount_capturable"] == 2010


def test_a_mandate_for_a_card_is_taken(client: Client) -> None:
    """Cards have none, and do not mind."""
    _, intent = pay(client, "pm_card_visa", mandate_data={"customer_acceptance": {"type": "offline"}})
    assert intent["status"] == "succeeded"
