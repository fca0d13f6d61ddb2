"""The schedule of tries after a failed payment."""

from __future__ import annotations

import pytest

from pinstripe.billing.dunning import NEVER_RETRIED, RETRY_DAYS, is_retried, next_attempt_at

FAILED_AT = 1_800_000_000
DAY = 86_400


def test_eight_tries_fit_into_two_weeks() -> None:
    """The default is Stripe's: eight tries, one after the other, the last within two weeks."""
    assert len(RETRY_DAYS) == 8
    assert sorted(set(RETRY_DAYS)) == list(RETRY_DAYS)
    assert RETRY_DAYS[-1] <= 14


def test_tries_follow_the_days_and_end() -> None:
    """The first failure counts as an attempt; after the last day there is no further try."""
    planned = [next_attempt_at(FAILED_AT, attempts) for attempts in range(1, 11)]
    assert planned == [*(FAILED_AT + day * DAY for day in RETRY_DAYS), None, None]


def test_a_custom_schedule_has_its_own_days() -> None:
    """A schedule of three days gives three tries."""
    planned = [next_attempt_at(FAILED_AT, attempts, days=(3, 5, 7)) for attempts in range(1, 5)]
    assert planned == [FAILED_AT + 3 * DAY, FAILED_AT + 5 * DAY, FAILED_AT + 7 * DAY, None]


@pytest.mark.parametrize("code, retried", [(None, True), ("generic_decline", True), ("insufficient_funds", True)])
def test_ordinary_declines_are_tried_again(code: str | None, retried: bool) -> None:
    """A decline that may pass later is charged again on the next day of the schedule."""
    assert is_retried(code) is retried


@pytest.mark.parametrize("code", sorted(NEVER_RETRIED))
def test_hard_declines_are_not_charged_again(code: str) -> None:
    """A lost or stolen card is not charged a second time."""
    assert not is_retried(code)
