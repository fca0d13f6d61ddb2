"""What changed, told the way Stripe's events tell it."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe.world.events import previous_attributes

CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # what happened: before, after, previous_attributes
    "nothing": ({"a": 1, "b": {"c": [1]}}, {"a": 1, "b": {"c": [1]}}, {}),
    "a value": ({"a": 1, "b": 2}, {"a": 3, "b": 2}, {"a": 1}),
    "a value to null": ({"a": 1}, {"a": None}, {"a": 1}),
    "null to a value": ({"a": None}, {"a": 1}, {"a": None}),
    "a value that was absent": ({}, {"a": 1}, {"a": None}),
    "a value that is absent now": ({"a": 1}, {}, {"a": 1}),
    "null that was absent": ({}, {"a": None}, {}),
    "false to null": ({"a": False}, {"a": None}, {"a": False}),
    "inside a hash": ({"h": {"a": 1, "b": 2}}, {"h": {"a": 3, "b": 2}}, {"h": {"a": 1}}),
    "deep inside hashes": ({"h": {"i": {"a": 1, "b": 2}}}, {"h": {"i": {"a": 1, "b": 3}}}, {"h": {"i": {"b": 2}}}),
    "a key added to a hash": ({"m": {}}, {"m": {"tier": "gold"}}, {"m": {"tier": None}}),
    "a key taken out of a hash": ({"m": {"tier": "gold"}}, {"m": {}}, {"m": {"tier": "gold"}}),
    "a hash to null": ({"h": {"a": 1}}, {"h": None}, {"h": {"a": 1}}),
    "null to a hash": ({"h": None}, {"h": {"a": 1}}, {"h": None}),
    "inside an array": ({"l": [{"a": 1}, {"a": 2}]}, {"l": [{"a": 1}, {"a": 3}]}, {"l": [{"a": 1}, {"a": 2}]}),
    "an array that grew": ({"l": []}, {"l": [1]}, {"l": []}),
    "a page of items": (
        {"items": {"object": "list", "data": [{"q": 1, "id": "si_1"}], "url": "/"}},
        {"items": {"object": "list", "data": [{"q": 2, "id": "si_1"}], "url": "/"}},
        {"items": {"data": [{"q": 1, "id": "si_1"}]}},
    ),
}


@pytest.mark.parametrize("before, after, previous", CHANGES.values(), ids=CHANGES)
def test_previous_attributes(before: dict[str, Any], after: dict[str, Any], previous: dict[str, Any]) -> None:
    """Hashes are compared member by member, arrays are given whole, and what was absent is told as null."""
    assert previous_attributes(before, after) == previous
