"""Credit notes: what is taken back of an invoice that was issued, before it is paid or after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import ledger
from pinstripe.resources.invoices import credit_note_lines, credit_note_sums, invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.payments import refunds
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    listing,
    merged_metadata,
    named,
    retrieve,
    shaped,
)
from pinstripe.resources.subscriptions import lifecycle
from pinstripe.resources.taxes import outcomes
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def create(call: Call) -> Answer:
    """POST /v1/credit_notes: lowers what is still to be paid, and gives the rest back as is said. [documented]"""
    return _issued(call, call.tx)


def preview(call: Call) -> Answer:
    """GET /v1/credit_notes/preview: the note that would be made, made and thrown away."""
    return _thrown_away(call)


def preview_lines(call: Call) -> Answer:
    """GET /v1/credit_notes/preview/lines."""
    return Listing(list(_thrown_away(call)["lines"]))


def _thrown_away(call: Call) -> Object:
    """A credit note in a transaction of its own, which nobody keeps."""
    invoice = named(call.tx, "invoice", call.params.get("invoice"), "invoice")
    scratch = call.tx.world.transaction()
    scratch.pretend(invoice["test_clock"], call.tx.now_of(invoice))
    return _issued(call, scratch)


def _issued(call: Call, tx: Transaction) -> Object:
    """Check, reckon, and let invoice and customer know."""
    params = call.params
    invoice = named(tx, "invoice", params.get("invoice"), "invoice")
    if invoice["status"] not in ("open", "paid", "uncollectible"):
        raise refusals.credit_note_needs_finalized(invoice["status"])
    if invoicing.is_processing(tx, invoice):
        raise refusals.credit_note_while_processing()
    params.get("email_type")  # no mail leaves test mode
    notes = [note for note in tx.find("credit_note", "invoice", invoice.id) if note["status"] == "issued"]
    before = [line for note in notes for line in note["lines"]]
    lines: list[Object] = []
    for row in params.hashes("lines"):
        lines.append(credit_note_lines.made(tx, invoice, row, [*before, *lines]))
    members = _amounts(call, invoice, lines, _sending(call, invoice, notes))
    total = members["total"]
    if total < 0:
        raise refusals.credit_note_takes_more()
    linked = _linked(tx, call, invoice, notes)
    if total > invoice["total"] - sum(note["total"] for note in notes) - _refunded_apart(tx, invoice, notes, linked):
        raise refusals.credited_more_than_invoiced()
    before_payment = min(total, invoice["amount_remaining"])
    after_payment = total - before_payment
    credited, outside, wanted = (
        _given_back(params, name) for name in ("credit_amount", "out_of_band_amount", "refund_amount")
    )
    given = credited + outside + wanted + sum(row["amount_refunded"] for row in linked)
    if given != after_payment:
        raise refusals.credit_note_does_not_add_up(given, after_payment)
    linked += _refunded(tx, invoice, wanted) if wanted else []
    number = len(tx.find("credit_note", "invoice", invoice.id)) + 1
    id_ = tx.new_id("cn")
    page = f"{tx.world.seed.account_id}/test_{tx.world.seed.secret(id_, 40)}"
    now = tx.now_of(invoice)
    customer = tx.read("customer", invoice["customer"])
    entry = None
    if credited:
        customer = ledger.enter(
            tx, customer, -credited, "credit_note", invoice=invoice.id, credit_note=id_, currency=invoice["currency"]
        )
        entry = tx.find("customer_balance_transaction", "customer", customer.id)[-1].id
    note = tx.new(
        "credit_note",
        {
            **members,
            "created": now,
            "currency": invoice["currency"],
            "customer": customer.id,
            "customer_balance_transaction": entry,
            "effective_at": params.get("effective_at") or now,
            "invoice": invoice.id,
            "lines": lines,
            "livemode": False,
            "memo": params.get("memo"),
            "metadata": merged_metadata({}, params),
            "number": f"{invoice['number']}-CN-{number:02d}",
            "out_of_band_amount": params.get("out_of_band_amount"),
            "pdf": f"https://pay.stripe.com/credit_notes/{page}/pdf?s=ap",
            "post_payment_amount": after_payment,
            "pre_payment_amount": before_payment,
            "reason": params.get("reason"),
            "refunds": linked,
            "status": "issued",
            "type": _type(before_payment, after_payment),
            "voided_at": None,
        },
        id=id_,
    )
    tx.emit("credit_note.created", note)
    _lower(tx, invoice, before_payment, after_payment)
    return note


def _given_back(params: Params, name: str) -> int:
    """One of the ways in which money goes back, in minor units; never the other way. [inferred]"""
    amount: int = params.get(name) or 0
    if amount < 0:
        raise errors.too_small(params.name(name), 0)
    return amount


def _type(before_payment: int, after_payment: int) -> str:
    """Which part of the invoice's life the note belongs to."""
    if before_payment and after_payment:
        return "mixed"
    return "pre_payment" if before_payment else "post_payment"


def _sending(call: Call, invoice: Object, notes: Sequence[Object]) -> Mapping[str, Any] | None:
    """What sending the goods cost, where the note names the invoice's own rate: all of it comes along. [documented]"""
    if "shipping_cost" not in call.params:
        return None
    given = call.params.hash("shipping_cost")
    rate, param = given.get("shipping_rate"), given.name("shipping_rate")
    cost: Mapping[str, Any] | None = invoice.get("shipping_cost")
    if rate is None:
        return None
    if cost is None or cost["shipping_rate"] != rate:
        raise refusals.shipping_of_another_rate(rate, param)
    if any(note["shipping_cost"] for note in notes):
        raise refusals.shipping_credited_twice(param)
    return cost


def _amounts(call: Call, invoice: Object, lines: Sequence[Object], cost: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The sums of a note: of its lines and of sending, or a bare amount, which has no lines. [inferred: no lines]"""
    amount = call.params.get("amount")
    if lines or cost is not None:
        sums = credit_note_sums.of(lines, cost)
        if amount is not None and amount != sums["total"]:
            raise refusals.credit_note_amount_differs(sums["total"])
        return sums
    if amount is None:
        raise refusals.credit_note_of_nothing()
    if amount <= 0:
        raise errors.too_small("amount", 1)
    if invoice["total_taxes"]:
        raise errors.unsupported_parameter(call.operation, "amount", " for an invoice with taxes; use lines")
    return credit_note_sums.bare(amount)


def _linked(tx: Transaction, call: Call, invoice: Object, notes: Sequence[Object]) -> list[dict[str, Any]]:
    """The refunds that a note names: made before, of what the invoice was paid with. [recorded: the shape]

    A refund is never told by notes as more than it is. [inferred]
    """
    linked: list[dict[str, Any]] = []
    for row in call.params.hashes("refunds"):
        if row.get("type", "refund") != "refund":
            raise errors.unsupported_parameter(
                call.operation, row.name("type"), " with the value payment_record_refund"
            )
        if row.get("refund") is None:
            raise errors.missing_parameter(row.name("refund"))
        refund = named(tx, "refund", row.get("refund"), row.name("refund"))
        if refund["charge"] not in {charge.id for charge in _charges(tx, invoice)}:
            raise refusals.refund_of_another_invoice(row.name("refund"))
        amount = _given_back(row, "amount_refunded") or refund["amount"]
        told = [*linked, *(one for note in notes for one in note["refunds"])]
        if amount > refund["amount"] - sum(one["amount_refunded"] for one in told if one["refund"] == refund.id):
            raise refusals.refund_told_twice(row.name("amount_refunded"))
        linked.append(_as_refund(refund.id, amount))
    return linked


def _refunded_apart(
    tx: Transaction, invoice: Object, notes: Sequence[Object], linked: Sequence[Mapping[str, Any]]
) -> int:
    """What went back of its payments and is told by no note, which can be credited no more. [documented]"""
    told = [*linked, *(one for note in notes for one in note["refunds"])]
    whole = sum(int(charge["amount_refunded"]) for charge in _charges(tx, invoice))
    return max(0, whole - sum(int(one["amount_refunded"]) for one in told))


def _as_refund(id_: str, amount: int) -> dict[str, Any]:
    """A refund as a note shows it. [recorded]"""
    return {"amount_refunded": amount, "payment_record_refund": None, "refund": id_, "type": "refund"}


def _charges(tx: Transaction, invoice: Object) -> list[Object]:
    """What the invoice was paid with."""
    intents = [
        tx.read("payment_intent", row["payment"]["payment_intent"])
        for row in tx.find("invoice_payment", "invoice", invoice.id)
        if row["status"] == "paid" and row["payment"]["type"] == "payment_intent"
    ]
    return [tx.read("charge", intent["latest_charge"]) for intent in intents if intent["latest_charge"]]


def _refunded(tx: Transaction, invoice: Object, amount: int) -> list[dict[str, Any]]:
    """New refunds of what the invoice was paid with, as many as it takes. [documented]"""
    made = []
    for charge in _charges(tx, invoice):
        part = min(amount, charge["amount_captured"] - refunds.returned(tx, charge))
        if part > 0:
            made.append(_as_refund(refunds.make(tx, charge, part).id, part))
            amount -= part
    if amount:
        raise refusals.credited_more_than_paid()
    return made


def _lower(tx: Transaction, invoice: Object, before_payment: int, after_payment: int) -> None:
    """The invoice after the note: less is to be paid, and with nothing left it is paid. [documented]"""
    remaining = invoice["amount_remaining"] - before_payment
    lowered = tx.put(
        invoice,
        amount_due=invoice["amount_due"] - before_payment,
        amount_remaining=remaining,
        post_payment_credit_notes_amount=invoice["post_payment_credit_notes_amount"] + after_payment,
        pre_payment_credit_notes_amount=invoice["pre_payment_credit_notes_amount"] + before_payment,
    )
    if before_payment and remaining:
        lifecycle.ask_for_the_rest(tx, lowered)
    tx.emit("invoice.updated", lowered, before=invoice)
    if before_payment and not remaining:
        lifecycle.settled_without_payment(tx, lowered)


def update(call: Call) -> Answer:
    """POST /v1/credit_notes/{id}: its memo and its metadata."""
    tx, params = call.tx, call.params
    before = addressed(call, "credit_note")
    note = tx.put(before, **params.pick("memo"), metadata=merged_metadata(before["metadata"], params))
    tx.emit("credit_note.updated", note, before=before)
    return note


def void(call: Call) -> Answer:
    """POST /v1/credit_notes/{id}/void, while the invoice is open: what it took off is asked for again."""
    tx = call.tx
    note = addressed(call, "credit_note")
    invoice = tx.read("invoice", note["invoice"])
    if note["status"] != "issued":
        raise refusals.credit_note_is_void()
    if invoice["status"] != "open":
        raise refusals.credit_note_stays(invoice["status"])
    if invoicing.is_processing(tx, invoice):
        raise refusals.credit_note_stays_while_processing()
    voided = tx.put(note, status="void", voided_at=tx.now_of(invoice))
    raised = tx.put(
        invoice,
        amount_due=invoice["amount_due"] + note["pre_payment_amount"],
        amount_remaining=invoice["amount_remaining"] + note["pre_payment_amount"],
        pre_payment_credit_notes_amount=invoice["pre_payment_credit_notes_amount"] - note["pre_payment_amount"],
    )
    lifecycle.ask_for_the_rest(tx, raised)
    tx.emit("credit_note.voided", voided)
    tx.emit("invoice.updated", raised, before=invoice)
    return voided


def lines_of(call: Call) -> Answer:
    """GET /v1/credit_notes/{credit_note}/lines."""
    return Listing(list(addressed(call, "credit_note")["lines"]))


def view(_: Transaction, note: Object) -> Mapping[str, Any]:
    """A credit note with its lines inside; the list has no count. [documented]"""
    rows = [shaped("credit_note_line_item", line) for line in note["lines"]]
    url = f"/v1/credit_notes/{note.id}/lines"
    return {**note, "lines": {"object": "list", "data": rows[:10], "has_more": len(rows) > 10, "url": url}}


CREDIT_NOTES = Resource(
    Kind("credit_note", "cn", indexes={"customer": by("customer"), "invoice": by("invoice")}),
    {
        "POST /v1/credit_notes": create,
        "GET /v1/credit_notes": listing("credit_note", by={"invoice": "invoice", "customer": "customer"}),
        "GET /v1/credit_notes/preview": preview,
        "GET /v1/credit_notes/preview/lines": preview_lines,
        "GET /v1/credit_notes/{credit_note}/lines": lines_of,
        "GET /v1/credit_notes/{id}": retrieve("credit_note"),
        "POST /v1/credit_notes/{id}": update,
        "POST /v1/credit_notes/{id}/void": void,
    },
    view=view,
    includes={"shipping_cost.taxes": outcomes.of_sending},
)
