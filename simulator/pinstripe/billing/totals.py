"""What an invoice asks for once the customer's balance is counted.

Balances follow Stripe's sign: negative is credit the customer holds, positive is debt the customer owes.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinstripe.billing.money import MINIMUM_CHARGE


@dataclass(frozen=True, slots=True)
class Totals:
    """The money fields of a finalized invoice, and the two entries its customer's ledger gets. All in minor units."""

    subtotal: int
    """The lines, before invoice-level discounts and exclusive taxes."""
    total: int
    """Subtotal minus discount plus tax; negative when credits exceed charges."""
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


def settle(lines_total: int, balance: int, currency: str, *, discount: int = 0, tax: int = 0) -> Totals:
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
    total = lines_total - discount + tax
    reckoned = total + balance
    if reckoned <= 0:
        due, left, too_small = 0, reckoned, 0
    elif reckoned < MINIMUM_CHARGE.get(currency.lower(), 0):
        due, left, too_small = 0, 0, reckoned
    else:
        due, left, too_small = reckoned, 0, 0
    return Totals(
        subtotal=lines_total,
        total=total,
        starting_balance=balance,
        ending_balance=left + too_small,
        amount_due=due,
        applied_to_invoice=left - balance,
        invoice_too_small=too_small,
    )
