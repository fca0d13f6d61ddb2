"""Invoices: listed, made by hand, finalized, paid, given up, previewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import (
    announcements,
    invoice_items,
    invoice_lines,
    invoicing,
    ledger,
    lifecycle,
    payment_methods,
    previews,
    refusals,
)
from pinstripe.resources.invoicing import DAY, GRACE, Collected
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    deleted,
    list_object,
    listing,
    merged_metadata,
    named,
    retrieve,
    shaped,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

PLAIN = ("custom_fields", "description", "footer", "statement_descriptor")
"""Members that are kept as given."""


def create(call: Call) -> Answer:
    """POST /v1/invoices: a one-off draft, empty unless pending items are to be included. [recorded]"""
    tx, params = call.tx, call.params
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    customer = named(tx, "customer", params.get("customer"), "customer")
    now = tx.now(customer["test_clock"])
    subscription_id = params.get("subscription")
    subscription = None
    if subscription_id is not None:
        subscription = named(tx, "subscription", subscription_id, "subscription")
    included = subscription is not None or params.get("pending_invoice_items_behavior") == "include"
    entries = []
    if included:
        entries = [
            entry
            for entry in invoice_items.pending(tx, customer.id, subscription_id)
            if subscription is None or entry["_subscription"] == subscription_id
        ]
    currency = (params.get("currency") or customer["currency"] or "usd").lower()
    customer = ledger.first_purchase(tx, customer, currency)
    auto_advance = bool(params.get("auto_advance", False))
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason="manual",
        currency=currency,
        created=now,
        period=(now, now),
        lines=[invoice_lines.of_entry(tx, entry, subscription) for entry in entries],
        subscription=subscription,
        auto_advance=auto_advance,
        automatic=auto_advance,
        given={**_given(call, customer), "metadata": merged_metadata({}, params), "webhooks_delivered_at": now},
    )
    invoice_items.put_on(tx, entries, draft)
    tx.emit("invoice.created", draft)
    return draft


def _given(call: Call, customer: Object) -> dict[str, Any]:
    """The members a request gives of a draft."""
    tx, params = call.tx, call.params
    given = params.pick(*PLAIN)
    if "default_payment_method" in params:
        id_ = params.get("default_payment_method")
        given["default_payment_method"] = (
            id_ and payment_methods.of_customer(tx, id_, customer, "default_payment_method").id
        )
    method = params.get("collection_method")
    days, due = params.get("days_until_due"), params.get("due_date")
    if method is not None:
        given["collection_method"] = method
    if method == "send_invoice":
        given["next_payment_attempt"] = None
    if days is not None or due is not None:
        given["due_date"] = due
        given["_days_until_due"] = days
    if method == "send_invoice":
        if not customer["email"]:
            raise refusals.missing_email()
        if due is None:
            if days is None:
                raise refusals.needs_days_until_due()
            given["due_date"] = tx.now(customer["test_clock"]) + days * DAY
    return given


def update(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}: a draft, or only its metadata once it is open."""
    tx, params = call.tx, call.params
    before = addressed(call, "invoice")
    customer = tx.read("customer", before["customer"])
    changes = _given(call, customer)
    if changes and before["status"] != "draft":
        raise refusals.invoice_not_editable()
    if "auto_advance" in params:
        wanted = bool(params.get("auto_advance"))
        changes["auto_advance"] = wanted
        if before["status"] == "draft":
            at = tx.now_of(before) + GRACE if wanted else None
            charged = changes.get("collection_method", before["collection_method"]) == "charge_automatically"
            changes |= {"automatically_finalizes_at": at, "next_payment_attempt": at if charged else None}
        elif not wanted:
            changes["next_payment_attempt"] = None
    invoice = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    tx.emit("invoice.updated", invoice, before=before)
    return invoice


def delete(call: Call) -> Answer:
    """DELETE /v1/invoices/{invoice}: one-off drafts only; its items wait again. [documented]"""
    tx = call.tx
    invoice = addressed(call, "invoice")
    if invoice["status"] != "draft" or invoice["_subscription"] is not None:
        raise refusals.invoice_not_deletable()
    for entry in tx.find("invoiceitem", "invoice", invoice.id):
        tx.put(entry, invoice=None)
    tx.delete(invoice)
    tx.emit("invoice.deleted", invoice)
    return deleted(invoice)


def finalize(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/finalize. [recorded]"""
    tx, params = call.tx, call.params
    draft = addressed(call, "invoice")
    if draft["status"] != "draft":
        raise refusals.invoice_already_finalized()
    if "auto_advance" in params:
        draft = tx.put(draft, auto_advance=bool(params.get("auto_advance")))
    collected = _open(tx, draft)
    return tx.read("invoice", collected.opened.id)


def _open(tx: Transaction, draft: Object) -> Collected:
    """Finalize on request; only what asks for nothing is paid by that."""
    collected = invoicing.collect(tx, draft, charge=False)
    charged = collected.opened["collection_method"] == "charge_automatically"
    if charged and collected.opened["auto_advance"] and collected.settled["status"] == "open":
        planned = tx.put(collected.opened, next_payment_attempt=tx.now_of(draft) + GRACE)
        collected = Collected(draft, planned, collected.intent, None, collected.payment, planned)
    announcements.finalized_on_request(tx, collected)
    if collected.settled["status"] == "paid":
        announcements.tried(tx, collected.opened, None, collected.settled)
    return collected


def pay(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/pay: finalizes a draft, then tries; a decline is kept and answered 402. [recorded]"""
    tx, params = call.tx, call.params
    invoice = addressed(call, "invoice")
    params.get("off_session")  # every payment here is made without the customer
    out_of_band = bool(params.get("paid_out_of_band", False))
    if invoice["status"] == "draft":
        invoice = _open(tx, invoice).settled
        if invoice["status"] == "paid":
            return invoice
    if invoice["status"] == "paid":
        raise refusals.invoice_already_paid()
    if invoice["status"] not in ("open", "uncollectible"):
        raise refusals.invoice_not_payable(invoice["status"])
    if out_of_band:
        return _paid_elsewhere(tx, invoice)
    method = _method(call, invoice)
    attempt, settled = invoicing.attempt_payment(tx, invoice, method, automatic=False)
    announcements.tried(tx, invoice, attempt, settled)
    if attempt.succeeded:
        return settled
    if attempt.decline is None:
        raise refusals.no_payment_method(keeps_changes=True)
    raise refusals.declined(tx, attempt, method, keeps_changes=True)


def _method(call: Call, invoice: Object) -> Object | None:
    """The payment method named, else the first default."""
    tx, params = call.tx, call.params
    id_ = params.get("payment_method")
    if id_ is None:
        return invoicing.payment_method_for(tx, invoice)
    customer = tx.read("customer", invoice["customer"])
    return payment_methods.of_customer(tx, id_, customer, "payment_method")


def _paid_elsewhere(tx: Transaction, invoice: Object) -> Object:
    """Money that came another way: no payment to tell of, and nobody is asked for one any more. [recorded]"""
    settled = invoicing.mark_paid(tx, invoice)
    tx.emit("invoice.updated", settled, before=invoice)
    tx.emit("invoice.paid", settled)
    lifecycle.give_up_payment(tx, settled, reason="requested_by_customer")
    lifecycle.paid(tx, settled)
    return settled


def void(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/void: open ones only; the balance it used comes back. [documented]"""
    tx = call.tx
    invoice = addressed(call, "invoice")
    if invoice["status"] not in ("open", "uncollectible"):
        raise refusals.invoice_not_open()
    voided = lifecycle.void(tx, invoice)
    lifecycle.voided(tx, voided)
    return voided


def mark_uncollectible(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/mark_uncollectible; for its subscription it is as good as paid. [documented]"""
    tx = call.tx
    invoice = addressed(call, "invoice")
    if invoice["status"] != "open":
        raise refusals.invoice_not_open()
    given_up = tx.put(
        invoice,
        auto_advance=False,
        next_payment_attempt=None,
        status="uncollectible",
        status_transitions={**invoice["status_transitions"], "marked_uncollectible_at": tx.now_of(invoice)},
    )
    tx.emit("invoice.marked_uncollectible", given_up)
    lifecycle.paid(tx, given_up)
    return given_up


def lines(call: Call) -> Answer:
    """GET /v1/invoices/{invoice}/lines."""
    return Listing(list(addressed(call, "invoice")["lines"]), filters_created=False)


def list_all(call: Call) -> Answer:
    """GET /v1/invoices."""
    for name in ("customer", "subscription"):
        if name in call.params:
            named(call.tx, name, call.params.get(name), name)
    return listing(
        "invoice",
        by={"subscription": "subscription", "customer": "customer"},
        equal=("status", "collection_method"),
    )(call)


# --- showing and the clock ------------------------------------------------------------------------------------------


def view(_: Transaction, invoice: Object) -> Mapping[str, Any]:
    """An invoice with its first ten lines inside. [recorded]"""
    rows = [shaped("line_item", line) for line in invoice["lines"]]
    return {**invoice, "lines": list_object(f"/v1/invoices/{invoice.id}/lines", rows)}


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


def alarm(invoice: Object) -> int | None:
    """When an invoice next needs the clock: to finalize by itself, or to be tried again."""
    if invoice["status"] == "draft":
        at = invoice["automatically_finalizes_at"]
    elif invoice["status"] == "open" and invoice["auto_advance"]:
        at = invoice["next_payment_attempt"]
    else:
        at = None
    return None if at is None else int(at)


def ring(tx: Transaction, invoice: Object) -> None:
    """The hour of grace is over, or a retry is due."""
    if invoice["status"] == "draft":
        collected = invoicing.collect(tx, invoice)
        announcements.finalized_by_the_clock(tx, collected)
        announcements.tried(tx, collected.opened, collected.attempt, collected.settled)
        return
    method = invoicing.payment_method_for(tx, invoice)
    attempt, settled = invoicing.attempt_payment(tx, invoice, method, automatic=True)
    announcements.tried(tx, invoice, attempt, settled)


INVOICES = Resource(
    Kind(
        "invoice",
        "in",
        indexes={"customer": by("customer"), "subscription": by("_subscription")},
        alarm=alarm,
        ring=ring,
        rank=2,
    ),
    {
        "POST /v1/invoices": create,
        "GET /v1/invoices": list_all,
        "POST /v1/invoices/create_preview": previews.create,
        "GET /v1/invoices/{invoice}": retrieve("invoice"),
        "POST /v1/invoices/{invoice}": update,
        "DELETE /v1/invoices/{invoice}": delete,
        "GET /v1/invoices/{invoice}/lines": lines,
        "POST /v1/invoices/{invoice}/finalize": finalize,
        "POST /v1/invoices/{invoice}/pay": pay,
        "POST /v1/invoices/{invoice}/void": void,
        "POST /v1/invoices/{invoice}/mark_uncollectible": mark_uncollectible,
    },
    view=view,
    includes={"payments": payments_of, "confirmation_secret": confirmation_secret},
)
