"""Moments of API v2."""

from __future__ import annotations

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire.moments import rfc3339, seconds

NOON = 1_801_396_800


@pytest.mark.parametrize("text", ["2027-01-31T12:00:00.000Z", "2027-01-31T12:00:00Z", "2027-01-31T13:00:00.999+01:00"])
def test_a_moment_is_read_to_the_second(text: str) -> None:
    """Parts of a second are dropped, and any zone will do."""
    assert seconds(text, "timestamp") == NOON


def test_a_moment_is_written_with_milliseconds() -> None:
    """As Stripe's samples show it. [documented]"""
    assert rfc3339(NOON) == "2027-01-31T12:00:00.000Z"


@pytest.mark.parametrize("text", ["", "now", "1801396800", "2027-01-31", "2027-01-31T12:00:00", "2027-02-30T12:00:00Z"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    """A date alone, a time without a zone and a number are no moments."""
    with pytest.raises(StripeError) as refusal:
        seconds(text, "timestamp")
    assert (refusal.value.status, refusal.value.param) == (400, "timestamp")
