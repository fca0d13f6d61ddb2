"""A world as it was, to go back to as often as one likes.

Objects are frozen, so a savepoint copies only what holds them: tables, indexes, timelines and counters. What it finds
there that it does not know how to copy is a bug, and says so, rather than state that two worlds would share.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from typing import Any

from pinstripe.world.clock import ControlledClock, WallClock
from pinstripe.world.kinds import Kind
from pinstripe.world.objects import Object
from pinstripe.world.store import Table, Timeline, World

FIXED = frozenset({"kinds", "seed", "render", "announce", "pages", "listening", "returns", "kin"})
"""What a world is given when it is made, or by the server around it: no part of what happened in it."""
SHARED = frozenset(
    {Object, str, int, float, bool, bytes, type(None), tuple, frozenset, Kind, ControlledClock, WallClock, partial}
)
"""What never changes, so that both may hold it."""


class Savepoint:
    """Everything that happened in one world, up to a moment."""

    def __init__(self, world: World) -> None:
        self._members = twin({name: value for name, value in vars(world).items() if name not in FIXED})

    def restore(self, world: World) -> None:
        """Take the world back; the savepoint can be used again."""
        for name, value in twin(self._members).items():
            setattr(world, name, value)
        world.returns += 1


def twin(value: Any) -> Any:
    """The same value with containers of its own; raises TypeError for what cannot be copied."""
    cls = type(value)
    if cls in SHARED:
        return value
    if cls is dict:
        return {key: item if type(item) in SHARED else twin(item) for key, item in value.items()}
    if cls in (list, set, deque):
        return cls(item if type(item) in SHARED else twin(item) for item in value)
    if hasattr(cls, "twin"):  # a book
        return value.twin()
    if cls in (Table, Timeline):
        return _filled(cls, {field.name: twin(getattr(value, field.name)) for field in fields(cls)})
    raise TypeError(f"a savepoint cannot keep a {cls.__name__}")


def _filled(cls: type, members: Mapping[str, Any]) -> Any:
    """A table or a timeline with these members, whatever it would make of them when it is new."""
    made: Any = object.__new__(cls)
    for name, value in members.items():
        setattr(made, name, value)
    return made
