"""How many elements an array of a request may have, as a table. [documented; the sentence second-hand]

What an object may hold in the end, however it came there, is the noun's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pinstripe.errors import array_too_long
from pinstripe.wire import hashes
from pinstripe_contracts import operations

EVERYWHERE: Mapping[str, int] = {
    "add_invoice_items": 20,
    "images": 8,
    "invoice_items": 250,
    "items": 20,
    "marketing_features": 15,
    "shipping_options": 5,
    "tax_amounts": 20,
}
"""Arrays by the name of their parameter, wherever it stands."""

_PAGE = {"custom_fields": 3, "discounts": 1, "line_items": 100}
_LINK = {"custom_fields": 3, "line_items": 20}
_PORTAL = {"features[subscription_update][products]": 10}

OF_ONE: Mapping[str, Mapping[str, int]] = {
    "GET /v1/events": {"types": 20},
    "GET /v1/prices": {"lookup_keys": 10},
    "GET /v2/core/events": {"types": 20},
    "POST /v1/billing_portal/configurations": _PORTAL,
    "POST /v1/billing_portal/configurations/{configuration}": _PORTAL,
    "POST /v1/checkout/sessions": _PAGE,
    "POST /v1/customers": {"invoice_settings[custom_fields]": 4},
    "POST /v1/customers/{customer}": {"invoice_settings[custom_fields]": 4},
    "POST /v1/invoices": {"custom_fields": 4},
    "POST /v1/invoices/{invoice}": {"custom_fields": 4},
    "POST /v1/payment_links": _LINK,
    "POST /v1/payment_links/{payment_link}": _LINK,
}
"""Those of one operation, by their full name."""


def check(operation: str, given: Mapping[str, Any]) -> None:
    """Refuse the first array that has too many elements."""
    own = OF_ONE.get(operation, {})
    if not own and not _concerned(operation):
        return
    for hash_, at in [(given, ""), *((row, place) for row, _, place in hashes.inside(given))]:
        for key, value in hash_.items():
            name = f"{at}[{key}]" if at else key
            most = own.get(name, EVERYWHERE.get(key))
            if most is not None and isinstance(value, list) and len(value) > most:
                raise array_too_long(name, most)


@cache
def _concerned(operation: str) -> bool:
    """Whether an operation has an array of the table; one that is gone may."""
    known = next((known for known in operations() if known.name == operation), None)
    return known is None or any(name in EVERYWHERE for name in hashes.names(known.params))
