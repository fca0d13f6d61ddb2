"""The law of metering: whatever happens in whatever order, Stripe ends up with what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.pool import StaticPool
from tests.metering.stage import CrashError, Fault, Stage

from pinstripe_metering import State, Verdict
from pinstripe_metering.outbox import metadata, outbox

values = st.decimals(-1000, 1000, places=3).map(lambda value: value.normalize() + 0)
records = st.tuples(st.just("record"), st.integers(0, 8), st.integers(0, 1), values)
steps = st.one_of(
    records,
    records,
    st.tuples(st.just("roll back"), st.integers(0, 8)),
    st.tuples(st.just("fault"), st.sampled_from(Fault)),
    st.tuples(st.just("pump"), st.integers(1, 5)),
    st.tuples(st.just("wait"), st.integers(1, 1200)),
    st.tuples(st.just("confirm")),
)


@pytest.fixture(scope="module")
def memory() -> Iterator[Engine]:
    """A SQLite database in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def live(engine: Engine, life: list[tuple]) -> None:  # type: ignore[type-arg]
    """Live through the steps, mend the wire, and compare the two sums."""
    with engine.begin() as connection:
        connection.execute(delete(outbox))
    stage = Stage(engine)
    customers = [stage.ada, stage.new_customer()]
    recorded: dict[int, tuple[int, Decimal]] = {}
    for step in life:
        match step:
            case "record", fact, customer, value:
                # The job is retried with what it first did: it is the same fact.
                customer, value = recorded.setdefault(fact, (customer, value))
                stage.record(fact, value, customer=customers[customer])
            case "roll back", fact:
                if fact not in recorded:
                    with engine.connect() as connection:
                        stage.meter.record(connection, customer=stage.ada, fact=("job", fact), at=stage.now)
                        connection.rollback()
            case "fault", fault:
                stage.wire.faults.append(fault)
            case "pump", limit:
                with suppress(CrashError):
                    stage.pump.run_once(limit)
            case "wait", seconds:
                stage.turn(seconds=seconds)
            case ("confirm",):
                stage.confirm()
    stage.wire.faults.clear()
    stage.drain()
    stage.turn(minutes=3)
    stage.confirm()
    sums = [sum((v for c, v in recorded.values() if c == index), Decimal(0)) for index in range(2)]
    assert [stage.counted(customer) for customer in customers] == [float(total) for total in sums]
    assert len(stage.rows()) == len(recorded)
    assert set(stage.states()) <= {State.CONFIRMED}
    assert {line.state for line in stage.confirm()} <= {Verdict.OK}


@given(st.lists(steps, max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stripe_ends_up_with_what_was_recorded(memory: Engine, life: list[tuple]) -> None:  # type: ignore[type-arg]
    """Any interleaving of facts, repetitions, faults, crashes, runs and confirmations ends with equal sums."""
    live(memory, life)


@given(st.lists(steps, max_size=25))
@settings(max_examples=15)
def test_so_it_is_on_postgresql(postgres: Engine, life: list[tuple]) -> None:  # type: ignore[type-arg]
    """The same law over a real PostgreSQL."""
    live(postgres, life)
