"""The order in which Stripe tells what happened to an invoice. Each function is one story, line by line.

Orders are recorded where an event list was seen, otherwise second-hand from public logs.
"""

from __future__ import annotations

from dataclasses import replace

from pinstripe.resources.invoices.invoicing import Collected
from pinstripe.resources.payments import payments
from pinstripe.resources.payments.payments import Attempt
from pinstripe.resources.subscriptions import lifecycle
from pinstripe.world import Object, Transaction


def finalized_on_request(tx: Transaction, collected: Collected) -> None:
    """POST /v1/invoices/{invoice}/finalize, or what paying a draft begins with. [recorded]"""
    if collected.intent is not None:
        tx.emit("payment_intent.created", collected.intent)
    tx.emit("invoice.updated", collected.opened, before=collected.draft)
    tx.emit("invoice.finalized", collected.opened)


def finalized_by_the_clock(tx: Transaction, collected: Collected) -> None:
    """The hour of grace is over. [second-hand]"""
    tx.emit("invoice.updated", collected.opened, before=collected.draft)
    tx.emit("invoice.finalized", collected.opened)
    if collected.intent is not None:
        tx.emit("payment_intent.created", collected.intent)
    sent(tx, collected.settled)


def sent(tx: Transaction, invoice: Object) -> None:
    """An invoice that is sent goes out by itself once it is open. [documented; order inferred]"""
    if invoice["status"] == "open" and invoice["collection_method"] == "send_invoice":
        tx.emit("invoice.sent", invoice)


def tried(tx: Transaction, opened: Object, attempt: Attempt | None, settled: Object) -> None:
    """A payment was tried, or nothing was due. [recorded for success]"""
    if attempt is not None:
        payments.tell(tx, attempt)
    if settled["status"] == "paid":
        tx.emit("invoice.updated", settled, before=opened)
        paid(tx, settled)
        lifecycle.paid(tx, settled)
        arrived(tx, settled)
    elif attempt is not None and attempt.processing:
        tx.emit("invoice.updated", settled, before=opened)
    elif attempt is not None:
        failed(tx, opened, settled)
        lifecycle.failed(tx, settled)


def paid(tx: Transaction, invoice: Object) -> None:
    """The invoice is paid. [recorded]"""
    tx.emit("invoice.paid", invoice)
    tx.emit("invoice.payment_succeeded", invoice)


def failed(tx: Transaction, opened: Object, invoice: Object) -> None:
    """The invoice could not be paid, or not without its customer. [documented]"""
    tx.emit("invoice.updated", invoice, before=opened)
    if invoice["_intent"] and tx.read("payment_intent", invoice["_intent"])["status"] == "requires_action":
        tx.emit("invoice.payment_action_required", invoice)
    tx.emit("invoice.payment_failed", invoice)


def arrived(tx: Transaction, invoice: Object) -> None:
    """The invoice payment is told of last and names no request. [recorded: no request; order second-hand]"""
    if invoice["_payment"] is not None:
        tx.emit("invoice_payment.paid", tx.read("invoice_payment", invoice["_payment"]), automatic=True)


def subscribed(
    tx: Transaction, customer: Object, before: Object, subscription: Object, collected: Collected | None
) -> None:
    """A subscription was created, with its first invoice unless there was nothing to invoice. [second-hand]

    What Checkout sells is told of when it is over, so the invoice is told of as it is then. [recorded]
    """
    if collected is not None and subscription.get("_session") is not None and collected.settled["status"] == "paid":
        collected = replace(collected, draft=collected.settled, opened=collected.settled)
    attempt = collected.attempt if collected else None
    declined = attempt is not None and not attempt.succeeded and not attempt.processing
    if collected and declined:
        tx.emit("invoice.created", collected.draft)
        tx.emit("invoice.finalized", collected.opened)
    if collected and collected.intent is not None:
        tx.emit("payment_intent.created", collected.intent)
    if attempt is not None:
        payments.tell(tx, attempt)
    on_trial = subscription["status"] == "trialing"  # whose invoice of nothing comes first [inferred]
    if collected and on_trial:
        _opened_at_once(tx, collected)
    tx.emit("customer.updated", customer, before=before)
    tx.emit("customer.subscription.created", subscription)
    if collected and declined:
        failed(tx, collected.opened, collected.settled)
    elif collected and not on_trial:
        _opened_at_once(tx, collected)


def _opened_at_once(tx: Transaction, collected: Collected) -> None:
    """The first invoice, and that it is paid if it is."""
    tx.emit("invoice.created", collected.draft)
    tx.emit("invoice.finalized", collected.opened)
    if collected.settled["status"] == "paid":
        paid(tx, collected.settled)
        arrived(tx, collected.settled)
    elif collected.attempt is not None:  # money that is on its way
        tx.emit("invoice.updated", collected.settled, before=collected.opened)


def invoiced_at_once(tx: Transaction, collected: Collected) -> None:
    """An update was invoiced in its own request. [second-hand]"""
    tx.emit("invoice.created", collected.draft)
    tx.emit("invoice.finalized", collected.opened)
    if collected.intent is not None:
        tx.emit("payment_intent.created", collected.intent)
    sent(tx, collected.settled)
    tried(tx, collected.opened, collected.attempt, collected.settled)
