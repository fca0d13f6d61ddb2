"""Law 4: an account that goes back to a savepoint is as it was then, and goes on as it went on."""

from __future__ import annotations

from hypothesis import example, given

from pinstripe.control import Client
from tests.laws.life import KEY, Command, Life
from tests.laws.lives import EVENTFUL, few, lives
from tests.laws.snapshot import snapshot
from tests.laws.turns import VARIED


@few
@given(lives(1, 6), lives(1, 6))
@example(EVENTFUL, VARIED)
def test_what_followed_follows_again(before: list[Command], after: list[Command]) -> None:
    """Objects, indexes, usage, alarms, clocks and numbers are as they were, and the same calls give the same bytes."""
    life = Life().live(before)
    control = Client(life.simulator, KEY)
    kept, known, first = snapshot(life.world), life.known(), len(life.answers)
    control.snapshot()
    life.live(after)
    went = [(answer.status, answer.raw, answer.headers) for answer in life.answers[first:]]
    there = snapshot(life.world)
    control.restore()
    assert snapshot(life.world) == kept
    life.know(known)
    again = len(life.answers)
    life.live(after)
    assert [(answer.status, answer.raw, answer.headers) for answer in life.answers[again:]] == went
    assert snapshot(life.world) == there
