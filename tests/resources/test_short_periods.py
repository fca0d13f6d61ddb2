"""Periods that are shorter than what their price is for: before an anchor, after a trial, before a cancellation."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, MONTH, Metered, Tale


def lines(invoice: Any) -> list[tuple[str, int]]:
    """What an invoice says and asks for."""
    return [(line["description"], line["amount"]) for line in invoice["lines"]["data"]]


def swap(tale: Tale, price: str, **terms: Any) -> Any:
    """The subscription with another price, billed at once."""
    item = tale.now()["items"]["data"][0]["id"]
    return tale.change(items=[{"id": item, "price": price}], proration_behavior="always_invoice", **terms)


# --- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_before_the_anchor_costs_its_share_of_a_whole_month() -> None:
    """From 10 January to 10 February are 31 days; five of the ten until the anchor are left."""
    tale = Tale()
    tale.subscribe(tale.price(3100), billing_cycle_anchor=NOW + 10 * DAY)
    assert tale.bill()[1] == [("Remaining time on Gold after 31 Jan 2027", 1000)]  # 3100 x 10/31
    tale.go(5 * DAY)
    swap(tale, tale.price(6200, name="Platinum"))
    assert tale.bill()[1] == [
        ("Unused time on Gold after 05 Feb 2027", -500),  # half of what was paid
        ("Remaining time on Platinum after 05 Feb 2027", 1000),  # 6200 x 5/31, and not half of 6200
    ]


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_a_change_before_a_cancellation_costs_its_share_of_a_whole_month(mode: str) -> None:
    """Canceled after two of four weeks; after the first one the price doubles, and something else comes along."""
    tale = Tale()
    tale.subscribe(tale.price(2800), billing_mode={"type": mode})
    tale.change(cancel_at=NOW + 14 * DAY)
    tale.go(7 * DAY)
    item = tale.now()["items"]["data"][0]["id"]
    rows = [{"id": item, "price": tale.price(5600, name="Platinum")}, {"price": tale.price(2800, name="Extra")}]
    tale.change(items=rows, proration_behavior="always_invoice")
    assert tale.bill()[1] == [
        ("Unused time on Gold after 07 Feb 2027", -700),  # of the 1400 that the two weeks cost
        ("Remaining time on Platinum after 07 Feb 2027", 1400),  # 5600 x 7/28
        ("Remaining time on Extra after 07 Feb 2027", 700),  # 2800 x 7/28
        ("Unused time on Gold after 14 Feb 2027", -1400),  # of the cancellation
    ]
    ends = {row["current_period_end"] for row in tale.now()["items"]["data"]}
    assert ends == {NOW + 14 * DAY}


def test_a_year_that_is_canceled_in_forty_days_is_billed_for_forty_days() -> None:
    """Nobody pays for what will not be."""
    tale = Tale()
    tale.subscribe(tale.price(1000), cancel_at=NOW + 40 * DAY)
    swap(tale, tale.price(36500, interval="year", name="Year"))
    assert tale.bill()[1] == [
        ("Unused time on Gold after 31 Jan 2027", -1000),
        ("Remaining time on Year after 31 Jan 2027", 4000),  # 36500 x 40/365
    ]
    assert tale.period() == (0, 40 * DAY)


def test_an_anchor_set_anew_before_a_cancellation_bills_what_is_left() -> None:
    """From 7 February on a month has 28 days, of which 14 are left."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.change(cancel_at=NOW + 21 * DAY, proration_behavior="none")
    tale.go(7 * DAY)
    tale.change(billing_cycle_anchor={"type": "now"}, proration_behavior="none")
    assert tale.bill()[1] == [("1 \u00d7 Gold (at $28.00 / month)", 1400)]
    assert tale.period() == (7 * DAY, 21 * DAY)


def test_what_ends_with_its_period_ends_with_the_new_one() -> None:
    """A yearly price, a new anchor or a trial moves the end of the period, and the cancellation with it."""
    tale = Tale()
    tale.subscribe(tale.price(1000), cancel_at_period_end=True)
    assert swap(tale, tale.price(9000, interval="year"))["cancel_at"] == NOW + 365 * DAY
    assert tale.change(trial_end=NOW + 9 * DAY)["cancel_at"] == NOW + 9 * DAY


# --- cancellations ---------------------------------------------------------------------------------------------------


def test_a_cancellation_within_the_period_is_credited_at_once_where_that_is_wanted() -> None:
    """Three of four weeks come back, to the customer's balance; without, when it ends."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.change(cancel_at=NOW + 7 * DAY, proration_behavior="always_invoice")
    assert tale.bill() == ("paid", [("Unused time on Gold after 07 Feb 2027", -2100)])
    assert tale.stripe.get(f"/v1/customers/{tale.customer}")["balance"] == -2100


def test_usage_on_trial_is_free_also_where_the_trial_is_canceled() -> None:
    """Fifty calls cost 1.00 otherwise; the last invoice, and its preview, say that they were free."""
    tale = Metered()
    tale.subscribe(tale.calls(unit_amount=2), trial_period_days=14)
    tale.use(50)
    tale.change(cancel_at=NOW + 6 * DAY)
    preview = tale.stripe.post("/v1/invoices/create_preview", {"subscription": tale.path.rpartition("/")[2]})
    tale.go(6 * DAY)
    last = tale.invoices()[0]
    assert (lines(last), last["total"]) == ([("Free trial for 50 \u00d7 Calls", 0)], 0)
    assert (lines(preview), preview["period_end"]) == (lines(last), last["period_end"])


def test_a_classic_trial_ends_with_its_subscription() -> None:
    """A flexible one is told to end when it would have. [documented: both]"""
    for mode, ends in (("classic", 6), ("flexible", 14)):
        tale = Tale()
        tale.subscribe(tale.price(1000), trial_period_days=14, billing_mode={"type": mode})
        assert tale.change(cancel_at=NOW + 6 * DAY)["trial_end"] == NOW + ends * DAY


# --- anchors beside trials and beginnings ----------------------------------------------------------------------------


def test_a_trial_before_an_anchor_is_followed_by_the_part_until_then() -> None:
    """Free for five days, then five of 31 days, then whole months from the 10th on. [documented]"""
    tale = Tale()
    made = tale.subscribe(tale.price(3100), trial_end=NOW + 5 * DAY, billing_cycle_anchor=NOW + 10 * DAY)
    assert (made["status"], made["billing_cycle_anchor"], tale.period()) == ("trialing", NOW + 10 * DAY, (0, 5 * DAY))
    preview = tale.stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})
    tale.go(5 * DAY)
    assert tale.bill() == ("draft", [("Remaining time on Gold after 05 Feb 2027", 500)])
    assert lines(preview) == tale.bill()[1]
    assert tale.period() == (5 * DAY, 10 * DAY)
    swap(tale, tale.price(6200, name="Platinum"))  # the part that was paid comes back, and the other one's part is due
    assert tale.invoices()[0]["total"] == 500  # 6200 x 5/31 - 500
    tale.go(10 * DAY)
    assert tale.bill()[1] == [("1 \u00d7 Platinum (at $62.00 / month)", 6200)]


def test_a_trial_beyond_the_anchor_goes_on_to_the_next_one() -> None:
    """Anchored on the 10th, free until the 15th: 23 of the 28 days to 10 March. [documented]"""
    tale = Tale()
    config = {"day_of_month": 10}
    tale.subscribe(tale.price(2800), trial_period_days=15, billing_cycle_anchor_config=config)
    tale.go(15 * DAY)
    assert tale.bill()[1] == [("Remaining time on Gold after 15 Feb 2027", 2300)]
    tale.go(38 * DAY)
    assert tale.bill()[1] == [("1 \u00d7 Gold (at $28.00 / month)", 2800)]


def test_a_backdated_beginning_is_billed_up_to_its_anchor() -> None:
    """Since 22 December, anchored on 9 February: 18 of 31 days, and a whole month by now. [documented]"""
    tale = Tale()
    made = tale.subscribe(tale.price(3100), backdate_start_date=NOW - 40 * DAY, billing_cycle_anchor=NOW + 9 * DAY)
    assert [amount for _, amount in tale.bill()[1]] == [1800, 3100]
    assert (made["start_date"], tale.period()) == (NOW - 40 * DAY, (-22 * DAY, 9 * DAY))
    tale.go(9 * DAY)
    assert tale.bill()[1] == [("1 \u00d7 Gold (at $31.00 / month)", 3100)]


def test_what_moves_here_with_its_past_paid_is_billed_from_the_anchor_on() -> None:
    """Neither the time before nor the days until the anchor cost anything, nor what was used in that past."""
    tale = Metered()
    rows = [{"price": tale.price(3100)}, {"price": tale.calls(unit_amount=2)}]
    terms = {"backdate_start_date": NOW - 40 * DAY, "billing_cycle_anchor": NOW + 9 * DAY}
    made = tale.stripe.post(
        "/v1/subscriptions", {"customer": tale.customer, "items": rows, "proration_behavior": "none", **terms}
    )
    assert (made["latest_invoice"], made["start_date"]) == (None, NOW - 40 * DAY)
    tale.go(9 * DAY)
    assert [amount for _, amount in tale.bill()[1]] == [3100, 0]


def test_a_change_in_the_month_after_counts_whole_again() -> None:
    """Once the anchor is past, half a month is half a price."""
    tale = Tale()
    tale.subscribe(tale.price(2800), billing_cycle_anchor=NOW + 10 * DAY)
    tale.go(24 * DAY)  # half of the 28 days since 10 February
    swap(tale, tale.price(5600, name="Platinum"))
    assert [amount for _, amount in tale.bill()[1]] == [-1400, 2800]
    assert tale.period() == (10 * DAY, 10 * DAY + MONTH)
