"""How an invoice is shown: its lines inside, and what shows only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.invoices import invoicing
from pinstripe.resources.resource import list_object, shaped
from pinstripe.world import Object, Transaction, frozen


def view(tx: Transaction, invoice: Object) -> Mapping[str, Any]:
    """An invoice with its first ten lines inside. [recorded] A draft shows its customer as he is now. [documented]"""
    rows = [shaped("line_item", line_now(tx, line)) for line in invoice["lines"]]
    return {
        **invoice,
        **_customer_now(tx, invoice),
        "default_tax_rates": tax_rates.shown(tx, invoice["default_tax_rates"]),
        "lines": list_object(f"/v1/invoices/{invoice.id}/lines", rows),
    }


def _customer_now(tx: Transaction, invoice: Object) -> dict[str, Any]:
    """What a draft that is kept, and so no preview, shows of its customer."""
    if invoice["status"] != "draft" or tx.get("invoice", invoice.id) is None:
        return {}
    customer = tx.read("customer", invoice["customer"])
    return {} if customer.get("deleted") else dict(frozen(invoicing.of_customer(tx, customer)))


def line_now(tx: Transaction, line: Mapping[str, Any]) -> Mapping[str, Any]:
    """A line with the metadata that its subscription has now, unless a request gave it others. [documented]"""
    details = (line["parent"] or {}).get("subscription_item_details")
    if details is None or details["invoice_item"] is not None or "metadata" in line.get("_said", {}):
        return line
    subscription = tx.get("subscription", details["subscription"])
    if subscription is None or subscription["metadata"] == line["metadata"]:
        return line  # itself, which is completed once for all events that show it
    return {**line, "metadata": subscription["metadata"]}


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
