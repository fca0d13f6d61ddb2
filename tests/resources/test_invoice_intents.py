"""Payment intents of invoices: confirmed by request, and waiting for the holder of a card."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def customer_acts(client: Client, intent: str, *, succeed: bool) -> Any:
    """Let the customer of an intent be authenticated, or fail to."""
    body = b"" if succeed else b'{"succeed": false}'
    path = f"/_pinstripe/payment_intents/{intent}/authenticate"
    return client.simulator.control.handle("POST", path, client.key, body)


def test_confirming_the_intent_of_an_invoice_pays_it(client: Client) -> None:
    """A subscription that waits for its first payment becomes active. [documented]"""
    recurring = {"unit_amount": 1000, "currency": "usd", "recurring": {"interval": "month"}}
    price = client.post("/v1/prices", {"product_data": {"name": "Gold"}, **recurring})["id"]
    buyer = client.post("/v1/customers", {})["id"]
    subscription = client.post(
        "/v1/subscriptions",
        {
            "customer": buyer,
            "items": [{"price": price}],
            "payment_behavior": "default_incomplete",
            "expand": ["latest_invoice.confirmation_secret"],
        },
    )
    secret = subscription["latest_invoice"]["confirmation_secret"]["client_secret"]
    client.post(f"/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm", {"payment_method": "pm_card_visa"})
    assert client.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"
    assert client.get(f"/v1/invoices/{subscription['latest_invoice']['id']}")["status"] == "paid"


def test_a_subscription_whose_card_asks_for_its_holder_is_incomplete_until_they_come(client: Client) -> None:
    """Nobody has tried yet, so no attempt is counted. [recorded: not counted]"""
    recurring = {"unit_amount": 1000, "currency": "usd", "recurring": {"interval": "month"}}
    price = client.post("/v1/prices", {"product_data": {"name": "Gold"}, **recurring})["id"]
    card = "pm_card_authenticationRequired"
    settings = {"default_payment_method": card}
    buyer = client.post("/v1/customers", {"payment_method": card, "invoice_settings": settings})["id"]
    body = {"customer": buyer, "items": [{"price": price}], "expand": ["latest_invoice.payments"]}
    subscription = client.post("/v1/subscriptions", body)
    invoice = subscription["latest_invoice"]
    assert (subscription["status"], invoice["status"], invoice["attempt_count"]) == ("incomplete", "open", 0)
    assert "invoice.payment_action_required" in [event["type"] for event in client.events()]
    customer_acts(client, invoice["payments"]["data"][0]["payment"]["payment_intent"], succeed=True)
    assert client.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"


@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v1/invoices/{}/pay"])
def test_who_cannot_wait_for_the_holder_is_told_so(client: Client, path: str) -> None:
    """402, its code naming what was to be paid. [documented for invoices; second-hand for subscriptions]"""
    card = "pm_card_authenticationRequired"
    settings = {"default_payment_method": card}
    buyer = client.post("/v1/customers", {"payment_method": card, "invoice_settings": settings})["id"]
    recurring = {"unit_amount": 1000, "currency": "usd", "recurring": {"interval": "month"}}
    price = client.post("/v1/prices", {"product_data": {"name": "Gold"}, **recurring})["id"]
    body = {"customer": buyer, "items": [{"price": price}]}
    if path == "/v1/subscriptions":
        status, error = client.refused("POST", path, {**body, "payment_behavior": "error_if_incomplete"})
        assert client.get("/v1/subscriptions", {"customer": buyer, "status": "all"})["data"] == []
    else:
        invoice = client.post("/v1/subscriptions", body)["latest_invoice"]
        status, error = client.refused("POST", path.format(invoice))
        assert error["payment_intent"]["status"] == "requires_action"
    noun = "subscription" if path == "/v1/subscriptions" else "invoice"
    assert (status, error["code"]) == (402, f"{noun}_payment_intent_requires_action")


def test_a_debit_is_trusted_until_it_fails(client: Client) -> None:
    """The subscription is active while the money is on its way, and past due when it does not come. [documented]"""
    mandate = {"customer_acceptance": {"type": "offline"}}
    buyer = client.post("/v1/customers")["id"]
    setup = client.post(
        "/v1/setup_intents",
        {
            "customer": buyer,
            "payment_method": "pm_usBankAccount_accountClosed",
            "allowed_payment_method_types": ["us_bank_account"],
            "mandate_data": mandate,
            "confirm": True,
        },
    )
    settings = {"default_payment_method": setup["payment_method"]}
    client.post(f"/v1/customers/{buyer}", {"invoice_settings": settings})
    recurring = {"unit_amount": 1000, "currency": "usd", "recurring": {"interval": "month"}}
    price = client.post("/v1/prices", {"product_data": {"name": "Gold"}, **recurring})["id"]
    subscription = client.post("/v1/subscriptions", {"customer": buyer, "items": [{"price": price}]})
    invoice = f"/v1/invoices/{subscription['latest_invoice']}"
    assert (subscription["status"], client.get(invoice)["status"]) == ("active", "open")
    client.simulator.control.handle("POST", "/_pinstripe/clock", client.key, b'{"now": %d}' % (NOW + 180))
    assert client.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "past_due"
    assert client.get(invoice)["attempt_count"] == 1


@pytest.mark.parametrize(
    "account, status, paid, told",
    [
        ("pm_usBankAccount_success", "paid", 1000, "invoice.payment_succeeded"),
        ("pm_usBankAccount_insufficientFunds", "uncollectible", 0, "payment_intent.payment_failed"),
    ],
)
def test_a_bad_debt_may_come_in_after_all(client: Client, account: str, status: str, paid: int, told: str) -> None:
    """An invoice is given up while its debit is under way: 10.00 that arrive pay it, a failure changes nothing.

    [documented: what is uncollectible can be paid; inferred: that a debit does]
    """
    buyer = client.post("/v1/customers")["id"]
    invoice = f"/v1/invoices/{client.post('/v1/invoices', {'customer': buyer, 'auto_advance': False})['id']}"
    client.post("/v1/invoiceitems", {"customer": buyer, "amount": 1000, "invoice": invoice.rpartition("/")[2]})
    client.post(f"{invoice}/finalize")
    method = client.post(f"/v1/payment_methods/{account}/attach", {"customer": buyer})["id"]
    client.post(f"{invoice}/pay", {"payment_method": method})
    assert client.post(f"{invoice}/mark_uncollectible")["status"] == "uncollectible"
    client.simulator.control.handle("POST", "/_pinstripe/clock", client.key, b'{"now": %d}' % (NOW + 180))
    now = client.get(invoice)
    assert (now["status"], now["amount_paid"], now["amount_remaining"]) == (status, paid, 1000 - paid)
    assert told in [event["type"] for event in client.get("/v1/events", {"limit": 5})["data"]]


def test_a_customer_who_is_away_sets_nothing_up() -> None:
    """`off_session` says that nobody could agree to later payments. [recorded]"""
    stripe = Client()
    customer = stripe.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    card = stripe.get(f"/v1/customers/{customer}/payment_methods")["data"][0]["id"]
    terms = {"currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month"}}
    price = stripe.post("/v1/prices", {**terms, "product_data": {"name": "Gold"}})["id"]
    begun = {"customer": customer, "items": [{"price": price}], "default_payment_method": card}
    usages = []
    for away in (False, True):
        stripe.post("/v1/subscriptions", {**begun, "off_session": away})
        usages.append(stripe.get("/v1/payment_intents", {"limit": 1})["data"][0]["setup_future_usage"])
    assert usages == ["off_session", None]
