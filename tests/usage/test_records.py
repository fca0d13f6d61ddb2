"""Usage records of versions before basil, and the move from them to a meter, both systems on one account.

Amounts are cents. Records are of API version 2025-02-24.acacia, the last that had them.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import NOW
from tests.resources.tale import CARD, DAY, HOUR
from tests.usage.recorded import ACACIA, Recorded

PERIOD = 28 * DAY
FLEXIBLE = "With `billing_mode.type=flexible` set on a subscription,"
NEEDS_METER = "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters."


@pytest.mark.parametrize(
    "how, first, second",
    [
        ("sum", 57, 0),  # 20 + 30 + 7
        ("max", 30, 0),
        ("last_during_period", 7, 0),
        ("last_ever", 7, 7),
    ],
)
def test_records_are_summed_up_as_the_price_says(how: str, first: int, second: int) -> None:
    """10 and 4 at one moment, which is then set to 20; 30 on the fifth day, 7 on the sixth; nothing in March.

    Rests on the documented ways, on `set` overwriting one moment, and on recorded summaries, the open period first.
    """
    tale = Recorded()
    tale.subscribe(tale.recorded(how))
    for quantity, action in ((10, "increment"), (4, "increment"), (20, "set")):
        tale.record(quantity, action, at=0)
    tale.go(6 * DAY)
    tale.record(7)
    tale.record(30, at=5 * DAY)  # told later, of before
    assert tale.totals() == [(False, first)]
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == [(str(first), first)]
    tale.go(59 * DAY + 2 * HOUR)
    assert tale.lines() == [(str(second), second)]
    assert tale.totals() == [(False, second), (True, second), (True, first)]


def test_what_a_record_cannot_be_changes_nothing() -> None:
    """Of an earlier period, of the future, below zero [the last inferred]; the sentence of the first is recorded."""
    tale = Recorded()
    tale.subscribe(tale.recorded())
    tale.record(5)
    tale.go(PERIOD + 2 * HOUR)
    refused = [tale.record(1, at=PERIOD - 1), tale.record(1, at=PERIOD + 3 * HOUR), tale.record(-1)]
    assert [(status, body["error"]["param"]) for status, body in refused] == [
        (400, "timestamp"),
        (400, "timestamp"),
        (400, "quantity"),
    ]
    assert refused[0][1]["error"]["message"] == (
        "Cannot create the usage record with this timestamp because timestamps must be after the subscription's last "
        "invoice period (or current period start time)."
    )
    assert tale.totals() == [(False, 0), (True, 5)]


def test_what_is_canceled_records_nothing() -> None:
    """Refused in Stripe's words. [second-hand]"""
    tale = Recorded()
    tale.subscribe(tale.recorded())
    tale.record(5)
    tale.stripe.delete(tale.path)
    status, body = tale.record(1)
    said = "Cannot create the usage record because the subscription has been canceled."
    assert (status, body["error"]["message"]) == (400, said)


def test_usage_recorded_on_trial_is_free() -> None:
    """50 on trial cost nothing and 3 after it are 3."""
    tale = Recorded()
    tale.subscribe(tale.recorded(), trial_period_days=10)
    tale.record(50)
    tale.go(10 * DAY + 2 * HOUR)
    assert tale.bill() == ("paid", [("50 \u00d7 Calls (Free trial)", 0)])
    tale.record(3)
    tale.go(39 * DAY)
    assert tale.lines() == [("3", 3)]


def test_prices_without_a_meter_are_sold_to_older_versions_alone() -> None:
    """New subscriptions, items, phases, quotes, sessions and previews are refused since basil; what is there goes on.

    An older version goes on selling them, by the same calls. [documented; inferred: of Checkout and links]
    """
    tale = Recorded()
    price, meter = tale.recorded(), tale.metered()
    made = tale.subscribe(price)
    other = tale.recorded()
    rows = [{"price": price}]
    bob = tale.stripe.post("/v1/customers", CARD)["id"]  # without a clock, which takes three subscriptions alone
    page = {"mode": "subscription", "success_url": "https://example.com"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/v1/subscriptions", {"customer": bob, "items": rows}),
        ("/v1/subscription_items", {"subscription": made["id"], "price": other}),
        ("/v1/subscription_schedules", {"customer": bob, "phases": [{"items": rows}], "start_date": "now"}),
        ("/v1/quotes", {"customer": bob, "line_items": rows}),
        ("/v1/checkout/sessions", {"customer": bob, "line_items": rows, **page}),
        ("/v1/payment_links", {"line_items": [{"price": price, "quantity": 1}]}),
        ("/v1/invoices/create_preview", {"customer": bob, "subscription_details": {"items": rows}}),
        (
            "/v1/invoices/create_preview",
            {"customer": bob, "schedule_details": {"phases": [{"items": rows}]}},
        ),
        (
            "/v1/invoices/create_preview",
            {"subscription": made["id"], "subscription_details": {"items": [{"price": other}]}},
        ),
    ]
    for path, body in calls:
        tale.stripe.version = None
        status, error = tale.stripe.refused("POST", path, body)
        assert (path, status, error["message"]) == (path, 400, NEEDS_METER)
        tale.stripe.version = ACACIA
        if path not in ("/v1/subscription_items", "/v1/payment_links"):  # a link asks for a quantity
            tale.stripe.post(path, body)
    tale.stripe.version = None
    kept = {"id": made["items"]["data"][0]["id"], "price": price}
    details = {"items": [kept, {"price": meter}]}
    seen = tale.stripe.post(
        "/v1/invoices/create_preview", {"subscription": made["id"], "subscription_details": details}
    )
    assert seen["total"] == 0
    assert len(tale.change(items=[kept, {"price": meter}])["items"]["data"]) == 2
    assert tale.record(5)[0] == 404  # which no newer version has [documented]


def test_an_older_version_looks_up_what_its_prices_will_bill() -> None:
    """The upcoming invoice of 2024, for one who would change to another price of records."""
    tale = Recorded()
    made = tale.subscribe(tale.recorded())
    rows = [{"id": made["items"]["data"][0]["id"], "price": tale.recorded(unit_amount=3)}]
    seen = tale.stripe.get("/v1/invoices/upcoming", {"subscription": made["id"], "subscription_items": rows})
    assert [line["amount"] for line in seen["lines"]["data"]] == [0]


def test_records_are_no_matter_of_flexible_mode() -> None:
    """A subscription with records cannot become flexible [documented]; one that is forgets no usage [second-hand]."""
    tale = Recorded()
    old = tale.subscribe(tale.recorded())
    calls, seat = tale.metered(), tale.price(500)
    tale.stripe.version = None
    path = f"/v1/subscriptions/{old['id']}/migrate"
    status, error = tale.stripe.refused("POST", path, {"billing_mode": {"type": "flexible"}})
    assert (status, error["param"]) == (400, "billing_mode[type]")
    items = tale.subscribe("", items=[{"price": calls}, {"price": seat}])["items"]["data"]
    for change in (
        ("POST", tale.path, {"items": [{"id": items[0]["id"], "deleted": True, "clear_usage": True}]}),
        ("DELETE", f"/v1/subscription_items/{items[0]['id']}", {"clear_usage": True}),
    ):
        status, error = tale.stripe.refused(*change)
        assert (status, error["message"]) == (
            400,
            f"{FLEXIBLE} the following parameters are not supported: clear_usage.",
        )
    assert len(tale.now()["items"]["data"]) == 2
    tale.stripe.version = ACACIA
    price = tale.recorded()
    for path, body in (
        ("/v1/subscription_items", {"subscription": tale.path.rpartition("/")[2], "price": price}),
        (tale.path, {"items": [{"price": price}]}),
    ):
        assert tale.stripe.refused("POST", path, body)[0] == 400
    assert len(tale.now()["items"]["data"]) == 2


def test_an_item_is_deleted_with_its_records() -> None:
    """By its own path, which needs `clear_usage` too; nothing of its 5 calls is billed. [documented]"""
    tale = Recorded()
    items = tale.subscribe("", items=[{"price": tale.recorded()}, {"price": tale.price(500)}])["items"]["data"]
    tale.record(5)
    path = f"/v1/subscription_items/{items[0]['id']}"
    assert tale.stripe.refused("DELETE", path)[1]["param"] == "clear_usage"
    tale.stripe.delete(path, {"clear_usage": True})
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == [("1", 500)]


def test_a_phase_that_ends_in_mid_period_forgets_its_records() -> None:
    """5 recorded until the tenth day are nobody's, as with any change in classic mode [inferred]; the clock goes on."""
    tale = Recorded()
    old, seat = tale.recorded(), tale.price(500)
    made = tale.subscribe("", items=[{"price": old}, {"price": seat}])
    tale.record(5)
    schedule = tale.stripe.post("/v1/subscription_schedules", {"from_subscription": made["id"]})
    licensed = {"price": seat, "quantity": 1}
    first = {"start_date": schedule["phases"][0]["start_date"], "end_date": NOW + 10 * DAY}
    phases = [{"items": [{"price": old}, licensed], **first}, {"items": [licensed]}]
    tale.stripe.post(f"/v1/subscription_schedules/{schedule['id']}", {"phases": phases})
    tale.go(10 * DAY)
    assert len(tale.now()["items"]["data"]) == 1
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == [("1", 500)]


def test_the_migration_by_schedule_bills_each_call_once() -> None:
    """Stripe's recipe: both are told of every call; the old price bills February, the meter's bills March.

    100 and 11 in February at 2 cents are 222; 8 in March are 16. The switch lies on the period's boundary, so that
    nothing is lost and nothing billed twice. [documented] A seat of 5.00 stays what it is.
    """
    tale = Recorded()
    old, new, seat = tale.recorded(unit_amount=2), tale.metered(unit_amount=2), tale.price(500)
    made = tale.subscribe("", items=[{"price": old}, {"price": seat}])
    tale.record(100)
    tale.use(100)
    assert tale.used() == 100
    query = {"price": old, "test_clock": tale.clock, "expand": ["data.schedule"]}
    (found,) = tale.stripe.get("/v1/subscriptions", query)["data"]
    assert (found["id"], found["schedule"]) == (made["id"], None)
    schedule = tale.stripe.post("/v1/subscription_schedules", {"from_subscription": found["id"]})
    (phase,) = schedule["phases"]
    licensed = {"price": seat, "quantity": 1}
    phases = [
        {"items": [{"price": old}, licensed], "start_date": phase["start_date"], "end_date": phase["end_date"]},
        {"items": [{"price": new}, licensed]},
    ]
    path = f"/v1/subscription_schedules/{schedule['id']}"
    tale.stripe.version = None
    assert tale.stripe.refused("POST", path, {"phases": phases})[1]["message"] == NEEDS_METER
    tale.stripe.version = ACACIA
    tale.stripe.post(path, {"phases": phases})
    tale.go(20 * DAY)
    tale.record(11)
    tale.use(11)
    tale.go(PERIOD + 2 * HOUR)
    assert sorted(tale.lines()) == [("0", 0), ("1", 500)]  # classic mode's line of nothing
    assert tale.lines(1) == [("111", 222)]  # and its invoice of usage beside the renewal
    status, body = tale.record(1)
    sentence = (
        f"Cannot create a usage record for `{tale.item()}` because it is not on the legacy metered billing system. "
        "Call /v1/billing/meter_events instead."
    )
    assert (status, body["error"]["message"]) == (400, sentence)
    tale.use(8)
    tale.go(59 * DAY + 2 * HOUR)
    assert sorted(tale.lines()) == [("1", 500), ("8", 16)]


def test_both_systems_bill_side_by_side_and_credits_pay_for_meters_alone() -> None:
    """5 recorded and 9 metered are 14; credits of 100 pay the 9, as they are no records' business. [documented]"""
    tale = Recorded()
    tale.subscribe("", items=[{"price": tale.recorded()}, {"price": tale.metered()}])
    tale.record(5)
    tale.use(9)
    tale.stripe.version = None
    money = {"type": "monetary", "monetary": {"currency": "usd", "value": 100}}
    scope = {"scope": {"price_type": "metered"}}
    grant = {"amount": money, "applicability_config": scope, "customer": tale.customer}
    tale.stripe.post("/v1/billing/credit_grants", grant)
    tale.go(PERIOD + 2 * HOUR)
    assert (tale.lines(), tale.invoices()[0]["total"]) == ([("5", 5), ("9", 9)], 5)


def test_a_swap_in_mid_period_loses_what_was_recorded() -> None:
    """The recipe's trap: 5 recorded until the third day are nobody's in classic mode; 4 metered are 4. [documented]"""
    tale = Recorded()
    tale.subscribe(tale.recorded())
    tale.record(5)
    tale.go(3 * DAY)
    tale.change(items=[{"id": tale.item(), "price": tale.metered()}])
    tale.use(4)
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == [("4", 4)]
