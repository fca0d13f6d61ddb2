"""Money nouns of API v2 that are served by shape: bank accounts, payout methods, imports, and what is never there."""

from __future__ import annotations

from typing import Any

import pytest
from tests.resources.v2.calls import account, refused, types
from tests.surface.driver import Driver

VAULT = "/v2/core/vault"
MONEY = "/v2/money_management"
US = {"account_number": "000123456789", "routing_number": "110000000", "currency": "usd"}


@pytest.fixture
def api() -> Driver:
    """An empty platform on 31 January 2027, noon."""
    return Driver([])


# --- bank accounts and payout methods --------------------------------------------------------------------------------


def test_an_american_bank_account_is_verified_by_microdeposits(api: Driver) -> None:
    """Sent for ten days, confirmed by the code of Stripe's tests. [inferred, after API v1]"""
    made = api.ok("POST", f"{VAULT}/us_bank_accounts", US)
    assert made["id"].startswith("usba_test_61")
    assert (made["bank_name"], made["last4"], made["verification"]) == (
        *("STRIPE TEST BANK", "6789"),
        {"status": "unverified"},
    )
    path = f"{VAULT}/us_bank_accounts/{made['id']}"
    assert refused(api, "POST", f"{path}/confirm_microdeposits", {"amounts": [32, 45]})[0] == 400
    details = api.ok("POST", f"{path}/send_microdeposits")["verification"]["microdeposit_verification_details"]
    assert details == {
        "expires": "2027-02-10T12:00:00.000Z",
        "microdeposit_type": "descriptor_code",
        "sent": "2027-01-31T12:00:00.000Z",
    }
    assert refused(api, "POST", f"{path}/confirm_microdeposits", {"descriptor_code": "SM44BB"})[0] == 400
    done = api.ok("POST", f"{path}/confirm_microdeposits", {"descriptor_code": "SM11AA"})
    assert done["verification"] == {"status": "verified"}
    assert [
        row["id"] for row in api.ok("GET", f"{VAULT}/us_bank_accounts", {"verification_status": "verified"})["data"]
    ]
    assert api.ok("GET", f"{VAULT}/us_bank_accounts", {"verification_status": "unverified"})["data"] == []


def test_only_a_missing_routing_number_is_supplied(api: Driver) -> None:
    """[documented: "limited to supplying a previously empty routing_number field"]"""
    path = f"{VAULT}/us_bank_accounts/{api.ok('POST', f'{VAULT}/us_bank_accounts', US)['id']}"
    assert refused(api, "POST", path, {"routing_number": "110000000"})[0] == 400
    assert api.ok("POST", path, {"fedwire_routing_number": "110000000"})["fedwire_routing_number"] == "110000000"
    assert refused(api, "POST", path, {"fedwire_routing_number": "110000000"})[0] == 400


@pytest.mark.parametrize(
    "kind, body",
    [
        ("us_bank_accounts", {**US, "routing_number": "021000021"}),
        ("gb_bank_accounts", {"iban": "GB33BUKB20201555555555", "currency": "gbp"}),
    ],
)
def test_a_bank_that_is_not_known_is_not_made_up(api: Driver, kind: str, body: Any) -> None:
    """Only Stripe's test banks have a name here."""
    assert refused(api, "POST", f"{VAULT}/{kind}", body) == (501, "unsupported_operation")
    assert api.ok("GET", f"{VAULT}/{kind}")["data"] == []


def test_a_bank_account_is_a_payout_method(api: Driver) -> None:
    """It is set up by an intent; put away, it is left out of the list. [documented]"""
    made = api.ok("POST", f"{VAULT}/us_bank_accounts", US)["id"]
    method = api.ok("GET", f"{MONEY}/payout_methods/{made}")
    assert method["usage_status"] == {"payments": "disabled", "transfers": "eligible"}
    assert method["bank_account"] == {
        "bank_account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "country": "US",
        "last4": "6789",
        "routing_number": "110000000",
        "supported_currencies": ["usd"],
    }
    intent = api.ok("POST", f"{MONEY}/outbound_setup_intents", {"payout_method": made})
    assert (intent["status"], intent["usage_intent"], intent["payout_method"]["id"]) == ("succeeded", "payment", made)
    assert intent["payout_method"]["latest_outbound_setup_intent"] == intent["id"]
    wanted = {"usage_status": {"payments": ["eligible"]}}
    assert [row["id"] for row in api.ok("GET", f"{MONEY}/payout_methods", wanted)["data"]] == [made]
    assert api.ok("POST", f"{MONEY}/payout_methods/{made}/archive")["archived"] is True
    assert api.ok("GET", f"{MONEY}/payout_methods")["data"] == []
    assert api.ok("GET", f"{VAULT}/us_bank_accounts/{made}")["archived"] is True
    api.ok("POST", f"{MONEY}/payout_methods/{made}/unarchive")
    assert len(api.ok("GET", f"{MONEY}/payout_methods")["data"]) == 1
    assert types(api) == [
        "v2.money_management.payout_method.created",
        *["v2.money_management.payout_method.updated"] * 3,
    ]


def test_a_british_bank_account_waits_for_its_payee(api: Driver) -> None:
    """Described in an intent, it is kept in the vault. [documented sample]"""
    bank = {"country": "GB", "routing_number": "108800", "account_number": "00012345", "currency": "gbp"}
    body = {"payout_method_data": {"type": "bank_account", "bank_account": bank}, "usage_intent": "payment"}
    intent = api.ok("POST", f"{MONEY}/outbound_setup_intents", body)
    method = intent["payout_method"]
    assert intent["status"] == "requires_action"
    assert method["id"].startswith("gbba_test_61")
    assert method["usage_status"] == {"payments": "requires_action", "transfers": "eligible"}
    assert api.ok("GET", f"{VAULT}/gb_bank_accounts/{method['id']}")["sort_code"] == "108800"
    path = f"{MONEY}/outbound_setup_intents/{intent['id']}"
    assert api.ok("POST", f"{path}/cancel")["status"] == "canceled"
    assert refused(api, "POST", f"{path}/cancel")[0] == 400
    assert refused(api, "POST", path, {"payout_method": method["id"]})[0] == 400
    assert [row["status"] for row in api.ok("GET", f"{MONEY}/outbound_setup_intents")["data"]] == ["canceled"]


# --- what is never there, and what waits for ever ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "noun, filters",
    [
        ("adjustments", {"created": {"gt": "2026-01-01T00:00:00Z"}}),
        ("financial_accounts", {"statuses": ["open"], "include": ["storage.deposit_insurance_eligibility"]}),
        ("financial_addresses", {"financial_account": "fa_none"}),
        ("inbound_transfers", {}),
        ("outbound_payments", {"status": ["posted"], "recipient": "acct_none"}),
        ("payout_intents", {"limit": 3}),
        ("received_credits", {}),
        ("transaction_entries", {"transaction": "trxn_none"}),
        ("transactions", {"flow": "obp_none"}),
    ],
)
def test_without_a_financial_account_lists_are_empty(api: Driver, noun: str, filters: Any) -> None:
    """Nothing here opens one, and so nothing hangs on one."""
    page: dict[str, Any] = {"data": [], "next_page_url": None, "previous_page_url": None}
    assert api.ok("GET", f"{MONEY}/{noun}", filters) == page
    assert refused(api, "GET", f"{MONEY}/{noun}/none") == (404, "not_found")


def test_no_money_moves_without_a_financial_account(api: Driver) -> None:
    """Whoever names one is told that there is none."""
    body = {
        "amount": {"value": 1000, "currency": "usd"},
        "from": {"financial_account": "fa_none", "currency": "usd"},
        "to": {"recipient": account(api)},
    }
    assert refused(api, "POST", f"{MONEY}/outbound_payments", body) == (400, "not_found")


def test_an_import_waits_for_its_file(api: Driver) -> None:
    """Five minutes, as its address says [documented sample]; lists are narrowed by moments."""
    path = "/v2/commerce/product_catalog/imports"
    made = api.ok("POST", path, {"feed_type": "product", "mode": "upsert", "metadata": {"file": "a.csv"}})
    assert (made["status"], made["metadata"]) == ("awaiting_upload", {"file": "a.csv"})
    upload = made["status_details"]["awaiting_upload"]["upload_url"]
    assert upload["expires_at"] == "2027-01-31T12:05:00.000Z"
    noon = "2027-01-31T12:00:00Z"
    for narrowed, count in (
        ({"created": noon}, 1),
        ({"created_gte": noon}, 1),
        ({"created_gt": noon}, 0),
        ({"feed_type": "pricing"}, 0),
        ({"status": "awaiting_upload"}, 1),
    ):
        assert len(api.ok("GET", path, narrowed)["data"]) == count, narrowed
