"""The hashes inside a request, whatever they stand for, and the names that its shape knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinstripe_contracts.types import AnyOf, Hash, ListOf, MapOf, Nullable, Type, Unsettable


def inside(given: Mapping[str, Any], at: str = "") -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Every hash inside a request with the parameter it is and its full name, metadata aside."""
    for key, value in given.items():
        if key == "metadata":
            continue
        name = f"{at}[{key}]" if at else key
        rows = [(name, value)] if isinstance(value, Mapping) else []
        if isinstance(value, list):
            rows = [(f"{name}[{index}]", row) for index, row in enumerate(value) if isinstance(row, Mapping)]
        for place, row in rows:
            yield row, key, place
            yield from inside(row, place)


def names(kind: Type) -> Iterator[str]:
    """The name of every parameter within a type."""
    match kind:
        case Hash(fields=fields):
            for name, field in fields.items():
                yield name
                yield from names(field.type)
        case ListOf(inner=inner) | MapOf(inner=inner) | Nullable(inner=inner) | Unsettable(inner=inner):
            yield from names(inner)
        case AnyOf(options=options):
            for option in options:
                yield from names(option)
