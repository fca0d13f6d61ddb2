"""What becomes of a subscription when its invoices are paid, fail, or are given up."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import billing_settings
from pinstripe.resources.connect import invoice_shares
from pinstripe.resources.customers import ledger
from pinstripe.resources.invoices import invoicing
from pinstripe.resources.payments import payments
from pinstripe.resources.subscriptions import pending_updates, schedule_cancellation, schedule_resumptions
from pinstripe.resources.usage import credit_use
from pinstripe.world import Object, Transaction

DAY = 86400
EXPIRES_AFTER = 23 * 3600
"""How long the first invoice of a subscription may stay unpaid. [documented]"""

OVER = frozenset({"canceled", "incomplete_expired"})
"""The states nothing leads out of."""


def subscription_of(tx: Transaction, invoice: Object) -> Object | None:
    """The subscription an invoice belongs to."""
    id_ = invoice.get("_subscription")
    return None if id_ is None else tx.read("subscription", id_)


def paid(tx: Transaction, invoice: Object) -> None:
    """An invoice was paid: what waited for it is active again. Only the newest that is not void counts. [documented]"""
    subscription = subscription_of(tx, invoice)
    if subscription is None:
        return
    awaited = waits_for(subscription, invoice) or pending_updates.waits_for(subscription, invoice)
    if not awaited and not _is_newest(tx, subscription, invoice):
        return
    before, subscription = subscription, with_saved_method(tx, subscription, invoice)
    if waits_for(subscription, invoice):
        resume(tx, subscription, "active")
    elif pending_updates.waits_for(subscription, invoice):
        pending_updates.apply(tx, subscription)
    elif subscription["status"] in ("incomplete", "past_due", "unpaid"):
        after = tx.put(subscription, status=_running(tx, subscription))
        tx.emit("customer.subscription.updated", after, before=before)
    else:
        tx.emit("customer.subscription.updated", subscription, before=before)


def set_up(tx: Transaction, intent: Object) -> None:
    """What was set up while nothing was due pays for the subscription from now on. [documented; inferred: at once]"""
    for before in tx.find("subscription", "setup", intent.id):
        after = tx.put(before, default_payment_method=intent["payment_method"], pending_setup_intent=None)
        tx.emit("customer.subscription.updated", after, before=before)


def with_saved_method(tx: Transaction, subscription: Object, invoice: Object) -> Object:
    """The subscription with what paid the invoice as its default, if it is to keep that. [documented]"""
    if subscription["payment_settings"]["save_default_payment_method"] != "on_subscription":
        return subscription
    intent = invoice["_intent"] and tx.read("payment_intent", invoice["_intent"])
    if not intent or intent["status"] != "succeeded" or intent["payment_method"] is None:
        return subscription
    return tx.put(subscription, default_payment_method=intent["payment_method"])


def _running(tx: Transaction, subscription: Object) -> str:
    """The state of a subscription that owes nothing."""
    trial_end = subscription.get("trial_end")
    return "trialing" if trial_end is not None and trial_end > tx.now_of(subscription) else "active"


def waits_for(subscription: Object, invoice: Object) -> bool:
    """Whether a paused subscription is to be resumed with this invoice."""
    resuming = subscription.get("_resuming")
    return resuming is not None and bool(resuming["invoice"] == invoice.id)


def paused(tx: Transaction, subscription: Object, why: str) -> dict[str, Any]:
    """The members of a subscription that is paused from now on, which `status_details` tells. [documented]"""
    details = {"subscription": {"type": why}, "transitioned_at": tx.now_of(subscription), "type": "subscription"}
    return {"status": "paused", "_paused": details, "_resuming": None}


def not_pausable(subscription: Object, *, by_schedule: bool = False) -> str | None:
    """Why a subscription cannot be paused; None if it can. One under a schedule is paused by that. [documented]"""
    reasons = {
        f"its status is {subscription['status']}": subscription["status"] not in ("active", "past_due"),
        "its collection method is send_invoice": subscription["collection_method"] != "charge_automatically",
        "its billing mode is classic": subscription["billing_mode"]["type"] != "flexible",
        "an item has an active trial offer": any(item.get("current_trial") for item in subscription["items"]),
        "it is attached to a schedule": subscription.get("schedule") is not None and not by_schedule,
    }
    return next((why for why, applies in reasons.items() if applies), None)


def resume(tx: Transaction, subscription: Object, status: str) -> Object:
    """A paused subscription goes on, with the periods its resumption was to begin. [documented: events]"""
    resuming = subscription["_resuming"]
    after = tx.put(
        subscription,
        billing_cycle_anchor=resuming["anchor"],
        items=resuming["items"],
        pending_update=None,
        status=status,
        _paused=None,
        _resuming=None,
    )
    tx.emit("customer.subscription.updated", after, before=subscription)
    tx.emit("customer.subscription.resumed", after)
    schedule_resumptions.succeeded(tx, after)
    return after


def failed(tx: Transaction, invoice: Object) -> None:
    """A payment failed: past due while tries are left, and then what the account is set to. [documented]"""
    subscription = subscription_of(tx, invoice)
    if subscription is None or subscription["status"] in OVER or subscription["status"] == "incomplete":
        return
    if subscription["status"] == "paused":
        if waits_for(subscription, invoice) and subscription["_resuming"]["behavior"] == "resume_on_payment_attempt":
            resume(tx, subscription, "past_due")
        return
    if pending_updates.waits_for(subscription, invoice):
        return
    if invoice["_exhausted"]:
        given_up(tx, subscription, invoice)
    elif subscription["status"] != "past_due":
        after = tx.put(subscription, status="past_due")
        tx.emit("customer.subscription.updated", after, before=subscription)


def given_up(tx: Transaction, subscription: Object, invoice: Object) -> None:
    """The last try has failed. Subscription and invoice become what the account's settings say. [documented]

    [inferred: the invoice is given up first, and that this does not count as paying it]
    """
    settings = billing_settings.of(tx)
    if settings.invoice_after_retries == "uncollectible":
        tx.emit("invoice.marked_uncollectible", _uncollectible(tx, invoice))
    _let_go(tx, subscription, settings.after_retries)


def after_due(tx: Transaction, invoice: Object) -> None:
    """An invoice that was sent is unpaid so long after its due date that the account's settings act. [documented]"""
    tx.put(invoice, _given_up_at=None)
    subscription = subscription_of(tx, invoice)
    if subscription is not None and subscription["status"] in ("active", "past_due"):
        _let_go(tx, subscription, billing_settings.of(tx).after_due)


def _let_go(tx: Transaction, subscription: Object, outcome: str) -> None:
    """What becomes of a subscription that nobody pays for; one that cannot be paused is canceled. [documented]"""
    if outcome == "cancel" or (outcome == "pause" and not_pausable(subscription)):
        end(tx, subscription, reason="payment_failed")
        return
    if outcome == "pause":
        after = tx.put(subscription, **paused(tx, subscription, "final_payment_failure"))
    else:
        after = tx.put(subscription, status=outcome)
    tx.emit("customer.subscription.updated", after, before=subscription)
    if outcome == "pause":
        tx.emit("customer.subscription.paused", after)


def end(tx: Transaction, subscription: Object, *, reason: str | None, spare: Object | None = None) -> Object:
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
        pending_update=None,
        status="canceled",
        _resuming=None,
        _waiting_update=None,
    )
    if ended.get("schedule") is not None:
        schedule_cancellation.abandon(tx, ended["schedule"], reason)
        ended = tx.put(ended, schedule=None)
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
    credit_use.give_back(tx, invoice)
    give_up_payment(tx, invoice, reason="void_invoice")
    tx.emit("invoice.updated", voided, before=invoice)
    tx.emit("invoice.voided", voided)
    return voided


def give_up(tx: Transaction, id_: str) -> None:
    """Void an invoice whose time is over, with what that does to its subscription."""
    invoice = tx.read("invoice", id_)
    if invoice["status"] in ("open", "uncollectible"):
        voided(tx, void(tx, invoice))


def settled_without_payment(tx: Transaction, invoice: Object, before: Object | None = None) -> Object:
    """An open invoice of which nothing remains is paid, and nobody is asked any more. [documented; order inferred]

    `before` is what it was when it was told of last, if not as it is now.
    """
    paid_up = invoicing.mark_paid(tx, invoice)
    tx.emit("invoice.updated", paid_up, before=before or invoice)
    tx.emit("invoice.paid", paid_up)
    give_up_payment(tx, paid_up, reason="requested_by_customer")
    paid(tx, paid_up)
    return paid_up


def ask_for_the_rest(tx: Transaction, invoice: Object) -> None:
    """Let the payment an invoice asked for follow what remains of it. [inferred]"""
    if invoice["_intent"] is None:
        return
    intent, rest = tx.read("payment_intent", invoice["_intent"]), invoice["amount_remaining"]
    tx.put(intent, amount=rest, **invoice_shares.of_intent(invoice, rest, intent.id))
    tx.put(tx.read("invoice_payment", invoice["_payment"]), amount_requested=invoice["amount_remaining"])


def mark_uncollectible(tx: Transaction, invoice: Object) -> Object:
    """Give up an open invoice as a bad debt; for its subscription it is as good as paid. [documented]"""
    bad = _uncollectible(tx, invoice)
    tx.emit("invoice.marked_uncollectible", bad)
    paid(tx, bad)
    return bad


def _uncollectible(tx: Transaction, invoice: Object) -> Object:
    """An invoice that nobody expects to be paid."""
    return tx.put(
        invoice,
        auto_advance=False,
        next_payment_attempt=None,
        status="uncollectible",
        status_transitions={**invoice["status_transitions"], "marked_uncollectible_at": tx.now_of(invoice)},
    )


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
    if subscription is None:
        return
    if waits_for(subscription, invoice):
        dropped = pending_updates.drop(tx, tx.put(subscription, _resuming=None))  # it stays paused [documented]
        schedule_resumptions.given_up(tx, dropped)
    elif pending_updates.waits_for(subscription, invoice):
        pending_updates.drop(tx, subscription)
    elif not _is_newest(tx, subscription, invoice):
        return
    elif subscription["status"] == "incomplete":
        expired = tx.put(subscription, ended_at=tx.now_of(subscription), status="incomplete_expired")
        tx.emit("customer.subscription.updated", expired, before=subscription)
    elif subscription["status"] in ("past_due", "unpaid"):
        after = tx.put(subscription, status=_without(tx, subscription, invoice))
        tx.emit("customer.subscription.updated", after, before=subscription)


def _is_newest(tx: Transaction, subscription: Object, invoice: Object) -> bool:
    """Whether an invoice is the latest of its subscription, or all later ones are void."""
    if subscription["latest_invoice"] == invoice.id:
        return True
    rows = tx.find("invoice", "subscription", subscription.id)
    place = [row.id for row in rows].index(invoice.id)
    return all(row["status"] == "void" for row in rows[place + 1 :])


def _without(tx: Transaction, subscription: Object, voided_invoice: Object) -> str:
    """The state of a subscription whose latest invoice was voided: what the ones before it make of it. [documented]

    The newest that is settled makes it active. One that was tried for the last time leaves it in the state that the
    account is set to, one that is overdue past due; one that is merely open is passed over.
    """
    for invoice in reversed(tx.find("invoice", "subscription", subscription.id)):
        if invoice.id == voided_invoice.id or invoice["status"] in ("void", "draft"):
            continue
        if invoice["status"] != "open":
            break
        if invoice["_exhausted"]:
            return "unpaid" if billing_settings.of(tx).after_retries == "unpaid" else "past_due"
        if invoice.get("_overdue"):
            return "past_due"
    return "active"


def overdue(tx: Transaction, invoice: Object) -> None:
    """The day an invoice was to be paid by has come: it is overdue, and so is its subscription.

    [documented; inferred: that the event comes at once, where automations can put it off]
    """
    days = billing_settings.of(tx).after_due_days
    late = tx.put(invoice, _overdue=True, _given_up_at=None if days is None else invoice["due_date"] + days * DAY)
    tx.emit("invoice.overdue", late)
    subscription = subscription_of(tx, invoice)
    if subscription is not None and subscription["status"] == "active":
        after = tx.put(subscription, status="past_due")
        tx.emit("customer.subscription.updated", after, before=subscription)


def expire(tx: Transaction, subscription: Object) -> Object:
    """The first invoice stayed unpaid for 23 hours: it is voided and the subscription never begins. [documented]"""
    void(tx, tx.read("invoice", subscription["latest_invoice"]))
    expired = tx.put(subscription, ended_at=tx.now_of(subscription), status="incomplete_expired")
    tx.emit("customer.subscription.updated", expired, before=subscription)
    return expired
