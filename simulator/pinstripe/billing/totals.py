"""What an invoice asks for once the customer's balance is counted.

Balances follow Stripe's sign: negative is credit the customer holds, positive is debt the customer owes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinstripe.billing.money import MINIMUM_CHARGE


@dataclass(frozen=True, slots=True)
class Totals:
    """The money fields of a finalized invoice, and the two entries its customer's ledger gets. All in minor units."""

    total: int
    """The lines after discounts and taxes; negative when credits exceed charges."""
    starting_balance: int
    """The customer's balance before."""
    ending_balance: int
    """The customer's balance after."""
    amount_due: int
    """What a payment is asked for; 0 makes the invoice paid at once."""
    applied_to_invoice: int
    """Amount of the `applied_to_invoice` ledger entry: positive uses up credit, negative stores it. 0 for none."""
    invoice_too_small: int
    """Amount of the `invoice_too_small` ledger entry: a due amount put off to the next invoice. 0 for none."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One line of an invoice after its discounts, billing credits and taxes. All in minor units."""

    amount: int
    own_discount: int = 0
    """What discounts on this line alone take off."""
    discount: int = 0
    """What discounts on the whole invoice take off it."""
    credit: int = 0
    """What billing credits pay of it before tax."""
    inclusive_tax: int = 0
    """The tax inside what is left."""
    exclusive_tax: int = 0
    """The tax on top of it."""
    removed_tax: int = 0
    """Inclusive tax that is not asked of a customer who owes none."""
    subtotal_tax: int = 0
    """The tax inside the amount as the subtotal counts it, before discounts on the whole invoice."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of an invoice's lines, by the names of its members."""

    subtotal: int
    subtotal_excluding_tax: int
    total: int
    total_excluding_tax: int


def add_up(lines: Iterable[Worth]) -> Sums:
    """Add the lines up.

    * subtotal: the lines less their own discounts. [recorded: 1900 with 950 off the line -> 950]
    * subtotal_excluding_tax: the same less the tax inside. [documented]
    * total: the subtotal less discounts on the invoice and billing credits, plus the tax on top; less inclusive tax
      that is not asked for. [documented]
    * total_excluding_tax: the total less all tax. [documented]
    """
    rows = list(lines)
    subtotal = sum(row.amount - row.own_discount for row in rows)
    taken = sum(row.discount + row.credit + row.removed_tax for row in rows)
    on_top = sum(row.exclusive_tax for row in rows)
    total = subtotal - taken + on_top
    return Sums(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal - sum(row.subtotal_tax for row in rows),
        total=total,
        total_excluding_tax=total - on_top - sum(row.inclusive_tax for row in rows),
    )


def settle(total: int, balance: int, currency: str) -> Totals:
    """Settle an invoice against its customer's balance, as finalization does.

    * The whole balance meets the total: credit lowers what is due, debt raises it. [documented]
    * If the sum is negative nothing is due and the rest is the customer's credit; a negative total on an empty balance
      leaves exactly itself. [recorded: total -334 -> due 0, ending balance -334, one `applied_to_invoice` of -334]
    * If the sum is positive but below the currency's minimum charge, nothing is due either: the sum goes back to the
      balance as debt, and the invoice is paid without an attempt. [recorded: totals of 1 and of 4 -> due 0, ending
      balances 1 and 4; the two separate ledger entries inferred]
    * Otherwise the sum is due and the balance ends at 0.

    Always: ending = starting + applied_to_invoice + invoice_too_small, and total = amount_due + (ending - starting).
    """
    reckoned = total + balance
    if reckoned <= 0:
        due, left, too_small = 0, reckoned, 0
    elif reckoned < MINIMUM_CHARGE.get(currency.lower(), 0):
        due, left, too_small = 0, 0, reckoned
    else:
        due, left, too_small = reckoned, 0, 0
    return Totals(
        total=total,
        starting_balance=balance,
        ending_balance=left + too_small,
        amount_due=due,
        applied_to_invoice=left - balance,
        invoice_too_small=too_small,
    )
