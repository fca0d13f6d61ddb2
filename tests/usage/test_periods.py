"""Usage through the life of a subscription: backdated, on trial, with a new anchor, at rest, by thresholds, at its end.

Amounts are cents; a call costs one unless a story says otherwise. NOW is 31 January 2027, its month ends 28 February.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import NOW
from tests.resources.tale import DAY, HOUR
from tests.usage.metered import Metered

PERIOD = 28 * DAY
BOTH = pytest.mark.parametrize("mode", ["flexible", "classic"])


def test_usage_before_a_backdated_beginning_is_nobodys_and_after_it_is_billed() -> None:
    """From 28 December: 10 and 20 in the month to 28 January, 7 and 3 in the one after it; 1000 before it all.

    Flexible mode bills 30 at once and 10 with the renewal; classic mode nothing at first and 40 then. [documented]
    """
    expected: dict[str, Any] = {
        "flexible": ([("30", 30)], [("10", 10)]),
        "classic": ([("0", 0)], [("40", 40)]),
    }
    for mode, (first, renewal) in expected.items():
        tale = Metered()
        tale.use(1000, at=-34 * DAY - 1)
        for calls, at in ((10, -34 * DAY), (20, -20 * DAY), (7, -DAY)):
            tale.use(calls, at=at)
        tale.subscribe(tale.metered(), billing_mode={"type": mode}, backdate_start_date=NOW - 34 * DAY)
        assert tale.lines() == first
        tale.use(3)
        tale.go(PERIOD + 2 * HOUR)
        assert tale.lines() == renewal
        tale.go(59 * DAY + 2 * HOUR)
        assert tale.lines() == [("0", 0)]  # nothing twice


def test_a_backdated_beginning_within_the_period_bills_in_arrears() -> None:
    """Ten days back there is no period that is over, so there is no first invoice in flexible mode; 5 + 2 are 7."""
    tale = Metered()
    tale.use(5, at=-9 * DAY)
    made = tale.subscribe(tale.metered(), backdate_start_date=NOW - 10 * DAY)
    assert made["latest_invoice"] is None
    tale.use(2)
    tale.go(21 * DAY + 2 * HOUR)  # 21 January to 21 February
    assert tale.lines() == [("7", 7)]


def test_each_period_of_a_backdated_subscription_has_its_own_tiers() -> None:
    """Weekly, 3 cents up to 10 calls and 1 beyond: 12 and 4 in two weeks are 30 + 2 and 12; not 30 + 6 for 16."""
    tale = Metered()
    tiers = [{"up_to": 10, "unit_amount": 3}, {"up_to": "inf", "unit_amount": 1}]
    price = tale.metered(
        billing_scheme="tiered",
        tiers_mode="graduated",
        tiers=tiers,
        recurring={"interval": "week", "usage_type": "metered", "meter": tale.meter},
    )
    tale.use(12, at=-14 * DAY)
    tale.use(4, at=-7 * DAY)
    tale.stripe.post(f"/v1/customers/{tale.customer}", {"email": "ada@example.com"})
    terms = {"collection_method": "send_invoice", "days_until_due": 9}
    tale.subscribe(price, backdate_start_date=NOW - 14 * DAY, **terms)
    lines = [("10", 30), ("2", 2), ("4", 12)]
    assert tale.lines() == lines
    tale.use(1, at=-8 * DAY)  # while it is a draft: the first week's thirteenth
    tale.go(2 * HOUR)
    assert tale.lines() == [("10", 30), ("3", 3), ("4", 12)]


@pytest.mark.parametrize(
    "mode, words", [("flexible", "Free trial for 111 \u00d7 Calls"), ("classic", "111 \u00d7 Calls (Free trial)")]
)
def test_usage_on_trial_is_shown_and_free(mode: str, words: str) -> None:
    """100 and 10 on trial, 1 into the hour of its draft: a line of nothing. Then 5 are 5. [documented]"""
    tale = Metered()
    tale.subscribe(tale.metered(), billing_mode={"type": mode}, trial_period_days=10)
    tale.use(100)
    tale.go(10 * DAY)
    tale.use(10, at=10 * DAY - 1)
    tale.go(10 * DAY + 60)
    tale.use(1, at=10 * DAY - 1)
    tale.go(10 * DAY + 2 * HOUR)
    assert tale.bill() == ("paid", [(words, 0)])
    tale.use(5)
    tale.go(39 * DAY)  # from 10 February to 10 March
    assert tale.lines() == [("5", 5)]


def test_a_trial_that_is_cut_short_shows_its_usage_too() -> None:
    """9 on trial are free whenever it ends, and 4 after it are 4."""
    tale = Metered()
    tale.subscribe(tale.metered(), trial_period_days=10)
    tale.use(9)
    tale.go(2 * DAY)
    tale.change(trial_end="now")
    assert tale.bill() == ("paid", [("Free trial for 9 \u00d7 Calls", 0)])
    tale.go(3 * DAY)
    tale.use(4)
    tale.go(31 * DAY)  # from 2 February to 2 March
    assert tale.lines() == [("4", 4)]


@BOTH
def test_a_new_anchor_bills_what_was_used_before_it_at_the_old_price(mode: str) -> None:
    """1000 at 1 cent until the change, 201 at 2 cents after it. It is what classic mode is told to do. [documented]"""
    tale = Metered()
    dear = tale.metered(unit_amount=2)
    made = tale.subscribe(tale.metered(), billing_mode={"type": mode})
    tale.use(1000)
    tale.go(10 * DAY)
    items = [{"id": made["items"]["data"][0]["id"], "price": dear}]
    tale.change(items=items, billing_cycle_anchor={"type": "now"})
    assert tale.lines() == [("1000", 1000)]
    tale.go(11 * DAY)
    tale.use(201)
    tale.go(39 * DAY)
    assert tale.lines() == [("201", 402)]


def test_a_classic_first_invoice_never_bills_usage() -> None:
    """It is sent and so a draft for an hour, in which 10 calls come: they are the renewal's and nobody else's."""
    tale = Metered()
    sent = {"collection_method": "send_invoice", "days_until_due": 9}
    tale.subscribe(tale.metered(), billing_mode={"type": "classic"}, **sent)
    tale.use(10)
    tale.go(2 * HOUR)
    assert tale.lines() == [("0", 0)]
    tale.go(PERIOD + 2 * HOUR)
    assert (tale.lines(), len(tale.invoices())) == ([("10", 10)], 2)


def test_what_was_said_of_a_line_outlasts_the_last_count() -> None:
    """5 calls and 3 of the last second of the period, whose line is called otherwise and dated otherwise. [inferred]"""
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.use(5)
    tale.go(PERIOD + 60)
    invoice = tale.invoices()[0]
    path = f"/v1/invoices/{invoice['id']}/lines/{invoice['lines']['data'][0]['id']}"
    period = {"start": NOW - DAY, "end": NOW}
    tale.stripe.post(path, {"description": "Calls of February", "metadata": {"team": "blue"}})
    tale.stripe.post(path, {"period": period})
    tale.use(3, at=PERIOD - 1)
    tale.go(PERIOD + 2 * HOUR)
    (line,) = tale.invoices()[0]["lines"]["data"]
    assert (line["id"], line["description"], line["amount"]) == (path.rpartition("/")[2], "Calls of February", 8)
    assert (line["metadata"], line["period"]) == ({"team": "blue"}, period)


@BOTH
def test_the_last_period_bills_its_usage(mode: str) -> None:
    """Canceled at the period's end, 10 calls are billed with it, and 5 after it are nobody's. [documented]"""
    tale = Metered()
    tale.subscribe(tale.metered(), billing_mode={"type": mode}, cancel_at_period_end=True)
    tale.use(10)
    tale.go(PERIOD + 2 * HOUR)
    tale.use(5)
    assert (tale.now()["status"], tale.lines()) == ("canceled", [("10", 10)])
    tale.go(59 * DAY + 2 * HOUR)
    assert tale.lines() == [("10", 10)]


@pytest.mark.parametrize("behavior, renewal", [("always_invoice", [500]), ("create_prorations", [100, 500])])
def test_usage_of_an_item_that_goes_bears_its_discount(behavior: str, renewal: list[int]) -> None:
    """100 calls less half by a coupon of the item alone are 0.50, at once or with the renewal; a seat is 5.00."""
    tale = Metered()
    half = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    items = [{"price": tale.metered(), "discounts": [{"coupon": half}]}, {"price": tale.price(500)}]
    made = tale.subscribe("", items=items)
    tale.use(100)
    tale.go(5 * DAY)
    tale.change(items=[{"id": made["items"]["data"][0]["id"], "deleted": True}], proration_behavior=behavior)
    tale.go(PERIOD + 2 * HOUR)
    assert [line["amount"] for line in tale.invoices()[0]["lines"]["data"]] == renewal
    assert sum(invoice["total"] for invoice in tale.invoices()) == 500 + 50 + 500


def test_usage_that_a_change_bills_is_as_good_as_a_renewals() -> None:
    """2.5 calls at 1.00 less 20 %: 200, of which credits pay 50; tax of 10 % on 150 is 15, so 165 [inferred].

    The item has gone by then, and what it used waits for the renewal beside 0.5 calls at 2.00: 100 - 20 + 8 are 88.
    """
    tale = Metered()
    rate = tale.stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 10})["id"]
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 20, "duration": "forever"})["id"]
    items = [{"price": tale.metered(unit_amount=100), "tax_rates": [rate]}]
    made = tale.subscribe("", items=items, discounts=[{"coupon": coupon}])
    money = {"type": "monetary", "monetary": {"currency": "usd", "value": 50}}
    scope = {"scope": {"price_type": "metered"}}
    grant = {"amount": money, "applicability_config": scope, "customer": tale.customer}
    tale.stripe.post("/v1/billing/credit_grants", grant)
    tale.use("2.5")
    tale.go(5 * DAY)
    dear = tale.metered(unit_amount=200)
    tale.change(items=[{"id": made["items"]["data"][0]["id"], "price": dear}])
    tale.go(6 * DAY)
    tale.use("0.5")
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == [("2.5", 250), ("0.5", 100)]
    invoice = tale.invoices()[0]
    used = [row["amount"] for row in invoice["total_pretax_credit_amounts"] if row["type"] != "discount"]
    assert (invoice["subtotal"], used, invoice["total"]) == (350, [50], 165 + 88)


@pytest.mark.parametrize("mode, off, due", [("flexible", None, 90), ("classic", None, 30), ("flexible", 20, 72)])
def test_a_threshold_and_a_swap_share_out_the_usage(mode: str, off: int | None, due: int) -> None:
    """100 calls reach a threshold of 0.80 and are billed; 60 more until the swap, 15 at 2 cents after it.

    Flexible mode bills 160 less the 100 that were billed, and 30; classic mode 30 alone. The threshold's invoice stays.
    [documented] Less 20 % they are 80 at first and 90 - 18 = 72 then. [inferred]
    """
    tale = Metered()
    terms: dict[str, Any] = {"billing_thresholds": {"amount_gte": 80}, "billing_mode": {"type": mode}}
    if off:
        terms["discounts"] = [
            {"coupon": tale.stripe.post("/v1/coupons", {"percent_off": off, "duration": "forever"})["id"]}
        ]
    made = tale.subscribe(tale.metered(), **terms)
    tale.use(100)
    first = tale.invoices()[0]
    assert (first["billing_reason"], first["total"]) == ("subscription_threshold", 80 if off else 100)
    tale.go(5 * DAY)
    tale.use(60)
    tale.go(6 * DAY)
    tale.change(items=[{"id": made["items"]["data"][0]["id"], "price": tale.metered(unit_amount=2)}])
    tale.go(PERIOD - HOUR)
    tale.use(15)
    tale.go(PERIOD + 2 * HOUR)
    assert (tale.invoices()[0]["billing_reason"], tale.invoices()[0]["total"]) == ("subscription_cycle", due)


@pytest.mark.parametrize("mode, first", [("flexible", None), ("classic", [("0", 0)])])
def test_a_tiers_flat_fee_is_charged_for_each_period_once(mode: str, first: Any) -> None:
    """9.00 for up to 10 calls at nothing each. A subscription of one month costs 9.00, not 18.00. [inferred]"""
    tale = Metered()
    tiers = [{"up_to": 10, "unit_amount": 0, "flat_amount": 900}, {"up_to": "inf", "unit_amount": 5}]
    price = tale.metered(billing_scheme="tiered", tiers_mode="graduated", tiers=tiers)
    tale.subscribe(price, billing_mode={"type": mode}, cancel_at_period_end=True)
    assert (tale.lines() if tale.invoices() else None) == first
    tale.go(PERIOD + 2 * HOUR)
    assert sum(invoice["total"] for invoice in tale.invoices()) == 900


@pytest.mark.parametrize("days, status", [(250, 200), (251, 400), (10_000, 400)])
def test_a_backdated_beginning_has_at_most_250_lines(days: int, status: int) -> None:
    """By the day: a line for each day that is over; what is metered has none for the day that runs. [documented]"""
    tale = Metered()
    price = tale.metered(recurring={"interval": "day", "usage_type": "metered", "meter": tale.meter})
    body = {"customer": tale.customer, "items": [{"price": price}], "backdate_start_date": NOW - days * DAY}
    answered, made = tale.stripe.ask("POST", "/v1/subscriptions", body)
    assert answered == status
    assert status == 200 or made["error"]["param"] == "backdate_start_date"
    assert len(tale.invoices()) == (status == 200)


def test_classic_mode_backdates_usage_any_time_back() -> None:
    """Its first invoice has one line of nothing, however many periods are over. [documented]"""
    tale = Metered()
    price = tale.metered(recurring={"interval": "day", "usage_type": "metered", "meter": tale.meter})
    tale.subscribe(price, billing_mode={"type": "classic"}, backdate_start_date=NOW - 300 * DAY)
    assert tale.lines() == [("0", 0)]
