"""Schedules beside what is done by hand: phases that are split, extended, begun in the past, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale
from tests.resources.test_schedules import MONTHLY, scheduled

SCHEDULES = "/v1/subscription_schedules"


def around(tale: Tale) -> Any:
    """A schedule around the subscription that is there."""
    return tale.stripe.post(SCHEDULES, {"from_subscription": tale.now()["id"]})


def spans(tale: Tale, schedule: Any) -> list[tuple[int, int, list[int]]]:
    """The phases by now: from when to when in days, and how many of each item they sell."""
    phases = tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["phases"]
    return [
        (
            (phase["start_date"] - NOW) // DAY,
            (phase["end_date"] - NOW) // DAY,
            [item["quantity"] for item in phase["items"]],
        )
        for phase in phases
    ]


def test_an_item_that_is_deleted_by_hand_splits_the_phase() -> None:
    """After two of four weeks the phase is over that had two items; the rest has one. [documented]"""
    tale = Tale()
    made = tale.subscribe("", items=[{"price": tale.price(1000)}, {"price": tale.price(500), "quantity": 3}])
    schedule = around(tale)
    tale.go(14 * DAY)
    tale.told()
    tale.stripe.delete(f"/v1/subscription_items/{made['items']['data'][1]['id']}")
    assert spans(tale, schedule) == [(0, 14, [1, 3]), (14, 28, [1])]
    assert tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["current_phase"]["start_date"] == NOW + 14 * DAY
    assert tale.told()[-2:] == ["customer.subscription.updated", "subscription_schedule.updated"]


def test_a_change_that_waits_splits_the_phase_when_it_is_paid() -> None:
    """Nothing is sold anew until then. [inferred]"""
    tale = Tale()
    made = tale.subscribe(tale.price(1000))
    schedule = around(tale)
    tale.go(14 * DAY)
    failing = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})
    tale.stripe.post(f"/v1/customers/{tale.customer}", {"invoice_settings": {"default_payment_method": failing["id"]}})
    three = {"items": [{"id": made["items"]["data"][0]["id"], "quantity": 3}]}
    tale.change(**three, payment_behavior="pending_if_incomplete", proration_behavior="always_invoice")
    assert spans(tale, schedule) == [(0, 28, [1])]
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay", {"payment_method": "pm_card_visa"})
    assert spans(tale, schedule) == [(0, 14, [1]), (14, 28, [3])]


def test_what_has_just_begun_is_changed_itself_and_what_is_only_described_is_not() -> None:
    """A quantity is of the phase, a description is not; the next phase stays as it was planned."""
    tale = Tale()
    price = tale.price(1000)
    metadata = {"plan": "silver"}
    phase = {"items": [{"price": price}], "duration": MONTHLY, "metadata": metadata}
    schedule = scheduled(tale, phase, {"items": [{"price": price, "quantity": 9}], "duration": MONTHLY})
    item = tale.now()["items"]["data"][0]["id"]
    tale.change(description="Ours")
    tale.change(items=[{"id": item, "quantity": 4}], proration_behavior="none")
    assert spans(tale, schedule) == [(0, 28, [4]), (28, 59, [9])]
    tale.go(7 * DAY)
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    tale.change(discounts=[{"coupon": coupon}])
    first, second, _ = tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["phases"]
    assert (first["discounts"], first["end_date"]) == ([], second["start_date"])
    assert [row["discount"] for row in second["discounts"]] == tale.now()["discounts"]
    assert second["metadata"] == metadata
    tale.go(MONTH + HOUR)
    assert tale.now()["quantity"] == 9


def test_a_phase_takes_keys_of_metadata_away() -> None:
    """An empty value unsets a key of the subscription's, and the phase says so. [documented]"""
    tale = Tale()
    sold = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    first = {**sold, "metadata": {"channel": "self", "region": "apac", "upsell": "alpha"}}
    schedule = scheduled(tale, first, {**sold, "metadata": {"channel": "sales", "upsell": ""}})
    assert schedule["phases"][1]["metadata"] == {"channel": "sales", "upsell": ""}
    tale.go(MONTH)
    assert tale.now()["metadata"] == {"channel": "sales", "region": "apac"}


def test_one_more_phase_takes_the_end_back() -> None:
    """In the last phase the subscription is to end with it, and with another one after it is not. [documented]"""
    tale = Tale()
    sold = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    schedule = scheduled(tale, sold, end_behavior="cancel")
    assert tale.now()["cancel_at"] == NOW + MONTH
    phases = [{**sold, "start_date": NOW}, sold]
    tale.stripe.post(f"{SCHEDULES}/{schedule['id']}", {"phases": phases})
    assert tale.now()["cancel_at"] is None


def test_a_schedule_may_begin_in_the_past() -> None:
    """Ten days ago: the period began then, and its draft bills all of it. [documented]"""
    tale = Tale()
    sold = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    scheduled(tale, sold, start_date=NOW - 10 * DAY)
    now = tale.now()
    assert (now["start_date"], now["billing_cycle_anchor"]) == (NOW - 10 * DAY, NOW - 10 * DAY)
    assert tale.bill() == ("draft", [("1 \u00d7 Gold (at $10.00 / month)", 1000)])
    assert tale.period() == (-10 * DAY, 21 * DAY)


@pytest.mark.parametrize(
    "start, sentence",
    [
        ({}, "The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates"),
        ({"start_date": NOW + DAY}, "You can not modify the start date of the current phase."),
    ],
    ids=["unsaid", "another"],
)
def test_an_update_says_when_the_running_phase_began(start: dict[str, Any], sentence: str) -> None:
    """As it was told. [second-hand]"""
    tale = Tale()
    sold = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    schedule = scheduled(tale, sold)
    status, error = tale.stripe.refused("POST", f"{SCHEDULES}/{schedule['id']}", {"phases": [{**sold, **start}]})
    assert (status, error["message"].startswith(sentence)) == (400, True)


@pytest.mark.parametrize("verb, done", [("cancel", "canceled"), ("release", "released"), ("update", "updated")])
def test_what_is_over_says_what_cannot_be_done(verb: str, done: str) -> None:
    """And in which states it could. [second-hand]"""
    tale = Tale()
    path = f"{SCHEDULES}/{scheduled(tale, {'items': [{'price': tale.price(1000)}], 'duration': MONTHLY})['id']}"
    tale.stripe.post(f"{path}/release")
    _, error = tale.stripe.refused("POST", path if verb == "update" else f"{path}/{verb}")
    assert error["message"] == (
        f"You cannot {verb} a subscription schedule that is currently in the `released` status. It must be in "
        f"`not_started, active` status to be {done}."
    )


def test_what_rests_takes_no_schedule() -> None:
    """A paused subscription is resumed first. [documented]"""
    tale = Tale()
    made = tale.subscribe(tale.price(1000))
    tale.stripe.post(f"{tale.path}/pause", {"type": "subscription"})
    status, _ = tale.stripe.refused("POST", SCHEDULES, {"from_subscription": made["id"]})
    assert (status, tale.now()["schedule"]) == (400, None)


def test_phases_that_could_not_begin_are_refused_when_they_are_planned() -> None:
    """Intervals that do not align, and codes with a minimum in a phase ahead. [documented]"""
    tale = Tale()
    sold = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    mixed = {**sold, "items": [*sold["items"], {"price": tale.price(100, interval="week")}]}
    ahead = {"customer": tale.customer, "start_date": NOW + DAY}
    assert tale.stripe.refused("POST", SCHEDULES, {**ahead, "phases": [mixed]})[0] == 400
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    least = {"minimum_amount": 500, "minimum_amount_currency": "usd"}
    terms = {"promotion": {"type": "coupon", "coupon": coupon}, "restrictions": least}
    code = tale.stripe.post("/v1/promotion_codes", terms)["id"]
    coded = {**sold, "discounts": [{"promotion_code": code}]}
    status, error = tale.stripe.refused("POST", SCHEDULES, {**ahead, "start_date": "now", "phases": [sold, coded]})
    assert (status, error["param"]) == (400, "phases[1][discounts]")
