"""The quick way of checking parameters beside the long one: what it takes, the long way takes too, and alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.errors import StripeError
from pinstripe.wire import quick_params
from pinstripe.wire.params import check_thoroughly
from pinstripe.wire.quick_params import Unusual
from pinstripe.wire.tables import FEW, Table, column, tabled
from pinstripe_contracts.types import AnyOf, Enum, Expandable, Field, Hash, ListOf, MapOf, Nullable, Scalar, Type
from pinstripe_contracts.types import Unsettable as MayUnset

NAMES = ("a", "b", "name", "metadata")
PLAIN = (
    *(Scalar(name) for name in ("str", "int", "bool", "float", "decimal", "any")),
    Scalar("str", 3),
    Enum(("x", "yy", "")),
    Expandable(("customer",)),
    AnyOf((Enum(("now",)), Scalar("int"))),
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    (
        *("", "x", "abcd", "-1", "+1", "1.5", "true", "True", "0" * 30, "1" * 18, "1" * 19, "9" * 25, "٣", "x" * 5_001),
        *(None, True, 0, -3, 1.5, 2**63, 10**18, -(10**18), [], {}, ["x"], [""], {"0": "x"}, {"a": "x"}, {"a": {}}),
    )
)


def hashes(kinds: st.SearchStrategy[Type]) -> st.SearchStrategy[Hash]:
    """Shapes with a few of the names."""
    fields = st.builds(Field, kinds, st.booleans())
    members: st.SearchStrategy[Any] = st.dictionaries(st.sampled_from(NAMES), fields, min_size=1, max_size=3)
    return members.map(Hash)


KINDS: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(PLAIN),
    lambda inner: st.one_of(
        st.builds(ListOf, inner),
        st.builds(ListOf, hashes(inner)),
        st.builds(MapOf, inner),
        st.builds(Nullable, inner),
        st.builds(MayUnset, inner),
        hashes(inner),
    ),
    max_leaves=6,
)


def fitting(draw: st.DrawFn, kind: Type, odds: int) -> Any:
    """A value of this type, but for one in so many anywhere in it."""
    if odds and not draw(st.integers(0, odds)):
        return draw(ODD)
    match kind:
        case Scalar(name="int"):
            return draw(st.integers(-5, 5) | st.integers(0, 99).map(str))
        case Scalar(name="bool"):
            return draw(st.sampled_from([True, False, "true", "false"]))
        case Scalar(name="str") | Expandable():
            return draw(st.sampled_from(["x", "abc", "1"]))
        case Enum(values=values):
            return draw(st.sampled_from(values))
        case ListOf(inner=inner):
            return [fitting(draw, inner, odds) for _ in range(draw(st.sampled_from([0, 1, FEW + 1])))]
        case MapOf(inner=inner):
            return {key: fitting(draw, inner, odds) for key in draw(st.lists(st.sampled_from(NAMES), max_size=2))}
        case Nullable(inner=inner) | MayUnset(inner=inner):
            return fitting(draw, inner, odds)
        case Hash(fields=fields):
            given_ = {key for key, field in fields.items() if field.required or draw(st.booleans())}
            return {key: fitting(draw, fields[key].type, odds) for key in fields if key in given_}
    return draw(ODD)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Hash, Any]:
    """A shape, and parameters that fit it, fully or but for a few values."""
    shape = draw(hashes(KINDS))
    given_ = fitting(draw, shape, draw(st.sampled_from([0, 4, 30, 100])))
    return shape, given_ if isinstance(given_, dict) else {}


@given(bodies())
def test_both_ways_agree(body: tuple[Hash, Any]) -> None:
    """Whatever the quick way does not leave to the long way, the long way takes, and gives the same types."""
    shape, params = body
    try:
        quick = quick_params.of(shape)(params)
    except Unusual:
        return
    try:
        thorough = check_thoroughly(params, shape)
    except StripeError as refusal:
        pytest.fail(f"taken quickly, and refused: {refusal.message}")
    assert repr(quick) == repr(thorough)


EVENT = Hash(
    {
        "event_name": Field(Scalar("str", 100), required=True),
        "identifier": Field(Scalar("str", 100), required=False),
        "payload": Field(MapOf(Scalar("str", 100)), required=True),
    }
)
EVENTS = Hash({"events": Field(ListOf(EVENT), required=True)})
ROWS: list[dict[str, Any]] = [
    {"event_name": "calls", "payload": {"value": str(number)}, "identifier": f"i{number}"} for number in range(20)
]


def test_many_rows_are_taken_together() -> None:
    """An array of events goes the quick way, whether all of them have the same keys or not, and comes back as it is.

    The values under each name are at hand, also of the hashes inside.
    """
    for rows in (
        ROWS,
        [*ROWS, {"event_name": "calls", "payload": {}}],
        [{**row, "payload": {}} for row in ROWS],
        [*ROWS, {**ROWS[0], "payload": {"other": "1"}}],
        [*ROWS, dict(reversed(ROWS[0].items()))],
    ):
        for given_ in (rows, tabled(rows)):
            taken = quick_params.of(EVENTS)({"events": given_})["events"]
            assert taken == rows
            for name in (*EVENT.fields, "none"):
                assert [*column(taken, name)] == [row.get(name) for row in rows]
            payloads = column(taken, "payload")
            assert [*column(payloads, "value")] == [row["payload"].get("value") for row in rows]


WRONG: list[Any] = [
    {"event_name": "calls", "payload": {"value": 1}, "identifier": "i"},
    {"event_name": "", "payload": {}, "identifier": "i"},
    {"event_name": "calls", "payload": {"value": ""}, "identifier": "i"},
    {"event_name": "calls", "payload": ["value"], "identifier": "i"},
    {"event_name": "calls", "payload": {"value": None}, "identifier": "i"},
    {"event_name": "calls", "payload": {}, "identifier": "i" * 101},
    {"event_name": "calls", "payload": {}, "identifiers": "i"},
    {"event_name": "calls", "identifier": "i"},
    {"event_name": "calls", "payload": {}, "identifier": "i", "more": "x"},
    "abc",
    ["event_name", "payload", "identifier"],
    None,
]


@pytest.mark.parametrize("row", WRONG, ids=str)
@pytest.mark.parametrize("place", [0, 10, 20])
def test_one_wrong_row_is_seen(row: Any, place: int) -> None:
    """One row that is not plainly right has the long way look at all of them, wherever it stands."""
    rows = [*ROWS[:place], row, *ROWS[place:]]
    for given_ in (rows, tabled(rows)):
        with pytest.raises(Unusual):
            quick_params.of(EVENTS)({"events": given_})


@pytest.mark.parametrize("row", WRONG, ids=str)
def test_a_table_of_wrong_rows_is_seen(row: Any) -> None:
    """Rows that are wrong alike are refused as one is."""
    rows = tabled([row] * 20)
    assert isinstance(rows, Table) == isinstance(row, dict)
    with pytest.raises(Unusual):
        quick_params.of(EVENTS)({"events": rows})
