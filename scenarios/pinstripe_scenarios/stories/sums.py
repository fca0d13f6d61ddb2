"""The arithmetic beside an expected amount: `2 x 20 x 14/28 - 20 x 14/28`, in whole units of the currency.

Each term is rounded to the cent, exact halves downwards, as Stripe rounds the lines of an invoice.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

TOKEN = re.compile(r"\s*(\d[\d,]*(?:\.\d+)?|[x*/+-])")


def cents(text: str) -> int:
    """What it comes to, in cents; raises ValueError for what is no arithmetic."""
    total = 0
    for sign, factors in _terms(_tokens(text)):
        total += math.ceil(sign * factors * 100 - Fraction(1, 2))
    return total


def _tokens(text: str) -> list[str]:
    """Numbers and signs."""
    found, position = [], 0
    text = text.strip()
    while position < len(text):
        token = TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"{text!r} is no arithmetic: what is {text[position:]!r}?")
        found.append(token[1].replace(",", ""))
        position = token.end()
    return found


def _terms(tokens: list[str]) -> list[tuple[int, Fraction]]:
    """The terms of a sum: a sign, and a product."""
    terms: list[tuple[int, Fraction]] = []
    rest = tokens if tokens[:1] in (["+"], ["-"]) else ["+", *tokens]
    while rest:
        sign, number, *rest = [*rest, *([""] if len(rest) < 2 else [])]
        value = _number(number)
        while rest and rest[0] in "x*/":
            operator, operand, *rest = [*rest, *([""] if len(rest) < 2 else [])]
            value = value / _number(operand) if operator == "/" else value * _number(operand)
        if rest and rest[0] not in "+-":
            raise ValueError(f"a sign is missing before {rest[0]}")
        terms.append((-1 if sign == "-" else 1, value))
    return terms


def _number(token: str) -> Fraction:
    """A number."""
    if not token[:1].isdigit():
        raise ValueError(f"a number is missing, not {token!r}")
    return Fraction(token)
