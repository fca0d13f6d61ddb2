"""Revisions: an invoice that was issued, made again as a draft, which replaces it once it is finalized."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.invoices import invoice_items, invoicing
from pinstripe.resources.resource import Answer, Call, named
from pinstripe.resources.subscriptions import lifecycle
from pinstripe.world import Object, Transaction

COPIED = (
    "automatic_tax",
    "collection_method",
    "custom_fields",
    "default_payment_method",
    "default_tax_rates",
    "description",
    "discounts",
    "due_date",
    "footer",
    "metadata",
    "parent",
    "payment_settings",
    "rendering",
    "statement_descriptor",
    "_days_until_due",
)
"""What a revision takes over."""
REVISED = ("open", "uncollectible")
"""What can be revised. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/invoices with `from_invoice`: a copy as a draft, to be changed before it is finalized. [documented]

    Invoices of subscriptions are not revised, nor what is paid or void. [documented] Invoice items get items of their
    own. [inferred]
    """
    tx, params = call.tx, call.params
    given = params.hash("from_invoice")
    given.get("action")
    original = named(tx, "invoice", given.get("invoice"), given.name("invoice"))
    if original["status"] not in REVISED:
        raise refusals.revision_needs_finalized(original["status"])
    if original["_subscription"] is not None:
        raise refusals.subscription_is_not_revised()
    for name in params:
        if name not in ("expand", "from_invoice"):
            raise errors.unsupported_parameter(call.operation, name, " together with from_invoice")
    customer = tx.read("customer", original["customer"])
    lines, entries = _copies(tx, original)
    now = tx.now_of(original)
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason=original["billing_reason"],
        currency=original["currency"],
        created=now,
        period=(original["period_start"], original["period_end"]),
        lines=lines,
        given={
            **{name: original[name] for name in COPIED if name in original},
            "from_invoice": {"action": "revision", "invoice": original.id},
        },
    )
    invoice_items.put_on(tx, entries, draft)
    tx.put(original, latest_revision=draft.id)
    tx.emit("invoice.created", draft)
    return draft


def _copies(tx: Transaction, original: Object) -> tuple[list[Object], list[Object]]:
    """The lines of an invoice once more, and the invoice items behind them."""
    lines, entries = [], []
    for line in original["lines"]:
        item = invoice_items.entry_of(line)
        fresh = Object({**line, "id": tx.new_id("il")})
        if item is not None:
            known = tx.read("invoiceitem", item)
            members = {key: value for key, value in known.items() if key not in ("id", "object")}
            entry = tx.new("invoiceitem", {**members, "invoice": None})
            entries.append(entry)
            fresh = Object({**fresh, "parent": _renamed(line["parent"], entry.id)})
        lines.append(fresh)
    return lines, entries


def _renamed(parent: Object, item: str) -> Object:
    """A line's parent with another invoice item."""
    name = str(parent["type"])
    return Object({**parent, name: Object({**parent[name], "invoice_item": item})})


def replace(tx: Transaction, revision: Object) -> None:
    """Once a revision is finalized the invoice it revises is void. [documented; paid meanwhile it stays: inferred]"""
    origin = revision.get("from_invoice")
    if origin is None:
        return
    original = tx.read("invoice", origin["invoice"])
    if original["status"] in REVISED:
        lifecycle.void(tx, original)
