"""Rows that wait for a person: seen, sent again, or written off, and never by accident twice."""

from __future__ import annotations

import pytest
from tests.metering.stage import Fault, Stage

from pinstripe_metering import OutcomeUnknownError, State, UnknownIdentifierError, problems, requeue, write_off


def unmapped(stage: Stage) -> tuple[str, dict[str, str]]:
    """A row that died for want of a Stripe customer, and the mapping that may still learn of one."""
    mapping: dict[str, str] = {}
    stage.pump = stage.new_pump(mapping.get)
    recorded = stage.record(1, 10, customer="ada")
    for _ in range(2):
        stage.pump.run_once()
        stage.turn(days=3)
    return recorded.identifier, mapping


def doubtful(stage: Stage) -> str:
    """A row that may have been counted."""
    recorded = stage.record(1, 10)
    stage.wire.faults.append(Fault.LOST_REPLY)
    stage.pump.run_once()
    stage.turn(days=1)
    stage.pump.run_once()
    return recorded.identifier


def test_a_mended_row_is_sent_again(stage: Stage) -> None:
    """Its customer exists now: the same identifier goes out, and its patience starts anew."""
    identifier, mapping = unmapped(stage)
    with stage.database.begin() as connection:
        assert [(row.identifier, row.reason) for row in problems(connection)] == [(identifier, "customer_not_mapped")]
        requeue(connection, identifier, clock=stage.clock)
    assert stage.pump.run_once()[State.RETRY_WAIT] == 1, "patient again"
    mapping["ada"] = stage.ada
    stage.turn(minutes=1)
    assert stage.pump.run_once()[State.SENT] == 1
    assert stage.counted() == 10
    assert stage.wire.sent[0]["identifier"] == identifier


def test_a_row_is_written_off_with_a_note(stage: Stage) -> None:
    """It stays, with the note and with what had happened, and is no problem any more."""
    identifier, _ = unmapped(stage)
    with stage.database.begin() as connection:
        write_off(connection, identifier, "trial account, closed")
        assert problems(connection) == []
    row = stage.rows()[0]
    assert row.state == "written_off"
    assert row.detail.startswith("trial account, closed (was dead: No Stripe customer")


@pytest.mark.parametrize("counted, state, calls", [(True, "sent", 1), (False, "sent", 2)])
def test_a_doubtful_row_needs_an_answer(stage: Stage, counted: bool, state: str, calls: int) -> None:
    """Only a reconciliation can say whether Stripe counted it: then it is taken as delivered, or sent again."""
    identifier = doubtful(stage)
    with pytest.raises(OutcomeUnknownError, match="reconcile api_calls"), stage.database.begin() as connection:
        requeue(connection, identifier)
    with stage.database.begin() as connection:
        requeue(connection, identifier, counted=counted, clock=stage.clock)
    stage.pump.run_once()
    assert (stage.states(), len(stage.wire.sent)) == ([state], calls)


def test_only_problems_can_be_decided(stage: Stage) -> None:
    """A row on its way, a row delivered and a row that is not there are left alone."""
    recorded = stage.record(1)
    for identifier in (recorded.identifier, "api_calls:nothing"):
        for decide in (requeue, lambda session, name: write_off(session, name, "no")):
            with pytest.raises(UnknownIdentifierError), stage.database.begin() as connection:
                decide(connection, identifier)
    assert stage.states() == ["pending"]
