"""Subscription schedules: phases that a subscription goes through, each begun by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, listing, merged_metadata, named
from pinstripe.resources.resource import retrieve as retrieved
from pinstripe.resources.subscriptions import (
    cancellation,
    lifecycle,
    phase_terms,
    schedule_phases,
    schedule_settings,
    signup,
)
from pinstripe.resources.usage import usage_records
from pinstripe.wire import pages
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

KIND = "subscription_schedule"
RUNNING = ("not_started", "active")
SOLD = ("billing_thresholds", "metadata", "price", "quantity", "tax_rates")
"""What of a phase's item the subscription's takes over."""
WARNING = 7 * 86400
"""How long before its last end Stripe tells that a schedule expires. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/subscription_schedules."""
    _require_sellable(call)
    return begin(call)


def _require_sellable(call: Call) -> None:
    """What phases sell may be subscribed to, the current one's too. [documented; inferred: the latter]"""
    for phase in call.params.hashes("phases"):
        usage_records.require_sellable(call, phase.hashes("items"))


def begin(call: Call) -> Object:
    """A new schedule: from a subscription, or for a customer with phases to come. [documented]"""
    tx, params = call.tx, call.params
    if "from_subscription" in params:
        return _from_subscription(call)
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    customer = named(tx, "customer", params.get("customer"), "customer")
    if not params.hashes("phases"):
        raise errors.missing_parameter("phases")
    now = tx.now(customer["test_clock"])
    given = params.get("start_date", "now")
    start = now if given == "now" else int(given)
    phases = schedule_phases.read(tx, params.hashes("phases"), customer, start, now)
    mode = params.hash("billing_mode")
    schedule = tx.new(
        KIND,
        {
            **_defaults(call, customer, now),
            "billing_mode": signup.billing_mode(mode, now),
            "phases": phases,
        },
    )
    tx.emit("subscription_schedule.created", schedule)
    return schedule if start > now else _begin(tx, schedule)


def _defaults(call: Call, customer: Object, now: int) -> dict[str, Any]:
    """What every new schedule has."""
    params = call.params
    return {
        "canceled_at": None,
        "completed_at": None,
        "created": now,
        "current_phase": None,
        "customer": customer.id,
        "default_settings": schedule_settings.settled(
            call.tx, params.hash("default_settings"), customer, schedule_settings.SETTINGS
        ),
        "end_behavior": params.get("end_behavior") or "release",
        "livemode": False,
        "metadata": merged_metadata({}, params),
        "pause_schedules": [],
        "released_at": None,
        "released_subscription": None,
        "status": "not_started",
        "subscription": None,
        "test_clock": customer["test_clock"],
        "_told": False,
    }


def _from_subscription(call: Call) -> Object:
    """A schedule around a subscription that runs: its current period is the only phase. [documented]"""
    tx, params = call.tx, call.params
    subscription = named(tx, "subscription", params.get("from_subscription"), "from_subscription")
    for name in params:
        if name not in ("expand", "from_subscription", "metadata"):
            raise errors.only_one_parameter(["from_subscription", name], name)
    if subscription.get("schedule") is not None:
        raise refusals.subscription_is_scheduled(subscription.id)
    if subscription["status"] in lifecycle.OVER:
        raise refusals.canceled_subscription_is_fixed()
    customer = tx.read("customer", subscription["customer"])
    phase = schedule_phases.of_subscription(subscription)
    usual = _defaults(call, customer, tx.now_of(subscription))
    schedule = tx.new(
        KIND,
        {
            **usual,
            "default_settings": {**usual["default_settings"], "automatic_tax": subscription["automatic_tax"]},
            "billing_mode": subscription["billing_mode"],
            "current_phase": {"end_date": phase["end_date"], "start_date": phase["start_date"]},
            "end_behavior": "cancel" if subscription["cancel_at"] else "release",
            "phases": [phase],
            "status": "active",
            "subscription": subscription.id,
        },
    )
    tx.emit("subscription_schedule.created", schedule)
    after = tx.put(subscription, schedule=schedule.id)
    tx.emit("customer.subscription.updated", after, before=subscription)
    return schedule


def _begin(tx: Transaction, schedule: Object) -> Object:
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
        "add_invoice_items": phase_terms.extras(tx, phase),
        "billing_mode": {name: schedule["billing_mode"][name] for name in ("flexible", "type")},
    }
    if phase["discounts"]:
        values["discounts"] = phase_terms.redeemed(tx, phase)
    if phase["trial_end"] is not None:
        values["trial_end"] = phase["trial_end"]
    call = Call("POST /v1/subscriptions", "/v1/subscriptions", {}, Params(values), tx)
    own: Mapping[str, Any] = {"default_tax_rates": [], "metadata": {}}
    more = {**schedule_phases.members(schedule, own, phase), "schedule": schedule.id}
    if schedule["end_behavior"] == "cancel" and len(schedule["phases"]) == 1:
        more["cancel_at"] = phase["end_date"]
    subscription = signup.begin(call, waits=True, settled=True, more=more)
    after = tx.put(schedule, current_phase=_span(phase), status="active", subscription=subscription.id)
    tx.emit("subscription_schedule.updated", after, before=schedule)
    return after


def _span(phase: Mapping[str, Any]) -> dict[str, int]:
    """When a phase is."""
    return {"end_date": phase["end_date"], "start_date": phase["start_date"]}


def update(call: Call) -> Answer:
    """POST /v1/subscription_schedules/{schedule}: current and future phases as they are to be. [documented]

    A change of the current phase is a change of the subscription, at once.
    """
    tx, params = call.tx, call.params
    before = addressed(call, KIND)
    if before["status"] not in RUNNING:
        raise refusals.schedule_is_over(before["status"])
    _require_sellable(call)
    customer = tx.read("customer", before["customer"])
    now = tx.now_of(before)
    changes: dict[str, Any] = params.pick("end_behavior")
    if "default_settings" in params:
        given = params.hash("default_settings")
        changes["default_settings"] = schedule_settings.settled(tx, given, customer, before["default_settings"])
    if "phases" in params:
        start = before["phases"][0]["start_date"]
        current = before["current_phase"]
        begun = before["subscription"]
        changes["phases"] = schedule_phases.read(
            tx,
            params.hashes("phases"),
            customer,
            current["start_date"] if current else start,
            now,
            tx.read("subscription", begun)["currency"] if begun else None,
        )
    schedule = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params), _told=False)
    wanted = params.get("proration_behavior")
    if schedule["status"] == "active":
        schedule = _resumed(tx, before, schedule, now, wanted)
    tx.emit("subscription_schedule.updated", schedule, before=before)
    return schedule


def _resumed(tx: Transaction, before: Object, schedule: Object, now: int, prorates: str | None) -> Object:
    """An active schedule in the phase that is now, with what that changes on the subscription."""
    phase = next((row for row in schedule["phases"] if row["start_date"] <= now < row["end_date"]), None)
    if phase is None:
        raise refusals.no_current_phase()
    old = next(row for row in before["phases"] if _span(row) == dict(before["current_phase"]))
    schedule = tx.put(schedule, current_phase=_span(phase))
    if {**phase, **_span(old)} != dict(old) or schedule["end_behavior"] != before["end_behavior"]:
        subscription = tx.read("subscription", schedule["subscription"])
        how = prorates or phase["proration_behavior"]
        schedule_phases.enter(tx, schedule, subscription, phase, prorates=how)
    return schedule


def cancel(call: Call) -> Answer:
    """POST /v1/subscription_schedules/{schedule}/cancel, and its subscription with it, both at once. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, KIND)
    if before["status"] not in RUNNING:
        raise refusals.schedule_is_over(before["status"])
    invoice_now, prorate = params.get("invoice_now", True), params.get("prorate", True)
    id_ = before["subscription"]
    schedule = tx.put(before, canceled_at=tx.now_of(before), current_phase=None, status="canceled")
    if id_ is not None:
        subscription = tx.put(tx.read("subscription", id_), schedule=None)
        cancellation.cancel_now(tx, subscription, invoice_now=bool(invoice_now), prorate=bool(prorate))
    tx.emit("subscription_schedule.canceled", schedule)
    return schedule


def release(call: Call) -> Answer:
    """POST /v1/subscription_schedules/{schedule}/release: the subscription goes on by itself. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, KIND)
    if before["status"] not in RUNNING:
        raise refusals.schedule_is_over(before["status"])
    return _released(tx, before, keeps_cancellation=bool(params.get("preserve_cancel_date", False)))


def _released(tx: Transaction, before: Object, *, keeps_cancellation: bool) -> Object:
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
    end = int(schedule["current_phase"]["end_date"])
    last = int(schedule["phases"][-1]["end_date"])
    warning = last - WARNING
    return end if schedule["_told"] or warning < schedule["created"] else min(end, warning)


def ring(tx: Transaction, schedule: Object) -> None:
    """The next thing a schedule has to do."""
    now = tx.now_of(schedule)
    if schedule["status"] == "not_started":
        begun = _begin(tx, schedule)
        if alarm(begun) == now:  # a week before its end already
            ring(tx, begun)
        return
    if not schedule["_told"] and schedule["phases"][-1]["end_date"] - WARNING <= now < alarm_end(schedule):
        told = tx.put(schedule, _told=True)
        tx.emit("subscription_schedule.expiring", told)
        return
    _leave(tx, schedule, now)


def alarm_end(schedule: Object) -> int:
    """When the current phase ends."""
    return int(schedule["current_phase"]["end_date"])


def _leave(tx: Transaction, before: Object, now: int) -> None:
    """The next phase begins, or the schedule is over. [inferred: `released` and `completed` by its end behavior]"""
    phase = next((row for row in before["phases"] if row["start_date"] <= now < row["end_date"]), None)
    if phase is not None:
        schedule = tx.put(before, current_phase=_span(phase), _told=before["_told"])
        subscription = tx.read("subscription", before["subscription"])
        schedule_phases.enter(tx, schedule, subscription, phase, prorates=phase["proration_behavior"])
        tx.emit("subscription_schedule.updated", schedule, before=before)
    elif before["end_behavior"] == "cancel":
        subscription = tx.read("subscription", before["subscription"])
        tx.put(subscription, schedule=None)
        done = tx.put(before, completed_at=now, current_phase=None, status="completed")
        tx.emit("subscription_schedule.completed", done)
    else:
        _released(tx, before, keeps_cancellation=True)


def list_all(call: Call) -> Answer:
    """GET /v1/subscription_schedules with its filters."""
    params = call.params
    moments = {name: params.get(name) for name in ("canceled_at", "completed_at", "released_at") if name in params}
    scheduled = params.get("scheduled")
    answer = listing(KIND, by={"customer": "customer"})(call)
    assert isinstance(answer, Listing)
    return Listing(
        [
            row
            for row in answer.objects
            if scheduled in (None, row["status"] == "not_started")
            and all(row[name] is not None and pages.in_range(bounds, row[name]) for name, bounds in moments.items())
        ]
    )


def view(tx: Transaction, schedule: Object) -> Mapping[str, Any]:
    """A schedule with the tax rates of its phases written out."""
    return {**schedule, "phases": [phase_terms.shown(tx, phase) for phase in schedule["phases"]]}


SCHEDULES = Resource(
    Kind(
        KIND,
        "sub_sched",
        indexes={"customer": by("customer"), "subscription": by("subscription")},
        alarm=alarm,
        ring=ring,
        rank=0,
    ),
    {
        "POST /v1/subscription_schedules": create,
        "GET /v1/subscription_schedules": list_all,
        "GET /v1/subscription_schedules/{schedule}": retrieved(KIND),
        "POST /v1/subscription_schedules/{schedule}": update,
        "POST /v1/subscription_schedules/{schedule}/cancel": cancel,
        "POST /v1/subscription_schedules/{schedule}/release": release,
    },
    view=view,
)
