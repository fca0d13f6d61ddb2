"""The violations of an answer against its shape, named by path: what the laws about answers are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, assert_never

from pinstripe_contracts.types import (
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

Resolve = Callable[[str], Hash]

_PYTHON: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (float, int),
    "decimal": (str,),
    "any": (object,),
}
_PAGE_KEYS = frozenset({"data", "has_more", "object", "total_count", "url"})


def conforms(value: Any, shape: Hash, resolve: Resolve) -> list[str]:
    """Every violation, deep: missing and unknown keys, nulls where none may be, wrong types, words outside a list."""
    return list(_hash(value, shape, resolve, ""))


def is_nullable(kind: Type) -> bool:
    """Whether a value of this type may be null."""
    if isinstance(kind, AnyOf):
        return any(is_nullable(option) for option in kind.options)
    return isinstance(kind, Nullable)


def _hash(value: Any, shape: Hash, resolve: Resolve, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _wrong(at, "a hash", value)
        return
    for key, field in shape.fields.items():
        name = f"{at}.{key}" if at else key
        if key in value:
            yield from _value(value[key], field.type, resolve, name)
        elif field.required:
            yield f"{name}: missing"
    for key in value.keys() - shape.fields.keys():
        yield f"{at}.{key}: unknown" if at else f"{key}: unknown"


def _value(value: Any, kind: Type, resolve: Resolve, at: str) -> Iterator[str]:
    if value is None:
        if not (is_nullable(kind) or kind == Scalar("any")):
            yield f"{at}: null"
        return
    match kind:
        case Nullable(inner=inner):
            yield from _value(value, inner, resolve, at)
        case Unsettable(inner=inner):
            if value != "":
                yield from _value(value, inner, resolve, at)
        case Scalar(name=name):
            if not isinstance(value, _PYTHON[name]) or (isinstance(value, bool) and name in ("int", "float")):
                yield _wrong(at, name, value)
        case Enum(values=values, is_open=is_open):
            if not isinstance(value, str):
                yield _wrong(at, "a word", value)
            elif not is_open and value not in values:
                yield f"{at}: {value!r} is none of {', '.join(values)}"
        case ListOf(inner=inner):
            if isinstance(value, list | tuple):
                for index, item in enumerate(value):
                    yield from _value(item, inner, resolve, f"{at}[{index}]")
            else:
                yield _wrong(at, "an array", value)
        case MapOf(inner=inner):
            if isinstance(value, Mapping):
                for key, item in value.items():
                    yield from _value(item, inner, resolve, f"{at}[{key}]")
            else:
                yield _wrong(at, "a hash", value)
        case Hash():
            yield from _hash(value, kind, resolve, at)
        case ObjectRef(name=name):
            yield from _object(value, (name,), resolve, at)
        case Expandable(names=names):
            if not isinstance(value, str):
                yield from _object(value, names, resolve, at)
        case Page(name=name):
            yield from _page(value, name, resolve, at)
        case AnyOf(options=options):
            attempts = [list(_value(value, option, resolve, at)) for option in options]
            yield from min(attempts, key=len)
        case _:
            assert_never(kind)


def _object(value: Any, names: tuple[str, ...], resolve: Resolve, at: str) -> Iterator[str]:
    """Another Stripe object: of several, the one that fits best."""
    if not isinstance(value, Mapping):
        yield _wrong(at, " or ".join(names), value)
    elif not _is_bare(value):
        said = value.get("object")
        candidates = tuple(name for name in names if name == said) or names
        yield from min((list(_hash(value, resolve(name), resolve, at)) for name in candidates), key=len)


def _is_bare(value: Mapping[str, Any]) -> bool:
    """Whether this is all there is: a deleted object has three keys, an account that money came from two. [recorded]"""
    if value.get("deleted") is True:
        return value.keys() == {"id", "object", "deleted"}
    return value.get("object") == "account" and value.keys() == {"id", "object"}


def _page(value: Any, name: str, resolve: Resolve, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping) or value.get("object") != "list":
        yield _wrong(at, "a list object", value)
        return
    for key in ("data", "has_more", "url"):
        if key not in value:
            yield f"{at}.{key}: missing"
    for key in value.keys() - _PAGE_KEYS:
        yield f"{at}.{key}: unknown"
    yield from _value(value.get("data", []), ListOf(ObjectRef(name)), resolve, f"{at}.data")
    yield from _value(value.get("has_more", False), Scalar("bool"), resolve, f"{at}.has_more")
    yield from _value(value.get("url", ""), Scalar("str"), resolve, f"{at}.url")
    yield from _value(value.get("total_count", 0), Scalar("int"), resolve, f"{at}.total_count")


def _wrong(at: str, wanted: str, value: Any) -> str:
    return f"{at or 'the answer'}: {wanted} expected, not {value!r:.60}"
