"""Answers in their full shape: what Stripe always sends is there, in Stripe's order, and nothing else.

Keys come as `id`, `object`, then the alphabet [recorded: 2,900 objects, one exception]; a key that is required and may
be null is null when nothing was said about it. A shape is compiled once into a template that already has every key in
place, so completing a large object is one merge and one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import is_
from typing import Any

from pinstripe_contracts.conformance import conforms, is_nullable
from pinstripe_contracts.types import AnyOf, Hash, ListOf, MapOf, Nullable, Type, Unsettable

__all__ = ["complete", "conforms"]

Completer = Callable[[Any], Any]
_Plan = tuple[dict[str, None] | None, list[str], list[tuple[str, Completer]]]
"""For bodies with the same keys: all keys in their places, or None where they are so already; those to leave out;
and what completes the values that are there."""


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

    __slots__ = ("at", "known", "names", "nested", "plans", "required", "shape", "silent")

    def __init__(self, shape: Hash, at: str) -> None:
        fields = shape.fields
        names = sorted(fields, key=lambda name: (name != "id", name != "object", name))
        demanded = {name for name in names if fields[name].required and not is_nullable(fields[name].type)}
        self.shape = shape
        self.at = at
        self.required = frozenset(demanded)
        self.silent = frozenset(name for name in names if not fields[name].required)
        self.names = names
        self.known = frozenset(names)
        self.plans: dict[tuple[str, ...], _Plan] = {}
        completers = ((name, _completer(fields[name].type, f"{at}.{name}")) for name in names)
        self.nested = [(name, completer) for name, completer in completers if completer is not None]

    def fill(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The template with the body in it; a body that is complete already is not copied without need.

        A frozen hash that has been completed remembers it, so what one version shares with the next is done once.
        """
        known = getattr(body, "completed", None)
        if known is not None and known[0] is self:
            return body if known[1] is None else known[1]  # type: ignore[return-value]  # what is frozen is a dict
        plan = self.plans.get(keys := tuple(body))
        if plan is None:
            plan = self.plans[keys] = self._planned(body)
        blank, surplus, nested = plan
        if blank is None:
            full: dict[str, Any] = body  # type: ignore[assignment]  # only a dict is taken as it is
        else:
            full = {**blank, **body}
            for key in surplus:
                del full[key]
        for key, completer in nested:
            value = full[key]
            if value is not None and (completed := completer(value)) is not value:
                if full is body:
                    full = {**body}
                full[key] = completed
        if type(body) is not dict and hasattr(type(body), "completed"):
            body.completed = (self, None if full is body else full)  # type: ignore[attr-defined]  # an Object's
        return full

    def _planned(self, body: Mapping[str, Any]) -> _Plan:
        """What completes bodies with just these keys: an assertion fails for a key too many or too few."""
        surplus = [key for key in body if key not in self.known]
        for key in surplus:
            assert key.startswith("_"), f"{self.title(body)} has no key {key!r}"
        assert self.required <= body.keys(), (
            f"{self.title(body)} lacks {', '.join(sorted(self.required - body.keys()))}"
        )
        blank = {name: None for name in self.names if name in body or name not in self.silent}
        as_it_is = isinstance(body, dict) and tuple(body) == tuple(blank)
        nested = [(name, completer) for name, completer in self.nested if name in body]
        return None if as_it_is else blank, surplus, nested

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
    if completer is None:
        return None

    def each(values: Sequence[Any]) -> Sequence[Any]:
        completed = [None if value is None else completer(value) for value in values]
        return values if all(map(is_, completed, values)) else completed

    return each


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
        return min(templates, key=lambda template: len(value.keys() - template.known)).fill(value)

    return best
