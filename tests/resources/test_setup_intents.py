"""Setup intents: cards and accounts made ready for later payments."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client

BACK = "https://shop.example/back"


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def set_up(client: Client, card: str, **params: Any) -> tuple[int, Any]:
    """The status and the body of a setup that is confirmed at once."""
    return client.ask(
        "POST", "/v1/setup_intents", {"payment_method": card, "confirm": True, "return_url": BACK, **params}
    )


def customer_acts(client: Client, intent: str, body: bytes = b"") -> Any:
    """Let the customer be authenticated, or fail to."""
    return client.simulator.control.handle("POST", f"/_pinstripe/setup_intents/{intent}/authenticate", client.key, body)


def test_a_card_is_attached_when_its_setup_succeeds(client: Client) -> None:
    """What a recorded setup intent says, and the card is the customer's. [recorded]"""
    buyer = client.post("/v1/customers")["id"]
    status, intent = set_up(client, "pm_card_visa", customer=buyer)
    assert (status, intent["status"], intent["usage"]) == (200, "succeeded", "off_session")
    assert intent["payment_method_options"]["card"] == {
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    }
    (card,) = client.get("/v1/payment_methods", {"customer": buyer})["data"]
    assert card["id"] == intent["payment_method"]
    assert card["card"]["checks"]["cvc_check"] == "pass"
    (attempt,) = client.get("/v1/setup_attempts", {"setup_intent": intent["id"]})["data"]
    assert (attempt["id"], attempt["status"]) == (intent["latest_attempt"], "succeeded")
    told = [event["type"] for event in client.events()][1:]
    assert told == ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded"]


def test_an_authentication_decides(client: Client) -> None:
    """One attempt, which waits and then ends."""
    buyer = client.post("/v1/customers")["id"]
    _, intent = set_up(client, "pm_card_authenticationRequiredOnSetup", customer=buyer)
    assert intent["status"] == "requires_action"
    assert customer_acts(client, intent["id"])["status"] == "succeeded"
    (attempt,) = client.get("/v1/setup_attempts", {"setup_intent": intent["id"]})["data"]
    assert attempt["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"
    _, other = set_up(client, "pm_card_authenticationRequired", customer=buyer)
    failed = customer_acts(client, other["id"], b'{"succeed": false}')
    assert (failed["status"], failed["payment_method"]) == ("requires_payment_method", None)
    assert failed["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    assert len(client.get("/v1/payment_methods", {"customer": buyer})["data"]) == 1


def test_a_card_that_cannot_be_saved_is_declined(client: Client) -> None:
    """402 with the whole intent, which is kept."""
    status, body = set_up(client, "pm_card_chargeDeclined")
    error = body["error"]
    assert (status, error["code"], error["decline_code"]) == (402, "card_declined", "generic_decline")
    kept = client.get(f"/v1/setup_intents/{error['setup_intent']['id']}")
    assert (kept["status"], kept["last_setup_error"]["code"]) == ("requires_payment_method", "card_declined")


def test_a_bank_account_is_proven_by_its_deposits(client: Client) -> None:
    """32 and 45 are what a test account was sent. [documented]"""
    account = {"account_number": "000123456789", "routing_number": "110000000", "account_holder_type": "individual"}
    data = {"type": "us_bank_account", "us_bank_account": account, "billing_details": {"name": "Ada"}}
    buyer = client.post("/v1/customers")["id"]
    intent = client.post(
        "/v1/setup_intents",
        {
            "customer": buyer,
            "payment_method_data": data,
            "allowed_payment_method_types": ["us_bank_account"],
            "mandate_data": {"customer_acceptance": {"type": "offline"}},
            "confirm": True,
        },
    )
    assert intent["next_action"]["type"] == "verify_with_microdeposits"
    path = f"/v1/setup_intents/{intent['id']}/verify_microdeposits"
    status, error = client.refused("POST", path, {"amounts": [1, 2]})
    assert (status, error["code"]) == (400, "payment_method_microdeposit_verification_amounts_mismatch")
    assert client.post(path, {"amounts": [45, 32]})["status"] == "succeeded"
    mandate = client.get(f"/v1/mandates/{intent['mandate']}")
    assert (mandate["status"], mandate["type"]) == ("active", "multi_use")


def test_what_cannot_be_canceled_or_confirmed_says_so(client: Client) -> None:
    """Stripe's sentences. [recorded]"""
    intent = client.post("/v1/setup_intents", {})
    path = f"/v1/setup_intents/{intent['id']}"
    status, error = client.refused("POST", f"{path}/confirm")
    assert (status, error["code"]) == (400, "setup_intent_unexpected_state")
    assert error["message"].startswith("You cannot confirm this SetupIntent because it's missing a payment method.")
    assert client.post(f"{path}/cancel", {"cancellation_reason": "abandoned"})["status"] == "canceled"
    _, error = client.refused("POST", f"{path}/cancel")
    assert error["message"] == "You cannot cancel this SetupIntent because it is already canceled."
    _, done = set_up(client, "pm_card_visa")
    _, error = client.refused("POST", f"/v1/setup_intents/{done['id']}/cancel")
    assert error["message"] == (
        "You cannot cancel this SetupIntent because it has a status of succeeded. Only a SetupIntent with one of the "
        "following statuses may be canceled: `requires_payment_method`, `requires_confirmation`, or `requires_action`."
    )


def test_a_setup_intent_is_updated_and_confirmed_later(client: Client) -> None:
    """A customer and a card come one after the other, and the customer stays."""
    intent = client.post("/v1/setup_intents", {"allowed_payment_method_types": ["card"]})
    path = f"/v1/setup_intents/{intent['id']}"
    buyer = client.post("/v1/customers")["id"]
    changed = client.post(path, {"customer": buyer, "payment_method": "pm_card_visa", "metadata": {"a": "b"}})
    assert (changed["status"], changed["metadata"]) == ("requires_confirmation", {"a": "b"})
    other = client.post("/v1/customers")["id"]
    _, error = client.refused("POST", path, {"customer": other})
    assert error["message"].startswith("You cannot modify `customer` on a SetupIntent once it already has been set.")
    assert client.post(f"{path}/confirm")["status"] == "succeeded"
    assert [row["id"] for row in client.get("/v1/setup_intents", {"customer": buyer})["data"]] == [intent["id"]]


def test_a_confirmation_token_is_used_once(client: Client) -> None:
    """It names what it was used for. [documented]"""
    token = client.post("/v1/test_helpers/confirmation_tokens", {"payment_method": "pm_card_visa", "return_url": BACK})
    assert token["payment_method_preview"]["card"]["last4"] == "4242"
    body = {"confirm": True, "confirmation_token": token["id"]}
    intent = client.post("/v1/setup_intents", body)
    assert intent["status"] == "succeeded"
    assert client.get(f"/v1/confirmation_tokens/{token['id']}")["setup_intent"] == intent["id"]
    status, error = client.refused("POST", "/v1/setup_intents", body)
    assert (status, error["param"]) == (400, "confirmation_token")
