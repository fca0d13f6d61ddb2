"""The lines of a draft, changed: added, updated, removed, each with the invoice item behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.invoices import invoice_item_changes, invoice_items, invoice_lines, invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, addressed, merged_metadata, named
from pinstripe.resources.taxes import tax_amounts
from pinstripe.world import Object, Transaction, frozen

OWN = ("description", "metadata", "period")
"""What can be said of a line that no invoice item stands behind."""


def _draft(call: Call) -> Object:
    """The invoice in the path, while it may be changed. [documented]"""
    invoice = addressed(call, "invoice", key="invoice", param="invoice")
    if invoice["status"] != "draft":
        raise refusals.invoice_not_editable()
    return invoice


def _change(call: Call, lines: Callable[[Object], Sequence[Object]]) -> Object:
    """The draft with other lines, and with the metadata that came along."""
    tx = call.tx
    before = _draft(call)
    fresh = lines(before)
    metadata = before["metadata"]
    if "invoice_metadata" in call.params:
        metadata = merged_metadata(metadata, Params({"metadata": call.params.get("invoice_metadata")}))
    invoice = tx.put(before, metadata=metadata)
    invoice = invoicing.edited(tx, invoice, fresh, tx.read("customer", before["customer"]))
    tx.emit("invoice.updated", invoice, before=before)
    return invoice


def add(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/add_lines: new items, or items that wait; the newest on top. [second-hand]"""
    tx = call.tx

    def lines(invoice: Object) -> Sequence[Object]:
        """What was named, and what is there."""
        customer = tx.read("customer", invoice["customer"])
        rows = call.params.hashes("lines")
        invoice_items.require_place(invoice, len(rows), "lines")
        added = []
        for row in rows:
            waiting = row.get("invoice_item")
            if waiting is None:
                entry = invoice_items.new(tx, row, customer, invoice)
            else:
                entry = named(tx, "invoiceitem", waiting, row.name("invoice_item"))
                if entry["invoice"] is not None:
                    raise refusals.item_is_on_an_invoice(waiting)
                if entry["customer"] != customer.id:
                    raise refusals.invoice_of_another_customer()
            entry = tx.put(entry, invoice=invoice.id)
            if waiting is None:
                tx.emit("invoiceitem.created", entry)
            line = invoice_lines.of_entry(tx, entry, None)
            added.append(Object({**line, **tax_amounts.given(tx, invoice, row)}))
        return [*reversed(added), *invoice["lines"]]

    return _change(call, lines)


def update_many(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/update_lines."""

    def lines(invoice: Object) -> Sequence[Object]:
        """The lines, those that were named changed."""
        known = {line["id"]: line for line in invoice["lines"]}
        for row in call.params.hashes("lines"):
            id_ = row.get("id")
            if id_ not in known:
                raise errors.no_such("line_item", id_, param=row.name("id"))
            known[id_] = _updated(call.tx, invoice, known[id_], row)
        return list(known.values())

    return _change(call, lines)


def update(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/lines/{line_item_id}; the invoice item behind the line follows. [documented]"""
    id_ = call.path["line_item_id"]

    def lines(invoice: Object) -> Sequence[Object]:
        """The lines, this one changed."""
        if all(line["id"] != id_ for line in invoice["lines"]):
            raise errors.no_such("line_item", id_, param="line_item_id", in_path=True)
        return [
            _updated(call.tx, invoice, line, call.params) if line["id"] == id_ else line for line in invoice["lines"]
        ]

    invoice = _change(call, lines)
    changed: Object = next(line for line in invoice["lines"] if line["id"] == id_)
    return changed


def _updated(tx: Transaction, invoice: Object, line: Object, params: Params) -> Object:
    """A line after a change; what it is for is its invoice item's to say, where there is one."""
    item = invoice_items.entry_of(line)
    line = Object({**line, **tax_amounts.given(tx, invoice, params)})
    if item is None:
        changes: dict[str, Any] = params.pick("description", "period")
        if "metadata" in params:
            changes["metadata"] = merged_metadata(line["metadata"], params)
        return invoice_lines.said(line, {key: frozen(value) for key, value in changes.items()})
    entry = invoice_item_changes.changed(tx, tx.read("invoiceitem", item), params)
    return invoice_item_changes.renewed(tx, invoice, line, entry)


def remove(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/remove_lines: their items are deleted, or wait again. [documented]"""
    tx = call.tx

    def lines(invoice: Object) -> Sequence[Object]:
        """The lines that stay."""
        known = {line["id"]: line for line in invoice["lines"]}
        for row in call.params.hashes("lines"):
            id_ = row.get("id")
            line = known.pop(id_, None)
            if line is None:
                raise errors.no_such("line_item", id_, param=row.name("id"))
            behavior = row.get("behavior")
            item = invoice_items.entry_of(line)
            if item is None:
                raise refusals.line_is_the_subscriptions()
            entry = tx.read("invoiceitem", item)
            if behavior == "unassign":
                tx.put(entry, invoice=None)
            else:
                tx.delete(entry)
                tx.emit("invoiceitem.deleted", entry)
        return list(known.values())

    return _change(call, lines)
