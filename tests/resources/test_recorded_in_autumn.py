"""What recordings of July to October 2026 say, at versions from 2020-08-27 to 2026-09-30.endive. [recorded]"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from tests.client import Client
from tests.resources.connecting import Acting, payee

ENDIVE = "2026-09-30.endive"
CARD = {"type": "card", "card": {"number": "4000000000000127", "exp_month": 12, "exp_year": 2034, "cvc": "314"}}


@pytest.fixture
def stripe() -> Client:
    """The newest version that was recorded."""
    return Client(version=ENDIVE)


def payer(stripe: Client, card: str = "pm_card_visa") -> str:
    """A customer who pays by card."""
    terms = {"payment_method": card, "invoice_settings": {"default_payment_method": card}}
    return str(stripe.post("/v1/customers", {**terms, "email": "ada@example.com"})["id"])


def subscribed(stripe: Client) -> Any:
    """The first invoice, of 25.00 a month, with its payments."""
    recurring = {"currency": "usd", "unit_amount": 2500, "recurring": {"interval": "month"}}
    price = stripe.post("/v1/prices", {**recurring, "product_data": {"name": "Small"}})["id"]
    terms = {"items": [{"price": price}], "expand": ["latest_invoice.payments"]}
    return stripe.post("/v1/subscriptions", {"customer": payer(stripe), **terms})["latest_invoice"]


def intent_of(stripe: Client, invoice: Any) -> Any:
    """The intent of an invoice's only payment."""
    (payment,) = stripe.get("/v1/invoice_payments", {"invoice": invoice["id"]})["data"]
    return stripe.get(f"/v1/payment_intents/{payment['payment']['payment_intent']}")


def test_intents_and_sessions_are_not_managed(stripe: Client) -> None:
    """Payments are not Stripe's own; of a session that sets up nothing is said. Nobody granted a token."""
    terms = {"success_url": "https://example.com", "currency": "usd"}
    assert stripe.post("/v1/checkout/sessions", {**terms, "mode": "setup"})["managed_payments"] is None
    row = {"price_data": {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "Map"}}, "quantity": 1}
    session = stripe.post("/v1/checkout/sessions", {**terms, "mode": "payment", "line_items": [row]})
    setup = stripe.post("/v1/setup_intents", {"usage": "off_session"})
    intent = stripe.post("/v1/payment_intents", {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa"})
    assert [one["managed_payments"] for one in (session, setup, intent)] == [{"enabled": False}] * 3
    assert setup["customer_account"] is None
    method = stripe.get(f"/v1/payment_methods/{intent['payment_method']}")
    assert intent["shared_payment_granted_token"] is method["shared_payment_granted_token"] is None


@pytest.mark.parametrize("version, letters", [(ENDIVE, None), ("2025-11-17.clover", 25)])
def test_a_subscriptions_payment_names_its_invoice(stripe: Client, version: str, letters: int | None) -> None:
    """With its whole id; 25 letters of it where it was recorded before."""
    invoice = subscribed(stripe)
    stripe.version = version
    order = intent_of(stripe, invoice)["payment_details"]
    assert order == {"customer_reference": None, "order_reference": invoice["id"][:letters]}


def test_a_one_off_payment_names_its_invoice_once_it_was_refused(stripe: Client) -> None:
    """Paid at once it says nothing of an order."""
    for card, named in (("pm_card_visa", False), ("pm_card_chargeCustomerFail", True)):
        customer = payer(stripe, card)
        entry = stripe.post("/v1/invoiceitems", {"customer": customer, "amount": 1000, "currency": "usd"})
        assert (entry["frozen_fields"], entry["invoicing_rules"]) == ([], [])
        invoice = stripe.post("/v1/invoices", {"customer": customer, "pending_invoice_items_behavior": "include"})
        stripe.ask("POST", f"/v1/invoices/{invoice['id']}/pay")
        assert ("payment_details" in intent_of(stripe, invoice)) is named


def test_a_line_of_a_credit_note_has_no_metadata(stripe: Client) -> None:
    """Null where nothing was said; the note itself has none, but empty."""
    line = {"type": "custom_line_item", "description": "Refund", "quantity": 1, "unit_amount": 500}
    note = stripe.post("/v1/credit_notes", {"invoice": subscribed(stripe)["id"], "refund_amount": 500, "lines": [line]})
    assert (note["lines"]["data"][0]["metadata"], note["metadata"]) == (None, {})


def test_a_wrong_code_fails_its_check() -> None:
    """The card that was refused says so itself, at 2023-10-16."""
    stripe = Client(version="2023-10-16")
    method = stripe.post("/v1/payment_methods", CARD)
    assert method["card"]["checks"]["cvc_check"] == "unchecked"
    terms = {"amount": 100, "currency": "eur", "payment_method": method["id"], "payment_method_types": ["card"]}
    intent = stripe.post("/v1/payment_intents", {**terms, "capture_method": "manual"})
    status, error = stripe.refused("POST", f"/v1/payment_intents/{intent['id']}/confirm")
    assert (status, error["code"], error["param"]) == (402, "incorrect_cvc", "cvc")
    assert error["payment_method"]["card"]["checks"]["cvc_check"] == "fail"


def test_refunds_by_the_path_of_their_charge(stripe: Client) -> None:
    """POST makes one, GET lists them and finds one, of this charge only."""
    terms = {"amount": 1000, "currency": "aud", "confirm": True, "return_url": "https://example.com"}
    paid = [stripe.post("/v1/payment_intents", {**terms, "payment_method": "pm_card_visa"}) for _ in range(2)]
    charge, other = (f"/v1/charges/{intent['latest_charge']}/refunds" for intent in paid)
    stripe.version = "2020-08-27"
    refund = stripe.post(charge, {"amount": 400, "expand": ["charge"]})
    assert (refund["amount"], refund["charge"]["amount_refunded"]) == (400, 400)
    assert [row["id"] for row in stripe.get(charge)["data"]] == [refund["id"]]
    assert stripe.get(f"{charge}/{refund['id']}")["charge"] == paid[0]["latest_charge"]
    assert stripe.get(other)["data"] == []
    assert stripe.refused("GET", f"{other}/{refund['id']}")[0] == 404


@pytest.mark.parametrize(
    "type_, said, shown",
    [
        ("ideal", {"bank": "abn_amro"}, {"bank": "abn_amro", "bic": "ABNANL2A"}),
        ("sepa_debit", {"iban": "DK5000400440116243"}, {"generated_from": {"charge": None, "setup_attempt": None}}),
        ("sofort", {"country": "DE"}, {"country": "DE"}),
    ],
)
def test_what_methods_say_of_banks(stripe: Client, type_: str, said: dict[str, str], shown: dict[str, Any]) -> None:
    """The code of the bank, and that nothing made it."""
    owner = {"billing_details": {"email": "test@example.org", "name": "Test User"}}
    made = stripe.post("/v1/payment_methods", {"type": type_, type_: said, **owner})[type_]
    assert {key: made[key] for key in shown} == shown


def test_a_boleto_has_a_fingerprint(stripe: Client) -> None:
    """The same for the same tax id."""
    terms = {"type": "boleto", "boleto": {"tax_id": "000.000.000-00"}}
    first, second = (stripe.post("/v1/payment_methods", terms)["boleto"] for _ in range(2))
    assert first["fingerprint"] == second["fingerprint"] is not None


@pytest.mark.parametrize("type_, debits", [("standard", True), ("express", True), ("custom", False)])
def test_what_every_account_says(stripe: Client, type_: str, debits: bool) -> None:
    """Nothing more is announced, external accounts are counted, and Stripe debits where it asks for requirements."""
    bank = {"object": "bank_account", "country": "US", "currency": "usd", "account_number": "000123456789"}
    told = {"external_account": {**bank, "routing_number": "110000000"}} if type_ == "custom" else {}
    account = stripe.post("/v1/accounts", {"type": type_, "country": "US", **told})
    assert account["settings"]["payouts"]["debit_negative_balances"] is debits
    assert account["external_accounts"]["total_count"] == len(told)
    assert account["future_requirements"]["currently_due"] == account["future_requirements"]["errors"] == []
    profile = account["business_profile"]
    assert profile["annual_revenue"] is profile["estimated_worker_count"] is None
    for row in account["external_accounts"]["data"]:
        assert (row["bank_name"], row["requirements"]["currently_due"]) == ("STRIPE TEST BANK", [])


def test_a_payment_between_accounts_was_seen_by_no_network() -> None:
    """Where a transfer arrives: no outcome, but a receipt; and what goes back names the reversal twice."""
    platform = Client(version="2023-10-16")
    account = payee(platform)
    terms = {"amount": 1000, "currency": "usd", "confirm": True, "payment_method_types": ["card"]}
    shared = {"payment_method": "pm_card_visa", "transfer_data": {"destination": account}}
    charge = platform.post("/v1/payment_intents", {**terms, **shared})["latest_charge"]
    refund = platform.post("/v1/refunds", {"charge": charge, "amount": 300, "reverse_transfer": True})
    transfer = platform.get(f"/v1/transfers/{platform.get(f'/v1/charges/{charge}')['transfer']}")
    asked = {"expand": ["refunds.data.balance_transaction"]}
    payment = Acting(platform, account).get(f"/v1/charges/{transfer['destination_payment']}", asked)
    assert (payment["outcome"], payment["calculated_statement_descriptor"]) == (None, None)
    assert payment["receipt_url"].startswith("https://pay.stripe.com/receipts/payment/")
    (back,) = payment["refunds"]["data"]
    assert back["source_transfer_reversal"] == back["transfer_reversal"] == refund["transfer_reversal"]
    assert back["balance_transaction"]["description"] == "REFUND FOR PAYMENT"


def test_subscriptions_inside_a_customer_are_counted() -> None:
    """An empty list says that it is one, at 2025-11-17.clover."""
    stripe = Client(version="2025-11-17.clover")
    customer = stripe.post("/v1/customers", {"email": "retrieve@example.com"})["id"]
    shown = stripe.get(f"/v1/customers/{customer}", {"expand": ["subscriptions"]})["subscriptions"]
    url = f"/v1/customers/{customer}/subscriptions"
    assert shown == {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": url}


def challenge(caller: Client, kind: str, terms: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """An intent that waits for the holder of a card, and what the address of their page says."""
    asked = {"payment_method": "pm_card_authenticationRequired", "return_url": "https://example.com/", "confirm": True}
    intent = caller.post(f"/v1/{kind}_intents", {**terms, **asked})
    page, _, said = intent["next_action"]["redirect_to_url"]["url"].partition("?")
    assert page == "https://hooks.stripe.com/3d_secure_2/hosted"
    return intent, dict(parse_qsl(said))


@pytest.mark.parametrize("kind, terms", [("payment", {"amount": 2900, "currency": "usd"}), ("setup", {})])
def test_a_challenge_has_its_page_at_the_account(stripe: Client, kind: str, terms: dict[str, Any]) -> None:
    """Its address names the account, the intent and the attempt; the setup's is second-hand."""
    intent, said = challenge(stripe, kind, terms)
    assert list(said) == sorted(said)
    assert said.pop("publishable_key").startswith("pk_test_")
    assert said.pop("source").startswith("payatt_3")
    secret = {f"{kind}_intent": intent["id"], f"{kind}_intent_client_secret": intent["client_secret"]}
    assert said == {"merchant": stripe.get("/v1/account")["id"], **secret}


def test_a_challenge_at_a_connected_account_shows_the_key_of_its_platform(stripe: Client) -> None:
    """The merchant is the account that is paid, which stands behind the attempt once more. [second-hand]"""
    acting = Acting(stripe, payee(stripe))
    own, other = (challenge(caller, "payment", {"amount": 2900, "currency": "usd"})[1] for caller in (stripe, acting))
    assert "stripe_account" not in own
    assert other["merchant"] == other["stripe_account"] == acting.account
    assert (list(other)[-1], other["publishable_key"]) == ("stripe_account", own["publishable_key"])
