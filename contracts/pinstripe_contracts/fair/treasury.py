"""What the operations of financial accounts need."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table

HELPERS = "/v1/test_helpers/treasury"


def account(asker: Asker) -> str:
    """A financial account with a hundred dollars."""
    body = {"supported_currencies": ["usd"], "features": {"outbound_payments": {"ach": {"requested": True}}}}
    id_ = str(asker.ok("POST", "/v1/treasury/financial_accounts", body)["id"])
    asker.ok("POST", f"{HELPERS}/received_credits", received(id_, 10_000))
    return id_


def received(account_id: str, amount: int) -> Mapping[str, object]:
    """Money that comes or goes unasked."""
    return {"financial_account": account_id, "amount": amount, "currency": "usd", "network": "ach"}


def bank(asker: Asker) -> str:
    """A bank account that is a payment method."""
    body = {
        "type": "us_bank_account",
        "billing_details": {"name": "Jane Austen"},
        "us_bank_account": {
            "account_holder_type": "individual",
            "account_number": "000123456789",
            "routing_number": "110000000",
        },
    }
    return str(asker.ok("POST", "/v1/payment_methods", body)["id"])


def _payment() -> Mapping[str, object]:
    return {
        "financial_account": "$funded",
        "amount": 1000,
        "currency": "usd",
        "destination_payment_method_data": {
            "type": "us_bank_account",
            "us_bank_account": {"account_number": "000123456789", "routing_number": "110000000"},
        },
    }


def credit(asker: Asker) -> str:
    """Money that came in."""
    return str(asker.ok("POST", f"{HELPERS}/received_credits", received(asker.make("funded"), 1000))["id"])


def debit(asker: Asker) -> str:
    """Money that was taken."""
    return str(asker.ok("POST", f"{HELPERS}/received_debits", received(asker.make("funded"), 1000))["id"])


def payment(asker: Asker) -> str:
    """An outbound payment on its way."""
    return str(asker.ok("POST", "/v1/treasury/outbound_payments", asker.resolved(_payment()))["id"])


def transfer(asker: Asker) -> str:
    """An outbound transfer on its way."""
    return str(asker.ok("POST", "/v1/treasury/outbound_transfers", asker.resolved(_transfer()))["id"])


def _transfer() -> Mapping[str, object]:
    return {
        "financial_account": "$funded",
        "amount": 1000,
        "currency": "usd",
        "destination_payment_method": "$bank_account_method",
    }


def inbound(asker: Asker) -> str:
    """An inbound transfer on its way."""
    return str(asker.ok("POST", "/v1/treasury/inbound_transfers", asker.resolved(INBOUND))["id"])


def _succeeded(asker: Asker) -> Mapping[str, str]:
    """An inbound transfer that has arrived."""
    id_ = inbound(asker)
    asker.ok("POST", f"{HELPERS}/inbound_transfers/{id_}/succeed")
    return {"id": id_}


def _of_account(asker: Asker, path: str) -> str:
    """The newest row of an account's ledger."""
    return str(asker.ok("GET", path, {"financial_account": asker.make("funded")})["data"][0]["id"])


def _unfunded(asker: Asker) -> Mapping[str, str]:
    """A financial account without money."""
    body = {"supported_currencies": ["usd"]}
    return {"financial_account": asker.ok("POST", "/v1/treasury/financial_accounts", body)["id"]}


INBOUND = {
    "financial_account": "$funded",
    "amount": 1000,
    "currency": "usd",
    "origin_payment_method": "$bank_account_method",
}
TRACKING = {"tracking_details": {"type": "ach", "ach": {"trace_id": "0123456789"}}}
LISTS = (
    "credit_reversals",
    "debit_reversals",
    "inbound_transfers",
    "outbound_payments",
    "outbound_transfers",
    "received_credits",
    "received_debits",
    "transaction_entries",
    "transactions",
)

TABLE = Table(
    requests={
        **{f"GET /v1/treasury/{name}": {"financial_account": "$funded"} for name in LISTS},
        "POST /v1/treasury/financial_accounts": {"supported_currencies": ["usd"]},
        "POST /v1/treasury/financial_accounts/{financial_account}": {"metadata": {"a": "b"}},
        "POST /v1/treasury/financial_accounts/{financial_account}/features": {"card_issuing": {"requested": True}},
        "POST /v1/treasury/credit_reversals": {"received_credit": "$received_credit"},
        "POST /v1/treasury/debit_reversals": {"received_debit": "$received_debit"},
        "POST /v1/treasury/inbound_transfers": INBOUND,
        "POST /v1/treasury/outbound_payments": _payment(),
        "POST /v1/treasury/outbound_transfers": _transfer(),
        f"POST {HELPERS}/received_credits": received("$funded", 1000),
        f"POST {HELPERS}/received_debits": received("$funded", 1000),
        f"POST {HELPERS}/outbound_payments/{{id}}": TRACKING,
        f"POST {HELPERS}/outbound_transfers/{{outbound_transfer}}": TRACKING,
    },
    makers={
        "funded": account,
        "received_credit": credit,
        "received_debit": debit,
        "bank_account_method": bank,
        "/v1/treasury/received_credits/{}": credit,
        "/v1/treasury/received_debits/{}": debit,
        "/v1/treasury/transactions/{}": lambda asker: _of_account(asker, "/v1/treasury/transactions"),
        "/v1/treasury/transaction_entries/{}": lambda asker: _of_account(asker, "/v1/treasury/transaction_entries"),
        f"{HELPERS}/inbound_transfers/{{}}": inbound,
        f"{HELPERS}/outbound_payments/{{}}": payment,
        f"{HELPERS}/outbound_transfers/{{}}": transfer,
    },
    before={
        f"POST {HELPERS}/inbound_transfers/{{id}}/return": _succeeded,
        "POST /v1/treasury/financial_accounts/{financial_account}/close": _unfunded,
    },
)
