"""The hashes inside a request, whatever they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


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
