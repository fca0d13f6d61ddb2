"""Cancellations at a moment: within the period, in a later one, at a period's end, and taken back."""

from __future__ import annotations

from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale


def test_a_moment_within_the_period_ends_it_and_gives_the_rest_back() -> None:
    """14 of 28 days of 28.00 are not used: 14.00 wait for the last invoice, which the customer's balance takes."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.told()
    tale.change(cancel_at=NOW + 14 * DAY)
    assert tale.told() == ["invoiceitem.created", "customer.subscription.updated"]
    assert tale.period() == (0, 14 * DAY)
    tale.go(14 * DAY + HOUR)
    ended = tale.now()
    assert (ended["status"], ended["ended_at"], ended["canceled_at"]) == ("canceled", NOW + 14 * DAY, NOW)
    assert tale.bill() == ("paid", [("Unused time on Gold after 14 Feb 2027", -1400)])


def test_taken_back_the_period_is_whole_again() -> None:
    """What was given back is billed again, and the next period is a full one."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.change(cancel_at=NOW + 14 * DAY)
    undone = tale.change(cancel_at="")
    assert (undone["cancel_at"], undone["canceled_at"]) == (None, None)
    assert tale.period() == (0, MONTH)
    tale.go(MONTH + HOUR)
    assert tale.bill()[1] == [
        ("Unused time on Gold after 14 Feb 2027", -1400),
        ("Remaining time on Gold after 14 Feb 2027", 1400),
        ("1 \u00d7 Gold (at $28.00 / month)", 2800),
    ]


def test_a_moment_in_a_later_period_cuts_that_one_short() -> None:
    """10 days of the 31 from 28 February to 31 March of 31.00 are 10.00, and nothing is given back before."""
    tale = Tale()
    tale.subscribe(tale.price(3100))
    tale.told()
    tale.change(cancel_at=NOW + MONTH + 10 * DAY)
    assert tale.told() == ["customer.subscription.updated"]
    tale.go(MONTH + HOUR)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $31.00 / month)", 1000)])
    assert tale.period() == (MONTH, MONTH + 10 * DAY)
    tale.go(MONTH + 10 * DAY)
    assert tale.now()["status"] == "canceled"


def test_the_end_of_the_period_can_be_named() -> None:
    """`min_period_end` is the end of the first period to end."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    assert tale.change(cancel_at="min_period_end")["cancel_at"] == NOW + MONTH


def test_what_was_discounted_is_given_back_less_the_discount() -> None:
    """Half off 28.00 is 14.00; of 14 of 28 days 7.00 come back, and 7.00 are billed again when it is taken back."""
    tale = Tale()
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    tale.subscribe(tale.price(2800), discounts=[{"coupon": coupon}])
    tale.change(cancel_at=NOW + 14 * DAY)
    tale.change(cancel_at="")
    waiting = tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer, "pending": True})["data"]
    assert [entry["amount"] for entry in waiting] == [-700, 700]


def test_why_may_be_an_option_of_ones_own() -> None:
    """An option that is there; another is not found. [documented]"""
    tale = Tale()
    option = tale.stripe.post("/v1/billing/feedback_options", {"description": "Too blue"})["id"]
    tale.subscribe(tale.price(1000))
    wrong = {"cancellation_details": {"feedback_option": "bfo_x"}}
    assert tale.stripe.refused("DELETE", tale.path, wrong)[0] == 400
    details = {"feedback_option": option, "comment": "Blue"}
    canceled = tale.stripe.delete(tale.path, {"cancellation_details": details})
    assert {name: canceled["cancellation_details"][name] for name in details} == details


def test_what_was_left_at_an_end_goes_onto_the_next_bill() -> None:
    """20.00 and 20 % tax, canceled at once, are given back as taxed: of another 30.00 with no tax 6.00 remain.

    [documented: a flexible credit is of what was billed; recorded: it names its subscription no more]
    """
    tale = Tale()
    rate = tale.stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 20})["id"]
    tale.subscribe(tale.price(2000), default_tax_rates=[rate])
    tale.stripe.delete(tale.path, {"prorate": True})
    tale.subscribe(tale.price(3000))
    assert tale.invoices()[0]["total"] == 3000 - 2400


def test_without_prorations_a_first_period_that_is_cut_costs_the_whole_price() -> None:
    """Two of four weeks: 28.00 without prorations, 14.00 with them, and in classic mode always. [documented]"""
    for terms, paid in (
        ({"proration_behavior": "none"}, 2800),
        ({}, 1400),
        ({"proration_behavior": "none", "billing_mode": {"type": "classic"}}, 1400),
    ):
        tale = Tale()
        tale.subscribe(tale.price(2800), cancel_at=NOW + 14 * DAY, **terms)
        assert [amount for _, amount in tale.bill()[1]] == [paid]
