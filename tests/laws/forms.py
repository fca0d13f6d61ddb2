"""Parameters as a client writes them into a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def pairs(params: Mapping[str, Any] | Sequence[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Parameters as the fields of a form."""
    rows = params.items() if isinstance(params, Mapping) else enumerate(params)
    for key, value in rows:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if isinstance(value, Mapping | list | tuple):
            yield from pairs(value, name)
        elif value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
