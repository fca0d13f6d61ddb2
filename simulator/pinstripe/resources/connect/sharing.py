"""What becomes of a payment's money once it is there: the destination's share, and the platform's fee.

A direct charge lies in the connected account and bears the fee itself. A destination charge lies with the platform,
which sends all of it on, or the share it was told, as a transfer; the payment that this is on the other side bears
the fee. Stripe's own fee is borne where the charge lies. [documented]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.connect import fees, neighbours, transfers
from pinstripe.resources.connect.transfers import Sending
from pinstripe.world import Object, Transaction

MEMBERS = ("application_fee_amount", "on_behalf_of")


def on_charge(asked: Mapping[str, Any], charge: str) -> dict[str, Any]:
    """What a charge says of how it is shared, as its intent or its request does."""
    data = asked.get("transfer_data")
    said: dict[str, Any] = {name: asked.get(name) for name in MEMBERS}
    if data is None:
        return said
    return {
        **said,
        "destination": data["destination"],
        "transfer_data": {"amount": data.get("amount"), "destination": data["destination"]},
        "transfer_group": asked.get("transfer_group") or f"group_{charge}",
        "_transfer_data": data,
    }


def recast(tx: Transaction, charge: Object, anew: Mapping[str, Any]) -> Object:
    """A charge on terms that have changed before its money was taken."""
    if not anew:
        return charge
    kept = {**charge, "transfer_data": charge.get("_transfer_data"), **anew}
    return tx.put(charge, **{"transfer_group": kept["transfer_group"], **on_charge(kept, charge.id)})


def is_shared(charge: Mapping[str, Any]) -> bool:
    """Whether anybody else has a part in a charge."""
    return bool(charge.get("transfer_data") or charge.get("application_fee_amount"))


def own_fee(tx: Transaction, charge: Object, amount: int) -> Mapping[str, Any] | None:
    """The application fee among the costs of a direct charge, at most what was captured. [documented]"""
    fee = _fee(charge, amount)
    if not fee or charge.get("transfer_data") is not None or tx.world.kin(None) is None:
        return None
    return neighbours.fee_row(tx.world, fee, charge["currency"])


def _fee(charge: Object, amount: int) -> int:
    return min(charge.get("application_fee_amount") or 0, amount)


def share(tx: Transaction, charge: Object, money: Object) -> Object:
    """Send on what others are to have of a charge whose money has been booked, and tell of it.

    The transfer is told of before the payment. [second-hand] Where the destination is no longer connected, all of it
    stays with the platform. [inferred]
    """
    if not is_shared(charge):
        return charge
    amount = charge["amount_captured"]
    fee = _fee(charge, amount)
    available_on = None if money["status"] == "available" else money["available_on"]
    data = charge.get("_transfer_data")
    if data is None:
        above = neighbours.platform(tx)
        if above is None or not fee:
            return charge
        made = fees.collect(above, tx.world.seed.account_id, charge, fee, available_on=available_on)
        return tx.put(charge, application_fee=made.id)
    there = neighbours.connected(tx, data["destination"])
    if there is None:
        return charge
    said = data.get("payment_data") or {}
    told = {name: data[name] for name in ("description", "metadata") if data.get(name) is not None}
    sending = Sending(
        amount=min(data.get("amount") or amount, amount),
        currency=charge["currency"],
        destination=data["destination"],
        available_on=available_on,
        fee=fee,
        members={"source_transaction": charge.id, "transfer_group": charge["transfer_group"], **told},
        payment=dict(said),
    )
    transfer, payment = transfers.send(tx, there, sending)
    shared = {"transfer": transfer.id}
    if fee:
        made = fees.collect(tx, data["destination"], payment, fee, available_on=available_on, originating=charge.id)
        payment = there.put(payment, application_fee=made.id)
        shared["application_fee"] = made.id
    there.emit("payment.created", payment)
    return tx.put(charge, **shared)
