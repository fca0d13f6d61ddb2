"""Invoices: listed, made by hand, finalized, paid, given up, previewed."""

from __future__ import annotations

from dataclasses import replace

from pinstripe import errors
from pinstripe.resources import refusals, searching
from pinstripe.resources.customers import ledger
from pinstripe.resources.discounts import applying
from pinstripe.resources.invoices import (
    attached_payments,
    drafts,
    finalization_failures,
    invoice_items,
    invoice_line_calls,
    invoice_revisions,
    invoice_terms,
    invoice_views,
    invoicing,
    previews,
    reminders,
    retries,
)
from pinstripe.resources.invoices.invoicing import GRACE, Collected
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.payments import cash_payments
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    deleted,
    listing,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.resources.subscriptions import announcements, lifecycle
from pinstripe.resources.taxes import outcomes
from pinstripe.wire import pages
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def create(call: Call) -> Answer:
    """POST /v1/invoices: a one-off draft, empty unless pending items are to be included. [recorded]"""
    tx, params = call.tx, call.params
    if "from_invoice" in params:
        return invoice_revisions.create(call)
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    customer = named(tx, "customer", params.get("customer"), "customer")
    now = tx.now(customer["test_clock"])
    subscription_id = params.get("subscription")
    subscription = None
    if subscription_id is not None:
        subscription = named(tx, "subscription", subscription_id, "subscription")
    behavior = params.get("pending_invoice_items_behavior")
    required = behavior == "include_and_require"  # a word of older versions
    included = required or behavior == "include" or (subscription is not None and behavior != "exclude")
    entries = []
    if included:
        entries = [
            entry
            for entry in invoice_items.pending(tx, customer.id, subscription_id)
            if subscription is None or entry["_subscription"] == subscription_id
        ]
    if required and not entries:
        raise refusals.nothing_to_invoice("customer" if subscription is None else "subscription")
    currency = (params.get("currency") or customer["currency"] or "usd").lower()
    customer = ledger.first_purchase(tx, customer, currency)
    auto_advance = bool(params.get("auto_advance", False))
    terms = applying.to_invoice(call, customer, currency, amount=sum(entry["amount"] for entry in entries))
    draft = drafts.of_customer(
        tx,
        customer,
        entries,
        currency=currency,
        subscription=subscription,
        auto_advance=auto_advance,
        given={
            **invoice_terms.of_draft(call, customer),
            **terms,
            **invoice_terms.finalizing(call, params.get("collection_method") or "charge_automatically", now),
            "metadata": merged_metadata({}, params),
        },
    )
    applying.name_invoice(tx, draft)
    tx.emit("invoice.created", draft)
    return draft


def update(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}: a draft, or only its metadata once it is open."""
    tx, params = call.tx, call.params
    before = addressed(call, "invoice")
    customer = tx.read("customer", before["customer"])
    changes = invoice_terms.of_draft(call, customer, before)
    terms = applying.to_invoice(call, customer, before["currency"], before=before)
    if (changes or terms) and before["status"] != "draft":
        raise refusals.invoice_is_final(next((name for name in params if name in changes or name in terms), "invoice"))
    if "auto_advance" in params:
        wanted = bool(params.get("auto_advance"))
        if wanted and before["status"] not in ("draft", "open"):
            raise refusals.invoice_does_not_advance(before["status"])
        changes["auto_advance"] = wanted
        if before["status"] == "draft" and wanted != before["auto_advance"]:
            due = before["created"] + invoicing.grace(tx, before["billing_reason"])  # [recorded: created]
            at = max(due, tx.now_of(before)) if wanted else None
            charged = changes.get("collection_method", before["collection_method"]) == "charge_automatically"
            finalizes_at = invoicing.finalizing_for(at, before["billing_reason"])
            changes |= {"automatically_finalizes_at": finalizes_at, "next_payment_attempt": at if charged else None}
        elif before["status"] != "draft":
            changes["next_payment_attempt"] = retries.taken_up(tx, before) if wanted else None
    changes |= invoice_terms.finalizing(
        call, changes.get("collection_method", before["collection_method"]), tx.now_of(before)
    )
    if "automatically_finalizes_at" in changes and before["status"] != "draft":
        raise refusals.invoice_is_final("automatically_finalizes_at")
    invoice = tx.put(before, **changes, **terms, metadata=merged_metadata(before["metadata"], params))
    if terms:
        invoice = invoicing.edited(tx, invoice, invoice["lines"], customer)
    tx.emit("invoice.updated", invoice, before=before)
    return invoice


def delete(call: Call) -> Answer:
    """DELETE /v1/invoices/{invoice}: one-off drafts only. [documented] Its items are gone with it. [second-hand]"""
    tx = call.tx
    invoice = addressed(call, "invoice", param="invoice")
    if invoice["status"] != "draft":
        raise refusals.invoice_not_deletable()
    if invoice["_subscription"] is not None:
        raise refusals.invoice_of_a_subscription_not_deletable()
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
    finalization_failures.require_place(tx, draft)
    collected = invoicing.collect(tx, draft, charge=False)
    charged = collected.opened["collection_method"] == "charge_automatically"
    if charged and collected.opened["auto_advance"] and collected.settled["status"] == "open":
        planned = tx.put(collected.opened, next_payment_attempt=tx.now_of(draft) + GRACE)
        collected = Collected(draft, planned, collected.intent, None, collected.payment, planned)
    announcements.finalized_on_request(tx, collected)
    invoice_revisions.replace(tx, collected.opened)
    if collected.settled["status"] == "paid":
        announcements.tried(tx, collected.opened, None, collected.settled)
    return replace(collected, settled=cash_payments.settle(tx, collected.settled))


def send(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/send: finalizes a draft; no mail leaves, only the event does. [documented]"""
    tx = call.tx
    invoice = addressed(call, "invoice", param="invoice")
    if invoice["status"] not in ("draft", "open"):
        raise refusals.not_sent_again()
    if invoice["collection_method"] != "send_invoice":
        raise refusals.not_sent_by_hand()
    if invoice["status"] == "draft":
        invoice = _open(tx, invoice).settled
    tx.emit("invoice.sent", invoice)
    return invoice


def pay(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/pay: finalizes a draft, then tries; a decline is kept and answered 402. [recorded]"""
    tx, params = call.tx, call.params
    invoice = addressed(call, "invoice")
    params.get("off_session")  # every payment here is made without the customer
    params.get("forgive")  # a card either pays all of it or nothing
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
        invoice = tx.put(invoice, _off_stripe=invoice["amount_remaining"])
        return lifecycle.settled_without_payment(tx, invoice)
    if invoicing.is_processing(tx, invoice):
        raise refusals.invoice_payment_processing()
    method = _method(call, invoice)
    if params.get("mandate") is not None:
        intent = tx.read("payment_intent", invoice["_intent"])
        tx.put(intent, _mandate=named(tx, "mandate", params.get("mandate"), "mandate").id)
    attempt, settled = invoicing.attempt_payment(tx, invoice, method, automatic=False)
    announcements.tried(tx, invoice, attempt, settled)
    if attempt.succeeded or attempt.processing:
        return settled
    if attempt.action_required:
        raise refusals.invoice_needs_action(tx, attempt.intent)
    if attempt.decline is None:
        raise refusals.no_payment_method(keeps_changes=True)
    raise refusals.declined(tx, attempt, method, keeps_changes=True)


def _method(call: Call, invoice: Object) -> Object | None:
    """The payment method named, else the first default."""
    tx, params = call.tx, call.params
    name = "payment_method" if "payment_method" in params else "source"
    id_ = params.get(name)
    if id_ is None:
        return invoicing.payment_method_for(tx, invoice)
    method = payment_methods.of_customer(tx, id_, tx.read("customer", invoice["customer"]), name)
    named_types = invoice["payment_settings"]["payment_method_types"]
    if named_types is not None and method["type"] not in named_types:
        raise refusals.type_not_allowed(tx.read("payment_intent", invoice["_intent"]), method["type"])
    return method


def void(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/void: open ones only; the balance it used comes back. [documented]"""
    tx = call.tx
    invoice = addressed(call, "invoice")
    parts = tx.find("invoice_payment", "invoice", invoice.id)
    if invoice["status"] == "paid" or any(part["status"] == "paid" for part in parts):
        raise refusals.paid_invoice_not_voidable()
    if invoice["status"] not in ("open", "uncollectible"):
        raise refusals.invoice_not_open()
    voided = lifecycle.void(tx, invoice)
    lifecycle.voided(tx, voided)
    return voided


def mark_uncollectible(call: Call) -> Answer:
    """POST /v1/invoices/{invoice}/mark_uncollectible; for its subscription it is as good as paid. [documented]"""
    tx = call.tx
    invoice = addressed(call, "invoice")
    if invoice["status"] == "uncollectible":
        raise refusals.invoice_already_given_up()
    if invoice["status"] != "open":
        raise refusals.invoice_not_open()
    return lifecycle.mark_uncollectible(tx, invoice)


def lines(call: Call) -> Answer:
    """GET /v1/invoices/{invoice}/lines."""
    lines_ = addressed(call, "invoice")["lines"]
    return Listing([Object(invoice_views.line_now(call.tx, line)) for line in lines_])


def list_all(call: Call) -> Answer:
    """GET /v1/invoices."""
    for name in ("customer", "subscription"):
        if name in call.params:
            named(call.tx, name, call.params.get(name), name)
    due = call.params.get("due_date")
    answer = listing(
        "invoice",
        by={"subscription": "subscription", "customer": "customer"},
        equal=("status", "collection_method"),
    )(call)
    if due is None:
        return answer
    assert isinstance(answer, Listing)
    rows = [row for row in answer.objects if row["due_date"] is not None and pages.in_range(due, row["due_date"])]
    return Listing(rows)


def alarm(invoice: Object) -> int | None:
    """When an invoice next needs the clock: to finalize by itself, to be tried again, or because it is overdue."""
    moments = []
    if invoice["status"] == "draft":
        moments.append(invoice["automatically_finalizes_at"])
    elif invoice["status"] == "open":
        if invoice["auto_advance"]:
            moments.append(invoice["next_payment_attempt"])
        moments += reminders.moments(invoice)
    return min((int(at) for at in moments if at is not None), default=None)


def ring(tx: Transaction, invoice: Object) -> None:
    """The hour of grace is over, the day it is due by comes near, has come or is long past, or a retry is due."""
    if invoice["status"] == "draft":
        if finalization_failures.stops_the_clock(tx, invoice):
            return
        collected = invoicing.collect(tx, invoice)
        announcements.finalized_by_the_clock(tx, collected)
        announcements.tried(tx, collected.opened, collected.attempt, collected.settled)
        cash_payments.settle(tx, tx.read("invoice", invoice.id))
        return
    now = tx.now_of(invoice)
    if (invoice.get("_will_be_due_at") or now + 1) <= now:
        reminders.will_be_due(tx, invoice)
    elif not invoice.get("_overdue") and (invoice["due_date"] or now + 1) <= now:
        lifecycle.overdue(tx, invoice)
    elif (invoice.get("_given_up_at") or now + 1) <= now:
        lifecycle.after_due(tx, invoice)
    else:
        retries.retry(tx, invoice)


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
        "GET /v1/invoices/search": searching.search("invoice"),
        "POST /v1/invoices/create_preview": previews.create,
        "GET /v1/invoices/{invoice}": retrieve("invoice", param="invoice"),
        "POST /v1/invoices/{invoice}": update,
        "DELETE /v1/invoices/{invoice}": delete,
        "GET /v1/invoices/{invoice}/lines": lines,
        "POST /v1/invoices/{invoice}/lines/{line_item_id}": invoice_line_calls.update,
        "POST /v1/invoices/{invoice}/add_lines": invoice_line_calls.add,
        "POST /v1/invoices/{invoice}/update_lines": invoice_line_calls.update_many,
        "POST /v1/invoices/{invoice}/remove_lines": invoice_line_calls.remove,
        "POST /v1/invoices/{invoice}/send": send,
        "POST /v1/invoices/{invoice}/attach_payment": attached_payments.attach,
        "POST /v1/invoices/{invoice}/finalize": finalize,
        "POST /v1/invoices/{invoice}/pay": pay,
        "POST /v1/invoices/{invoice}/void": void,
        "POST /v1/invoices/{invoice}/mark_uncollectible": mark_uncollectible,
    },
    view=invoice_views.view,
    includes={
        "amount_paid_off_stripe": attached_payments.off_stripe,
        "payments": invoice_views.payments_of,
        "confirmation_secret": invoice_views.confirmation_secret,
        "shipping_cost.taxes": outcomes.of_sending,
    },
)
