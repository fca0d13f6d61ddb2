"""What a refund fetches back beside the customer's money: the destination's share, and the platform's fee."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pinstripe.billing.money import round_half_up
from pinstripe.resources import refusals
from pinstripe.resources.connect import fees, neighbours, transfers
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction


@dataclass(frozen=True, slots=True)
class Back:
    """What is to come back: the transfer, the fee, or both."""

    transfer: bool = False
    fee: bool = False


NOTHING = Back()


def wanted(params: Params, charge: Object) -> Back:
    """What a request wants back of a charge, if that can be. [second-hand, documented]"""
    back = Back(bool(params.get("reverse_transfer")), bool(params.get("refund_application_fee")))
    if back.transfer and charge.get("transfer") is None:
        raise refusals.nothing_to_reverse(charge.id)
    if back.fee and charge.get("application_fee") is None:
        raise refusals.no_fee_to_refund(charge.id)
    if back.fee and not back.transfer and charge.get("transfer") is not None:
        raise refusals.fee_without_transfer()
    return back


def part(of: int, left: int, amount: int, whole: int, *, all_of_it: bool) -> int:
    """The part of a share that goes back with so much of the whole; all that is left with the last of it.

    [documented: in proportion; inferred: rounded to the nearest minor unit, halves up]
    """
    return left if all_of_it else min(left, round_half_up(Fraction(of * amount, whole)))


def take_back(tx: Transaction, refund: Object, charge: Object, back: Back) -> Object:
    """Fetch back what a refund of so much of a charge is to bring, and tell of it. The charge counts the refund."""
    whole, all_of_it = charge["amount_captured"], bool(charge["refunded"])
    if back.transfer:
        transfer = tx.read("transfer", charge["transfer"])
        left = transfers.left_of(transfer)
        amount = part(transfer["amount"], left, refund["amount"], whole, all_of_it=all_of_it)
        if amount:
            reversal = transfers.reverse(tx, transfer, amount, refund=refund.id)
            refund = tx.put(refund, transfer_reversal=reversal.id)
    if back.fee:
        above = tx if charge.get("transfer") is not None else neighbours.platform(tx)
        assert above is not None, f"{charge.id} bears a fee and belongs to no platform"
        fee = above.read("application_fee", charge["application_fee"])
        amount = part(fee["amount"], fees.left_of(fee), refund["amount"], whole, all_of_it=all_of_it)
        if amount:
            fees.give_back(above, fee, amount)
    return refund
