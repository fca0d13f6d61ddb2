"""What a customer is called beside the name, and how the invoices are printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, named
from pinstripe.world import Transaction

NAMES = ("business_name", "individual_name")
"""Names beside the one that invoices bear; absent where there is none. [documented]"""
NAME_LENGTH = 150
"""How long each may be. [documented]"""


def names(params: Params) -> dict[str, str | None]:
    """The other names that a request says."""
    said: dict[str, str | None] = params.pick(*NAMES)
    for name, value in said.items():
        if value is not None and len(value) > NAME_LENGTH:
            raise errors.too_long(name, value, NAME_LENGTH)
    return said


def rendering(tx: Transaction, given: Params, before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How the customer's invoices are printed; an empty value leaves that to the account. [documented]"""
    if not given.peek("rendering_options"):
        given.get("rendering_options")
        return None
    options = given.hash("rendering_options")
    if options.get("template"):  # only the Dashboard makes one
        named(tx, "invoice_rendering_template", options.get("template"), options.name("template"))
    known = before or {"amount_tax_display": None, "template": None}
    said = {name: value or None for name, value in options.pick("amount_tax_display", "template").items()}
    return {**known, **said}


def require_validated(call: Call) -> None:
    """A card that comes as a source is always validated. [documented: that it can be left out]"""
    if call.params.get("validate", True) is False:
        raise errors.unsupported_parameter(call.operation, "validate", " with the value false")
