"""Law 2: the same calls at the same times give the same bytes."""

from __future__ import annotations

from tests.laws.life import Command, Life
from tests.laws.lives import on_lives
from tests.laws.snapshot import snapshot


@on_lives
def test_a_life_lived_again_gives_the_same_bytes(commands: list[Command]) -> None:
    """Bodies and headers of every answer are equal, and so are the worlds that are left behind."""
    once, again = Life().live(commands), Life().live(commands)
    for one, other in zip(once.answers, again.answers, strict=True):
        assert (one.status, one.raw, one.headers) == (other.status, other.raw, other.headers)
    assert snapshot(once.world) == snapshot(again.world)
