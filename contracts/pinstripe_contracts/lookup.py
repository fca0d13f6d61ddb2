"""The contract, looked up: operations by request, params trees, object shapes, event types.

Nothing is read before it is asked for, and nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pinstripe_contracts.recorded import corrected
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Page,
    Scalar,
    Type,
    Unsettable,
)

DATA = Path(__file__).with_name("data")
_NOTHING = Hash({})


@dataclass(frozen=True, slots=True)
class Contract:
    """Which API version the data speaks of, and the SDKs it was derived from."""

    version: str
    sdk_version: str
    npm_version: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One request that Stripe knows.

    `kind` says how the answer holds the objects in `names`: "object" (one of them), "page", "search" or "v2 page" (many
    of them); "bytes" is a file and "" an empty answer, both without names.
    """

    method: str
    path: str
    kind: str
    names: tuple[str, ...]
    host: str
    params_file: str | None
    name: str = field(init=False, repr=False, compare=False)
    """The method and the path template, by which coverage and errors speak of an operation."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.method} {self.path}")

    @property
    def returns(self) -> str | None:
        """The object that the answer is, or holds many of; the first one if it may be of several kinds."""
        return self.names[0] if self.names else None

    @property
    def params(self) -> Hash:
        """What the request may carry beside the placeholders of its path."""
        return _NOTHING if self.params_file is None else _params(self.params_file, self.name)


@dataclass(slots=True)
class _Branch:
    """The operations of one path, and the paths that go on from it."""

    literals: dict[str, _Branch] = field(default_factory=dict)
    placeholder: _Branch | None = None
    operations: dict[str, Operation] = field(default_factory=dict)


@cache
def contract() -> Contract:
    """The versions behind the data."""
    meta = _read("meta.json")
    return Contract(meta["api_version"], meta["sdk_version"], meta["npm_version"])


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, by path and method."""
    found = []
    for method, path, params_file, answer, *host in _read("operations.json"):
        kind, *names = answer or [""]
        found.append(Operation(method, path, kind, tuple(names), host[0] if host else "api", params_file))
    return tuple(found)


def match(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation a request means, with its placeholders; literal segments win, empty ones count for nothing."""
    segments = _segments(path)
    for branch in _branches(_tree(), segments):
        operation = branch.operations.get(method)
        if operation is not None:
            template = _segments(operation.path)
            pairs = zip(template, segments, strict=True)
            return operation, {name[1:-1]: value for name, value in pairs if name[0] == "{"}
    return None


def path_known(path: str) -> frozenset[str]:
    """The methods that a path knows; none if Stripe has no such path."""
    return frozenset(method for branch in _branches(_tree(), _segments(path)) for method in branch.operations)


@cache
def object_names() -> tuple[str, ...]:
    """The name of every shape."""
    return tuple(_read("meta.json")["objects"])


@cache
def shape(object_name: str) -> Hash:
    """The fields of an object."""
    if object_name not in _known_names():
        raise KeyError(f"Stripe's contract of {contract().version} has no object {object_name!r}")
    return _hash(corrected(object_name, _read(f"shapes/{object_name}.json")))


@cache
def event_types() -> tuple[str, ...]:
    """The types of v1 events."""
    return tuple(_read("event_types.json")["v1"])


@cache
def thin_event_types() -> tuple[str, ...]:
    """The types of thin events, whose object is `v2.core.event`."""
    return tuple(_read("event_types.json")["thin"])


def parse(expression: Any) -> Type:
    """A type expression from its JSON form."""
    match expression:
        case str():
            return Scalar(expression)
        case ["enum" | "open" as word, *values]:
            return Enum(tuple(values), is_open=word == "open")
        case ["null", inner]:
            return Nullable(parse(inner))
        case ["unset", inner]:
            return Unsettable(parse(inner))
        case ["list", inner]:
            return ListOf(parse(inner))
        case ["map", inner]:
            return MapOf(parse(inner))
        case ["hash", fields]:
            return _hash(fields)
        case ["object", name]:
            return ObjectRef(name)
        case ["expand", *names]:
            return Expandable(tuple(names))
        case ["page", name]:
            return Page(name)
        case ["any of", *options]:
            return AnyOf(tuple(parse(option) for option in options))
    raise ValueError(f"Not a type expression: {expression!r}")


def _hash(fields: Mapping[str, Any]) -> Hash:
    return Hash(
        {name.removesuffix("?"): Field(parse(type_), required=name[-1] != "?") for name, type_ in fields.items()}
    )


@cache
def _known_names() -> frozenset[str]:
    return frozenset(object_names())


@cache
def _params(file: str, operation: str) -> Hash:
    tree = _hash(_params_of(file)[operation])
    lengths = _lengths().get(operation)
    return tree if lengths is None else _limited_hash(tree, lengths, "")


def _limited_hash(fields: Hash, lengths: Mapping[str, int], at: str) -> Hash:
    return Hash(
        {
            name: Field(_limited(field.type, lengths, f"{at}.{name}" if at else name), field.required)
            for name, field in fields.fields.items()
        }
    )


def _limited(kind: Type, lengths: Mapping[str, int], at: str) -> Type:
    """A type whose texts know how long they may be."""
    match kind:
        case Scalar(name="str") if at in lengths:
            return Scalar("str", lengths[at])
        case Hash():
            return _limited_hash(kind, lengths, at)
        case Nullable(inner=inner):
            return Nullable(_limited(inner, lengths, at))
        case Unsettable(inner=inner):
            return Unsettable(_limited(inner, lengths, at))
        case ListOf(inner=inner):
            return ListOf(_limited(inner, lengths, f"{at}[]"))
        case MapOf(inner=inner):
            return MapOf(_limited(inner, lengths, f"{at}{{}}"))
        case AnyOf(options=options):
            return AnyOf(tuple(_limited(option, lengths, at) for option in options))
    return kind


@cache
def _lengths() -> Mapping[str, Mapping[str, int]]:
    lengths: dict[str, dict[str, int]] = _read("lengths.json")["operations"]
    return lengths


@cache
def _params_of(file: str) -> Mapping[str, Any]:
    trees: dict[str, Any] = _read(f"params/{file}.json")
    return trees


@cache
def _tree() -> _Branch:
    root = _Branch()
    for operation in operations():
        branch = root
        for segment in _segments(operation.path):
            if segment[0] != "{":
                branch = branch.literals.setdefault(segment, _Branch())
            else:
                branch.placeholder = branch.placeholder or _Branch()
                branch = branch.placeholder
        branch.operations[operation.method] = operation
    return root


def _branches(branch: _Branch, segments: Sequence[str]) -> list[_Branch]:
    """The branches that a path leads to, the most literal one first."""
    if not segments:
        return [branch] if branch.operations else []
    head, rest = segments[0], segments[1:]
    literal = branch.literals.get(head)
    found = [] if literal is None else _branches(literal, rest)
    return found if branch.placeholder is None else [*found, *_branches(branch.placeholder, rest)]


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_bytes())
