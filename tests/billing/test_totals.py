"""What is due once the customer's balance is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.billing.money import MINIMUM_CHARGE
from pinstripe.billing.totals import Totals, Worth, add_up, settle

AMOUNTS = st.integers(min_value=-(10**9), max_value=10**9)

SETTLED = [
    # total, balance, currency -> due, ending balance, applied_to_invoice, invoice_too_small
    (2500, 0, "usd", (2500, 0, 0, 0)),
    (0, 0, "usd", (0, 0, 0, 0)),
    (-334, 0, "usd", (0, -334, -334, 0)),  # recorded
    (1, 0, "usd", (0, 1, 0, 1)),  # recorded
    (4, 0, "usd", (0, 4, 0, 4)),  # recorded
    (49, 0, "usd", (0, 49, 0, 49)),
    (50, 0, "usd", (50, 0, 0, 0)),
    (2500, -1000, "usd", (1500, 0, 1000, 0)),  # credit used up
    (2500, -2500, "usd", (0, 0, 2500, 0)),
    (2500, -4000, "usd", (0, -1500, 2500, 0)),  # credit left over
    (2500, -2480, "usd", (0, 20, 2480, 20)),  # 20 left to pay is too little
    (2500, 300, "usd", (2800, 0, -300, 0)),  # debt collected
    (30, 20, "usd", (50, 0, -20, 0)),  # together enough
    (10, 20, "usd", (0, 30, -20, 30)),  # together too little
    (-500, 300, "usd", (0, -200, -500, 0)),
    (-500, 800, "usd", (300, 0, -800, 0)),
    (-500, -100, "usd", (0, -600, -500, 0)),
    (0, -100, "usd", (0, -100, 0, 0)),  # nothing to pay, credit untouched
    (49, 0, "JPY", (0, 49, 0, 49)),
    (29, 0, "gbp", (0, 29, 0, 29)),
    (30, 0, "gbp", (30, 0, 0, 0)),
    (1, 0, "xof", (1, 0, 0, 0)),  # no minimum of its own
]


@pytest.mark.parametrize("total, balance, currency, expected", SETTLED)
def test_an_invoice_is_settled(total: int, balance: int, currency: str, expected: tuple[int, int, int, int]) -> None:
    """Credit lowers what is due, debt raises it, and what cannot be charged goes to the balance."""
    made = settle(total, balance, currency)
    assert (made.amount_due, made.ending_balance, made.applied_to_invoice, made.invoice_too_small) == expected


def test_discount_and_tax_stand_between_subtotal_and_total() -> None:
    """The lines make the subtotal; discount and exclusive tax make the total of it."""
    sums = add_up([Worth(2000, discount=250, exclusive_tax=450), Worth(500)])
    assert (sums.subtotal, sums.total) == (2500, 2700)  # 2500 - 250 + 450
    assert settle(sums.total, -100, "usd") == Totals(
        total=2700,
        starting_balance=-100,
        ending_balance=0,
        amount_due=2600,
        applied_to_invoice=100,
        invoice_too_small=0,
    )


@given(AMOUNTS, AMOUNTS, st.sampled_from([*MINIMUM_CHARGE, "xof"]))
def test_no_money_is_made_or_lost(total: int, balance: int, currency: str) -> None:
    """What is owed before is due now or on the balance afterwards, and the ledger explains the difference."""
    made = settle(total, balance, currency)
    assert made.total + made.starting_balance == made.amount_due + made.ending_balance
    assert made.ending_balance - made.starting_balance == made.applied_to_invoice + made.invoice_too_small


@given(AMOUNTS, AMOUNTS, st.sampled_from([*MINIMUM_CHARGE, "xof"]))
def test_what_is_due_can_be_charged(total: int, balance: int, currency: str) -> None:
    """An amount due is nothing or enough for the card networks, and never leaves a balance behind."""
    made = settle(total, balance, currency)
    assert made.amount_due == 0 or made.amount_due >= MINIMUM_CHARGE.get(currency, 1)
    assert made.amount_due == 0 or made.ending_balance == 0
