"""The part of the control plane that declares tax rates: those that no table of pinstripe's can know."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pinstripe.http.accounts import Account
from pinstripe.http.message import Request
from pinstripe.resources.taxes import declared, table

NAMES = ("country", "percentage", "postal_code", "state", "tax_code", "tax_type")


class RateError(Exception):
    """A declaration that says too little, or something else."""


def run(account: Account, method: str, path: str, given: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Declare a rate, forget all of them, or just list them; raises RateError. It stands in the account's journal."""
    if method == "GET":
        return {"tax_rates": _shown(account)}
    request = Request(method, path, f"key={account.key}", {"content-type": "application/json"}, body)
    tx = account.world.transaction({"id": account.begin(request), "idempotency_key": None})
    if method == "POST":
        declared.declare(tx, _checked(given))
    else:
        for row in tx.all(declared.KIND):
            tx.delete(row)
    tx.commit()
    return {"tax_rates": _shown(account)}


def _shown(account: Account) -> list[dict[str, Any]]:
    """What is declared, the oldest first."""
    rows = reversed(list(account.world.transaction().all(declared.KIND)))
    return [{name: row[name] for name in NAMES if row[name] is not None} for row in rows]


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration that is complete: a country in two capitals, and per cent from 0 to 100."""
    example = 'Send {"country": "US", "state": "CA", "percentage": "8.625"}, and postal_code, tax_code or tax_type.'
    unknown = [name for name in given if name not in NAMES]
    if unknown:
        raise RateError(f"There is no {', '.join(unknown)}. {example}")
    country = given.get("country")
    if not (isinstance(country, str) and len(country) == 2 and country.isupper()):
        raise RateError(f"The country is two capitals. {example}")
    try:
        percentage = Decimal(str(given.get("percentage")))
    except InvalidOperation:
        raise RateError(f"The percentage is a number. {example}") from None
    if not (percentage.is_finite() and 0 <= percentage <= 100 and round(percentage, 4) == percentage):
        raise RateError(f"The percentage is from 0 to 100, with four decimals at most. {example}")
    texts = {name: given.get(name) for name in ("postal_code", "state", "tax_code", "tax_type")}
    if any(not (value is None or isinstance(value, str)) for value in texts.values()):
        raise RateError(f"Everything else is text. {example}")
    if texts["tax_type"] not in (None, *table.KINDS):
        raise RateError(f"The tax_type is one of {', '.join(table.KINDS)}. {example}")
    return {**texts, "country": country, "percentage": str(percentage)}
