"""Subscriptions that are said to have begun before now: with trials, without prorations, with discounts over since."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, MONTH, Metered, Tale

SINCE = NOW - 40 * DAY
"""22 December 2026."""


def lines(invoice: Any) -> list[tuple[int, int, int]]:
    """What the lines of an invoice cost, and from which day to which they are."""
    rows = [(line["amount"], line["period"]) for line in invoice["lines"]["data"]]
    return [(cents, (period["start"] - NOW) // DAY, (period["end"] - NOW) // DAY) for cents, period in rows]


def test_the_time_before_a_trial_is_billed() -> None:
    """31.00 a month: since 22 December, by months that end on the 10th: 19 of 31 days, then 21 of 31. [documented]"""
    tale = Tale()
    terms = {"backdate_start_date": SINCE, "trial_period_days": 10}
    price = tale.price(3100)
    details = {"items": [{"price": price}], "start_date": SINCE, "trial_end": NOW + 10 * DAY}
    seen = tale.stripe.post("/v1/invoices/create_preview", {"customer": tale.customer, "subscription_details": details})
    made = tale.subscribe(price, **terms)
    bill = tale.invoices()[0]
    assert lines(bill) == lines(seen) == [(1900, -40, -21), (2100, -21, 0), (0, 0, 10)]
    assert (made["status"], made["start_date"], made["trial_start"]) == ("trialing", SINCE, NOW)
    assert (bill["status"], bill["total"], tale.period()) == ("paid", 4000, (0, 10 * DAY))
    tale.go(10 * DAY)
    assert lines(tale.invoices()[0]) == [(3100, 10, 38)]


def test_in_classic_mode_it_is_one_line() -> None:
    """A month from 22 December and 9 of the 31 days after it: 31.00 + 9.00."""
    tale = Tale()
    terms = {"backdate_start_date": SINCE, "trial_period_days": 10, "billing_mode": {"type": "classic"}}
    assert tale.subscribe(tale.price(3100), **terms)["status"] == "trialing"
    assert lines(tale.invoices()[0]) == [(4000, -40, 0), (0, 0, 10)]


def test_a_trial_that_nobody_paid_the_past_of_is_incomplete() -> None:
    """Until the first invoice is paid; then it goes on."""
    tale = Tale()
    terms = {"backdate_start_date": SINCE, "trial_period_days": 10, "payment_behavior": "default_incomplete"}
    made = tale.subscribe(tale.price(3100), **terms)
    assert made["status"] == "incomplete"
    tale.stripe.post(f"/v1/invoices/{made['latest_invoice']}/pay")
    assert tale.now()["status"] == "trialing"


def test_what_was_used_before_a_trial_is_billed_and_on_it_is_free() -> None:
    """30 calls at 0.10 yesterday, 50 on trial. In classic mode nobody tells what becomes of the first."""
    tale = Metered()
    tale.use(30)
    tale.go(DAY)
    calls = {"items": [{"price": tale.calls(unit_amount=10)}], "customer": tale.customer, "trial_period_days": 10}
    tale.stripe.post("/v1/subscriptions", {**calls, "backdate_start_date": NOW})
    tale.use(50)
    assert [invoice["total"] for invoice in tale.invoices()] == [300]
    tale.go(11 * DAY)
    assert [invoice["total"] for invoice in tale.invoices()] == [0, 300]
    classic = {**calls, "backdate_start_date": NOW + DAY, "billing_mode": {"type": "classic"}}
    assert tale.stripe.refused("POST", "/v1/subscriptions", classic)[0] == 501


@pytest.mark.parametrize("trial", [{}, {"trial_period_days": 10}])
def test_without_prorations_the_past_is_free(trial: dict[str, int]) -> None:
    """It says since when it has been there, and bills nothing but what begins from now on. [documented]"""
    tale = Tale()
    terms = {"backdate_start_date": SINCE, "proration_behavior": "none", **trial}
    made = tale.subscribe(tale.price(3100), **terms)
    assert made["start_date"] == SINCE
    assert [lines(invoice) for invoice in tale.invoices()] == ([[(0, 0, 10)]] if trial else [])
    end = 10 if trial else 22  # the month since 22 January, or the trial
    tale.go(end * DAY)
    assert lines(tale.invoices()[0]) == [(3100, end, end + 28)]


def test_a_period_that_begins_just_now_is_no_past() -> None:
    """Backdated by a whole month the next one begins now, and is billed."""
    tale = Tale()
    tale.subscribe(tale.price(3100), backdate_start_date=NOW - 31 * DAY, proration_behavior="none")
    assert lines(tale.invoices()[0]) == [(3100, 0, 28)]


def test_a_configured_anchor_does_not_go_with_it() -> None:
    """Nor does a start that lies ahead, in Stripe's words for it. [second-hand]"""
    tale = Tale()
    body = {"customer": tale.customer, "items": [{"price": tale.price(1000)}]}
    both = {**body, "backdate_start_date": SINCE, "billing_cycle_anchor_config": {"day_of_month": 5}}
    assert tale.stripe.refused("POST", "/v1/subscriptions", both)[1]["param"] == "backdate_start_date"
    ahead = tale.stripe.refused("POST", "/v1/subscriptions", {**body, "backdate_start_date": NOW + DAY})[1]
    assert ahead["message"] == "The backdated subscription start date must be in the past."


def test_months_that_are_over_count_for_the_periods_they_were_in() -> None:
    """Half off for the month from 22 December: 15.50 for it, 31.00 for the one that runs, and nothing is left of it."""
    tale = Tale()
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "repeating", "duration_in_months": 1})
    made = tale.subscribe(tale.price(3100), backdate_start_date=SINCE, discounts=[{"coupon": coupon["id"]}])
    bill = tale.invoices()[0]
    assert [line["discount_amounts"][0]["amount"] if line["discounts"] else 0 for line in bill["lines"]["data"]] == [
        1550,
        0,
    ]
    assert (bill["total"], made["discounts"]) == (4650, [])
    tale.go(22 * DAY)
    assert tale.invoices()[0]["total"] == 3100


def test_after_a_trial_the_time_until_an_anchor_may_be_free() -> None:
    """A trial of ten days, an anchor on the twentieth, no prorations: no invoice between them. [documented]"""
    tale = Tale()
    terms = {"trial_period_days": 10, "billing_cycle_anchor": NOW + 20 * DAY, "proration_behavior": "none"}
    made = tale.subscribe(tale.price(3100), **terms)
    seen = tale.stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})
    tale.told()
    tale.go(10 * DAY)
    assert (tale.now()["status"], tale.period()) == ("active", (10 * DAY, 20 * DAY))
    assert [event for event in tale.told() if event.startswith(("invoice.c", "customer.sub"))] == [
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
    ]
    tale.go(20 * DAY)
    assert lines(tale.invoices()[0]) == lines(seen) == [(3100, 20, 20 + 28)]
    assert [invoice["total"] for invoice in tale.invoices()] == [3100, 0]


def test_a_preview_may_begin_ahead() -> None:
    """`start_date` can lie in the future: the month from 5 February. [documented]"""
    tale = Tale()
    details = {"items": [{"price": tale.price(2800)}], "start_date": NOW + 5 * DAY}
    seen = tale.stripe.post("/v1/invoices/create_preview", {"customer": tale.customer, "subscription_details": details})
    assert lines(seen) == [(2800, 5, 5 + MONTH // DAY)]
