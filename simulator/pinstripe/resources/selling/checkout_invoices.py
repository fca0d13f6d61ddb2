"""The invoice that a one-time payment leaves behind where its session asked for one.

It is made once the money is there, and is paid by it. [documented] The customer's balance plays no part in it.
[documented]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.catalog import prices
from pinstripe.resources.connect import destinations
from pinstripe.resources.invoices import drafts, invoice_items, invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.payments import payments
from pinstripe.resources.resource import Call
from pinstripe.resources.subscriptions import announcements
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction

NO_DATA: Mapping[str, Any] = {
    "account_tax_ids": None,
    "custom_fields": None,
    "description": None,
    "footer": None,
    "issuer": None,
    "metadata": {},
    "rendering_options": None,
}
NONE: Mapping[str, Any] = {"enabled": False, "invoice_data": NO_DATA}
"""`invoice_creation` of a payment that makes none. [second-hand]"""
KEPT = ("account_tax_ids", "custom_fields", "description", "footer", "metadata")
"""What the invoice says as it was told."""


def creation(call: Call, mode: str) -> Mapping[str, Any] | None:
    """`invoice_creation` of a new session or link. Only payments have the choice. [second-hand: the refusal]"""
    given = call.params.hash("invoice_creation")
    enabled = bool(given.get("enabled", False))
    if mode != "payment":
        if enabled:
            raise refusals.invoice_creation_outside_payments()
        return None
    data = given.hash("invoice_data")
    said = {name: value for name, value in data.pick(*KEPT).items() if value is not None}
    if data.peek("issuer") is not None:
        said["issuer"] = destinations.issuer(call.tx, data.hash("issuer"))
    rendering = data.hash("rendering_options").pick("amount_tax_display")
    if rendering.get("amount_tax_display"):
        said["rendering_options"] = {**rendering, "template": None}
    return {"enabled": enabled, "invoice_data": {**NO_DATA, **said}}


def is_wanted(session: Object) -> bool:
    """Whether the session's payment leaves an invoice."""
    return bool((session["invoice_creation"] or {}).get("enabled"))


def issue(
    tx: Transaction, session: Object, customer: Object, intent: Object | None, discounts: Sequence[str]
) -> Object:
    """The session's invoice, paid by its intent; by nothing where nothing was due. [inferred: the order of events]"""
    now = tx.now_of(customer)
    data = session["invoice_creation"]["invoice_data"]
    rendering = data["rendering_options"] or {"amount_tax_display": None, "template": None}
    entries = [_entry(tx, customer, item) for item in session["_items"]]
    shipping = {} if session["shipping_cost"] is None else _shipping(session["shipping_cost"])
    draft = drafts.of_customer(
        tx,
        customer,
        entries,
        currency=session["currency"],
        given={
            **{name: data[name] for name in KEPT},
            "issuer": data["issuer"] or {"type": "self"},
            "on_behalf_of": session["_payment_intent_data"].get("on_behalf_of"),
            **shipping,
            "automatic_tax": automatic_tax.member(automatic_tax.wants(session)),
            "discounts": tuple(discounts),
            "rendering": {**rendering, "pdf": {"page_size": "auto"}, "template_version": None},
            "_taxed": session.get("_taxed"),
        },
    )
    assert draft["total"] == session["amount_total"], "an invoice asks for what its session has taken"
    for entry in entries:
        tx.emit("invoiceitem.created", tx.read("invoiceitem", entry.id))
    tx.emit("invoice.created", draft)
    opened = _opened(tx, draft, customer, now)
    tx.emit("invoice.finalized", opened)
    invoice = _paid(tx, opened, intent)
    announcements.paid(tx, invoice)
    if invoice["_payment"] is not None:
        tx.emit("invoice_payment.paid", tx.read("invoice_payment", invoice["_payment"]), automatic=True)
    return invoice


def _shipping(cost: Mapping[str, Any]) -> dict[str, Any]:
    """What sending the goods costs, as an invoice has it."""
    return {"amount_shipping": cost["amount_subtotal"], "shipping_cost": cost}


def _entry(tx: Transaction, customer: Object, item: Mapping[str, Any]) -> Object:
    """What was sold as an invoice item; a price of this session only can be billed here and nowhere else.

    An amount that the customer chose is a price of its own, of the same product. [inferred]
    """
    price = tx.read("price", item["price"])
    if "_chosen" in item:
        price = prices.new_price(
            tx,
            tx.read("product", price["product"]),
            item["currency"],
            item["_chosen"],
            str(item["_chosen"]),
            active=False,
            tax_behavior=price["tax_behavior"],
        )
    tx.put(price, active=True)
    said: dict[str, Any] = {
        "currency": item["currency"],
        "pricing": {"price": price.id},
        "quantity": item["quantity"],
    }
    if item["_tax_rates"]:
        said["tax_rates"] = list(item["_tax_rates"])
    entry = invoice_items.new(tx, Params(said), customer, None)
    if not price["active"]:
        tx.put(tx.read("price", price.id), active=False)
    return entry


def _opened(tx: Transaction, draft: Object, customer: Object, now: int) -> Object:
    """The invoice with its number."""
    customer = tx.read("customer", customer.id)
    sequence = customer["next_invoice_sequence"]
    tx.put(customer, next_invoice_sequence=sequence + 1)
    return tx.put(
        draft,
        **invoicing.published(tx, draft, f"{customer['invoice_prefix']}-{sequence:04d}", now),
        amount_due=draft["total"],
        amount_remaining=draft["total"],
        ending_balance=0,
        starting_balance=0,
        status="open",
    )


def _paid(tx: Transaction, opened: Object, intent: Object | None) -> Object:
    """The invoice with the money that came before it."""
    if intent is None:
        return invoicing.settle_nothing_due(tx, opened)
    payment = payments.request_for(tx, opened, intent)
    tx.put(
        payment,
        amount_paid=payment["amount_requested"],
        status="paid",
        status_transitions={**payment["status_transitions"], "paid_at": tx.now_of(opened)},
    )
    tx.put(tx.read("payment_intent", intent.id), _invoice=opened.id)
    tied = tx.put(opened, attempted=True, attempt_count=1, _intent=intent.id, _payment=payment.id)
    return invoicing.mark_paid(tx, tied)
