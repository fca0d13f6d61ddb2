"""From when on periods are counted: an anchor ahead, one that is configured, one that is reset, a start in the past."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Metered, Tale


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
    assert made["billing_cycle_anchor"] == NOW + MONTH + 31 * DAY  # the next month that has the day
    assert made["billing_cycle_anchor_config"]["day_of_month"] == 31
    assert tale.period() == (0, MONTH)
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
    """Two since 22 December end on 22 February [documented]; what an amount off is that is over is not guessed."""
    tale = Tale()
    terms = {"amount_off": 500, "currency": "usd", "duration": "repeating"}
    one = tale.stripe.post("/v1/coupons", {**terms, "duration_in_months": 1})["id"]
    half = {"percent_off": 50, "duration": "repeating", "duration_in_months": 2}
    two = tale.stripe.post("/v1/coupons", half)["id"]
    body = {"customer": tale.customer, "items": [{"price": tale.price(1000)}], "backdate_start_date": NOW - 40 * DAY}
    asked = {**body, "expand": ["discounts"]}
    over = {**asked, "discounts": [{"coupon": one}]}
    assert tale.stripe.refused("POST", "/v1/subscriptions", over)[0] == 501
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


def test_a_configured_anchor_is_a_day_that_its_month_has() -> None:
    """Every two months on the 31st, from 10 February: 31 August is the anchor, and 28 February ends the first part.

    [documented]
    """
    tale = Tale()
    tale.go(10 * DAY)
    two = {"currency": "usd", "product_data": {"name": "Two"}, "recurring": {"interval": "month", "interval_count": 2}}
    price = tale.stripe.post("/v1/prices", {**two, "unit_amount": 1000})["id"]
    made = tale.subscribe(price, billing_cycle_anchor_config={"day_of_month": 31})
    assert made["billing_cycle_anchor"] == NOW + 212 * DAY  # 31 January is the day of the year 31, 31 August is 243
    assert tale.period() == (10 * DAY, MONTH)


def test_weeks_have_no_day_of_the_month() -> None:
    """An anchor is configured for months and years only. [documented]"""
    tale = Tale()
    weekly = {"customer": tale.customer, "items": [{"price": tale.price(1000, interval="week")}]}
    terms = {**weekly, "billing_cycle_anchor_config": {"day_of_month": 5}}
    status, error = tale.stripe.refused("POST", "/v1/subscriptions", terms)
    assert (status, error["param"]) == (400, "billing_cycle_anchor_config")


def test_an_anchor_is_a_period_away_at_most() -> None:
    """28 February is where a month from 31 January ends; a second later is too late. [second-hand]"""
    tale = Tale()
    terms = {"customer": tale.customer, "items": [{"price": tale.price(1000)}], "billing_cycle_anchor": NOW + MONTH + 1}
    status, error = tale.stripe.refused("POST", "/v1/subscriptions", terms)
    sentence = f"billing_cycle_anchor cannot be later than next natural billing date ({NOW + MONTH}) for plan"
    assert (status, error["message"]) == (400, sentence)
    assert tale.subscribe(tale.price(1000), billing_cycle_anchor=NOW + MONTH)["status"] == "active"


def test_intervals_align_with_the_shortest() -> None:
    """Months go beside years, days beside weeks; days or weeks beside months, or two months beside three, do not."""
    tale = Tale()

    def price(interval: str, count: int) -> str:
        """A price that recurs so."""
        recurring = {"interval": interval, "interval_count": count}
        terms = {"currency": "usd", "product_data": {"name": "Gold"}, "unit_amount": 1000, "recurring": recurring}
        return str(tale.stripe.post("/v1/prices", terms)["id"])

    def status(*rhythms: tuple[str, int]) -> int:
        """What a subscription to prices of these rhythms is answered."""
        items = [{"price": price(*rhythm)} for rhythm in rhythms]
        body = {"customer": tale.customer, "items": items}
        return tale.stripe.ask("POST", "/v1/subscriptions", body)[0]

    assert [status(("month", 12), ("year", 2)), status(("day", 7), ("week", 2))] == [200, 200]
    assert [status(("week", 1), ("month", 1)), status(("month", 2), ("month", 3))] == [400, 400]
    assert [status(("day", 1), ("month", 1)), status(("day", 1), ("year", 1))] == [400, 400]


def test_a_new_anchor_in_classic_mode_leaves_what_waits() -> None:
    """With `always_invoice` only the change itself is billed; flexible mode takes 0.77 along. [documented]"""
    for mode, extra in (("classic", []), ("flexible", [77])):
        tale = Tale()
        tale.subscribe(tale.price(2800), billing_mode={"type": mode})
        tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 77, "currency": "usd"})
        tale.go(7 * DAY)
        tale.change(billing_cycle_anchor={"type": "now"}, proration_behavior="always_invoice")
        assert sorted(amount for _, amount in tale.bill()[1]) == sorted([-2100, 2800, *extra])


def test_what_waits_makes_a_first_invoice_where_all_is_metered() -> None:
    """Nothing is paid in advance, but 7.00 are due. [documented]"""
    tale = Metered()
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 700, "currency": "usd"})
    made = tale.subscribe(tale.calls(unit_amount=10))
    assert (made["status"], made["latest_invoice"] is None) == ("active", False)
    assert [amount for _, amount in tale.bill()[1]] == [700]


def test_before_the_first_period_of_a_start_in_the_past_nothing_is_prorated() -> None:
    """Stripe takes such a day; what it makes of it is not known, so it is a 501, and before the start a 400."""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), backdate_start_date=NOW - 40 * DAY)
    change = {"items": [{"id": made["items"]["data"][0]["id"], "quantity": 2}]}
    days = (NOW - 30 * DAY, NOW - 41 * DAY)
    assert [tale.stripe.refused("POST", tale.path, {**change, "proration_date": day})[0] for day in days] == [501, 400]
