"""One leap of a clock is many small steps, also for trials, pauses, anchors, schedules, quotes and what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, MONTH, Tale


def on_trial(tale: Tale) -> None:
    """A trial that ends without a payment method, with its collection paused for a while."""
    tale.subscribe(tale.price(1000), trial_period_days=10)
    tale.change(pause_collection={"behavior": "void", "resumes_at": NOW + 20 * DAY})


def canceled(tale: Tale) -> None:
    """A cancellation in the second period, and an anchor ahead."""
    tale.subscribe(tale.price(3100), billing_cycle_anchor=NOW + 10 * DAY)
    tale.change(cancel_at=NOW + 25 * DAY)


def sent(tale: Tale) -> None:
    """Invoices that nobody pays, and items invoiced every week."""
    weekly = {"pending_invoice_item_interval": {"interval": "week"}}
    tale.subscribe(tale.price(1000), collection_method="send_invoice", days_until_due=7, **weekly)
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 900, "currency": "usd"})


def scheduled(tale: Tale) -> None:
    """Two phases that begin later."""
    phases = [
        {"items": [{"price": tale.price(1000)}], "end_date": NOW + 20 * DAY},
        {"items": [{"price": tale.price(2000)}], "duration": {"interval": "week", "interval_count": 2}},
    ]
    terms = {"customer": tale.customer, "start_date": NOW + 5 * DAY, "phases": phases, "end_behavior": "cancel"}
    tale.stripe.post("/v1/subscription_schedules", terms)


def resting(tale: Tale) -> None:
    """A resumption that nobody pays for, and a quote that expires."""
    tale.subscribe(tale.price(1000))
    tale.stripe.post(f"{tale.path}/pause")
    tale.stripe.post(f"{tale.path}/resume")
    items = [{"price": tale.price(500), "quantity": 1}]
    quote = {"customer": tale.customer, "line_items": items, "expires_at": NOW + 3 * DAY}
    tale.stripe.post(f"/v1/quotes/{tale.stripe.post('/v1/quotes', quote)['id']}/finalize")


@pytest.mark.parametrize("story", [on_trial, canceled, sent, scheduled, resting])
def test_one_leap_is_many_steps(story: Callable[[Tale], None]) -> None:
    """The same invoices, subscriptions, schedules and quotes, and the same events in the same order."""
    seen = []
    for days in (range(MONTH // DAY, MONTH // DAY + 1), range(1, MONTH // DAY + 1)):
        tale = Tale()
        story(tale)
        tale.told()
        told: list[str] = []
        for day in days:
            tale.go(day * DAY)
            told += tale.told()
        mine = {"customer": tale.customer}
        nouns = ("invoices", "subscription_schedules", "quotes")
        kept: list[Any] = [tale.stripe.get(f"/v1/{noun}", mine)["data"] for noun in nouns]
        kept.append(tale.stripe.get("/v1/subscriptions", {**mine, "status": "all"})["data"])
        seen.append((told, kept))
    assert seen[0] == seen[1]
