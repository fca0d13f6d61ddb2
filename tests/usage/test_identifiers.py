"""The identifiers of a day: which are taken, and by which event."""

from __future__ import annotations

from pinstripe.resources.usage.identifiers import Day


def test_an_identifier_belongs_to_the_event_in_its_place() -> None:
    """Events without one have a place too; what comes after a question is known to the next."""
    day = Day(first=7)
    day.note(["a", None, "b"], {"a", "b"})
    assert [day.number(identifier) for identifier in ("a", "b", "c")] == [7, 9, None]
    day.note([None], set())
    day.note(("c", "d"), {"c", "d"})
    assert [day.number(identifier) for identifier in ("d", "a", "c", "e")] == [12, 7, 11, None]
    assert day.taken == {"a", "b", "c", "d"}


def test_a_twin_goes_its_own_way() -> None:
    """It knows what the day knew, and nothing of what comes later."""
    day = Day()
    day.note(["a"], {"a"})
    twin = day.twin()
    day.note(["b"], {"b"})
    twin.note(["c"], {"c"})
    assert (day.number("a"), day.number("b"), day.number("c")) == (0, 1, None)
    assert (twin.number("a"), twin.number("b"), twin.number("c")) == (0, None, 1)
