"""The language of rules: texts with stars."""

from __future__ import annotations

import pytest

from pinstripe.wire.rules import fits


@pytest.mark.parametrize(
    "pattern, text, expected",
    [
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("a.c", "abc", False),
        ("invoice.*", "invoice.paid", True),
        ("invoice.*", "invoiceitem.created", False),
        ("*.created", "customer.created", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "a\nb c b c", True),
        ("*ab", "aab", True),
        ("*b*b", "ab", False),
        ("**", "a", True),
    ],
)
def test_a_star_stands_for_anything(pattern: str, text: str, expected: bool) -> None:
    """Nothing and line feeds included; whatever else stands there means itself."""
    assert fits(pattern, text) is expected


def test_many_stars_are_soon_decided() -> None:
    """A pattern that almost fits a long text is not tried in all the ways in which it could."""
    assert not fits("*a" * 20 + "*b", "a" * 100_000)
