"""What becomes of a subscription when its invoices are paid, fail, or are given up."""

from __future__ import annotations

from pinstripe.resources import ledger, payments
from pinstripe.world import Object, Transaction

EXPIRES_AFTER = 23 * 3600
"""How long the first invoice of a subscription may stay unpaid. [documented]"""

OVER = frozenset({"canceled", "incomplete_expired"})
"""The states nothing leads out of."""


def subscription_of(tx: Transaction, invoice: Object) -> Object | None:
    """The subscription an invoice belongs to."""
    id_ = invoice.get("_subscription")
    return None if id_ is None else tx.read("subscription", id_)


def paid(tx: Transaction, invoice: Object) -> None:
    """An invoice was paid: what waited for it is active again. Only the latest invoice counts. [documented]"""
    subscription = subscription_of(tx, invoice)
    if subscription is None or subscription["latest_invoice"] != invoice.id:
        return
    if subscription["status"] in ("incomplete", "past_due", "unpaid"):
        after = tx.put(subscription, status="active")
        tx.emit("customer.subscription.updated", after, before=subscription)


def failed(tx: Transaction, invoice: Object) -> None:
    """A payment failed: past due while tries are left, over when they are used up. [documented; default setting]"""
    subscription = subscription_of(tx, invoice)
    if subscription is None or subscription["status"] in OVER or subscription["status"] == "incomplete":
        return
    if invoice["_exhausted"]:
        end(tx, subscription, reason="payment_failed")
    elif subscription["status"] != "past_due":
        after = tx.put(subscription, status="past_due")
        tx.emit("customer.subscription.updated", after, before=subscription)


def end(tx: Transaction, subscription: Object, *, reason: str, spare: Object | None = None) -> Object:
    """Cancel for good: the clock has nothing more to do here, and unpaid invoices are no longer collected.

    `spare` is the last invoice of all, which still is.
    """
    now = tx.now_of(subscription)
    ended = tx.put(
        subscription,
        cancel_at=None,
        cancel_at_period_end=False,
        canceled_at=subscription["canceled_at"] or now,
        cancellation_details={**subscription["cancellation_details"], "reason": reason},
        ended_at=now,
        status="canceled",
    )
    for invoice in tx.find("invoice", "subscription", subscription.id):
        if spare is not None and invoice.id == spare.id:
            continue
        if invoice["status"] in ("draft", "open") and invoice["auto_advance"]:
            stopped = tx.put(invoice, auto_advance=False, automatically_finalizes_at=None, next_payment_attempt=None)
            tx.emit("invoice.updated", stopped, before=invoice)
    tx.emit("customer.subscription.deleted", ended)
    return ended


def void(tx: Transaction, invoice: Object) -> Object:
    """Give up an invoice as if it had never been; the balance it used comes back. [documented]"""
    voided = tx.put(
        invoice,
        auto_advance=False,
        next_payment_attempt=None,
        status="void",
        status_transitions={**invoice["status_transitions"], "voided_at": tx.now_of(invoice)},
    )
    used = invoice["starting_balance"] - invoice["ending_balance"]
    if used:
        customer = tx.read("customer", invoice["customer"])
        ledger.enter(tx, customer, used, "unapplied_from_invoice", invoice=invoice.id)
    give_up_payment(tx, invoice, reason="void_invoice")
    tx.emit("invoice.updated", voided, before=invoice)
    tx.emit("invoice.voided", voided)
    return voided


def give_up_payment(tx: Transaction, invoice: Object, *, reason: str) -> None:
    """Cancel the payment an invoice asked for, if it did."""
    if invoice["_intent"] is None:
        return
    intent = payments.known_by_its_order(tx, tx.read("payment_intent", invoice["_intent"]))
    canceled = tx.put(intent, canceled_at=tx.now(), cancellation_reason=reason, status="canceled")
    tx.emit("payment_intent.canceled", canceled)
    payment = tx.read("invoice_payment", invoice["_payment"])
    moments = {**payment["status_transitions"], "canceled_at": tx.now_of(invoice)}
    tx.put(payment, status="canceled", status_transitions=moments)


def voided(tx: Transaction, invoice: Object) -> None:
    """What voiding its latest invoice does to a subscription. [documented]"""
    subscription = subscription_of(tx, invoice)
    if subscription is None or subscription["latest_invoice"] != invoice.id:
        return
    if subscription["status"] == "incomplete":
        expired = tx.put(subscription, ended_at=tx.now_of(subscription), status="incomplete_expired")
        tx.emit("customer.subscription.updated", expired, before=subscription)
    elif subscription["status"] == "past_due" and not _older_debts(tx, subscription, invoice):
        active = tx.put(subscription, status="active")
        tx.emit("customer.subscription.updated", active, before=subscription)


def _older_debts(tx: Transaction, subscription: Object, voided_invoice: Object) -> bool:
    """Whether the newest invoice before the voided one is still unpaid."""
    for invoice in reversed(tx.find("invoice", "subscription", subscription.id)):
        if invoice.id == voided_invoice.id or invoice["status"] in ("void", "draft"):
            continue
        return bool(invoice["status"] == "open")
    return False


def expire(tx: Transaction, subscription: Object) -> Object:
    """The first invoice stayed unpaid for 23 hours: it is voided and the subscription never begins. [documented]"""
    void(tx, tx.read("invoice", subscription["latest_invoice"]))
    expired = tx.put(subscription, ended_at=tx.now_of(subscription), status="incomplete_expired")
    tx.emit("customer.subscription.updated", expired, before=subscription)
    return expired
