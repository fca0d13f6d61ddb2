"""`automatic_tax`: who wants it, what objects say of it, and what cannot go with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.taxes import places, rulings
from pinstripe.resources.taxes.places import Place
from pinstripe.world import Object, Transaction

OFF: Mapping[str, Any] = {
    "disabled_reason": None,
    "enabled": False,
    "liability": None,
    "provider": None,
    "status": None,
}
"""An invoice's, where nobody asked for it. [recorded]"""
ON: Mapping[str, Any] = {**OFF, "enabled": True, "liability": {"type": "self"}, "provider": "stripe"}
"""Where somebody did. [documented: SDK types; inferred: `self` liable unless said]"""
OF_SUBSCRIPTIONS = ("disabled_reason", "enabled", "liability")
OF_OFFERS = ("enabled", "liability", "provider", "status")
"""What of it quotes and Checkout Sessions have. [SDK types]"""
OF_LINKS = ("enabled", "liability")


def asked(tx: Transaction, params: Params, operation: str) -> bool | None:
    """Whether a request turns it on or off; None where it says nothing. It takes complete settings. [documented]"""
    if "automatic_tax" not in params:
        return None
    given = params.hash("automatic_tax")
    if given.hash("liability").get("type", "self") != "self":
        raise errors.unsupported_parameter(operation, given.name("liability"))
    enabled = bool(given.get("enabled", False))
    if enabled and rulings.settings(tx) is None:
        raise refusals.tax_not_set_up()
    return enabled


def member(enabled: bool, names: Sequence[str] = tuple(OFF)) -> dict[str, Any]:
    """The member as it begins, with what this kind of object has of it."""
    return {name: (ON if enabled else OFF)[name] for name in names}


def wants(obj: Mapping[str, Any]) -> bool:
    """Whether an object has it on."""
    return bool((obj.get("automatic_tax") or OFF)["enabled"])


def is_open(invoice: Mapping[str, Any]) -> bool:
    """Whether it is wanted and its last calculation came to nothing."""
    return wants(invoice) and invoice["automatic_tax"]["status"] != "complete"


def refuse_manual(obj: Mapping[str, Any]) -> None:
    """Manual rates and automatic tax exclude each other. [documented]"""
    if wants(obj) and obj.get("default_tax_rates"):
        raise refusals.manual_rates_with_automatic_tax("default_tax_rates")


def refuse_manual_items(obj: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> None:
    """The same for rates of a subscription's items."""
    if wants(obj) and any(item["tax_rates"] for item in items):
        raise refusals.manual_rates_with_automatic_tax("tax_rates")


def refuse_negative(invoice: Mapping[str, Any] | None, amount: int) -> None:
    """An amount below nothing cannot be put by hand on an invoice with automatic tax. [documented]"""
    if invoice is not None and amount < 0 and wants(invoice):
        raise refusals.negative_with_automatic_tax()


def require_place(tx: Transaction, customer: Mapping[str, Any], method: Object | None = None) -> Place:
    """Where a customer is taxed; 400 customer_tax_location_invalid where nobody can tell. [documented]"""
    place = places.of_customer(tx, customer, method)
    if place is None:
        raise refusals.tax_location_invalid()
    return place


def place_of(tx: Transaction, invoice: Mapping[str, Any], customer: Mapping[str, Any]) -> Place | None:
    """Where an invoice is taxed: the customer's place, or that of the method it or its subscription is paid by."""
    id_, subscription = invoice.get("default_payment_method"), invoice.get("_subscription")
    if id_ is None and subscription is not None:
        id_ = tx.read("subscription", subscription)["default_payment_method"]
    return places.of_customer(tx, customer, None if id_ is None else tx.get("payment_method", id_))
