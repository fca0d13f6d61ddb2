"""Frozen JSON: no mutator works, however deep, and a change is a new version."""

from __future__ import annotations

import operator
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.world import Object, changed, frozen

MUTATORS: dict[str, Callable[[Any], object]] = {
    "set": lambda obj: operator.setitem(obj, "a", 1),
    "set new": lambda obj: operator.setitem(obj, "new", 1),
    "delete": lambda obj: operator.delitem(obj, "a"),
    "or": lambda obj: obj.__ior__({"a": 1}),
    "clear": lambda obj: obj.clear(),
    "pop": lambda obj: obj.pop("a"),
    "pop missing": lambda obj: obj.pop("missing", None),
    "popitem": lambda obj: obj.popitem(),
    "setdefault": lambda obj: obj.setdefault("a", 1),
    "update": lambda obj: obj.update(a=1),
    "attribute": lambda obj: setattr(obj, "note", 1),
}


class Word(StrEnum):
    """A word of a list."""

    YES = "yes"


@pytest.mark.parametrize("mutate", MUTATORS.values(), ids=MUTATORS)
@pytest.mark.parametrize("path", [[], ["a"], ["a", "b"], ["list", 1], ["list", 2, 0]])
def test_no_mutator_works_however_deep(mutate: Callable[[Any], object], path: list[str | int]) -> None:
    """Every way to change a dict is refused, at the top, in a hash and in a list."""
    obj = frozen({"a": {"b": {"a": 1}}, "list": [1, {"a": 2}, [{"a": 3}]]})
    before = orjson.dumps(obj)
    inner = obj
    for step in path:
        inner = inner[step]
    with pytest.raises((TypeError, AttributeError)):
        mutate(inner)
    assert orjson.dumps(obj) == before


def test_every_mutator_of_a_dict_is_refused() -> None:
    """Whatever a dict can do that a mapping cannot is refused or makes something new."""
    ours = {name for name in vars(Object) if not name.startswith("__")} | {"__setitem__", "__delitem__", "__ior__"}
    harmless = {"copy", "fromkeys", "__or__", "__ror__"}
    reading = {"get", "items", "keys", "values"}
    methods = {name for name in vars(dict) if not name.startswith("__")} | {"__setitem__", "__delitem__", "__ior__"}
    assert methods - ours - harmless - reading == set()


def test_lists_become_tuples() -> None:
    """A list inside cannot grow."""
    assert frozen([1, [2, (3,)]]) == (1, (2, (3,)))


@pytest.mark.parametrize("value", ["a", 1, 1.5, True, None, Word.YES, Object(a=1)])
def test_plain_values_stay_as_they_are(value: object) -> None:
    """Text, numbers, booleans, null and what is frozen already are not copied."""
    assert frozen(value) is value


@pytest.mark.parametrize("value", [{1}, b"bytes", object(), {"a": {"b": {1}}}, [1, [object()]]])
def test_what_is_no_json_is_refused(value: object) -> None:
    """A set or an object of Python's inside would be found out only when it is printed."""
    with pytest.raises(TypeError, match="not a JSON value"):
        frozen(value)


def test_a_change_makes_a_new_version() -> None:
    """The old version stays as it was and shares what did not change."""
    old = frozen({"id": "x_1", "object": "thing", "a": {"b": 1}, "c": 1})
    new = changed(old, {"c": [2], "d": {"e": 3}})
    assert old == {"id": "x_1", "object": "thing", "a": {"b": 1}, "c": 1}
    assert new == {"id": "x_1", "object": "thing", "a": {"b": 1}, "c": (2,), "d": {"e": 3}}
    assert new["a"] is old["a"]
    assert isinstance(new["d"], Object)
    assert (new.id, new.kind) == ("x_1", "thing")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
)


@given(JSON)
def test_freezing_keeps_the_meaning(value: object) -> None:
    """A frozen value prints as before, and freezing it again changes nothing."""
    once = frozen(value)
    assert orjson.dumps(once) == orjson.dumps(value)
    assert frozen(once) == once
