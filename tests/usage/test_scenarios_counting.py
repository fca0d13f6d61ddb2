"""The scenarios of usage billing, 9, 14 to 16, 24, 28 to 31: what a meter makes of its events.

Each says on which facts it rests.
"""

from __future__ import annotations

import pytest

from pinstripe.http.control import ControlError
from tests.client import NOW
from tests.resources.tale import DAY, HOUR
from tests.usage.metered import Metered

NOON = 12 * HOUR
"""From NOW back to midnight."""


def test_09_a_meter_that_takes_the_last_value_bills_the_final_push() -> None:
    """Seats: 3, then 9 at the last second of the period; 4 at the first second of the next belong to the next.

    Rests on the documented formula; no usage bills 0, without carrying over. 9 and 4 seats at 1 cent, then none.
    """
    tale = Metered(default_aggregation={"formula": "last"})
    tale.subscribe(tale.metered())
    tale.use(3)
    tale.go(28 * DAY - 60)
    tale.use(9, at=28 * DAY - 1)
    tale.use(4, at=28 * DAY)
    tale.go(28 * DAY + 2 * HOUR)
    assert tale.lines() == [("9", 9)]
    tale.go(59 * DAY + 2 * HOUR)
    assert tale.lines() == [("4", 4)]
    tale.go(89 * DAY + 2 * HOUR)
    assert tale.lines() == [("0", 0)]


def test_14_a_page_of_summaries_is_not_the_total() -> None:
    """Fifteen hours with a call each: the first page has ten of them and says that there is more.

    Rests on the documented default limit and the documented order, newest first.
    """
    tale = Metered()
    for hour in range(15):
        tale.use(1, at=-hour * HOUR)
    bounds = {"customer": tale.customer, "start_time": NOW - 24 * HOUR, "end_time": NOW + HOUR}
    bounds |= {"value_grouping_window": "hour"}
    page = tale.stripe.get(f"/v1/billing/meters/{tale.meter}/event_summaries", bounds)
    assert (len(page["data"]), page["has_more"]) == (10, True)
    assert [row["start_time"] for row in page["data"][:2]] == [NOW, NOW - HOUR]
    rest = tale.stripe.get(
        f"/v1/billing/meters/{tale.meter}/event_summaries", {**bounds, "starting_after": page["data"][-1]["id"]}
    )
    assert (len(rest["data"]), rest["has_more"]) == (5, False)
    assert sum(row["aggregated_value"] for row in page["data"] + rest["data"]) == tale.used() == 15


def test_15_what_was_just_sent_is_not_summed_up_yet() -> None:
    """With a lag of 30 seconds, a summary knows an event half a minute later. Rests on documented eventual consistency.

    Two events, 20 seconds apart: 0 at once, 5 after 30 seconds, 12 after 50.
    """
    tale = Metered(on_clock=False)
    tale.control("usage_settings", lag_seconds=30)
    tale.use(5)
    assert tale.used() == 0
    tale.turn(20)
    tale.use(7)
    for at, known in ((29, 0), (30, 5), (49, 5), (50, 12)):
        tale.turn(at)
        assert tale.used() == known


def test_a_longer_grace_takes_later_usage() -> None:
    """With 72 hours a renewal is a draft for three days, and takes usage of its period as long. [documented]

    The first invoice of a seat is finalized at once all the same.
    """
    tale = Metered()
    tale.control("billing_settings", grace_hours=72)
    tale.subscribe("", items=[{"price": tale.metered()}, {"price": tale.price(500)}])
    assert tale.invoices()[0]["status"] == "paid"
    tale.use(5)
    tale.go(30 * DAY)
    draft = tale.invoices()[0]
    assert (draft["status"], draft["automatically_finalizes_at"] - draft["created"]) == ("draft", 3 * DAY)
    tale.use(2, at=28 * DAY - 1)
    tale.go(31 * DAY + 60)
    assert (tale.invoices()[0]["status"], tale.lines()) == ("paid", [("7", 7), ("1", 500)])
    for hours in (0, 73, 1.5, None, "1"):
        with pytest.raises(ControlError, match="grace_hours"):
            tale.control("billing_settings", grace_hours=hours)


def test_a_line_shows_twelve_decimals_of_what_was_counted() -> None:
    """Three times 0.0000000000004 are 1.2 of the last decimal, billed as 1. [documented; inferred: rounded]"""
    tale = Metered()
    tale.subscribe(tale.metered())
    for _ in range(3):
        tale.use("0.0000000000004")
    assert tale.used() == 1.2e-12
    tale.go(28 * DAY + 2 * HOUR)
    assert tale.lines() == [("0.000000000001", 0)]


def test_a_cancellation_says_of_what() -> None:
    """Its type leaves the identifier open, and without one nothing can be found. [inferred]"""
    tale = Metered()
    for cancel in ({}, {"cancel": {"identifier": ""}}):
        body = {"event_name": "calls", "type": "cancel", **cancel}
        status, error = tale.stripe.refused("POST", "/v1/billing/meter_event_adjustments", body)
        assert (status, error["param"]) == (400, "cancel[identifier]")


def test_15_an_invoice_waits_longer_than_usage_lags() -> None:
    """Usage of the last second is in the invoice an hour later, lag or not. Rests on the documented hour of grace."""
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.control("usage_settings", lag_seconds=120)
    tale.go(28 * DAY - 1)
    tale.use(50)
    tale.go(28 * DAY)
    assert tale.lines() == [("0", 0)]  # a draft, which does not know of it yet
    tale.go(28 * DAY + 2 * HOUR)
    assert tale.lines() == [("50", 50)]


@pytest.mark.parametrize(
    "window, start, end, param",
    [
        (None, 1, HOUR, "start_time"),
        (None, 0, 59, "end_time"),
        ("hour", 60, HOUR, "start_time"),
        ("hour", 0, HOUR + 60, "end_time"),
        ("day", HOUR, DAY - NOON, "start_time"),
        ("day", -NOON, HOUR, "end_time"),
    ],
)
def test_16_bounds_lie_on_whole_minutes_hours_and_days(window: str | None, start: int, end: int, param: str) -> None:
    """Whatever is not aligned is refused. Rests on the documented rule; the sentence is inferred."""
    tale = Metered()
    bounds = {"customer": tale.customer, "start_time": NOW + start, "end_time": NOW + end}
    grouped = {} if window is None else {"value_grouping_window": window}
    path = f"/v1/billing/meters/{tale.meter}/event_summaries"
    status, error = tale.stripe.refused("GET", path, {**bounds, **grouped})
    assert (status, error["param"]) == (400, param)


def test_24_a_meter_with_a_window_keeps_one_event_of_it() -> None:
    """Three increments of 10 in an hour and one in the next are 20 and not 40. Rests on the documented windows."""
    tale = Metered(event_time_window="hour")
    for at in (-3000, -2000, -1000, 0):
        tale.use(10, at=at)
    assert tale.used() == 20
    tale.use(3, at=-3100)  # received last, so it is its hour's
    assert tale.used() == 13


def test_28_events_that_a_resting_meter_is_sent_are_lost() -> None:
    """Refused while it rests, not counted afterwards; what was there before is billed. Rests on the documented states.

    That usage from before is still billed is inferred.
    """
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.use(5)
    tale.stripe.post(f"/v1/billing/meters/{tale.meter}/deactivate")
    assert tale.refused(7)["message"].startswith("No active meter found with event_name calls.")
    tale.stripe.post(f"/v1/billing/meters/{tale.meter}/reactivate")
    tale.go(28 * DAY + 2 * HOUR)
    assert tale.lines() == [("5", 5)]


def test_29_a_correction_below_zero_bills_nothing() -> None:
    """10 calls and -25 are -15 on the meter and none on the invoice. Rests on the documented floor."""
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.use(10)
    tale.use(-25)
    assert tale.used() == -15
    tale.go(28 * DAY + 2 * HOUR)
    assert tale.lines() == [("0", 0)]


def test_30_a_deleted_customers_usage_is_told_of_later() -> None:
    """The stream takes it and a report says `meter_event_customer_not_found`. Rests on the documented codes."""
    tale = Metered()
    event = tale.event(5)
    tale.stripe.delete(f"/v1/customers/{tale.customer}")
    assert tale.stream(event).status == 200
    (report,) = tale.reports()
    assert [row["code"] for row in report["data"]["reason"]["error_types"]] == ["meter_event_customer_not_found"]
    assert report["data"]["developer_message_summary"] == "There is 1 invalid event"


def test_31_an_alert_knows_no_test_clock() -> None:
    """A hundred calls set it off for an ordinary customer, not for one on a clock. Rests on Stripe's documentation."""
    tale = Metered()
    threshold = {"gte": 100, "meter": tale.meter, "recurrence": "one_time"}
    alert = {"alert_type": "usage_threshold", "title": "Much", "usage_threshold": threshold}
    tale.stripe.post("/v1/billing/alerts", alert)
    tale.use(100)
    assert "billing.alert.triggered" not in tale.told()
    tale.customer = tale.stripe.post("/v1/customers", {})["id"]
    tale.use(100)
    assert tale.told()[-1] == "billing.alert.triggered"
