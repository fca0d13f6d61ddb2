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


@pytest.mark.parametrize(
    "path, body",
    [
        ("payment_intents", {"payment_method": "pm_card_visa"}),
        ("payment_intents", {"allowed_payment_method_types": ["card", "sepa_debit"], "currency": "eur"}),
        ("payment_intents/{intent}", {}),
        ("payment_intents/{intent}/capture", {}),
        ("payment_intents/{intent}/increment_authorization", {"amount": "2000"}),
    ],
)
def test_a_card_has_a_suffix_and_no_descriptor(stripe: Client, path: str, body: dict[str, str]) -> None:
    """Where a card may pay, the whole descriptor is the account's."""
    growing = {"card": {"request_incremental_authorization": "if_available"}}
    held: dict[str, Any] = {"payment_method": "pm_card_visa", "confirm": True, "capture_method": "manual"}
    held |= {"return_url": "https://a.b", "payment_method_options": growing}
    intent = stripe.post("/v1/payment_intents", {"amount": 1000, "currency": "usd", **held})["id"]
    terms = {} if "{" in path else {"amount": 1000, "currency": "usd"}
    wrong = {**terms, **body, "statement_descriptor": "Weather"}
    status, error = stripe.refused("POST", f"/v1/{path.format(intent=intent)}", wrong)
    assert (status, error["param"]) == (400, "statement_descriptor")
    begin = "The statement_descriptor parameter is not supported for the payment_method_type `card`. "
    assert error["message"].startswith(begin)


def test_a_card_had_a_descriptor_once() -> None:
    """As recorded at the oldest version, before Stripe took it away from all."""
    older = Client(version="2020-08-27")
    body = {"amount": 1000, "currency": "usd", "statement_descriptor": "Weather"}
    intent = older.post("/v1/payment_intents", body)
    assert intent["statement_descriptor"] == "Weather"
    changed = older.post(f"/v1/payment_intents/{intent['id']}", {"statement_descriptor": "Rain"})
    assert changed["statement_descriptor"] == "Rain"
    held = {"payment_method": "pm_card_visa", "confirm": True, "capture_method": "manual"}
    path = f"/v1/payment_intents/{older.post('/v1/payment_intents', {**body, **held})['id']}"
    older.post(f"{path}/capture", {"statement_descriptor": "Sun"})
    assert older.get("/v1/charges")["data"][0]["calculated_statement_descriptor"] == "SUN"


def test_words_for_the_statement_at_capture(stripe: Client) -> None:
    """A suffix stands behind the account's own; a charge without an intent takes the descriptor for one."""
    held = {"payment_method": "pm_card_visa", "confirm": True, "capture_method": "manual", "return_url": "https://a.b"}
    intent = stripe.post("/v1/payment_intents", {"amount": 1000, "currency": "usd", **held})
    stripe.post(f"/v1/payment_intents/{intent['id']}/capture", {"statement_descriptor_suffix": "Late"})
    charge = stripe.get(f"/v1/charges/{intent['latest_charge']}")
    assert (charge["calculated_statement_descriptor"], charge["statement_descriptor_suffix"]) == (
        "PINSTRIPE* LATE",
        "Late",
    )
    body = {"amount": 1000, "currency": "usd", "source": "tok_visa", "statement_descriptor": "Weather"}
    charge = stripe.post("/v1/charges", body)
    assert (charge["calculated_statement_descriptor"], charge["statement_descriptor"]) == (
        "PINSTRIPE* WEATHER",
        "Weather",
    )
    charge = stripe.post("/v1/charges", {**body, "capture": False})
    later = stripe.post(f"/v1/charges/{charge['id']}/capture", {"statement_descriptor_suffix": "Late"})
    assert later["calculated_statement_descriptor"] == "PINSTRIPE* LATE"


def test_nobodys_payment_method_does_not_change(stripe: Client) -> None:
    """It is saved to a customer first."""
    method = stripe.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa"}})["id"]
    path = f"/v1/payment_methods/{method}"
    status, error = stripe.refused("POST", path, {"metadata": {"a": "b"}})
    said = "You must save this PaymentMethod to a customer before you can update it."
    assert (status, error["message"]) == (400, said)
    stripe.post(f"{path}/attach", {"customer": stripe.post("/v1/customers")["id"]})
    assert stripe.post(path, {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}
