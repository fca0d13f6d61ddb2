"""How the money of an invoice is shared: what it says itself, or what its subscription says of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing.money import round_half_up
from pinstripe.resources.connect import destinations, shares
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction


def of_invoice(tx: Transaction, params: Params, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a request says of one invoice. What it shares shows on its payment only. [documented: since basil]"""
    changes: dict[str, Any] = {}
    known: Mapping[str, Any] = before or {}
    if "on_behalf_of" in params:
        changes["on_behalf_of"] = destinations.merchant(tx, params)
    if "issuer" in params:
        changes["issuer"] = destinations.issuer(tx, params.hash("issuer"))
    if "transfer_data" in params or shares.FEE in params:
        data = shares.transfer_data(tx, params) if "transfer_data" in params else known.get("_transfer_data")
        fee = shares.fee(tx, params, data) if shares.FEE in params else known.get("_application_fee_amount")
        percent = known.get("_application_fee_percent")
        shares.require_fit(tx, params, percent if fee is None else fee, data)
        changes |= {"_application_fee_amount": fee, "_transfer_data": data}
    return changes


def of_draft(subscription: Object | None) -> dict[str, Any]:
    """What a new invoice has from its subscription. [second-hand: issuer and on_behalf_of; documented]"""
    if subscription is None:
        return {}
    return {
        "issuer": (subscription.get("invoice_settings") or {}).get("issuer") or {"type": "self"},
        "on_behalf_of": subscription.get("on_behalf_of"),
        "_application_fee_percent": subscription.get("application_fee_percent"),
        "_transfer_data": subscription.get("transfer_data"),
    }


def fee_of(invoice: Mapping[str, Any], amount: int) -> int | None:
    """The platform's fee of what is asked for. [second-hand: 15 % of 3000 is 450; inferred: halves up]

    It is reckoned from what is to be paid, after discounts and balances, so that it never exceeds that. [inferred]
    """
    percent = invoice.get("_application_fee_percent")
    fee: int | None = invoice.get("_application_fee_amount")
    return fee if percent is None or fee is not None else _part(percent, amount)


def shared_data(invoice: Mapping[str, Any], amount: int) -> dict[str, Any] | None:
    """Where what is paid goes on to, and how much of it where that is not all. [documented; inferred: halves up]"""
    data = invoice.get("_transfer_data")
    if data is None:
        return None
    share = data.get("amount")
    if data.get("amount_percent") is not None:
        share = _part(data["amount_percent"], amount)
    return {"destination": data["destination"], **({} if share is None else {"amount": min(share, amount)})}


def of_intent(invoice: Mapping[str, Any], amount: int, id_: str) -> dict[str, Any]:
    """What the payment of an invoice says of how it is shared. [second-hand: all members]"""
    data = shared_data(invoice, amount)
    return {
        shares.FEE: fee_of(invoice, amount),
        "on_behalf_of": invoice.get("on_behalf_of"),
        "transfer_data": data,
        **({} if data is None else {"transfer_group": f"group_{id_}"}),
    }


def _part(percent: float, amount: int) -> int:
    return round_half_up(Fraction(Decimal(str(percent))) * amount / 100)
