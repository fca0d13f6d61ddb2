"""Windows over ten objects, j the newest and a the oldest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.errors import StripeError
from pinstripe.wire.pages import envelope, in_range, page, window

NEWEST_FIRST = "jihgfedcba"


def listed(**asked: Any) -> tuple[str, bool]:
    """The window as text, and whether there is more."""
    found = page(NEWEST_FIRST, id_of=str, **asked)
    return "".join(found.data), found.has_more


@pytest.mark.parametrize(
    "asked, data, has_more",
    [
        ({}, "jihgfedcba", False),
        ({"limit": 9}, "jihgfedcb", True),
        ({"limit": 3, "starting_after": "h"}, "gfe", True),
        ({"limit": 3, "starting_after": "d"}, "cba", False),
        ({"limit": 3, "starting_after": "a"}, "", False),
        ({"limit": 3, "ending_before": "c"}, "fed", True),
        ({"limit": 3, "ending_before": "g"}, "jih", False),
        ({"limit": 3, "ending_before": "i"}, "j", False),
        ({"limit": 3, "ending_before": "j"}, "", False),
        ({"limit": 0}, "j", True),
        ({"limit": 101}, "jihgfedcba", False),
    ],
)
def test_page_cuts_a_window(asked: dict[str, Any], data: str, has_more: bool) -> None:
    """Every page is newest first, and says whether there is more in the direction of travel."""
    assert listed(**asked) == (data, has_more)


@given(st.integers(1, 12))
def test_pages_walk_over_everything_once(limit: int) -> None:
    """Following `has_more` forwards, and backwards again, meets every object once and in order."""
    forwards, more = listed(limit=limit)
    while more:
        data, more = listed(limit=limit, starting_after=forwards[-1])
        forwards += data
    backwards, more = listed(limit=limit, ending_before="a")
    while more:
        data, more = listed(limit=limit, ending_before=backwards[0])
        backwards = data + backwards
    assert forwards == backwards + "a" == NEWEST_FIRST


@pytest.mark.parametrize(
    "limit, size, sentence",
    [
        (None, 10, None),
        (1, 1, None),
        (100, 100, None),
        (0, 1, "This value must be greater than or equal to 1."),
        (-1, 1, "This value must be greater than or equal to 1."),
        (101, 100, "This value must be less than or equal to 100 (it currently is '101')."),
    ],
)
def test_window_clamps_or_refuses(limit: int | None, size: int, sentence: str | None) -> None:
    """The newest versions clamp a limit out of range; older ones refused it."""
    assert window(limit) == size
    if sentence is None:
        assert window(limit, strict=True) == size
    else:
        with pytest.raises(StripeError) as refusal:
            window(limit, strict=True)
        found = refusal.value
        assert (found.code, found.param, found.message) == ("parameter_invalid_integer", "limit", sentence)


@pytest.mark.parametrize("param", ["starting_after", "ending_before"])
def test_page_refuses_an_unknown_cursor(param: str) -> None:
    """A cursor that is no object of the list is missing like any other object a parameter names."""
    with pytest.raises(StripeError) as refusal:
        listed(noun="customer", **{param: "cus_x"})
    found = refusal.value
    assert (found.status, found.code, found.param) == (400, "resource_missing", param)
    assert found.message == "No such customer: 'cus_x'"


def test_page_refuses_both_cursors() -> None:
    """A page has one direction."""
    with pytest.raises(StripeError, match=r"^Received both starting_after and ending_before parameters\."):
        listed(starting_after="a", ending_before="b")


def test_envelope_has_stripes_keys_in_stripes_order() -> None:
    """A list object counts only where Stripe counts."""
    assert list(envelope("/v1/prices", ({},), has_more=True)) == ["object", "data", "has_more", "url"]
    assert envelope("/v1/refunds", (), has_more=False, total_count=0) == {
        "object": "list",
        "data": [],
        "has_more": False,
        "total_count": 0,
        "url": "/v1/refunds",
    }


@pytest.mark.parametrize(
    "wanted, passing",
    [
        (None, [1, 2, 3]),
        (2, [2]),
        ({}, [1, 2, 3]),
        ({"gt": 1}, [2, 3]),
        ({"gte": 2}, [2, 3]),
        ({"lt": 3}, [1, 2]),
        ({"lte": 2}, [1, 2]),
        ({"gt": 1, "lte": 2}, [2]),
        ({"gt": 2, "lt": 2}, []),
    ],
)
def test_in_range_keeps_its_bounds(wanted: int | dict[str, int] | None, passing: list[int]) -> None:
    """A number must be met exactly, every bound that is given must hold."""
    assert [value for value in (1, 2, 3) if in_range(wanted, value)] == passing
