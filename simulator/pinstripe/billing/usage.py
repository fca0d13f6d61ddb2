"""The quantity of a metered price: events of one customer and one meter, folded over a period."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import MAX_PREC, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal

Formula = Literal["sum", "count", "last"]
Window = Literal["hour", "day"]

MAXIMUM_DIGITS: Final = 15
"""Significant digits of a value, from 2026-04-22.dahlia on. [documented]"""

MOST_DECIMALS: Final = 12
"""Decimals of the quantity of a line. [documented]"""
WINDOW_SECONDS: Final = {"hour": 3_600, "day": 86_400}
_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """One accepted meter event: when it happened (unix seconds), how much, and its place in the order of receipt."""

    timestamp: int
    value: Decimal
    arrival: int


class UsageValueProblem(StrEnum):
    """Why a value was refused."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NEGATIVE = "negative"
    TOO_MANY_DIGITS = "too_many_digits"


@dataclass(frozen=True, slots=True)
class ValueRules:
    """Which numbers a value may be. What Stripe takes grew with the years; `RULES` names the steps."""

    fractions: bool = True
    negatives: bool = True
    digits: int | None = MAXIMUM_DIGITS


RULES: Final = {
    "natural": ValueRules(fractions=False, negatives=False, digits=None),
    "whole": ValueRules(fractions=False, digits=None),
    "long": ValueRules(digits=None),
    "short": ValueRules(),
}
"""Whole numbers from 0 in 2024, below it too in 2025, fractions in 2026, of at most 15 digits from 2026-04-22.dahlia
on. [documented]"""


class UsageValueError(ValueError):
    """A value of a meter event that is no number Stripe takes; `reason` says why."""

    def __init__(self, reason: UsageValueProblem, text: str) -> None:
        super().__init__(f"{reason.value}: {text!r}")
        self.reason = reason
        self.text = text


@lru_cache(maxsize=4096)
def parse_value(text: str, rules: ValueRules = RULES["short"]) -> Decimal:
    """Read the value of a meter event: digits, a sign, a point; fractions and negatives are allowed.

    More than 15 significant digits are refused [documented]. Exponents, NaN, an empty string and thousands commas are
    refused too [inferred]. Raises `UsageValueError`.
    """
    if not text:
        raise UsageValueError(UsageValueProblem.EMPTY, text)
    if not _NUMBER.fullmatch(text):
        raise UsageValueError(UsageValueProblem.NOT_A_NUMBER, text)
    value = Decimal(text)
    if not rules.fractions and value != value.to_integral_value():
        raise UsageValueError(UsageValueProblem.NOT_WHOLE, text)
    if not rules.negatives and value < 0:
        raise UsageValueError(UsageValueProblem.NEGATIVE, text)
    if rules.digits is not None and significant_digits(text) > rules.digits:
        raise UsageValueError(UsageValueProblem.TOO_MANY_DIGITS, text)
    return value


def significant_digits(text: str) -> int:
    """Count the digits that matter: neither zeros in front nor, after a point, zeros at the end [inferred]."""
    whole, _, fraction = text.lstrip("-").partition(".")
    return len((whole + fraction.rstrip("0")).lstrip("0"))


def aggregate(events: Iterable[UsageEvent], formula: Formula, window: Window | None, start: int, end: int) -> Decimal:
    """Fold the events with start <= timestamp < end into one number; no events make 0.

    With a window only the event received last in each UTC hour or day counts [documented]. `count` ignores values;
    `last` takes the latest timestamp and, among equals, the latest arrival [inferred], and does not carry over from
    an earlier period [documented].
    """
    counted = [event for event in events if start <= event.timestamp < end]
    if window is not None:
        counted = _received_last(counted, WINDOW_SECONDS[window])
    if formula == "count":
        return Decimal(len(counted))
    if formula == "sum":
        return exact_sum(event.value for event in counted)
    last = max(counted, key=lambda event: (event.timestamp, event.arrival), default=None)
    return Decimal(0) if last is None else last.value


def billed_quantity(total: Decimal) -> Decimal:
    """Return what an invoice bills: corrections below zero bill nothing, and it has twelve decimals. [documented]

    What is beyond them is rounded, halves up [inferred].
    """
    if total <= 0:
        return Decimal(0)
    if total == total.to_integral_value() or -int(total.as_tuple().exponent) <= MOST_DECIMALS:
        return total
    with localcontext() as context:
        context.prec = MAX_PREC
        return total.quantize(Decimal(1).scaleb(-MOST_DECIMALS), ROUND_HALF_UP).normalize()


def _received_last(events: Iterable[UsageEvent], seconds: int) -> list[UsageEvent]:
    """Keep one event a bucket: the one that arrived last, whatever its own second."""
    buckets: dict[int, UsageEvent] = {}
    for event in sorted(events, key=lambda event: event.arrival):
        buckets[event.timestamp // seconds] = event
    return list(buckets.values())


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """Add without loss: the sum of 15-digit values can need more digits than a decimal context keeps."""
    with localcontext() as context:
        context.prec = MAX_PREC
        return sum(values, Decimal(0))
