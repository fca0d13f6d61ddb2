"""How refusals quote what they refuse: the nearest known name, and values as Ruby prints them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

DEPTH_LIMIT = 32


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that the fewest edits lead to, if they change less than half of it.

    [recorded: price -> pricing; documented: product_data -> product, unit_amout -> unit_amount and subscription_prorate
    -> subscription_plan, which rules out a measure that favours long prefixes; inferred: the half]
    """
    best: tuple[int, str] | None = None
    for candidate in known:
        longest = max(len(word), len(candidate))
        least = abs(len(word) - len(candidate))
        if least * 2 < longest and (best is None or least < best[0]):
            distance = _edits(word, candidate)
            if distance * 2 < longest and (best is None or distance < best[0]):
                best = distance, candidate
    return best[1] if best else None


def _edits(word: str, other: str) -> int:
    """The Levenshtein distance."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        before, row[0] = row[0], i
        for j, twin in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != twin))
    return row[-1]


def ruby(value: Any, depth: int = 0) -> str:
    """A value as a refusal repeats it: text bare, hashes and arrays in Ruby's notation.

    [documented: `Invalid string: {:metadata=>{:a=>"b"}, :name=>"Anonymous"}`]
    """
    if isinstance(value, str) and depth == 0:
        return value
    if depth > DEPTH_LIMIT:
        return "..."
    match value:
        case None:
            return "nil"
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case dict():
            pairs = (f"{_symbol(key)}=>{ruby(inner, depth + 1)}" for key, inner in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list():
            return "[" + ", ".join(ruby(inner, depth + 1) for inner in value) + "]"
        case int() if value.bit_length() > 10_000:
            return "..."
        case _:
            return str(value)


def _symbol(key: str) -> str:
    return f":{key}" if key.isidentifier() else f':"{key}"'
