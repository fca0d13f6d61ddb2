"""What a schedule bills where one phase becomes the next: trials, ends in mid-period, anchors, and what runs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale
from tests.resources.test_schedules import MONTHLY, scheduled

WEEK = {"interval": "week", "interval_count": 1}
WEEKS = {"interval": "week", "interval_count": 2}


def billed(tale: Tale) -> list[tuple[int, list[tuple[str, int]]]]:
    """When each invoice was made, in days, and its lines, oldest first."""
    return [
        ((row["created"] - NOW) // DAY, [(line["description"], line["amount"]) for line in row["lines"]["data"]])
        for row in reversed(tale.invoices())
    ]


def phase(tale: Tale, name: str, amount: int, duration: dict[str, Any], **terms: Any) -> dict[str, Any]:
    """A phase that sells one of a new monthly price."""
    return {"items": [{"price": tale.price(amount, name=name)}], "duration": duration, **terms}


def test_what_follows_a_trial_is_paid_from_its_first_day() -> None:
    """Two free weeks of silver, then gold from 14 February on."""
    tale = Tale()
    scheduled(tale, phase(tale, "Silver", 1000, WEEKS, trial=True), phase(tale, "Gold", 2000, MONTHLY))
    tale.go(14 * DAY + HOUR)
    assert billed(tale) == [
        (0, [("Free trial for 1 \u00d7 Silver", 0)]),
        (14, [("1 \u00d7 Gold (at $20.00 / month)", 2000)]),
    ]
    assert (tale.now()["status"], tale.period()) == ("active", (14 * DAY, 42 * DAY))


def test_a_trial_after_a_paid_month_is_free() -> None:
    """Gold is tried for two weeks from 28 February on and paid from 14 March; nothing of the month comes back."""
    tale = Tale()
    scheduled(
        tale,
        phase(tale, "Silver", 1000, MONTHLY),
        phase(tale, "Gold", 2000, WEEKS, trial=True),
        phase(tale, "Gold still", 2000, MONTHLY),
    )
    tale.go(MONTH + HOUR)
    assert (tale.now()["status"], billed(tale)[-1]) == ("trialing", (28, [("Free trial for 1 \u00d7 Gold", 0)]))
    tale.go(MONTH + 14 * DAY + HOUR)
    assert billed(tale)[-1] == (42, [("1 \u00d7 Gold still (at $20.00 / month)", 2000)])


def test_the_last_week_is_told_of_as_it_begins() -> None:
    """A schedule expires a week before its end, which is when its last phase begins; so long only is it paid for."""
    tale = Tale()
    weeks = (phase(tale, "Silver", 2800, WEEKS), phase(tale, "Gold", 5600, WEEK))
    scheduled(tale, *weeks, end_behavior="cancel")
    tale.told()
    tale.go(14 * DAY)
    assert "subscription_schedule.expiring" in tale.told()
    tale.go(21 * DAY + HOUR)
    assert tale.now()["status"] == "canceled"
    assert billed(tale)[-1] == (
        21,
        [
            ("Unused time on Silver after 14 Feb 2027", -700),  # the third of four weeks at 28.00
            ("Remaining time on Gold after 14 Feb 2027", 1400),  # which cost 56.00
            ("Unused time on Silver after 21 Feb 2027", -700),  # the fourth
        ],
    )


def test_two_weeks_of_a_month_cost_half_of_it() -> None:
    """As they do where a subscription is begun that way without a schedule."""
    tale = Tale()
    scheduled(tale, phase(tale, "Silver", 1000, WEEKS), end_behavior="cancel")
    tale.go(14 * DAY)
    assert billed(tale) == [(0, [("1 \u00d7 Silver (at $10.00 / month)", 500)])]
    assert (tale.now()["status"], tale.period()) == ("canceled", (0, 14 * DAY))


def test_phases_begin_anew_where_the_schedule_says_so_for_all() -> None:
    """On 14 February: half of the month comes back, and a whole one begins."""
    tale = Tale()
    phases = (phase(tale, "Silver", 1000, WEEKS), phase(tale, "Gold", 2000, MONTHLY))
    scheduled(tale, *phases, default_settings={"billing_cycle_anchor": "phase_start"})
    tale.go(14 * DAY)
    assert billed(tale)[-1] == (
        14,
        [("Unused time on Silver after 14 Feb 2027", -500), ("1 \u00d7 Gold (at $20.00 / month)", 2000)],
    )


def test_a_phase_that_runs_is_changed_and_not_begun_again() -> None:
    """Its charge is billed once, its coupon redeemed once and its anchor kept, as often as it is sent again."""
    tale = Tale()
    fee = {"currency": "usd", "unit_amount": 777, "product_data": {"name": "Setup"}}
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "once"})["id"]
    item = {"price": tale.price(1000), "discounts": [{"coupon": coupon}]}
    runs = {
        "add_invoice_items": [{"price": tale.stripe.post("/v1/prices", fee)["id"]}],
        "billing_cycle_anchor": "phase_start",
        "discounts": [{"coupon": coupon}],
        "end_date": NOW + MONTH,
    }
    made = scheduled(tale, {**runs, "items": [item]})
    path = f"/v1/subscription_schedules/{made['id']}"
    tale.go(14 * DAY)
    again = {**runs, "items": [{**item, "quantity": 2}], "start_date": NOW}
    tale.stripe.post(path, {"phases": [again]})
    assert len(tale.invoices()) == 1
    assert tale.stripe.get(f"/v1/coupons/{coupon}")["times_redeemed"] == 2  # of the item and of the subscription
    waits = tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer, "pending": True})["data"]
    assert {row["description"] for row in waits} == {
        "Unused time on Gold after 14 Feb 2027",
        "Remaining time on 2 \u00d7 Gold after 14 Feb 2027",
    }


def test_what_holds_in_every_phase_holds_in_the_one_that_runs() -> None:
    """New defaults reach the subscription at once."""
    tale = Tale()
    made = scheduled(tale, phase(tale, "Silver", 1000, MONTHLY))
    sent = {"collection_method": "send_invoice", "invoice_settings": {"days_until_due": 4}}
    path = f"/v1/subscription_schedules/{made['id']}"
    tale.stripe.post(path, {"default_settings": {"description": "By mail", **sent}})
    after = tale.now()
    assert (after["description"], after["collection_method"], after["days_until_due"]) == ("By mail", "send_invoice", 4)


@pytest.mark.parametrize("place", ["phase", "default_settings"])
def test_a_threshold_below_what_a_phase_sells_is_refused_when_it_is_planned(place: str) -> None:
    """Also of a phase to come, of an update, and of their previews."""
    tale = Tale()
    low = {"billing_thresholds": {"amount_gte": 1500, "reset_billing_cycle_anchor": True}}
    now, later = phase(tale, "Silver", 1000, MONTHLY), phase(tale, "Gold", 2000, MONTHLY)
    terms: dict[str, Any] = {"phases": [now, later], "default_settings": low}
    if place == "phase":
        terms = {"phases": [now, {**later, **low}]}
    body = {"customer": tale.customer, "start_date": "now", **terms}
    status, error = tale.stripe.refused("POST", "/v1/subscription_schedules", body)
    assert (status, error["param"]) == (400, "billing_thresholds[amount_gte]")
    made = scheduled(tale, now)
    planned = {"phases": [{**now, "start_date": NOW}, {**later, **low}]}
    path = f"/v1/subscription_schedules/{made['id']}"
    assert tale.stripe.refused("POST", path, planned)[1]["param"] == "billing_thresholds[amount_gte]"
    preview = {"schedule": made["id"], "schedule_details": planned}
    assert tale.stripe.refused("POST", "/v1/invoices/create_preview", preview)[0] == 400


def test_invoices_show_the_accounts_tax_ids() -> None:
    """Of an invoice, of a subscription, and of all phases; those of a customer are refused."""
    tale = Tale()
    vat = {"type": "eu_vat", "value": "DE123456789"}
    own = tale.stripe.post("/v1/tax_ids", vat)["id"]
    settings = {"invoice_settings": {"account_tax_ids": [own]}}
    one_off = {"customer": tale.customer, "account_tax_ids": [own]}
    assert tale.stripe.post("/v1/invoices", one_off)["account_tax_ids"] == [own]
    tale.subscribe(tale.price(500), **settings)
    assert tale.invoices()[0]["account_tax_ids"] == [own]
    assert tale.change(invoice_settings={"account_tax_ids": ""})["invoice_settings"]["account_tax_ids"] is None
    scheduled(tale, phase(tale, "Silver", 1000, MONTHLY), default_settings=settings)
    assert tale.invoices()[0]["account_tax_ids"] == [own]
    theirs = tale.stripe.post(f"/v1/customers/{tale.customer}/tax_ids", vat)["id"]
    refused = tale.stripe.refused("POST", "/v1/invoices", {**one_off, "account_tax_ids": [theirs]})
    assert refused[1]["param"] == "account_tax_ids[0]"
