"""Application fees: what a platform earns of payments in its connected accounts, and gives back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pinstripe.resources import refusals
from pinstripe.resources.connect import neighbours
from pinstripe.resources.payments import balance
from pinstripe.world import Object, Transaction, World


def collect(
    above: Transaction,
    account: str,
    charge: Object,
    amount: int,
    *,
    available_on: int | None,
    originating: str | None = None,
) -> Object:
    """The platform's fee of a connected account's payment, which bears it. [second-hand]

    It is available when the payment is, and told of by the platform once all else is told. [second-hand]
    """
    fee = above.new(
        "application_fee",
        {
            "account": account,
            "amount": amount,
            "amount_refunded": 0,
            "application": neighbours.application_of(above.world),
            "charge": charge.id,
            "created": above.now(),
            "currency": charge["currency"],
            "fee_source": {"charge": charge.id, "type": "charge"},
            "livemode": False,
            "originating_transaction": originating,
            "refunded": False,
        },
    )
    earned = balance.enter(
        above,
        fee,
        amount,
        "application_fee",
        at_once=available_on is None,
        available_on=available_on,
        category="platform_earning",
        description=f"Application fee from application {neighbours.NAME} for {account}",
    )
    fee = above.put(fee, balance_transaction=earned.id)
    above.then(partial(_tell, above.world, fee, above.request, above.now()))
    return fee


def _tell(world: World, fee: Object, request: Mapping[str, object] | None, at: int) -> None:
    """Tell of a new fee, at the moment (unix seconds) of the request or the tick that has made it."""
    tx = world.transaction(request)
    tx.moments = {None: at}
    tx.emit("application_fee.created", fee)
    tx.commit()


def left_of(fee: Object) -> int:
    """What the platform still has of a fee."""
    return int(fee["amount"] - fee["amount_refunded"])


def give_back(above: Transaction, fee: Object, amount: int, metadata: Mapping[str, str] | None = None) -> Object:
    """Refund so much of a fee to the account that bore it, and tell of it; the caller has seen to what is left.

    [documented: where the money goes; inferred: that it is an adjustment there, and that nothing waits]
    """
    there = neighbours.connected(above, fee["account"])
    if there is None:
        raise refusals.account_not_connected(fee["account"])
    refund = above.new(
        "fee_refund",
        {
            "amount": amount,
            "created": above.now(),
            "currency": fee["currency"],
            "fee": fee.id,
            "metadata": dict(metadata or {}),
        },
    )
    moved = balance.enter(
        above,
        refund,
        -amount,
        "application_fee_refund",
        at_once=True,
        category="platform_earning_refund",
        description=f"Application fee refund for {fee['account']}",
    )
    refund = above.put(refund, balance_transaction=moved.id)
    balance.enter(
        there,
        there.read("charge", fee["charge"]),
        amount,
        "adjustment",
        at_once=True,
        category="fee",
        description=f"Refund of application fee {fee.id}",
    )
    returned = fee["amount_refunded"] + amount
    after = above.put(fee, amount_refunded=returned, refunded=returned == fee["amount"])
    above.emit("application_fee.refunded", after)
    return refund
