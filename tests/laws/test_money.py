"""Law 5: not a cent is made or lost."""

from __future__ import annotations

from hypothesis import target

from tests.laws.life import Command, Life
from tests.laws.lives import on_lives
from tests.laws.money import discrepancies


@on_lives
def test_every_cent_is_accounted_for(commands: list[Command]) -> None:
    """Lines, totals, balances, ledgers, charges and payments agree, whatever happened."""
    life = Life().live(commands)
    target(float(len(life.ids("event"))), label="events")
    assert not list(discrepancies(life))
