"""The pauses of a schedule: when its subscription is to rest, and when to try to go on. [documented]

Phases go on by their dates meanwhile, and a phase that begins then changes what is sold without a bill. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import boundary
from pinstripe.errors import StripeError
from pinstripe.resources import refusals, rehearsing
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import cycles, lifecycle, subscription_pauses
from pinstripe.resources.subscriptions.schedule_resumptions import KIND, changed
from pinstripe.world import Object, Transaction, frozen

SCHEDULED: Mapping[str, Any] = {"type": "scheduled"}
OPEN = ("scheduled", "pending", "requires_action")


def read(
    tx: Transaction, params: Params, schedule: Mapping[str, Any], subscription: Object | None, now: int
) -> list[dict[str, Any]]:
    """The pauses a request asks for; one that is known by its key keeps what is not said. [documented]

    Those it leaves out are gone, unless they have begun, and no two may overlap. [inferred]
    """
    rows = params.hashes("pause_schedules")
    known = {row["key"]: row for row in schedule["pause_schedules"]}
    made = [_entry(tx, row, known.get(row.peek("key")), subscription, now) for row in rows]
    keys = [row["key"] for row in made]
    if len(keys) != len(set(keys)):
        raise refusals.pause_keys_repeat(params.name("pause_schedules"))
    begun = [row for key, row in known.items() if key not in keys and row["pause"]["status"]["type"] != "scheduled"]
    made = sorted([*begun, *made], key=lambda row: int(row["pause"]["pause_at"]))
    for one, other in pairwise(made):
        if one["resume"] is None or one["resume"]["resume_at"] > other["pause"]["pause_at"]:
            raise refusals.pauses_overlap(params.name("pause_schedules"))
    return made


def require_pausable(schedule: Mapping[str, Any]) -> None:
    """Every phase of a schedule with pauses is charged, in flexible mode. [documented; sentence inferred]"""
    usual = schedule["default_settings"]["collection_method"]
    methods = {phase["collection_method"] or usual for phase in schedule["phases"]}
    if not schedule["pause_schedules"]:
        return
    if schedule["billing_mode"]["type"] != "flexible":
        raise refusals.not_pausable("its billing mode is classic")
    if "send_invoice" in methods:
        raise refusals.not_pausable("its collection method is send_invoice")


def _entry(
    tx: Transaction, row: Params, known: Mapping[str, Any] | None, subscription: Object | None, now: int
) -> dict[str, Any]:
    """One pause as Stripe shows it; that of a subscription which rests already needs only say when to go on."""
    key = row.get("key") or tx.new_id("pause")
    rests = subscription is not None and subscription["status"] == "paused"
    if known is not None:
        pause: dict[str, Any] = _pause(row.hash("pause"), known["pause"], now)
    elif not row.hash("pause") and rests and subscription is not None:
        since = subscription["_paused"]["transitioned_at"]
        pause = {"pause_at": since, "settings": None, "status": {"type": "succeeded"}}
    elif not row.hash("pause"):
        raise errors.missing_parameter(row.name("pause"))
    else:
        pause = _pause(row.hash("pause"), None, now)
    resume = None if known is None else known["resume"]
    if "resume" in row:
        resume = _resume(row.hash("resume"), resume, pause["pause_at"], now) if row.get("resume") else None
    return {"key": key, "pause": pause, "resume": resume}


def _pause(given: Params, known: Mapping[str, Any] | None, now: int) -> dict[str, Any]:
    """When and how to rest; once it does, that is settled. [inferred: the refusal]"""
    if known is not None and known["status"]["type"] != "scheduled":
        if given:
            raise refusals.pause_has_begun(given.at)
        return dict(known)
    at = given.hash("pause_at")
    if known is None and "pause_at" not in given:
        raise errors.missing_parameter(given.name("pause_at"))
    before = {} if known is None else known["settings"]
    return {
        "pause_at": _moment(at, now) if "pause_at" in given else known and known["pause_at"],
        "settings": _pause_settings(given.hash("settings"), before),
        "status": SCHEDULED,
    }


def _pause_settings(given: Params, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is billed of the time that ends. [documented: the defaults]"""
    given.get("type")
    bill_for, before = given.hash("bill_for"), known.get("bill_for", {})
    through, unused = bill_for.hash("outstanding_usage_through"), bill_for.hash("unused_time_from")
    usual = {"type": "pause_at"}
    return {
        "bill_for": {
            "outstanding_usage_through": through.pick("type") or before.get("outstanding_usage_through", usual),
            "unused_time_from": unused.pick("type") or before.get("unused_time_from", usual),
        },
        "invoicing_behavior": given.get("invoicing_behavior")
        or known.get("invoicing_behavior", "pending_invoice_item"),
        "type": "subscription",
    }


def _resume(given: Params, known: Mapping[str, Any] | None, pause_at: int, now: int) -> dict[str, Any]:
    """When and how to go on: after a while, counted from the pause. [documented; inferred: from when it counts]"""
    if known is not None and known["status"]["type"] not in OPEN:
        raise refusals.pause_has_begun(given.at)
    if known is None and "resume_at" not in given:
        raise errors.missing_parameter(given.name("resume_at"))
    at = given.hash("resume_at")
    resume_at: int = 0 if known is None else known["resume_at"]
    if at.peek("type") == "duration":
        at.get("type")
        length = at.hash("duration")
        if not length:
            raise errors.missing_parameter(at.name("duration"))
        resume_at = boundary(pause_at, length.get("interval"), length.get("interval_count", 1), 1)
    elif "resume_at" in given:
        resume_at = _moment(at, now)
    if resume_at < max(pause_at, now):
        raise refusals.moment_in_the_past(at.name(at.peek("type") or "type"))
    usual = {
        "billing_cycle_anchor": "resume_at",
        "payment_behavior": "resume_on_payment_success",
        "proration_behavior": "create_prorations",
    }
    settings = {**usual, **(known or {}).get("settings", {}), **given.hash("settings").pick(*usual)}
    return {"resume_at": resume_at, "settings": settings, "status": SCHEDULED}


def _moment(at: Params, now: int) -> int:
    """Now, or a moment ahead."""
    if at.get("type") == "now":
        return now
    if at.peek("timestamp") is None:
        raise errors.missing_parameter(at.name("timestamp"))
    return cycles.require_future(at, "timestamp", now)


# --- by the clock -----------------------------------------------------------------------------------------------------


def due(schedule: Object) -> int | None:
    """When the next pause or resumption is to be."""
    moments = [_next(row)[1] for row in schedule["pause_schedules"]]
    return min((at for at in moments if at is not None), default=None)


def holds(schedule: Mapping[str, Any]) -> bool:
    """Whether a schedule still has something to pause or resume, and so is not released at its end. [inferred]"""
    return any(
        row["pause"]["status"]["type"] == "scheduled"
        or (
            row["pause"]["status"]["type"] == "succeeded"
            and row["resume"] is not None
            and row["resume"]["status"]["type"] in OPEN
        )
        for row in schedule["pause_schedules"]
    )


def catch_up(tx: Transaction, schedule: Object, now: int) -> Object:
    """Do what is due now."""
    at = due(schedule)
    while schedule["status"] == "active" and at is not None and at <= now:
        schedule = ring(tx, schedule)
        at = due(schedule)
    return schedule


def _next(row: Mapping[str, Any]) -> tuple[str, int | None]:
    """What comes next of a pause, and when."""
    if row["pause"]["status"]["type"] == "scheduled":
        return "pause", int(row["pause"]["pause_at"])
    resume = row["resume"]
    rests = row["pause"]["status"]["type"] == "succeeded"
    waits = rests and resume is not None and resume["status"]["type"] == "scheduled"
    return "resume", int(resume["resume_at"]) if waits and resume is not None else None


def ring(tx: Transaction, before: Object) -> Object:
    """Rest, or try to go on, and say how that went. [inferred: that the schedule is told as updated]"""
    at = due(before)
    row = next(row for row in before["pause_schedules"] if _next(row)[1] == at)
    part = _next(row)[0]
    subscription = tx.read("subscription", before["subscription"])
    status = _rest(tx, subscription, row["pause"]) if part == "pause" else _go_on(tx, subscription, row["resume"])
    now = tx.read(KIND, before.id)
    rows = frozen([changed(one, part, status) if one["key"] == row["key"] else one for one in now["pause_schedules"]])
    if rows == now["pause_schedules"]:  # what goes on at once has told of it
        return now
    after = tx.put(now, pause_schedules=rows)
    tx.emit(f"{KIND}.updated", after, before=now)
    return after


def _rest(tx: Transaction, subscription: Object, pause: Mapping[str, Any]) -> Mapping[str, Any]:
    """Pause a subscription that can be."""
    why = lifecycle.not_pausable(subscription, by_schedule=True)
    if why is not None:
        return _error(refusals.not_pausable(why).message)
    settings = pause["settings"]
    subscription_pauses.rest(
        tx,
        subscription,
        usage=settings["bill_for"]["outstanding_usage_through"]["type"],
        unused=settings["bill_for"]["unused_time_from"]["type"],
        invoicing_behavior=settings["invoicing_behavior"],
    )
    return {"type": "succeeded"}


def _go_on(tx: Transaction, subscription: Object, resume: Mapping[str, Any]) -> Mapping[str, Any]:
    """Try to resume it: what has to be paid first leaves it paused, and the resumption waits. [documented]"""
    if subscription["status"] != "paused":
        return _error(refusals.not_paused().message)
    settings = resume["settings"]
    how: dict[str, Any] = {
        "behavior": settings["payment_behavior"],
        "anew": settings["billing_cycle_anchor"] == "resume_at",
        "prorated": settings["proration_behavior"],
        "at": tx.now_of(subscription),
    }
    try:
        subscription_pauses.go_on(rehearsing.scratch(tx, subscription), subscription, **how)
    except StripeError as refusal:
        return _error(refusal.message)
    after = subscription_pauses.go_on(tx, subscription, **how)
    if after["status"] != "paused":
        return {"type": "succeeded"}
    intent = tx.read("invoice", after["latest_invoice"])["_intent"]
    acts = intent is not None and tx.read("payment_intent", intent)["status"] == "requires_action"
    return {"type": "requires_action" if acts else "pending"}


def _error(message: str) -> Mapping[str, Any]:
    """What could not be done, and why."""
    return {"error": {"message": message}, "type": "error"}
