"""The checked parameters of one request, which remember what has been read.

Whatever a rule does not read would be ignored, and ignoring a parameter is a wrong answer that looks right. So the
pipeline asks `unread()` before anything is kept, and refuses the request if a name is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Params:
    """One hash of parameters; `at` is its place in the request, such as `items[0]`."""

    def __init__(self, values: Mapping[str, Any], at: str = "") -> None:
        self._values = values
        self._at = at
        self._read: set[str] = set()
        self._inner: dict[str, Params | list[Params]] = {}

    @property
    def at(self) -> str:
        """Where in the request this hash stands."""
        return self._at

    def name(self, key: str) -> str:
        """The full name of a member, as the caller wrote it."""
        return f"{self._at}[{key}]" if self._at else key

    def __contains__(self, key: str) -> bool:
        """Whether the caller gave it; asking does not count as reading."""
        return key in self._values

    def __bool__(self) -> bool:
        """Whether the caller gave anything."""
        return bool(self._values)

    def __iter__(self) -> Iterator[str]:
        """The names given, in their order; going through them does not count as reading."""
        return iter(self._values)

    def peek(self, key: str) -> Any:
        """The value as given, without having read it."""
        return self._values.get(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value as given, read whole; an unset value reads as None."""
        self._read.add(key)
        return self._values.get(key, default)

    def pick(self, *keys: str) -> dict[str, Any]:
        """Those of these members that were given."""
        self._read.update(keys)
        return {key: self._values[key] for key in keys if key in self._values}

    def hash(self, key: str) -> Params:
        """A nested hash, empty where none was given, that remembers its own reading."""
        self._read.add(key)
        inner = self._inner.get(key)
        if inner is None:
            inner = self._inner[key] = Params(self._values.get(key) or {}, self.name(key))
        assert isinstance(inner, Params)
        return inner

    def hashes(self, key: str) -> list[Params]:
        """A nested array of hashes."""
        self._read.add(key)
        inner = self._inner.get(key)
        if inner is None:
            rows = self._values.get(key) or []
            inner = self._inner[key] = [Params(row, f"{self.name(key)}[{i}]") for i, row in enumerate(rows)]
        assert isinstance(inner, list)
        return inner

    def unread(self) -> Iterator[str]:
        """The names nobody has read, in the order given."""
        if not self._inner and self._values.keys() <= self._read:
            return
        for key in self._values:
            if key not in self._read:
                yield self.name(key)
                continue
            inner = self._inner.get(key)
            for params in inner if isinstance(inner, list) else [inner] if inner else []:
                yield from params.unread()
