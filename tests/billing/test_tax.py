"""Tax on an amount, and tax inside it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.tax import Rate, Tax, Taxed, tax

RATES = st.lists(
    st.builds(
        Rate,
        st.uuids().map(str),
        st.decimals(min_value=0, max_value=100, places=4),
        st.booleans(),
    ),
    max_size=5,
)
AMOUNTS = st.integers(min_value=-(10**8), max_value=10**8)


def test_no_rate_makes_no_tax() -> None:
    """Not even one of nothing."""
    assert tax(1000, []) == Taxed()


def test_a_negative_amount_is_taxed_like_a_positive_one() -> None:
    """20 % of -333 are -66.6; 19 % inside -119 are -19."""
    assert tax(-333, [Rate("a", Decimal(20))]).taxes == (Tax("a", -67, inclusive=False, taxable=-333),)
    assert tax(-119, [Rate("a", Decimal(19), inclusive=True)]).taxes == (Tax("a", -19, inclusive=True, taxable=-100),)


@given(AMOUNTS, RATES)
def test_inclusive_tax_and_the_net_amount_are_the_amount(amount: int, rates: list[Rate]) -> None:
    """What is taxed is what is left without the tax inside, for every rate alike."""
    taxed = tax(amount, rates)
    assert {one.taxable for one in taxed.taxes} <= {amount - taxed.inclusive}
    assert taxed.removed == 0


@given(AMOUNTS, RATES)
def test_who_is_exempt_pays_the_net_amount(amount: int, rates: list[Rate]) -> None:
    """No tax of any kind, and the amount loses exactly what was inside."""
    taxed, usual = tax(amount, rates, exempt=True), tax(amount, rates)
    assert (taxed.inclusive, taxed.exclusive) == (0, 0)
    assert taxed.removed == usual.inclusive
