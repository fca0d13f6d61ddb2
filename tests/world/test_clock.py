"""Where time comes from."""

from __future__ import annotations

import datetime as dt

import freezegun

from pinstripe.world import ControlledClock, WallClock


def test_the_wall_clock_is_the_machines() -> None:
    """Whole seconds of the machine's own time."""
    with freezegun.freeze_time(dt.datetime(2027, 1, 31, 12, 0, 0, 900_000, tzinfo=dt.UTC)):
        assert WallClock().now() == 1_801_396_800


def test_a_controlled_clock_stands_still_until_it_is_set() -> None:
    """Nothing but `set` moves its hands, in either direction."""
    clock = ControlledClock(5)
    assert [clock.now(), clock.now()] == [5, 5]
    clock.set(3)
    assert clock.now() == 3
