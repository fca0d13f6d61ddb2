"""Derives the shapes of older releases from unpacked npm packages of their time.

`python -m pinstripe_contracts.older.derive DIR...`, each DIR holding one release of `stripe` from 9.16 to 20.4 (those
with a `types` folder), writes `data/<version>.json` for each: the newest of them whole, each other one by its
differences from the next newer, a field that came later as null. The same inputs give the same bytes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pinstripe_contracts.derive import laid_out
from pinstripe_contracts.older import DATA
from pinstripe_contracts.typescript import (
    Declared,
    Interface,
    Literal,
    Mapped,
    Named,
    Reader,
    Record,
    Scope,
    Space,
    Type,
    Union,
)

PLAIN = {"string": "str", "number": "float", "boolean": "bool", "any": "any", "unknown": "any", "Decimal": "str"}
BY_METHOD = ("destination_details", "payment_method_details", "payment_method_options", "next_action")
METHODS = ("billing_details", "card", "type")
"""What is kept of a hash that has a member for each way to pay."""
Table = dict[str, dict[str, Any]]


class Package:
    """The declarations of one release, all of whose files add to one module."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.module = Space(root)
        for file in sorted([*(root / "types").glob("*.d.ts"), *(root / "types").glob("[A-Z2]*/**/*.d.ts")]):
            if file.is_relative_to(root / "types" / "V2"):
                continue
            reader = Reader(file)
            if reader.tokens[:2] == ["declare", "module"]:
                reader.tokens = reader.tokens[4:-1]
                _merge(self.module, reader.file_space())
        self.stripe = self.module.spaces["Stripe"]

    @property
    def version(self) -> str:
        """The API version that the release pins."""
        for place in ("cjs/apiVersion.js", "types/lib.d.ts"):
            file = self.root / place
            found = re.search(r"ApiVersion = '(2[^']+)'", file.read_text(encoding="utf-8")) if file.exists() else None
            if found is not None:
                return found[1]
        raise ValueError(f"{self.root} names no API version.")

    def table(self) -> Table:
        """The shapes of all objects."""
        found: dict[str, tuple[Interface, Scope]] = {}
        for holder, scope in _objects((self.module, self.stripe)):
            name = _object(holder)
            if name is not None and not name.startswith("deleted_"):
                found.setdefault(name, (holder, scope))
        return {name: self._fields(holder.members, scope) for name, (holder, scope) in sorted(found.items())}

    def _fields(self, members: Sequence[Declared], scope: Scope, holder: str = "") -> dict[str, Any]:
        fields = {}
        for member in members:
            if holder in BY_METHOD and member.name not in METHODS:
                continue
            if any(isinstance(option, Named) and option.name == "void" for option in _options(member.type)):
                continue  # `deleted?: void` says that a living object has no such key.
            fields[member.name + "?" * member.is_optional] = self._expression(member.type, scope, member.name)
        return dict(sorted(fields.items(), key=lambda pair: (pair[0] != "id", pair[0] != "object", pair[0])))

    def _expression(self, type_: Type, scope: Scope, key: str) -> Any:
        options = [found for option in _options(type_) for found in self._resolved(option, scope)]
        nothing = [
            option for option, _ in options if isinstance(option, Named) and option.name in ("null", "undefined")
        ]
        inner = self._settled([pair for pair in options if pair[0] not in nothing], key)
        return ["null", inner] if nothing else inner

    def _settled(self, options: list[tuple[Type | Interface, Scope]], key: str) -> Any:
        """One expression for the options of a type that are not null."""
        names = [name for option, _ in options if isinstance(option, Interface) and (name := _object(option))]
        strings = [option for option, _ in options if option == Named("string")]
        if names and strings:
            return ["expand", *dict.fromkeys(names)]
        if options and all(isinstance(option, Literal) for option, _ in options):
            values = [option.value for option, _ in options if isinstance(option, Literal)]
            return ["enum", *values] if key == "object" else "bool" if values == ["true"] else "str"
        expressions: list[Any] = []
        for option, scope in options:
            expression = self._one(option, scope, key)
            if expression not in expressions:
                expressions.append(expression)
        return expressions[0] if len(expressions) == 1 else ["any of", *expressions]

    def _one(self, option: Type | Interface, scope: Scope, key: str) -> Any:
        match option:
            case Interface() if name := _object(option):
                return ["object", name]
            case Interface() | Record():
                fields = self._fields(option.members, scope, key)
                return ["hash", fields] if fields else ["map", "any"]
            case Mapped(inner=inner):
                return ["map", self._expression(inner, scope, key)]
            case Named(name="Array", arguments=(inner,)):
                return ["list", self._expression(inner, scope, key)]
            case Named(name="ApiList" | "Stripe.ApiList", arguments=(inner,)):
                page = self._expression(inner, scope, key)
                return ["page", page[1]] if page[0] == "object" else "any"
            case Named(name="Metadata" | "Stripe.Metadata"):
                return ["map", "str"]
            case Named(name=name) if name in PLAIN:
                return PLAIN[name]
            case Literal():
                return "str"
        return "any"

    def _resolved(self, option: Type, scope: Scope) -> Iterator[tuple[Type | Interface, Scope]]:
        """What a name stands for, aliases followed."""
        if not isinstance(option, Named) or option.arguments or option.name in (*PLAIN, "null", "Metadata"):
            yield option, scope
            return
        found, where = _lookup(option.name, scope)
        if isinstance(found, Interface):
            yield found, where
        elif found is None:
            yield option, scope
        else:
            for inner in _options(found):
                yield from self._resolved(inner, where)


def _objects(scope: Scope) -> Iterator[tuple[Interface, Scope]]:
    """Every interface of a namespace and of those inside it, the outer ones first."""
    for holder in scope[-1].interfaces.values():
        yield holder, scope
    for space in scope[-1].spaces.values():
        yield from _objects((*scope, space))


def _options(type_: Type) -> tuple[Type, ...]:
    return type_.options if isinstance(type_, Union) else (type_,)


def _lookup(name: str, scope: Scope) -> tuple[Interface | Type | None, Scope]:
    *spaces, last = name.split(".")
    for depth in range(len(scope), 0, -1):
        where = scope[:depth]
        for space in spaces:
            if space not in where[-1].spaces:
                break
            where = (*where, where[-1].spaces[space])
        else:
            found = where[-1].interfaces.get(last) or where[-1].aliases.get(last)
            if found is not None:
                # What belongs to an interface stands in the namespace of its name.
                return found, (*where, where[-1].spaces[last]) if last in where[-1].spaces else where
    return None, scope


def _object(holder: Interface) -> str | None:
    """The name of the API object that an interface describes."""
    if holder.name.endswith("Params"):
        return None
    for member in holder.members:
        if member.name == "object" and isinstance(member.type, Literal):
            return f"deleted_{member.type.value}" if holder.name.startswith("Deleted") else member.type.value
    return None


def _merge(into: Space, space: Space) -> None:
    into.aliases |= space.aliases
    for name, holder in space.interfaces.items():
        kept = into.interfaces.get(name)
        members = (*(kept.members if kept else ()), *holder.members)
        into.interfaces[name] = Interface(name, holder.bases, members)
    for name, inner in space.spaces.items():
        _merge(into.spaces.setdefault(name, Space(into.file)), inner)


def _differences(older: Table, newer: Table) -> Table:
    """The fields of the older table that the newer one lacks or says otherwise, and as null those it has more."""
    found = {}
    for name in {**newer, **older}:
        mine, theirs = older.get(name, {}), newer.get(name, {})
        changed = {key: type_ for key, type_ in mine.items() if theirs.get(key) != type_}
        changed |= {key: None for key in theirs if key not in mine}
        if changed:
            found[name] = changed
    return dict(sorted(found.items()))


def main(directories: Sequence[str]) -> None:
    """Write the table of every release named."""
    tables = {package.version: package.table() for package in map(Package, map(Path, directories))}
    DATA.mkdir(exist_ok=True)
    newer: Table = {}
    for version in sorted(tables, reverse=True):
        text = laid_out(_differences(tables[version], newer)) + "\n"
        DATA.joinpath(f"{version}.json").write_text(text, encoding="utf-8")
        newer = tables[version]


if __name__ == "__main__":
    main(sys.argv[1:])
