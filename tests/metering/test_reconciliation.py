"""Reconciliation: two sums for each customer, what their difference means, and what may be called confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, update
from tests.metering.stage import START, Fault, Stage

from pinstripe_metering import ReconcileError, State, Verdict, reconcile, write_off
from pinstripe_metering.outbox import outbox
from pinstripe_metering.reconciliation import exact


def send_past_us(stage: Stage, value: str, customer: str | None = None) -> None:
    """Somebody else reports usage of the same meter."""
    payload = {"stripe_customer_id": customer or stage.ada, "value": value}
    timestamp = int(stage.now.timestamp())
    params: Any = {"event_name": "api_calls", "payload": payload, "timestamp": timestamp}
    stage.client.v1.billing.meter_events.create(params)


def test_equal_sums_confirm(stage: Stage) -> None:
    """0.1 + 0.2 is 0.3 here and there, and only now the rows are confirmed."""
    stage.record(1, Decimal("0.1"))
    stage.record(2, Decimal("0.2"))
    stage.pump.run_once()
    assert stage.states() == ["sent", "sent"]
    (line,) = stage.confirm()
    assert (line.customer, line.state, line.drift, line.hint) == (stage.ada, Verdict.OK, 0, "")
    assert line.local == line.delivered == line.stripe == Decimal("0.3")
    assert stage.states() == ["confirmed", "confirmed"]
    assert stage.confirm()[0].state is Verdict.OK


def test_what_was_not_sent_is_pending(stage: Stage) -> None:
    """Nothing is wrong yet, and what was sent and matches is confirmed."""
    stage.record(1, 10)
    stage.pump.run_once()
    stage.record(2, 5)
    (line,) = stage.confirm()
    assert (line.state, line.local, line.stripe, line.drift) == (Verdict.PENDING, 15, 10, -5)
    assert line.hint == "1 not delivered yet"
    assert stage.states() == ["confirmed", "pending"]


def test_a_dead_row_is_drift_with_its_reason(stage: Stage) -> None:
    """4 calls could not be billed: the report says how many and why."""
    mapping = {"ada": stage.ada}
    stage.pump = stage.new_pump(mapping.get)
    stage.record(1, 10, customer="ada")
    stage.record(2, 4, customer="ada", at=stage.now - timedelta(days=36))
    stage.pump.run_once()
    (line,) = stage.confirm(customers=mapping.get)
    assert (line.state, line.local, line.delivered, line.stripe, line.drift) == (Verdict.DRIFT, 14, 10, 10, -4)
    assert line.hint == "1 dead: too_old"
    assert stage.states() == ["confirmed", "dead"]
    with stage.database.begin() as connection:
        write_off(connection, stage.rows()[1].identifier, "too small to bill")
    (line,) = stage.confirm(customers=mapping.get)
    assert (line.state, line.drift, line.hint) == (Verdict.OK, 0, "1 written off")


def test_lost_events_are_drift_once_summaries_had_time(stage: Stage) -> None:
    """Accepted is not counted: a row that Stripe took and lost is not confirmed."""
    stage.record(1, 10)
    stage.pump.run_once()
    with stage.database.begin() as connection:
        connection.execute(update(outbox).values(value="12"))  # as if Stripe had dropped a part
    assert stage.confirm()[0].state is Verdict.PENDING
    stage.turn(minutes=3)
    (line,) = stage.confirm()
    assert (line.state, line.drift) == (Verdict.DRIFT, -2)
    assert "error reports" in line.hint
    assert stage.states() == ["sent"]


def test_what_we_did_not_record_is_foreign(stage: Stage) -> None:
    """Somebody else reports for our customers; a customer of theirs alone shows only when named."""
    stage.record(1, 10)
    stage.pump.run_once()
    bob = stage.new_customer()
    send_past_us(stage, "7")
    send_past_us(stage, "3", bob)
    stage.turn(minutes=3)
    lines = {line.customer: line for line in stage.confirm(also=[bob])}
    assert {name: (line.state, line.drift) for name, line in lines.items()} == {
        stage.ada: (Verdict.FOREIGN, 7),
        bob: (Verdict.FOREIGN, 3),
    }
    assert stage.states() == ["sent"]


def test_two_wrongs_make_no_right(stage: Stage) -> None:
    """Four calls of ours are dead, four of somebody else's are counted: the sums agree, and it is drift."""
    stage.record(1, 10)
    stage.record(2, 4, at=stage.now + timedelta(minutes=30))
    stage.pump.run_once()
    send_past_us(stage, "4")
    stage.turn(minutes=3)
    (line,) = stage.confirm(customers=lambda _: stage.ada)
    assert (line.state, line.drift, line.hint) == (Verdict.DRIFT, 0, "1 dead: in_the_future")
    assert stage.states() == ["sent", "dead"]


def test_an_unknown_outcome_confirms_nobody(stage: Stage) -> None:
    """While one row may have been counted, a sum that happens to match proves nothing."""
    stage.record(1, 0)
    stage.record(2, 0)
    stage.wire.faults.extend([None, Fault.ERROR_AFTER])
    stage.pump.run_once()
    assert stage.confirm()[0].state is Verdict.PENDING
    assert stage.states() == ["sent", "retry_wait"]


def test_what_cannot_be_compared_is_never_zero(stage: Stage) -> None:
    """No such meter, no such customer: unreconciled, with the reason, and without a number."""
    stage.pump = stage.new_pump(lambda _: None)
    stage.record(1, 10, customer="ada")
    (line,) = stage.confirm(customers={}.get)
    assert (line.customer, line.state, line.stripe, line.drift) == ("ada", Verdict.UNRECONCILED, None, None)
    assert "no Stripe customer" in line.hint
    (line,) = stage.confirm(customers={"ada": "cus_nobody"}.get)
    assert (line.state, line.stripe) == (Verdict.UNRECONCILED, None)
    assert "No such customer" in line.hint
    stage.client.v1.billing.meters.deactivate(stage.stripe_meter.id)
    (line,) = stage.confirm(customers={"ada": stage.ada}.get)
    assert "no active meter" in line.hint


def test_customers_who_share_a_stripe_customer_share_a_line(stage: Stage) -> None:
    """Two teams of one company: one summary, one line."""
    everybody = {"team-1": stage.ada, "team-2": stage.ada}
    stage.pump = stage.new_pump(everybody.get)
    stage.record(1, 10, customer="team-1")
    stage.record(2, 5, customer="team-2")
    stage.pump.run_once()
    assert [(line.customer, line.local) for line in stage.confirm(customers=everybody.get)] == [(stage.ada, 15)]


@pytest.mark.parametrize("formula, state", [("count", Verdict.OK), ("last", Verdict.UNRECONCILED)])
def test_a_formula_is_compared_or_refused(database: Engine, formula: str, state: Verdict) -> None:
    """A counting meter counts events; a formula that we do not fold is said to be unreconciled."""
    stage = Stage(database, formula=formula)
    stage.record(1, 10)
    stage.record(2, 10)
    stage.pump.run_once()
    (line,) = stage.confirm()
    assert line.state is state
    assert line.stripe == (2 if state is Verdict.OK else None)


def test_the_end_is_outside(stage: Stage) -> None:
    """A fact of the first second of the next period belongs to the next period, here as at Stripe."""
    stage.record(1, 10)
    stage.turn(minutes=1)
    stage.record(2, 5)
    stage.pump.run_once()
    with stage.database.begin() as connection:
        report: list[Any] = reconcile(
            connection, stage.client, stage.meter, START, START + timedelta(minutes=1), clock=stage.clock
        )
    assert [(line.local, line.stripe) for line in report] == [(10, 10)]


BAD_BOUNDS = [
    (START, START, "before end"),
    (START.replace(second=1), START + timedelta(hours=1), "start must be a whole minute"),
    (START, START.replace(microsecond=1), "end must be a whole minute"),
    (START.replace(tzinfo=None), START, "time zone"),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("start, end, complaint", BAD_BOUNDS)
def test_bounds_that_stripe_would_refuse_are_refused(
    stage: Stage, start: datetime, end: datetime, complaint: str
) -> None:
    """Whole minutes, in order, with a zone."""
    with pytest.raises(ReconcileError, match=complaint), stage.database.begin() as connection:
        reconcile(connection, stage.client, stage.meter, start, end)


def test_a_float_is_read_as_it_is_spelled() -> None:
    """0.1 means 0.1, not its binary expansion; whole floats are whole."""
    assert (exact(0.1), exact(12400.0), exact(1e16)) == (Decimal("0.1"), Decimal(12400), Decimal(10**16))


def test_sums_beyond_a_float_still_match(stage: Stage) -> None:
    """Two 15-digit values can need 17 digits, which no float says; the nearest float is all that Stripe can answer."""
    stage.record(1, 999_999_999_999_999)
    stage.record(2, Decimal("0.001"))
    stage.pump.run_once()
    (line,) = stage.confirm()
    assert (line.state, line.drift) == (Verdict.OK, 0)
    assert set(stage.states()) == {State.CONFIRMED}
