"""Billing thresholds: invoices in the middle of a period."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Metered

VOLUME = {
    "billing_scheme": "tiered",
    "tiers_mode": "volume",
    "tiers": [{"up_to": 10_000, "unit_amount": 50}, {"up_to": "inf", "unit_amount": 40}],
}


def anew(amount: int) -> dict[str, Any]:
    """A threshold that begins the period anew."""
    return {"amount_gte": amount, "reset_billing_cycle_anchor": True}


def test_an_amount_is_reached_again_and_again_and_tiers_go_on() -> None:
    """The documented example: 0.50 up to 10,000 calls, else 0.40, and a threshold of 5,000 dollars."""
    tale = Metered()
    made = tale.subscribe(tale.calls(**VOLUME), billing_thresholds={"amount_gte": 500_000})
    assert made["billing_thresholds"] == {"amount_gte": 500_000, "reset_billing_cycle_anchor": False}
    tale.go(DAY)
    tale.told()
    tale.use(9_999)  # 4,999.50
    assert tale.told() == []
    tale.use(1)
    assert tale.told() == ["invoice.created", "customer.subscription.updated"]
    first = tale.invoices()[0]
    assert (first["billing_reason"], first["threshold_reason"]) == (
        "subscription_threshold",
        {"amount_gte": 500_000, "item_reasons": []},
    )
    assert tale.bill() == ("draft", [("10000 \u00d7 Calls (Tier 1 at $0.50 / month)", 500_000)])
    tale.use(100)  # in the hour of grace: not on this invoice [documented]
    tale.go(2 * DAY)
    assert tale.bill()[0] == "paid"
    assert tale.invoices()[0]["total"] == 500_000
    tale.use(14_899)  # 24,999 x 0.40 - 5,000 = 4,999.60
    assert len(tale.invoices()) == 1
    tale.use(1)  # 25,000 x 0.40 - 5,000 = 5,000
    lines = [("25000 \u00d7 Calls (Tier 2 at $0.40 / month)", 1_000_000), ("Calls: amount previously billed", -500_000)]
    assert tale.bill() == ("draft", lines)
    tale.go(5 * DAY)
    tale.use(1_000)
    tale.go(MONTH + HOUR)
    assert tale.invoices()[0]["billing_reason"] == "subscription_cycle"
    assert tale.invoices()[0]["total"] == 40_000  # 26,000 x 0.40 - 10,000
    tale.go(MONTH + 31 * DAY + HOUR)
    assert tale.invoices()[0]["total"] == 0  # a new period owes nothing to the old one


def test_an_anchor_that_is_reset_ends_the_period() -> None:
    """As if it had run its course: usage until now, and the licensed price of a whole new period. [documented]"""
    tale = Metered()
    gold, calls = tale.price(1000), tale.calls(unit_amount=2)
    terms = {"amount_gte": 5000, "reset_billing_cycle_anchor": True}
    tale.subscribe(gold, items=[{"price": gold}, {"price": calls}], billing_thresholds=terms)
    tale.go(3 * DAY)
    tale.use(1_999)  # 10.00 + 39.98
    assert len(tale.invoices()) == 1
    tale.use(1)
    tale.use(5)  # in the same second: still of the old period
    assert tale.period() == (3 * DAY, 31 * DAY)  # from 3 February to 3 March
    assert tale.now()["billing_cycle_anchor"] == NOW + 3 * DAY
    tale.go(4 * DAY)
    lines = [("1 \u00d7 Gold (at $10.00 / month)", 1000), ("2005 \u00d7 Calls (at $0.02 / month)", 4010)]
    assert tale.bill() == ("paid", lines)
    tale.use(10)
    tale.go(31 * DAY + HOUR)
    assert tale.bill()[1][1] == ("10 \u00d7 Calls (at $0.02 / month)", 20)


def test_so_many_units_of_an_item_are_invoiced() -> None:
    """The reason names the lines of the item; units count from the last threshold invoice."""
    tale = Metered()
    calls = tale.calls(unit_amount=2)
    tale.subscribe(calls, items=[{"price": calls, "billing_thresholds": {"usage_gte": 100}}])
    assert tale.now()["items"]["data"][0]["billing_thresholds"] == {"usage_gte": 100}
    tale.use(100)
    first = tale.invoices()[0]
    reason = {"line_item_ids": [first["lines"]["data"][0]["id"]], "usage_gte": 100}
    assert first["threshold_reason"] == {"amount_gte": None, "item_reasons": [reason]}
    tale.use(99)
    assert len(tale.invoices()) == 1
    tale.use(1)
    assert [row["total"] for row in tale.invoices()] == [200, 200]


@pytest.mark.parametrize(
    "terms, after",
    [
        ({"trial_period_days": 10}, 0),  # never on trial [documented]
        ({}, MONTH - DAY),  # not within a day of the period's end [documented]
    ],
)
def test_some_times_are_left_out(terms: dict[str, Any], after: int) -> None:
    """Usage is then billed with the period."""
    tale = Metered()
    tale.subscribe(tale.calls(unit_amount=2), billing_thresholds={"amount_gte": 100}, **terms)
    known = len(tale.invoices())
    if after:
        tale.go(after)
    tale.use(1_000)
    assert len(tale.invoices()) == known


def test_a_discount_puts_the_threshold_off() -> None:
    """What counts is after discounts. [documented]"""
    tale = Metered()
    half = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    discounts = [{"coupon": half}]
    tale.subscribe(tale.calls(unit_amount=2), billing_thresholds={"amount_gte": 100}, discounts=discounts)
    tale.use(99)  # 1.98 less half
    assert tale.invoices() == []
    tale.use(1)
    assert tale.invoices()[0]["total"] == 100


def test_a_discount_is_had_once() -> None:
    """Half of 0.02 a call: what was billed before comes off as it was billed, less half. [inferred]"""
    tale = Metered()
    half = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    discounts = [{"coupon": half}]
    tale.subscribe(tale.calls(unit_amount=2), billing_thresholds={"amount_gte": 100}, discounts=discounts)
    for calls in (100, 150, 60):  # 1.00; (5.00 - 2.00) / 2 = 1.50; (6.20 - 5.00) / 2 = 0.60 waits for the period's end
        tale.use(calls)
    assert [row["total"] for row in tale.invoices()] == [150, 100]
    tale.go(MONTH + HOUR)
    assert [row["total"] for row in tale.invoices()] == [60, 150, 100]  # in all half of 310 x 0.02


def test_an_amount_off_covers_no_more_than_is_left() -> None:
    """2.00 off each invoice, of what comes on top of what was billed. [inferred]"""
    tale = Metered()
    off = tale.stripe.post("/v1/coupons", {"amount_off": 200, "currency": "usd", "duration": "forever"})["id"]
    terms: dict[str, Any] = {"billing_thresholds": {"amount_gte": 300}, "discounts": [{"coupon": off}]}
    tale.subscribe(tale.calls(unit_amount=2), **terms)
    tale.use(250)  # 5.00 - 2.00
    tale.use(50)
    tale.go(MONTH + HOUR)
    newest = tale.invoices()[0]  # 6.00 - 5.00, of which 2.00 off leaves nothing
    assert (newest["subtotal"], newest["total"], newest["total_discount_amounts"][0]["amount"]) == (100, 0, 100)
    assert tale.stripe.get(f"/v1/customers/{tale.customer}")["balance"] == 0


def test_credits_put_the_threshold_off_and_are_spent_once() -> None:
    """What counts is after billing credits, and they pay for nothing that was billed before. [documented]"""
    tale = Metered()
    terms = {"amount": {"type": "monetary", "monetary": {"currency": "usd", "value": 300}}, "category": "paid"}
    scope = {"applicability_config": {"scope": {"price_type": "metered"}}}
    tale.stripe.post("/v1/billing/credit_grants", {"customer": tale.customer, **terms, **scope})
    tale.subscribe(tale.calls(unit_amount=2), billing_thresholds={"amount_gte": 200})
    tale.use(249)  # 4.98 - 3.00
    assert tale.invoices() == []
    tale.use(1)  # 5.00 - 3.00
    assert tale.invoices()[0]["total"] == 200
    tale.go(2 * HOUR)
    tale.use(99)  # 6.98 - 5.00
    assert len(tale.invoices()) == 1
    tale.use(1)  # 7.00 - 5.00, and no credits are left
    assert [row["total"] for row in tale.invoices()] == [200, 200]


def test_an_amount_must_exceed_flat_fees_and_can_be_taken_away() -> None:
    """3.00 that calls cost without usage would reach it at once; 10.00 of a licensed item do not count. [documented]"""
    tale = Metered()
    tiers = [{"up_to": "inf", "unit_amount": 2, "flat_amount": 300}]
    gold, calls = tale.price(1000), tale.calls(billing_scheme="tiered", tiers_mode="graduated", tiers=tiers)
    body = {"customer": tale.customer, "items": [{"price": gold}, {"price": calls}]}
    for amount, why in ((300, "greater than the sum"), (49, "greater than or equal to 50")):
        asked = {**body, "billing_thresholds": {"amount_gte": amount}}
        status, error = tale.stripe.refused("POST", "/v1/subscriptions", asked)
        assert (status, error["param"]) == (400, "billing_thresholds[amount_gte]")
        assert why in error["message"]
    tale.subscribe(gold, items=body["items"], billing_thresholds={"amount_gte": 900})
    assert tale.change(billing_thresholds="")["billing_thresholds"] is None
    tale.use(1_000)
    assert len(tale.invoices()) == 1


def test_an_amount_is_held_against_the_items_as_they_will_be() -> None:
    """A lower threshold may come with a lower price; an item of its own may not make it too low.

    An anchor that is reset bills licensed items anew, so they count.
    """
    tale = Metered()
    gold, bronze, calls = tale.price(1000), tale.price(400, name="Bronze"), tale.calls(unit_amount=2)
    items = [{"price": gold}, {"price": calls}]
    made = tale.subscribe(gold, items=items, billing_thresholds=anew(1100))
    item = next(row["id"] for row in made["items"]["data"] if row["price"]["id"] == gold)
    tale.change(items=[{"id": item, "price": bronze}], billing_thresholds=anew(500))
    known = tale.now()
    more = {"subscription": made["id"], "price": gold}
    for call in (("POST", f"/v1/subscription_items/{item}", {"quantity": 2}), ("POST", "/v1/subscription_items", more)):
        assert tale.stripe.refused(*call)[1]["param"] == "billing_thresholds[amount_gte]"
    assert tale.now() == known


def test_a_preview_refuses_what_the_threshold_forbids() -> None:
    """Two at 10.00 would reach the 11.00 at once, so the change is refused, and its preview with the same sentence."""
    tale = Metered()
    gold, calls = tale.price(1000), tale.calls(unit_amount=2)
    made = tale.subscribe(gold, items=[{"price": gold}, {"price": calls}], billing_thresholds=anew(1100))
    item = next(row["id"] for row in made["items"]["data"] if row["price"]["id"] == gold)
    items = [{"id": item, "quantity": 2}]
    preview = {"subscription": made["id"], "subscription_details": {"items": items}}
    before = tale.stripe.refused("POST", f"/v1/subscriptions/{made['id']}", {"items": items})[1]
    seen = tale.stripe.refused("POST", "/v1/invoices/create_preview", preview)[1]
    assert (seen["message"], seen["param"]) == (before["message"], "billing_thresholds[amount_gte]")
