"""Which fields of an answer may be absent and which may be null, read off the npm package's type declarations.

Kept in `data/presence.json` as one tree for each object. A key carries its marks behind the name: `?` may be absent,
`~` may be null, `-` may hold a deleted object. A value is the tree of a nested hash (lists and maps are transparent),
or 0. Beside them stands, for each object, which methods of the npm package may answer with what deletion left of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pinstripe_contracts.declarations import Declarations
from pinstripe_contracts.typescript import Interface, Literal, Named, Record, Scope, mentions

Tree: TypeAlias = "dict[str, Tree | int]"

MARKS = "?~-"


@dataclass(frozen=True, slots=True)
class Member:
    """What is known about the presence of one field."""

    may_be_absent: bool = False
    is_nullable: bool = False
    may_be_deleted: bool = False
    members: Mapping[str, Member] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Presence:
    """The presence of every field of every object, with the npm package it was read from."""

    npm_version: str
    trees: Mapping[str, Tree]
    remains: Mapping[str, list[str]]
    objects: Mapping[str, Mapping[str, Member]]

    @classmethod
    def of(cls, npm_version: str, trees: Mapping[str, Tree], remains: Mapping[str, list[str]]) -> Presence:
        """Presence from its trees."""
        return cls(npm_version, trees, remains, {name: _members(tree) for name, tree in trees.items()})

    @classmethod
    def load(cls, text: str) -> Presence:
        """Presence as checked in."""
        kept = json.loads(text)
        return cls.of(kept["npm"], kept["objects"], kept["remains"])

    @classmethod
    def extract(cls, npm: Path) -> Presence:
        """Presence read from an unpacked npm package `stripe`."""
        version = json.loads((npm / "package.json").read_text(encoding="utf-8"))["version"]
        declarations = Declarations(npm / "esm")
        trees = {}
        for name, interface, scope in _roots(declarations):
            assert name not in trees, f"Two declarations describe {name!r}."
            trees[name] = _tree(declarations, interface, scope)
        return cls.of(version, dict(sorted(trees.items())), _remains(declarations))

    def kept(self) -> dict[str, object]:
        """Presence as it is checked in."""
        return {"npm": self.npm_version, "remains": self.remains, "objects": self.trees}


def _members(tree: Tree) -> dict[str, Member]:
    found = {}
    for key, inner in tree.items():
        name = key.rstrip(MARKS)
        marks = key[len(name) :]
        members = _members(inner) if isinstance(inner, dict) else {}
        found[name] = Member("?" in marks, "~" in marks, "-" in marks, members)
    return found


def _remains(declarations: Declarations) -> dict[str, list[str]]:
    """The methods that may answer with a deleted object although they delete nothing."""
    found: dict[str, list[str]] = {}
    for space in declarations.files():
        text = space.file.read_text(encoding="utf-8")
        for method, name in re.findall(r"(\w+)\([^;]*?\): Promise<Response<(\w+) \| Deleted\2>>", text):
            if name in space.interfaces and (root := _root_name(space.interfaces[name])) is not None:
                found.setdefault(root, []).append(method)
    return dict(sorted(found.items()))


def _roots(declarations: Declarations) -> Iterator[tuple[str, Interface, Scope]]:
    """The interfaces at the top of a file that describe an API object, by the name of the shape."""
    for space in declarations.files():
        for interface in space.interfaces.values():
            if (name := _root_name(interface)) is not None:
                yield name, interface, (space,)


def _root_name(interface: Interface) -> str | None:
    fields = {declared.name: declared.type for declared in interface.members}
    match fields:
        case _ if interface.name.endswith("Params") or "EventNotificationBase" in interface.bases:
            return None
        case {"object": Literal(value=name), "deleted": Literal(value="true")}:
            return f"deleted_{name}"
        case {"object": Literal(value=name)}:
            return name
        case {"type": Literal(value=name), "data": _} if name.startswith(("v1.", "v2.")):
            return name  # A thin event: those of the first API version have no such prefix.
        case _ if interface.name == "DeletedObject":
            return "v2.deleted_object"
    return None


def _tree(declarations: Declarations, holder: Interface | Record, scope: Scope) -> Tree:
    found: Tree = {}
    for declared in holder.members:
        names = {option.name for option, _ in declarations.options(declared.type, scope) if isinstance(option, Named)}
        if "void" in names:
            continue  # `deleted?: void` says that a living object has no such key.
        marks = "?" if declared.is_optional else ""
        marks += "~" if "null" in names else ""
        marks += "-" if any(name.split(".")[-1].startswith("Deleted") for name in mentions(declared.type)) else ""
        inner: Tree = {}
        for held, where in declarations.hashes(declared.type, scope):
            if not (isinstance(held, Interface) and len(where) == 1 and _root_name(held)):
                inner |= _tree(declarations, held, where)
        found[declared.name + marks] = inner or 0
    return dict(sorted(found.items()))
