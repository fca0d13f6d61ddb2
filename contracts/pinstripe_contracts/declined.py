"""The parameters that a simulator says it does not model, learnt as a run goes on and then mostly left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pinstripe_contracts.exchange import Exchange

ONE_IN = 8
"""Of so many requests of an operation one is sent whole: a parameter may be declined for its value only."""

Path = tuple[str, ...]


class Declined:
    """The declined parameters of each operation; `items[0][coupon]` is the path items, *, coupon."""

    def __init__(self) -> None:
        self._paths: dict[str, set[Path]] = {}
        self._asked: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many have been declined."""
        return sum(map(len, self._paths.values()))

    def learn(self, operation: str, exchange: Exchange) -> None:
        """Note what an answer declines; a required parameter can be declined for its value alone."""
        param = exchange.error.get("param")
        if exchange.error.get("code") != "unsupported_parameter" or not isinstance(param, str):
            return
        path = tuple("*" if part.isdigit() else part for part in re.findall(r"[^\[\]]+", param))
        if path != ("type",):
            self._paths.setdefault(operation, set()).add(path)

    def without(self, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was drawn for an operation, without what it declines."""
        self._asked[operation] += 1
        left = dict(given)
        if self._asked[operation] % ONE_IN:
            for path in self._paths.get(operation, ()):
                left = _cut(left, path)
        return left


def _cut(value: Any, path: Path) -> Any:
    """A value without the member at a path."""
    head, *rest = path
    if isinstance(value, list) and head == "*":
        return [_cut(inner, tuple(rest)) for inner in value] if rest else []
    if not isinstance(value, dict) or head not in value:
        return value
    if not rest:
        return {name: inner for name, inner in value.items() if name != head}
    return {**value, head: _cut(value[head], tuple(rest))}
