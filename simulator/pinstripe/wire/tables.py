"""Arrays of alike hashes, column by column: a hundred values under one name are looked at faster than a hundred hashes.

A table is the array itself, with its values at hand by name. It is made once, where a body is read, so that whoever
looks at the array next, to compare it, to check it or to file it, finds the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import orjson

T = TypeVar("T")

FEW = 8
"""Elements of an array that are not worth looking at together."""
DEEP = 2
"""How deep tables are looked for in one another: an event holds a hash, which holds none."""


class Table(list[Any]):
    """Hashes of an array that have the same names, and their values column by column."""

    __slots__ = ("columns",)

    columns: Mapping[str, Sequence[Any]]
    """The values under each name; hashes that are alike are a table again."""

    @classmethod
    def of(cls, rows: Sequence[Any], deep: int = DEEP) -> Table | None:
        """These values as a table; None where they are no such hashes."""
        try:
            names = [*rows[0]] if type(rows[0]) is dict else []
            if not names or sum(map(len, rows)) != len(names) * len(rows):
                return None
            columns = {name: [row[name] for row in rows] for name in names}
        except (KeyError, TypeError):
            return None
        table = cls(rows)
        table.columns = {name: tabled(column, deep - 1) for name, column in columns.items()}
        return table

    @property
    def names_saved(self) -> int:
        """How many names fewer there are in its columns than in its rows."""
        inner = sum(column.names_saved for column in self.columns.values() if isinstance(column, Table))
        return inner + len(self.columns) * (len(self) - 1)


def tabled(values: Sequence[Any], deep: int = DEEP) -> Sequence[Any]:
    """An array as a table, if it is one and worth it."""
    return Table.of(values, deep) or values if deep and len(values) > FEW and type(values[0]) is dict else values


def column(rows: Sequence[Mapping[str, Any]], name: str) -> Sequence[Any]:
    """The values that hashes have under one name, None for those that have none."""
    if isinstance(rows, Table):
        return rows.columns.get(name) or [None] * len(rows)
    return [row.get(name) for row in rows]


def different(values: Sequence[T]) -> Sequence[T]:
    """The different values of a column in the order in which they come; often there is but one."""
    return values[:1] if values.count(values[0]) == len(values) else [*dict.fromkeys(values)]


def written(params: Mapping[str, Any]) -> bytes:
    """What hashes have in common that say the same, in whatever order, and no others; a table says it by columns.

    Raises TypeError where UTF-8 or 64 bits are not enough for a text or a number.
    """
    return orjson.dumps(params, _by_columns, orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS)


_MARK = orjson.Fragment(b"#")
"""Stands where no JSON has it, so that a table is not taken for a hash of arrays."""


def _by_columns(value: object) -> Any:
    """A table as it is written."""
    if isinstance(value, Table):
        return [_MARK, value.columns]
    raise TypeError
