"""Parameters become forms with brackets, as the official SDKs write them and as the simulator reads them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.wire import forms as reader
from pinstripe_contracts import forms

ROWS: list[tuple[Any, str]] = [
    ({}, ""),
    ({"name": "Ada Lovelace"}, "name=Ada+Lovelace"),
    ({"items": [{"price": "price_1", "quantity": 2}]}, "items[0][price]=price_1&items[0][quantity]=2"),
    ({"metadata": {"a": "x", "b": ""}}, "metadata[a]=x&metadata[b]="),
    ({"expand": ["customer", "latest_invoice"]}, "expand[0]=customer&expand[1]=latest_invoice"),
    ({"created": {"gte": 1}}, "created[gte]=1"),
    ({"created[gte]": 1}, "created[gte]=1"),
    ({"active": True, "deleted": False}, "active=true&deleted=false"),
    ({"description": None}, "description="),
    ({"items": [], "metadata": {}}, ""),
    ({"percent": 0.5}, "percent=0.5"),
    ({"a&b": "c=d"}, "a%26b=c%3Dd"),
    ({"name": "ß\ud800"}, "name=%C3%9F?"),
    (None, ""),
    ("bare", "bare"),
    ([1, True], "[1,+True]"),
]


@pytest.mark.parametrize("value, text", ROWS, ids=[repr(value) for value, _ in ROWS])
def test_a_value_becomes_a_form(value: Any, text: str) -> None:
    """Nested names stand in brackets, and what is no hash is a bare word."""
    assert unquote_plus(forms.encode(value)) == unquote_plus(text)


WORDS = st.text(st.characters(exclude_characters="[]", codec="utf-8"), min_size=1, max_size=5)
TREES = st.recursive(
    WORDS, lambda inner: st.dictionaries(WORDS.filter(lambda word: not word.isdigit()), inner, min_size=1), max_leaves=8
)


@given(st.dictionaries(WORDS.filter(lambda word: not word.isdigit()), TREES, max_size=4))
def test_the_simulator_reads_what_is_written(tree: dict[str, Any]) -> None:
    """What a form says is read back as it was."""
    assert reader.decode(forms.encode(tree)) == tree
