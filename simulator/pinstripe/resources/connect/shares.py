"""What requests say of how a payment is shared: a destination, the platform's fee, for whom it is made."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import format_money
from pinstripe.resources import refusals
from pinstripe.resources.connect import destinations
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction

FEE = "application_fee_amount"


def of_payment(
    tx: Transaction, params: Params, *, amount: int | None = None, currency: str = "", group_of: str = ""
) -> dict[str, Any]:
    """The members of a new payment; `amount` is null where it is not known yet, and nothing is held against it.

    A payment with a destination is in a group of its own unless one is named. [second-hand; inferred: from the
    beginning]
    """
    data = transfer_data(tx, params, amount, currency)
    group = params.get("transfer_group")
    if group is None and data is not None and group_of:
        group = f"group_{group_of}"
    return {
        FEE: fee(tx, params, data),
        "on_behalf_of": destinations.merchant(tx, params),
        "transfer_data": data,
        "transfer_group": group,
    }


def of_charge(tx: Transaction, params: Params, amount: int, currency: str) -> dict[str, Any]:
    """The members of a new charge, which has older words too: `destination` and `application_fee`. [documented]"""
    data = _destination(tx, params) or transfer_data(tx, params, amount, currency)
    key = "application_fee" if "application_fee" in params else FEE
    asked = fee(tx, params, data, key)
    _within(asked, amount, currency)
    return {
        FEE: asked,
        "on_behalf_of": destinations.merchant(tx, params),
        "transfer_data": data,
        "transfer_group": params.get("transfer_group"),
    }


def _destination(tx: Transaction, params: Params) -> dict[str, Any] | None:
    """The older word for `transfer_data`: an account, or an account with an amount."""
    value = params.peek("destination")
    if value is None:
        params.get("destination")
        return None
    if isinstance(value, Mapping):
        given = params.hash("destination")
        return {"destination": destinations.receiver(tx, given, "account"), **given.pick("amount")}
    return {"destination": destinations.receiver(tx, params)}


def transfer_data(
    tx: Transaction, params: Params, amount: int | None = None, currency: str = ""
) -> dict[str, Any] | None:
    """Where the money goes on to, and how much of it."""
    if params.peek("transfer_data") is None:
        params.get("transfer_data")
        return None
    given = params.hash("transfer_data")
    data = {"destination": destinations.receiver(tx, given), **_share(given, amount, currency)}
    if params.peek(FEE) is not None and "amount" in data:
        raise errors.only_one_parameter([params.name(FEE), given.name("amount")], params.name(FEE))
    return data


def _share(given: Params, amount: int | None, currency: str) -> dict[str, Any]:
    """How much of a payment goes on, at least 1 and at most all, and what is said of it."""
    said = given.pick("amount", "description", "metadata")
    if "payment_data" in given:
        said["payment_data"] = given.hash("payment_data").pick("description", "metadata")
    share = said.get("amount")
    if share is not None and share < 1:
        raise errors.too_small(given.name("amount"), 1)
    if share is not None and amount is not None and share > amount:
        raise refusals.share_too_large(_money(share, currency), _money(amount, currency), given.name("amount"))
    return said


def fee(tx: Transaction, params: Params, data: Mapping[str, Any] | None, key: str = FEE) -> int | None:
    """The platform's fee, of a payment in a connected account or with a destination. [second-hand]"""
    amount: int | None = params.get(key)
    if amount is None:
        return None
    if amount < 0:
        raise errors.too_small(params.name(key), 0)
    if data is None and tx.world.kin(None) is None:
        raise refusals.fee_without_direction(key, params.name(key))
    return amount


def require_fit(tx: Transaction, params: Params, asked: float | None, data: Mapping[str, Any] | None) -> None:
    """Refuse a fee beside a share, or of what goes nowhere, where one of them was said earlier than the other.

    [documented: that they exclude each other; inferred: across requests, by the sentences of a single one]
    """
    if asked is None:
        return
    if data is None and tx.world.kin(None) is None:
        raise refusals.fee_without_direction(FEE, params.name("transfer_data"))
    part = next((name for name in ("amount", "amount_percent") if (data or {}).get(name) is not None), None)
    if part is not None:
        raise errors.only_one_parameter([params.name(FEE), params.name(f"transfer_data[{part}]")], params.name(FEE))


def _within(asked: int | None, amount: int, currency: str) -> None:
    """The fee of a charge is part of it. [documented] That of an intent is capped instead. [documented]"""
    if asked is not None and asked > amount:
        raise refusals.fee_too_large(_money(asked, currency), _money(amount, currency), FEE)


def _money(amount: int, currency: str) -> str:
    return format_money(Decimal(amount), currency)


def changed(tx: Transaction, params: Params, before: Object, amount: int) -> dict[str, Any]:
    """What an update or a capture makes of a payment's terms; the destination stays. [documented]"""
    changes: dict[str, Any] = {}
    data = before.get("transfer_data")
    if "transfer_data" in params:
        given = params.hash("transfer_data")
        if data is None and given:
            raise refusals.destination_fixed(params.name("transfer_data"))
        data = changes["transfer_data"] = {**(data or {}), **_share(given, amount, before["currency"])} or None
    if FEE in params:
        if params.peek(FEE) is not None and (data or {}).get("amount") is not None:
            raise errors.only_one_parameter([params.name(FEE), "transfer_data[amount]"], params.name(FEE))
        changes[FEE] = fee(tx, params, data, FEE)
    if "transfer_group" in params:
        changes["transfer_group"] = params.get("transfer_group")
    return changes


def of_capture(tx: Transaction, params: Params, charge: Object, amount: int) -> dict[str, Any]:
    """What the capture of a charge makes of its terms; `application_fee` is the older word. [documented]"""
    known = Object({**charge, "transfer_data": charge.get("_transfer_data")})
    changes = changed(tx, params, known, amount)
    if "application_fee" in params:
        changes[FEE] = fee(tx, params, known["transfer_data"], "application_fee")
    _within(changes.get(FEE), charge["amount"], charge["currency"])
    if "transfer_group" in changes and charge["transfer_group"] not in (None, changes["transfer_group"]):
        raise refusals.group_fixed()
    return changes
