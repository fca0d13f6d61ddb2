"""Stripe's search query language: a text becomes a question that can be put to any object.

    email:"ada@example.com"                  exact; strings match wherever the same words stand in the same order
    name~"ada"                               a part of a string, three characters at least
    total>=1000                              numbers, with or without quotes
    -currency:"usd"                          not
    metadata["order"]:"6735"                 metadata, by its key
    url:null                                 nothing there; -metadata["order"]:null is anything there
    status:"active" AND created>1620310503   a space is AND too; AND and OR never in one query

Case never matters. Text stands in quotes, double or single; a backslash keeps a quote inside. [documented] At most ten
clauses. [documented]
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from pinstripe import errors

MOST_CLAUSES = 10
SHORTEST_PART = 3


class Type(Enum):
    """What may be asked of a field. [documented]"""

    TOKEN = "token"
    STRING = "string"
    NUMERIC = "numeric"


Read = Callable[[Mapping[str, Any]], Any]
"""Takes a field's value out of an object; None where there is none."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a noun may be searched by."""

    type: Type
    read: Read


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; a value of None asks whether there is anything."""

    field: str
    key: str | None
    operator: str
    value: str | None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, clause by clause."""

    clauses: tuple[Clause, ...]
    any: bool = False
    """Whether one clause is enough."""


_SPACE = re.compile(r"\s*")
_JOINT = re.compile(r"(AND|OR)(?=\s)", re.IGNORECASE)
_CLAUSE = re.compile(
    r"""(?P<negated>-?)
    (?P<field>[A-Za-z_][\w.]*)
    (?:\[(?:"(?P<key>(?:[^"\\]|\\.)*)"|'(?P<key_>(?:[^'\\]|\\.)*)')\])?
    (?P<operator>>=|<=|[:~<>])
    (?:"(?P<text>(?:[^"\\]|\\.)*)"|'(?P<text_>(?:[^'\\]|\\.)*)'|(?P<bare>null|-?\d+(?:\.\d+)?))
    (?=\s|$)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str) -> Query:
    """The query in a text; one that cannot be read is a 400."""
    clauses: list[Clause] = []
    joints: set[str] = set()
    position = _skip(text, 0)
    while position < len(text):
        if clauses and (joint := _JOINT.match(text, position)):
            joints.add(joint[1].upper())
            position = _skip(text, joint.end())
        elif clauses:
            joints.add("AND")
        found = _CLAUSE.match(text, position)
        if found is None:
            raise errors.search_unreadable()
        clauses.append(_clause(found))
        position = _skip(text, found.end())
    if not clauses:
        raise errors.search_unreadable()
    if len(joints) > 1:
        raise errors.search_mixes_and_with_or()
    if len(clauses) > MOST_CLAUSES:
        raise errors.search_too_long(MOST_CLAUSES)
    return Query(tuple(clauses), any=joints == {"OR"})


def question(query: Query, fields: Mapping[str, Field], resource: str) -> Callable[[Mapping[str, Any]], bool]:
    """The query as a question about objects; a field the resource cannot be searched by is a 400."""
    tests = [_test(clause, fields, resource) for clause in query.clauses]
    return lambda obj: (any if query.any else all)(test(obj) for test in tests)


def at(path: str) -> Read:
    """Reads a member by its dotted path."""
    names = path.split(".")

    def read(obj: Mapping[str, Any]) -> Any:
        """The value at the end of the path."""
        value: Any = obj
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    return read


# --- reading ---------------------------------------------------------------------------------------------------------


def _skip(text: str, position: int) -> int:
    """Where the next thing begins."""
    found = _SPACE.match(text, position)
    return position if found is None else found.end()


def _clause(found: re.Match[str]) -> Clause:
    bare = found["bare"]
    text = next((found[name] for name in ("text", "text_") if found[name] is not None), None)
    key = next((found[name] for name in ("key", "key_") if found[name] is not None), None)
    return Clause(
        field=found["field"],
        key=None if key is None else _ESCAPE.sub(r"\1", key),
        operator=found["operator"],
        value=_ESCAPE.sub(r"\1", text) if text is not None else None if bare.lower() == "null" else bare,
        negated=bool(found["negated"]),
    )


# --- asking ----------------------------------------------------------------------------------------------------------

_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ":": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?")


def _test(clause: Clause, fields: Mapping[str, Field], resource: str) -> Callable[[Mapping[str, Any]], bool]:
    """One clause as a question."""
    field = fields.get(clause.field)
    if field is None or (clause.key is not None and clause.field != "metadata"):
        raise errors.search_field_unsupported(clause.field, resource)
    if clause.key is None and clause.field == "metadata":
        raise errors.search_unreadable()
    read = field.read if clause.key is None else _of_key(field.read, clause.key)
    wanted = _wanted(clause, field.type)
    return lambda obj: wanted(read(obj)) != clause.negated


def _of_key(read: Read, key: str) -> Read:
    """Reads one key of what another reads."""
    return lambda obj: (read(obj) or {}).get(key)


def _wanted(clause: Clause, type_: Type) -> Callable[[Any], bool]:
    """Whether a value is what a clause asks for, negation left aside; an operator the type lacks is a 400."""
    value = clause.value
    if value is None:
        if clause.operator != ":":
            raise errors.search_operator_unsupported(clause.operator, clause.field)
        return lambda found: found is None or found == ""
    if type_ is Type.NUMERIC:
        if clause.operator == "~":
            raise errors.search_operator_unsupported(clause.operator, clause.field)
        if not _NUMBER.fullmatch(value):
            raise errors.search_number_expected(value, clause.field)
        compare, number = _COMPARE[clause.operator], Decimal(value)
        return lambda found: found is not None and compare(Decimal(found), number)
    if clause.operator == "~" and type_ is Type.STRING:
        if len(value) < SHORTEST_PART:
            raise errors.search_part_too_short(SHORTEST_PART, clause.field)
        return lambda found: found is not None and value.lower() in str(found).lower()
    if clause.operator != ":":
        raise errors.search_operator_unsupported(clause.operator, clause.field)
    if type_ is Type.STRING:
        words = list(_words(value))
        return lambda found: found is not None and _holds(list(_words(str(found))), words)
    return lambda found: found is not None and _as_token(found) == value.lower()


def _as_token(value: Any) -> str:
    """A value as a token: `true`, `2027`, `usd`."""
    return str(value).lower()


def _words(text: str) -> Iterator[str]:
    """The words that an exact match of a string compares: what stands between spaces. [inferred]"""
    yield from text.lower().split()


def _holds(words: list[str], wanted: list[str]) -> bool:
    """Whether the words stand somewhere in the others, side by side in the same order. [documented]"""
    return any(words[start : start + len(wanted)] == wanted for start in range(len(words) - len(wanted) + 1))
