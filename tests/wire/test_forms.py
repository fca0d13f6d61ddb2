"""Forms, written as curl and the official SDK would send them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from pinstripe.errors import StripeError
from pinstripe.wire.forms import Tree, decode, merge


@pytest.mark.parametrize(
    "text, tree",
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1&a=2", {"a": "2"}),
        ("a=&b", {"a": "", "b": ""}),
        ("&a=1&&=2&", {"a": "1"}),
        ("a=x=y", {"a": "x=y"}),
        ("a+b=c+d%20e%2Bf", {"a b": "c d e+f"}),
        ("name=J%C3%BCrgen", {"name": "Jürgen"}),
        ("a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("a[0]=x&a[1]=y", {"a": {"0": "x", "1": "y"}}),
        ("items[0][price]=p&items[0][quantity]=2", {"items": {"0": {"price": "p", "quantity": "2"}}}),
        ("items[][price]=p&items[][quantity]=2", {"items": [{"price": "p", "quantity": "2"}]}),
        ("items[][price]=p&items[][price]=q", {"items": [{"price": "p"}, {"price": "q"}]}),
        ("i[][a][b]=1&i[][a][c]=2&i[][a][b]=3", {"i": [{"a": {"b": "1", "c": "2"}}, {"a": {"b": "3"}}]}),
        ("i[][a]=1&i[][b][]=2&i[][b][]=3", {"i": [{"a": "1", "b": ["2", "3"]}]}),
        ("i[][]=1", {"i": [{"": "1"}]}),
        ("a[b]=1&a=2", {"a": "2"}),
        ("metadata[a[b]]=1", {"metadata": {"a": {"b": "1"}}}),
    ],
)
def test_decode_reads_by_racks_rules(text: str, tree: dict[str, Tree]) -> None:
    """Every notation gives the tree that Rack would give."""
    assert decode(text) == tree


@pytest.mark.parametrize(
    "text, reason",
    [
        ("a=%", "invalid %-encoding (%)"),
        ("a=100%zz", "invalid %-encoding (%zz)"),
        ("a=%ff", "invalid UTF-8 in a percent escape"),
        (b"a=\xff", "the body is not valid UTF-8"),
        ("a[b=1", "the brackets of the parameter 'a[b' do not pair up"),
        ("a]=1", "the brackets of the parameter 'a]' do not pair up"),
        ("a[b]]=1", "the brackets of the parameter 'a[b]]' do not pair up"),
        ("[a]=1", "the brackets of the parameter '[a]' do not pair up"),
        ("a[b]c=1", "the brackets of the parameter 'a[b]c' do not pair up"),
        ("a=1&a[b]=2", "expected a hash and got a string for the parameter 'a'"),
        ("a[]=1&a[b]=2", "expected a hash and got an array for the parameter 'a'"),
        ("a[b]=1&a[]=2", "expected an array and got a hash for the parameter 'a'"),
        ("a" + "[b]" * 32 + "=1", "the parameter 'a' nests deeper than 32 levels"),
    ],
)
def test_decode_refuses_what_it_cannot_read(text: str | bytes, reason: str) -> None:
    """What is no form is a 400 in Stripe's sentence, with the reason in it."""
    with pytest.raises(StripeError) as refusal:
        decode(text)
    assert refusal.value.status == 400
    assert refusal.value.message == (
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded): "
        f"{reason}. If you have any questions, we can help at https://support.stripe.com/."
    )


def test_decode_puts_indexes_in_numeric_order() -> None:
    """Indexed elements come in the order of their numbers, whatever the order they were sent in, and gaps stay open."""
    tree = decode("a[10]=k&a[9]=j&a[002]=c&b[x]=1&b[9]=2")
    assert list(tree["a"]) == ["002", "9", "10"]
    assert list(tree["b"]) == ["x", "9"]


def test_merge_lets_the_body_win() -> None:
    """Query and body share one bucket; what both name, the body says."""
    assert merge(decode("a[x]=1&b=1"), decode("a[y]=2")) == {"a": {"y": "2"}, "b": "1"}


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]"), min_size=1, max_size=8)
SCALARS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.integers() | st.booleans()
PARAMS = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, min_size=1, max_size=12) | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        max_leaves=20,
    ),
    max_size=4,
)


def as_sent(value: Any) -> Tree:
    """What a value looks like once it has travelled: text, and arrays as hashes of their indexes."""
    match value:
        case dict():
            return {key: as_sent(inner) for key, inner in value.items()}
        case list():
            return {str(index): as_sent(inner) for index, inner in enumerate(value)}
        case bool() | "True" | "False":  # the SDK writes `True` for a boolean that stands in an array
            return str(value).lower()
        case _:
            return str(value)


@given(PARAMS)
def test_decode_undoes_the_official_encoder(params: dict[str, Any]) -> None:
    """Whatever stripe-python encodes is decoded to what was meant."""
    assert as_sent(decode(urlencode(list(_api_encode(params))))) == as_sent(params)


@given(st.text(st.sampled_from("ab[]=&%5+0é"), max_size=40) | st.binary(max_size=20))
def test_decode_reads_or_refuses(text: str | bytes) -> None:
    """No input makes the decoder fail in any other way than by refusing."""
    with suppress(StripeError):
        decode(text)
