"""Parameters checked and given types by the shape of their operation, with Stripe's sentences.

Whatever is wrong with a request, one thing is said, and it is the first of this table:

    1  a name no parameter has, all of them at once      parameter_unknown: anywhere in the tree
    2  a required parameter that is not there            parameter_missing: in the shape's order, outer names first
    3  an empty string where nothing can be unset        parameter_invalid_empty         |
    4  a hash, array or string where another belongs     Invalid object, array, string   |  one value after
    5  text that is not of the type                      Invalid integer: abc            |  another, in the order
    6  a word that is not in the list                    Invalid NAME: must be one of    |  in which they came
    7  text or metadata past its limits                                                  |

[inferred: that 1 goes before 2 and 2 before the rest; recorded: the names in brackets, `items[0][price]`]

An unset parameter (an empty string where that unsets) is None in the result, an unset array is []. The range of `limit`
belongs to `pages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, assert_never

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.wire import quick_params
from pinstripe.wire.forms import Tree, is_indexed
from pinstripe.wire.spelling import nearest, ruby
from pinstripe_contracts.types import (
    PLAIN_LENGTH,
    AnyOf,
    Enum,
    Expandable,
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

INTEGER_LIMIT = 2**63 - 1
DECIMAL_PLACES = 12
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500

EMPTY_UNSETS = frozenset({"default_payment_method", "description", "lookup_key", "name"})
"""Optional parameters that an empty string unsets though no SDK says so [recorded, a lookup key of prices]."""
EMPTY_STAYS = frozenset({"shipping[name]"})
"""Parameters whose empty string is kept as it is [recorded: payment intents]."""

_INTEGER = re.compile(r"-?[0-9]{1,25}")
_DECIMAL = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")


class _Unset:
    """The type of a value that unsets its parameter."""


_UNSET = _Unset()


def check(given: Mapping[str, Tree], fields: Hash) -> dict[str, Any]:
    """The parameters with their types, or the first refusal of the table above."""
    try:
        quick: dict[str, Any] = quick_params.of(fields)(given)
    except quick_params.Unusual:
        return check_thoroughly(given, fields)
    return quick


def check_thoroughly(given: Mapping[str, Tree], fields: Hash) -> dict[str, Any]:
    """The same the long way, which knows every oddity and says what is wrong."""
    if strangers := list(_unknown(given, fields, "")):
        names = [name for name, _ in strangers]
        raise errors.unknown_parameters(names, strangers[0][1] if len(names) == 1 else None)
    _require(given, fields, "")
    return _hash(given, fields, "")


# --- names -----------------------------------------------------------------------------------------------------------


def _unknown(given: Mapping[str, Any], fields: Hash, prefix: str) -> Iterator[tuple[str, str | None]]:
    """Every name the shape does not have, with the nearest one it does."""
    for key, value in given.items():
        name = _name(prefix, key)
        field = fields.fields.get(key)
        if field is None:
            yield name, nearest(key, fields.fields)
        else:
            for inner, shape, at in _hashes(value, field.type, name):
                yield from _unknown(inner, shape, at)


def _require(given: Mapping[str, Any], fields: Hash, prefix: str) -> None:
    """Refuse the first required parameter that is not there: outer ones first, each level in the shape's order."""
    for key, field in fields.fields.items():
        if field.required and key not in given:
            raise errors.missing_parameter(_name(prefix, key))
    for key, field in fields.fields.items():
        if key in given:
            for inner, shape, at in _hashes(given[key], field.type, _name(prefix, key)):
                _require(inner, shape, at)


def _hashes(value: Any, kind: Type, name: str) -> Iterator[tuple[Mapping[str, Any], Hash, str]]:
    """The hashes of fixed keys inside one value, each with its shape and its name in brackets."""
    settled = _settle(value, kind)
    if isinstance(settled, Hash) and isinstance(value, dict):
        yield value, settled, name
    elif isinstance(settled, MapOf) and isinstance(value, dict):
        for key, inner in value.items():
            yield from _hashes(inner, settled.inner, _name(name, key))
    elif isinstance(settled, ListOf):
        for index, item in _items(value) or ():
            yield from _hashes(item, settled.inner, _name(name, index))


def _name(prefix: str, key: str) -> str:
    return f"{prefix}[{key}]" if prefix else key


# --- which of several types ------------------------------------------------------------------------------------------


def _settle(value: Any, kind: Type) -> Type | _Unset:
    """The one type this value means to have, judged by its form; an AnyOf is left only between plain values."""
    if isinstance(kind, Unsettable):
        return _UNSET if value in ("", None) else _settle(value, kind.inner)
    if isinstance(kind, Nullable):
        return _UNSET if value is None else _settle(value, kind.inner)
    if not isinstance(kind, AnyOf):
        return kind
    settled = [_settle(value, option) for option in kind.options]
    if any(option is _UNSET for option in settled):
        return _UNSET
    options = [option for option in settled if not isinstance(option, _Unset)]
    if isinstance(value, dict):
        hashes = [option for option in options if isinstance(option, Hash)]
        if hashes:
            return min(hashes, key=lambda option: len(value.keys() - option.fields.keys()))
        fitting: list[Type] = [option for option in options if isinstance(option, MapOf)]
        if is_indexed(value):
            fitting = [option for option in options if isinstance(option, ListOf)] or fitting
    elif isinstance(value, list):
        fitting = [option for option in options if isinstance(option, ListOf)]
    else:
        fitting = [option for option in options if not isinstance(option, Hash | MapOf | ListOf)]
        if len(fitting) > 1:
            return AnyOf(tuple(fitting))
    return fitting[0] if fitting else options[0]


# --- values ----------------------------------------------------------------------------------------------------------


def _hash(given: Mapping[str, Any], fields: Hash, prefix: str) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for key, value in given.items():
        field = fields.fields[key]
        name = _name(prefix, key)
        if value == "" and not field.required and key in EMPTY_UNSETS and _is_text(field.type):
            checked[key] = None
        elif value == "" and field.required and isinstance(field.type, MapOf):
            raise errors.empty_parameter(name)  # only what is optional can be unset
        else:
            checked[key] = _value(value, field.type, name)
    return checked


def _is_text(kind: Type) -> bool:
    """Whether a value of this type is text, however long it may be."""
    return isinstance(kind, Scalar) and kind.name == "str"


def _value(value: Any, kind: Type, name: str) -> Any:
    """One value, with its type."""
    if value == "" and isinstance(kind, Unsettable) and isinstance(kind.inner, ListOf):
        return []
    settled = _settle(value, kind)
    if isinstance(settled, _Unset):
        return None
    if isinstance(settled, MapOf):
        return None if value == "" else _map(value, settled, name)
    if value is None or (value == "" and not _takes_empty(settled, name)):
        raise errors.empty_parameter(name)
    if isinstance(settled, Hash):
        if not isinstance(value, dict):
            raise errors.invalid_object(name)
        return _hash(value, settled, name)
    if isinstance(settled, ListOf):
        items = _items(value)
        if items is None:
            raise errors.invalid_array(name)
        return [_value(item, settled.inner, _name(name, index)) for index, item in items]
    return _plain(value, settled, name)


def _takes_empty(kind: Type, name: str) -> bool:
    if isinstance(kind, Scalar):
        return kind.name == "any" or (kind.name == "str" and name in EMPTY_STAYS)
    return isinstance(kind, Enum) and "" in kind.values


def _items(value: Any) -> list[tuple[str, Any]] | None:
    """The elements of an array however it was written, each with its index; None where it is no array."""
    if isinstance(value, list):
        return [(str(index), item) for index, item in enumerate(value)]
    if isinstance(value, dict) and is_indexed(value):
        return list(value.items())
    return None


def _map(value: Any, kind: MapOf, name: str) -> dict[str, Any]:
    """A hash with free keys; an empty value unsets its key."""
    if not isinstance(value, dict):
        raise errors.invalid_object(name)
    if name == "metadata" or name.endswith("[metadata]"):
        _limit_metadata(value, name)
    if name == "currency_options" or name.endswith("[currency_options]"):
        capitals = next((key for key in value if key != key.lower()), None)
        if capitals is not None:
            raise errors.currency_in_capitals(name, capitals)
    inner = kind.inner if isinstance(kind.inner, Nullable | Unsettable) else Unsettable(kind.inner)
    return {key: _value(item, inner, _name(name, key)) for key, item in value.items()}


def _limit_metadata(given: Mapping[str, Any], name: str) -> None:
    """At most 50 keys of 40 characters without brackets, values of 500 [documented]."""
    if len(given) > METADATA_KEYS:
        raise errors.too_many_metadata_keys(name, len(given))
    for key, value in given.items():
        if len(key) > METADATA_KEY_LENGTH:
            raise errors.metadata_key_too_long(name, key)
        if "[" in key or "]" in key:
            raise errors.metadata_key_brackets(name, key)
        if isinstance(value, str) and len(value) > METADATA_VALUE_LENGTH:
            raise errors.metadata_value_too_long(name, value)


def _plain(value: Any, kind: Type, name: str) -> Any:
    """A value without parts. Of several types the first that fits is taken; a word list never speaks last."""
    match kind:
        case Scalar(name="any"):
            return value
        case AnyOf(options=options):
            refusals: list[tuple[bool, StripeError]] = []
            for option in options:
                try:
                    return _plain(value, option, name)
                except StripeError as refusal:
                    refusals.append((not isinstance(option, Enum), refusal))
            raise max(refusals, key=lambda pair: pair[0])[1]
        case Enum(values=values):
            return _word(value, values, name)
        case Scalar(name="int"):
            return _integer(value, name)
        case Scalar(name="bool"):
            return _boolean(value, name)
        case Scalar(name="float"):
            return _float(value, name)
        case Scalar(name="decimal"):
            return _decimal(value, name)
        case Scalar(limit=limit):
            return _text(value, name, limit)
        case Expandable():
            return _text(value, name, PLAIN_LENGTH)
        case Hash() | ListOf() | MapOf() | Nullable() | Unsettable() | ObjectRef() | Page():
            raise AssertionError(f"a request cannot carry {kind} at {name}")
        case _:
            assert_never(kind)


def _text(value: Any, name: str, limit: int) -> str:
    if not isinstance(value, str):
        raise errors.invalid_string(name, ruby(value))
    if len(value) > limit:
        raise errors.too_long(name, value, limit)
    return value


def _word(value: Any, values: tuple[str, ...], name: str) -> str:
    """A word of the list; in requests an open list is as closed as any [inferred]."""
    if not isinstance(value, str):
        raise errors.invalid_string(name, ruby(value))
    if value not in values:
        raise errors.invalid_choice(name, values)
    return value


def _integer(value: Any, name: str) -> int:
    number: int | None = None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    if number is None or abs(number) > INTEGER_LIMIT:
        raise errors.invalid_integer(name, ruby(value))
    return number


def _boolean(value: Any, name: str) -> bool:
    """True and false, in any case.

    [recorded: `confirm=True` is taken; documented: stripe-python writes booleans in arrays like that]
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise errors.invalid_boolean(name, ruby(value))


def _float(value: Any, name: str) -> float:
    """A number that Stripe answers as a JSON number: percentages and the like, never money."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < INTEGER_LIMIT:
        return float(value)
    raise errors.invalid_decimal(name, ruby(value))


def _decimal(value: Any, name: str) -> str:
    """A number that Stripe keeps as text, without idle zeros: `1495.50` is `1495.5` [inferred]."""
    text = value if isinstance(value, str) else repr(value) if isinstance(value, int | float) else ""
    if isinstance(value, bool) or not _DECIMAL.fullmatch(text):
        raise errors.invalid_decimal(name, ruby(value))
    digits = Decimal(text)
    exponent = digits.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMAL_PLACES:
        raise errors.too_many_decimals(name, text, DECIMAL_PLACES)
    plain = f"{digits:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain
