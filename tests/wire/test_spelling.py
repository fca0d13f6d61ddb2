"""Suggestions and quotations inside refusals."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe.wire.spelling import nearest, ruby


@pytest.mark.parametrize(
    "word, known, found",
    [
        ("price", ["amount", "pricing", "customer"], "pricing"),
        ("unit_amout", ["unit_amount", "unit_amount_decimal"], "unit_amount"),
        ("product_data", ["currency", "product", "recurring"], "product"),
        ("subscription_prorate", ["subscription_proration_date", "subscription_plan"], "subscription_plan"),
        ("secret", ["description", "disabled", "enabled_events", "expand", "metadata", "url"], None),
        ("tax_rates", ["adjustable_quantity", "price", "quantity"], None),
        ("iterations", ["items", "coupon", "metadata"], None),
        ("zzz", [], None),
    ],
)
def test_nearest_suggests_what_stripe_suggests(word: str, known: list[str], found: str | None) -> None:
    """The suggestions, and the silences, that were seen in Stripe's answers."""
    assert nearest(word, known) == found


@pytest.mark.parametrize(
    "value, text",
    [
        ("plain", "plain"),
        ({"id": "cus_1", "a-b": [None, True, 1, 'q"']}, r'{:id=>"cus_1", :"a-b"=>[nil, true, 1, "q\""]}'),
        ([], "[]"),
        (10**4_000, "..."),
    ],
)
def test_ruby_quotes_values_as_ruby_prints_them(value: Any, text: str) -> None:
    """Text stands bare, everything else in Ruby's notation."""
    assert ruby(value) == text


def test_ruby_stops_in_the_depth() -> None:
    """A value that nests without end is cut off."""
    value: Any = "x"
    for _ in range(1_000):
        value = [value]
    assert ruby(value) == "[" * 33 + "..." + "]" * 33
