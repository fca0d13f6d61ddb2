"""Trials: what they cost, when they are told of, and how they end."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.tale import CARD, DAY, HOUR, Tale


def test_a_trial_costs_nothing_and_its_end_is_where_periods_are_counted_from() -> None:
    """The first invoice says what is free and is paid without an attempt. [recorded]"""
    tale = Tale()
    subscription = tale.subscribe(tale.price(1000), trial_period_days=15)
    end = NOW + 15 * DAY
    assert subscription["status"] == "trialing"
    assert (subscription["trial_start"], subscription["trial_end"]) == (NOW, end)
    assert subscription["billing_cycle_anchor"] == end
    assert tale.period() == (0, 15 * DAY)
    assert tale.bill() == ("paid", [("Free trial for 1 \u00d7 Gold", 0)])
    line = tale.invoices()[0]["lines"]["data"][0]
    assert (line["pricing"]["unit_amount_decimal"], line["period"]) == ("0", {"start": NOW, "end": end})


def test_the_end_is_told_of_three_days_before_and_then_billed() -> None:
    """At the end there is a draft and an active subscription, an hour later the money."""
    tale = Tale()
    tale.subscribe(tale.price(1000), trial_period_days=15)
    tale.told()
    tale.go(12 * DAY)
    assert tale.told() == ["invoice.upcoming", "customer.subscription.trial_will_end"]  # seven days before, and three
    tale.go(15 * DAY)
    assert tale.told() == ["invoice.created", "customer.subscription.updated"]
    assert tale.now()["status"] == "active"
    tale.go(15 * DAY + HOUR)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $10.00 / month)", 1000)])


def test_a_short_trial_is_told_of_at_once() -> None:
    """Less than three days leave no time to wait."""
    tale = Tale()
    tale.subscribe(tale.price(1000), trial_period_days=2)
    assert tale.told()[-1] == "customer.subscription.trial_will_end"
    tale.go(DAY)
    assert tale.told() == []


@pytest.mark.parametrize(
    "behavior, status, told",
    [
        ("cancel", "canceled", ["customer.subscription.deleted"]),
        ("pause", "paused", ["customer.subscription.updated", "customer.subscription.paused"]),
        ("create_invoice", "active", ["invoice.created", "customer.subscription.updated"]),
    ],
)
def test_an_end_without_a_payment_method_goes_as_the_settings_say(behavior: str, status: str, told: list[str]) -> None:
    """Each behavior has its own state and its own events."""
    tale = Tale(name="Ada")
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    tale.subscribe(tale.price(1000), trial_period_days=10, trial_settings=settings)
    tale.go(9 * DAY)
    tale.told()
    tale.go(10 * DAY)
    assert tale.told() == told
    after = tale.now()
    assert after["status"] == status
    reason = after.get("status_details", {}).get("paused", {}).get("subscription", {}).get("type")
    assert reason == ("trial_end_without_payment_method" if behavior == "pause" else None)


def test_ending_a_trial_bills_at_once_and_counts_periods_from_now() -> None:
    """`trial_end=now` makes an invoice in the request, and nobody waits for an hour."""
    tale = Tale()
    tale.subscribe(tale.price(1000), trial_period_days=10)
    tale.go(4 * DAY)
    ended = tale.change(trial_end="now")
    assert (ended["status"], ended["trial_end"], ended["billing_cycle_anchor"]) == ("active", *[NOW + 4 * DAY] * 2)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $10.00 / month)", 1000)])


def test_a_trial_in_the_middle_of_a_period_gives_back_what_was_paid() -> None:
    """31 January to 28 February are 28 days; after 7 of them three quarters of 28.00 are left: 21.00."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.go(7 * DAY)
    on_trial = tale.change(trial_end=NOW + 20 * DAY)
    assert (on_trial["status"], on_trial["billing_cycle_anchor"]) == ("trialing", NOW + 20 * DAY)
    assert tale.bill() == (
        "paid",
        [("Unused time on Gold after 07 Feb 2027", -2100), ("Free trial for 1 \u00d7 Gold", 0)],
    )
    assert tale.stripe.get(f"/v1/customers/{tale.customer}")["balance"] == -2100


PAST = "The parameter `trial_end` expects a unix timestamp representing a date and time in the future."


@pytest.mark.parametrize(
    "terms, message",
    [
        (
            {"trial_end": NOW - 1},
            f"{PAST} You specified the value `{NOW - 1}` which is in the past.",
        ),
        (
            {"trial_period_days": 3, "trial_from_plan": True},
            "You cannot set `trial_end` or `trial_period_days` when `trial_from_plan=true`.",
        ),
        ({"trial_end": NOW + 2000 * DAY}, "Invalid timestamp: can be no more than five years in the future."),
        ({"trial_end": NOW + 731 * DAY}, "The maximum number of trial period days is 730 (2 years)."),
        ({"trial_period_days": 731}, "The maximum number of trial period days is 730 (2 years)."),
    ],
)
def test_an_impossible_trial_is_refused(terms: dict[str, Any], message: str) -> None:
    """And no subscription is made."""
    stripe = Client()
    ada = stripe.post("/v1/customers", CARD)["id"]
    price = {
        "currency": "usd",
        "unit_amount": 500,
        "product_data": {"name": "Gold"},
        "recurring": {"interval": "month"},
    }
    items = [{"price": stripe.post("/v1/prices", price)["id"]}]
    status, error = stripe.refused("POST", "/v1/subscriptions", {"customer": ada, "items": items, **terms})
    assert (status, error["message"]) == (400, message)
    assert stripe.get("/v1/subscriptions")["data"] == []


def test_a_trial_can_ask_for_a_payment_method() -> None:
    """With `default_incomplete` a setup intent waits; once it has succeeded its method pays when the trial ends."""
    tale = Tale(name="Ada")
    made = tale.subscribe(tale.price(1000), trial_period_days=10, payment_behavior="default_incomplete")
    path = f"/v1/setup_intents/{made['pending_setup_intent']}"
    assert (made["status"], tale.stripe.get(path)["status"]) == ("trialing", "requires_payment_method")
    tale.stripe.post(f"{path}/confirm", {"payment_method": "pm_card_visa"})
    asked = tale.now()
    assert (asked["pending_setup_intent"], asked["default_payment_method"] is None) == (None, False)
    tale.go(10 * DAY + HOUR)
    assert tale.bill()[0] == "paid"


def test_a_change_may_bring_the_trial_of_its_price_along() -> None:
    """Half of 28.00 comes back, and 14 days are free. [documented]"""
    tale = Tale()
    made = tale.subscribe(tale.price(2800))
    tale.go(14 * DAY)
    terms = {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Trial"}}
    recurring = {"interval": "month", "trial_period_days": 14}
    price = tale.stripe.post("/v1/prices", {**terms, "recurring": recurring})["id"]
    items = [{"id": made["items"]["data"][0]["id"], "price": price}]
    both = {"items": items, "trial_from_plan": True, "trial_end": NOW + 20 * DAY}
    assert tale.stripe.refused("POST", tale.path, both)[0] == 400
    changed = tale.change(items=items, trial_from_plan=True)
    assert (changed["status"], changed["trial_end"]) == ("trialing", NOW + 28 * DAY)
    lines = [("Unused time on Gold after 14 Feb 2027", -1400), ("Free trial for 1 \u00d7 Trial", 0)]
    assert tale.bill() == ("paid", lines)


def test_a_trial_that_is_ended_at_once_is_told_of() -> None:
    """Ten days early there was no warning yet; three days before its end there was. [documented]"""
    for day, before in ((5, 0), (13, 1)):
        tale = Tale()
        tale.subscribe(tale.price(1000), trial_period_days=15)
        tale.go(day * DAY)
        assert tale.told().count("customer.subscription.trial_will_end") == before
        tale.change(trial_end="now")
        assert tale.told().count("customer.subscription.trial_will_end") == 1 - before


def test_what_is_added_on_trial_is_on_an_invoice_of_nothing() -> None:
    """And what was there is not billed again. [documented of flexible mode]"""
    tale = Tale()
    tale.subscribe(tale.price(1000), trial_period_days=15)
    tale.go(5 * DAY)
    changed = tale.change(items=[{"price": tale.price(500, name="Plus")}])
    assert tale.bill() == ("paid", [("Free trial for 1 \u00d7 Plus", 0)])
    assert (changed["status"], changed["latest_invoice"]) == ("trialing", tale.invoices()[0]["id"])
    tale.go(15 * DAY + HOUR)
    assert sum(amount for _, amount in tale.bill()[1]) == 1500


def test_what_is_paused_changes_without_prorations_and_takes_no_trial() -> None:
    """Long after the period of the trial is over. [documented]"""
    tale = Tale(email="ada@example.com")
    pauses = {"end_behavior": {"missing_payment_method": "pause"}}
    made = tale.subscribe(tale.price(1000), trial_period_days=15, trial_settings=pauses)
    tale.go(30 * DAY)
    assert tale.now()["status"] == "paused"
    item = made["items"]["data"][0]["id"]
    changed = tale.change(items=[{"id": item, "quantity": 4}], proration_behavior="always_invoice")
    assert (changed["quantity"], len(tale.invoices())) == (4, 1)
    assert tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer})["data"] == []
    status, error = tale.stripe.refused("POST", tale.path, {"trial_end": NOW + 40 * DAY})
    assert (status, error["param"]) == (400, "trial_end")
