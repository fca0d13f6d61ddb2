"""Requests about transfers, their reversals, and refunds of application fees."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from pinstripe import errors
from pinstripe.billing.money import format_money, round_half_up
from pinstripe.resources import refusals
from pinstripe.resources.connect import destinations, fees, neighbours, transfers
from pinstripe.resources.connect.transfers import Sending
from pinstripe.resources.payments import amounts, balance, charging
from pinstripe.resources.resource import Answer, Call, Handler, addressed, merged_metadata, named
from pinstripe.world import Object, Transaction


def transfer(call: Call) -> Answer:
    """POST /v1/transfers: from the balance, or out of a charge before its money is available. [documented]"""
    tx, params = call.tx, call.params
    currency = amounts.currency(params.get("currency"))
    to = destinations.receiver(tx, params)
    source = params.get("source_transaction")
    charge = None if source is None else charging.caught_up(tx, named(tx, "charge", source, "source_transaction"))
    amount = params.get("amount")
    if charge is not None:
        amount = _out_of(tx, charge, amount, currency)
    elif amount is None:
        raise errors.missing_parameter("amount")
    if amount < 1:
        raise errors.too_small("amount", 1)
    if charge is None and balance.available(tx, currency) < amount:
        raise refusals.transfer_not_covered()
    there = neighbours.connected(tx, to)
    assert there is not None, "a receiver has been looked for"
    group = params.get("transfer_group")
    if group is None and charge is not None:
        group = charge["transfer_group"] or f"group_{charge.id}"
    members = {
        **params.pick("description"),
        "metadata": merged_metadata({}, params),
        "source_transaction": source,
        "source_type": params.get("source_type", "card"),
        "transfer_group": group,
    }
    ready = None if charge is None else _ready(tx, charge)
    sent, payment = transfers.send(tx, there, Sending(amount, currency, to, ready, members=members))
    there.emit("payment.created", payment)
    return sent


def _out_of(tx: Transaction, charge: Object, amount: int | None, currency: str) -> int:
    """What is taken out of a charge: at most what others have left of it, and all of it unless said. [second-hand]"""
    if charge["balance_transaction"] is None or not charge["paid"]:
        raise refusals.source_not_paid(charge.id)
    if charge["currency"] != currency:
        raise refusals.source_in_other_currency(charge["currency"])
    most = charge["amount_captured"]
    already = sum(row["amount"] for row in tx.find("transfer", "source_transaction", charge.id))
    wanted = most if amount is None else amount
    if already + wanted > most:
        raise refusals.source_used_up(_money(most, currency), _money(already, currency) if already else None)
    return wanted


def _ready(tx: Transaction, charge: Object) -> int | None:
    """When the money of a charge can be spent; null once it can."""
    on = tx.read("balance_transaction", charge["balance_transaction"])["available_on"]
    return int(on) if on > tx.now() else None


def reverse(call: Call) -> Answer:
    """POST /v1/transfers/{id}/reversals: all that is left unless less is asked for. [documented]

    Of a transfer that came of no charge, the other account must have so much. [documented]
    """
    tx, params = call.tx, call.params
    sent = addressed(call, "transfer")
    left = transfers.left_of(sent)
    if left == 0:
        raise refusals.transfer_already_reversed(sent.id)
    amount = params.get("amount", left)
    if amount < 1:
        raise errors.too_small("amount", 1)
    if amount > left:
        raise refusals.reversal_too_large(amount, left, sent["currency"])
    there = neighbours.connected(tx, sent["destination"])
    covered = there is None or balance.available(there, sent["currency"]) >= amount
    if sent["source_transaction"] is None and not covered:
        raise refusals.reversal_not_covered()
    back = _fee_of(tx, sent) if params.get("refund_application_fee") else None
    said = {"metadata": merged_metadata({}, params), "description": params.get("description")}
    reversal = transfers.reverse(tx, sent, amount, **said)
    if back is not None:
        rest = fees.left_of(back)
        share = round_half_up(Fraction(back["amount"] * amount, sent["amount"]))
        share = rest if amount == left else min(rest, share)
        if share:
            fees.give_back(tx, back, share)
    return reversal


def _fee_of(tx: Transaction, sent: Object) -> Object:
    """The fee that the platform took of what a transfer brought."""
    charge = tx.get("charge", sent["source_transaction"] or "")
    if charge is None or charge.get("transfer") != sent.id or charge.get("application_fee") is None:
        raise refusals.no_fee_to_refund(sent["destination_payment"])
    return tx.read("application_fee", charge["application_fee"])


def refund_fee(call: Call) -> Answer:
    """POST /v1/application_fees/{id}/refunds: all that is left unless less is asked for. [documented]"""
    fee = addressed(call, "application_fee")
    left = fees.left_of(fee)
    amount = call.params.get("amount", left)
    if amount < 1 and left:
        raise errors.too_small("amount", 1)
    if amount > left or not left:
        raise refusals.fee_refund_too_large(
            _money(amount or fee["amount"], fee["currency"]), _money(left, fee["currency"])
        )
    return fees.give_back(call.tx, fee, amount, merged_metadata({}, call.params))


def _money(amount: int, currency: str) -> str:
    return format_money(Decimal(amount), currency)


TRANSFERS: Mapping[str, Handler] = {"POST /v1/transfers": transfer}
REVERSALS: Mapping[str, Handler] = {"POST /v1/transfers/{id}/reversals": reverse}
FEE_REFUNDS: Mapping[str, Handler] = {"POST /v1/application_fees/{id}/refunds": refund_fee}
