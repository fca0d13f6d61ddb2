"""Periods that are billed before they begin: `billing_schedules`, told as dated stories."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Metered, Tale

PREVIEW = "/v1/invoices/create_preview"
AT_ONCE = {"proration_behavior": "always_invoice"}


def months(count: int, *prices: str) -> list[dict[str, Any]]:
    """A schedule that bills so many months from now, of these prices or of all."""
    until = {"type": "duration", "duration": {"interval": "month", "interval_count": count}}
    applies = {"applies_to": [{"type": "price", "price": price} for price in prices]} if prices else {}
    return [{"bill_until": until, **applies}]


def lines(invoice: Any) -> list[tuple[int, int, int]]:
    """What the lines of an invoice cost, and from which day to which they are."""
    rows = [(line["amount"], line["period"]) for line in invoice["lines"]["data"]]
    return sorted(
        ((cents, (period["start"] - NOW) // DAY, (period["end"] - NOW) // DAY) for cents, period in rows),
        key=lambda row: row[1:],
    )


def test_a_quarter_is_paid_at_signup() -> None:
    """Three months of 28.00 on 31 January; nothing on 28 February or 31 March, and 28.00 again on 30 April."""
    tale = Tale()
    price = tale.price(2800)
    asked = {"items": [{"price": price}], "billing_schedules": months(3)}
    seen = tale.stripe.post(PREVIEW, {"customer": tale.customer, "subscription_details": asked})
    made = tale.subscribe(price, billing_schedules=months(3), expand=["items.data.billed_until"])
    (row,) = made["billing_schedules"]
    assert row["bill_until"] == {
        "computed_timestamp": NOW + 89 * DAY,
        "duration": {"interval": "month", "interval_count": 3},
        "timestamp": None,
        "type": "duration",
    }
    assert (row["applies_to"], made["items"]["data"][0]["billed_until"]) == (None, NOW + 89 * DAY)
    assert lines(tale.invoices()[0]) == lines(seen) == [(2800, 0, 28), (2800, 28, 59), (2800, 59, 89)]
    assert (tale.invoices()[0]["status"], tale.invoices()[0]["total"]) == ("paid", 8400)
    tale.told()
    tale.go(MONTH)
    assert (len(tale.invoices()), tale.period()) == (1, (28 * DAY, 59 * DAY))
    assert tale.told() == ["customer.subscription.updated"]
    later = tale.stripe.post(PREVIEW, {"subscription": made["id"]})
    tale.go(59 * DAY)
    tale.go(89 * DAY)
    assert lines(tale.invoices()[0]) == lines(later) == [(2800, 89, 120)]
    assert len(tale.invoices()) == 2


def test_the_last_part_of_a_period_is_billed_when_it_begins() -> None:
    """45 days of 31.00 a month: the whole of February's, 17 of the 31 days after it; then the other 14 of them."""
    tale = Tale()
    until = [{"bill_until": {"type": "timestamp", "timestamp": NOW + 45 * DAY}, "key": "early"}]
    made = tale.subscribe(tale.price(3100), billing_schedules=until)
    assert (made["billing_schedules"][0]["key"], made["billing_schedules"][0]["bill_until"]["duration"]) == (
        "early",
        None,
    )
    assert lines(tale.invoices()[0]) == [(3100, 0, 28), (1700, 28, 45)]
    tale.go(MONTH)
    assert lines(tale.invoices()[0]) == [(1400, 45, 59)]


def test_an_existing_subscription_pays_early() -> None:
    """On the 7th: at once, two months from then: 31.00 for March's, and of April's 7 of 30 days, 7.23."""
    tale = Tale()
    tale.subscribe(tale.price(3100))
    tale.go(7 * DAY)
    details = {"billing_schedules": months(2), **AT_ONCE}
    seen = tale.stripe.post(PREVIEW, {"subscription": tale.now()["id"], "subscription_details": details})
    tale.told()
    tale.change(billing_schedules=months(2), **AT_ONCE)
    assert lines(tale.invoices()[0]) == lines(seen) == [(3100, 28, 59), (723, 59, 66)]
    told = tale.told()
    assert told[:2] == ["invoiceitem.created", "invoiceitem.created"]
    assert "invoice.paid" in told
    assert "customer.subscription.updated" in told


def test_or_with_the_next_renewal() -> None:
    """By default what is billed ahead waits; on 28 February its month and the next are on one invoice."""
    tale = Tale()
    tale.subscribe(tale.price(3100))
    until = [{"bill_until": {"type": "timestamp", "timestamp": NOW + 89 * DAY}}]
    tale.change(billing_schedules=until)
    assert len(tale.invoices()) == 1
    seen = tale.stripe.post(PREVIEW, {"subscription": tale.now()["id"]})
    tale.go(MONTH)
    assert lines(tale.invoices()[0]) == lines(seen) == [(3100, 28, 59), (3100, 59, 89)]
    tale.go(59 * DAY)
    assert len(tale.invoices()) == 2


def test_only_what_is_named() -> None:
    """The add-on is paid for two months, seats and usage month by month."""
    tale = Metered()
    seat, addon, calls = tale.price(1000), tale.price(500, name="Backup"), tale.calls(unit_amount=10)
    rows = [{"price": seat}, {"price": addon}, {"price": calls}]
    body = {"customer": tale.customer, "items": rows, "billing_schedules": months(2, addon)}
    made = tale.stripe.post("/v1/subscriptions", {**body, "expand": ["items.data.billed_until"]})
    assert lines(tale.invoices()[0]) == [(1000, 0, 28), (500, 0, 28), (500, 28, 59)]
    assert [(item["billed_until"] - NOW) // DAY for item in made["items"]["data"]] == [28, 59, 0]
    tale.go(MONTH + HOUR)
    assert lines(tale.invoices()[0]) == [(0, 0, 28), (1000, 28, 59)]


def test_a_period_that_goes_on_makes_no_invoice_of_its_own() -> None:
    """Two months are paid, and the year of usage is not over: nothing is due on 28 February."""
    tale = Metered()
    recurring = {"interval": "year", "usage_type": "metered", "meter": tale.meter}
    rows = [{"price": tale.price(1000)}, {"price": tale.calls(unit_amount=10, recurring=recurring)}]
    tale.stripe.post("/v1/subscriptions", {"customer": tale.customer, "items": rows, "billing_schedules": months(2)})
    tale.go(MONTH + HOUR)
    assert [invoice["total"] for invoice in tale.invoices()] == [2000]


def test_an_upgrade_gives_back_what_lies_ahead() -> None:
    """On the 14th, from 28.00 to 56.00: half a month and two whole ones come back, half a month of the new is due."""
    tale = Tale()
    item = tale.subscribe(tale.price(2800), billing_schedules=months(3))["items"]["data"][0]["id"]
    tale.go(14 * DAY)
    tale.change(items=[{"id": item, "price": tale.price(5600, name="Gold")}], **AT_ONCE)
    assert lines(tale.invoices()[0]) == [(-1400, 14, 28), (2800, 14, 28), (-2800, 28, 59), (-2800, 59, 89)]
    tale.go(MONTH)
    assert lines(tale.invoices()[0]) == [(5600, 28, 59)]


def test_in_a_period_that_was_billed_ahead_the_ones_before_are_over() -> None:
    """Halfway through March: half of it and April come back, each once, and half a March of two is due."""
    tale = Tale()
    item = tale.subscribe(tale.price(3100), billing_schedules=months(3))["items"]["data"][0]["id"]
    tale.go(MONTH)
    tale.go(MONTH + 15 * DAY + 12 * HOUR)
    tale.change(items=[{"id": item, "quantity": 2}], **AT_ONCE)
    assert lines(tale.invoices()[0]) == [(-1550, 43, 59), (3100, 43, 59), (-3100, 59, 89)]


def test_an_early_end_costs_the_rest_of_the_term() -> None:
    """Billed until the end of the term and canceled with it: `max_billed_until`."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.change(billing_schedules=[{"bill_until": {"type": "timestamp", "timestamp": NOW + 59 * DAY}}], **AT_ONCE)
    assert tale.change(cancel_at="max_billed_until")["cancel_at"] == NOW + 59 * DAY
    tale.go(59 * DAY)
    assert (tale.now()["status"], [invoice["total"] for invoice in tale.invoices()]) == ("canceled", [2800, 2800])


def test_a_discount_counts_for_all_of_it() -> None:
    """Half off for ever: 14.00 for each of two months, and for the third when it begins."""
    tale = Tale()
    half = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    tale.subscribe(tale.price(2800), billing_schedules=months(2), discounts=[{"coupon": half}])
    assert tale.invoices()[0]["total"] == 2800
    tale.go(59 * DAY)
    assert tale.invoices()[0]["total"] == 1400


def test_it_is_taken_away() -> None:
    """What was billed stays billed."""
    tale = Tale()
    tale.subscribe(tale.price(2800), billing_schedules=months(2))
    assert tale.change(billing_schedules="")["billing_schedules"] == []
    tale.go(MONTH)
    assert len(tale.invoices()) == 1


FIVE_OFF = {"amount_off": 500, "currency": "usd", "duration": "forever"}
TWO_MONTHS = {"percent_off": 50, "duration": "repeating", "duration_in_months": 2}


@pytest.mark.parametrize(
    "terms",
    [
        {"billing_mode": {"type": "classic"}},
        {"billing_schedules": [{"bill_until": {"type": "timestamp", "timestamp": NOW + 27 * DAY}}]},
        {"billing_schedules": [{"bill_until": {"type": "timestamp"}}]},
        {"billing_schedules": [{**row, "key": "one"} for row in (*months(2), *months(2))]},
        {"billing_schedules": months(51)},
        {"billing_schedules": months(2, "price_none")},
        {"cancel_at": NOW + 40 * DAY},
        {"coupon": FIVE_OFF},
        {"coupon": TWO_MONTHS},
    ],
)
def test_what_cannot_be_billed_ahead(terms: dict[str, Any]) -> None:
    """400, and there is nothing. [documented; the sentences inferred]"""
    tale = Tale()
    if "coupon" in terms:
        terms = {"discounts": [{"coupon": tale.stripe.post("/v1/coupons", terms["coupon"])["id"]}]}
    body = {"customer": tale.customer, "items": [{"price": tale.price(2800)}], "billing_schedules": months(2)}
    assert tale.stripe.refused("POST", "/v1/subscriptions", {**body, **terms})[0] == 400
    assert tale.invoices() == []


def test_fifty_periods_are_the_most() -> None:
    """The current one counts: fifty months of one price go, of two do not. [documented: 25 of two]"""
    tale = Tale()
    one, two = tale.price(100), tale.price(200)
    assert (
        tale.stripe.ask(
            "POST",
            PREVIEW,
            {
                "customer": tale.customer,
                "subscription_details": {"items": [{"price": one}], "billing_schedules": months(50)},
            },
        )[0]
        == 200
    )
    both = {"items": [{"price": one}, {"price": two}]}
    for count, status in ((25, 200), (26, 400)):
        details = {**both, "billing_schedules": months(count)}
        assert (
            tale.stripe.ask("POST", PREVIEW, {"customer": tale.customer, "subscription_details": details})[0] == status
        )


def test_no_schedule_goes_with_it() -> None:
    """Neither the one first nor the other."""
    tale = Tale()
    made = tale.subscribe(tale.price(2800), billing_schedules=months(2))
    assert tale.stripe.refused("POST", "/v1/subscription_schedules", {"from_subscription": made["id"]})[0] == 400
    tale.subscribe(tale.price(2900))
    tale.stripe.post("/v1/subscription_schedules", {"from_subscription": tale.now()["id"]})
    assert tale.stripe.refused("POST", tale.path, {"billing_schedules": months(2)})[0] == 400
