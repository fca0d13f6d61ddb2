"""Many workers, one outbox: nobody is sent twice, nobody is forgotten, and one call at a time for each customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from tests.metering.stage import START, Fault, Stage

from pinstripe_metering import Pump, Report, State
from pinstripe_metering.claims import claim, keep
from pinstripe_metering.events import MeterEvent, Outcome, Result
from pinstripe_metering.outbox import outbox

NOW = int(START.timestamp())
PATIENCE_SECONDS = 60


class Counting:
    """A sender that notes what it sends and that no two calls of one customer and meter run at once."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.flying: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.lock = Lock()

    def send(self, event: MeterEvent) -> Outcome:
        """Count it."""
        customer = event.payload["stripe_customer_id"]
        with self.lock:
            self.sent[event.identifier] += 1
            self.flying[customer] += 1
            self.most[customer] = max(self.most[customer], self.flying[customer])
        with self.lock:
            self.flying[customer] -= 1
        return Outcome(Result.SENT)


def together(workers: int, work: Callable[[], list[Report]]) -> list[Report]:
    """Let threads start at the same moment and wait for all of them."""
    barrier = Barrier(workers)

    def start() -> list[Report]:
        barrier.wait(PATIENCE_SECONDS)
        return work()

    with ThreadPoolExecutor(workers) as pool:
        started = [pool.submit(start) for _ in range(workers)]
        return [report for future in started for report in future.result(PATIENCE_SECONDS)]


def test_four_pumps_share_the_work(stage: Stage) -> None:
    """100 facts of 5 customers, 4 pumps: every fact goes out exactly once, one at a time for each customer."""
    for fact in range(100):
        stage.record(fact, customer=f"cus_{fact % 5}")
    sender = Counting()

    def work() -> list[Report]:
        """Run until nothing is open, a bounded number of times."""
        pump, reports = Pump(stage.database, sender, clock=stage.clock), []
        for _ in range(400):
            reports.append(pump.run_once(limit=10))
            if reports[-1].backlog.open == 0:
                break
        return reports

    reports = together(4, work)
    assert sum(report[State.SENT] for report in reports) == 100
    assert len(sender.sent) == 100
    assert set(sender.sent.values()) == {1}
    assert set(sender.most.values()) == {1}


def test_two_pumps_and_a_broken_wire_bill_once(stage: Stage) -> None:
    """Both pumps lose replies of Stripe's; what goes out twice, the identifiers absorb."""
    for fact in range(1, 41):
        stage.record(fact, fact)
    stage.wire.faults.extend([Fault.LOST_REPLY, None, Fault.ERROR_AFTER, None] * 5)
    together(2, lambda: [stage.new_pump().run_once() for _ in range(5)])
    stage.turn(minutes=3)
    together(2, lambda: [stage.new_pump().run_once() for _ in range(5)])
    stage.drain()
    assert stage.counted() == sum(range(1, 41))
    assert set(stage.states()) <= {"sent", "duplicate"}


def test_a_customer_has_one_row_in_flight(stage: Stage) -> None:
    """A claim passes over customers with a call on its way, and takes the oldest of the others."""
    first, second = stage.record(1), stage.record(2)
    other = stage.record(3, customer="cus_other")
    claims = [claim(stage.database, NOW, 120) for _ in range(3)]
    assert [claimed and claimed.identifier for claimed in claims] == [first.identifier, other.identifier, None]
    expired = claim(stage.database, NOW + 120, 120)
    assert expired is not None
    assert (expired.identifier, expired.attempts, expired.uncertain_since) == (first.identifier, 2, NOW)
    with stage.database.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.id == expired.id).values(state=State.SENT))
    following = claim(stage.database, NOW + 120, 120)
    assert following is not None
    assert following.identifier == second.identifier
    assert following.uncertain_since is None


def test_only_the_latest_attempt_settles_a_row(stage: Stage) -> None:
    """A worker that wakes up after its lease finds its row held by another, and changes nothing."""
    stage.record(1)
    late = claim(stage.database, NOW, 120)
    latest = claim(stage.database, NOW + 120, 120)
    assert late is not None
    assert latest is not None
    assert not keep(stage.database, late, {"state": State.REJECTED})
    assert keep(stage.database, latest, {"state": State.SENT})
    assert stage.states() == ["sent"]


def test_the_database_itself_allows_one_row_in_flight(stage: Stage) -> None:
    """Should two claims ever race past each other, the second one fails."""
    stage.record(1)
    stage.record(2)
    with pytest.raises(IntegrityError), stage.database.begin() as connection:
        connection.execute(update(outbox).values(state=State.LEASED))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_claim_passes_over_a_row_that_is_just_being_taken(database: Engine) -> None:
    """PostgreSQL: the second worker neither waits for the first nor takes the same row."""
    stage = Stage(database)
    stage.record(1)
    other = stage.record(2, customer="cus_other")
    with database.begin() as connection:
        connection.execute(outbox.select().order_by(outbox.c.id).limit(1).with_for_update())
        taken = claim(database, NOW, 120)
    assert taken is not None
    assert taken.identifier == other.identifier
