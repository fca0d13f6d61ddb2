"""`invoice.upcoming`: what is told before a renewal, when, and when not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.tale import DAY, HOUR, MONTH, Metered, Tale


def told_of(tale: Tale) -> list[Any]:
    """The upcoming invoices told of, oldest first."""
    page = tale.stripe.get("/v1/events", {"type": "invoice.upcoming", "limit": 100})
    return [event["data"]["object"] for event in reversed(page["data"])]


def settings(tale: Tale, days: int | None) -> None:
    """Set how many days ahead a renewal is told of."""
    body = json.dumps({"upcoming_days": days}).encode()
    tale.stripe.simulator.control.handle("POST", "/_pinstripe/billing_settings", tale.stripe.key, body)


def test_it_is_told_a_week_ahead_and_shows_what_is_then_billed() -> None:
    """It is a preview without an id. [documented]"""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 250, "description": "Extra"})
    tale.go(MONTH - 7 * DAY - 1)
    assert told_of(tale) == []
    tale.go(MONTH - 7 * DAY)
    (upcoming,) = told_of(tale)
    assert "id" not in upcoming
    assert (upcoming["billing_reason"], upcoming["created"], upcoming["amount_due"]) == ("upcoming", NOW + MONTH, 1250)
    assert len(tale.invoices()) == 1
    tale.go(MONTH + HOUR)
    billed = tale.invoices()[0]
    lines = [(line["description"], line["amount"], line["period"]) for line in billed["lines"]["data"]]
    assert lines == [(line["description"], line["amount"], line["period"]) for line in upcoming["lines"]["data"]]
    assert len(told_of(tale)) == 1
    tale.go(MONTH + 31 * DAY)  # 31 March
    assert [row["created"] for row in told_of(tale)] == [NOW + MONTH, NOW + MONTH + 31 * DAY]


@pytest.mark.parametrize(
    "terms, why",
    [
        ({"collection_method": "send_invoice", "days_until_due": 7}, "it is not charged by itself [documented]"),
        ({"cancel_at_period_end": True}, "there will be none"),
        ({"pause_collection": {"behavior": "void"}}, "collection is paused [documented]"),
    ],
)
def test_it_is_not_told_of_what_is_not_collected(terms: dict[str, Any], why: str) -> None:
    """No event where no invoice will be charged."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    tale.change(**terms)
    tale.go(MONTH - DAY)
    assert told_of(tale) == [], why


def test_the_last_usage_of_all_is_told_of() -> None:
    """A subscription that ends with its period still charges what was used, 300 x 0.02."""
    tale = Metered()
    tale.subscribe(tale.calls(unit_amount=2))
    tale.change(cancel_at_period_end=True)
    tale.use(300)
    tale.go(MONTH - DAY)
    assert [row["total"] for row in told_of(tale)] == [600]
    tale.go(MONTH + HOUR)
    assert [row["total"] for row in tale.invoices()] == [600]


def test_a_period_of_a_week_has_no_week_before_its_end() -> None:
    """Nothing is told in a period that is no longer than the days set. [inferred]"""
    tale = Tale()
    tale.subscribe(tale.price(1000, interval="week"))
    tale.go(14 * DAY)
    assert told_of(tale) == []


def test_the_days_are_a_setting() -> None:
    """Another number holds from now on, also for what exists; what should have been told by now is left."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    settings(tale, 3)
    tale.go(MONTH - 3 * DAY - 1)
    assert told_of(tale) == []
    tale.go(MONTH - 3 * DAY)
    assert len(told_of(tale)) == 1
    tale.go(MONTH + 20 * DAY)
    settings(tale, 15)
    tale.go(MONTH + 32 * DAY)
    assert len(told_of(tale)) == 1
    settings(tale, None)
    tale.go(MONTH + 70 * DAY)
    assert len(told_of(tale)) == 1


def test_a_trial_that_ends_is_told_of_like_any_renewal() -> None:
    """What is billed at its end is charged by itself. [documented]"""
    tale = Tale()
    tale.subscribe(tale.price(1000), trial_period_days=10)
    tale.go(3 * DAY)
    assert [row["amount_due"] for row in told_of(tale)] == [1000]


def test_a_trial_that_ends_without_an_invoice_has_none_to_tell_of() -> None:
    """Nobody has said how to pay, and the subscription is then canceled."""
    tale = Tale(email="ada@example.com")
    tale.subscribe(
        tale.price(1000), trial_period_days=10, trial_settings={"end_behavior": {"missing_payment_method": "cancel"}}
    )
    tale.go(10 * DAY + HOUR)
    assert (tale.now()["status"], told_of(tale)) == ("canceled", [])


def test_usage_so_far_is_in_it() -> None:
    """Metered lines are counted as of the day it is told."""
    tale = Metered()
    tale.subscribe(tale.calls(unit_amount=2))
    tale.use(300)
    tale.go(MONTH - DAY)
    assert [row["total"] for row in told_of(tale)] == [600]


def test_older_versions_tell_it_in_their_words() -> None:
    """Before basil an invoice names its subscription itself."""
    tale = Tale()
    tale.stripe = Client(tale.stripe.simulator, version="2023-10-16")
    tale.stripe.post("/v1/webhook_endpoints", {"url": "https://x.example", "enabled_events": ["*"]})
    control = tale.stripe.simulator.control.handle
    control("POST", "/_pinstripe/version", tale.stripe.key, b'{"api_version": "2023-10-16"}')
    made = tale.subscribe(tale.price(1000))
    tale.go(MONTH - DAY)
    (upcoming,) = told_of(tale)
    assert "id" not in upcoming
    assert upcoming["subscription"] == made["id"]


def test_a_week_that_begins_is_the_last_of_four() -> None:
    """Weeks of 1.00 beside four of 10.00: on 21 February the last week begins, and what 28 February bills shows."""
    tale = Tale()
    week = tale.price(100, interval="week")
    four = {"currency": "usd", "product_data": {"name": "Four"}, "recurring": {"interval": "week", "interval_count": 4}}
    long = tale.stripe.post("/v1/prices", {**four, "unit_amount": 1000})["id"]
    tale.subscribe(week, items=[{"price": long}, {"price": week}])
    tale.go(14 * DAY)
    assert told_of(tale) == []
    tale.go(MONTH - 7 * DAY)
    assert [(row["created"], row["amount_due"]) for row in told_of(tale)] == [(NOW + MONTH, 1100)]
    tale.go(MONTH + HOUR)
    assert len(told_of(tale)) == 1
