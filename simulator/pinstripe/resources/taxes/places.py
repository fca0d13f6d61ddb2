"""Where a customer is taxed: one address, the first that there is. [documented: the order]"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe.world import Object, Transaction

US_ZIP = re.compile(r"\d{5}(-\d{4})?")

Place = Mapping[str, Any]
"""Country, state and postal code, and the `source` that tells of them."""


def of_address(address: Mapping[str, Any] | None, source: str) -> Place | None:
    """An address as a place; None where it is not precise enough to be taxed at.

    A country is enough, but in the United States it takes a ZIP code of five digits, in Canada a province or a postal
    code. [documented]
    """
    country = (address or {}).get("country")
    if address is None or not country:
        return None
    state, postal = address.get("state") or None, address.get("postal_code") or None
    if country == "US" and not US_ZIP.fullmatch(str(postal)):
        return None
    if country == "CA" and not (state or postal):
        return None
    code = state.upper() if state is not None and len(state) == 2 else state
    return {"country": country, "postal_code": postal, "source": source, "state": code}


def of_customer(tx: Transaction, customer: Mapping[str, Any], method: Object | None = None) -> Place | None:
    """Shipping address, billing address, then that of the payment method; the first counts even if it is no good.

    A card without an address is where it was issued. [documented] `method` is how the customer is about to pay, else
    the customer's default.
    """
    shipping = (customer.get("shipping") or {}).get("address")
    if _says_anything(shipping):
        return of_address(shipping, "shipping_destination")
    if _says_anything(customer.get("address")):
        return of_address(customer["address"], "billing_address")
    method = method or _default(tx, customer)
    if method is None:
        return None
    billing = (method.get("billing_details") or {}).get("address") or {}
    issued = (method.get("card") or {}).get("country")
    return of_address({**billing, "country": billing.get("country") or issued}, "payment_method")


def _says_anything(address: Mapping[str, Any] | None) -> bool:
    """Whether an address holds anything at all."""
    return any((address or {}).values())


def _default(tx: Transaction, customer: Mapping[str, Any]) -> Object | None:
    """The customer's default payment method."""
    id_ = (customer.get("invoice_settings") or {}).get("default_payment_method") or customer.get("default_source")
    return None if id_ is None else tx.get("payment_method", id_)
