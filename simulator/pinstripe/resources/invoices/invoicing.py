"""From lines to money: an invoice is drafted, finalized and collected.

Each step takes an invoice and returns its next version; `Collected` keeps the versions in between, because Stripe's
events show each of them and their order depends on what started it all (see announcements.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pinstripe.billing import dunning
from pinstripe.billing.totals import settle
from pinstripe.resources import billing_settings, refusals
from pinstripe.resources.connect import invoice_shares
from pinstripe.resources.customers import ledger, tax_ids
from pinstripe.resources.discounts import discounts, reckoning
from pinstripe.resources.invoices import (
    finalization_failures,
    invoice_lines,
    invoice_webhooks,
    reminders,
    subscription_terms,
)
from pinstripe.resources.payments import payments
from pinstripe.resources.payments.payments import Attempt
from pinstripe.resources.taxes import automatic_tax, tax_amounts
from pinstripe.resources.usage import credit_use
from pinstripe.world import Object, Transaction

GRACE = 3600
"""How long an automatic invoice stays a draft where nothing else is set. [documented]"""
DAY = 86400


def grace(tx: Transaction, billing_reason: str) -> int:
    """How long an automatic invoice stays a draft: as set for a subscription's, but for its first. [documented]"""
    follows = billing_reason in ("subscription_cycle", "subscription_threshold", "subscription_update")
    return billing_settings.of(tx).grace_hours * 3600 if follows else GRACE


def finalizing_for(attempt_at: int | None, billing_reason: str) -> int | None:
    """When a draft finalizes that is to be tried at a moment: a manual one a second later. [recorded]"""
    return attempt_at if attempt_at is None or billing_reason != "manual" else attempt_at + 1


@dataclass(frozen=True, slots=True)
class Collected:
    """The versions one invoice went through in one go."""

    draft: Object
    opened: Object
    intent: Object | None
    """The payment intent as it was created at finalization."""
    attempt: Attempt | None
    payment: Object | None
    """The invoice payment, once something is asked for."""
    settled: Object


def draft(
    tx: Transaction,
    customer: Object,
    *,
    billing_reason: str,
    currency: str,
    created: int,
    period: tuple[int, int],
    lines: Iterable[Object],
    subscription: Object | None = None,
    auto_advance: bool = False,
    automatic: bool = False,
    given: Mapping[str, Any] | None = None,
) -> Object:
    """A new invoice in draft. An automatic one finalizes by itself after the hour of grace.

    `auto_advance` says whether Stripe goes on collecting it by itself once it is open.
    """
    id_ = tx.new_id("in")
    attempt_at = created + grace(tx, billing_reason) if automatic else None
    invoice = tx.new(
        "invoice",
        {
            "account_country": "US",
            "account_name": "pinstripe",
            "amount_overpaid": 0,
            "amount_paid": 0,
            "amount_shipping": 0,
            "attempt_count": 0,
            "attempted": False,
            "auto_advance": auto_advance,
            "automatic_tax": automatic_tax.member(subscription is not None and automatic_tax.wants(subscription)),
            "automatically_finalizes_at": finalizing_for(attempt_at, billing_reason),
            "billing_reason": billing_reason,
            "collection_method": "charge_automatically",
            "created": created,
            "currency": currency,
            **of_customer(tx, customer),
            "default_payment_method": None,
            "default_source": None,
            "default_tax_rates": [] if subscription is None else subscription["default_tax_rates"],
            "description": None,
            "discounts": discounts.of_invoice(tx, customer, subscription, created),
            "due_date": None,
            "hosted_invoice_url": None,
            "invoice_pdf": None,
            "issuer": {"type": "self"},
            "livemode": False,
            "metadata": {},
            "next_payment_attempt": attempt_at,
            "number": None,
            "parent": subscription_terms.parent(subscription),
            "payment_settings": {
                "default_mandate": None,
                "payment_method_options": None,
                "payment_method_types": None,
            },
            "period_end": period[1],
            "period_start": period[0],
            "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0,
            "rendering": _rendering(customer, subscription),
            "status": "draft",
            "status_transitions": {
                "finalized_at": None,
                "marked_uncollectible_at": None,
                "paid_at": None,
                "voided_at": None,
            },
            "test_clock": customer["test_clock"],
            "webhooks_delivered_at": invoice_webhooks.at_first(tx, created),
            **subscription_terms.terms(tx, subscription, created),
            **invoice_shares.of_draft(subscription),
            **(given or {}),
            "_automatic_attempts": 0,
            "_exhausted": False,
            "_first_failure_at": None,
            "_intent": None,
            "_payment": None,
            "_subscription": None if subscription is None else subscription.id,
        },
        id=id_,
    )
    invoice = with_lines(tx, invoice, lines, customer)
    discounts.spend(tx, invoice)
    return invoice


def of_customer(tx: Transaction, customer: Object) -> dict[str, Any]:
    """The customer as the invoice shows it; finalization freezes this. [documented]"""
    return {
        "customer": customer.id,
        "customer_address": customer.get("address"),
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer.get("shipping"),
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": tax_ids.on_invoice(tx, customer),
    }


def _rendering(customer: Object, subscription: Object | None) -> dict[str, Any] | None:
    """How the invoice is printed: as its customer's are, if they are anyhow. [recorded; documented: the customer's]"""
    options = (customer.get("invoice_settings") or {}).get("rendering_options") or {}
    chosen = {name: options.get(name) for name in ("amount_tax_display", "template")}
    if subscription is not None and not any(chosen.values()):
        return None
    return {**chosen, "pdf": {"page_size": "auto"}, "template_version": None}


def with_lines(tx: Transaction, invoice: Object, lines: Iterable[Object], customer: Object) -> Object:
    """A draft with these lines, and what it would ask for if it were finalized now."""
    own, sums = reckoning.reckon(tx, invoice, [Object({**line, "invoice": invoice.id}) for line in lines], customer)
    totals = settle(sums["total"], customer["balance"], invoice["currency"])
    return tx.put(
        invoice,
        amount_due=totals.amount_due,
        amount_remaining=totals.amount_due,
        ending_balance=None,
        lines=own,
        starting_balance=totals.starting_balance,
        **sums,
    )


def edited(tx: Transaction, invoice: Object, lines: Iterable[Object], customer: Object) -> Object:
    """The same of a draft that somebody has edited."""
    known = list(lines)
    tax_amounts.refuse_others(invoice, known)
    return with_lines(tx, invoice, known, customer)


def finalize(tx: Transaction, invoice: Object) -> tuple[Object, Object | None, Object | None]:
    """Open a draft: count usage a last time, give it its number, apply the balance, ask for the rest.

    Returns the open invoice, and the payment intent and invoice payment if there is anything to collect.
    """
    assert invoice["status"] == "draft"
    customer = tx.read("customer", invoice["customer"])
    now = tx.now_of(invoice)
    invoice = with_lines(tx, invoice, invoice_lines.refreshed(tx, invoice), customer)
    if automatic_tax.is_open(invoice) and not tx.quiet:
        if tx.request is not None:
            raise refusals.tax_location_invalid()
        invoice = with_lines(tx, finalization_failures.without_tax(tx, invoice), invoice["lines"], customer)
    discounts.spend(tx, invoice)
    invoice = credit_use.spend(tx, invoice)
    totals = settle(invoice["total"], customer["balance"], invoice["currency"])
    sequence = customer["next_invoice_sequence"]
    if totals.applied_to_invoice:
        customer = ledger.enter(tx, customer, totals.applied_to_invoice, "applied_to_invoice", invoice=invoice.id)
    if totals.invoice_too_small:
        customer = ledger.enter(tx, customer, totals.invoice_too_small, "invoice_too_small", invoice=invoice.id)
    if invoice["number"] is None:
        customer = tx.put(customer, next_invoice_sequence=sequence + 1)
    opened = tx.put(
        invoice,
        **of_customer(tx, customer),
        **published(tx, invoice, f"{customer['invoice_prefix']}-{sequence:04d}", now),
        ending_balance=totals.ending_balance,
        starting_balance=totals.starting_balance,
        status="open",
    )
    if opened["collection_method"] == "send_invoice" and opened["due_date"] is None:
        opened = tx.put(opened, due_date=now + opened["_days_until_due"] * DAY)
    opened = reminders.planned(tx, opened, now)
    if opened["amount_due"] == 0:
        return opened, None, None
    intent = payments.intend(tx, opened, payment_method_for(tx, opened))
    payment = payments.request_for(tx, opened, intent)
    return tx.put(opened, _intent=intent.id, _payment=payment.id), intent, payment


def published(tx: Transaction, invoice: Object, number: str, now: int) -> dict[str, Any]:
    """What an invoice has once it is no draft any more: a number, unless it was given one, and its pages. [recorded]"""
    page = f"{tx.world.seed.account_id}/test_{tx.world.seed.secret(invoice.id, 40)}"
    return {
        "automatically_finalizes_at": None,
        "effective_at": invoice.get("effective_at") or now,
        "hosted_invoice_url": f"{tx.world.pages or 'https://invoice.stripe.com'}/i/{page}?s=ap",
        "invoice_pdf": f"{tx.world.pages or 'https://pay.stripe.com'}/invoice/{page}/pdf?s=ap",
        "number": invoice["number"] or number,
        "rendering": invoice["rendering"] and {**invoice["rendering"], "pdf": {"page_size": "letter"}},
        "status_transitions": {**invoice["status_transitions"], "finalized_at": now},
    }


def collect(tx: Transaction, invoice: Object, *, charge: bool = True) -> Collected:
    """Finalize a draft and, unless the money is to be asked for later, try to pay it at once."""
    opened, intent, payment = finalize(tx, invoice)
    if intent is None:
        return Collected(invoice, opened, None, None, None, settle_nothing_due(tx, opened))
    if not charge or opened["collection_method"] == "send_invoice":
        return Collected(invoice, opened, intent, None, payment, opened)
    attempt, settled = attempt_payment(tx, opened, payment_method_for(tx, opened), automatic=True)
    return Collected(invoice, opened, intent, attempt, tx.read("invoice_payment", settled["_payment"]), settled)


def settle_nothing_due(tx: Transaction, invoice: Object) -> Object:
    """An invoice that asks for nothing is paid at once, without an attempt to count. [recorded]"""
    return mark_paid(tx, tx.put(invoice, attempted=True))


def mark_paid(tx: Transaction, invoice: Object) -> Object:
    """The invoice with all its money in."""
    return tx.put(
        invoice,
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
        status="paid",
        status_transitions={**invoice["status_transitions"], "paid_at": tx.now_of(invoice)},
    )


def payment_method_for(tx: Transaction, invoice: Object) -> Object | None:
    """The payment method an invoice is collected with: its own, the subscription's, the customer's. [documented]"""
    subscription_id = invoice["_subscription"]
    subscription = None if subscription_id is None else tx.read("subscription", subscription_id)
    customer = tx.read("customer", invoice["customer"])
    own = invoice["default_payment_method"] or invoice["default_source"]
    return default_payment_method(tx, customer, subscription, own)


def default_payment_method(
    tx: Transaction, customer: Object, subscription: Object | None, own: str | None = None
) -> Object | None:
    """The first default in Stripe's order; a merely attached method is none. [documented]"""
    settings = customer.get("invoice_settings") or {}
    subscribed = None
    if subscription is not None:
        subscribed = subscription["default_payment_method"] or subscription.get("default_source")
    for id_ in (own, subscribed, settings.get("default_payment_method")):
        if id_ is not None:
            return tx.read("payment_method", id_)
    source = customer["default_source"]
    return None if source is None else tx.get("payment_method", source)


def is_processing(tx: Transaction, invoice: Object) -> bool:
    """Whether money for it is on its way, such as a bank debit."""
    intent = invoice["_intent"]
    return intent is not None and bool(tx.read("payment_intent", intent)["status"] == "processing")


def attempt_payment(
    tx: Transaction, invoice: Object, method: Object | None, *, automatic: bool
) -> tuple[Attempt, Object]:
    """Try to pay an open invoice. After the first one only automatic tries are counted. [documented]"""
    before = tx.read("payment_intent", invoice["_intent"])
    attempt = payments.attempt(tx, before, method)
    return attempt, take(tx, invoice, attempt, automatic=automatic)


def take(tx: Transaction, invoice: Object, attempt: Attempt, *, automatic: bool) -> Object:
    """The invoice after a try; one that waits, or that Checkout makes, is not counted. [documented, recorded]"""
    now = tx.now_of(invoice)
    if attempt.processing:
        return tx.put(invoice, attempted=True, next_payment_attempt=None)
    in_checkout = attempt.succeeded and invoice["attempt_count"] == 0 and payments.session_of(tx, invoice) is not None
    counts = (automatic or invoice["attempt_count"] == 0) and not attempt.action_required and not in_checkout
    invoice = tx.put(invoice, attempted=True, attempt_count=invoice["attempt_count"] + counts)
    if attempt.succeeded:
        payment = tx.read("invoice_payment", invoice["_payment"])
        tx.put(
            payment,
            amount_paid=payment["amount_requested"],
            status="paid",
            status_transitions={**payment["status_transitions"], "paid_at": now},
        )
        return mark_paid(tx, invoice)
    return plan_retry(tx, invoice, now) if automatic else invoice


def plan_retry(tx: Transaction, invoice: Object, now: int) -> Object:
    """After an automatic try has failed: when the next one is due, or that there is none."""
    tries = invoice["_automatic_attempts"] + 1
    first = invoice["_first_failure_at"] or now
    retried = invoice["auto_advance"] and invoice["billing_reason"] != "subscription_create"
    due = dunning.next_attempt_at(first, tries, billing_settings.of(tx).retry_days) if retried else None
    return tx.put(
        invoice,
        next_payment_attempt=due,
        _automatic_attempts=tries,
        _exhausted=retried and due is None,
        _first_failure_at=first,
    )
