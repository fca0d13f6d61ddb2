"""Cards: what is checked, what they are called, and what their charges remember."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client

HOME = {"line1": "1 Main St", "postal_code": "94107"}


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.mark.parametrize(
    "address, before, after",
    [
        ({}, (None, None, "unchecked"), (None, None, "pass")),
        (HOME, ("unchecked", "unchecked", "unchecked"), ("pass", "pass", "pass")),
        ({"postal_code": "94107"}, (None, "unchecked", "unchecked"), (None, "pass", "pass")),
    ],
)
def test_what_was_given_is_checked_when_the_card_is_saved(
    stripe: Client, address: dict[str, str], before: tuple[str | None, ...], after: tuple[str | None, ...]
) -> None:
    """Street, postal code and code of a token are unchecked until it is attached; what was not given stays null."""

    def checks(method: Any) -> tuple[str | None, ...]:
        """The three results, in the order of the table."""
        found = method["card"]["checks"]
        return found["address_line1_check"], found["address_postal_code_check"], found["cvc_check"]

    customer = stripe.post("/v1/customers")["id"]
    card = {"type": "card", "card[token]": "tok_visa", "billing_details": {"address": address}}
    method = stripe.post("/v1/payment_methods", card)
    assert checks(method) == before
    assert checks(stripe.post(f"/v1/payment_methods/{method['id']}/attach", {"customer": customer})) == after


@pytest.mark.parametrize(
    "token, brand, display",
    [
        ("tok_visa", "visa", "visa"),
        ("tok_amex", "amex", "american_express"),
        ("tok_discover", "discover", "discover"),
    ],
)
def test_a_brand_has_a_name_to_be_displayed(stripe: Client, token: str, brand: str, display: str) -> None:
    """The name for those who look at a card is not always the one for programs."""
    card = stripe.post("/v1/payment_methods", {"type": "card", "card[token]": token})["card"]
    assert (card["brand"], card["display_brand"]) == (brand, display)


def test_a_charge_remembers_how_it_was_made(stripe: Client) -> None:
    """An invoice's descriptor goes to its intent and, in capitals, onto the statement."""
    card = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
    customer = stripe.post("/v1/customers", {**card, "email": "ada@example.com"})["id"]
    draft = stripe.post("/v1/invoices", {"customer": customer, "statement_descriptor": "Weather API"})["id"]
    stripe.post("/v1/invoiceitems", {"customer": customer, "invoice": draft, "amount": 500})
    stripe.post(f"/v1/invoices/{draft}/pay")
    (payment,) = stripe.get("/v1/invoice_payments", {"invoice": draft})["data"]
    intent = stripe.get(f"/v1/payment_intents/{payment['payment']['payment_intent']}")
    charge = stripe.get(f"/v1/charges/{intent['latest_charge']}", {"expand": ["refunds"]})
    assert intent["statement_descriptor"] == charge["statement_descriptor"] == "Weather API"
    assert charge["calculated_statement_descriptor"] == "WEATHER API"
    assert "payment_details" not in intent
    assert intent["receipt_email"] is None
    assert (charge["destination"], charge["dispute"], charge["order"]) == (None, None, None)
    assert len(charge["payment_method_details"]["card"]["authorization_code"]) == 6
    assert charge["refunds"]["data"] == []
    assert charge["refunds"]["url"] == f"/v1/charges/{charge['id']}/refunds"
    created = next(event for event in stripe.events() if event["type"] == "payment_intent.created")
    assert "payment_details" not in created["data"]["object"]
