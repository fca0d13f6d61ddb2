"""Debits: what becomes of each test account, and when."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import turn

from pinstripe.resources.payment_methods import bank_accounts
from pinstripe.resources.payment_methods.bank_accounts import NAMED

ONLINE = {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "test"}}
CURRENCIES = {"us_bank_account": "usd", "sepa_debit": "eur", "bacs_debit": "gbp", "au_becs_debit": "aud"}

OUTCOMES = {
    "success": ("succeeded", None),
    "dispute": ("succeeded", None),
    "disputed": ("succeeded", None),
    "failed": ("failed", "debit_not_authorized"),
    "accountClosed": ("failed", "account_closed"),
    "noAccount": ("failed", "no_account"),
    "insufficientFunds": ("failed", "insufficient_funds"),
    "debitNotAuthorized": ("failed", "debit_not_authorized"),
    "invalidCurrency": ("failed", "invalid_currency"),
    "referToCustomer": ("failed", "refer_to_customer"),
    "weeklyLimitExceeded": ("failed", "charge_exceeds_source_limit"),
    "exceedsWeeklyLimit": ("failed", "charge_exceeds_source_limit"),
    "exceedsWeeklyVolumeLimit": ("failed", "charge_exceeds_source_limit"),
    "exceedsWeeklyTransactionLimit": ("failed", "charge_exceeds_weekly_limit"),
    "exceedsTransactionLimit": ("failed", "charge_exceeds_transaction_limit"),
}
"""By how a name ends: what Stripe's testing page says of it. Which code a plain failure has, it does not say."""
REVOKED = {
    "pm_bacsDebit_debitNotAuthorized",
    "pm_bacsDebit_debitNotAuthorizedDelayed",
    "pm_auBecsDebit_accountClosed",
    "pm_auBecsDebit_noAccount",
    "pm_auBecsDebit_debitNotAuthorized",
}
"""Those that end the mandate. [documented]"""


def debit(client: Client, method: str, type_: str) -> Any:
    """A debit over 20.00 that is under way."""
    return client.post(
        "/v1/payment_intents",
        {
            "amount": 2000,
            "currency": CURRENCIES[type_],
            "payment_method": method,
            "allowed_payment_method_types": [type_],
            "confirm": True,
            "mandate_data": {"customer_acceptance": ONLINE},
        },
    )


TRIED = [name for name in NAMED if not name.startswith("pm_sepaDebit_") or name.endswith(("_de", "success"))]


def test_a_country_changes_nothing_but_the_account() -> None:
    """SEPA accounts of nineteen countries do what the German ones do, which are tried below."""
    accounts = {
        name: bank_accounts.BY_NUMBER["sepa_debit"][number] for name, (_, number) in NAMED.items() if "_sepa" in name
    }
    for name, outcome in accounts.items():
        assert outcome == accounts.get(f"{name[:-3]}_de", outcome)
    assert len(accounts) == 19 * 8 + 1


@pytest.mark.parametrize("name", TRIED)
def test_a_debit_ends_as_its_account_says(name: str) -> None:
    """Soon, or after three minutes where the name says so; one stays under way for ever. [documented]"""
    client = Client()
    type_, _ = NAMED[name]
    intent = debit(client, name, type_)
    path = f"/v1/payment_intents/{intent['id']}"
    word = [*name.split("_"), "success"][2]
    delayed = word.endswith("Delayed") or name == "pm_bacsDebit_dispute"
    turn(client, 179)
    assert (client.get(path)["status"] == "processing") == (delayed or word == "processing")
    turn(client, 180)
    after = client.get(path)
    if word == "processing":
        assert after["status"] == "processing"
        return
    charge = client.get(f"/v1/charges/{after['latest_charge']}")
    assert (charge["status"], charge["failure_code"]) == OUTCOMES[word.removesuffix("Delayed")]
    assert charge["disputed"] is word.startswith("dispute")
    assert [row["status"] for row in client.get("/v1/disputes")["data"]] == (["lost"] if charge["disputed"] else [])
    mandate = client.get(f"/v1/mandates/{charge['payment_method_details'][type_]['mandate']}")
    assert (mandate["status"] == "inactive") is (name in REVOKED)


@pytest.mark.parametrize(
    "said, code",
    [
        ({"amounts": [10, 11]}, "attempts_exceeded"),
        ({"descriptor_code": "SM33CC"}, "attempts_exceeded"),
        ({"amounts": [41, 40]}, "timeout"),
        ({"descriptor_code": "SM44DD"}, "timeout"),
        ({"amounts": [1, 2]}, "amounts_mismatch"),
        ({"descriptor_code": "SM99ZZ"}, "descriptor_code_mismatch"),
        ({"amounts": [45, 32]}, None),
        ({"descriptor_code": "SM11AA"}, None),
    ],
)
def test_deposits_prove_an_account_or_do_not(said: dict[str, Any], code: str | None) -> None:
    """By the amounts, or the code beside a single cent. [documented]"""
    client = Client()
    account = {"account_number": "000123456789", "routing_number": "110000000", "account_holder_type": "individual"}
    given = {"type": "us_bank_account", "us_bank_account": account, "billing_details": {"name": "Ada"}}
    method = client.post("/v1/payment_methods", given)["id"]
    intent = debit(client, method, "us_bank_account")
    assert intent["next_action"]["type"] == "verify_with_microdeposits"
    status, body = client.ask("POST", f"/v1/payment_intents/{intent['id']}/verify_microdeposits", said)
    if code is None:
        assert (status, body["status"]) == (200, "processing")
    else:
        assert (status, body["error"]["code"]) == (400, f"payment_method_microdeposit_verification_{code}")


def test_money_of_an_american_account_is_available_at_once() -> None:
    """20.00 less 0.88, where a SEPA debit's is pending. [documented: test transactions settle instantly]"""
    client = Client()
    debit(client, "pm_usBankAccount_success", "us_bank_account")
    debit(client, "pm_sepaDebit_success_de", "sepa_debit")
    turn(client, 5)
    shown = client.get("/v1/balance")
    assert {row["currency"]: row["amount"] for row in shown["available"]} == {"eur": 0, "usd": 1912}
    assert {row["currency"]: row["amount"] for row in shown["pending"]} == {"eur": 1912, "usd": 0}


def test_a_british_account_that_revoked_cannot_be_used_again() -> None:
    """The payment method is gone with its mandate. [documented]"""
    client = Client()
    intent = debit(client, "pm_bacsDebit_debitNotAuthorized", "bacs_debit")
    method = intent["payment_method"]
    turn(client, 5)
    asked = {"amount": 2000, "currency": "gbp", "payment_method": method}
    given = {"allowed_payment_method_types": ["bacs_debit"], "confirm": True}
    status, error = client.refused("POST", "/v1/payment_intents", {**asked, **given})
    assert (status, "may not be used again" in error["message"]) == (400, True)


@pytest.mark.parametrize("type_, number", [("us_bank_account", "000000004954"), ("bacs_debit", "00033333")])
def test_an_account_of_which_nobody_tells_is_refused_openly(type_: str, number: str) -> None:
    """Instead of being taken for one that pays."""
    client = Client()
    account = {"account_number": number, "routing_number": "110000000", "account_holder_type": "individual"}
    if type_ == "bacs_debit":
        account = {"account_number": number, "sort_code": "108800"}
    asked = {"type": type_, type_: account, "billing_details": {"name": "Ada", "email": "ada@example.com"}}
    status, error = client.refused("POST", "/v1/payment_methods", asked)
    assert (status, error["code"]) == (501, "unsupported_test_card")
