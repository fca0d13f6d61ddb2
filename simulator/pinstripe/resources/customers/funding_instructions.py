"""Where a customer can send money: a bank account of their own at Stripe's bank. [documented]

The numbers come from the seed and belong to no bank.
"""

from __future__ import annotations

import string
from typing import Any

from pinstripe import errors
from pinstripe.resources.payment_methods import bank_accounts, other_methods, sepa_accounts
from pinstripe.resources.payments import charging
from pinstripe.resources.resource import Answer, Call, addressed
from pinstripe.world.ids import text

COUNTRIES = {"eu_bank_transfer": "", "gb_bank_transfer": "GB", "us_bank_transfer": "US"}
IBANS = {"BE": ("", 12), "DE": ("", 18), "ES": ("", 20), "FR": ("", 23), "IE": ("STRP", 14), "NL": ("STRP", 10)}
"""How an IBAN goes on after its check digits: the letters of a bank that is none, and so many digits. [documented]"""
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
    if not COUNTRIES[kind] and country not in IBANS:
        raise errors.unsupported_parameter(call.operation, "bank_transfer[eu_bank_transfer][country]", f" {country}")
    digits = text(f"{call.tx.world.seed.value}:{customer.id}:{kind}", 23, string.digits)
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
    bank, length = IBANS[country]
    number = sepa_accounts.iban(country, bank + digits[:length])
    iban = {**holder, "bic": f"STRP{country}FF", "country": country, "iban": number}
    return {"iban": iban, "supported_networks": ["sepa"], "type": "iban"}
