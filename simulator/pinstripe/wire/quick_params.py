"""The checks of `params` for requests with nothing wrong and nothing odd, which is most of them.

Each shape is made into one function once, which takes a value as it should be and gives it its type. What it does not
know at a glance it does not judge: it raises `Unusual`, and the request is checked again the long way, which says what
is wrong. So both ways agree by construction on what is refused, and a test holds them to agreeing on the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pinstripe.wire.tables import FEW, Table
from pinstripe_contracts.types import PLAIN_LENGTH, Enum, Expandable, Hash, ListOf, MapOf, Nullable, Scalar, Type
from pinstripe_contracts.types import Unsettable as MayUnset

One = Callable[[Any], Any]
"""Gives a value its type; raises `Unusual`."""
Column = Callable[[Sequence[Any]], Sequence[Any] | None]
"""The same values, if all of them are right as they are."""


class Quick(NamedTuple):
    """The two ways of looking at values of one type: at each alone, and at all that stand at one place of an array."""

    one: One
    column: Column


METADATA = "metadata"
CURRENCIES = "currency_options"
LARGEST = 10**18
"""What every integer of a request is below; the long way knows the exact limit."""

_INTEGER = re.compile(r"-?[0-9]{1,18}")


class Unusual(Exception):  # noqa: N818 - it says nothing about right and wrong
    """A value that the long way has to look at."""


def of(fields: Hash) -> One:
    """The function for a hash of parameters; made once for each hash that lives on."""
    known = _made.get(id(fields))
    if known is None or known[0] is not fields:
        known = _made[id(fields)] = (fields, _hash(fields).one)
    return known[1]


_made: dict[int, tuple[Hash, One]] = {}


def _hash(fields: Hash) -> Quick:
    """A hash of fixed keys."""
    quick = {key: _value(field.type, key) for key, field in fields.fields.items()}
    ones = {key: each.one for key, each in quick.items()}
    required = frozenset(key for key, field in fields.fields.items() if field.required)

    def one(value: Any) -> Any:
        """The hash with every value checked."""
        if type(value) is not dict:
            raise Unusual
        try:
            checked = {key: ones[key](inner) for key, inner in value.items()}
        except KeyError:
            raise Unusual from None
        if not required <= checked.keys():
            raise Unusual
        return checked

    def column(values: Sequence[Any]) -> Sequence[Any] | None:
        """The same for many at once, one key after another."""
        if isinstance(values, Table):
            columns = values.columns
            are_right = required <= columns.keys() <= quick.keys() and _are_columns_right(columns)
        else:
            are_right = _are_right(values)
        return values if are_right else None

    def _are_columns_right(columns: Mapping[str, Sequence[Any]]) -> bool:
        """Whether the values under each name are."""
        return all(quick[name].column(cells) is not None for name, cells in columns.items())

    def _are_right(values: Sequence[Any]) -> bool:
        """Whether all are that have no columns."""
        if {*map(type, values)} != {dict}:
            return False
        given = set(map(tuple, values))
        names = {name for each in given for name in each}
        if not names <= quick.keys() or not all(required <= {*each} for each in given):
            return False
        return _are_columns_right({name: [value[name] for value in values if name in value] for name in names})

    return Quick(one, column)


def _value(kind: Type, key: str) -> Quick:
    """A value of one type; `key` is what its hash calls it. Empty strings mean several things, and are unusual."""
    match kind:
        case Scalar(name="str", limit=limit):
            return _text(limit)
        case Expandable():
            return _text(PLAIN_LENGTH)
        case Scalar(name="int"):
            return Quick(_integer, _integers)
        case Scalar(name="bool"):
            return Quick(_boolean, lambda values: values if {*map(type, values)} == {bool} else None)
        case Enum(values=values):
            return _word(frozenset(values) - {""})
        case Hash():
            return _hash(kind)
        case ListOf(inner=inner):
            return _list(_value(inner, ""))
        case MapOf(inner=inner) if key not in (METADATA, CURRENCIES):
            return _map(_value(inner.inner if isinstance(inner, Nullable | MayUnset) else inner, ""))
        case MayUnset(inner=inner):
            return _value(inner, key)
        case Nullable(inner=inner):
            return _or_none(_value(inner, key))
    return Quick(_unusual, lambda _: None)


def _unusual(_: Any) -> Any:
    """Numbers with a point, values of several types, metadata and hashes by currency go the long way."""
    raise Unusual


def _text(limit: int) -> Quick:
    """A text with something in it, not too long."""

    def one(value: Any) -> Any:
        if type(value) is str and 0 < len(value) <= limit:
            return value
        raise Unusual

    def column(values: Sequence[Any]) -> Sequence[Any] | None:
        try:
            together = "".join(values)
        except TypeError:  # they are not all text
            return None
        return values if all(values) and (len(together) <= limit or max(map(len, values)) <= limit) else None

    return Quick(one, column)


def _word(words: frozenset[str]) -> Quick:
    """A word of a list."""

    def one(value: Any) -> Any:
        if type(value) is str and value in words:
            return value
        raise Unusual

    def column(values: Sequence[Any]) -> Sequence[Any] | None:
        return values if {*map(type, values)} == {str} and words.issuperset(values) else None

    return Quick(one, column)


def _integer(value: Any) -> Any:
    """A whole number, in digits or as one."""
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    if type(value) is int and -LARGEST < value < LARGEST:
        return value
    raise Unusual


def _integers(values: Sequence[Any]) -> Sequence[Any] | None:
    are_right = {*map(type, values)} == {int} and min(values) > -LARGEST and max(values) < LARGEST
    return values if are_right else None


def _boolean(value: Any) -> Any:
    """True and false as SDKs write them."""
    if value == "true" or value is True:
        return True
    if value == "false" or value is False:
        return False
    raise Unusual


def _list(quick: Quick) -> Quick:
    """An array, with brackets or by its indexes."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            together = quick.column(value) if len(value) > FEW else None
            return [quick.one(item) for item in value] if together is None else together
        if type(value) is dict and value and all(key.isascii() and key.isdigit() for key in value):
            return [quick.one(item) for item in value.values()]
        raise Unusual

    def column(values: Sequence[Any]) -> Sequence[Any] | None:
        if {*map(type, values)} != {list}:
            return None
        items = [*chain.from_iterable(values)]
        return None if items and quick.column(items) is None else values

    return Quick(one, column)


def _map(quick: Quick) -> Quick:
    """A hash with free keys."""

    def one(value: Any) -> Any:
        if type(value) is dict:
            return {key: quick.one(item) for key, item in value.items()}
        raise Unusual

    def column(values: Sequence[Any]) -> Sequence[Any] | None:
        if isinstance(values, Table):
            return None if any(quick.column(cells) is None for cells in values.columns.values()) else values
        if {*map(type, values)} != {dict}:
            return None
        items = [*chain.from_iterable(map(dict.values, values))]
        return None if items and quick.column(items) is None else values

    return Quick(one, column)


def _or_none(quick: Quick) -> Quick:
    """A value, or null."""

    def column(values: Sequence[Any]) -> Sequence[Any] | None:
        known = [value for value in values if value is not None]
        return None if known and quick.column(known) is None else values

    return Quick(lambda value: None if value is None else quick.one(value), column)
