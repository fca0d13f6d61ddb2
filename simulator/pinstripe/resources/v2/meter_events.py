"""Usage by API v2: single events, corrections, and the stream with its session. All of it counts as v1's does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.errors import StripeError
from pinstripe.resources import owing, refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource, shaped
from pinstripe.resources.usage import meter_adjustments, meters
from pinstripe.resources.v2 import events
from pinstripe.wire.moments import rfc3339, seconds
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

SESSION_SECONDS = 15 * 60
"""How long a session's token is good. [documented]"""
MOST_STREAMED = 100
"""How many events one call to the stream takes. [documented]"""
WINDOW_SECONDS = 10
"""How long the stretch of time is that an error report speaks of. [documented samples]"""

LATER = {
    "duplicate_meter_event": None,
    "no_meter": "no_meter",
    "payload_invalid_value": "meter_event_invalid_value",
    "payload_no_customer_defined": "meter_event_no_customer_defined",
    "payload_no_value_defined": "meter_event_value_not_found",
}
"""What the reports on the stream call what v2 calls otherwise; a duplicate is dropped in silence. [inferred]"""

SESSION = "v2.billing.meter_event_session"
ADJUSTMENT = "v2.billing.meter_event_adjustment"


def record(call: Call) -> Answer:
    """POST /v2/billing/meter_events: checked at once, like v1's. [documented]"""
    event = _file(call.tx, call.params)
    members = {key: value for key, value in event.items() if key != "id"}
    moments = {name: rfc3339(event[name]) for name in ("created", "timestamp")}
    return shaped("v2.billing.meter_event", {**members, "object": "v2.billing.meter_event", **moments})


def _file(tx: Transaction, params: Params) -> Object:
    """File one event as v1 would."""
    given = params.get("timestamp")
    return meters.file(
        tx,
        event_name=params.get("event_name"),
        payload=params.get("payload"),
        timestamp=None if given is None else seconds(given, params.name("timestamp")),
        identifier=params.get("identifier"),
    )


def adjust(call: Call) -> Answer:
    """POST /v2/billing/meter_event_adjustments: an event of the last 24 hours counts no more.

    Which event is meant must be clear at once. [inferred: Stripe may find out later]
    """
    tx, params = call.tx, call.params
    name, type_ = params.get("event_name"), params.get("type")
    identifier = params.hash("cancel").get("identifier")
    meter_adjustments.cancel(tx, name, identifier)
    return tx.new(
        ADJUSTMENT,
        {
            "cancel": {"identifier": identifier},
            "created": tx.now(),
            "event_name": name,
            "livemode": False,
            "status": "complete",
            "type": type_,
        },
    )


def begin_session(call: Call) -> Answer:
    """POST /v2/billing/meter_event_session: a token for the stream, good for 15 minutes. [documented]"""
    tx = call.tx
    session = tx.new(
        SESSION, {"created": tx.now(), "expires_at": tx.now() + SESSION_SECONDS, "livemode": False, "_token": ""}
    )
    return tx.put(session, _token=tx.world.seed.secret(session.id, 64))


def stream(call: Call) -> Answer:
    """POST /v2/billing/meter_event_stream: everything is taken, and what cannot be counted is reported by thin events.

    Stripe looks at the events a little later; here it happens at once, and a report speaks of one call. [inferred]
    """
    tx, rows = call.tx, call.params.hashes("events")
    if not 1 <= len(rows) <= MOST_STREAMED:
        raise refusals.stream_size(MOST_STREAMED)
    failed: dict[str | None, list[tuple[str, str]]] = {}
    for row in rows:
        try:
            _file(tx, row)
        except StripeError as error:
            code = error.v2.get("code", error.code or "")
            later = LATER.get(code, code)
            if later is not None:
                name = row.get("event_name")
                meter = meters.of_name(tx, name, active=False)
                problem = f"No meter was found matching event_name {name}." if meter is None else error.message
                failed.setdefault(None if meter is None else meter.id, []).append((later, problem))
    for meter_id, problems in failed.items():
        _report(tx, None if meter_id is None else tx.read("billing.meter", meter_id), problems)
    return {}


def _report(tx: Transaction, meter: Object | None, problems: list[tuple[str, str]]) -> None:
    """Tell what a call could not count on one meter, or on none."""
    samples: dict[str, list[dict[str, Any]]] = {}
    key = "" if tx.request is None else tx.request["idempotency_key"] or ""
    for code, problem in problems:
        sample = {"error_message": problem, "request": {"identifier": key}}
        samples.setdefault(code, []).append(sample)
    count = len(problems)
    start = tx.now() - tx.now() % WINDOW_SECONDS
    data = {
        "developer_message_summary": "There is 1 invalid event" if count == 1 else f"There are {count} invalid events",
        "reason": {
            "error_count": count,
            "error_types": [
                {"code": code, "error_count": len(rows), "sample_errors": rows} for code, rows in samples.items()
            ],
        },
        "validation_end": rfc3339(start + WINDOW_SECONDS),
        "validation_start": rfc3339(start),
    }
    type_ = "v1.billing.meter.no_meter_found" if meter is None else "v1.billing.meter.error_report_triggered"
    event = events.emit(tx, type_, meter, data)
    owing.owe(tx, event)


def session_of(tx: Transaction, token: str) -> Object | None:
    """The session a token belongs to."""
    return next(iter(tx.find(SESSION, "token", token)), None)


def in_words(_: Transaction, obj: Object) -> Mapping[str, Any]:
    """A session or an adjustment with its moments in words."""
    return {**obj, **{name: rfc3339(obj[name]) for name in ("created", "expires_at") if name in obj}}


def _with_token(tx: Transaction, session: Object) -> Mapping[str, Any]:
    """A session with its token."""
    return {**in_words(tx, session), "authentication_token": session["_token"]}


METER_EVENTS_V2 = Resource(
    Kind(ADJUSTMENT, "mtr_event_adj"),
    {
        "POST /v2/billing/meter_events": record,
        "POST /v2/billing/meter_event_adjustments": adjust,
        "POST /v2/billing/meter_event_stream": stream,
    },
    view=in_words,
)

METER_EVENT_SESSIONS = Resource(
    Kind(SESSION, "mes_test", indexes={"token": by("_token")}),
    {"POST /v2/billing/meter_event_session": begin_session},
    view=_with_token,
)
