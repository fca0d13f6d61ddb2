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
    reset = {"billing_cycle_anchor": {"type": "now"}, "proration_behavior": "always_invoice"}
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
        "POST", PATH, {"subscription": renewed, "invoice_items": [{"amount": 1, "quantity_decimal": "1.5"}]}
    )
    assert (status, error["param"]) == (400, "invoice_items[0][amount]")  # an amount is of all of it


def test_what_recurs_is_previewed_without_what_does_not() -> None:
    """Neither what waits, nor prorations, nor a coupon that counts once. [inferred]"""
    tale = Tale()
    once = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "once"})["id"]
    subscription = tale.subscribe(tale.price(2800))
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 250, "description": "Extra"})
    tale.go(7 * DAY)
    tale.change(discounts=[{"coupon": once}])
    items = [{"id": subscription["items"]["data"][0]["id"], "quantity": 2}]
    asked = {"subscription": subscription["id"], "subscription_details": {"items": items}}
    following = tale.stripe.post(PATH, asked)
    assert [amount for _, amount in lines(following)] == [-2100, 2100, 250, 5600]  # 3/4 of 28.00; 3/4 of half of 56.00
    shown = tale.stripe.post(PATH, {**asked, "preview_mode": "recurring"})
    assert (lines(shown), shown["total"]) == ([("2 \u00d7 Gold (at $28.00 / month)", 5600)], 5600)


def test_a_trial_is_previewed_by_what_recurs_after_it() -> None:
    """The line of the trial itself does not recur."""
    tale = Tale()
    details = {"items": [{"price": tale.price(3100)}], "trial_end": NOW + 10 * DAY}
    asked = {"customer": tale.customer, "subscription_details": details, "preview_mode": "recurring"}
    assert tale.stripe.post(PATH, asked)["total"] == 3100


def test_a_schedule_that_has_not_begun_is_previewed() -> None:
    """Its first invoice, made when it begins."""
    tale = Tale()
    phases = [{"items": [{"price": tale.price(2800)}], "duration": {"interval": "month"}}]
    begins = NOW + 5 * DAY
    made = {"customer": tale.customer, "start_date": begins, "phases": phases}
    schedule = tale.stripe.post("/v1/subscription_schedules", made)["id"]
    shown = tale.stripe.post(PATH, {"schedule": schedule})
    assert (lines(shown), shown["created"]) == ([("1 \u00d7 Gold (at $28.00 / month)", 2800)], begins)
    assert tale.stripe.get(f"/v1/subscription_schedules/{schedule}")["status"] == "not_started"


def test_the_phases_of_a_schedule_are_previewed_as_they_would_be() -> None:
    """Of one that exists, changed; and of one that does not."""
    tale = Tale()
    gold, silver = tale.price(2800), tale.price(1400, name="Silver")
    subscription = tale.subscribe(gold)
    schedule = tale.stripe.post("/v1/subscription_schedules", {"from_subscription": subscription["id"]})
    current = {"items": [{"price": gold}], "start_date": NOW, "end_date": NOW + MONTH}
    phases = [current, {"items": [{"price": silver}], "duration": {"interval": "month"}}]
    shown = tale.stripe.post(PATH, {"schedule": schedule["id"], "schedule_details": {"phases": phases}})
    assert lines(shown) == [("1 \u00d7 Silver (at $14.00 / month)", 1400)]
    assert tale.stripe.post(PATH, {"schedule": schedule["id"]})["total"] == 2800
    fresh = {"phases": phases[1:]}
    shown = tale.stripe.post(PATH, {"customer": tale.customer, "schedule_details": fresh})
    assert (lines(shown), shown["created"]) == ([("1 \u00d7 Silver (at $14.00 / month)", 1400)], NOW)
    assert len(tale.stripe.get("/v1/subscriptions", {"customer": tale.customer})["data"]) == 1


def test_a_pause_and_its_end_are_previewed() -> None:
    """Three quarters of 28.00 would come back; a whole month would be billed from now. What waits is no invoice."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    tale.go(7 * DAY)
    rests = {"subscription": subscription, "subscription_details": {"pause": {"type": "subscription"}}}
    assert tale.stripe.refused("POST", PATH, rests)[0] == 404
    rests["subscription_details"]["pause"]["invoicing_behavior"] = "invoice"
    shown = tale.stripe.post(PATH, rests)
    assert lines(shown) == [("Unused time on Gold after 07 Feb 2027", -2100)]
    assert tale.now()["status"] == "active"
    tale.stripe.post(f"{tale.path}/pause", {"type": "subscription"})
    resumed = {"subscription": subscription, "subscription_details": {"resume_at": "now"}}
    assert lines(tale.stripe.post(PATH, resumed))[-1] == ("1 \u00d7 Gold (at $28.00 / month)", 2800)
    assert tale.now()["status"] == "paused"


def test_default_tax_rates_are_previewed() -> None:
    """19 % on top of 28.00 is 5.32."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    rate = tale.stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 19, "inclusive": False})["id"]
    details = {"default_tax_rates": [rate], "metadata": {"a": "b"}}
    shown = tale.stripe.post(PATH, {"subscription": subscription, "subscription_details": details})
    assert (shown["total"], shown["parent"]["subscription_details"]["metadata"]) == (3332, {"a": "b"})


def test_what_waits_is_previewed_as_it_would_be_changed() -> None:
    """An item of 2.50 that would be 4.00."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    waiting = {"customer": tale.customer, "amount": 250, "currency": "usd", "description": "Extra"}
    entry = tale.stripe.post("/v1/invoiceitems", waiting)["id"]
    changed = [{"invoiceitem": entry, "amount": 400}]
    shown = tale.stripe.post(PATH, {"subscription": subscription, "invoice_items": changed})
    assert lines(shown) == [("Extra", 400), ("1 \u00d7 Gold (at $28.00 / month)", 2800)]
    assert tale.stripe.get(f"/v1/invoiceitems/{entry}")["amount"] == 250
