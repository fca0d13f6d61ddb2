"""What becomes of a row: rules over a claim, an outcome and the time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe_metering.claims import Claim
from pinstripe_metering.events import Outcome, Result
from pinstripe_metering.jitter import full_jitter
from pinstripe_metering.policy import DAY, HOUR, Policy, delay, refusal, settlement

NOW = 1_800_000_000
CLAIM = Claim(
    id=1,
    identifier="api_calls:1",
    meter="api_calls",
    customer="cus_a",
    value="1",
    occurred_at=NOW - 60,
    customer_key="stripe_customer_id",
    value_key="value",
    queued_at=NOW - 60,
    attempts=1,
    answers=0,
    uncertain_since=None,
    stripe_customer=None,
)

UNSENT: list[tuple[str, dict[str, Any], str | None]] = [
    ("just now", {}, None),
    ("35 days to the second", {"occurred_at": NOW - 35 * DAY}, None),
    ("a second older", {"occurred_at": NOW - 35 * DAY - 1}, "too_old"),
    ("five minutes ahead", {"occurred_at": NOW + 300}, None),
    ("a second further", {"occurred_at": NOW + 301}, "in_the_future"),
    ("milliseconds taken for seconds", {"occurred_at": NOW * 1000}, "in_the_future"),
    ("perhaps counted, and Stripe remembers", {"uncertain_since": NOW - 23 * HOUR + 1}, None),
    ("perhaps counted, and Stripe may forget", {"uncertain_since": NOW - 23 * HOUR}, "outcome_unknown"),
]

LOST = Outcome(Result.RETRY, "no_answer", "lost", uncertain=True, answered=False)
LIMIT = Outcome(Result.RETRY, "rate_limited", "slow down")
UNMAPPED = Outcome(Result.UNKNOWN, "customer_not_mapped", "nobody", answered=False)
REFUSED = Outcome(Result.REJECTED, "parameter_invalid", "no")

SETTLED: list[tuple[str, dict[str, Any], Outcome, dict[str, Any]]] = [
    ("sent", {}, Outcome(Result.SENT), {"state": "sent", "sent_at": NOW, "answers": 1}),
    (
        "delivered before",
        {"uncertain_since": NOW - 9},
        Outcome(Result.DUPLICATE),
        {"state": "duplicate", "sent_at": NOW, "uncertain_since": None},
    ),
    ("refused", {}, REFUSED, {"state": "rejected", "reason": "parameter_invalid", "detail": "no"}),
    ("clocks disagree", {}, Outcome(Result.TOO_OLD, "too_old", "35 days"), {"state": "dead", "reason": "too_old"}),
    (
        "no answer: perhaps counted, same key again",
        {},
        LOST,
        {"state": "retry_wait", "due_at": NOW + 2, "uncertain_since": NOW, "answers": 0},
    ),
    (
        "no answer again",
        {"uncertain_since": NOW - 9, "attempts": 3},
        LOST,
        {"due_at": NOW + 8, "uncertain_since": NOW - 9},
    ),
    ("surely not counted", {}, LIMIT, {"state": "retry_wait", "uncertain_since": None, "answers": 1}),
    ("an earlier doubt stays", {"uncertain_since": NOW - 9}, LIMIT, {"uncertain_since": NOW - 9}),
    ("waits at most an hour", {"attempts": 5_000}, LIMIT, {"due_at": NOW + HOUR}),
    ("patient with a customer", {"queued_at": NOW - 3 * DAY + 1}, UNMAPPED, {"state": "retry_wait", "answers": 0}),
    ("patience ends", {"queued_at": NOW - 3 * DAY}, UNMAPPED, {"state": "dead", "reason": "customer_not_mapped"}),
    ("tries for 34 days", {"occurred_at": NOW - 34 * DAY + 1}, LIMIT, {"state": "retry_wait"}),
    ("gives up by age", {"occurred_at": NOW - 34 * DAY}, LIMIT, {"state": "dead", "reason": "rate_limited"}),
]


@pytest.mark.parametrize("name, changes, reason", UNSENT)
def test_a_row_is_sent_only_where_stripe_would_count_it_once(
    name: str, changes: dict[str, Any], reason: str | None
) -> None:
    """The bounds of time and of Stripe's memory; a refusal always says what to do."""
    refused = refusal(replace(CLAIM, **changes), NOW, Policy())
    assert (refused["reason"] if refused else None) == reason, name
    assert refused is None or (refused["state"] == "dead" and ":" in refused["detail"])


@pytest.mark.parametrize("name, changes, outcome, expected", SETTLED)
def test_an_outcome_settles_a_row(
    name: str, changes: dict[str, Any], outcome: Outcome, expected: dict[str, Any]
) -> None:
    """State, reason, next try, doubt and key, each as the outcome demands."""
    settled = settlement(replace(CLAIM, **changes), outcome, NOW, Policy(), lambda longest: longest)
    assert {key: settled[key] for key in expected} == expected, name


@given(st.integers(1, 10_000))
def test_a_delay_is_anything_up_to_the_limit_and_never_nothing(attempts: int) -> None:
    """Full jitter: even the luckiest draw waits a second, so that a run never repeats itself."""
    limit = min(2 * 2 ** min(attempts - 1, 40), HOUR)
    assert delay(attempts, Policy(), lambda _: 0.0) == 1
    assert 1 <= delay(attempts, Policy(), full_jitter) <= limit
    assert delay(attempts, Policy(), lambda longest: longest) == limit
