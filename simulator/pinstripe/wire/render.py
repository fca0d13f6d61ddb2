"""Answers in their full shape: what Stripe always sends is there, in Stripe's order, and nothing else.

Keys come as `id`, `object`, then the alphabet [recorded: 2,900 objects, one exception]; a key that is required and may
be null is null when nothing was said about it. A shape is compiled once into a template that already has every key in
place, so completing a large object is one merge and one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pinstripe.wire.conformance import conforms, is_nullable
from pinstripe_contracts.types import AnyOf, Hash, ListOf, MapOf, Nullable, Type, Unsettable

__all__ = ["complete", "conforms"]

_ABSENT: Final = object()

Completer = Callable[[Any], Any]


def complete(body: Mapping[str, Any], shape: Hash) -> dict[str, Any]:
    """The body in Stripe's order with every nullable key the shape requires; names that begin with "_" are left out.

    Hashes inside are completed too; other Stripe objects and pages are taken as complete. A key the shape does not
    know and a required value nobody gave are bugs of ours.
    """
    template = _compiled.get(id(shape))
    if template is None:  # the template keeps its shape alive, so that the id stays its own
        template = _compiled[id(shape)] = _Template(shape, "")
    return template.fill(body)


class _Template:
    """One compiled shape: its keys in order, what must be said, and which values have keys of their own."""

    __slots__ = ("at", "blank", "nested", "required", "shape", "silent")

    def __init__(self, shape: Hash, at: str) -> None:
        fields = shape.fields
        names = sorted(fields, key=lambda name: (name != "id", name != "object", name))
        demanded = {name for name in names if fields[name].required and not is_nullable(fields[name].type)}
        self.shape = shape
        self.at = at
        self.required = frozenset(demanded)
        self.silent = [name for name in names if not fields[name].required]
        self.blank = {name: _ABSENT if name in demanded or not fields[name].required else None for name in names}
        completers = ((name, _completer(fields[name].type, f"{at}.{name}")) for name in names)
        self.nested = [(name, completer) for name, completer in completers if completer is not None]

    def fill(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The template with the body in it."""
        full = {**self.blank, **body}
        if len(full) > len(self.blank):
            for key in body.keys() - self.blank.keys():
                assert key.startswith("_"), f"{self.title(body)} has no key {key!r}"
                del full[key]
        assert self.required <= body.keys(), (
            f"{self.title(body)} lacks {', '.join(sorted(self.required - body.keys()))}"
        )
        for key in self.silent:
            if full[key] is _ABSENT:
                del full[key]
        for key, completer in self.nested:
            if (value := full.get(key)) is not None:
                full[key] = completer(value)
        return full

    def title(self, body: Mapping[str, Any]) -> str:
        """What an assertion calls the body."""
        return f"{body.get('object', 'an answer')}{self.at and ' at '}{self.at.removeprefix('.')}"


_compiled: dict[int, _Template] = {}


def _completer(kind: Type, at: str) -> Completer | None:
    """What completes the hashes inside a value of this type, or None if it cannot hold any."""
    match kind:
        case Nullable(inner=inner) | Unsettable(inner=inner):
            return _completer(inner, at)
        case Hash():
            return _Template(kind, at).fill
        case ListOf(inner=inner):
            return _each(_completer(inner, at))
        case MapOf(inner=inner):
            return _every(_completer(inner, at))
        case AnyOf(options=options):
            return _best(options, at)
        case _:
            return None


def _each(completer: Completer | None) -> Completer | None:
    return completer and (lambda values: [None if value is None else completer(value) for value in values])


def _every(completer: Completer | None) -> Completer | None:
    return completer and (lambda values: {key: completer(value) for key, value in values.items()})


def _best(options: tuple[Type, ...], at: str) -> Completer | None:
    """Of several hashes the one that knows most of the value's keys; values of other forms stay as they are."""
    templates = [_Template(option, at) for option in options if isinstance(option, Hash)]
    if not templates:
        return None

    def best(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return min(templates, key=lambda template: len(value.keys() - template.blank.keys())).fill(value)

    return best
