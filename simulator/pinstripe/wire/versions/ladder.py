"""The ladder: releases, the rungs that each one added, and the way up and down.

A version's place decides what it climbs: the changes of every newer release, oldest first for a request, newest first
for an answer. Which of them touch answers, and of which objects, is worked out once; where there are none, as at the
newest version, nothing is copied and nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pinstripe.wire.forms import Tree
from pinstripe_contracts.types import Field, Hash, ListOf, Type, Unsettable

Members = dict[str, Any]


class Look(Protocol):
    """What an older answer may read of the world, where the newest body does not hold what it says."""

    def one(self, name: str, id_: str) -> Mapping[str, Any] | None:
        """An object as it is kept, with the members that nobody is shown."""
        ...

    def filed(self, name: str, index: str, key: str) -> Sequence[Mapping[str, Any]]:
        """The objects filed under one key, oldest first, as they are kept."""
        ...

    def shown(self, obj: Mapping[str, Any]) -> Mapping[str, Any]:
        """An object as the newest version shows it."""
        ...


@dataclass(frozen=True, slots=True)
class Descent:
    """One way down: what a rung may read, and how whatever it finds is taken down to the same version."""

    look: Look
    rungs: Mapping[str, tuple[Rung, ...]]

    def one(self, name: str, id_: str | None) -> Mapping[str, Any] | None:
        """An object as it is kept, with the members that nobody is shown."""
        return None if id_ is None else self.look.one(name, id_)

    def filed(self, name: str, index: str, key: str) -> Sequence[Mapping[str, Any]]:
        """The objects filed under one key, oldest first, as they are kept."""
        return self.look.filed(name, index, key)

    def body(self, obj: Mapping[str, Any] | None) -> Any:
        """A kept object as this version shows it."""
        return None if obj is None else self.lowered(self.look.shown(obj))

    def inlined(self, name: str, given: Any) -> Any:
        """An object that stands whole at this version, from its id or from its body; None where there is none."""
        return given if isinstance(given, Mapping) else self.body(self.one(name, given))

    def lowered(self, value: Any) -> Any:
        """A value with every object inside it taken down; inner ones first, as each of them stands for itself."""
        if isinstance(value, Mapping):
            if value.get("object") == "event":
                return value
            members = {key: inner if key == "metadata" else self.lowered(inner) for key, inner in value.items()}
            rungs = self.rungs.get(str(members.get("object", "")))
            if rungs is None or members.get("deleted") is True:
                return members
            for rung in rungs:
                members = rung.lower(members, self)
            return {key: members[key] for key in sorted(members, key=_in_order)}
        if isinstance(value, list | tuple):
            return [self.lowered(inner) for inner in value]
        return value


def _in_order(key: str) -> tuple[bool, bool, str]:
    """Stripe's order of keys: `id`, `object`, the alphabet. [recorded]"""
    return key != "id", key != "object", key


class Rung:
    """One incompatible change. Its name is a verb, its docstring says what changed and where that is known from."""

    objects: frozenset[str] = frozenset()
    """The objects whose answers it changes, by the value of their `object`; none where it changes requests only."""

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Parameters as they were written before the change, as they are written since."""
        del operation
        return params

    def carried(self, operation: str, params: Hash) -> Hash:
        """The tree of what a request may carry, with what only those who know no better may still say."""
        del operation
        return params

    def lower(self, members: Members, descent: Descent) -> Members:
        """An object of the newer shape in the older one; a rung that has to look something up says it here."""
        del descent
        return self.reshaped(members)

    def reshaped(self, members: Members) -> Members:
        """The same for a rung to which the object itself tells all."""
        return members

    def param(self, operation: str, name: str) -> str:
        """What an error calls a parameter, in the words the caller wrote."""
        del operation
        return name

    def sentence(self, message: str) -> str:
        """What an error said before the change."""
        return message


Translate = Callable[[Mapping[str, Tree], Mapping[str, str]], Mapping[str, Tree]]
"""Parameters of an operation that is gone, and the ids of its path, in the words of the one that serves it now."""


@dataclass(frozen=True, slots=True, eq=False)
class OlderOperation:
    """An operation that a release took away: still there for those who speak an older version.

    It may say by which operation of today it is served and how its parameters read there; `params` is what it takes
    beside those, or alone.
    """

    method: str
    path: str
    returns: str
    served_by: str | None = None
    translate: Translate | None = None
    params: Hash = field(default_factory=lambda: Hash({}))

    @property
    def name(self) -> str:
        """The method and the path template."""
        return f"{self.method} {self.path}"

    def match(self, method: str, segments: Sequence[str]) -> dict[str, str] | None:
        """The placeholders of a request that means this operation."""
        template = self.path.strip("/").split("/")
        if method != self.method or len(template) != len(segments):
            return None
        pairs = list(zip(template, segments, strict=True))
        if any(name[0] != "{" and name != given for name, given in pairs):
            return None
        return {name[1:-1]: given for name, given in pairs if name[0] == "{"}


@dataclass(frozen=True, slots=True)
class Release:
    """One version and what it changed for those that had got used to the one before."""

    version: str
    rungs: tuple[Rung, ...] = ()
    removed: tuple[OlderOperation, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """Releases, newest first."""

    releases: Sequence[Release]
    _above: dict[str, tuple[Rung, ...]] = field(init=False, default_factory=dict)
    _lowering: dict[str, dict[str, tuple[Rung, ...]]] = field(init=False, default_factory=dict)
    _older: dict[str, tuple[OlderOperation, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        above: tuple[Rung, ...] = ()
        older: tuple[OlderOperation, ...] = ()
        for release in self.releases:
            self._above[release.version] = above
            self._older[release.version] = older
            names = {name for rung in above for name in rung.objects}
            self._lowering[release.version] = {
                name: tuple(rung for rung in above if name in rung.objects) for name in names
            }
            above = (*above, *release.rungs)
            older = (*older, *release.removed)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version on the ladder, newest first."""
        return tuple(release.version for release in self.releases)

    def rungs_above(self, version: str) -> tuple[Rung, ...]:
        """The changes a version does not know, newest first."""
        return self._above[version]

    def changes_answers(self, version: str) -> bool:
        """Whether anything is answered otherwise than at the newest version."""
        return bool(self._lowering[version])

    def older(self, method: str, path: str, version: str) -> tuple[OlderOperation, dict[str, str]] | None:
        """The operation a version still has and the newest one has not, with its placeholders."""
        segments = [segment for segment in path.split("/") if segment]
        for operation in self._older[version]:
            ids = operation.match(method, segments)
            if ids is not None:
                return operation, ids
        return None

    def lift(self, operation: str, params: Mapping[str, Tree], version: str) -> Mapping[str, Tree]:
        """Parameters of a version in the newest one's words; the newest version's come back as they are."""
        for rung in reversed(self._above[version]):
            params = rung.lift(operation, params)
        return params

    def carried(self, operation: str, params: Hash, version: str) -> Hash:
        """What a lifted request of a version may carry: the newest tree, and what its rungs could not translate."""
        for rung in self._above[version]:
            params = rung.carried(operation, params)
        return params

    def param(self, operation: str, name: str, version: str) -> str:
        """What a version calls a parameter that the newest one knows by this name."""
        for rung in self._above[version]:
            name = rung.param(operation, name)
        return name

    def sentence(self, message: str, version: str) -> str:
        """What a version says where an error of the newest one says this."""
        for rung in self._above[version]:
            message = rung.sentence(message)
        return message

    def lower(self, body: Mapping[str, Any], version: str, look: Look) -> Mapping[str, Any]:
        """An answer in a version's shape, objects inside it too; the newest version's comes back as it is.

        Events are answered as they were rendered when they happened, whatever the version of the request. [documented]
        """
        rungs = self._lowering[version]
        if not rungs:
            return body
        lowered: Mapping[str, Any] = Descent(look, rungs).lowered(body)
        return lowered


def rows_of(value: Tree | None) -> list[Tree]:
    """A nested array of a request, written with brackets or with numbers."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def with_fields(params: Hash, at: Sequence[str], fields: Mapping[str, Type]) -> Hash:
    """A params tree with more optional fields in the hash at a path, lists and hashes on the way walked through."""
    if not at:
        return Hash({**params.fields, **{name: Field(type_, required=False) for name, type_ in fields.items()}})
    head, *rest = at
    old = params.fields[head]
    return Hash({**params.fields, head: Field(_within(old.type, rest, fields), old.required)})


def _within(kind: Type, at: Sequence[str], fields: Mapping[str, Type]) -> Type:
    match kind:
        case Hash():
            return with_fields(kind, at, fields)
        case ListOf(inner=inner):
            return ListOf(_within(inner, at, fields))
        case Unsettable(inner=inner):
            return Unsettable(_within(inner, at, fields))
        case _:
            raise AssertionError(f"There is no hash at {at}")


def page_of(rows: Sequence[Any], url: str) -> Members:
    """A list inside an answer, as they stood before counts were sent unasked."""
    return {"object": "list", "data": list(rows), "has_more": False, "total_count": len(rows), "url": url}


__all__ = [
    "Descent",
    "Ladder",
    "Look",
    "Members",
    "OlderOperation",
    "Release",
    "Rung",
    "page_of",
    "rows_of",
    "with_fields",
]
