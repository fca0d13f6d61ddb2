"""From when on periods are counted: an anchor ahead, one that is configured, one that is reset, a start in the past."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale


def test_an_anchor_ahead_bills_the_part_up_to_it() -> None:
    """Counted from 10 February, the period before is 31 days; 10 of them of 31.00 are 10.00."""
    tale = Tale()
    tale.subscribe(tale.price(3100), billing_cycle_anchor=NOW + 10 * DAY)
    assert tale.bill() == ("paid", [("Remaining time on Gold after 31 Jan 2027", 1000)])
    assert tale.period() == (0, 10 * DAY)
    tale.go(10 * DAY + HOUR)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $31.00 / month)", 3100)])
    assert tale.period() == (10 * DAY, 38 * DAY)


def test_without_prorations_the_time_up_to_the_anchor_is_free() -> None:
    """There is no invoice until then."""
    tale = Tale()
    made = tale.subscribe(tale.price(3100), billing_cycle_anchor=NOW + 10 * DAY, proration_behavior="none")
    assert (made["status"], made["latest_invoice"], tale.invoices()) == ("active", None, [])


def test_a_configured_anchor_keeps_the_day_that_was_asked_for() -> None:
    """The 31st is 28 February at first, and 31 March after that. [documented]"""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), billing_cycle_anchor_config={"day_of_month": 31})
    assert made["billing_cycle_anchor"] == NOW + MONTH
    assert made["billing_cycle_anchor_config"]["day_of_month"] == 31
    tale.go(MONTH)
    assert tale.period() == (MONTH, MONTH + 31 * DAY)


def test_a_reset_anchor_gives_back_and_bills_a_whole_new_period() -> None:
    """After 7 of 28 days 21.00 of 28.00 come back; the new period's line is no proration. [recorded]"""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.go(7 * DAY)
    tale.told()
    reset = tale.change(billing_cycle_anchor={"type": "now"})
    assert reset["billing_cycle_anchor"] == NOW + 7 * DAY
    assert tale.bill() == (
        "paid",
        [("Unused time on Gold after 07 Feb 2027", -2100), ("1 \u00d7 Gold (at $28.00 / month)", 2800)],
    )
    lines = tale.invoices()[0]["lines"]["data"]
    assert [line["parent"]["subscription_item_details"]["proration"] for line in lines] == [True, False]
    assert tale.told()[-1] == "customer.subscription.updated"


def test_a_start_in_the_past_bills_every_period_since() -> None:
    """40 days back is 22 December: one period is over, one runs."""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), backdate_start_date=NOW - 40 * DAY)
    assert (made["start_date"], made["billing_cycle_anchor"]) == (NOW - 40 * DAY, NOW - 40 * DAY)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $10.00 / month)", 1000)] * 2)
    assert tale.period() == (-9 * DAY, 22 * DAY)


SINCE, MONTHLY = "Remaining time on Gold after 22 Dec 2026", "1 \u00d7 Gold (at $31.00 / month)"


@pytest.mark.parametrize(
    "terms, lines, period",
    [
        ({}, [(SINCE, 4000), (MONTHLY, 3100)], (0, 28)),
        ({"billing_cycle_anchor": NOW + 9 * DAY}, [(SINCE, 4900)], (-22, 9)),
        ({"proration_behavior": "none"}, [(MONTHLY, 3100)], (0, 28)),
    ],
)
def test_a_classic_start_in_the_past_bills_all_since_as_one(
    terms: dict[str, Any], lines: list[tuple[str, int]], period: tuple[int, int]
) -> None:
    """40 days of months counted from 22 December, 31 and then 9 of 31; up to 9 February 18 of 31. [documented]

    Without an anchor ahead its periods are counted from now. [second-hand]
    """
    tale = Tale()
    made = tale.subscribe(
        tale.price(3100), billing_mode={"type": "classic"}, backdate_start_date=NOW - 40 * DAY, **terms
    )
    assert tale.bill() == ("paid", lines)
    assert (made["start_date"], tale.period()) == (NOW - 40 * DAY, (period[0] * DAY, period[1] * DAY))
    tale.go(period[1] * DAY + HOUR)
    assert tale.bill() == ("paid", [(MONTHLY, 3100)])


def test_the_months_of_a_coupon_count_from_a_start_in_the_past() -> None:
    """Two since 22 December end on 22 February [documented]; of one that is over what it takes off is not guessed."""
    tale = Tale()
    terms = {"percent_off": 50, "duration": "repeating"}
    one, two = (
        tale.stripe.post("/v1/coupons", {**terms, "duration_in_months": months, "id": f"for-{months}"})["id"]
        for months in (1, 2)
    )
    body = {"customer": tale.customer, "items": [{"price": tale.price(1000)}], "backdate_start_date": NOW - 40 * DAY}
    asked = {**body, "expand": ["discounts"]}
    assert tale.stripe.refused("POST", "/v1/subscriptions", {**asked, "discounts": [{"coupon": one}]})[0] == 501
    made = tale.stripe.post("/v1/subscriptions", {**asked, "discounts": [{"coupon": two}]})
    assert (made["discounts"][0]["start"], made["discounts"][0]["end"]) == (NOW - 40 * DAY, NOW + 22 * DAY)
    tale.go(22 * DAY + HOUR)
    assert [invoice["total"] for invoice in tale.invoices()] == [1000, 1000]  # 5.00 twice; then it is over


def test_added_items_come_first_on_the_first_invoice() -> None:
    """A fee for setting up stands before what recurs. [recorded]"""
    tale = Tale()
    fee = tale.stripe.post("/v1/prices", {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Set-up"}})
    tale.subscribe(tale.price(1000), add_invoice_items=[{"price": fee["id"], "quantity": 2}])
    assert tale.bill() == ("paid", [("Set-up", 1000), ("1 \u00d7 Gold (at $10.00 / month)", 1000)])


def test_what_waits_is_invoiced_at_an_interval_of_its_own() -> None:
    """Every week, where anything waits; an hour later it is paid."""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), pending_invoice_item_interval={"interval": "week"})
    assert made["next_pending_invoice_item_invoice"] == NOW + 7 * DAY
    tale.go(8 * DAY)
    assert len(tale.invoices()) == 1
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 250, "description": "Extra"})
    tale.go(14 * DAY + HOUR)
    assert tale.bill() == ("paid", [("Extra", 250)])
    assert tale.invoices()[0]["billing_reason"] == "automatic_pending_invoice_item_invoice"
    assert tale.now()["next_pending_invoice_item_invoice"] == NOW + 21 * DAY


def test_each_interval_has_its_own_periods() -> None:
    """A month and a year begin together; a month later only the month is billed. [documented for flexible mode]"""
    tale = Tale()
    month, year = tale.price(1000), tale.price(9000, interval="year", name="Platinum")
    items = [{"price": month}, {"price": year}]
    tale.subscribe(month, items=items)
    assert tale.bill()[1] == [
        ("1 \u00d7 Gold (at $10.00 / month)", 1000),
        ("1 \u00d7 Platinum (at $90.00 / year)", 9000),
    ]
    tale.go(MONTH + HOUR)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $10.00 / month)", 1000)])
    ends = [item["current_period_end"] - NOW for item in tale.now()["items"]["data"]]
    assert ends == [MONTH + 31 * DAY, 365 * DAY]
    classic = {"customer": tale.customer, "items": items, "billing_mode": {"type": "classic"}}
    assert "interval" in tale.stripe.refused("POST", "/v1/subscriptions", classic)[1]["message"]


def test_what_paid_is_kept_as_the_default_if_that_was_asked_for() -> None:
    """`on_subscription` keeps the method of each payment that succeeds."""
    tale = Tale()
    settings = {"save_default_payment_method": "on_subscription"}
    made = tale.subscribe(tale.price(1000), payment_settings=settings)
    first = tale.stripe.get(f"/v1/customers/{tale.customer}")["invoice_settings"]["default_payment_method"]
    assert made["default_payment_method"] == first


def test_periods_can_be_searched_by_their_ends() -> None:
    """`current_period_end` takes bounds."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    found = [
        len(tale.stripe.get("/v1/subscriptions", {"customer": tale.customer, "current_period_end": bounds})["data"])
        for bounds in ({"lte": NOW + MONTH}, {"lt": NOW + MONTH})
    ]
    assert found == [1, 0]
