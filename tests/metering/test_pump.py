"""The pump: dated stories of a wire that breaks, told over both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from tests.metering.stage import CrashError, Fault, Stage

from pinstripe_metering import MeteringError, Policy, Pump, State
from pinstripe_metering.events import MeterEvent, Outcome, Result


def test_a_quiet_day(stage: Stage) -> None:
    """Three facts of two customers go out once each, oldest first, and the outbox is empty."""
    bob = stage.new_customer()
    for fact, customer in ((1, stage.ada), (2, bob), (3, stage.ada)):
        stage.record(fact, fact, customer=customer)
    stage.turn(minutes=5)
    report = stage.pump.run_once()
    assert (report[State.SENT], report.tries, report.backlog.open, report.halted) == (3, 3, 0, None)
    assert (stage.counted(), stage.counted(bob)) == (4, 2)
    assert stage.pump.run_once().tries == 0


def test_a_run_has_a_limit_and_the_rest_waits(stage: Stage) -> None:
    """Two at a time: five facts take three runs; the age of the oldest is the number to watch."""
    for fact in range(5):
        stage.record(fact)
    stage.turn(minutes=10)
    runs = [stage.pump.run_once(limit=2) for _ in range(3)]
    assert [run.tries for run in runs] == [2, 2, 1]
    assert [(run.backlog.open, run.backlog.oldest_seconds) for run in runs] == [(3, 600), (1, 600), (0, 0)]


@pytest.mark.parametrize(
    "fault, state, keys",
    [
        (Fault.LOST_CALL, State.SENT, {0}),  # nothing was counted, the same key
        (Fault.LOST_REPLY, State.SENT, {0}),  # counted, and Stripe repeats its first answer to the same key
        (Fault.ERROR_BEFORE, State.SENT, {0, 1}),
        (Fault.ERROR_AFTER, State.DUPLICATE, {0, 1}),  # an error would be repeated too: a new key, the same identifier
        (Fault.RATE_LIMIT, State.SENT, {0, 1}),
    ],
)
def test_whatever_the_wire_does_the_fact_counts_once(stage: Stage, fault: Fault, state: State, keys: set[int]) -> None:
    """One fault, one more try after its delay, one event at Stripe."""
    stage.wire.faults.append(fault)
    stage.record(1, 10)
    first = stage.pump.run_once()
    assert first[State.RETRY_WAIT] == 1
    assert stage.pump.run_once().tries == 0, "no try before its time"
    stage.turn(seconds=2)
    assert stage.pump.run_once()[state] == 1
    assert stage.counted() == 10
    assert len({call["identifier"] for call in stage.wire.sent}) == 1
    assert {int(call["key"].rsplit(":", 1)[1]) for call in stage.wire.sent} == keys


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
def test_a_worker_that_dies_between_send_and_mark_is_replaced(stage: Stage, fault: Fault) -> None:
    """The row stays leased, nobody touches it for two minutes, then another worker settles it: counted once."""
    stage.record(1, 10)
    stage.wire.faults.append(fault)
    with pytest.raises(CrashError):
        stage.pump.run_once()
    assert stage.states() == ["leased"]
    stage.turn(seconds=119)
    assert stage.new_pump().run_once().tries == 0
    stage.turn(seconds=1)
    assert stage.new_pump().run_once()[State.SENT] == 1
    assert stage.counted() == 10


def test_a_fact_perhaps_counted_is_not_sent_when_stripe_may_have_forgotten_it(stage: Stage) -> None:
    """Reply lost, pump down for a day: Stripe's memory of the identifier is gone, so a person decides."""
    stage.record(1, 10)
    stage.wire.faults.append(Fault.LOST_REPLY)
    stage.pump.run_once()
    stage.turn(hours=25)
    assert stage.pump.run_once()[State.DEAD] == 1
    assert [(row.state, row.reason) for row in stage.rows()] == [("dead", "outcome_unknown")]
    assert len(stage.wire.sent) == 1
    assert stage.counted() == 10


def test_a_fact_that_stripe_knows_is_delivered(stage: Stage) -> None:
    """The answer to a repeated identifier is a 400 that means success: no retry, no alarm."""
    recorded = stage.record(1, 10)
    stage.client.v1.billing.meter_events.create(
        {
            "event_name": "api_calls",
            "identifier": recorded.identifier,
            "payload": {"stripe_customer_id": stage.ada, "value": "10"},
        }
    )
    assert stage.pump.run_once()[State.DUPLICATE] == 1
    assert stage.pump.run_once().tries == 0
    assert stage.counted() == 10


def test_what_is_too_old_dies_with_its_reason_and_its_date(stage: Stage) -> None:
    """36 days after the usage nothing is sent, nothing is re-dated, and the row says what to do."""
    stage.record(1)
    at = stage.rows()[0].occurred_at
    stage.turn(days=36)
    assert stage.pump.run_once()[State.DEAD] == 1
    row = stage.rows()[0]
    assert (row.state, row.reason, row.occurred_at) == ("dead", "too_old", at)
    assert "invoice item" in row.detail
    assert stage.wire.sent == []


def test_usage_from_the_future_dies_with_its_reason(stage: Stage) -> None:
    """Milliseconds taken for seconds, or a clock gone wrong, do not become a bill."""
    stage.record(1, at=stage.now + timedelta(hours=1))
    assert stage.pump.run_once()[State.DEAD] == 1
    assert stage.rows()[0].reason == "in_the_future"


def test_a_customer_without_a_stripe_id_waits_and_then_dies(stage: Stage) -> None:
    """Never acknowledged and dropped: tried for three days, then somebody has to look; the others are not held up."""
    mapping: dict[str, str] = {"ada": stage.ada}
    stage.pump = stage.new_pump(mapping.get)
    stage.record(1, customer="ada")
    stage.record(2, customer="bob")
    first = stage.pump.run_once()
    assert (first[State.SENT], first[State.RETRY_WAIT]) == (1, 1)
    stage.turn(days=2)
    assert stage.pump.run_once()[State.RETRY_WAIT] == 1
    stage.turn(days=1)
    assert stage.pump.run_once()[State.DEAD] == 1
    assert [(row.state, row.reason) for row in stage.rows()][1] == ("dead", "customer_not_mapped")


def test_a_customer_mapped_in_time_is_billed(stage: Stage) -> None:
    """The checkout webhook comes a day after the first usage; the usage keeps its own date."""
    mapping: dict[str, str] = {}
    stage.pump = stage.new_pump(mapping.get)
    stage.record(1, 10, customer="ada")
    stage.pump.run_once()
    stage.turn(days=1)
    mapping["ada"] = stage.ada
    assert stage.pump.run_once()[State.SENT] == 1
    assert stage.counted() == 10


def test_a_meter_made_after_the_deployment_gets_what_waited(stage: Stage) -> None:
    """An unknown meter is waited for; a new try is a new question to Stripe, not a replay of its first answer."""
    stage.client.v1.billing.meters.deactivate(stage.stripe_meter.id)
    stage.record(1, 10)
    assert stage.pump.run_once()[State.RETRY_WAIT] == 1
    assert stage.rows()[0].reason == "unknown_meter"
    stage.client.v1.billing.meters.reactivate(stage.stripe_meter.id)
    stage.turn(seconds=2)
    assert stage.pump.run_once()[State.SENT] == 1
    assert stage.counted() == 10


def test_a_poisoned_fact_holds_nobody_up(stage: Stage) -> None:
    """A row that fails again and again waits longer and longer while those behind it are sent."""
    stage.wire.faults.extend([Fault.ERROR_BEFORE, None, None])
    for fact in range(3):
        stage.record(fact)
    report = stage.pump.run_once()
    assert (report[State.RETRY_WAIT], report[State.SENT]) == (1, 2)


@pytest.mark.parametrize("fault", [Fault.LOST_CALL, Fault.RATE_LIMIT])
def test_a_run_ends_when_the_next_event_would_fare_no_better(stage: Stage, fault: Fault) -> None:
    """Stripe out of reach or asking for a pause: one failed try a run, not a hundred timeouts."""
    stage.wire.faults.extend([fault] * 3)
    for fact in range(3):
        stage.record(fact)
    report = stage.pump.run_once()
    assert report.tries == 1
    assert report.halted in {"no_answer", "rate_limited"}


def test_what_stripe_will_never_take_is_rejected_with_its_words(stage: Stage) -> None:
    """A refusal that says something about the fact is final, and is not repeated."""

    class Refusing:
        """Takes nothing."""

        def send(self, _: MeterEvent) -> Outcome:
            """Refuse."""
            return Outcome(Result.REJECTED, "meter_event_invalid_value", "The value is invalid.")

    stage.record(1)
    pump = Pump(stage.database, Refusing(), clock=stage.clock)
    assert pump.run_once()[State.REJECTED] == 1
    row = stage.rows()[0]
    assert (row.reason, row.detail) == ("meter_event_invalid_value", "The value is invalid.")
    assert pump.run_once().backlog.problems == 1


def test_an_exception_of_the_callers_code_costs_one_try(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A mapping or a sender that raises is logged with its traceback; the row waits and the others go on."""

    def mapping(customer: str) -> str:
        """Know only Ada."""
        return {"ada": stage.ada}[customer]

    class Broken:
        """Has a bug."""

        def send(self, event: MeterEvent) -> Outcome:
            """Fall over."""
            raise ZeroDivisionError(event.identifier)

    stage.record(1, customer="bob")
    stage.record(2, customer="ada")
    report = stage.new_pump(mapping).run_once()
    assert (report[State.RETRY_WAIT], report[State.SENT]) == (1, 1)
    stage.record(3)
    assert Pump(stage.database, Broken(), clock=stage.clock).run_once()[State.RETRY_WAIT] == 1
    assert [row.reason for row in stage.rows()] == ["customer_lookup", None, "sender_failed"]
    assert "ZeroDivisionError" in caplog.text


def test_a_repetition_is_word_for_word(stage: Stage) -> None:
    """While a reply is missing the customer is not looked up again: another answer would be another request."""
    mapping = {"ada": stage.ada}
    stage.pump = stage.new_pump(mapping.get)
    stage.record(1, 10, customer="ada")
    stage.wire.faults.append(Fault.LOST_REPLY)
    stage.pump.run_once()
    mapping["ada"] = stage.new_customer()
    stage.turn(seconds=2)
    assert stage.pump.run_once()[State.SENT] == 1
    assert (stage.counted(), stage.rows()[0].stripe_customer) == (10, stage.ada)


def test_a_lease_is_a_promise_that_ends(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A call that takes longer than its lease does not overwrite what another worker has settled meanwhile."""

    class Slow:
        """Takes three minutes, during which another worker does the work."""

        def send(self, _: MeterEvent) -> Outcome:
            """Be late."""
            stage.turn(minutes=3)
            stage.pump.run_once()
            raise TimeoutError

    stage.record(1, 10)
    assert Pump(stage.database, Slow(), clock=stage.clock).run_once()[State.LEASED] == 1
    assert stage.states() == ["sent"]
    assert "lease ran out" in caplog.text
    assert stage.counted() == 10


def test_a_slow_lookup_sends_nothing_after_its_lease(stage: Stage) -> None:
    """The customer was found three minutes later, when another worker had long sent the fact: no second call."""

    def slow(_: str) -> str:
        """Take three minutes, during which another worker does the work."""
        stage.turn(minutes=3)
        stage.pump.run_once()
        return stage.ada

    stage.record(1, 10)
    assert stage.new_pump(slow).run_once()[State.LEASED] == 1
    assert (stage.states(), len(stage.wire.sent), stage.counted()) == (["sent"], 1, 10)


def test_a_session_factory_names_the_database_too(stage: Stage, database: Engine) -> None:
    """What an application has at hand; one that is bound to nothing is refused."""
    stage.record(1)
    sender = stage.pump.sender
    assert Pump(sessionmaker(database), sender, clock=stage.clock, policy=Policy()).run_once()[State.SENT] == 1
    with pytest.raises(MeteringError, match="bound to no engine"):
        Pump(sessionmaker(), sender)
