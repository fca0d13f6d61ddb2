"""Money that comes into financial accounts and goes out of them unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources.by_shape import treasury_ledger as ledger
from pinstripe.resources.by_shape.days import business_day
from pinstripe.resources.by_shape.external_accounts import TEST_BANK
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.by_shape.treasury import account_of
from pinstripe.resources.resource import Call
from pinstripe.world import Object

DAYS = 2
"""Business days within which what came in can be sent back. [inferred: from an example]"""


def _initiator(call: Call, _: Members) -> Mapping[str, Any]:
    """Who sent or took the money. [sample: Jane Austen at the test bank, where nobody is named]"""
    said = call.params.hash("initiating_payment_method_details")
    bank = {
        "account_holder_name": "Jane Austen",
        "account_number": "000123456789",
        "routing_number": TEST_BANK,
        **(said.get("us_bank_account") or {}),
    }
    said.get("type")
    return {
        "billing_details": {"address": {}, "email": None, "name": bank["account_holder_name"]},
        "type": "us_bank_account",
        "us_bank_account": {
            "bank_name": "STRIPE TEST BANK" if bank["routing_number"] == TEST_BANK else None,
            "last4": bank["account_number"][-4:],
            "routing_number": bank["routing_number"],
        },
    }


def _reversal(call: Call, members: Members) -> Mapping[str, Any]:
    """Until when it can be reversed; only ACH takes money back. [documented: the networks]"""
    if members["network"] != "ach":
        return {"deadline": None, "restricted_reason": "network_restricted"}
    return {"deadline": business_day(call.tx.now(), DAYS), "restricted_reason": None}


def _into_an_account(call: Call, members: Members) -> None:
    account_of(call.tx, members["financial_account"])
    if members["amount"] < 1:
        raise errors.too_small("amount", 1)
    call.params.get("initiating_payment_method_details")
    members.pop("initiating_payment_method_details", None)


def _credit(call: Call, members: Members) -> str:
    words = members["description"]
    return ledger.begin(call.tx, members, "received_credit", ledger.GAIN, words=words, done=True)


def _debit_status(call: Call, members: Members) -> str:
    """A debit of more than there is fails. [documented]"""
    account = account_of(call.tx, members["financial_account"])
    return "succeeded" if ledger.cash(account, members["currency"]) >= members["amount"] else "failed"


def _debit(call: Call, members: Members) -> str | None:
    if members["status"] == "failed":
        return None
    return ledger.begin(call.tx, members, "received_debit", ledger.LOSS, words=members["description"], done=True)


def _succeeded(call: Call, credit: Object) -> None:
    call.tx.emit("treasury.received_credit.succeeded", credit)


RECEIVED_CREDITS = Noun(
    "treasury.received_credit",
    "rc",
    "/v1/treasury/received_credits",
    create="/v1/test_helpers/treasury/received_credits",
    starts={"description": "Stripe Test", "linked_flows": {}, "status": "succeeded"},
    computed={
        "initiating_payment_method_details": _initiator,
        "reversal_details": _reversal,
        "transaction": _credit,
    },
    check=_into_an_account,
    after=_succeeded,
)
RECEIVED_DEBITS = Noun(
    "treasury.received_debit",
    "rd",
    "/v1/treasury/received_debits",
    create="/v1/test_helpers/treasury/received_debits",
    starts={"description": "Stripe Test", "linked_flows": {}},
    computed={
        "initiating_payment_method_details": _initiator,
        "reversal_details": _reversal,
        "status": _debit_status,
        "failure_code": lambda _, members: "insufficient_funds" if members["status"] == "failed" else None,
        "transaction": _debit,
    },
    check=_into_an_account,
)

NOUNS = (RECEIVED_CREDITS, RECEIVED_DEBITS)
