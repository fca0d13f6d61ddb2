"""The invoice items' own endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.invoices import invoice_item_changes, invoice_items, invoice_lines, invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    deleted,
    listing,
    named,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def create(call: Call) -> Answer:
    """POST /v1/invoiceitems: an amount, or a price and how many; pending unless a draft is named."""
    tx, params = call.tx, call.params
    customer = named(tx, "customer", params.get("customer"), "customer")
    invoice = _draft(tx, params, customer)
    entry = invoice_items.new(tx, params, customer, invoice)
    if invoice is None:
        tx.emit("invoiceitem.created", entry)
        return entry
    entry = tx.put(entry, invoice=invoice.id)
    line = invoice_lines.of_entry(tx, entry, None)
    after = invoicing.edited(tx, invoice, [line, *invoice["lines"]], customer)  # the newest on top [recorded]
    tx.emit("invoiceitem.created", entry)
    tx.emit("invoice.updated", after, before=invoice)
    return entry


def _draft(tx: Transaction, params: Params, customer: Object) -> Object | None:
    """The draft the item goes on at once, if one is named."""
    id_ = params.get("invoice")
    if id_ is None:
        return None
    invoice = named(tx, "invoice", id_, "invoice")
    if invoice["customer"] != customer.id:
        raise refusals.invoice_of_another_customer()
    if invoice["status"] != "draft":
        raise refusals.invoice_not_editable()
    invoice_items.require_place(invoice, 1, "invoice")
    return invoice


def delete(call: Call) -> Answer:
    """DELETE /v1/invoiceitems/{invoiceitem}, while it is pending or on a draft."""
    tx = call.tx
    entry = invoice_item_changes.addressed(call)
    if entry["invoice"] is not None:
        invoice = tx.get("invoice", entry["invoice"])
        if invoice is None or invoice["status"] != "draft":
            raise refusals.item_is_invoiced()
        kept = [line for line in invoice["lines"] if invoice_items.entry_of(line) != entry.id]
        after = invoicing.with_lines(tx, invoice, kept, tx.read("customer", invoice["customer"]))
        tx.emit("invoice.updated", after, before=invoice)
    tx.delete(entry)
    tx.emit("invoiceitem.deleted", entry)
    return deleted(entry)


def list_all(call: Call) -> Answer:
    """GET /v1/invoiceitems, all of them or those that wait or do not."""
    pending = call.params.get("pending")
    answer = listing("invoiceitem", by={"customer": "customer", "invoice": "invoice"})(call)
    assert isinstance(answer, Listing)
    rows = invoice_items.newest_first(reversed(list(answer.objects)))
    return Listing([row for row in rows if pending in (None, row["invoice"] is None)])


def view(tx: Transaction, entry: Object) -> Mapping[str, Any]:
    """An invoice item as Stripe shows it."""
    details = {"credited_items": entry["_credited"], "discount_amounts": entry.get("_discounted", [])}
    return {
        **entry,
        **({"proration_details": details} if entry["proration"] and not entry.get("_left") else {}),
        **({} if entry["discountable"] else {"net_amount": entry["amount"] - _off(entry)}),
        "parent": _parent(entry),
        "tax_rates": tax_rates.shown(tx, entry["tax_rates"]),
        "pricing": {
            "price_details": {"price": entry["_price"], "product": tx.read("price", entry["_price"])["product"]},
            "type": "price_details",
            "unit_amount_decimal": entry["_unit_amount_decimal"],
        },
    }


def _off(entry: Object) -> int:
    """What itemized discounts take off a proration."""
    return sum(row["amount"] for row in entry.get("_discounted", ()))


def _parent(entry: Object) -> dict[str, Any] | None:
    """The subscription an item belongs to."""
    if entry["_subscription"] is None:
        return None
    item = entry.get("_subscription_item")
    details = {"subscription": entry["_subscription"], **({"subscription_item": item} if item else {})}
    return {"subscription_details": details, "type": "subscription_details"}


def _pending_of(entry: Object) -> tuple[str, ...]:
    """The customer whose next invoice takes the entry."""
    return (entry["customer"],) if entry["invoice"] is None else ()


INVOICE_ITEMS = Resource(
    Kind(
        "invoiceitem",
        "ii",
        indexes={"customer": by("customer"), "invoice": by("invoice"), "pending": _pending_of},
    ),
    {
        "POST /v1/invoiceitems": create,
        "GET /v1/invoiceitems": list_all,
        "GET /v1/invoiceitems/{invoiceitem}": invoice_item_changes.addressed,
        "POST /v1/invoiceitems/{invoiceitem}": invoice_item_changes.update,
        "DELETE /v1/invoiceitems/{invoiceitem}": delete,
    },
    view=view,
)
