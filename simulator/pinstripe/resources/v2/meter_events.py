"""Usage by API v2: single events, corrections, and the stream with its session. All of it counts as v1's does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.errors import StripeError, invalid_moment
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Resource
from pinstripe.resources.usage import meter_adjustments
from pinstripe.resources.usage.intake import Intake
from pinstripe.resources.v2 import meter_reports
from pinstripe.resources.v2.meter_reports import Problem
from pinstripe.wire.moments import read, rfc3339, seconds
from pinstripe.wire.tables import column, different
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

SESSION_SECONDS = 15 * 60
"""How long a session's token is good. [documented]"""
MOST_STREAMED = 100
"""How many events one call to the stream takes. [documented]"""

LATER = {
    "duplicate_meter_event": None,
    "no_meter": "no_meter",
    "payload_invalid_value": "meter_event_invalid_value",
    "payload_no_customer_defined": "meter_event_no_customer_defined",
    "payload_no_value_defined": "meter_event_value_not_found",
}
"""What the reports on the stream call what v2 calls otherwise; a duplicate is dropped in silence. [inferred]"""

EVENT = "v2.billing.meter_event"
SESSION = "v2.billing.meter_event_session"
ADJUSTMENT = "v2.billing.meter_event_adjustment"


def record(call: Call) -> Answer:
    """POST /v2/billing/meter_events: checked at once, like v1's. [documented]"""
    params = call.params
    name, payload = params.get("event_name"), params.get("payload")
    moment = _moment(params.get("timestamp"), "timestamp")
    intake = Intake(call.tx, params.get("_value_rules"))
    identifier, timestamp = intake.file(name, payload, moment, params.get("identifier"))
    return {
        "object": EVENT,
        "created": rfc3339(intake.now),
        "event_name": name,
        "identifier": identifier,
        "livemode": False,
        "payload": payload,
        "timestamp": rfc3339(timestamp),
    }


def _moment(given: str | None, name: str) -> int | None:
    """When an event happened, if it says so."""
    return None if given is None else seconds(given, name)


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

    Stripe looks at the events a little later; here it happens at once, unless the account's settings say otherwise. A
    moment that is none is refused. [inferred]
    """
    tx, rows = call.tx, call.params.get("events")
    if not 1 <= len(rows) <= MOST_STREAMED:
        raise refusals.stream_size(MOST_STREAMED)
    said = column(rows, "timestamp")
    moments = {given: None if given is None else read(given) for given in different(said)}
    for given, moment in moments.items():
        if given is not None and moment is None:
            raise invalid_moment(f"events[{said.index(given)}][timestamp]", given)
    intake = Intake(tx, call.params.get("_value_rules"))
    if intake.file_together(rows, moments):
        return {}
    failed: list[Problem] = []
    for row, given in zip(rows, said, strict=True):
        try:
            intake.file(row["event_name"], row["payload"], moments[given], row.get("identifier"), is_shown=False)
        except StripeError as error:
            code = error.v2.get("code", error.code or "")
            later = LATER.get(code, code)
            if later is not None:
                failed.append(Problem.of(tx, row["event_name"], later, error.message))
    meter_reports.tell(tx, failed)
    return {}


def reject(tx: Transaction, event_names: Sequence[str], code: str) -> None:
    """Report usage that was taken and found wrong later, as a test has ordered.

    `no_meter` is told of no meter. What Stripe says is known of two codes. [documented samples; inferred: the other
    sentences]
    """
    problem = {
        "meter_event_no_customer_defined": "Customer mapping key stripe_customer_id not found in payload.",
    }
    meter_reports.tell(
        tx,
        [
            Problem.of(tx, name, code, problem.get(code, f"The meter event {name} was rejected: {code}."))
            for name in event_names
        ],
    )


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
