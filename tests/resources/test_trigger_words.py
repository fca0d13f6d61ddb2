"""What the triggers of Stripe's command line do, told without it: older words, and events that come later."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

VERSION = "2022-11-15"


def since(stripe: Client, count: int) -> list[str]:
    """The types of what happened after the first so many events."""
    return [event["type"] for event in stripe.events()[count:]]


def later(stripe: Client, seconds: int) -> None:
    """Turn the account's clock forward."""
    account = stripe.simulator.account(stripe.key)
    account.set_clock(account.world.now + seconds)


def monthly(stripe: Client) -> Any:
    """A price of 15 dollars a month."""
    product = stripe.post("/v1/products", {"name": "Gold"})
    terms = {"product": product["id"], "currency": "usd", "unit_amount": 1500, "recurring": {"interval": "month"}}
    return stripe.post("/v1/prices", terms)


def waiting(stripe: Client, amount: int, kind: str = "jp_bank_account") -> Any:
    """A payment that waits for a Japanese bank transfer, in the words of the command line."""
    cash = {"funding_type": "bank_transfer", "bank_transfer": {"type": kind}}
    form = {
        "amount": amount,
        "currency": "jpy",
        "customer": stripe.post("/v1/customers")["id"],
        "payment_method_types": ["customer_balance"],
        "payment_method_data": {"type": "customer_balance"},
        "payment_method_options": {"customer_balance": cash},
        "confirm": True,
    }
    return stripe.post("/v1/payment_intents", form)


def fund(stripe: Client, intent: Any, amount: int) -> None:
    """Money arrives from the customer of a payment."""
    path = f"/v1/test_helpers/customers/{intent['customer']}/fund_cash_balance"
    stripe.post(path, {"amount": amount, "currency": "jpy"})


def test_a_transfer_that_is_too_small_pays_a_part_and_the_next_one_the_rest() -> None:
    """20,000 yen are waited for: 8,000 come, then 15,000, of which 12,000 are due and 3,000 stay the customer's."""
    stripe = Client(version=VERSION)
    intent = waiting(stripe, 20_000)
    before = len(stripe.events())
    fund(stripe, intent, 8_000)
    assert since(stripe, before)[-2:] == [
        "customer_cash_balance_transaction.created",
        "payment_intent.partially_funded",
    ]
    path = f"/v1/payment_intents/{intent['id']}"
    part = stripe.get(path)
    instructions = part["next_action"]["display_bank_transfer_instructions"]
    assert (part["status"], instructions["amount_remaining"]) == ("requires_action", 12_000)
    assert instructions["type"] == "jp_bank_transfer"
    fund(stripe, intent, 15_000)
    assert stripe.get(path)["status"] == "succeeded"
    balance = stripe.get(f"/v1/customers/{intent['customer']}/cash_balance")
    assert balance["available"] == {"jpy": 3_000}


def test_what_came_for_a_payment_that_is_given_up_is_the_customers_again() -> None:
    """All of the 8,000 yen."""
    stripe = Client(version=VERSION)
    intent = waiting(stripe, 20_000)
    fund(stripe, intent, 8_000)
    stripe.post(f"/v1/payment_intents/{intent['id']}/cancel")
    path = f"/v1/customers/{intent['customer']}"
    assert stripe.get(f"{path}/cash_balance")["available"] == {"jpy": 8_000}
    types = [row["type"] for row in stripe.get(f"{path}/cash_balance_transactions")["data"]]
    assert types == ["unapplied_from_payment", "applied_to_payment", "funded"]


@pytest.mark.parametrize(
    "iterations, end",
    [
        (1, 1_803_816_000),  # 28 February 2027, noon
        (3, 1_809_086_400),  # 30 April 2027, noon: a month's end stays one
    ],
)
def test_a_phase_lasts_for_iterations_of_its_price_before_clover(iterations: int, end: int) -> None:
    """Counted from 31 January 2027; the newest version does not know the word."""
    stripe = Client(version="2024-06-20")
    items = [{"price": monthly(stripe)["id"]}]
    phases = [{"iterations": iterations, "items": items}]
    customer = stripe.post("/v1/customers", {"source": "tok_visa"})["id"]
    form = {"customer": customer, "start_date": "now", "phases": phases}
    made = stripe.post("/v1/subscription_schedules", form)
    assert made["phases"][0]["end_date"] == end
    for wrong in ({**phases[0], "iterations": 0}, {**phases[0], "end_date": end}):
        assert stripe.refused("POST", "/v1/subscription_schedules", {**form, "phases": [wrong]})[0] == 400
    stripe.version = None
    status, error = stripe.refused("POST", "/v1/subscription_schedules", form)
    assert (status, error["code"]) == (400, "parameter_unknown")


@pytest.mark.parametrize(
    "behavior, status, types",
    [
        ("pause", "paused", ["customer.subscription.updated", "customer.subscription.paused"]),
        ("cancel", "canceled", ["customer.subscription.deleted"]),
    ],
)
def test_a_trial_that_is_cut_short_ends_as_its_settings_say(behavior: str, status: str, types: list[str]) -> None:
    """Where there is nothing to pay with; nothing is billed."""
    stripe = Client()
    form = {
        "customer": stripe.post("/v1/customers")["id"],
        "items": [{"price": monthly(stripe)["id"]}],
        "trial_period_days": 7,
        "trial_settings": {"end_behavior": {"missing_payment_method": behavior}},
    }
    path = f"/v1/subscriptions/{stripe.post('/v1/subscriptions', form)['id']}"
    before = len(stripe.events())
    ended = stripe.post(path, {"trial_end": "now"})
    assert (ended["status"], ended["trial_end"]) == (status, NOW)
    assert since(stripe, before) == types
    assert len(stripe.get("/v1/invoices")["data"]) == 1


def test_money_that_is_available_at_once_is_told_of() -> None:
    """20 dollars less 88 cents of fees; money that takes its days is not."""
    stripe = Client(version=VERSION)
    paid = {"amount": 2000, "currency": "usd", "confirm": True, "payment_method_types": ["card"]}
    stripe.post("/v1/payment_intents", {**paid, "payment_method": "pm_card_visa"})
    assert "balance.available" not in since(stripe, 0)
    stripe.post("/v1/payment_intents", {**paid, "payment_method": "pm_card_bypassPending"})
    assert since(stripe, 0)[-1] == "balance.available"
    (available,) = stripe.events()[-1]["data"]["object"]["available"]
    assert (available["amount"], available["currency"]) == (2000 - 88, "usd")


def test_redaction_takes_a_moment() -> None:
    """A second of the account's clock; then all is gone. [documented: four days at most]"""
    stripe = Client()
    path = "/v1/identity/verification_sessions"
    session = stripe.post(path, {"type": "document"})
    assert stripe.post(f"{path}/{session['id']}/redact")["redaction"] == {"status": "processing"}
    assert stripe.get(f"{path}/{session['id']}")["redaction"] == {"status": "processing"}
    later(stripe, 1)
    assert stripe.get(f"{path}/{session['id']}")["redaction"] == {"status": "redacted"}
    assert since(stripe, 0)[-1] == "identity.verification_session.redacted"


def test_an_issued_card_is_asked_in_the_older_words() -> None:
    """The test helper of today under its older address."""
    stripe = Client()
    address = {"line1": "1 Main St", "city": "San Francisco", "state": "CA", "postal_code": "94111", "country": "US"}
    holder = {"name": "Ada", "type": "individual", "billing": {"address": address}}
    cardholder = stripe.post("/v1/issuing/cardholders", holder)["id"]
    form = {"cardholder": cardholder, "currency": "usd", "type": "virtual", "status": "active"}
    card = stripe.post("/v1/issuing/cards", form)
    path = f"/v1/issuing/cards/{card['id']}/test/authorizations"
    asked = stripe.post(path, {"held_amount": 100, "authorization_method": "online"})
    assert (asked["object"], asked["amount"], asked["card"]["id"]) == ("issuing.authorization", 100, card["id"])
    assert since(stripe, 0)[-1] == "issuing_authorization.created"
    assert stripe.refused("POST", path.replace(card["id"], "ic_none"), {"held_amount": 100})[0] == 400
