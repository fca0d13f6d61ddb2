"""When a subscription gives access: every status under every preset, and what can be replaced."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe_flags import ALWAYS, NEVER, Policy, grace
from pinstripe_flags.policy import Access
from pinstripe_flags.standing import DAY
from tests.flags.states import NOW, standing, state

STRICT, DUNNING, WEEK = Policy.strict(), Policy.until_dunning_ends(), Policy.grace(days=7)
LATER = NOW + 6 * DAY

RETRIED = {"failed_at": NOW, "retries_at": NOW + 9 * DAY}
GIVEN_UP = {"failed_at": NOW, "retries_at": NOW + 5 * DAY}
UNPLANNED = {"failed_at": NOW, "retries_at": None}

# The subscription and what it owes, then whether it gives access under: strict, until dunning ends, seven days' grace.
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], tuple[bool, bool, bool]]] = [
    ("active", {}, {}, (True, True, True)),
    ("active", {"cancel_at_period_end": True}, {}, (True, True, True)),
    ("active", {"collection_paused": True}, {}, (True, True, True)),
    ("trialing", {}, {}, (True, True, True)),
    ("past_due", {}, RETRIED, (False, True, True)),
    ("past_due", {}, GIVEN_UP, (False, False, True)),
    ("past_due", {}, UNPLANNED, (False, True, True)),
    ("past_due", {}, {}, (False, True, True)),
    ("past_due", {}, {"failed_at": NOW - 2 * DAY, "retries_at": NOW + 9 * DAY}, (False, True, False)),
    ("past_due", {"current_period_start": NOW - 2 * DAY}, {}, (False, True, False)),
    ("past_due", {"current_period_start": None}, {}, (False, True, True)),
    ("unpaid", {}, GIVEN_UP, (False, False, True)),
    ("paused", {}, {}, (False, False, False)),
    ("incomplete", {}, RETRIED, (False, False, False)),
    ("incomplete_expired", {}, {}, (False, False, False)),
    ("canceled", {}, {}, (False, False, False)),
    ("canceled", {}, RETRIED, (False, False, False)),
    ("a status of next year", {}, {}, (False, False, False)),
]


@pytest.mark.parametrize("status, more, owed, expected", TABLE, ids=[f"{row[0]} {row[1]} {row[2]}" for row in TABLE])
def test_access_by_status(
    status: str, more: dict[str, Any], owed: dict[str, Any], expected: tuple[bool, bool, bool]
) -> None:
    """Six days after the first failure, under each preset."""
    known = standing(state(status, **more), **owed)
    assert tuple(policy.access(known, LATER).granted for policy in (STRICT, DUNNING, WEEK)) == expected


def test_grace_ends_at_the_second() -> None:
    """Seven days are 604,800 seconds, and the deadline itself is after them."""
    known = standing(state("past_due"), **RETRIED)
    end = NOW + 7 * DAY
    assert WEEK.access(known, end - 1) == Access(granted=True, until=end)
    assert WEEK.access(known, end) == Access(granted=False, until=end)


def test_dunning_ends_a_day_after_the_last_planned_try() -> None:
    """Where Stripe leaves the subscription past due for good, a day without news of another try is the end."""
    known = standing(state("past_due"), **RETRIED)
    end = NOW + 10 * DAY
    assert [DUNNING.access(known, at).granted for at in (end - 1, end)] == [True, False]


def test_a_rule_can_be_replaced() -> None:
    """No access on trial, access while paused, three days for a first payment."""
    policy = STRICT.but("ours", trialing=NEVER, paused=ALWAYS, incomplete=grace(3))
    statuses = ("active", "trialing", "paused", "incomplete")
    given = [policy.access(standing(state(status), failed_at=NOW), NOW).granted for status in statuses]
    assert (policy.name, given) == ("ours", [True, False, True, True])
    assert (STRICT.name, STRICT.access(standing(state("trialing")), NOW).granted) == ("strict", True)


def test_a_paused_collection_can_mean_no_access() -> None:
    """The status says active all the while; the policy may still say no."""
    policy = DUNNING.but(collection_paused=NEVER)
    assert not policy.access(standing(state("active", collection_paused=True)), NOW).granted
    assert policy.access(standing(state("active")), NOW).granted


@pytest.mark.parametrize("status", ["canceled", "incomplete_expired", "pastdue"])
def test_no_policy_rules_on_an_end_or_on_what_does_not_exist(status: str) -> None:
    """An ended subscription gives no access, whatever anybody wishes."""
    with pytest.raises(ValueError, match=f"No policy can rule on {status}"):
        STRICT.but(None, **{status: ALWAYS})


@pytest.mark.parametrize("days", [0, -1])
def test_grace_is_some_days(days: int) -> None:
    """No days of grace are no grace."""
    with pytest.raises(ValueError, match="at least one day"):
        Policy.grace(days=days)


def test_a_policy_does_not_change() -> None:
    """The rules are data that nobody can write into."""
    with pytest.raises(TypeError):
        STRICT.rules["past_due"] = ALWAYS  # type: ignore[index]
