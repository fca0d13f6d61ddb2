"""What an endpoint was told of a subscription bought in Checkout, by real events of 2025-11-17.clover. [recorded]"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.paying import turn


@pytest.fixture
def stripe() -> Client:
    """An account of the newest version."""
    return Client()


def bought(stripe: Client, **more: Any) -> Any:
    """A session whose customer paid 49.99 for a year, four seconds after it was made."""
    row = {"currency": "usd", "unit_amount": 4999, "recurring": {"interval": "year"}, "product_data": {"name": "Pro"}}
    customer = stripe.post("/v1/customers", {"email": "ada@example.com"})["id"]
    session = stripe.post(
        "/v1/checkout/sessions",
        {
            "mode": "subscription",
            "customer": customer,
            "line_items": [{"price_data": row, "quantity": 1}],
            "success_url": "https://example.com",
            **more,
        },
    )
    turn(stripe, 4)
    body = b'{"payment_method": "pm_card_visa", "email": "ada@example.com"}'
    stripe.simulator.control.handle("POST", f"/_pinstripe/checkout/{session['id']}/complete", stripe.key, body)
    return stripe.get(f"/v1/checkout/sessions/{session['id']}")


def test_the_invoice_is_told_of_when_all_is_over(stripe: Client) -> None:
    """Four events, and each of them shows it paid; no try of Stripe's own is counted."""
    bought(stripe)
    told = [event["data"]["object"] for event in stripe.events() if event["type"].startswith("invoice.")]
    shown = ("status", "amount_paid", "attempt_count", "attempted", "auto_advance")
    assert [[invoice[key] for key in shown] for invoice in told] == [["paid", 4999, 0, True, False]] * 4
    assert {invoice["status_transitions"]["paid_at"] for invoice in told} == {NOW + 4}


def test_a_page_makes_no_request_of_the_account(stripe: Client) -> None:
    """All it does is told under one key; what comes of itself has none."""
    bought(stripe)
    events = {event["type"]: event["request"] for event in stripe.events() if event["created"] == NOW + 4}
    assert {request["id"] for request in events.values()} == {None}
    alone = [type_ for type_, request in events.items() if request["idempotency_key"] is None]
    assert alone == ["invoice_payment.paid", "checkout.session.completed"]
    keys = {request["idempotency_key"] for request in events.values()} - {None}
    assert [len(key) for key in keys] == [36]


def test_the_subscription_was_agreed_on_when_the_session_was_made(stripe: Client) -> None:
    """Its billing mode is as old as the session; the payment's order is the session, cut short at that time."""
    session = bought(stripe)
    subscription = stripe.get(f"/v1/subscriptions/{session['subscription']}")
    assert (subscription["created"], subscription["billing_mode"]["updated_at"]) == (NOW + 4, NOW)
    (payment,) = stripe.get("/v1/invoice_payments", {"invoice": session["invoice"]})["data"]
    path = f"/v1/payment_intents/{payment['payment']['payment_intent']}"
    assert stripe.get(path)["payment_details"]["order_reference"] == session["id"]
    stripe.version = "2025-11-17.clover"
    assert stripe.get(path)["payment_details"]["order_reference"] == session["id"][:25]


def test_the_subscription_says_when_a_card_goes_through_3d_secure(stripe: Client) -> None:
    """Though nobody said it; its first invoice says it too, which has no word for the network."""
    session = bought(stripe)
    subscription = stripe.get(f"/v1/subscriptions/{session['subscription']}")["payment_settings"]
    invoice = stripe.get(f"/v1/invoices/{session['invoice']}")["payment_settings"]
    asked = {"request_three_d_secure": "automatic"}
    for settings, card in ((subscription, {"network": None, **asked}), (invoice, asked)):
        assert (settings["payment_method_options"]["card"], settings["payment_method_types"]) == (card, None)
        assert {one for type_, one in settings["payment_method_options"].items() if type_ != "card"} == {None}


def test_the_types_a_session_names_are_those_of_the_subscription(stripe: Client) -> None:
    """And of its invoices; what the account has switched on is not named."""
    session = bought(stripe, allowed_payment_method_types=["card"])
    for path in (f"/v1/subscriptions/{session['subscription']}", f"/v1/invoices/{session['invoice']}"):
        assert stripe.get(path)["payment_settings"]["payment_method_types"] == ["card"]


def test_link_puts_its_own_name_on_the_statement(stripe: Client) -> None:
    """Instead of the account's."""
    terms = {"amount": 1000, "currency": "usd", "confirm": True, "payment_method_data": {"type": "link"}}
    intent = stripe.post(
        "/v1/payment_intents", {**terms, "return_url": "https://example.com", "expand": ["latest_charge"]}
    )
    charge = intent["latest_charge"]
    assert (charge["calculated_statement_descriptor"], charge["outcome"]["risk_level"]) == ("LINK", "normal")


@pytest.mark.parametrize("more, beginning", [({}, "cs_test_a1"), ({"allow_promotion_codes": True}, "cs_test_b1")])
def test_the_id_of_a_session_tells_whether_codes_may_be_entered(
    stripe: Client, more: dict[str, Any], beginning: str
) -> None:
    """By its ninth letter."""
    row = {"price_data": {"currency": "usd", "unit_amount": 999, "product_data": {"name": "Map"}}, "quantity": 1}
    terms = {"mode": "payment", "line_items": [row], "success_url": "https://example.com"}
    assert stripe.post("/v1/checkout/sessions", {**terms, **more})["id"].startswith(beginning)
