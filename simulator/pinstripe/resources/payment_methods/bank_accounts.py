"""Stripe's test bank accounts: by which numbers a debit succeeds, fails or is disputed. [documented]"""

from __future__ import annotations

from dataclasses import dataclass

from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods.test_cards import Decline

BANK = "STRIPE TEST BANK"
"""What every test account's bank is called. [recorded]"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a debit."""

    failure: Decline | None = None
    dispute: bool = False
    stays: bool = False
    """Whether it never comes to an end."""


SUCCESS = Outcome()


def _failing(code: str, message: str) -> Outcome:
    """A debit that is returned. [documented: the codes; inferred: the sentences]"""
    return Outcome(Decline(code, None, message))


CLOSED = _failing("account_closed", "The customer's bank account has been closed.")
NO_ACCOUNT = _failing("no_account", "The customer's bank account could not be located.")
NO_FUNDS = _failing("insufficient_funds", "The customer's account has insufficient funds to cover this payment.")
NOT_AUTHORIZED = _failing(
    "debit_not_authorized", "The customer has notified their bank that this payment was unauthorized."
)
FAILED = _failing("debit_not_authorized", "The customer's bank refused the debit.")

BY_NUMBER: dict[str, dict[str, Outcome]] = {
    "us_bank_account": {
        "000123456789": SUCCESS,
        "000111111113": CLOSED,
        "000111111116": NO_ACCOUNT,
        "000222222227": NO_FUNDS,
        "000333333335": NOT_AUTHORIZED,
        "000555555559": Outcome(dispute=True),
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
        "111111113": CLOSED,
        "111111116": NO_ACCOUNT,
        "222222227": NO_FUNDS,
        "333333335": NOT_AUTHORIZED,
    },
    "bacs_debit": {
        "00012345": SUCCESS,
        "90012345": SUCCESS,
        "22222227": NO_FUNDS,
        "33333335": NOT_AUTHORIZED,
    },
    "sepa_debit": {
        "AT611904300234573201": SUCCESS,
        "AT861904300235473202": FAILED,
        "AT591904300235473203": Outcome(dispute=True),
        "DE89370400440532013000": SUCCESS,
        "DE08370400440532013003": SUCCESS,
        "DE62370400440532013001": FAILED,
        "DE78370400440532013004": FAILED,
        "DE35370400440532013002": Outcome(dispute=True),
        "FR1420041010050500013M02606": SUCCESS,
        "FR8420041010050500013M02607": FAILED,
        "NL39RABO0300065264": SUCCESS,
        "NL91ABNA0417164300": FAILED,
        "ES0700120345030000067890": SUCCESS,
        "ES9121000418450200051332": FAILED,
        "IT40S0542811101000000123456": SUCCESS,
        "IT60X0542811101000000123456": FAILED,
        "IE29AIBK93115212345678": SUCCESS,
        "IE02AIBK93115212345679": FAILED,
    },
}
"""By the type of the payment method and the account number, or the IBAN."""

NUMBERS = {
    "acss_debit": "account_number",
    "au_becs_debit": "account_number",
    "bacs_debit": "account_number",
    "sepa_debit": "iban",
    "us_bank_account": "account_number",
}
"""The parameter that holds it; these are the debits."""


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
            return {"bank_code": number[start:end], "branch_code": "", "country": number[:2], "last4": last4}
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
