"""Splitting an amount over lines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.discounts import Row, Taken, Terms, apply, spread

LINES = st.lists(st.integers(min_value=0, max_value=10_000), max_size=8)


@pytest.mark.parametrize(
    "amount, over, parts",
    [
        (500, [1000, 2000], [166, 334]),  # documented
        (5000, [1000, 2000], [1000, 2000]),
        (0, [10], [0]),
        (7, [], []),
        (3, [0, 0], [0, 0]),
        (100, [1, 1000, 1], [0, 99, 1]),  # 0.0998, 99.8, 0.0998
        (2, [1, 1, 1], [0, 1, 1]),
    ],
)
def test_an_amount_is_spread(amount: int, over: list[int], parts: list[int]) -> None:
    """In proportion, rounded down, the rest from the end."""
    assert spread(amount, over) == parts


@given(st.integers(min_value=0, max_value=30_000), LINES)
def test_nothing_is_lost_in_spreading(amount: int, over: list[int]) -> None:
    """The parts come to the amount or to all there is, and none is more than its line."""
    parts = spread(amount, over)
    assert sum(parts) == min(amount, sum(over))
    assert all(0 <= part <= whole for part, whole in zip(parts, over, strict=True))


def test_a_discount_covers_its_products_and_what_is_discountable() -> None:
    """Lines of other products, prorations and negative ones are left alone, and not told of."""
    rows = [Row(1000, "gold"), Row(1000, "tin"), Row(1000, "gold", discountable=False), Row(-1000, "gold")]
    half = Terms("di_half", percent_off=Decimal(50), products=frozenset({"gold"}))
    assert apply(rows, {}, [half]) == [(Taken("di_half", 500, own=False),), (), (), ()]


def test_a_discount_that_covers_a_free_line_takes_nothing_off_it() -> None:
    """It is told with an amount of 0."""
    assert apply([Row(0, "gold")], {}, [Terms("di", amount_off=100)]) == [(Taken("di", 0, own=False),)]


def test_one_discount_of_several_lines_is_spread_over_them() -> None:
    """An item whose price has tiers makes several lines, and its discount counts once."""
    rows = [Row(300, own=("di",)), Row(1000), Row(100, own=("di",))]
    taken = apply(rows, {"di": Terms("di", amount_off=200)}, [])
    assert [[part.amount for part in row] for row in taken] == [[150], [], [50]]


def test_what_was_billed_before_is_not_discounted_again() -> None:
    """30.00 used, of which 20.00 was billed: half of both comes off, and an amount off the 10.00 that is new."""
    rows = [Row(3000, item="si"), Row(500), Row(-2000, item="si", takes_back=True)]
    half = Terms("di_half", percent_off=Decimal(50))
    assert [[part.amount for part in row] for row in apply(rows, {}, [half])] == [[1500], [250], [-1000]]
    fixed = Terms("di_off", amount_off=3000)
    assert [[part.amount for part in row] for row in apply(rows, {}, [fixed])] == [[1000], [500], []]
    # first half: 15.00, 2.50 and -10.00 are left, so 5.00 and 2.50 are new
    both = apply(rows, {}, [half, fixed])
    assert [[part.amount for part in row] for row in both] == [[1500, 500], [250, 250], [-1000]]
