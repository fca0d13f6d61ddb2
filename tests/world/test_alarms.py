"""Time: alarms are read off the objects, ring in their order at their own moment, and never come loose."""

from __future__ import annotations

import heapq
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world.toy import START, change, due, make, new_world, rung

from pinstripe.world import ControlledClock, Kind, Object, Transaction


def test_an_alarm_rings_at_its_own_moment() -> None:
    """On the way to the target the clock stands where the alarm is due; nothing rings early or twice."""
    world = new_world()
    bell = make(world, "bell", at=START + 5)
    world.advance(None, START + 4)
    assert not rung(world)
    world.advance(None, START + 5)
    world.advance(None, START + 9)
    assert rung(world) == [(bell.id, START + 5)]
    assert world.now == START + 9


def test_alarms_of_one_second_ring_by_rank_then_birth() -> None:
    """Among equals the lower rank goes first, then the older object; an earlier alarm goes before all."""
    world = new_world()
    names: dict[str, str] = {}
    for kind, at in [("bell", 5), ("early", 5), ("bell", 4), ("bell", 5), ("early", 5)]:
        names[make(world, kind, at=START + at).id] = f"{kind} {len(names) + 1}"
    world.advance(None, START + 5)
    assert [names[id_] for id_, _ in rung(world)] == ["bell 3", "early 2", "early 5", "bell 1", "bell 4"]


MOVES: dict[str, tuple[list[int | None], list[int]]] = {
    # an alarm set to 5 and then to these moments; when it rings
    "not at all": ([], [5]),
    "later": ([8], [8]),
    "earlier": ([3], [3]),
    "away": ([None], []),
    "away and back": ([None, 5], [5]),
    "later and back": ([8, 5], [5]),
    "to and fro": ([3, 8, 3, 8], [8]),
    "beyond the target": ([12], []),
}


@pytest.mark.parametrize("moves, expected", MOVES.values(), ids=MOVES)
def test_an_alarm_moves_with_its_object(moves: list[int | None], expected: list[int]) -> None:
    """The newest version decides when it rings, and lines of older ones are passed over."""
    world = new_world()
    bell = make(world, "bell", at=START + 5)
    for at in moves:
        bell = change(world, bell, at=None if at is None else START + at)
    world.advance(None, START + 10)
    assert rung(world) == [(bell.id, START + at) for at in expected]


def test_a_deleted_object_does_not_ring() -> None:
    """Its line is passed over."""
    world = new_world()
    bell = make(world, "bell", at=START + 5)
    tx = world.transaction()
    tx.delete(bell)
    tx.commit()
    world.advance(None, START + 10)
    assert not rung(world)


def test_an_alarm_set_on_the_way_rings_on_the_way() -> None:
    """A bell that sets itself anew rings again within the same leap."""
    world = new_world()
    bell = make(world, "bell", at=START + 2, every=3)
    world.advance(None, START + 9)
    assert rung(world) == [(bell.id, START + at) for at in (2, 5, 8)]
    assert world.next_alarm(None) == START + 11


def test_a_moment_that_is_over_rings_at_the_next_chance() -> None:
    """An alarm set for the past rings when time next moves, and finds the clock where it stands: never behind."""
    world = new_world()
    world.advance(None, START + 10)
    bell = make(world, "bell", at=START + 3)
    world.advance(None, START + 10)
    assert rung(world) == [(bell.id, START + 10)]


def test_time_never_goes_back() -> None:
    """A target before now is refused, and so is another beginning once something has happened."""
    world = new_world()
    world.rewind(5)
    world.advance(None, START)
    with pytest.raises(AssertionError, match="never goes back"):
        world.advance(None, START - 1)
    make(world, "note")
    with pytest.raises(AssertionError, match="never goes back"):
        world.rewind(5)
    assert world.now == START


def test_the_account_follows_its_clock_and_only_forwards() -> None:
    """`catch_up` rings what came due meanwhile; a clock that was set back changes nothing."""
    clock = ControlledClock(START)
    world = new_world(clock=clock)
    bell = make(world, "bell", at=START + 5)
    world.catch_up()
    assert not rung(world)
    clock.set(START + 7)
    world.catch_up()
    clock.set(START)
    world.catch_up()
    assert (rung(world), world.now) == ([(bell.id, START + 5)], START + 7)


def test_timelines_do_not_meet() -> None:
    """An object rings on its own timeline alone; the others stand still meanwhile."""
    world = new_world()
    tx = world.transaction()
    tx.begin("clock", 0)
    here = tx.new("bell", {"at": START + 1})
    there = tx.new("bell", {"at": 1, "test_clock": "clock"})
    tx.commit()
    world.advance("clock", 10)
    assert (rung(world), world.now) == ([(there.id, 1)], START)
    world.advance(None, START + 1)
    assert rung(world) == [(there.id, 1), (here.id, START + 1)]


def test_an_object_that_changed_its_timeline_rings_on_the_new_one() -> None:
    """The line on the old timeline is passed over."""
    world = new_world()
    tx = world.transaction()
    tx.begin("clock", 0)
    bell = tx.new("bell", {"at": START + 1})
    tx.commit()
    change(world, bell, test_clock="clock", at=START + 2)
    change(world, bell, at=START + 1)
    world.advance(None, START + 5)
    assert not rung(world)
    world.advance("clock", START + 5)
    assert rung(world) == [(bell.id, START + 1)]


# --- bugs in rules ---------------------------------------------------------------------------------------------------


def stuck(tx: Transaction, bell: Object) -> None:
    """A rule that forgets to turn its alarm off."""
    tx.new("note", {"of": bell.id, "at": tx.now()})


def test_a_rule_that_leaves_its_alarm_on_is_a_bug_and_no_endless_loop() -> None:
    """It is named, nothing of it is kept, and it is found again the next time."""
    world = new_world(Kind("stuck", "stuck", alarm=due, ring=stuck))
    make(world, "stuck", at=START + 1)
    for _ in range(2):
        with pytest.raises(AssertionError, match="rang and is still due"):
            world.advance(None, START + 5)
        assert (rung(world), world.now, world.next_alarm(None)) == ([], START + 1, START + 1)


def test_a_rule_may_delete_what_rang() -> None:
    """Then there is nothing left to be due."""
    world = new_world(Kind("gone", "gone", alarm=due, ring=lambda tx, obj: tx.delete(obj)))
    gone = make(world, "gone", at=START + 1)
    world.advance(None, START + 5)
    assert world.get("gone", gone.id) is None


def test_a_rule_that_fails_keeps_its_alarm() -> None:
    """What rang before stays, the failing alarm stays due, and what comes after it waits."""
    mended: list[bool] = []

    def fragile(tx: Transaction, obj: Object) -> None:
        """Fail until mended."""
        tx.new("note", {"of": obj.id, "at": tx.now()})
        if not mended:
            raise ZeroDivisionError
        tx.put(obj, at=None)

    world = new_world(Kind("fragile", "fragile", alarm=due, ring=fragile))
    before, failing, after = (
        make(world, kind, at=START + at) for kind, at in [("bell", 1), ("fragile", 2), ("bell", 3)]
    )
    with pytest.raises(ZeroDivisionError):
        world.advance(None, START + 5)
    assert rung(world) == [(before.id, START + 1)]
    mended.append(True)
    world.advance(None, START + 5)
    assert rung(world) == [(before.id, START + 1), (failing.id, START + 2), (after.id, START + 3)]


# --- edges -----------------------------------------------------------------------------------------------------------


def test_an_edge_asks_for_what_is_due() -> None:
    """A kind without a rule does not ring; its due objects are told, the earliest first, then the oldest."""
    world = new_world()
    at = {name: START + after for name, after in [("a", 5), ("b", 3), ("c", 5), ("d", 9)]}
    made = {name: make(world, "parcel", at=moment, name=name) for name, moment in at.items()}
    assert world.due("parcel") == []
    world.advance(None, START + 5)
    assert [parcel["name"] for parcel in world.due("parcel")] == ["b", "a", "c"]
    change(world, made["b"], at=None)
    change(world, made["a"], at=START + 20)
    tx = world.transaction()
    tx.delete(made["c"])
    tx.commit()
    assert world.due("parcel") == []


# --- the law ---------------------------------------------------------------------------------------------------------

BELLS = st.lists(
    st.tuples(st.sampled_from(["bell", "early"]), st.integers(-3, 30), st.none() | st.integers(1, 9)), max_size=8
)


@given(BELLS, st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_one_leap_is_many_steps(bells: list[tuple[str, int, int | None]], steps: list[int]) -> None:
    """After the same time every bell rang as often, at the same moments and in the same order."""
    worlds = [new_world(), new_world()]
    for world in worlds:
        for kind, at, every in bells:
            make(world, kind, at=START + at, every=every)
    leaping, stepping = worlds
    leaping.advance(None, START + sum(steps))
    for step in steps:
        stepping.advance(None, stepping.now + step)
    assert [table.objects for table in leaping.tables.values()] == [t.objects for t in stepping.tables.values()]
    assert ordered(leaping.timelines[None].alarms) == ordered(stepping.timelines[None].alarms)


def ordered(lines: list[Any]) -> list[Any]:
    """The lines of a heap in the order in which they ring."""
    heap = list(lines)
    return [heapq.heappop(heap) for _ in range(len(heap))]
