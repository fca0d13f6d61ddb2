"""Usage records of versions before basil, and the move from them to a meter, both systems on one account.

Amounts are cents. Records are of API version 2025-02-24.acacia, the last that had them.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import NOW
from tests.resources.tale import DAY, HOUR
from tests.usage.metered import Metered

ACACIA = "2025-02-24.acacia"
PERIOD = 28 * DAY
NEEDS_METER = "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters."


class Recorded(Metered):
    """Somebody whose calls were recorded item by item before there were meters."""

    def __init__(self) -> None:
        super().__init__()
        self.stripe.version = ACACIA

    def recorded(self, how: str = "sum", **terms: Any) -> str:
        """A price without a meter; one cent a call."""
        recurring = {"interval": "month", "usage_type": "metered", "aggregate_usage": how}
        body = {"product": self.product, "currency": "usd", "unit_amount": 1, "recurring": recurring, **terms}
        return str(self.stripe.post("/v1/prices", body)["id"])

    def item(self, number: int = 0) -> str:
        """The id of an item."""
        return str(self.now()["items"]["data"][number]["id"])

    def record(self, quantity: int, action: str = "increment", *, at: int | None = None, number: int = 0) -> Any:
        """Record usage, and give status and answer."""
        when = {} if at is None else {"timestamp": NOW + at}
        path = f"/v1/subscription_items/{self.item(number)}/usage_records"
        return self.stripe.ask("POST", path, {"quantity": quantity, "action": action, **when})

    def totals(self) -> list[tuple[bool, int]]:
        """The summaries, newest first: whether invoiced, and how much."""
        rows = self.stripe.get(f"/v1/subscription_items/{self.item()}/usage_record_summaries")["data"]
        return [(row["invoice"] is not None, row["total_usage"]) for row in rows]


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
    """New subscriptions, items and phases are refused since basil; what is there goes on. [documented]"""
    tale = Recorded()
    price, meter = tale.recorded(), tale.metered()
    made = tale.subscribe(price)
    other = tale.recorded()
    tale.stripe.version = None
    rows = [{"price": price}]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/v1/subscriptions", {"customer": tale.customer, "items": rows}),
        ("/v1/subscription_items", {"subscription": made["id"], "price": other}),
        ("/v1/subscription_schedules", {"customer": tale.customer, "phases": [{"items": rows}], "start_date": "now"}),
    ]
    for path, body in calls:
        status, error = tale.stripe.refused("POST", path, body)
        assert (status, error["message"]) == (400, NEEDS_METER)
    kept = {"id": made["items"]["data"][0]["id"], "price": price}
    assert len(tale.change(items=[kept, {"price": meter}])["items"]["data"]) == 2
    assert tale.record(5)[0] == 404  # which no newer version has [documented]


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
    assert sorted(tale.lines()) == [("0", 0), ("1", 500), ("111", 222)]  # classic mode's line of nothing
    assert tale.invoices()[0]["total"] == 722
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
