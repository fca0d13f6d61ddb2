"""The lives themselves: a law that is tried on nothing in particular proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given

from tests.laws.life import Command, Life
from tests.laws.lives import EVENTFUL, lives
from tests.laws.turns import VARIED

Seen = Callable[[Any], bool]


def invoices(check: Seen) -> Callable[[Life], bool]:
    """A life with such an invoice."""
    return lambda life: any(check(row) for row in life.world.tables["invoice"].objects.values())


def subscriptions(check: Seen) -> Callable[[Life], bool]:
    """A life with such a subscription."""
    return lambda life: any(check(row) for row in life.world.tables["subscription"].objects.values())


def told(type_: str, check: Seen = lambda _: True) -> Callable[[Life], bool]:
    """A life with such an event."""
    return lambda life: any(
        row["type"] == type_ and check(row["data"]["object"]) for row in life.world.tables["event"].objects.values()
    )


def entered(type_: str) -> Callable[[Life], bool]:
    """A life with such a line in a customer's ledger."""
    rows = "customer_balance_transaction"
    return lambda life: any(row["type"] == type_ for row in life.world.tables[rows].objects.values())


def answered(status: int, path: str, words: str = "") -> Callable[[Life], bool]:
    """A life with such an answer."""
    return lambda life: any(
        row.status == status and path in row.path and words in str(row.body) for row in life.answers
    )


def metered(invoice: Any) -> Iterable[Any]:
    """The lines of an invoice that bill usage."""
    return (line for line in invoice["lines"] if line.get("_item") and line["amount"])


DEEDS: dict[str, Callable[[Life], bool]] = {
    "renewals": invoices(lambda row: row["billing_reason"] == "subscription_cycle" and row["status"] == "paid"),
    "renewals in draft": invoices(lambda row: row["status"] == "draft" and row["_subscription"] is not None),
    "usage billed": invoices(lambda row: any(metered(row))),
    "usage in tiers": invoices(lambda row: len(list(metered(row))) > 1),
    "prorations": invoices(lambda row: any(line["amount"] < 0 for line in row["lines"])),
    "changes invoiced at once": invoices(lambda row: row["billing_reason"] == "subscription_update"),
    "declines": told("invoice.payment_failed"),
    "retries": invoices(lambda row: row["attempt_count"] > 1),
    "past due": subscriptions(lambda row: row["status"] == "past_due"),
    "recovered": told("customer.subscription.updated", lambda row: row["status"] == "active"),
    "incomplete": subscriptions(lambda row: row["status"] == "incomplete"),
    "expired": subscriptions(lambda row: row["status"] == "incomplete_expired"),
    "canceled": told("customer.subscription.deleted"),
    "to be canceled": subscriptions(lambda row: bool(row["cancel_at_period_end"])),
    "ended with the period": subscriptions(
        lambda row: (row["ended_at"] or 0) > (row["canceled_at"] or row["ended_at"] or 0)
    ),
    "canceled for want of payment": subscriptions(
        lambda row: row["cancellation_details"]["reason"] == "payment_failed"
    ),
    "balance applied": entered("applied_to_invoice"),
    "balance given back": entered("unapplied_from_invoice"),
    "too small to charge": entered("invoice_too_small"),
    "void": invoices(lambda row: row["status"] == "void"),
    "uncollectible": invoices(lambda row: row["status"] == "uncollectible"),
    "paid by hand": invoices(lambda row: row["billing_reason"] == "manual" and row["amount_paid"] > 0),
    "on a test clock": invoices(
        lambda row: row["test_clock"] is not None and row["billing_reason"] == "subscription_cycle"
    ),
    "previews": answered(200, "create_preview"),
    "no preview": answered(404, "create_preview"),
    "fact reported twice": answered(400, "meter_events", "already exists with identifier"),
    "fact too old": answered(400, "meter_events", "in past"),
    "fact too early": answered(400, "meter_events", "in the future"),
    "declined on request": answered(402, "/v1/"),
    "clock too far": answered(400, "/advance", "two intervals"),
    "customer gone": told("customer.deleted"),
}
"""What must come up among the lives of one run."""


RICHER: dict[str, Callable[[Life], bool]] = {
    "on trial": subscriptions(lambda row: row["status"] == "trialing"),
    "paused for want of a card": told("customer.subscription.paused"),
    "resumed": told("customer.subscription.resumed"),
    "left classic billing": subscriptions(lambda row: bool(row["billing_mode"].get("updated_at"))),
    "month and year": subscriptions(lambda row: len({item["current_period_end"] for item in row["items"]}) > 1),
    "collection paused": subscriptions(lambda row: row.get("pause_collection") is not None),
    "sent": told("invoice.sent"),
    "phases": told("subscription_schedule.updated"),
    "released": told("subscription_schedule.released"),
    "accepted": told("quote.accepted"),
    "bought on a page": told("checkout.session.completed"),
    "left the page": told("checkout.session.expired"),
    "update given up": told("customer.subscription.pending_update_expired"),
    "credited": told("credit_note.created"),
    "credited no more": told("credit_note.voided"),
    "refunded": told("charge.refunded"),
    "corrected": told("invoice.updated", lambda row: row["status"] == "draft" and len(row["lines"]["data"]) > 1),
    "taxed by itself": invoices(lambda row: row["automatic_tax"]["enabled"] and row["total_taxes"]),
    "threshold": invoices(lambda row: row["billing_reason"] == "subscription_threshold"),
    "authenticated": told("payment_intent.requires_action"),
    "debited": told("payment_intent.processing"),
    "clock taken away": told("test_helpers.test_clock.deleted"),
    "upcoming": told("invoice.upcoming"),
}
"""What must come up in the varied life."""


def test_the_eventful_life_has_it_all() -> None:
    """The lives that every law is tried on contain every deed of the lists."""
    life = Life().live(EVENTFUL)
    assert not [name for name, holds in DEEDS.items() if not holds(life)]
    life = Life().live(VARIED)
    assert not [name for name, holds in RICHER.items() if not holds(life)]


def test_random_lives_are_eventful_too() -> None:
    """The random lives of one run contain most deeds, and get mostly answers that are no refusals."""
    seen: Counter[str] = Counter()
    answers: Counter[bool] = Counter()

    @given(lives())
    def live(commands: list[Command]) -> None:
        """Note what happened in a life."""
        life = Life().live(commands)
        seen.update(name for name, holds in DEEDS.items() if holds(life))
        answers.update(answer.status < 400 for answer in life.answers)

    live()
    assert len(seen) > 0.75 * len(DEEDS)
    assert answers[True] > 3 * answers[False]


@pytest.mark.parametrize("name", [*DEEDS, *RICHER])
def test_a_deed_is_not_seen_where_there_is_none(name: str) -> None:
    """No deed is seen in an account without a history."""
    assert not {**DEEDS, **RICHER}[name](Life())
