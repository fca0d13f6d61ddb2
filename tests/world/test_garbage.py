"""Rules leave no cyclic garbage, so that a leap can do without the search for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from tests.laws.life import Life
from tests.laws.lives import EVENTFUL
from tests.laws.turns import VARIED
from tests.world.toy import START, make, new_world


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Begin without old garbage, and leave the search as it was."""
    gc.collect()
    yield
    gc.enable()


def test_a_leap_leaves_no_cyclic_garbage() -> None:
    """Nothing that a month of eventful lives makes and drops has to be searched for."""
    life = Life().live([*EVENTFUL, *VARIED])
    gc.collect()
    gc.disable()
    life.travel(life.world.now + 31 * 86400)
    assert gc.collect() == 0


def test_the_search_rests_during_a_leap_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is off while alarms ring, on again afterwards, also when a rule fails; and stays off if it was."""
    world = new_world()
    make(world, "bell", at=START + 5)
    make(world, "bell", at=START + 9)
    seen: list[bool] = []
    ring = world._ring

    def watched(timeline: str | None, line: Any) -> None:
        """Note whether the search is on; the third rule fails."""
        seen.append(gc.isenabled())
        if len(seen) > 2:
            raise ArithmeticError
        ring(timeline, line)

    monkeypatch.setattr(world, "_ring", watched)
    world.advance(None, START + 5)
    assert (seen, gc.isenabled()) == ([False], True)
    gc.disable()
    world.advance(None, START + 9)
    assert (seen, gc.isenabled()) == ([False, False], False)
    gc.enable()
    make(world, "bell", at=START + 12)
    with pytest.raises(ArithmeticError):
        world.advance(None, START + 12)
    assert gc.isenabled()
