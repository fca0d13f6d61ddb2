"""How an invoice is shown: its lines inside, and what shows only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.resource import list_object, shaped
from pinstripe.world import Object, Transaction


def view(tx: Transaction, invoice: Object) -> Mapping[str, Any]:
    """An invoice with its first ten lines inside. [recorded]"""
    rows = [shaped("line_item", line) for line in invoice["lines"]]
    return {
        **invoice,
        "default_tax_rates": tax_rates.shown(tx, invoice["default_tax_rates"]),
        "lines": list_object(f"/v1/invoices/{invoice.id}/lines", rows),
    }


def payments_of(tx: Transaction, invoice: Object) -> dict[str, Any]:
    """The payments, which show only when asked for; the list has no count. [recorded]"""
    rows = [shaped("invoice_payment", row) for row in tx.find("invoice_payment", "invoice", invoice.id)]
    return {"object": "list", "data": rows, "has_more": False, "url": "/v1/invoices/payments"}


def confirmation_secret(tx: Transaction, invoice: Object) -> dict[str, Any] | None:
    """What a frontend needs to confirm the payment; shows only when asked for. [recorded]"""
    if invoice["_intent"] is None:
        return None
    return {
        "client_secret": tx.read("payment_intent", invoice["_intent"])["client_secret"],
        "type": "payment_intent",
    }
