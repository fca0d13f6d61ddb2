"""Who may be paid: accounts that are connected to the platform and can do what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction

RECEIVING = ("transfers", "crypto_transfers", "legacy_payments")
"""The capabilities of which a destination needs one. [second-hand]"""
CHARGING = ("card_payments", "legacy_payments")
"""The capabilities of which an account needs one that payments are made on behalf of. [inferred: the second]"""

IN_V2: Mapping[tuple[str, ...], tuple[str, ...]] = {
    RECEIVING: ("recipient", "stripe_balance", "stripe_transfers"),
    CHARGING: ("merchant", "card_payments"),
}
"""The same of accounts that API v2 made: the configuration, and its capability. [second-hand: the first]"""


def receiver(tx: Transaction, params: Params, key: str = "destination") -> str:
    """The account that a parameter names to be paid. [recorded: that it must exist; second-hand: the rest]

    A standard account asks for no capabilities, and is paid without: so does `stripe trigger transfer.created` it.
    [second-hand]
    """
    id_ = _existing(tx, params, key, "destination")
    if not _is_standard(tx, id_) and not _can(tx, id_, RECEIVING):
        raise refusals.destination_cannot_receive(RECEIVING)
    return id_


def merchant(tx: Transaction, params: Params, key: str = "on_behalf_of") -> str | None:
    """The account that a payment is made on behalf of; an empty value means nobody."""
    if params.peek(key) is None:
        params.get(key)
        return None
    id_ = _existing(tx, params, key, "on_behalf_of")
    if not _can(tx, id_, CHARGING):
        raise refusals.merchant_cannot_charge(id_, params.name(key))
    return id_


def issuer(tx: Transaction, params: Params) -> dict[str, str]:
    """Whose name an invoice bears: the account's own, or that of a connected one. [documented]"""
    if params.get("type", "self") == "self":
        return {"type": "self"}
    if "account" not in params:
        raise errors.missing_parameter(params.name("account"))
    return {"account": _existing(tx, params, "account", "account"), "type": "account"}


def _existing(tx: Transaction, params: Params, key: str, noun: str) -> str:
    """An account that the platform is connected to."""
    id_ = str(params.get(key))
    if id_ == tx.world.seed.account_id:
        raise refusals.own_account(key, params.name(key))
    if tx.world.kin(id_) is None:
        raise errors.no_such(noun, id_, param=params.name(key))
    return id_


def _is_standard(tx: Transaction, id_: str) -> bool:
    """Whether an account is standard and nobody has asked for capabilities of its own."""
    account = tx.get("account", id_)
    return account is not None and account["type"] == "standard" and not account["capabilities"]


def _can(tx: Transaction, id_: str, capabilities: tuple[str, ...]) -> bool:
    """Whether an account has one of these capabilities; one that no object stands for may do everything.

    In test mode an account with Stripe's own dashboard need not have been onboarded. [documented: that test mode
    enforces less; second-hand: `stripe trigger transfer.created` pays such an account, and express accounts whose
    capability is inactive are refused; inferred: where the line is]
    """
    account = tx.get("account", id_)
    if account is None:
        other = tx.get("v2.core.account", id_)
        return other is None or _can_in_v2(other, *IN_V2[capabilities])
    if account["controller"]["stripe_dashboard"]["type"] == "full":
        return True
    return any(account["capabilities"].get(name) == "active" for name in capabilities)


def _can_in_v2(account: Object, configuration: str, *path: str) -> bool:
    """The same of an account that API v2 made, whose capabilities lie in hashes."""
    held: Any = (account["configuration"].get(configuration) or {}).get("capabilities")
    for name in path:
        held = (held or {}).get(name)
    return held is not None and bool(held["status"] == "active")
