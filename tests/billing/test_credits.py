"""Which credits pay for what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.credits import Drawn, Grant, Owed, draw, usable

CALLS, SEATS = Owed(1000, "price_calls"), Owed(600, "price_storage")


@pytest.mark.parametrize(
    "first, second",
    [
        (Grant("a", 300, priority=0), Grant("b", 300)),
        (Grant("a", 300, expires_at=10), Grant("b", 300, expires_at=20)),
        (Grant("a", 300, expires_at=10), Grant("b", 300)),
        (Grant("a", 300, promotional=True), Grant("b", 300)),
        (Grant("a", 300, effective_at=1), Grant("b", 300, effective_at=2)),
        (Grant("a", 300, created=1), Grant("b", 300, created=2)),
        (Grant("a", 300, priority=0, expires_at=20), Grant("b", 300, priority=1, expires_at=10, promotional=True)),
    ],
)
def test_grants_are_drawn_on_in_order(first: Grant, second: Grant) -> None:
    """Priority, expiry, promotional, effective, created: the first that differs decides."""
    assert draw([Owed(400, "price")], [second, first]) == [(Drawn("a", 300), Drawn("b", 100))]


def test_a_grant_pays_the_lines_in_their_order() -> None:
    """1200 pay 1000 of the first line and 200 of the second; a line credits do not pay for is passed over."""
    assert draw([None, CALLS, SEATS], [Grant("a", 1200)]) == [(), (Drawn("a", 1000),), (Drawn("a", 200),)]


def test_a_grant_pays_only_for_its_prices() -> None:
    """The line of another price is left alone."""
    assert draw([CALLS, SEATS], [Grant("a", 5000, frozenset({"price_storage"}))]) == [(), (Drawn("a", 600),)]


@pytest.mark.parametrize(
    "effective_at, expires_at, period_end, expected",
    [(5, None, 5, True), (6, None, 5, False), (0, 6, 5, True), (0, 5, 5, False)],  # documented
)
def test_credits_that_expire_with_the_period_are_too_late(
    effective_at: int, expires_at: int | None, period_end: int, expected: bool
) -> None:
    """In force at the end of the period, and one second longer."""
    assert usable(effective_at=effective_at, expires_at=expires_at, period_end=period_end) is expected


@given(
    st.lists(st.integers(min_value=0, max_value=999), max_size=6),
    st.lists(st.integers(min_value=0, max_value=999), max_size=6),
)
def test_no_credit_is_made_or_lost(lines: list[int], grants: list[int]) -> None:
    """All that can be paid is paid, no line more than it is, no grant more than it has."""
    drawn = draw(
        [Owed(amount, "price") for amount in lines], [Grant(str(index), left) for index, left in enumerate(grants)]
    )
    assert sum(one.amount for row in drawn for one in row) == min(sum(lines), sum(grants))
    assert all(sum(one.amount for one in row) <= amount for row, amount in zip(drawn, lines, strict=True))
    for index, left in enumerate(grants):
        assert sum(one.amount for row in drawn for one in row if one.grant == str(index)) <= left
