"""Parameters by their names on the wire, the way back from what `forms` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def fields(tree: Mapping[str, Any] | Sequence[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Parameters as the fields of a form, lists by position; null is no field."""
    rows = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
    for key, value in rows:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if isinstance(value, Mapping | list | tuple):
            yield from fields(value, name)
        elif value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
