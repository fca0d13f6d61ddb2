"""What the clock does to a schedule: it begins, warns, goes from phase to phase, and is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.resources.subscriptions import (
    cancellation,
    phase_terms,
    schedule_cancellation,
    schedule_pauses,
    schedule_phases,
    signup,
)
from pinstripe.world import Object, Transaction

KIND = "subscription_schedule"
SOLD = ("billing_thresholds", "metadata", "price", "quantity", "tax_rates")
"""What of a phase's item the subscription's takes over."""
WARNING = 7 * 86400
"""How long before its last end Stripe tells that a schedule expires. [documented]"""


def begin(tx: Transaction, schedule: Object) -> Object:
    """The first phase: the subscription is made, its first invoice a draft for an hour. [documented]"""
    phase = schedule["phases"][0]
    values: dict[str, Any] = {
        "customer": schedule["customer"],
        "items": [
            {
                **{key: item[key] for key in SOLD if item.get(key) is not None},
                "discounts": phase_terms.redeemed(tx, item),
            }
            for item in phase["items"]
        ],
        "add_invoice_items": phase_terms.extras(tx, phase["add_invoice_items"]),
        "billing_mode": {name: schedule["billing_mode"][name] for name in ("flexible", "type")},
    }
    if phase["discounts"]:
        values["discounts"] = phase_terms.redeemed(tx, phase)
    if phase["start_date"] < tx.now(schedule["test_clock"]):  # backdated, [documented] by its own behavior [inferred]
        values |= {"backdate_start_date": phase["start_date"], "proration_behavior": phase["proration_behavior"]}
    if phase["trial_end"] is not None:
        values["trial_end"] = phase["trial_end"]
    if schedule["end_behavior"] == "cancel" and len(schedule["phases"]) == 1:
        values["cancel_at"] = phase["end_date"]
    call = Call("POST /v1/subscriptions", "/v1/subscriptions", {}, Params(values), tx)
    own: Mapping[str, Any] = {"default_tax_rates": [], "metadata": {}}
    more = {**schedule_phases.members(schedule, own, phase), "schedule": schedule.id}
    subscription = signup.begin(call, waits=True, settled=True, more=more)
    after = tx.put(schedule, current_phase=span(phase), status="active", subscription=subscription.id)
    tx.emit("subscription_schedule.updated", after, before=schedule)
    return after


def span(phase: Mapping[str, Any]) -> dict[str, int]:
    """When a phase is."""
    return {"end_date": phase["end_date"], "start_date": phase["start_date"]}


def released(tx: Transaction, before: Object, *, keeps_cancellation: bool) -> Object:
    """Let the subscription go."""
    schedule = tx.put(
        before,
        current_phase=None,
        released_at=tx.now_of(before),
        released_subscription=before["subscription"],
        status="released",
        subscription=None,
    )
    if before["subscription"] is not None:
        held = tx.read("subscription", before["subscription"])
        free = tx.put(held, schedule=None)
        if before["end_behavior"] == "cancel" and not keeps_cancellation:
            free = cancellation.undo(tx, free)
        tx.emit("customer.subscription.updated", free, before=held)
    tx.emit("subscription_schedule.released", schedule)
    return schedule


def alarm(schedule: Object) -> int | None:
    """When a schedule next needs the clock: to begin, to warn, or to leave a phase."""
    if schedule["status"] == "not_started":
        return int(schedule["phases"][0]["start_date"])
    if schedule["status"] != "active":
        return None
    warning, pause = _warning(schedule), schedule_pauses.due(schedule)
    ends = [] if _is_held(schedule) else [alarm_end(schedule)]
    return min((at for at in (*ends, warning, pause) if at is not None), default=None)


def _warning(schedule: Object) -> int | None:
    """When to tell that it will end; None once that is done, or where it ends too soon."""
    at = int(schedule["phases"][-1]["end_date"]) - WARNING
    return None if schedule["_told"] or at < schedule["created"] or at >= alarm_end(schedule) else at


def _is_held(schedule: Object) -> bool:
    """Whether its last phase goes on until its pauses are through. [inferred]"""
    is_last = alarm_end(schedule) == schedule["phases"][-1]["end_date"]
    return is_last and schedule["end_behavior"] != "cancel" and schedule_pauses.holds(schedule)


def ring(tx: Transaction, schedule: Object) -> None:
    """Everything that is due now: the last phase may begin just when Stripe tells of its end."""
    now = tx.now_of(schedule)
    due = alarm(schedule)
    while due is not None and due <= now:
        _step(tx, schedule, now)
        schedule = tx.read(KIND, schedule.id)
        due = alarm(schedule)


def _step(tx: Transaction, schedule: Object, now: int) -> None:
    """Begin, warn, or leave a phase."""
    if schedule["status"] == "not_started":
        if _may_begin(tx, schedule):
            begin(tx, schedule)
        else:
            schedule_cancellation.call_off(tx, schedule)
        return
    warning, pause = _warning(schedule), schedule_pauses.due(schedule)
    if warning is not None and warning <= now < alarm_end(schedule):
        told = tx.put(schedule, _told=True)
        tx.emit("subscription_schedule.expiring", told)
    elif pause is not None and pause <= now and (_is_held(schedule) or pause < alarm_end(schedule)):
        schedule_pauses.ring(tx, schedule)
    else:
        _leave(tx, schedule, now)


def _may_begin(tx: Transaction, schedule: Object) -> bool:
    """Whether a customer still can have the subscription: in its currency, and one more on a test clock. [inferred]"""
    customer = tx.read("customer", schedule["customer"])
    return customer["currency"] in (None, schedule["phases"][0]["currency"]) and signup.has_room(tx, customer)


def alarm_end(schedule: Object) -> int:
    """When the current phase ends."""
    return int(schedule["current_phase"]["end_date"])


def _leave(tx: Transaction, before: Object, now: int) -> None:
    """The next phase begins, or the schedule is over. [inferred: `released` and `completed` by its end behavior]"""
    phase = next((row for row in before["phases"] if row["start_date"] <= now < row["end_date"]), None)
    if phase is not None:
        schedule = tx.put(before, current_phase=span(phase), _told=before["_told"])
        subscription = tx.read("subscription", before["subscription"])
        schedule_phases.enter(tx, schedule, subscription, phase, prorates=phase["proration_behavior"])
        tx.emit("subscription_schedule.updated", schedule, before=before)
    elif before["end_behavior"] == "cancel":
        subscription = tx.read("subscription", before["subscription"])
        tx.put(subscription, schedule=None)
        done = tx.put(before, completed_at=now, current_phase=None, status="completed")
        tx.emit("subscription_schedule.completed", done)
    else:
        released(tx, before, keeps_cancellation=True)
