"""Which operation a declared noun serves with what: read off the contract's paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pinstripe.resources.by_shape import calls, showing
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.resource import Handler, Resource
from pinstripe.world import Kind
from pinstripe.world.kinds import by
from pinstripe_contracts import Operation, operations

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def resources(nouns: Iterable[Noun]) -> tuple[Resource, ...]:
    """The nouns as the registry takes them, with the handler of each of their operations."""
    known = {(operation.method, blank(operation.path)): operation for operation in operations()}
    return tuple(_resource(noun, known) for noun in nouns)


def blank(path: str) -> str:
    """A path template whose placeholders have no names."""
    return _PLACEHOLDER.sub("{}", path)


def _resource(noun: Noun, known: Mapping[tuple[str, str], Operation]) -> Resource:
    indexes = {member: by(member) for member in noun.parents.values()} | dict(noun.indexes)
    routes = {
        operation.name: handler
        for place, handler in _rules(noun).items()
        if (operation := known.get(place)) is not None
    }
    return Resource(
        Kind(noun.name, noun.prefix, indexes=indexes, alarm=noun.alarm, ring=noun.ring),
        {**routes, **noun.routes},
        view=showing.view(noun),
        includes=noun.includes,
        noun=noun.noun,
    )


def _rules(noun: Noun) -> dict[tuple[str, str], Handler]:
    """Every operation the noun could have; the contract says which of them there are."""
    if noun.singleton:
        return {("GET", noun.path): calls.the_only(noun), ("POST", noun.path): calls.change_the_only(noun)}
    one = f"{noun.path}/{{}}"
    rules = {("POST", noun.create or noun.path): calls.create(noun)} if noun.made else {}
    if noun.kept:
        rules |= {
            ("GET", noun.path): calls.list_all(noun),
            ("GET", one): calls.retrieve(noun),
            ("POST", one): calls.update(noun),
            ("DELETE", one): calls.delete(noun),
        }
    return rules | {
        ("POST", name if name.startswith("/") else f"{one}/{name}"): calls.verb(noun, name, rule)
        for name, rule in noun.verbs.items()
    }
