"""Previews of schedules: one as it would be changed, one that does not exist, and one that has not begun."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.invoices import next_invoices
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.resources.subscriptions import renewal, schedule_course, schedules
from pinstripe.world import Object, Transaction

SAME = ("end_behavior", "pause_schedules", "phases", "proration_behavior")
"""Details that a schedule knows by the same name."""


def changed(tx: Transaction, call: Call, schedule: Object) -> Object:
    """The next invoice under a schedule after `schedule_details`, in the scratch transaction. [documented]"""
    before = schedule["subscription"] and tx.read("subscription", schedule["subscription"])["latest_invoice"]
    details = call.params.hash("schedule_details")
    if details:
        path = {"schedule": schedule.id}
        asked = _as(tx, "POST /v1/subscription_schedules/{schedule}", path, details.pick(*SAME))
        schedules.update(asked)
        _require_read(call, asked)
        schedule = tx.read("subscription_schedule", schedule.id)
    return _next(tx, schedule, before)


def begun(tx: Transaction, call: Call, customer: Object) -> Object:
    """The first invoice under a schedule that the customer would get, begun now unless it says when. [documented]"""
    details = call.params.hash("schedule_details")
    values: dict[str, Any] = {
        "customer": customer.id,
        **details.pick("billing_mode", "end_behavior", "pause_schedules", "phases"),
    }
    if details.get("proration_behavior") not in (None, "create_prorations"):
        raise errors.unsupported_parameter(call.operation, details.name("proration_behavior"), " for a new schedule")
    first = (values.get("phases") or [{}])[0]
    values["start_date"] = first.get("start_date", "now")
    asked = _as(tx, "POST /v1/subscription_schedules", {}, values)
    schedule = schedules.begin(asked)
    _require_read(call, asked)
    return _next(tx, schedule, None)


def _as(tx: Transaction, operation: str, path: dict[str, str], values: dict[str, Any]) -> Call:
    """A request of the schedule's own."""
    return Call(operation, operation.partition(" ")[2], path, Params(values), tx)


def _require_read(call: Call, asked: Call) -> None:
    """Nothing of the details is ignored."""
    for name in asked.params.unread():
        raise errors.unsupported_parameter(call.operation, f"schedule_details[{name}]")


def _next(tx: Transaction, schedule: Object, known: str | None) -> Object:
    """What the schedule invoices next: at once, when it begins, or at the end of a period."""
    if schedule["subscription"] is None:
        due = schedule_course.alarm(schedule)
        assert due is not None, "a schedule that has not begun begins some time"
        next_invoices.begin_phase(tx, schedule, due)
        schedule = tx.read("subscription_schedule", schedule.id)
    subscription = tx.read("subscription", schedule["subscription"])
    if subscription["status"] in renewal.OVER:
        raise refusals.no_upcoming_invoice(subscription["customer"])
    if subscription["latest_invoice"] not in (None, known):
        return tx.read("invoice", subscription["latest_invoice"])
    return next_invoices.make(tx, subscription)
