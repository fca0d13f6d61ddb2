"""What was taken and could not be counted, told by thin events: of each meter, and of names that no meter has.

A report speaks of a stretch of time, ten seconds in Stripe's samples, and comes two seconds after it. [documented
samples] Unless the account's settings ask for that, each call has its reports at once. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pinstripe.resources import owing
from pinstripe.resources.resource import Resource
from pinstripe.resources.usage import usage_settings
from pinstripe.resources.usage.intake import of_name
from pinstripe.resources.v2 import events
from pinstripe.wire.moments import rfc3339
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

WINDOW_SECONDS = 10
"""How long a stretch is where nothing else is said."""
AFTER_SECONDS = 2
"""How long after its stretch a report comes."""
MOST_SAMPLES = 5
"""How many errors of one code a report shows. [inferred]"""
COLLECTED = "pinstripe.meter_errors"


class Problem(NamedTuple):
    """One event that could not be counted."""

    meter: str | None
    """The meter it was meant for; None where no meter has, or had, its name."""
    code: str
    message: str

    @staticmethod
    def of(tx: Transaction, event_name: str, code: str, message: str) -> Problem:
        """What is wrong with an event of this name."""
        meter = None if code == "no_meter" else of_name(tx, event_name, active=False)
        if meter is None:
            return Problem(None, "no_meter", f"No meter was found matching event_name {event_name}.")
        return Problem(meter.id, code, message)


def tell(tx: Transaction, problems: Sequence[Problem]) -> None:
    """Report what a call could not count: at once, or with all that is found wrong in the same stretch of time."""
    if not problems:
        return
    length = usage_settings.of(tx).report_seconds
    key = "" if tx.request is None else str(tx.request["idempotency_key"] or "")
    for meter in dict.fromkeys(problem.meter for problem in problems):
        errors = [[one.code, one.message, key] for one in problems if one.meter == meter]
        start = tx.now() - tx.now() % (length or WINDOW_SECONDS)
        if length == 0:
            _report(tx, meter, _counted([], errors), start, start + WINDOW_SECONDS)
            continue
        collected = next((one for one in tx.find(COLLECTED, "meter", meter or "") if one["start"] == start), None)
        if collected is None:
            members = {"meter": meter or "", "start": start, "end": start + length}
            tx.new(COLLECTED, {**members, "kinds": _counted([], errors)})
        else:
            tx.put(collected, kinds=_counted(collected["kinds"], errors))


def _counted(kinds: Sequence[Mapping[str, Any]], errors: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Errors by their code, with a few samples of each."""
    found = {kind["code"]: {**kind, "sample_errors": [*kind["sample_errors"]]} for kind in kinds}
    for code, message, key in errors:
        kind = found.setdefault(code, {"code": code, "error_count": 0, "sample_errors": []})
        kind["error_count"] += 1
        if len(kind["sample_errors"]) < MOST_SAMPLES:
            kind["sample_errors"].append({"error_message": message, "request": {"identifier": key}})
    return list(found.values())


def _report(tx: Transaction, meter: str | None, kinds: Sequence[Mapping[str, Any]], start: int, end: int) -> None:
    """The thin event; it can be fetched, and is owed to whoever listens."""
    count = sum(kind["error_count"] for kind in kinds)
    data = {
        "developer_message_summary": "There is 1 invalid event" if count == 1 else f"There are {count} invalid events",
        "reason": {"error_count": count, "error_types": list(kinds)},
        "validation_end": rfc3339(end),
        "validation_start": rfc3339(start),
    }
    type_ = "v1.billing.meter.error_report_triggered" if meter else "v1.billing.meter.no_meter_found"
    event = events.emit(tx, type_, tx.read("billing.meter", meter) if meter else None, data, automatic=True)
    owing.owe(tx, event)


def _ring(tx: Transaction, collected: Object) -> None:
    """The stretch is over: tell of it."""
    tx.delete(collected)
    _report(tx, collected["meter"] or None, collected["kinds"], collected["start"], collected["end"])


def _alarm(collected: Object) -> int:
    """When the report comes."""
    return int(collected["end"]) + AFTER_SECONDS


METER_ERRORS = Resource(Kind(COLLECTED, "mtrerr", indexes={"meter": by("meter")}, alarm=_alarm, ring=_ring))
