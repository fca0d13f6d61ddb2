"""Thresholds and alerts where usage is not there at once: delayed, stamped ahead, or recorded item by item."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import NOW
from tests.resources.tale import DAY, HOUR
from tests.usage.metered import Metered
from tests.usage.recorded import Recorded

PERIOD = 28 * DAY


def test_a_threshold_is_looked_at_when_usage_becomes_visible() -> None:
    """120 calls at a cent, 100 reach the threshold; with a lag of a minute it is reached a minute later, and once."""
    tale = Metered()
    tale.control("usage_settings", lag_seconds=60)
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 100})
    tale.use(70)
    tale.go(30)
    tale.use(50)
    tale.go(89)
    assert tale.invoices() == []  # 70 are known
    tale.go(90)
    assert [(row["billing_reason"], row["total"]) for row in tale.invoices()] == [("subscription_threshold", 120)]
    assert tale.invoices()[0]["created"] == NOW + 90
    tale.go(PERIOD + 2 * HOUR)
    assert [row["total"] for row in tale.invoices()] == [0, 120]  # 120 less the 120 that were billed


def test_one_leap_over_the_lag_is_the_same_as_many_steps() -> None:
    """The threshold's invoice is of the moment its usage became visible, however far the clock is turned."""
    tale = Metered()
    tale.control("usage_settings", lag_seconds=60)
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 100})
    tale.use(120)
    tale.go(5 * DAY)
    assert [(row["created"] - NOW, row["status"], row["total"]) for row in tale.invoices()] == [(60, "paid", 120)]


def test_usage_becomes_visible_by_the_accounts_time_too() -> None:
    """The customer's clock stands still, and the account's goes on for a minute."""
    tale = Metered()
    tale.control("usage_settings", lag_seconds=60)
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 100})
    tale.use(120)
    tale.turn(59)
    assert tale.invoices() == []
    tale.turn(60)
    assert [row["total"] for row in tale.invoices()] == [120]


def test_usage_that_is_taken_back_before_it_is_visible_reaches_nothing() -> None:
    """100 sent and canceled within the lag; then 99 are not enough."""
    tale = Metered()
    tale.control("usage_settings", lag_seconds=60)
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 100})
    tale.use(100, identifier="wrong")
    cancel = {"event_name": "calls", "type": "cancel", "cancel": {"identifier": "wrong"}}
    tale.stripe.post("/v1/billing/meter_event_adjustments", cancel)
    tale.use(99)
    tale.go(2 * HOUR)
    assert tale.invoices() == []


def test_an_alert_waits_for_its_usage_to_be_visible() -> None:
    """100 calls half a minute late: the alert's event is of that second, and needs no further usage."""
    tale = Metered(on_clock=False)
    tale.control("usage_settings", lag_seconds=30)
    threshold = {"gte": 100, "meter": tale.meter, "recurrence": "one_time"}
    tale.stripe.post(
        "/v1/billing/alerts", {"alert_type": "usage_threshold", "title": "Many", "usage_threshold": threshold}
    )
    tale.told()
    tale.use(100)
    tale.turn(29)
    assert tale.told() == []
    tale.turn(30)
    assert tale.told() == ["billing.alert.triggered"]
    tale.turn(HOUR)
    assert tale.told() == []


def test_usage_stamped_ahead_reaches_a_threshold_when_its_moment_comes() -> None:
    """100 calls stamped four minutes ahead, which no invoice of now could hold."""
    tale = Metered()
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 100})
    tale.use(100, at=240)
    tale.go(239)
    assert tale.invoices() == []
    tale.go(240)
    assert tale.lines() == [("100", 100)]


def test_usage_stamped_ahead_of_its_delay_reaches_a_threshold_too() -> None:
    """Aggregated a minute from now and stamped four minutes ahead: the later of the two."""
    tale = Metered()
    tale.control("usage_settings", lag_seconds=60)
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 100})
    tale.use(100, at=240)
    tale.go(HOUR)
    assert [row["created"] - NOW for row in tale.invoices()] == [240]


@pytest.mark.parametrize(
    "terms, own, values",
    [
        ({"billing_thresholds": {"amount_gte": 150}}, {}, ("0.5", "0.4", "0.1")),  # 1.50, 1.20 more, 1.50 more
        ({}, {"billing_thresholds": {"usage_gte": 2}}, ("2.5", "1.8", "0.2")),  # 1.8 more, 2 more
    ],
)
def test_parts_of_a_unit_reach_a_threshold(terms: dict[str, Any], own: dict[str, Any], values: tuple[str, ...]) -> None:
    """3.00 a unit. What comes second is not enough, and with the third it is."""
    tale = Metered()
    tale.subscribe("", items=[{"price": tale.metered(unit_amount=300), **own}], **terms)
    for value, invoices in zip(values, (1, 1, 2), strict=True):
        tale.use(value)
        assert len(tale.invoices()) == invoices


def test_recorded_usage_reaches_thresholds_too() -> None:
    """Two cents a call: 49 are 0.98, 1 more makes 1.00; the period's end bills what came after, 10 calls, 0.20."""
    tale = Recorded()
    tale.subscribe(tale.recorded(unit_amount=2), billing_thresholds={"amount_gte": 100})
    known = len(tale.invoices())  # classic mode's first, of nothing
    assert tale.record(49)[0] == 200
    assert len(tale.invoices()) == known
    assert tale.record(1)[0] == 200
    first = tale.invoices()[0]
    assert (first["billing_reason"], first["total"]) == ("subscription_threshold", 100)
    tale.go(2 * HOUR)
    assert tale.invoices()[0]["status"] == "paid"
    tale.record(10)
    tale.go(PERIOD + 2 * HOUR)
    assert [row["total"] for row in tale.invoices()][:2] == [20, 100]
    assert tale.totals()[1:] == [(True, 60), (True, 50)]


def test_what_a_threshold_billed_comes_off_once() -> None:
    """60 calls of the first second are billed; a new anchor in it gives them back, as its period bills all 90."""
    tale = Metered()
    tale.subscribe(tale.metered(), billing_thresholds={"amount_gte": 60})
    tale.use(60)
    tale.change(billing_cycle_anchor={"type": "now"}, billing_thresholds="")
    tale.use(30)
    tale.go(PERIOD + 2 * HOUR)
    assert sum(invoice["total"] for invoice in tale.invoices()) == 90


def test_a_threshold_that_begins_the_period_anew_keeps_its_second() -> None:
    """12 records reach it and 1 more comes in its second: both are of the period that ended, on its invoice alone."""
    tale = Recorded()
    terms = {"amount_gte": 1000, "reset_billing_cycle_anchor": True}
    tale.subscribe(tale.recorded(unit_amount=100), billing_thresholds=terms)
    tale.go(DAY)
    tale.record(12)
    tale.record(1)
    assert (tale.period(), tale.totals()) == ((DAY, 29 * DAY), [(False, 0), (True, 13)])  # from 1 February to 1 March
    tale.go(29 * DAY + 2 * HOUR)
    assert [row["total"] for row in tale.invoices()] == [0, 1300, 0]
    assert tale.totals() == [(False, 0), (True, 0), (True, 13)]


def test_so_many_recorded_units_of_an_item_are_invoiced() -> None:
    """100 units; the reason names the item's line."""
    tale = Recorded()
    tale.subscribe("", items=[{"price": tale.recorded(), "billing_thresholds": {"usage_gte": 100}}])
    tale.record(99)
    known = len(tale.invoices())
    tale.record(1)
    first = tale.invoices()[0]
    assert len(tale.invoices()) == known + 1
    reason = {"line_item_ids": [first["lines"]["data"][0]["id"]], "usage_gte": 100}
    assert first["threshold_reason"] == {"amount_gte": None, "item_reasons": [reason]}


@pytest.mark.parametrize("terms", [{"billing_thresholds": {"amount_gte": 100}}, {}])
def test_usage_is_not_set_where_a_threshold_may_have_billed_it(terms: dict[str, Any]) -> None:
    """With thresholds records only add. [documented]"""
    tale = Recorded()
    tale.subscribe(tale.recorded(), **terms)
    status, body = tale.record(5, "set")
    assert status == (400 if terms else 200)
    assert not terms or body["error"]["param"] == "action"
    assert tale.totals()[0] == (False, 0 if terms else 5)
