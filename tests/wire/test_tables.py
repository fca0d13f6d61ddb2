"""Arrays of alike hashes as tables: the same array, with its columns at hand."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe.wire.tables import FEW, Table, column, different, tabled, written

ROWS: list[dict[str, Any]] = [{"a": str(number), "b": {"c": number, "d": {"e": "x"}}} for number in range(FEW + 1)]


def test_a_table_is_the_array_with_its_columns() -> None:
    """Also of hashes inside, to the depth that events have."""
    table = tabled(ROWS)
    assert table == ROWS
    assert isinstance(table, Table)
    assert [*column(table, "a")] == [row["a"] for row in ROWS]
    assert [*column(table, "none")] == [None] * len(ROWS)
    inner = column(table, "b")
    assert isinstance(inner, Table)
    assert [*column(inner, "c")] == [*range(FEW + 1)]
    assert not isinstance(column(inner, "d"), Table)
    assert column(ROWS, "a") == [row["a"] for row in ROWS]


@pytest.mark.parametrize(
    "odd", [{}, {"a": "1"}, {**ROWS[0], "more": 1}, {"a": 1, "x": 2}, ["a", "b"], "ab", None, 3], ids=str
)
@pytest.mark.parametrize("place", [0, 5, FEW + 1])
def test_one_that_is_not_alike_makes_it_a_plain_array(odd: Any, place: int) -> None:
    """Wherever it stands."""
    rows = [*ROWS[:place], odd, *ROWS[place:]]
    assert tabled(rows) is rows


def test_few_are_left_alone() -> None:
    """So are hashes without members."""
    assert not isinstance(tabled(ROWS[:FEW]), Table)
    assert not isinstance(tabled([{}] * 20), Table)
    assert tabled([]) == []


def test_what_is_written_tells_apart_what_differs() -> None:
    """Neither order of names nor the way of reading counts; a table is no hash of arrays."""
    table = {"events": tabled(ROWS)}
    backwards = {"events": tabled([dict(reversed(row.items())) for row in ROWS])}
    assert written(table) == written(backwards)
    columns = {"a": [row["a"] for row in ROWS], "b": [row["b"] for row in ROWS]}
    other: list[dict[str, Any]] = [
        {"events": columns},
        {"events": [columns]},
        {"events": ["#", columns]},
        {"events": tabled(ROWS[::-1])},
    ]
    assert all(written(table) != written(each) for each in other)
    with pytest.raises(TypeError):
        written({"events": tabled(ROWS), "set": {1}})


def test_the_different_values_come_in_their_order() -> None:
    """Each once."""
    assert [*different(["b", "a", "b", "c", "a"])] == ["b", "a", "c"]
    assert [*different(("x", "x"))] == ["x"]
