"""Subscription schedules: phases that the clock begins and ends."""

from __future__ import annotations

from typing import Any

from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale

TWO_MONTHS = MONTH + 31 * DAY
"""To 31 March, which is where the second of two months from 31 January ends."""
MONTHLY = {"interval": "month", "interval_count": 1}


def scheduled(tale: Tale, *phases: dict[str, Any], **terms: Any) -> Any:
    """A schedule for the customer."""
    tale.told()
    values = {"customer": tale.customer, "start_date": "now", "phases": list(phases), **terms}
    made = tale.stripe.post("/v1/subscription_schedules", values)
    tale.path = f"/v1/subscriptions/{made['subscription']}"
    return made


def test_two_phases_then_the_end() -> None:
    """10.00 for a month, two of 20.00 for another; with `cancel` it is over then."""
    tale = Tale()
    silver, gold = tale.price(1000), tale.price(2000)
    made = scheduled(
        tale,
        {"items": [{"price": silver}], "duration": MONTHLY},
        {"items": [{"price": gold, "quantity": 2}], "duration": MONTHLY, "metadata": {"tier": "gold"}},
        end_behavior="cancel",
    )
    assert (made["status"], made["current_phase"]) == ("active", {"start_date": NOW, "end_date": NOW + MONTH})
    assert (tale.now()["schedule"], tale.bill()[0]) == (made["id"], "draft")
    tale.go(HOUR)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $10.00 / month)", 1000)])
    tale.go(MONTH + HOUR)
    assert tale.bill() == ("paid", [("2 \u00d7 Gold (at $20.00 / month)", 4000)])
    assert (tale.now()["metadata"], tale.now()["cancel_at"]) == ({"tier": "gold"}, NOW + TWO_MONTHS)
    tale.told()
    tale.go(TWO_MONTHS)
    assert tale.told() == [
        "subscription_schedule.expiring",
        "subscription_schedule.completed",
        "customer.subscription.deleted",
    ]
    after = tale.stripe.get(f"/v1/subscription_schedules/{made['id']}")
    assert (after["status"], after["completed_at"], after["current_phase"]) == ("completed", NOW + TWO_MONTHS, None)


def test_a_schedule_that_begins_later_has_no_subscription_yet() -> None:
    """And is released at its end, while the subscription goes on."""
    tale = Tale()
    phase = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    made = scheduled(tale, phase, start_date=NOW + 5 * DAY)
    assert (made["status"], made["subscription"], made["current_phase"]) == ("not_started", None, None)
    tale.go(5 * DAY)
    begun = tale.stripe.get(f"/v1/subscription_schedules/{made['id']}")
    tale.path = f"/v1/subscriptions/{begun['subscription']}"
    assert (begun["status"], tale.period()) == ("active", (5 * DAY, 33 * DAY))
    tale.go(33 * DAY + HOUR)
    ended = tale.stripe.get(f"/v1/subscription_schedules/{made['id']}")
    assert (ended["status"], ended["released_subscription"]) == ("released", tale.now()["id"])
    assert (tale.now()["status"], tale.now()["schedule"], tale.bill()[0]) == ("active", None, "paid")


def test_a_schedule_around_a_subscription_changes_it_in_the_middle() -> None:
    """After 14 of 28 days: half of 28.00 comes back, half of 56.00 is billed, with the next invoice."""
    tale = Tale()
    silver, gold = tale.price(2800), tale.price(5600)
    tale.subscribe(silver)
    path = "/v1/subscription_schedules"
    made = tale.stripe.post(path, {"from_subscription": tale.now()["id"]})
    assert (made["status"], made["phases"][0]["end_date"]) == ("active", NOW + MONTH)
    phases = [
        {"items": [{"price": silver}], "start_date": NOW, "end_date": NOW + 14 * DAY},
        {"items": [{"price": gold}], "duration": MONTHLY},
    ]
    tale.stripe.post(f"{path}/{made['id']}", {"phases": phases})
    tale.go(14 * DAY)
    assert tale.now()["items"]["data"][0]["price"]["id"] == gold
    tale.go(MONTH + HOUR)
    assert tale.bill()[1] == [
        ("Unused time on Gold after 14 Feb 2027", -1400),
        ("Remaining time on Gold after 14 Feb 2027", 2800),
        ("1 \u00d7 Gold (at $56.00 / month)", 5600),
    ]


def test_another_interval_counts_the_periods_anew() -> None:
    """From a month to a year: the year begins where the month ends."""
    tale = Tale()
    month, year = tale.price(1000), tale.price(9000, interval="year")
    scheduled(
        tale,
        {"items": [{"price": month}], "duration": MONTHLY},
        {"items": [{"price": year}], "duration": {"interval": "year", "interval_count": 1}},
    )
    tale.go(MONTH + HOUR)
    assert tale.bill() == ("paid", [("1 \u00d7 Gold (at $90.00 / year)", 9000)])
    assert tale.period() == (MONTH, MONTH + 365 * DAY)


def test_canceling_a_schedule_cancels_its_subscription() -> None:
    """And a subscription that is canceled takes its schedule along."""
    tale = Tale()
    phase = {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}
    made = scheduled(tale, phase)
    canceled = tale.stripe.post(f"/v1/subscription_schedules/{made['id']}/cancel", {"prorate": False})
    assert (canceled["status"], tale.now()["status"]) == ("canceled", "canceled")
    assert tale.stripe.refused("POST", f"/v1/subscription_schedules/{made['id']}/release")[0] == 400
    other = scheduled(tale, phase)
    tale.stripe.delete(tale.path)
    assert tale.stripe.get(f"/v1/subscription_schedules/{other['id']}")["status"] == "canceled"


def test_released_it_lets_the_subscription_go_on() -> None:
    """Also from the cancellation it had planned."""
    tale = Tale()
    made = scheduled(tale, {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}, end_behavior="cancel")
    assert tale.now()["cancel_at"] == NOW + MONTH
    released = tale.stripe.post(f"/v1/subscription_schedules/{made['id']}/release")
    assert (released["status"], released["subscription"]) == ("released", None)
    assert (tale.now()["schedule"], tale.now()["cancel_at"], tale.now()["status"]) == (None, None, "active")


def test_phases_follow_one_another() -> None:
    """A gap is refused, and so is a second schedule for one subscription."""
    tale = Tale()
    price = tale.price(1000)
    phases = [
        {"items": [{"price": price}], "duration": MONTHLY},
        {"items": [{"price": price}], "start_date": NOW + MONTH + DAY, "duration": MONTHLY},
    ]
    path = "/v1/subscription_schedules"
    terms = {"customer": tale.customer, "start_date": "now", "phases": phases}
    assert tale.stripe.refused("POST", path, terms)[1]["param"] == "phases[1][start_date]"
    tale.subscribe(price)
    tale.stripe.post(path, {"from_subscription": tale.now()["id"]})
    assert tale.stripe.refused("POST", path, {"from_subscription": tale.now()["id"]})[0] == 400


def test_a_phase_takes_something_off() -> None:
    """Half of 10.00 in the first phase by one coupon, a tenth in the second by another."""
    tale = Tale()
    half = tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    tenth = tale.stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    price = tale.price(1000)
    phases = [
        {"items": [{"price": price}], "duration": MONTHLY, "discounts": [{"coupon": coupon}]}
        for coupon in (half, tenth)
    ]
    made = scheduled(tale, *phases)
    assert made["phases"][0]["discounts"] == [{"coupon": half, "discount": None, "promotion_code": None}]
    tale.go(HOUR)
    assert tale.invoices()[0]["total"] == 500
    tale.go(MONTH + HOUR)
    assert tale.invoices()[0]["total"] == 900


def test_a_phase_gives_its_items_their_metadata_and_taxes() -> None:
    """Of both phases, the first of which begins with the schedule: 10 % on 10.00, then none."""
    tale = Tale()
    rate = tale.stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 10, "inclusive": False})["id"]
    price = tale.price(1000)
    scheduled(
        tale,
        {"items": [{"price": price, "metadata": {"a": "b"}, "tax_rates": [rate]}], "end_date": NOW + 14 * DAY},
        {"items": [{"price": price}], "duration": MONTHLY},
    )
    item = tale.now()["items"]["data"][0]
    assert (item["metadata"], [row["id"] for row in item["tax_rates"]]) == ({"a": "b"}, [rate])
    assert tale.invoices()[0]["total"] == 1100
    tale.go(14 * DAY)
    assert tale.now()["items"]["data"][0]["tax_rates"] == []


def test_a_price_that_was_archived_since_is_sold_after_all() -> None:
    """The clock goes on: what was agreed on with the schedule stays agreed on. [inferred]"""
    tale = Tale()
    silver, gold = tale.price(1000), tale.price(2000)
    begin, change = ({"items": [{"price": price}], "duration": MONTHLY} for price in (silver, gold))
    made = scheduled(tale, begin, change, start_date=NOW + DAY)
    for price in (silver, gold):
        tale.stripe.post(f"/v1/prices/{price}", {"active": False})
    tale.go(2 * DAY)
    begun = tale.stripe.get(f"/v1/subscription_schedules/{made['id']}")["subscription"]
    assert [row["total"] for row in tale.invoices()] == [1000]
    tale.go(31 * DAY)
    assert tale.stripe.get(f"/v1/subscriptions/{begun}")["items"]["data"][0]["price"]["id"] == gold


def test_a_schedule_that_no_longer_cancels_takes_the_end_back() -> None:
    """`end_behavior` says whether the subscription has a last day, and nobody else does."""
    tale = Tale()
    made = scheduled(tale, {"items": [{"price": tale.price(1000)}], "duration": MONTHLY}, end_behavior="cancel")
    assert tale.now()["cancel_at"] == NOW + MONTH
    status, error = tale.stripe.refused("POST", tale.path, {"cancel_at_period_end": True})
    assert (status, made["id"] in error["message"]) == (400, True)
    assert tale.change(cancel_at_period_end=False, metadata={"a": "b"})["metadata"] == {"a": "b"}
    tale.stripe.post(f"/v1/subscription_schedules/{made['id']}", {"end_behavior": "release"})
    assert tale.now()["cancel_at"] is None


def test_a_subscription_that_is_canceled_takes_its_schedule_along() -> None:
    """`aborted` is told only where nobody paid. [documented]"""
    tale = Tale()
    scheduled(tale, {"items": [{"price": tale.price(1000)}], "duration": MONTHLY})
    tale.go(HOUR)
    tale.told()
    tale.stripe.delete(tale.path)
    assert tale.told() == ["subscription_schedule.canceled", "customer.subscription.deleted"]


def test_a_week_that_begins_later_expires_from_its_first_moment() -> None:
    """The warning comes seven days before the end, which is when the only week begins."""
    tale = Tale()
    week = {"interval": "week", "interval_count": 1}
    made = scheduled(tale, {"items": [{"price": tale.price(1000)}], "duration": week}, start_date=NOW + 3 * DAY)
    tale.told()
    tale.go(3 * DAY)
    told = [type_ for type_ in tale.told() if type_.startswith("subscription_schedule")]
    assert told == ["subscription_schedule.updated", "subscription_schedule.expiring"]
    tale.go(10 * DAY)
    assert tale.stripe.get(f"/v1/subscription_schedules/{made['id']}")["status"] == "released"


def test_a_phase_in_another_currency_is_refused_when_it_is_planned() -> None:
    """Not on the day on which it would begin; the plan stays as it was."""
    tale = Tale()
    gold = tale.price(1000)
    yen = {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "Kin"}, "recurring": {"interval": "month"}}
    kin = tale.stripe.post("/v1/prices", yen)["id"]
    made = scheduled(tale, {"items": [{"price": gold}], "duration": MONTHLY})
    path = f"/v1/subscription_schedules/{made['id']}"
    first = {"items": [{"price": gold}], "start_date": NOW, "end_date": NOW + MONTH}
    later = {"items": [{"price": kin}], "duration": MONTHLY}
    for wanted in ([first, later], [{**first, "items": [{"price": kin}]}]):
        status, error = tale.stripe.refused("POST", path, {"phases": wanted})
        assert (status, "mismatch in currency" in error["message"]) == (400, True)
    assert tale.stripe.get(path)["phases"] == made["phases"]


def test_what_invoices_say_and_thresholds_are_a_phases_own() -> None:
    """A phase's words go before the schedule's, and a threshold holds as long as its phase. [documented]"""
    tale = Tale()
    gold = tale.price(1000)
    own = {"invoice_settings": {"footer": "First"}, "billing_thresholds": {"amount_gte": 5000}}
    made = scheduled(
        tale,
        {"items": [{"price": gold, "billing_thresholds": {"usage_gte": 7}}], "duration": MONTHLY, **own},
        {"items": [{"price": gold}], "duration": MONTHLY},
        default_settings={"invoice_settings": {"footer": "Later", "description": "By schedule"}},
    )
    assert made["phases"][0]["billing_thresholds"] == {"amount_gte": 5000, "reset_billing_cycle_anchor": False}
    assert made["phases"][0]["items"][0]["billing_thresholds"] == {"usage_gte": 7}
    seen = []
    for moment in (HOUR, MONTH + HOUR):
        tale.go(moment)
        now, newest = tale.now(), tale.invoices()[0]
        item = now["items"]["data"][0]["billing_thresholds"]
        seen.append((newest["footer"], newest["description"], now["billing_thresholds"] is None, item))
    assert seen == [("First", "By schedule", False, {"usage_gte": 7}), ("Later", "By schedule", True, None)]


def test_a_discount_that_a_phase_takes_from_an_item_is_told() -> None:
    """The event says what the item had, though the discount is no more."""
    tale = Tale()
    gold = tale.price(1000)
    coupon = tale.stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    item = tale.subscribe(gold)["items"]["data"][0]["id"]
    given = tale.stripe.post(f"/v1/subscription_items/{item}", {"discounts": [{"coupon": coupon}]})["discounts"]
    made = tale.stripe.post("/v1/subscription_schedules", {"from_subscription": tale.now()["id"]})
    phases = [
        {"items": [{"price": gold}], "start_date": NOW, "end_date": NOW + 14 * DAY},
        {"items": [{"price": gold, "quantity": 2}], "duration": MONTHLY},
    ]
    tale.stripe.post(f"/v1/subscription_schedules/{made['id']}", {"phases": phases})
    assert tale.now()["items"]["data"][0]["discounts"] == []
    told = tale.stripe.get("/v1/events", {"type": "customer.subscription.updated"})["data"][0]["data"]
    assert told["previous_attributes"]["items"]["data"][0]["discounts"] == given


def test_a_schedule_around_a_subscription_keeps_how_it_is_collected() -> None:
    """Sent, due in a week and with its own words, also in a phase that says nothing of it. [inferred]"""
    tale = Tale()
    price = tale.price(2800)
    sent = {"collection_method": "send_invoice", "days_until_due": 7, "description": "Gold"}
    tale.subscribe(price, **sent, invoice_settings={"footer": "Thank you"})
    made = tale.stripe.post("/v1/subscription_schedules", {"from_subscription": tale.now()["id"]})
    now = made["current_phase"]
    phases = [
        {"items": [{"price": price}], **now},
        {"items": [{"price": price, "quantity": 2}], "duration": {"interval": "month"}},
    ]
    tale.stripe.post(f"/v1/subscription_schedules/{made['id']}", {"phases": phases})
    tale.go(28 * DAY)
    after = tale.now()
    assert {name: after[name] for name in sent} == sent
    assert (after["invoice_settings"]["footer"], after["quantity"]) == ("Thank you", 2)
