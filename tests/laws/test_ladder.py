"""Law 6: whoever asks in an older version's words is answered in them."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pinstripe.wire import versions
from pinstripe.wire.render import conforms
from tests.laws.life import Answer, Command, Life
from tests.laws.lives import EVENTFUL, few, lives
from tests.laws.test_shape import RETRIEVABLE
from tests.laws.turns import VARIED

NEWEST, *_, OLDEST = versions.SERVED
BETWEEN = ["2024-06-20", "2025-02-24.acacia", "2025-08-27.basil"]


@few
@given(lives(), st.lists(st.sampled_from(versions.SERVED), min_size=1, max_size=2, unique=True))
@example(EVENTFUL, [OLDEST, *BETWEEN])
@example(VARIED, [OLDEST, *BETWEEN])
def test_every_answer_fits_the_version_it_is_given_in(commands: list[Command], asked: list[str]) -> None:
    """The newest objects of each kind have what their version's shape demands, and of what it knows nothing else.

    What Stripe only added shows at every version, so keys that a version does not know yet are no misfit. At the
    newest version the answer is the one without a version, to the last byte.
    """
    life = Life().live(commands)
    for kind, path in RETRIEVABLE.items():
        for id_ in life.ids(kind)[-4:]:
            plain = at(life, None, path.format(id_))
            assert at(life, NEWEST, path.format(id_)).raw == plain.raw
            for version in asked:
                wrong = misfits(kind, at(life, version, path.format(id_)).body, version)
                assert not wrong, f"{version}: {wrong}"


def at(life: Life, version: str | None, path: str) -> Answer:
    """What a version answers."""
    life.version = version
    life.ask("GET", path)
    life.version = None
    return life.answers[-1]


def misfits(kind: str, body: dict[str, object], version: str) -> list[str]:
    """What is wrong with an object at a version, but for keys that came later."""
    if body.get("deleted"):
        return []
    found = conforms(body, versions.shape(kind, version), lambda name: versions.shape(name, version))
    return [f"{body['id']}: {wrong}" for wrong in found if not wrong.endswith(": unknown")]
