"""All laws at once on each life: the way to try many lives. `pytest tests/laws/test_hunt.py --lives 10000`."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.drawing import DAY, HOUR
from tests.laws.life import Answer, Command, Life
from tests.laws.lives import few, lives
from tests.laws.money import discrepancies
from tests.laws.shapes import event_misfits, misfits
from tests.laws.snapshot import rederived, snapshot
from tests.laws.test_all_or_nothing import Careful
from tests.laws.test_events import disorder, false_changes, outdated, repetitions

STEPS = st.lists(st.sampled_from([1, HOUR - 1, HOUR, 5 * HOUR, DAY, 6 * DAY, 29 * DAY]), min_size=2, max_size=4)


class Watched(Careful):
    """A life that is held to the laws of single answers while it is lived."""

    def __init__(self) -> None:
        super().__init__(watch=self.write)
        self.written: dict[str, bytes] = {}

    def write(self, _: Life, answer: Answer) -> None:
        """An answer fits its shape, and what is told is written down as it was when it was told."""
        wrong = misfits(answer)
        assert not wrong, f"{answer.method} {answer.path} {dict(answer.params)}: {wrong}"
        table = self.world.tables["event"].objects
        for id_ in list(table)[len(self.written) :]:
            self.written[id_] = orjson.dumps(table[id_])


@few
@given(lives(), STEPS)
def test_every_law_holds(commands: list[Command], steps: list[int]) -> None:
    """Shape, all or nothing, history and truth of events, money, derived indexes, replay, and leaps."""
    life = Watched()
    life.live(commands)
    again = Life().live(commands)
    for one, other in zip(life.answers, again.answers, strict=True):
        assert (one.status, one.raw, one.headers) == (other.status, other.raw, other.headers)
    kept = snapshot(life.world)
    assert kept == snapshot(again.world)
    assert rederived(life.world) == {
        "index": kept["index"],
        "waiting": kept["waiting"],
        "alarms": {id_: alarms for id_, (_, alarms) in kept["timelines"].items()},
    }
    wrong: list[Any] = [*event_misfits(life), *disorder(life), *false_changes(life), *repetitions(life)]
    assert not [*wrong, *outdated(life), *discrepancies(life)]
    assert {id_: orjson.dumps(event) for id_, event in life.world.tables["event"].objects.items()} == life.written
    life.travel(life.world.now + sum(steps))
    for seconds in steps:
        again.travel(again.world.now + seconds)
    counters = {"counters": None}  # asking costs numbers of requests, and nothing else
    assert {**snapshot(life.world), **counters} == {**snapshot(again.world), **counters}
