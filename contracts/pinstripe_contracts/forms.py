"""Parameters as Stripe reads them from a form body or a query string: nested names in brackets.

    {"items": [{"price": "price_1"}], "metadata": {"a": "x"}}    items[0][price]=price_1&metadata[a]=x

Empty hashes and arrays leave nothing behind, as in the official SDKs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus


def encode(value: Any) -> str:
    """A form; whatever is no hash of parameters is sent as a bare word, which no parameter has."""
    if isinstance(value, Mapping):
        return "&".join(f"{_escape(name)}={_escape(text)}" for name, text in pairs(value))
    return "" if value is None else _escape(_text(value))


def pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The names in brackets and the texts of everything inside."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from pairs(inner, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from pairs(inner, f"{name}[{index}]")
    else:
        yield name, _text(value)


def _text(value: Any) -> str:
    """Booleans as words, nothing as the empty string, which unsets."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _escape(text: str) -> str:
    """Percent-encoding with readable brackets; half of a surrogate pair, which no text can hold, becomes `?`."""
    return quote_plus(text.encode("utf-8", "replace"), safe="[]:@/,")
