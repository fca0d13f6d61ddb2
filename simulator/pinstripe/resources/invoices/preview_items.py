"""Previews with items that do not exist: what would be billed if they waited, too."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources.invoices import invoice_item_changes, invoice_items
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, named
from pinstripe.world import Object, Transaction

WORDS = {"unit_amount": "unit_amount_decimal"}
"""What invoice items call otherwise."""


def add(tx: Transaction, call: Call, customer: Object) -> None:
    """Let the `invoice_items` of a preview wait in the scratch transaction; those that do are changed. [documented]"""
    for row in call.params.hashes("invoice_items"):
        values: dict[str, Any] = {WORDS.get(name, name): value for name, value in row.pick(*row).items()}
        if "price" in values:
            values["pricing"] = {"price": values.pop("price")}
        known = values.pop("invoiceitem", None)
        asked = Params(values, row.at)
        if known is None:
            invoice_items.new(tx, asked, customer, None)
        else:
            invoice_item_changes.changed(tx, named(tx, "invoiceitem", known, row.name("invoiceitem")), asked)
        for name in asked.unread():
            raise errors.unsupported_parameter(call.operation, name)
