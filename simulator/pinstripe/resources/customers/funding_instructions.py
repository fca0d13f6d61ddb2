"""Where a customer can send money: a bank account of their own at Stripe's bank. [documented]

The numbers come from the seed and belong to no bank.
"""

from __future__ import annotations

import string
from typing import Any

from pinstripe import errors
from pinstripe.resources.payment_methods import bank_accounts, other_methods
from pinstripe.resources.payments import charging
from pinstripe.resources.resource import Answer, Call, addressed
from pinstripe.world.ids import text

COUNTRIES = {"eu_bank_transfer": "", "gb_bank_transfer": "GB", "us_bank_transfer": "US"}
ROUTING_NUMBER = "110000000"
SORT_CODE = "108800"
"""The numbers of Stripe's test bank. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/customers/{customer}/funding_instructions: the same at each call. [documented]"""
    customer = addressed(call, "customer", param="customer")
    params = call.params
    transfer = params.hash("bank_transfer")
    kind = transfer.get("type")
    if kind not in COUNTRIES:
        raise errors.unsupported_parameter(call.operation, transfer.name("type"), f" with the value {kind}")
    params.get("funding_type")
    transfer.get("requested_address_types")
    country = COUNTRIES[kind] or transfer.hash("eu_bank_transfer").get("country")
    if country is None:
        raise errors.missing_parameter("bank_transfer[eu_bank_transfer][country]")
    digits = text(f"{call.tx.world.seed.value}:{customer.id}:{kind}", 18, string.digits)
    return {
        "object": "funding_instructions",
        "bank_transfer": {"country": country, "financial_addresses": [_address(kind, country, digits)], "type": kind},
        "currency": params.get("currency").lower(),
        "funding_type": "bank_transfer",
        "livemode": False,
    }


def _address(kind: str, country: str, digits: str) -> dict[str, Any]:
    """One account, as its country writes it."""
    holder = {
        "account_holder_address": other_methods.BLANK_ADDRESS,
        "account_holder_name": charging.DESCRIPTOR,
        "bank_address": other_methods.BLANK_ADDRESS,
    }
    match kind:
        case "us_bank_transfer":
            account = {"account_number": digits[:12], "account_type": "checking", "routing_number": ROUTING_NUMBER}
            aba = {**holder, **account, "bank_name": bank_accounts.BANK}
            return {"aba": aba, "supported_networks": ["ach", "domestic_wire_us"], "type": "aba"}
        case "gb_bank_transfer":
            code = {**holder, "account_number": digits[:8], "sort_code": SORT_CODE}
            return {"sort_code": code, "supported_networks": ["bacs", "fps"], "type": "sort_code"}
    iban = {**holder, "bic": "STRPDEFF", "country": country, "iban": _iban(country, digits)}
    return {"iban": iban, "supported_networks": ["sepa"], "type": "iban"}


def _iban(country: str, digits: str) -> str:
    """An IBAN whose check digits are right."""
    number = "".join(str(int(sign, 36)) for sign in f"{digits}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{digits}"
