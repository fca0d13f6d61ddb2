"""Subscription schedules: phases that a subscription goes through, each begun by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import ledger
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, listing, merged_metadata, named
from pinstripe.resources.resource import retrieve as retrieved
from pinstripe.resources.subscriptions import (
    cancellation,
    cycles,
    lifecycle,
    phase_terms,
    schedule_course,
    schedule_pauses,
    schedule_phases,
    schedule_settings,
    signup,
    subscription_items,
    thresholds,
)
from pinstripe.resources.subscriptions.schedule_course import KIND
from pinstripe.resources.usage import usage_records
from pinstripe.wire import pages
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

RUNNING = ("not_started", "active")


def create(call: Call) -> Answer:
    """POST /v1/subscription_schedules."""
    _require_sellable(call)
    return begin(call)


def _require_sellable(call: Call, schedule: Object | None = None) -> None:
    """What phases sell may be subscribed to, the current one's too. [documented; inferred: the latter]"""
    for phase in call.params.hashes("phases"):
        usage_records.require_sellable(call, phase.hashes("items"), beside=schedule)


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
    usual, rows = params.peek("default_settings"), params.hashes("phases")
    phases = schedule_phases.read(tx, rows, customer, start, now, usual=usual)
    ledger.require_currency(customer, phases[0]["currency"])
    mode = params.hash("billing_mode")
    schedule = tx.new(
        KIND,
        {
            **_defaults(call, customer, now),
            "billing_mode": signup.billing_mode(mode, now),
            "phases": phases,
        },
    )
    schedule = _with_pauses(tx, params, schedule, now)
    _require_thresholds(tx, schedule)
    phase_terms.require_plain_codes(tx, schedule["phases"], now)
    tx.emit("subscription_schedule.created", schedule)
    if start > now:
        return schedule
    return schedule_pauses.catch_up(tx, schedule_course.begin(tx, schedule), now)


def _with_pauses(tx: Transaction, params: Params, schedule: Object, now: int) -> Object:
    """The schedule with the pauses that a request asks for, none of them before it begins. [inferred: not before]"""
    subscription = schedule["subscription"] and tx.read("subscription", schedule["subscription"])
    if "pause_schedules" in params:
        schedule = tx.put(
            schedule, pause_schedules=schedule_pauses.read(tx, params, schedule, subscription or None, now)
        )
    first = schedule["phases"][0]["start_date"]
    if any(row["pause"]["pause_at"] < first for row in schedule["pause_schedules"]):
        raise refusals.pause_before_start(params.name("pause_schedules"))
    schedule_pauses.require_pausable(schedule)
    return schedule


def _require_thresholds(tx: Transaction, schedule: Object) -> None:
    """What all phases sell goes together, and their thresholds are more than their invoices hold without usage.

    [documented; inferred: when planned]
    """
    classic = schedule["billing_mode"]["type"] == "classic"
    for phase in schedule["phases"]:
        subscription_items.require_one_interval(tx, phase["items"], classic=classic, beginning=True)
        threshold = phase["billing_thresholds"] or schedule["default_settings"]["billing_thresholds"]
        thresholds.require_more(tx, threshold, phase["items"], phase["currency"])


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
        if name not in ("expand", "from_subscription", "metadata", "pause_schedules"):
            raise errors.only_one_parameter(["from_subscription", name], name)
    if subscription.get("schedule") is not None:
        raise refusals.subscription_is_scheduled(subscription.id)
    if subscription["status"] in lifecycle.OVER:
        raise refusals.canceled_subscription_is_fixed()
    if subscription["billing_schedules"]:
        raise refusals.prebilling_without_schedule("from_subscription")
    if any(item.get("current_trial") for item in subscription["items"]):  # of which a phase knows nothing
        raise errors.unsupported_parameter(call.operation, "from_subscription", " while a trial offer runs")
    if subscription["status"] == "paused" and "pause_schedules" not in params:  # which may say when it goes on
        raise refusals.paused_takes_no_schedule()
    customer = tx.read("customer", subscription["customer"])
    now = tx.now_of(subscription)
    phase = phase_terms.of_subscription(subscription)
    if phase["end_date"] <= now:  # it rests
        recurring = [tx.read("price", item["price"])["recurring"] for item in subscription["items"]]
        phase["end_date"] = min(cycles.period_at(subscription, one, now).end for one in recurring)
    usual = _defaults(call, customer, tx.now_of(subscription))
    schedule = tx.new(
        KIND,
        {
            **usual,
            "default_settings": schedule_settings.of_subscription(usual["default_settings"], subscription),
            "billing_mode": subscription["billing_mode"],
            "current_phase": {"end_date": phase["end_date"], "start_date": phase["start_date"]},
            "end_behavior": "cancel" if subscription["cancel_at"] else "release",
            "phases": [phase],
            "status": "active",
            "subscription": subscription.id,
        },
    )
    schedule = _with_pauses(tx, params, schedule, now)
    tx.emit("subscription_schedule.created", schedule)
    after = tx.put(subscription, schedule=schedule.id)
    tx.emit("customer.subscription.updated", after, before=subscription)
    return schedule_pauses.catch_up(tx, schedule, now)


def update(call: Call) -> Answer:
    """POST /v1/subscription_schedules/{schedule}: current and future phases as they are to be. [documented]

    A change of the current phase is a change of the subscription, at once.
    """
    tx, params = call.tx, call.params
    before = addressed(call, KIND)
    if before["status"] not in RUNNING:
        raise refusals.schedule_is_over("update", before["status"])
    _require_sellable(call, before)
    _require_anchored(call, before)
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
            usual=changes.get("default_settings", before["default_settings"]),
        )
    schedule = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params), _told=False)
    schedule = _with_pauses(tx, params, schedule, now)
    _require_thresholds(tx, schedule)
    phase_terms.require_plain_codes(tx, schedule["phases"], now)
    wanted = params.get("proration_behavior")
    if schedule["status"] == "active":
        schedule = _resumed(tx, before, schedule, now, wanted)
    tx.emit("subscription_schedule.updated", schedule, before=before)
    return schedule_pauses.catch_up(tx, schedule, now)


def _require_anchored(call: Call, before: Object) -> None:
    """Phases say from when on they are counted, and a phase that runs has begun when it did. [second-hand]"""
    rows = call.params.hashes("phases")
    if not rows:
        return
    starts = [row.peek("start_date") for row in rows]
    if all(start is None for start in starts):
        raise refusals.phases_need_a_start()
    known = {phase["start_date"] for phase in before["phases"]}
    if before["status"] == "active" and starts[0] is not None and starts[0] not in known:
        raise refusals.current_phase_has_begun()


def _resumed(tx: Transaction, before: Object, schedule: Object, now: int, prorates: str | None) -> Object:
    """An active schedule in the phase that is now, with what that changes on the subscription."""
    phase = next((row for row in schedule["phases"] if row["start_date"] <= now < row["end_date"]), None)
    if phase is None:
        raise refusals.no_current_phase()
    old = next(row for row in before["phases"] if schedule_course.span(row) == dict(before["current_phase"]))
    schedule = tx.put(schedule, current_phase=schedule_course.span(phase))
    usual = any(schedule[name] != before[name] for name in ("default_settings", "end_behavior"))
    usual = usual or schedule["phases"][-1]["end_date"] != before["phases"][-1]["end_date"]
    if {**phase, **schedule_course.span(old)} != dict(old) or usual or phase["start_date"] != old["start_date"]:
        subscription = tx.read("subscription", schedule["subscription"])
        how = prorates or phase["proration_behavior"]
        runs = old if phase["start_date"] == old["start_date"] else None
        schedule_phases.enter(tx, schedule, subscription, phase, prorates=how, old=runs)
    return schedule


def cancel(call: Call) -> Answer:
    """POST /v1/subscription_schedules/{schedule}/cancel, and its subscription with it, both at once. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, KIND)
    if before["status"] not in RUNNING:
        raise refusals.schedule_is_over("cancel", before["status"])
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
        raise refusals.schedule_is_over("release", before["status"])
    return schedule_course.released(tx, before, keeps_cancellation=bool(params.get("preserve_cancel_date", False)))


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
        alarm=schedule_course.alarm,
        ring=schedule_course.ring,
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
