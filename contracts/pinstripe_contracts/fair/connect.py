"""What the operations of connected accounts need."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table


def express(asker: Asker) -> str:
    """A connected account whose platform is liable for it."""
    return str(asker.ok("POST", "/v1/accounts", {"type": "express", "country": "US"})["id"])


def payee(asker: Asker) -> str:
    """A connected account that can be paid: its platform has accepted Stripe's terms for it."""
    body = {
        "type": "custom",
        "country": "US",
        "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
        "tos_acceptance": {"date": asker.now, "ip": "203.0.113.7"},
    }
    return str(asker.ok("POST", "/v1/accounts", body)["id"])


def _capability(asker: Asker) -> Mapping[str, str]:
    """A capability that was asked for."""
    body = {"type": "custom", "capabilities": {"transfers": {"requested": True}}}
    return {"account": asker.ok("POST", "/v1/accounts", body)["id"], "capability": "transfers"}


def _second_bank(asker: Asker) -> Mapping[str, str]:
    """A bank account that is not the default of its currency."""
    account = asker.ok("POST", "/v1/accounts", {"type": "custom", "external_account": BANK_ACCOUNT})["id"]
    other = {"external_account": {**BANK_ACCOUNT, "account_number": "000111111116"}}
    return {"account": account, "id": asker.ok("POST", f"/v1/accounts/{account}/external_accounts", other)["id"]}


BANK_ACCOUNT = {
    "object": "bank_account",
    "country": "US",
    "currency": "usd",
    "routing_number": "110000000",
    "account_number": "000123456789",
}

TABLE = Table(
    requests={
        "POST /v1/accounts": {"type": "express"},
        "POST /v1/accounts/{account}": {"email": "ada@example.com"},
        "POST /v1/accounts/{account}/capabilities/{capability}": {"requested": False},
        "POST /v1/accounts/{account}/external_accounts": {"external_account": BANK_ACCOUNT},
        "POST /v1/accounts/{account}/persons": {"first_name": "Ada", "ssn_last_4": "0000"},
        "POST /v1/accounts/{account}/persons/{person}": {"last_name": "Lovelace"},
        "POST /v1/accounts/{account}/reject": {"reason": "fraud_other"},
        "POST /v1/account_links": {
            "account": "$connected_account",
            "type": "account_onboarding",
            "refresh_url": "https://example.com/again",
            "return_url": "https://example.com/back",
        },
        "POST /v1/account_sessions": {
            "account": "$connected_account",
            "components": {"account_onboarding": {"enabled": True}},
        },
        "POST /v1/apple_pay/domains": {"domain_name": "example.com"},
        "POST /v1/customer_sessions": {
            "customer": "$customer",
            "components": {"payment_element": {"enabled": True}},
        },
        "POST /v1/ephemeral_keys": {"customer": "$customer"},
    },
    makers={"connected_account": express, "payee": payee},
    before={
        "DELETE /v1/accounts/{account}/external_accounts/{id}": _second_bank,
        "GET /v1/accounts/{account}/capabilities": _capability,
        "GET /v1/accounts/{account}/capabilities/{capability}": _capability,
        "POST /v1/accounts/{account}/capabilities/{capability}": _capability,
    },
)
