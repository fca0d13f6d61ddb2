"""Frozen JSON: once made, an object never changes; a change makes a new version of it.

That is what makes the rest simple. A transaction that fails has nothing to undo, an event keeps the object as it was
without copying it, and two versions can be compared at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Never


class Object(dict[str, Any]):
    """A hash that refuses every change.

    A subclass of `dict` on purpose: `{**obj}`, orjson and comparisons keep the speed and the meaning of plain dicts.
    """

    __slots__ = ("completed",)

    completed: Any
    """What `wire.render` made of it, if it was ever shown: it never changes, so nor does that. No part of its value."""

    def _refuse(self: Any, *_: Any, **__: Any) -> Never:
        """Refuse a change."""
        raise TypeError("objects of the world are frozen: use changed() to make a new version")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    @property
    def id(self) -> str:
        """The object's id."""
        return str(self["id"])

    @property
    def kind(self) -> str:
        """Stripe's word for what this is: the value of `object`."""
        return str(self["object"])


_PLAIN = frozenset({str, int, bool, float, type(None), Object})


def frozen(value: Any) -> Any:
    """The same JSON value with hashes and lists that cannot be changed, however deep."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return Object({key: item if type(item) in _PLAIN else frozen(item) for key, item in value.items()})
    if kind is list or kind is tuple:
        return tuple([frozen(item) for item in value])
    match value:
        case Mapping():
            return Object({key: frozen(item) for key, item in value.items()})
        case list() | tuple():
            return tuple([frozen(item) for item in value])
        case str() | int() | float():  # such as a word of an enum
            return value
    raise TypeError(f"not a JSON value: {value!r}")


def changed(obj: Object, changes: Mapping[str, Any]) -> Object:
    """A new version of the object with these members replaced."""
    return Object({**obj, **frozen(dict(changes))})
