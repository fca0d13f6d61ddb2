"""Prices, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.pricing import Charge, Rate, Tier, amount, charges, packages, total


def rate(
    unit_amount: str | None = None,
    *,
    tiers: Sequence[tuple[int | None, str | None, str | None]] = (),
    mode: Literal["graduated", "volume"] | None = None,
    divide_by: int | None = None,
    round_: Literal["up", "down"] | None = None,
) -> Rate:
    """Write a price as short as a table wants it."""
    return Rate(
        currency="usd",
        unit_amount=None if unit_amount is None else Decimal(unit_amount),
        tiers=tuple(Tier(up_to, _number(unit), _number(flat)) for up_to, unit, flat in tiers),
        tiers_mode=mode,
        divide_by=divide_by,
        round=round_,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def lines(rate: Rate, quantity: str) -> list[tuple[int | None, str, int]]:
    """Show what a price makes of a quantity: tier, quantity on the line, amount."""
    return [
        (charge.tier, "flat" if charge.is_flat else str(charge.quantity), charge.amount)
        for charge in charges(rate, Decimal(quantity))
    ]


FLAT_THEN_UNITS = [(1000, "0", "900"), (None, "3.6", "0")]
THREE = [(10, "100", None), (20, "80", "500"), (None, "50", None)]
ONLY_FLAT = [(5, None, "500"), (None, None, "900")]

PRICES = [
    # per unit: one line
    (rate("1000"), "1", [(None, "1", 1000)]),
    (rate("1000"), "10", [(None, "10", 10000)]),
    (rate("1000"), "0", [(None, "0", 0)]),
    (rate("3.6"), "31", [(None, "31", 112)]),  # 111.6
    (rate("0.5"), "1", [(None, "1", 1)]),  # 0.5: the half goes up
    (rate("0.5"), "2.5", [(None, "2.5", 1)]),  # 1.25
    (rate("-2000"), "1", [(None, "1", -2000)]),
    (rate("-0.5"), "1", [(None, "1", -1)]),  # -0.5: away from zero
    (rate(), "7", [(None, "7", 0)]),
    # package: the line keeps the raw quantity
    (rate("45", divide_by=1000, round_="up"), "100000", [(None, "100000", 4500)]),  # 100 x 45
    (rate("7500", divide_by=50, round_="up"), "0", [(None, "0", 0)]),
    (rate("7500", divide_by=50, round_="up"), "51", [(None, "51", 15000)]),  # 2 packages
    (rate("7500", divide_by=50, round_="down"), "99", [(None, "99", 7500)]),  # 1 package
    (rate("7500", divide_by=50, round_="down"), "49", [(None, "49", 0)]),
    # graduated: recorded, 1031 units
    (
        rate(tiers=FLAT_THEN_UNITS, mode="graduated"),
        "1031",
        [(1, "1000", 0), (1, "flat", 900), (2, "31", 112), (2, "flat", 0)],
    ),
    # graduated: no usage still reaches tier 1, recorded
    (rate(tiers=FLAT_THEN_UNITS, mode="graduated"), "0", [(1, "0", 0), (1, "flat", 900)]),
    # graduated: the last unit of a tier does not reach the next one
    (rate(tiers=FLAT_THEN_UNITS, mode="graduated"), "1000", [(1, "1000", 0), (1, "flat", 900)]),
    (
        rate(tiers=FLAT_THEN_UNITS, mode="graduated"),
        "1000.5",
        [(1, "1000", 0), (1, "flat", 900), (2, "0.5", 2), (2, "flat", 0)],  # 0.5 x 3.6 = 1.8
    ),
    (rate(tiers=THREE, mode="graduated"), "7", [(1, "7", 700)]),
    (rate(tiers=THREE, mode="graduated"), "15", [(1, "10", 1000), (2, "5", 400), (2, "flat", 500)]),
    (
        rate(tiers=THREE, mode="graduated"),
        "25",
        [(1, "10", 1000), (2, "10", 800), (2, "flat", 500), (3, "5", 250)],
    ),
    (rate(tiers=ONLY_FLAT, mode="graduated"), "3", [(1, "3", 0), (1, "flat", 500)]),
    # volume: all units in the tier reached
    (rate(tiers=THREE, mode="volume"), "10", [(1, "10", 1000)]),
    (rate(tiers=THREE, mode="volume"), "11", [(2, "11", 880), (2, "flat", 500)]),
    (rate(tiers=THREE, mode="volume"), "25", [(3, "25", 1250)]),
    (rate(tiers=THREE, mode="volume"), "0", [(1, "0", 0)]),
    (rate(tiers=ONLY_FLAT, mode="volume"), "6", [(2, "6", 0), (2, "flat", 900)]),
]


@pytest.mark.parametrize("price, quantity, expected", PRICES)
def test_a_price_makes_these_lines(price: Rate, quantity: str, expected: list[tuple[int | None, str, int]]) -> None:
    """Each line carries its tier, its quantity and its own rounded amount, and the price is their sum."""
    assert lines(price, quantity) == expected
    assert amount(price, Decimal(quantity)) == sum(line[2] for line in expected)


def test_a_charge_explains_itself() -> None:
    """A unit line shows the price of a unit, a flat line the fee, a package line the price of a package."""
    tiered = rate(tiers=FLAT_THEN_UNITS, mode="graduated")
    assert charges(tiered, Decimal(1031))[1:3] == (
        Charge(900, Decimal(0), Decimal(900), tier=1, is_flat=True),
        Charge(112, Decimal(31), Decimal("3.6"), tier=2),
    )
    package = rate("45", divide_by=1000, round_="up")
    assert charges(package, Decimal(1)) == (Charge(45, Decimal(1), Decimal(45)),)


def test_the_exact_total_is_not_rounded() -> None:
    """A proration takes its share of the exact price, so the fractions of a minor unit are still there."""
    assert total(rate("3.6"), Decimal(31)) == Fraction(558, 5)
    assert total(rate(tiers=FLAT_THEN_UNITS, mode="graduated"), Decimal(1031)) == 900 + Fraction(558, 5)


def test_lines_are_rounded_one_by_one() -> None:
    """Two halves make two, not one: every line is rounded before the sum."""
    halves = rate(tiers=[(1, "0.5", None), (None, "0.5", None)], mode="graduated")
    assert amount(halves, Decimal(2)) == 2
    assert total(halves, Decimal(2)) == 1


@pytest.mark.parametrize(
    "quantity, rounding, expected",
    [("0", "up", 0), ("1", "up", 1), ("10", "up", 1), ("10.1", "up", 2), ("19", "down", 1)],
)
def test_broken_packages_count_or_not(quantity: str, rounding: Literal["up", "down"], expected: int) -> None:
    """`up` charges for a package that was started, `down` only for full ones."""
    assert packages(Decimal(quantity), 10, rounding) == expected


def test_volume_tiers_without_an_end_are_a_bug() -> None:
    """A price whose last tier ends never gets this far; if it does, it is our bug."""
    with pytest.raises(AssertionError, match="last tier"):
        charges(rate(tiers=[(10, "1", None)], mode="volume"), Decimal(11))


# --- laws: the same prices, counted unit by unit ---------------------------------------------------------------------

AMOUNTS = st.decimals(min_value=0, max_value=500, places=3)


@st.composite
def tier_tables(draw: st.DrawFn) -> tuple[Tier, ...]:
    """Draw one to four tiers, the last without an end."""
    ends = sorted(draw(st.sets(st.integers(min_value=1, max_value=40), max_size=3)))
    flats = st.none() | AMOUNTS
    return tuple(Tier(end, draw(st.none() | AMOUNTS), draw(flats)) for end in [*ends, None])


def tier_of(tiers: tuple[Tier, ...], unit: int) -> int:
    """Find the tier of one unit by asking each whether it ends before."""
    return next(i for i, tier in enumerate(tiers) if tier.up_to is None or unit <= tier.up_to)


def unit_by_unit(tiers: tuple[Tier, ...], quantity: int) -> Iterator[Fraction]:
    """Charge every unit on its own and each flat fee when its tier is first met."""
    met: set[int] = set()
    for unit in range(1, max(quantity, 1) + 1):
        tier = tier_of(tiers, unit)
        if unit <= quantity:
            yield Fraction(tiers[tier].unit_amount or 0)
        if tier not in met:
            met.add(tier)
            yield Fraction(tiers[tier].flat_amount or 0)


@given(tier_tables(), st.integers(min_value=0, max_value=60))
def test_graduated_tiers_charge_each_unit_where_it_falls(tiers: tuple[Tier, ...], quantity: int) -> None:
    """Counting unit by unit gives the same exact price, and rounding costs at most half a minor unit a line."""
    price = Rate("usd", tiers=tiers, tiers_mode="graduated")
    exact = sum(unit_by_unit(tiers, quantity), Fraction(0))
    assert total(price, Decimal(quantity)) == exact
    made = charges(price, Decimal(quantity))
    assert abs(sum(charge.amount for charge in made) - exact) <= Fraction(len(made), 2)
    assert sum(charge.quantity for charge in made) == quantity


@given(tier_tables(), st.integers(min_value=0, max_value=60))
def test_volume_tiers_charge_all_units_alike(tiers: tuple[Tier, ...], quantity: int) -> None:
    """All units cost what the last of them costs, plus that tier's flat fee once."""
    price = Rate("usd", tiers=tiers, tiers_mode="volume")
    tier = tiers[tier_of(tiers, max(quantity, 1))]
    exact = quantity * Fraction(tier.unit_amount or 0) + Fraction(tier.flat_amount or 0)
    assert total(price, Decimal(quantity)) == exact
    made = charges(price, Decimal(quantity))
    assert sum(charge.quantity for charge in made) == quantity
    assert {charge.tier for charge in made} == {tiers.index(tier) + 1}
