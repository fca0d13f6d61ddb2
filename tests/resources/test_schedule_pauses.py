"""Schedules that let their subscription rest for a while, and try to go on by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Metered, Tale

HOLIDAY = {
    "key": "holiday",
    "pause": {"pause_at": {"type": "timestamp", "timestamp": NOW + 7 * DAY}},
    "resume": {"resume_at": {"type": "duration", "duration": {"interval": "month", "interval_count": 2}}},
}
"""From 7 February to 7 April 2027, which is 59 days."""
SCHEDULES = "/v1/subscription_schedules"


def plan(tale: Tale, *pauses: Any, **terms: Any) -> Any:
    """A subscription to 28.00 a month, with a schedule around it that has these pauses."""
    tale.subscribe(tale.price(2800), **terms)
    return tale.stripe.post(SCHEDULES, {"from_subscription": tale.now()["id"], "pause_schedules": pauses})


def states(tale: Tale, schedule: Any) -> list[tuple[str, str | None]]:
    """How far each pause has come: the pause itself, and the resumption."""
    rows = tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["pause_schedules"]
    return [(row["pause"]["status"]["type"], row["resume"] and row["resume"]["status"]["type"]) for row in rows]


def test_a_holiday() -> None:
    """Away from the 7th to 7 April: 21 of 28 days come back, and from then on a month costs 28.00 again."""
    tale = Tale()
    schedule = plan(tale, HOLIDAY)
    assert schedule["pause_schedules"] == [
        {
            "key": "holiday",
            "pause": {
                "pause_at": NOW + 7 * DAY,
                "settings": {
                    "bill_for": {
                        "outstanding_usage_through": {"type": "pause_at"},
                        "unused_time_from": {"type": "pause_at"},
                    },
                    "invoicing_behavior": "pending_invoice_item",
                    "type": "subscription",
                },
                "status": {"type": "scheduled"},
            },
            "resume": {
                "resume_at": NOW + 66 * DAY,
                "settings": {
                    "billing_cycle_anchor": "resume_at",
                    "payment_behavior": "resume_on_payment_success",
                    "proration_behavior": "create_prorations",
                },
                "status": {"type": "scheduled"},
            },
        }
    ]
    seen = tale.stripe.post("/v1/invoices/create_preview", {"schedule": schedule["id"]})
    tale.told()
    tale.go(7 * DAY)
    assert (tale.now()["status"], states(tale, schedule)) == ("paused", [("succeeded", "scheduled")])
    assert tale.told() == [
        "invoiceitem.created",
        "customer.subscription.updated",
        "customer.subscription.paused",
        "subscription_schedule.updated",
    ]
    tale.go(65 * DAY)
    assert len(tale.invoices()) == 1
    tale.go(66 * DAY)
    assert (tale.now()["status"], tale.period()) == ("active", (66 * DAY, 96 * DAY))
    assert [cents for _, cents in tale.bill()[1]] == [-2100, 2800]
    assert [line["amount"] for line in seen["lines"]["data"]] == [-2100, 2800]
    assert states(tale, schedule) == [("succeeded", "succeeded")]
    told = tale.told()
    assert told.index("customer.subscription.resumed") < told.index("subscription_schedule.updated")
    assert told.count("subscription_schedule.updated") == 1
    assert "subscription_schedule.released" in told  # its only phase is long over


def test_a_resumption_that_nobody_can_pay_waits() -> None:
    """The card has gone bad: it is pending until somebody pays, for a year. [documented: the year]"""
    tale = Tale()
    schedule = plan(tale, HOLIDAY)
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.stripe.post(f"{SCHEDULES}/{schedule['id']}", {"default_settings": {"default_payment_method": bad}})
    tale.go(40 * DAY)
    tale.go(66 * DAY)
    assert (tale.now()["status"], states(tale, schedule)) == ("paused", [("succeeded", "pending")])
    assert tale.now()["pending_update"]["expires_at"] == NOW + (66 + 366) * DAY  # 29 February 2028 lies within
    tale.stripe.post(f"/v1/invoices/{tale.now()['latest_invoice']}/pay", {"payment_method": "pm_card_visa"})
    assert (tale.now()["status"], states(tale, schedule)) == ("active", [("succeeded", "succeeded")])


def test_a_resumption_that_nobody_pays_fails() -> None:
    """Its invoice is voided by hand; the subscription rests on."""
    tale = Tale()
    now = {
        "pause": {
            "pause_at": {"type": "now"},
            "settings": {"bill_for": {"unused_time_from": {"type": "none"}}},
        },
        "resume": {
            "resume_at": {"type": "timestamp", "timestamp": NOW + 40 * DAY},
            "settings": {"payment_behavior": "resume_on_payment_attempt"},
        },
    }
    schedule = plan(tale, now)
    assert (tale.now()["status"], states(tale, schedule)) == ("paused", [("succeeded", "scheduled")])
    tale.go(40 * DAY)
    assert states(tale, schedule) == [("succeeded", "pending")]
    tale.stripe.post(f"/v1/invoices/{tale.now()['latest_invoice']}/void")
    (row,) = tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["pause_schedules"]
    assert (row["resume"]["status"]["type"], "message" in row["resume"]["status"]["error"]) == ("error", True)
    assert tale.now()["status"] == "paused"


def test_the_old_days_of_billing_can_be_kept() -> None:
    """`unchanged`: back on the 14th after a week, 14 of 28 days are billed at once, and the 28th stays the day."""
    tale = Tale()
    week = {
        "pause": {"pause_at": {"type": "timestamp", "timestamp": NOW + 7 * DAY}},
        "resume": {
            "resume_at": {"type": "duration", "duration": {"interval": "week"}},
            "settings": {"billing_cycle_anchor": "unchanged", "proration_behavior": "always_invoice"},
        },
    }
    plan(tale, week)
    tale.go(14 * DAY)
    assert (tale.now()["status"], tale.period()) == ("active", (0, MONTH))
    assert sum(cents for _, cents in tale.bill()[1]) == -2100 + 1400


def test_usage_is_billed_when_it_begins() -> None:
    """`invoice` bills 30 calls at 0.10 at once."""
    tale = Metered()
    tale.subscribe(tale.calls(unit_amount=10))
    pause = {
        "pause_at": {"type": "timestamp", "timestamp": NOW + DAY},
        "settings": {"invoicing_behavior": "invoice"},
    }
    tale.stripe.post(SCHEDULES, {"from_subscription": tale.now()["id"], "pause_schedules": [{"pause": pause}]})
    tale.use(30)
    tale.go(DAY)
    assert (tale.now()["status"], tale.invoices()[0]["total"]) == ("paused", 300)


def test_a_pause_that_is_known_keeps_what_is_not_said() -> None:
    """By its key; an empty resumption takes that away, and an empty list all that have not begun."""
    tale = Tale()
    path = f"{SCHEDULES}/{plan(tale, HOLIDAY)['id']}"
    later = {"key": "holiday", "pause": {"pause_at": {"type": "timestamp", "timestamp": NOW + 8 * DAY}}, "resume": ""}
    (row,) = tale.stripe.post(path, {"pause_schedules": [later]})["pause_schedules"]
    assert (row["pause"]["pause_at"], row["resume"]) == (NOW + 8 * DAY, None)
    assert row["pause"]["settings"]["invoicing_behavior"] == "pending_invoice_item"
    assert tale.stripe.post(path, {"pause_schedules": ""})["pause_schedules"] == []
    tale.go(10 * DAY)
    assert tale.now()["status"] == "active"


def test_what_rests_already_gets_a_day_to_go_on() -> None:
    """Only the resumption is said; the pause has no settings of its own."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.stripe.post(f"{tale.path}/pause", {"type": "subscription"})
    tale.go(40 * DAY)
    back = {"resume": {"resume_at": {"type": "timestamp", "timestamp": NOW + 100 * DAY}}}
    made = tale.stripe.post(SCHEDULES, {"from_subscription": tale.now()["id"], "pause_schedules": [back]})
    (row,) = made["pause_schedules"]
    assert row["pause"] == {"pause_at": NOW, "settings": None, "status": {"type": "succeeded"}}
    tale.go(100 * DAY)
    assert (tale.now()["status"], tale.period()[0]) == ("active", 100 * DAY)


def test_at_the_end_of_a_period_there_is_nothing_to_give_back() -> None:
    """Away from 28 February on: nothing is renewed, and back on 28 March a month is 28.00."""
    tale = Tale()
    off = {
        "pause": {"pause_at": {"type": "timestamp", "timestamp": NOW + MONTH}},
        "resume": {"resume_at": {"type": "duration", "duration": {"interval": "month"}}},
    }
    plan(tale, off)
    tale.go(56 * DAY)
    assert [[line["amount"] for line in invoice["lines"]["data"]] for invoice in tale.invoices()] == [[2800], [2800]]


def test_what_is_planned_can_be_previewed() -> None:
    """The invoice of a resumption that nobody has planned yet: 28.00, less the 21 of 28 days that come back."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    schedule = tale.stripe.post(SCHEDULES, {"from_subscription": tale.now()["id"]})
    asked = {"schedule": schedule["id"], "schedule_details": {"pause_schedules": [HOLIDAY]}}
    assert tale.stripe.post("/v1/invoices/create_preview", asked)["total"] == 2800 - 2100
    never = {**asked, "schedule_details": {"pause_schedules": [{**HOLIDAY, "resume": ""}]}}
    assert tale.stripe.refused("POST", "/v1/invoices/create_preview", never)[0] in (400, 404)
    assert tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["pause_schedules"] == []


def test_a_phase_that_begins_meanwhile_bills_nothing() -> None:
    """From 28 February it is 35.00 a month; on 7 April that is what is paid."""
    tale = Tale()
    one, two = tale.price(2800), tale.price(3500)
    body = {
        "customer": tale.customer,
        "start_date": "now",
        "pause_schedules": [HOLIDAY],
        "phases": [
            {"items": [{"price": one}], "duration": {"interval": "month"}},
            {"items": [{"price": two}], "duration": {"interval": "year"}},
        ],
    }
    made = tale.stripe.post(SCHEDULES, body)
    tale.path = f"/v1/subscriptions/{made['subscription']}"
    tale.go(MONTH + DAY)
    assert (tale.now()["status"], len(tale.invoices())) == ("paused", 1)
    tale.go(66 * DAY)
    assert sum(cents for _, cents in tale.bill()[1]) == 3500 - 2100
    assert tale.now()["status"] == "active"


def test_what_cannot_rest_says_why() -> None:
    """A trial runs on the day: the pause has failed, and nothing else has happened."""
    tale = Tale()
    schedule = plan(tale, HOLIDAY, trial_period_days=20)
    tale.go(7 * DAY)
    (row,) = tale.stripe.get(f"{SCHEDULES}/{schedule['id']}")["pause_schedules"]
    assert row["pause"]["status"]["error"]["message"].startswith("This subscription cannot be paused")
    assert tale.now()["status"] == "trialing"


@pytest.mark.parametrize(
    "terms, pauses",
    [
        ({"billing_mode": {"type": "classic"}}, [HOLIDAY]),
        ({}, [HOLIDAY, {**HOLIDAY, "key": "again"}]),
        ({}, [HOLIDAY, HOLIDAY]),
        ({}, [{"pause": {"pause_at": {"type": "timestamp", "timestamp": NOW - HOUR}}}]),
        ({}, [{"pause": {"pause_at": {"type": "timestamp"}}}]),
        ({}, [{"resume": HOLIDAY["resume"]}]),
        ({}, [{**HOLIDAY, "resume": {"resume_at": {"type": "now"}}}]),
    ],
)
def test_pauses_that_make_no_sense_are_refused(terms: dict[str, Any], pauses: list[Any]) -> None:
    """400, and there is no schedule. [documented: flexible mode; inferred: the rest]"""
    tale = Tale()
    tale.subscribe(tale.price(2800), **terms)
    body = {"from_subscription": tale.now()["id"], "pause_schedules": pauses}
    assert tale.stripe.refused("POST", SCHEDULES, body)[0] == 400
    assert tale.now()["schedule"] is None
