"""Rounding, reading and printing money."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing import money

EXACT = [
    # exact      nearest, half up   nearest, half down
    ("0", 0, 0),
    ("5/2", 3, 2),
    ("-5/2", -3, -3),
    ("7/2", 4, 3),
    ("9/2", 5, 4),
    ("15/2", 8, 7),
    ("-7/2", -4, -4),
    ("2/5", 0, 0),
    ("-2/5", 0, 0),
    ("3/5", 1, 1),
    ("-3/5", -1, -1),
    ("558/5", 112, 112),  # 31 x 3.6 = 111.6
    ("-2000/3", -667, -667),
    ("1000/3", 333, 333),
    ("17", 17, 17),
]


@pytest.mark.parametrize("exact, half_up, half_down", EXACT)
def test_roundings_differ_only_on_halves(exact: str, half_up: int, half_down: int) -> None:
    """Prices round halves away from zero, prorations towards minus infinity."""
    assert money.round_half_up(Fraction(exact)) == half_up
    assert money.round_half_down(Fraction(exact)) == half_down


@given(st.fractions())
def test_roundings_are_nearest(x: Fraction) -> None:
    """No rounding moves a value by more than half a minor unit."""
    assert abs(money.round_half_up(x) - x) <= Fraction(1, 2)
    assert abs(money.round_half_down(x) - x) <= Fraction(1, 2)


@given(st.fractions())
def test_half_up_is_the_same_on_both_sides_of_zero(x: Fraction) -> None:
    """A refund of a price is the price's negative."""
    assert money.round_half_up(-x) == -money.round_half_up(x)


@pytest.mark.parametrize(
    "number, text",
    [
        ("2000", "2000"),
        ("2E+3", "2000"),
        ("0.50", "0.5"),
        ("1.000", "1"),
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("-2.50", "-2.5"),
        ("1E-12", "0.000000000001"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.1"),
    ],
)
def test_decimal_text_has_neither_exponent_nor_trailing_zeros(number: str, text: str) -> None:
    """A decimal is printed in plain digits, as short as it goes."""
    assert money.decimal_text(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**12), max_value=10**12))
def test_decimal_text_can_be_read_back(number: Decimal) -> None:
    """Whatever is printed is a parameter again, and the same number."""
    assert money.parse_decimal(money.decimal_text(number)) == number


@pytest.mark.parametrize("text", ["0.5", "2000", "-1", "00.10", "0.123456789012"])
def test_decimals_are_read(text: str) -> None:
    """Plain digits with at most twelve decimal places are a number."""
    assert money.parse_decimal(text) == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", "1e3", "NaN", "Infinity", "1,000", "0.1234567890123", "1.", ".5", "+1", " 1", "1_0", "٣", "0x1"]
)
def test_other_texts_are_no_decimals(text: str) -> None:
    """Exponents, separators, signs other than minus and a thirteenth decimal place are refused."""
    with pytest.raises(ValueError, match="Invalid decimal"):
        money.parse_decimal(text)


@pytest.mark.parametrize(
    "amount, currency, text",
    [
        ("1000", "usd", "$10.00"),
        ("0", "usd", "$0.00"),
        ("3.6", "usd", "$0.036"),
        ("50.5", "usd", "$0.505"),
        ("0.000000000001", "usd", "$0.00000000000001"),
        ("188000", "usd", "$1,880.00"),
        ("123456789", "usd", "$1,234,567.89"),
        ("-2000", "usd", "-$20.00"),
        ("7500", "eur", "€75.00"),
        ("10000", "EUR", "€100.00"),
        ("999", "gbp", "£9.99"),
        ("500", "jpy", "¥500"),
        ("12000", "jpy", "¥12,000"),
        ("0.5", "jpy", "¥0.5"),
        ("1000", "chf", "10.00 CHF"),
        ("-1000", "chf", "-10.00 CHF"),
        ("5120", "kwd", "5.120 KWD"),
        ("500", "ugx", "5.00 UGX"),
    ],
)
def test_money_is_printed_as_on_an_english_invoice(amount: str, currency: str, text: str) -> None:
    """Symbol, thousands commas, at least the currency's decimals, and no fraction of a minor unit lost."""
    assert money.format_money(Decimal(amount), currency) == text


def test_currencies_are_known() -> None:
    """Every currency with a rule of its own can be charged, and the number of decimals follows the rule."""
    supported = set(money.SUPPORTED_CURRENCIES)
    assert len(supported) == len(money.SUPPORTED_CURRENCIES)
    assert supported >= money.ZERO_DECIMAL | money.THREE_DECIMAL | set(money.MINIMUM_CHARGE)
    assert money.is_zero_decimal("JPY")
    assert not money.is_zero_decimal("usd")
    assert [money.decimals(currency) for currency in ("krw", "usd", "isk", "tnd")] == [0, 2, 2, 3]
