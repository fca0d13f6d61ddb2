"""Law 1: one leap of time equals any number of steps."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pinstripe.world import Object
from tests.laws.drawing import DAY, HOUR
from tests.laws.life import BIRTH, Command, Life
from tests.laws.lives import lives, some
from tests.laws.snapshot import snapshot

STEPS = st.lists(st.sampled_from([1, HOUR - 1, HOUR, 5 * HOUR, DAY, 6 * DAY, 29 * DAY]), min_size=2, max_size=9)


@some
@given(lives(), STEPS)
def test_on_the_accounts_clock_a_leap_is_its_steps(commands: list[Command], steps: list[int]) -> None:
    """After a leap every object, event, index, counter and alarm is as after the same time in steps."""
    leaping, stepping = Life().live(commands), Life().live(commands)
    leaping.travel(leaping.world.now + sum(steps))
    for seconds in steps:
        stepping.travel(stepping.world.now + seconds)
    assert snapshot(leaping.world) == snapshot(stepping.world)


@some
@given(lives(), STEPS)
def test_on_a_test_clock_a_leap_is_its_steps(commands: list[Command], steps: list[int]) -> None:
    """The same on a test clock, but for what the clock tells of itself and the numbers that this takes."""
    leaping, stepping = Life().live(commands), Life().live(commands)
    for clock in leaping.clocks:
        now = leaping.world.timelines[clock].now
        if "id" not in leaping.advance(clock, now + sum(steps)):
            continue  # further than Stripe lets a clock go at once
        for end in range(1, len(steps) + 1):
            assert "id" in stepping.advance(clock, now + sum(steps[:end]))
    assert without_clock_events(leaping) == without_clock_events(stepping)


def without_clock_events(life: Life) -> dict[str, Any]:
    """The objects of an account, and what its events tell, except of clocks."""
    objects: dict[str, Any] = {
        name: list(table.objects.items()) for name, table in life.world.tables.items() if name != "event"
    }
    objects["event"] = [
        {**event, "id": None}
        for event in life.world.tables["event"].objects.values()
        if not event["type"].startswith("test_helpers.")
    ]
    return objects


def test_a_year_at_once_is_a_year_of_days() -> None:
    """Two subscriptions, one that pays and one that never does, day by day through a leap year's February."""
    commands: list[Command] = [
        ("customer", (None, 0, 0)),
        ("subscribe", (0, 1, 1, None)),
        ("use", (0, "1200", 0, None)),
        ("customer", (None, 2, 0)),
        ("subscribe", (0, 9, 3, "allow_incomplete")),
        ("settle", (0, "pay with visa")),
    ]
    leaping, stepping = Life().live(commands), Life().live(commands)
    leaping.travel(BIRTH + 420 * DAY)
    for day in range(1, 421):
        stepping.travel(BIRTH + day * DAY)
    assert snapshot(leaping.world) == snapshot(stepping.world)
    # From 31 January 2027: a year, then 29 days to 29 February 2028, then 31 to 31 March.
    assert {item["current_period_end"] for item in first(leaping, "subscription")["items"]} == {BIRTH + 425 * DAY}


def first(life: Life, kind: str) -> Object:
    """The oldest object of a kind."""
    obj = life.world.get(kind, life.ids(kind)[0])
    assert obj is not None
    return obj
