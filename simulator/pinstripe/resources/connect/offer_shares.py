"""How a quote or a payment link shares its money, once it is a payment, an invoice or a subscription."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import destinations, shares, subscription_shares
from pinstripe.resources.connect.subscription_shares import PERCENT
from pinstripe.resources.params import Params
from pinstripe.world import Transaction

NOTHING: Mapping[str, Any] = dict.fromkeys((shares.FEE, PERCENT, "on_behalf_of", "transfer_data"))
"""What an offer says of it unasked."""
ONCE = ((shares.FEE,), ("transfer_data", "amount"))
"""What is for things sold once. [documented]"""
AGAIN = ((PERCENT,), ("transfer_data", "amount_percent"))
"""What is for things that recur. [documented]"""


def said(tx: Transaction, params: Params, known: Mapping[str, Any], parts: tuple[str, ...]) -> dict[str, Any]:
    """What a request says of an offer's shares; `parts` are the members of its `transfer_data` besides the account."""
    members: dict[str, Any] = {}
    if "on_behalf_of" in params:
        members["on_behalf_of"] = destinations.merchant(tx, params)
    if "transfer_data" in params:
        members["transfer_data"] = _transfer_data(tx, params, parts)
    data = members.get("transfer_data", known.get("transfer_data"))
    if shares.FEE in params:
        members[shares.FEE] = shares.fee(tx, params, data)
    if PERCENT in params:
        said_of_all = subscription_shares.said(tx, Params({PERCENT: params.get(PERCENT)}), {"transfer_data": data})
        members[PERCENT] = said_of_all[PERCENT]
    after = {**known, **members}
    for fee, part in ((shares.FEE, "amount"), (PERCENT, "amount_percent")):
        if members and after.get(fee) is not None and data is None and tx.world.kin(None) is None:
            raise refusals.fee_without_direction(fee, "transfer_data")
        if members and after.get(fee) is not None and (data or {}).get(part) is not None:
            raise errors.only_one_parameter([fee, f"transfer_data[{part}]"], fee)
    return members


def _transfer_data(tx: Transaction, params: Params, parts: tuple[str, ...]) -> dict[str, Any] | None:
    if params.peek("transfer_data") is None:
        params.get("transfer_data")
        return None
    given = params.hash("transfer_data")
    return {"destination": destinations.receiver(tx, given), **{part: given.get(part) for part in parts}}


def require_fit(offer: Mapping[str, Any], *, recurs: bool) -> None:
    """Amounts are for what is sold once, percentages for what recurs. [documented; inferred: the sentence]"""
    for path in ONCE if recurs else AGAIN:
        value: Any = offer
        for name in path:
            value = (value or {}).get(name)
        if value is not None:
            param = path[0] if len(path) == 1 else f"{path[0]}[{path[1]}]"
            raise refusals.share_does_not_fit(param, recurs=recurs)


def of_sale(offer: Mapping[str, Any], *, recurs: bool) -> dict[str, Any]:
    """The same as the parameters of the payment or the subscription that an offer becomes."""
    fee, part = (PERCENT, "amount_percent") if recurs else (shares.FEE, "amount")
    data = offer.get("transfer_data")
    found: dict[str, Any] = {fee: offer.get(fee), "on_behalf_of": offer.get("on_behalf_of")}
    if data is not None:
        found["transfer_data"] = {"destination": data["destination"]}
        if data.get(part) is not None:
            found["transfer_data"][part] = data[part]
    return {name: value for name, value in found.items() if value is not None}


def of_invoice(offer: Mapping[str, Any]) -> dict[str, Any]:
    """The same as the members of the one invoice that an offer becomes."""
    sale = of_sale(offer, recurs=False)
    return {
        "on_behalf_of": offer.get("on_behalf_of"),
        "_application_fee_amount": sale.get(shares.FEE),
        "_transfer_data": sale.get("transfer_data"),
    }


def require_payable(tx: Transaction, params: Params) -> None:
    """Refuse terms of a session that its payment, subscription or setup could not have, in the session's own words."""
    for name, look in SALES.items():
        if params.peek(name):
            look(tx, Params(params.peek(name), name))


SALES: Mapping[str, Callable[[Transaction, Params], object]] = {
    "payment_intent_data": shares.of_payment,
    "setup_intent_data": destinations.merchant,
    "subscription_data": subscription_shares.said,
}
"""What a session hands on to what it makes, and who looks at how that is shared."""
