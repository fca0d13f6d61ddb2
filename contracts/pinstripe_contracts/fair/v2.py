"""What the operations of API v2 need: accounts, bank accounts, payout methods; and what needs a financial account."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table


def account(asker: Asker) -> str:
    """A company that receives money."""
    return str(asker.ok("POST", "/v2/core/accounts", ACCOUNT)["id"])


def bank_account(asker: Asker) -> str:
    """An American bank account, which is a payout method too."""
    return str(asker.ok("POST", "/v2/core/vault/us_bank_accounts", US)["id"])


def setup_intent(asker: Asker) -> str:
    """One that still lacks its payout method."""
    return str(asker.ok("POST", "/v2/money_management/outbound_setup_intents")["id"])


def nothing(_: Asker) -> str:
    """An id of an object that nothing makes here."""
    return "none_made_here"


def _sent(asker: Asker) -> Mapping[str, str]:
    """A bank account on its way to be verified."""
    id_ = bank_account(asker)
    asker.ok("POST", f"/v2/core/vault/us_bank_accounts/{id_}/send_microdeposits")
    return {"id": id_}


ACCOUNT = {
    "contact_email": "ada@example.com",
    "display_name": "Ada",
    "identity": {"country": "us", "entity_type": "company"},
    "configuration": {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
}
PERSON = {"given_name": "Ada", "surname": "Lovelace", "id_numbers": [{"type": "us_ssn_last_4", "value": "0000"}]}
US = {"account_number": "000123456789", "routing_number": "110000000", "currency": "usd"}
GB = {"account_number": "00012345", "sort_code": "108800", "currency": "gbp"}
TEN = {"value": 1000, "currency": "usd"}
FROM = {"financial_account": "fa_none", "currency": "usd"}

UNMADE = (
    "adjustments",
    "financial_accounts",
    "financial_addresses",
    "inbound_transfers",
    "outbound_payments",
    "payout_intents",
    "received_credits",
    "recipient_verifications",
    "test_helpers/financial_addresses",
    "transaction_entries",
    "transactions",
)
"""What needs a financial account, which is opened in the Dashboard."""

TABLE = Table(
    requests={
        "POST /v2/commerce/product_catalog/imports": {"feed_type": "product", "metadata": {}, "mode": "upsert"},
        "POST /v2/core/account_links": {
            "account": "$v2_account",
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {"refresh_url": "https://example.com/again"},
            },
        },
        "POST /v2/core/account_tokens": {"display_name": "Ada", "identity": {"individual": {"given_name": "Ada"}}},
        "POST /v2/core/accounts": {**ACCOUNT, "include": ["configuration.recipient", "defaults", "identity"]},
        "POST /v2/core/accounts/{account_id}/person_tokens": PERSON,
        "POST /v2/core/accounts/{account_id}/persons": PERSON,
        "POST /v2/core/accounts/{account_id}/persons/{id}": {"surname": "Byron"},
        "POST /v2/core/accounts/{id}": {
            "display_name": "Countess",
            "identity": {"individual": PERSON},
            "include": ["identity"],
        },
        "POST /v2/core/accounts/{id}/close": {"applied_configurations": ["recipient"]},
        "POST /v2/core/vault/gb_bank_accounts": GB,
        "POST /v2/core/vault/us_bank_accounts": US,
        "POST /v2/core/vault/us_bank_accounts/{id}": {"fedwire_routing_number": "110000000"},
        "POST /v2/core/vault/us_bank_accounts/{id}/confirm_microdeposits": {"descriptor_code": "SM11AA"},
        "POST /v2/money_management/financial_addresses": {"financial_account": "fa_none", "type": "bank_account"},
        "POST /v2/money_management/inbound_transfers": {
            "amount": TEN,
            "from": {"payment_method": "$us_bank_account"},
            "to": FROM,
        },
        "POST /v2/money_management/outbound_payments": {
            "amount": TEN,
            "from": FROM,
            "to": {"recipient": "$v2_account"},
        },
        "POST /v2/money_management/outbound_setup_intents": {
            "payout_method_data": {
                "type": "bank_account",
                "bank_account": {
                    "account_number": "000123456789",
                    "country": "US",
                    "currency": "usd",
                    "routing_number": "110000000",
                },
            },
        },
        "POST /v2/money_management/outbound_setup_intents/{id}": {"payout_method": "$us_bank_account"},
        "POST /v2/money_management/payout_intents": {"amount": TEN, "from": FROM, "to": {"recipient": "$v2_account"}},
        "GET /v2/money_management/payout_methods_bank_account_spec": {"countries": ["US"]},
        "POST /v2/money_management/recipient_verifications": {"payout_method": "$us_bank_account"},
        "POST /v2/money_management/test_helpers/financial_addresses/{id}/credit": {"amount": TEN, "network": "ach"},
        "POST /v2/test_helpers/money_management/recipient_verifications": {
            "match_result": "match",
            "payout_method": "$us_bank_account",
        },
    },
    makers={
        "v2_account": account,
        "us_bank_account": bank_account,
        "/v2/core/accounts/{}": account,
        "/v2/money_management/outbound_setup_intents/{}": setup_intent,
        "/v2/money_management/payout_methods/{}": bank_account,
        **{f"/v2/money_management/{noun}/{{}}": nothing for noun in UNMADE},
    },
    before={"POST /v2/core/vault/us_bank_accounts/{id}/confirm_microdeposits": _sent},
)
