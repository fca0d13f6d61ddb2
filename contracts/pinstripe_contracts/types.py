"""The vocabulary in which Stripe's shapes are written down: a small, closed set of type expressions.

A shape is a `Hash` of named `Field`s. The same vocabulary describes what a request may carry and what an answer holds.
In the JSON files a type is a string for a scalar, else a list whose first word names the expression:

    "str" "int" "bool" "float" "decimal" "any"
    ["enum", "day", "month"]        a closed list of words         ["open", "day", "month"]   a list that may grow
    ["null", T]                     T, or null                     ["unset", T]               T, or "" to unset it
    ["list", T]                     an array                       ["map", T]                 free keys, values T
    ["hash", {"name": T, "name?": T}]   fixed keys; "?" marks a key that may be absent
    ["object", "price"]             another Stripe object, inlined (the word is its `object` value, or its shape's name)
    ["expand", "customer", ...]     an id that `expand` replaces by one of these objects
    ["page", "line_item"]           a list object: {object: "list", data, has_more, url}
    ["any of", T, U]                one of several
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PLAIN_LENGTH = 5_000
"""The characters that a text may have unless something else is said. [documented: the OpenAPI file's maxLength]"""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One plain value: str, int, bool, float, decimal (a string of digits) or any; a str may be so many characters."""

    name: str
    limit: int = PLAIN_LENGTH


@dataclass(frozen=True, slots=True)
class Enum:
    """One of a list of words; an open list may hold words of later versions."""

    values: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Nullable:
    """The inner type, or null."""

    inner: Type


@dataclass(frozen=True, slots=True)
class Unsettable:
    """The inner type, or the empty string, which unsets the value (requests only)."""

    inner: Type


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array of one type."""

    inner: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    """A hash with free keys, such as metadata."""

    inner: Type


@dataclass(frozen=True, slots=True)
class Field:
    """One named member of a hash; a field that is not required may be absent."""

    type: Type
    required: bool


@dataclass(frozen=True, slots=True)
class Hash:
    """A hash with known keys."""

    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """Another Stripe object, inlined whole."""

    name: str


@dataclass(frozen=True, slots=True)
class Expandable:
    """An id that `expand` may replace by the object it names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A list object whose `data` holds one kind of Stripe object."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several types, tried in order."""

    options: tuple[Type, ...]


Type = Scalar | Enum | Nullable | Unsettable | ListOf | MapOf | Hash | ObjectRef | Expandable | Page | AnyOf
