"""What public projects' recordings of 2025 say of declines, debits under way and connected accounts. [recorded]"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import turn

BASIL = "2025-08-27.basil"
DUE = [
    "business_profile.product_description",
    "business_profile.support_phone",
    "business_profile.url",
    "external_account",
    "tos_acceptance.date",
    "tos_acceptance.ip",
]


@pytest.fixture
def stripe() -> Client:
    """The version that most of it was recorded at."""
    return Client(version=BASIL)


@pytest.mark.parametrize(
    "card, code, decline_code, advice, network_advice, network",
    [
        ("Declined", "card_declined", "generic_decline", "try_again_later", None, "01"),
        ("DeclinedInsufficientFunds", "card_declined", "insufficient_funds", "try_again_later", "02", "51"),
        ("DeclinedLostCard", "card_declined", "lost_card", "do_not_try_again", "01", "41"),
        ("DeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again", "01", "43"),
        ("DeclinedExpiredCard", "expired_card", "expired_card", "confirm_card_data", "03", "54"),
        ("DeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", "confirm_card_data", "03", "N7"),
        ("DeclinedProcessingError", "processing_error", "processing_error", "try_again_later", None, "06"),
        ("DeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded", "try_again_later", "02", "61"),
    ],
)
def test_what_the_network_says_of_each_decline(
    stripe: Client, card: str, code: str, decline_code: str, advice: str, network_advice: str | None, network: str
) -> None:
    """In the error, in the intent's last error and on the charge, whose message to the merchant names the code."""
    terms = {"amount": 100, "currency": "eur", "payment_method_types": ["card"], "capture_method": "manual"}
    intent = stripe.post("/v1/payment_intents", {**terms, "payment_method": f"pm_card_visa_charge{card}"})
    status, error = stripe.refused("POST", f"/v1/payment_intents/{intent['id']}/confirm")
    told = {"advice_code": advice, "network_advice_code": network_advice, "network_decline_code": network}
    expected = {key: value for key, value in told.items() if value is not None}
    for said in (error, error["payment_intent"]["last_payment_error"]):
        assert (said["code"], said["decline_code"]) == (code, decline_code)
        assert {key: said[key] for key in told if key in said} == expected
    outcome = stripe.get(f"/v1/charges/{error['charge']}")["outcome"]
    assert {key: outcome[key] for key in told} == told
    assert outcome["seller_message"] == (
        "The bank did not return any further details with this decline."
        if decline_code == "generic_decline"
        else f"The bank returned the decline code `{decline_code}`."
    )
    assert (status, outcome["reason"]) == (402, decline_code)


def test_an_action_that_nobody_handles_leaves_a_charge_where_the_network_was_asked(stripe: Client) -> None:
    """Off session it was; the error names no charge, but the intent does."""
    customer = stripe.post("/v1/customers")["id"]
    method = stripe.post("/v1/payment_methods/pm_card_authenticationRequired/attach", {"customer": customer})["id"]
    terms = {"amount": 4620, "currency": "eur", "customer": customer, "payment_method": method, "confirm": True}
    terms |= {"payment_method_types": ["card"], "error_on_requires_action": True}
    for away in (True, False):
        _, error = stripe.refused("POST", "/v1/payment_intents", {**terms, "off_session": away} if away else terms)
        intent = error["payment_intent"]
        assert (error["code"], error["decline_code"]) == ("authentication_required", "authentication_not_handled")
        assert ("charge" in error, "charge" in intent["last_payment_error"]) == (False, False)
        assert (intent["latest_charge"] is not None, intent["payment_method"]) == (away, None)


def debited(stripe: Client, iban: str) -> Any:
    """The charge of a SEPA debit that has just begun."""
    holder = {"name": "Ada", "email": "ada@example.com"}
    method = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": holder}
    terms = {"amount": 5000, "currency": "eur", "payment_method_types": ["sepa_debit"], "payment_method_data": method}
    accepted = {"mandate_data": {"customer_acceptance": {"type": "offline"}}}
    intent = stripe.post("/v1/payment_intents", {**terms, **accepted, "confirm": True, "expand": ["latest_charge"]})
    return intent["latest_charge"]


@pytest.mark.parametrize(
    "iban, status, captured, paid",
    [("DE08370400440532013003", "succeeded", 5000, True), ("DE78370400440532013004", "failed", 0, False)],
)
def test_a_debit_under_way_is_captured_and_not_paid(
    stripe: Client, iban: str, status: str, captured: int, paid: bool
) -> None:
    """Without a receipt until the money is there; it has no descriptor for the networks of cards."""
    charge = debited(stripe, iban)
    shown = ("status", "captured", "amount_captured", "paid", "receipt_url", "balance_transaction")
    assert [charge[key] for key in shown] == ["pending", True, 5000, False, None, None]
    assert (charge["calculated_statement_descriptor"], charge["outcome"]["risk_level"]) == (None, "normal")
    turn(stripe, 180)
    after = stripe.get(f"/v1/charges/{charge['id']}")
    assert [after[key] for key in shown[:4]] == [status, paid, captured, paid]
    assert (after["receipt_url"] is not None, after["calculated_statement_descriptor"]) == (paid, None)


def test_what_is_asked_of_an_account_with_stripes_dashboard(stripe: Client) -> None:
    """All of it at once, and past due; what the platform says already is not asked for."""
    account = stripe.post("/v1/accounts", {"type": "standard", "country": "AU"})
    asked = account["requirements"]
    assert asked["currently_due"] == asked["eventually_due"] == asked["past_due"] == DUE
    assert (asked["disabled_reason"], asked["current_deadline"]) == ("requirements.past_due", None)
    assert asked["alternatives"] == asked["errors"] == asked["pending_verification"] == []
    assert account["business_profile"]["product_description"] is None
    assert account["settings"]["invoices"]["hosted_payment_method_save"] == "offer"
    assert (account["settings"]["paypay_payments"], "company" in account) == ({}, False)
    told = stripe.post(f"/v1/accounts/{account['id']}", {"business_profile": {"url": "https://example.com"}})
    assert told["requirements"]["currently_due"] == [name for name in DUE if name != "business_profile.url"]


def test_a_non_profit_is_a_company_from_the_beginning(stripe: Client) -> None:
    """Of which only the country is known."""
    made = stripe.post("/v1/accounts", {"type": "standard", "country": "AU", "business_type": "non_profit"})
    where = {"city": None, "country": "AU", "line1": None, "line2": None, "postal_code": None, "state": None}
    assert made["company"] == {
        "address": where,
        "directors_provided": False,
        "executives_provided": False,
        "name": None,
        "owners_provided": False,
        "tax_id_provided": False,
        "verification": {"document": {"back": None, "details": None, "details_code": None, "front": None}},
    }


def test_a_card_says_more_or_less_by_where_it_is(stripe: Client) -> None:
    """In a token its preferred network; with a customer whether it may be shown again."""
    card = {"number": "4242424242424242", "exp_month": 9, "exp_year": 2031, "cvc": "314"}
    token = stripe.post("/v1/tokens", {"card": card})
    assert (token["card"]["networks"], "allow_redisplay" in token["card"]) == ({"preferred": None}, False)
    customer = stripe.post("/v1/customers", {"source": token["id"]})
    (kept,) = stripe.get(f"/v1/customers/{customer['id']}/sources", {"object": "card"})["data"]
    assert (kept["id"], kept["cvc_check"]) == (token["card"]["id"], "pass")
    assert (kept["allow_redisplay"], "networks" in kept) == ("unspecified", False)


def test_a_product_that_is_deleted_is_told_of_as_inactive(stripe: Client) -> None:
    """Since the moment it was deleted. Seen at 2025-06-30.basil."""
    product = stripe.post("/v1/products", {"name": "Hangar rent"})
    turn(stripe, 60)
    stripe.delete(f"/v1/products/{product['id']}")
    told = stripe.events()[-1]
    assert (told["type"], told["data"]["object"]["active"]) == ("product.deleted", False)
    assert told["data"]["object"]["updated"] == product["updated"] + 60
