"""Cards and bank accounts as the older API knows them: sources of a customer.

A card of a customer is a payment method at the same time, under the same id. [documented] Both are kept, and what is
changed on one shows on the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import bank_accounts, card_data
from pinstripe.resources.resource import Resource
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe.world.kinds import by

BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "MasterCard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
"""The brands as cards call them. [recorded for Visa; others documented]"""

ADDRESS = {
    "address_city": "city",
    "address_country": "country",
    "address_line1": "line1",
    "address_line2": "line2",
    "address_state": "state",
    "address_zip": "postal_code",
}


def members(card: Mapping[str, Any], billing: Mapping[str, Any]) -> dict[str, Any]:
    """What a card says of itself, from the payment method it is. [recorded]"""
    checks = card["checks"]
    return {
        **{name: billing["address"][member] for name, member in ADDRESS.items()},
        "address_line1_check": checks["address_line1_check"],
        "address_zip_check": checks["address_postal_code_check"],
        "allow_redisplay": "unspecified",
        "brand": BRANDS[card["brand"]],
        "country": card["country"],
        "cvc_check": checks["cvc_check"],
        "dynamic_last4": None,
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "last4": card["last4"],
        "name": billing["name"],
        "regulated_status": card["regulated_status"],
        "tokenization_method": None,
    }


def billing_of(given: Params) -> dict[str, Any]:
    """The billing details that the parameters of a card say."""
    address = {member: given.get(name) for name, member in ADDRESS.items() if name in given}
    return {"name": given.get("name"), "address": {**card_address(), **address}}


def card_address() -> dict[str, Any]:
    """An address of which nothing is known."""
    return dict.fromkeys(ADDRESS.values())


def mirror(tx: Transaction, method: Object, metadata: Mapping[str, str] | None = None) -> Object:
    """The card of a payment method that has a card's id."""
    said = members(method["card"], method["billing_details"])
    known = tx.get("card", method.id)
    if known is not None:
        return tx.put(known, **said, customer=method["customer"], metadata=method["metadata"])
    return tx.new("card", {**said, "customer": method["customer"], "metadata": metadata or {}}, id=method.id)


def follow(tx: Transaction, method: Object) -> None:
    """Let the card know what has changed, if the payment method is one."""
    if tx.get("card", method.id) is not None:
        mirror(tx, method)


def forget(tx: Transaction, id_: str) -> None:
    """The card is no customer's any more."""
    card = tx.get("card", id_)
    if card is not None:
        tx.delete(card)


def bank_account(tx: Transaction, given: Params) -> dict[str, Any]:
    """What a bank account says of itself, from the parameters of its creation. [recorded]"""
    number = str(given.get("account_number"))
    routing = given.get("routing_number")
    if given.get("country") == "US" and not re.fullmatch(r"[0-9]{9}", str(routing)):
        raise refusals.routing_number_invalid(given.name("routing_number"))
    said = {name: given.get(name) for name in ("account_holder_name", "account_holder_type", "account_type", "country")}
    return {**said, **_account(tx, number, routing), "currency": given.get("currency") or "usd"}


def named_account(tx: Transaction, number: str) -> dict[str, Any]:
    """The bank account that a test name stands for, verified as the name says. [inferred: that nobody is its holder]"""
    holder = dict.fromkeys(("account_holder_name", "account_holder_type", "account_type"))
    where = {"country": "US", "currency": "usd", "status": "verified"}
    return {**holder, **_account(tx, number, bank_accounts.ROUTING_NUMBER), **where}


def _account(tx: Transaction, number: str, routing: Any) -> dict[str, Any]:
    return {
        "bank_name": bank_accounts.BANK,
        "fingerprint": text(f"{tx.world.seed.value}:bank:{routing}:{number}", 16),
        "last4": number[-4:],
        "routing_number": routing,
        "status": "new",
        "_number": number,
    }


def plastic_of(tx: Transaction, given: Params) -> tuple[card_data.Plastic, dict[str, Any]]:
    """A card by number, and the billing details said with it."""
    return card_data.numbered(tx, given), billing_of(given)


CARDS = Resource(Kind("card", "card", indexes={"customer": by("customer")}))
BANK_ACCOUNTS = Resource(Kind("bank_account", "ba", indexes={"customer": by("customer")}), noun="bank account")
