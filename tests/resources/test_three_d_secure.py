"""3D Secure where the payment wants it, whatever the card wants; and co-branded cards."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import customer_acts, pay


def wanting(how: str) -> dict[str, Any]:
    """Options that ask for 3D Secure."""
    return {"payment_method_options": {"card": {"request_three_d_secure": how}}}


@pytest.mark.parametrize("how", ["any", "challenge"])
@pytest.mark.parametrize(
    "card, result",
    [
        ("visa", "attempt_acknowledged"),
        ("amex_threeDSecureNotSupported", "not_supported"),
        ("threeDSecureOptionalProcessingError", "processing_error"),
        ("threeDSecureOptional", "authenticated"),
        ("adaptive3dsChallenge", "authenticated"),
    ],
)
def test_3d_secure_ends_as_the_card_can(card: str, how: str, result: str) -> None:
    """Only a holder whose card is enrolled is prompted; the payment goes through all the same. [documented]"""
    client = Client()
    status, intent = pay(client, f"pm_card_{card}", **wanting(how))
    assert (status, intent["status"]) == (200, "requires_action" if result == "authenticated" else "succeeded")
    if result == "authenticated":
        customer_acts(client, intent["id"], succeed=True)
        intent = client.get(f"/v1/payment_intents/{intent['id']}")
    charge = client.get(f"/v1/charges/{intent['latest_charge']}")
    assert charge["payment_method_details"]["card"]["three_d_secure"]["result"] == result


@pytest.mark.parametrize(
    "number, result", [("4000000032200000", "authenticated"), ("4242424242424242", None), ("4000000000003055", None)]
)
def test_3d_secure_unasked(number: str, result: str | None) -> None:
    """One card always goes through it, without a challenge; others only where it is wanted. [documented]"""
    client = Client()
    card = {"number": number, "exp_month": 12, "exp_year": 2034}
    method = client.post("/v1/payment_methods", {"type": "card", "card": card})["id"]
    _, intent = pay(client, method)
    charge = client.get(f"/v1/charges/{intent['latest_charge']}")
    secure = charge["payment_method_details"]["card"]["three_d_secure"]
    assert (secure and (secure["result"], secure["authentication_flow"])) == (result and (result, "frictionless"))


@pytest.mark.parametrize("card, status", [("visa", "succeeded"), ("threeDSecureOptional", "requires_action")])
def test_a_setup_asks_as_a_payment_does(card: str, status: str) -> None:
    """Nobody is prompted whose card is not enrolled."""
    client = Client()
    asked = {"payment_method": f"pm_card_{card}", "confirm": True, "return_url": "https://shop.example"}
    assert client.post("/v1/setup_intents", {**asked, **wanting("challenge")})["status"] == status


@pytest.mark.parametrize(
    "name, brands, country",
    [
        ("visa_cartesBancaires", ["cartes_bancaires", "visa"], "FR"),
        ("mastercard_cartesBancaires", ["cartes_bancaires", "mastercard"], "FR"),
        ("visa_debit_eftposAuCoBranded", ["eftpos_au", "visa"], "AU"),
        ("mastercard_debit_eftposAuCoBranded", ["eftpos_au", "mastercard"], "AU"),
        ("visa", ["visa"], "US"),
    ],
)
def test_a_card_can_have_two_brands(name: str, brands: list[str], country: str) -> None:
    """The customer may prefer either. [documented]"""
    client = Client()
    token = {"token": f"tok_{name}"}
    card = client.post("/v1/payment_methods", {"type": "card", "card": token})["card"]
    assert (card["networks"]["available"], card["brand"], card["country"]) == (brands, brands[-1], country)
