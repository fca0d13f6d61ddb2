"""The type declarations of the npm package `stripe`: which declaration a name in one of its files stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pinstripe_contracts.typescript import Interface, Mapped, Named, Reader, Record, Scope, Space, Type, Union


@dataclass
class Declarations:
    """The declarations of an unpacked npm package."""

    root: Path
    _spaces: dict[Path, Space] = field(default_factory=dict)

    def files(self) -> list[Space]:
        """Every file under `resources`, indexes left out: they only pass names on."""
        files = sorted(self.root.joinpath("resources").rglob("*.d.ts"))
        return [self._read(file.resolve()) for file in files if file.name != "index.d.ts"]

    def options(self, type_: Type, scope: Scope) -> Iterator[tuple[Type | Interface, Scope]]:
        """The options of a type, aliases followed; a name that leads into an index or elsewhere stays a name."""
        match type_:
            case Union(options=options):
                for option in options:
                    yield from self.options(option, scope)
            case Named(name=name):
                found, where = self._lookup(name, scope)
                if found is None:
                    yield type_, scope
                elif isinstance(found, Interface):
                    yield found, where
                else:
                    yield from self.options(found, where)
            case _:
                yield type_, scope

    def hashes(self, type_: Type, scope: Scope) -> Iterator[tuple[Interface | Record, Scope]]:
        """The hashes with fixed keys that a type holds, through lists and maps."""
        for option, where in self.options(type_, scope):
            match option:
                case Interface() | Record():
                    yield option, where
                case Mapped(inner=inner) | Named(name="Array" | "ApiList", arguments=(inner,)):
                    yield from self.hashes(inner, where)

    def _lookup(self, name: str, scope: Scope) -> tuple[Interface | Type | None, Scope]:
        head, *rest = name.split(".")
        for depth in range(len(scope), 0, -1):
            where = scope[:depth]
            if not rest and (found := where[-1].interfaces.get(head) or where[-1].aliases.get(head)) is not None:
                return found, where
            if rest and head in where[-1].spaces:
                for space in (head, *rest[:-1]):
                    if space not in where[-1].spaces:
                        return None, scope
                    where = (*where, where[-1].spaces[space])
                return where[-1].interfaces.get(rest[-1]) or where[-1].aliases.get(rest[-1]), where
        if head in scope[0].imports:
            file, original = scope[0].imports[head]
            if file.is_file() and file.name != "index.d.ts":
                return self._lookup(".".join((original, *rest)), (self._read(file),))
        return None, scope

    def _read(self, file: Path) -> Space:
        if file not in self._spaces:
            self._spaces[file] = Reader(file).file_space()
        return self._spaces[file]
