"""Stripe's test bank accounts: by which numbers a debit succeeds, fails or is disputed. [documented]"""

from __future__ import annotations

from dataclasses import dataclass

from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import sepa_accounts
from pinstripe.resources.payment_methods.behaviour import Decline

BANK = "STRIPE TEST BANK"
"""What every test account's bank is called. [recorded]"""
ROUTING_NUMBER = "110000000"
"""Its number in the United States. [documented]"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a debit."""

    failure: Decline | None = None
    dispute: bool = False
    stays: bool = False
    """Whether it never comes to an end."""
    delayed: bool = False
    """Whether it takes three minutes."""
    ends_mandate: bool = False
    """Whether the customer's leave is gone with it."""


SUCCESS = Outcome()
LATE = Outcome(delayed=True)
DISPUTED = Outcome(dispute=True)


def _failing(code: str, message: str, *, delayed: bool = False, ends_mandate: bool = False) -> Outcome:
    """A debit that is returned. [documented: the codes; inferred: the sentences]"""
    return Outcome(Decline(code, None, message), delayed=delayed, ends_mandate=ends_mandate)


_CLOSED = ("account_closed", "The customer's bank account has been closed.")
_NO_ACCOUNT = ("no_account", "The customer's bank account could not be located.")
_UNAUTHORIZED = (
    "debit_not_authorized",
    "The customer has notified their bank that this payment was unauthorized.",
)
_NO_FUNDS = ("insufficient_funds", "The customer's account has insufficient funds to cover this payment.")
_REFER = ("refer_to_customer", "The customer's bank refused the debit and did not say why.")
CLOSED = _failing(*_CLOSED)
NO_ACCOUNT = _failing(*_NO_ACCOUNT)
NO_FUNDS = _failing(*_NO_FUNDS)
NOT_AUTHORIZED = _failing(*_UNAUTHORIZED)
CURRENCY = _failing("invalid_currency", "The customer's bank account cannot be debited in this currency.")
# Which code a plain failure has, nobody tells. [inferred]
FAILED = _failing("debit_not_authorized", "The customer's bank refused the debit.")
FAILED_LATE = _failing("debit_not_authorized", "The customer's bank refused the debit.", delayed=True)
VOLUME = _failing("charge_exceeds_source_limit", "The payment exceeds the weekly volume limit of the account.")
WEEKLY = _failing("charge_exceeds_weekly_limit", "The payment exceeds the weekly transaction limit of the account.")
TRANSACTION = _failing("charge_exceeds_transaction_limit", "The payment exceeds the transaction limit of the account.")

SEPA = {
    "success": SUCCESS,
    "successDelayed": LATE,
    "failed": FAILED,
    "failedDelayed": FAILED_LATE,
    "disputed": DISPUTED,
    "exceedsWeeklyVolumeLimit": VOLUME,
    "exceedsWeeklyTransactionLimit": WEEKLY,
    "insufficientFunds": NO_FUNDS,
}

BY_NUMBER: dict[str, dict[str, Outcome]] = {
    "us_bank_account": {
        "000123456789": SUCCESS,
        "000111111113": CLOSED,
        "000111111116": NO_ACCOUNT,
        "000222222227": NO_FUNDS,
        "000333333335": NOT_AUTHORIZED,
        "000444444440": CURRENCY,
        "000555555559": DISPUTED,
        "000777777771": VOLUME,
        "000000000009": Outcome(stays=True),
    },
    "acss_debit": {
        "000123456789": SUCCESS,
        "000111111113": CLOSED,
        "000222222227": NO_FUNDS,
        "000333333335": NOT_AUTHORIZED,
    },
    "au_becs_debit": {
        "000123456": SUCCESS,
        "900123456": LATE,
        "111111113": _failing(*_CLOSED, ends_mandate=True),
        "111111116": _failing(*_NO_ACCOUNT, ends_mandate=True),
        "222222227": _failing(*_REFER),
        "922222227": _failing(*_REFER, delayed=True),
        "333333335": _failing(*_UNAUTHORIZED, ends_mandate=True),
        "666666660": DISPUTED,
        "343434343": VOLUME,
        "121212121": TRANSACTION,
    },
    "bacs_debit": {
        "00012345": SUCCESS,
        "90012345": LATE,
        "22222227": NO_FUNDS,
        "92222227": _failing(*_NO_FUNDS, delayed=True),
        "33333335": _failing(*_UNAUTHORIZED, ends_mandate=True),
        "93333335": _failing(*_UNAUTHORIZED, delayed=True, ends_mandate=True),
        "55555559": Outcome(dispute=True, delayed=True),
        "34343434": VOLUME,
        "12121212": TRANSACTION,
    },
    "sepa_debit": {
        **{iban: SEPA[name.partition("_")[0]] for name, iban in sepa_accounts.ACCOUNTS.items()},
        # Italy's were taken from the page since. [documented]
        "IT40S0542811101000000123456": SUCCESS,
        "IT60X0542811101000000123456": FAILED,
    },
}
"""By the type of the payment method and the account number, or the IBAN."""

ELSEWHERE = frozenset(("000000004954", "000666666661", "000888888885", "00033333", "00044444"))
"""Test accounts of which it is not told what they answer: Radar's block, failing deposits, refused mandates."""

_US = {
    "success": "000123456789",
    "accountClosed": "000111111113",
    "noAccount": "000111111116",
    "insufficientFunds": "000222222227",
    "debitNotAuthorized": "000333333335",
    "invalidCurrency": "000444444440",
    "dispute": "000555555559",
    "weeklyLimitExceeded": "000777777771",
    "processing": "000000000009",
}
_BACS = {
    "success": "00012345",
    "successDelayed": "90012345",
    "debitNotAuthorized": "33333335",
    "debitNotAuthorizedDelayed": "93333335",
    "insufficientFunds": "22222227",
    "insufficientFundsDelayed": "92222227",
    "dispute": "55555559",
    "exceedsWeeklyLimit": "34343434",
    "exceedsTransactionLimit": "12121212",
}
_BECS = {
    "success": "000123456",
    "successDelayed": "900123456",
    "accountClosed": "111111113",
    "noAccount": "111111116",
    "referToCustomer": "222222227",
    "referToCustomerDelayed": "922222227",
    "debitNotAuthorized": "333333335",
    "dispute": "666666660",
    "exceedsWeeklyLimit": "343434343",
    "exceedsTransactionLimit": "121212121",
}
NAMED = {
    "pm_usBankAccount": ("us_bank_account", "000123456789"),
    "pm_sepaDebit_success": ("sepa_debit", "DE89370400440532013000"),
    **{f"pm_usBankAccount_{name}": ("us_bank_account", number) for name, number in _US.items()},
    **{f"pm_bacsDebit_{name}": ("bacs_debit", number) for name, number in _BACS.items()},
    **{f"pm_auBecsDebit_{name}": ("au_becs_debit", number) for name, number in _BECS.items()},
    **{f"pm_sepaDebit_{name}": ("sepa_debit", number) for name, number in sepa_accounts.ACCOUNTS.items()},
}
"""Names that stand for a new test account at each use. [documented]"""

NUMBERS = {
    "acss_debit": "account_number",
    "au_becs_debit": "account_number",
    "bacs_debit": "account_number",
    "sepa_debit": "iban",
    "us_bank_account": "account_number",
}
"""The parameter that holds it; these are the debits."""

BICS = {
    "abn_amro": "ABNANL2A",
    "adyen": "ADYBNL2A",
    "asn_bank": "ASNBNL21",
    "bunq": "BUNQNL2A",
    "buut": "BUUTNL2A",
    "finom": "FNOMNL22",
    "handelsbanken": "HANDNL2A",
    "ing": "INGBNL2A",
    "knab": "KNABNL2H",
    "mollie": "MLLENL2A",
    "moneyou": "MOYONL21",
    "n26": "NTSBDEB1",
    "nn": "NNBANL2G",
    "rabobank": "RABONL2U",
    "regiobank": "RBRBNL21",
    "sns_bank": "SNSBNL2A",
    "triodos_bank": "TRIONL2U",
    "van_lanschot": "FVLBNL22",
    "yoursafe": "BITSNL2A",
}
"""The code of a bank behind iDEAL; Revolut has two. [recorded: the first; SDK types: the codes; inferred: whose]"""


def members(type_: str, given: Params, number: str) -> dict[str, object]:
    """What a payment method says of its account. [documented: the members]"""
    last4 = number[-4:]
    match type_:
        case "us_bank_account":
            return {
                "account_holder_type": given.get("account_holder_type"),
                "account_type": given.get("account_type", "checking"),
                "bank_name": BANK,
                "financial_connections_account": None,
                "last4": last4,
                "networks": {"preferred": "ach", "supported": ["ach"]},
                "routing_number": given.get("routing_number"),
                "status_details": {},
            }
        case "sepa_debit":
            codes = {"DE": (4, 12), "AT": (4, 9), "NL": (4, 8), "FR": (4, 9), "ES": (4, 8), "IT": (5, 10), "IE": (4, 8)}
            start, end = codes.get(number[:2], (4, 8))
            return {
                "bank_code": number[start:end],
                "branch_code": "",
                "country": number[:2],
                "generated_from": {"charge": None, "setup_attempt": None},  # [recorded]
                "last4": last4,
            }
        case "bacs_debit":
            return {"last4": last4, "sort_code": given.get("sort_code")}
        case "au_becs_debit":
            return {"bsb_number": given.get("bsb_number"), "last4": last4}
    return {
        "bank_name": BANK,
        "institution_number": given.get("institution_number"),
        "last4": last4,
        "transit_number": given.get("transit_number"),
    }


_UNPAID = ("accountClosed", "noAccount", "insufficientFunds", "debitNotAuthorized", "invalidCurrency")
TOKENS = {"btok_us_verified": _US["success"], **{f"btok_us_verified_{name}": _US[name] for name in _UNPAID}}
"""Test names of bank accounts for requests that take a token, new at each use. [documented]"""
