"""Installments, surcharges, and intents that belong to an invoice or a session."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.buying import ADA, VISA, Shop
from tests.resources.paying import BACK, intend, pay


@pytest.fixture
def client() -> Client:
    """A client."""
    return Client()


def _plans(*counts: int) -> list[dict[str, Any]]:
    """Plans of so many months."""
    return [{"count": count, "interval": "month", "type": "fixed_count"} for count in counts]


WANTED = {"card": {"installments": {"enabled": True}}}
NINE = {"count": 9, "interval": "month", "type": "fixed_count"}
MEXICAN = {"type": "card", "card": {"number": "4000004840000008", "exp_month": 12, "exp_year": 2034, "cvc": "123"}}


def _offer(intent: Any) -> Any:
    """What an intent says of installments."""
    return intent["payment_method_options"]["card"]["installments"]


def test_a_mexican_card_is_paid_back_in_nine_months(client: Client) -> None:
    """The plans are known once there is a card, one is chosen, and the money comes whole. [documented]"""
    card = client.post("/v1/payment_methods", MEXICAN)["id"]
    terms = {"currency": "mxn", "payment_method_options": WANTED, "allowed_payment_method_types": ["card"]}
    intent = intend(client, amount=450000, **terms)
    assert _offer(intent) == {"available_plans": [], "enabled": True, "plan": None}
    path = f"/v1/payment_intents/{intent['id']}"
    known = client.post(path, {"payment_method": card})
    assert _offer(known) == {"available_plans": _plans(3, 6, 9, 12, 18, 24), "enabled": True, "plan": None}
    for plan in ({**NINE, "count": 7}, {"type": "revolving"}):
        other = {"payment_method_options": {"card": {"installments": {"plan": plan}}}}
        status, error = client.refused("POST", f"{path}/confirm", other)
        assert (status, error["param"]) == (400, "payment_method_options[card][installments][plan]")
    chosen = {"payment_method_options": {"card": {"installments": {"plan": NINE}}}}
    paid = client.post(f"{path}/confirm", chosen)
    assert (paid["status"], paid["amount_received"], _offer(paid)["plan"]) == ("succeeded", 450000, NINE)
    charge = client.get(f"/v1/charges/{paid['latest_charge']}")
    assert charge["payment_method_details"]["card"]["installments"] == {"plan": NINE}


@pytest.mark.parametrize(
    "card, currency, enabled",
    [("pm_card_visa", "mxn", True), ("pm_card_mx", "usd", True), ("pm_card_mx", "mxn", False)],
)
def test_what_is_not_paid_back_in_parts(client: Client, card: str, currency: str, enabled: bool) -> None:
    """A card from elsewhere, dollars, or nobody who asked: there is no plan to choose, and the charge has none."""
    options = {"card": {"installments": {"enabled": enabled, "plan": "" if enabled else NINE}}}
    terms = {"currency": currency, "payment_method_options": options, "allowed_payment_method_types": ["card"]}
    _, paid = pay(client, card, **terms)
    assert (paid["status"], _offer(paid)["available_plans"]) == ("succeeded", [])
    charge = client.get(f"/v1/charges/{paid['latest_charge']}")
    assert charge["payment_method_details"]["card"]["installments"] is None


def test_a_confirmation_token_brings_its_plan(client: Client) -> None:
    """Which the request then cannot name. [second-hand]"""
    said = {"payment_method": "pm_card_mx", "payment_method_options": {"card": {"installments": {"plan": NINE}}}}
    token = client.post("/v1/test_helpers/confirmation_tokens", said)["id"]
    terms = {"currency": "mxn", "allowed_payment_method_types": ["card"], "payment_method_options": WANTED}
    path = f"/v1/payment_intents/{intend(client, amount=90000, **terms)['id']}/confirm"
    twice = {"confirmation_token": token, "payment_method_options": {"card": {"installments": {"plan": NINE}}}}
    assert "contains an installment plan" in client.refused("POST", path, twice)[1]["message"]
    assert _offer(client.post(path, {"confirmation_token": token}))["plan"] == NINE


def test_an_invoice_is_paid_back_in_nine_months(client: Client) -> None:
    """Its settings say that installments are wanted, and its intent is confirmed with a plan."""
    customer = client.post("/v1/customers", {"email": "ada@example.com"})["id"]
    terms = {"collection_method": "send_invoice", "days_until_due": 7, "currency": "mxn", "customer": customer}
    settings = {"payment_settings": {"payment_method_options": WANTED}}
    draft = client.post("/v1/invoices", {**terms, **settings})["id"]
    client.post("/v1/invoiceitems", {"customer": customer, "invoice": draft, "amount": 90000, "currency": "mxn"})
    opened = client.post(f"/v1/invoices/{draft}/finalize", {"expand": ["payments"]})
    path = f"/v1/payment_intents/{opened['payments']['data'][0]['payment']['payment_intent']}"
    assert _offer(client.get(path)) == {"available_plans": [], "enabled": True, "plan": None}
    said = {"payment_method": "pm_card_mx", "payment_method_options": {"card": {"installments": {"plan": NINE}}}}
    paid = client.post(f"{path}/confirm", {**said, "expand": ["latest_charge"]})
    assert paid["latest_charge"]["payment_method_details"]["card"]["installments"] == {"plan": NINE}
    assert client.get(f"/v1/invoices/{draft}")["status"] == "paid"


def test_a_surcharge_is_confirmed_with_the_payment(client: Client) -> None:
    """20 dollars become 20.60; less than a card can be charged is refused, and an invoice's amount is its own."""
    intent = intend(client)
    path = f"/v1/payment_intents/{intent['id']}/confirm"
    said = {"payment_method": "pm_card_visa", "return_url": BACK}
    assert client.refused("POST", path, {**said, "amount_to_confirm": 49})[1]["code"] == "amount_too_small"
    paid = client.post(path, {**said, "amount_to_confirm": 2060})
    assert (paid["amount"], paid["amount_received"]) == (2060, 2060)


def test_what_asks_for_an_invoice_or_a_session_goes_with_it(client: Client) -> None:
    """Neither can be canceled by its intent, and what an invoice asks for is its own to say."""
    customer = client.post("/v1/customers")["id"]
    client.post("/v1/invoiceitems", {"customer": customer, "amount": 1000, "currency": "usd"})
    draft = client.post("/v1/invoices", {"customer": customer, "pending_invoice_items_behavior": "include"})["id"]
    opened = client.post(f"/v1/invoices/{draft}/finalize", {"expand": ["payments"]})
    intent = opened["payments"]["data"][0]["payment"]["payment_intent"]
    table: list[tuple[str, dict[str, Any], str]] = [
        ("/cancel", {}, "You cannot cancel PaymentIntents created by invoices. Try voiding the invoice instead."),
        ("", {"amount": 500}, "You cannot change `amount` of PaymentIntents created by invoices."),
        ("/confirm", {"payment_method": "pm_card_visa", "amount_to_confirm": 500}, "You cannot change"),
    ]
    for call, said, sentence in table:
        status, error = client.refused("POST", f"/v1/payment_intents/{intent}{call}", said)
        assert (status, error["message"][: len(sentence)]) == (400, sentence)
    client.post(f"/v1/invoices/{draft}/void")
    assert client.get(f"/v1/payment_intents/{intent}")["status"] == "canceled"
    saving = client.post("/v1/checkout/sessions", {"mode": "setup", "success_url": BACK, "currency": "usd"})
    path = f"/v1/setup_intents/{saving['setup_intent']}"
    assert "created by Checkout" in client.refused("POST", f"{path}/cancel")[1]["message"]
    client.post(f"/v1/checkout/sessions/{saving['id']}/expire")
    assert client.get(path)["status"] == "canceled"


def test_a_payment_that_checkout_tried_is_expired_with_its_session() -> None:
    """Its intent cannot be canceled while the session waits for another card; what is held can be let go."""
    shop = Shop()
    session = shop.session("payment", (shop.price(1500), 1))["id"]
    assert shop.declined(session, payment_method="pm_card_chargeDeclined", **ADA)[0] == 402
    intent = shop.get(f"/v1/checkout/sessions/{session}")["payment_intent"]
    sentence = "You cannot perform this action on PaymentIntents created by Checkout."
    assert shop.refused("POST", f"/v1/payment_intents/{intent}/cancel")[1]["message"].startswith(sentence)
    shop.post(f"/v1/checkout/sessions/{session}/expire")
    assert shop.get(f"/v1/payment_intents/{intent}")["status"] == "canceled"
    held = shop.session("payment", (shop.price(1500), 1), payment_intent_data={"capture_method": "manual"})["id"]
    intent = shop.complete(held, **VISA)["payment_intent"]
    assert shop.post(f"/v1/payment_intents/{intent}/cancel")["status"] == "canceled"
