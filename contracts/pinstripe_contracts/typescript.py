"""A reader for the small part of TypeScript that the npm package `stripe` uses in its type declarations.

It knows interfaces, namespaces, type aliases and imports, and steps over everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

TOKENS = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[A-Za-z_$][\w$]*|\d+|=>|\.\.\.|\S", re.DOTALL
)
CLOSING = {"(": ")", "{": "}", "[": "]", "<": ">"}


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted word, a number, true or false."""

    value: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name, dotted or not, with its type arguments; `null`, `void` and `string` are names too."""

    name: str
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Union:
    """One of several types."""

    options: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A hash with free keys."""

    inner: Type


@dataclass(frozen=True, slots=True)
class Record:
    """A hash with fixed keys, written in place."""

    members: tuple[Declared, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A type that says nothing about data, such as a function."""


Type: TypeAlias = "Literal | Named | Union | Mapped | Record | Opaque"


@dataclass(frozen=True, slots=True)
class Declared:
    """One member of an interface."""

    name: str
    type: Type
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Interface:
    """A named hash with fixed keys."""

    name: str
    bases: tuple[str, ...]
    members: tuple[Declared, ...]


@dataclass(slots=True)
class Space:
    """What a file or a namespace declares; namespaces of one name are one."""

    file: Path
    interfaces: dict[str, Interface] = field(default_factory=dict)
    aliases: dict[str, Type] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    imports: dict[str, tuple[Path, str]] = field(default_factory=dict)


# The namespaces around a type, the file first.
Scope: TypeAlias = "tuple[Space, ...]"


class Reader:
    """A cursor over the tokens of one file."""

    def __init__(self, file: Path) -> None:
        """Read a file into tokens, comments left out."""
        self.file = file
        self.tokens = [
            symbol for symbol in TOKENS.findall(file.read_text(encoding="utf-8")) if symbol[:2] not in ("//", "/*")
        ]
        self.at = 0

    def file_space(self) -> Space:
        """Everything the file declares."""
        space = Space(self.file)
        while self.at < len(self.tokens):
            self._statement(space)
        return space

    def _peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def _take(self, expected: str | None = None) -> str:
        symbol = self._peek()
        assert expected is None or symbol == expected, (
            f"{self.file}: {expected} expected, found {symbol} at token {self.at}."
        )
        self.at += 1
        return symbol

    def _taken(self, symbol: str) -> bool:
        if self._peek() == symbol:
            self.at += 1
            return True
        return False

    def _skip_block(self) -> None:
        opening = self._take()
        while (symbol := self._peek()) != CLOSING[opening]:
            if symbol in ("(", "{", "["):
                self._skip_block()
            else:
                self._take()
        self._take()

    def _statement(self, space: Space) -> None:
        while self._peek() in ("export", "declare"):
            self._take()
        match self._peek():
            case "interface":
                self._interface(space)
            case "namespace":
                self._take()
                inner = space.spaces.setdefault(self._take(), Space(self.file))
                self._take("{")
                while not self._taken("}"):
                    self._statement(inner)
            case "type" if self._peek(2) == "=":
                self._take()
                name = self._take()
                self._take("=")
                space.aliases[name] = self._type()
                self._take(";")
            case "import" if self._peek(1) == "{":
                self._import(space)
            case _:
                self._skip_statement()

    def _skip_statement(self) -> None:
        is_block = self._peek() in ("class", "abstract", "enum")
        while (symbol := self._peek()) not in (";", ""):
            if symbol in ("{", "("):
                self._skip_block()
                if is_block and symbol == "{":
                    return
            else:
                self._take()
        self._taken(";")

    def _import(self, space: Space) -> None:
        names: dict[str, str] = {}
        self._take("import")
        self._take("{")
        while not self._taken("}"):
            name = self._take()
            names[self._take() if self._taken("as") else name] = name
            self._taken(",")
        self._take("from")
        target = (self.file.parent / self._take()[1:-1]).resolve()
        self._taken(";")
        file = target.with_name(target.name.removesuffix(".js") + ".d.ts")
        space.imports |= {local: (file, name) for local, name in names.items()}

    def _interface(self, space: Space) -> None:
        self._take("interface")
        name = self._take()
        if self._peek() == "<":
            self._arguments()
        bases: list[str] = []
        if self._taken("extends"):
            bases.append(self._base())
            while self._taken(","):
                bases.append(self._base())
        members = self._members()
        kept = space.interfaces.get(name)
        space.interfaces[name] = Interface(name, tuple(bases), (*(kept.members if kept else ()), *members))

    def _base(self) -> str:
        base = self._primary()
        return base.name if isinstance(base, Named) else ""

    def _members(self) -> tuple[Declared, ...]:
        found: list[Declared] = []
        self._take("{")
        while not self._taken("}"):
            if self._peek() == "readonly" and self._peek(1) not in (":", "?"):
                self._take()
            if self._peek() in ("[", "("):
                self._skip_statement()  # An index signature beside named members, or a call signature.
                continue
            name = self._take().strip("'\"")
            is_optional = self._taken("?")
            if self._peek() in ("(", "<"):
                self._skip_statement()
                continue
            self._take(":")
            found.append(Declared(name, self._type(), is_optional))
            self._taken(";")
        return tuple(found)

    def _type(self) -> Type:
        self._taken("|")
        options = [self._intersection()]
        while self._taken("|"):
            options.append(self._intersection())
        return options[0] if len(options) == 1 else Union(tuple(options))

    def _intersection(self) -> Type:
        found = self._primary()
        while self._taken("&"):
            self._primary()  # Only `string & Record<never, never>` and the like: the first part tells all.
        return found

    def _primary(self) -> Type:
        symbol = self._peek()
        found: Type
        if symbol == "(":
            self._skip_block()
            if self._taken("=>"):
                self._type()
            found = Opaque()
        elif symbol == "{":
            found = self._record()
        else:
            found = self._word()
        while self._peek() == "[" and self._peek(1) == "]":
            self.at += 2
            found = Named("Array", (found,))
        return found

    def _record(self) -> Type:
        if self._peek(1) == "[":
            self._take("{")
            self._skip_block()
            self._take(":")
            inner = self._type()
            self._taken(";")
            self._take("}")
            return Mapped(inner)
        return Record(self._members())

    def _word(self) -> Type:
        symbol = self._take()
        if symbol[0] in "'\"" or symbol.isdigit() or symbol in ("true", "false"):
            return Literal(symbol.strip("'\""))
        if symbol in ("keyof", "typeof"):
            self._primary()
            return Opaque()
        name = symbol
        while self._taken("."):
            name += "." + self._take()
        return Named(name, self._arguments() if self._peek() == "<" else ())

    def _arguments(self) -> tuple[Type, ...]:
        found: list[Type] = []
        self._take("<")
        while not self._taken(">"):
            found.append(self._type())
            if self._taken("extends") or self._taken("="):
                self._type()
            self._taken(",")
        return tuple(found)


def mentions(type_: Type) -> Iterator[str]:
    """Every name that a type spells, arguments included."""
    match type_:
        case Union(options=inner):
            for option in inner:
                yield from mentions(option)
        case Named(name=name, arguments=arguments):
            yield name
            for argument in arguments:
                yield from mentions(argument)
        case Mapped(inner=inner_type):
            yield from mentions(inner_type)
