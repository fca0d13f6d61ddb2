"""Values: what Stripe takes, spelled as it takes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe_metering.errors import UsageError
from pinstripe_metering.values import MOST_DECIMALS, MOST_DIGITS, plain

TAKEN = [
    (0, "0"),
    (1, "1"),
    (-7, "-7"),
    (Decimal("1E+3"), "1000"),
    (Decimal("1.50"), "1.5"),
    (Decimal("-0.0"), "0"),
    (Decimal("1E-12"), "0.000000000001"),
    (Decimal("0.30"), "0.3"),
    (999_999_999_999_999, "999999999999999"),
    (Decimal("123456789012.345"), "123456789012.345"),
]
REFUSED: list[tuple[Any, str]] = [
    (0.3, "not float"),
    (True, "not bool"),
    ("1", "not str"),
    (None, "not NoneType"),
    (Decimal("NaN"), "finite"),
    (Decimal("-Infinity"), "finite"),
    (10**15, "15 significant digits"),
    (Decimal("0.1234567890123456"), "15 significant digits"),
    (Decimal("1E-13"), "12 decimals"),
    (Decimal("1E+999999"), "out of range"),
]


@pytest.mark.parametrize("value, text", TAKEN)
def test_a_value_is_spelled_plainly(value: Decimal | int, text: str) -> None:
    """No exponent, no needless zeros, no sign before zero."""
    assert plain(value) == text


@pytest.mark.parametrize("value, complaint", REFUSED)
def test_a_value_that_stripe_would_refuse_is_refused_here(value: Any, complaint: str) -> None:
    """What could never be billed is refused before it is written."""
    with pytest.raises(UsageError, match=complaint):
        plain(value)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, MOST_DECIMALS))
def test_a_value_is_spelled_exactly(digits: int, decimals: int) -> None:
    """The text is the number, and has at most the digits that Stripe takes."""
    value = Decimal(digits).scaleb(-decimals)
    text = plain(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert len(text.lstrip("-").replace(".", "").lstrip("0")) <= MOST_DIGITS
