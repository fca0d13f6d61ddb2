"""An invoice item changed: what it costs, what it says, and the line of the draft that it is on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinstripe.billing.money import decimal_text
from pinstripe.resources import refusals
from pinstripe.resources.discounts import applying
from pinstripe.resources.invoices import invoice_items, invoice_lines, invoicing, item_prices
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, merged_metadata
from pinstripe.resources.taxes import automatic_tax, tax_amounts
from pinstripe.world import Object, Transaction

MONEY = ("amount", "price_data", "pricing", "unit_amount_decimal")
"""What says how much it costs; a quantity alone counts by what one costs now."""


def addressed(call: Call) -> Object:
    """The item in the path."""
    entry = call.tx.get("invoiceitem", call.path["invoiceitem"])
    if entry is None:
        raise refusals.no_invoice_item(call.path["invoiceitem"])
    return entry


def update(call: Call) -> Answer:
    """POST /v1/invoiceitems/{invoiceitem}, while it waits or is on a draft. [documented; there is no event]"""
    tx = call.tx
    before = addressed(call)
    invoice = None if before["invoice"] is None else tx.get("invoice", before["invoice"])
    if before["invoice"] is not None and invoice is None:
        raise refusals.item_is_gone()
    if invoice is not None and invoice["status"] != "draft":
        raise refusals.item_is_invoiced()
    entry = changed(tx, before, call.params)
    if invoice is not None:
        lines = [
            renewed(tx, invoice, line, entry) if invoice_items.entry_of(line) == entry.id else line
            for line in invoice["lines"]
        ]
        after = invoicing.edited(tx, invoice, lines, tx.read("customer", invoice["customer"]))
        tx.emit("invoice.updated", after, before=invoice)
    return entry


def renewed(tx: Transaction, invoice: Object, line: Mapping[str, Any], entry: Object) -> Object:
    """The line of an invoice item that has changed: itself, with the item's new members."""
    subscription = invoice["_subscription"]
    whose = None if subscription is None else tx.read("subscription", subscription)
    return Object({**invoice_lines.of_entry(tx, entry, whose), **tax_amounts.kept(line), "id": line["id"]})


def changed(tx: Transaction, before: Object, params: Params) -> Object:
    """The item with what the parameters say of it."""
    changes: dict[str, Any] = {
        key: value for key, value in params.pick("description", "discountable", "period").items() if value is not None
    }
    if before["proration"] and changes.get("discountable"):
        raise refusals.proration_takes_no_discount()
    if any(name in params for name in (*MONEY, "quantity", "quantity_decimal")):
        if before["proration"]:
            raise refusals.proration_is_fixed()
        changes |= _money(tx, before, params)
        invoice = None if before["invoice"] is None else tx.read("invoice", before["invoice"])
        automatic_tax.refuse_negative(invoice, changes["amount"])
    if params.get("invoicing_rules", ()) is None:  # an empty string removes them; there is no other value [SDK types]
        changes["invoicing_rules"] = []
    customer = tx.read("customer", before["customer"])
    terms = applying.to_entry(tx, params, before.id, customer, before["currency"])
    changes |= {key: value for key, value in terms.items() if key in params}
    changes |= {f"_{key}": value for key, value in params.pick("tax_behavior", "tax_code").items()}
    return tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))


def _money(tx: Transaction, before: Object, params: Params) -> dict[str, Any]:
    """What the item comes to now."""
    quantity = item_prices.quantity_of(params, Decimal(1 if params.get("amount") else before["quantity_decimal"]))
    if any(name in params for name in MONEY):
        price, unit, amount = item_prices.money(tx, params, quantity, before["currency"])
    else:
        price, unit = tx.read("price", before["_price"]), Decimal(before["_unit_amount_decimal"])
        amount = item_prices.times(unit, quantity)
    return {
        "amount": amount,
        "quantity": int(quantity),
        "quantity_decimal": decimal_text(quantity),
        "_price": price.id,
        "_unit_amount_decimal": decimal_text(unit),
    }
