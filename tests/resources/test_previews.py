"""Previews of sign-ups, trials, resets and cancellations: what would be billed, and nothing is changed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, MONTH, Tale

PATH = "/v1/invoices/create_preview"


def lines(invoice: Any) -> list[tuple[str, int]]:
    """What the lines say and cost."""
    return [(line["description"], line["amount"]) for line in invoice["lines"]["data"]]


@pytest.mark.parametrize(
    "details, expected",
    [
        ({}, [("1 \u00d7 Gold (at $31.00 / month)", 3100)]),
        ({"trial_end": NOW + 10 * DAY}, [("Free trial for 1 \u00d7 Gold", 0)]),
        (
            {"billing_cycle_anchor": {"type": "timestamp", "timestamp": NOW + 10 * DAY}},
            [("Remaining time on Gold after 31 Jan 2027", 1000)],
        ),
    ],
)
def test_a_sign_up_is_previewed_without_signing_up(details: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    """What the first invoice would be, for a customer who has no subscription afterwards either."""
    tale = Tale()
    items = [{"price": tale.price(3100)}]
    shown = tale.stripe.post(PATH, {"customer": tale.customer, "subscription_details": {"items": items, **details}})
    assert lines(shown) == expected
    assert (shown["id"].startswith("upcoming_in"), shown["billing_reason"]) == (True, "upcoming")
    assert tale.stripe.get("/v1/subscriptions", {"customer": tale.customer})["data"] == []


def test_canceling_now_is_previewed_as_it_then_happens() -> None:
    """Half of 28.00 would come back."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    tale.go(14 * DAY)
    shown = tale.stripe.post(PATH, {"subscription": subscription, "subscription_details": {"cancel_now": True}})
    assert lines(shown) == [("Unused time on Gold after 14 Feb 2027", -1400)]
    tale.stripe.delete(tale.path, {"invoice_now": True, "prorate": True})
    assert tale.bill()[1] == lines(shown)


def test_a_reset_of_the_anchor_is_previewed_as_it_then_happens() -> None:
    """The same lines, and the same total."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    tale.go(7 * DAY)
    reset = {"billing_cycle_anchor": {"type": "now"}}
    shown = tale.stripe.post(PATH, {"subscription": subscription, "subscription_details": reset})
    assert shown["total"] == 700
    tale.change(**reset)
    assert tale.bill()[1] == lines(shown)
    assert tale.period() == (7 * DAY, 7 * DAY + MONTH)


@pytest.mark.parametrize(
    "ends, expected",
    [
        (28, [("1 \u00d7 Plat (at $56.00 / month)", 5600)]),
        (
            14,
            [
                ("Unused time on Gold after 14 Feb 2027", -1400),
                ("Remaining time on Plat after 14 Feb 2027", 2800),
                ("1 \u00d7 Plat (at $56.00 / month)", 5600),
            ],
        ),
    ],
)
def test_the_phases_of_a_schedule_are_previewed(ends: int, expected: list[tuple[str, int]]) -> None:
    """A phase that begins with the next period, or before it, is on the next invoice."""
    tale = Tale()
    gold, plat = tale.price(2800), tale.price(5600, name="Plat")
    phases = [
        {"items": [{"price": gold}], "end_date": NOW + ends * DAY},
        {"items": [{"price": plat}], "duration": {"interval": "month", "interval_count": 3}},
    ]
    made = tale.stripe.post(
        "/v1/subscription_schedules", {"customer": tale.customer, "start_date": "now", "phases": phases}
    )
    for whose in ({"schedule": made["id"]}, {"subscription": made["subscription"]}):
        assert lines(tale.stripe.post(PATH, whose)) == expected
    assert tale.stripe.get(f"/v1/subscription_schedules/{made['id']}")["current_phase"]["start_date"] == NOW
    tale.go(28 * DAY)
    assert tale.bill()[1] == expected


def test_items_that_do_not_exist_are_previewed_as_if_they_waited() -> None:
    """On the next renewal, on a sign-up, and for a customer who subscribes to nothing; none of them stays."""
    tale = Tale()
    once = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Setup"}}
    setup = tale.stripe.post("/v1/prices", once)["id"]
    product = tale.stripe.get(f"/v1/prices/{setup}")["product"]
    gold = tale.price(2800)
    items = [
        {"price": setup, "quantity": 2},
        {"amount": -300, "currency": "usd", "description": "Sorry"},
        {"price_data": {"currency": "usd", "unit_amount": 70, "product": product}},
    ]
    extra = [("Setup", 70), ("Sorry", -300), ("Setup", 1000)]
    shown = tale.stripe.post(PATH, {"customer": tale.customer, "invoice_items": items})
    assert (lines(shown), shown["total"]) == (extra, 770)
    assert tale.stripe.refused("POST", PATH, {"customer": tale.customer})[1]["code"] == "invoice_upcoming_none"
    wanted = {"customer": tale.customer, "subscription_details": {"items": [{"price": gold}]}, "invoice_items": items}
    assert lines(tale.stripe.post(PATH, wanted)) == [*extra, ("1 \u00d7 Gold (at $28.00 / month)", 2800)]
    renewed = tale.subscribe(gold)["id"]
    shown = tale.stripe.post(PATH, {"subscription": renewed, "invoice_items": items})
    assert lines(shown) == [*extra, ("1 \u00d7 Gold (at $28.00 / month)", 2800)]
    assert tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer})["data"] == []
    status, error = tale.stripe.refused(
        "POST", PATH, {"subscription": renewed, "invoice_items": [{"amount": 1, "tax_code": "txcd_1"}]}
    )
    assert (status, error["param"]) == (501, "invoice_items[0][tax_code]")
