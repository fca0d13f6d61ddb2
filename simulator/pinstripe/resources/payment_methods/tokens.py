"""Tokens: a card, a bank account or a secret that was handed over once and is used once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import bank_accounts, card_data, cards, other_methods
from pinstripe.resources.payment_methods.card_data import Plastic
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.resource import Answer, Call, Resource, merged_metadata, retrieve, shaped
from pinstripe.world import Kind, Object, Transaction

KINDS = ("account", "bank_account", "card", "cvc_update", "person", "pii")
"""What a token can stand for: one of these is given. [documented]"""

PREFIXES = {
    "account": "ct",
    "bank_account": "btok",
    "card": "tok",
    "cvc_update": "cvctok",
    "person": "cpt",
    "pii": "pii",
}
"""How ids begin. [recorded for cards and bank accounts; others documented samples]"""


def create(call: Call) -> Answer:
    """POST /v1/tokens."""
    tx, params = call.tx, call.params
    given = [kind for kind in KINDS if kind in params]
    if not given:
        raise refusals.token_of_nothing()
    if len(given) > 1:
        raise errors.only_one_parameter(given, given[1])
    type_ = given[0]
    members: dict[str, Any] = {"client_ip": None, "created": tx.now(), "livemode": False, "type": type_, "used": False}
    match type_:
        case "card":
            members |= _card(tx, params)
        case "bank_account":
            account = params.hash("bank_account")
            if account.get("country") == "US" and "routing_number" not in account:
                raise errors.missing_parameter(account.name("routing_number"))
            account.get("payment_method")
            said = cards.bank_account(tx, account)
            shown = {**said, "id": tx.new_id("ba"), "object": "bank_account"}
            members |= {"bank_account": shaped("bank_account", shown), "_account": shown}
        case _:
            members["_kept"] = params.get(type_)
    return tx.new("token", members, id=tx.new_id(PREFIXES[type_]))


def _card(tx: Transaction, params: Params) -> dict[str, Any]:
    """The card of a token, by number; a customer's card to share is not modelled."""
    if not isinstance(params.peek("card"), dict):
        raise errors.unsupported_parameter("POST /v1/tokens", "card", " as the id of a customer's card")
    given = params.hash("card")
    given.pick("currency", "networks")
    plastic, billing = cards.plastic_of(tx, given)
    return {**_held(tx, plastic, billing), "_metadata": merged_metadata({}, given)}


def _held(tx: Transaction, plastic: Plastic, billing: dict[str, Any]) -> dict[str, Any]:
    """A card in a token, which says its preferred network and not whether it may be shown again. [recorded]"""
    billing = other_methods.billing_details(billing)
    card = {**card_data.members(tx, plastic), "checks": card_data.unchecked(billing, cvc=plastic.cvc)}
    said = {name: value for name, value in cards.members(card, billing).items() if name != "allow_redisplay"}
    said["networks"] = {"preferred": card["networks"]["preferred"]}
    shown = {**said, "id": tx.new_id("card"), "object": "card", "metadata": {}}
    number = {"number": plastic.card.number, "cvc": plastic.cvc}
    return {"card": shaped("card", shown), "_plastic": number, "_billing": billing}


def redeem(tx: Transaction, id_: str, param: str) -> Object | Plastic:
    """What a token stands for: one of the test names at each use anew, any other once. [documented]"""
    if id_.startswith("tok_"):
        plastic = card_data.called(tx, id_.removeprefix("tok_"), id_)
        if plastic is not None:
            return plastic
    if id_ in bank_accounts.TOKENS:
        account = cards.named_account(tx, bank_accounts.TOKENS[id_])
        return Object({"id": id_, "object": "token", "type": "bank_account", "_account": account})
    token = tx.get("token", id_)
    if token is None:
        raise errors.no_such("token", id_, param=param)
    if token["used"]:
        raise refusals.token_used(id_)
    return tx.put(token, used=True)


def redeem_external(tx: Transaction, id_: str, param: str) -> Mapping[str, Any] | None:
    """The bank account or card of a token as a connected account is paid out to it; None if it is neither."""
    held = redeem(tx, id_, param)
    if isinstance(held, Plastic):
        return _card_of(tx, held)
    if held["type"] == "bank_account" and "bank_account" not in held:
        return shaped("bank_account", {**held["_account"], "id": tx.new_id("ba"), "object": "bank_account"})
    return held.get(held["type"]) if held["type"] in ("bank_account", "card") else None


def _card_of(tx: Transaction, plastic: Plastic) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = _held(tx, plastic, {})["card"]
    return shown


def redeem_cvc(tx: Transaction, id_: str, param: str) -> None:
    """The security code of a card, said anew; a token of it can be used once. [documented]"""
    held = redeem(tx, id_, param)
    if isinstance(held, Plastic) or held["type"] != "cvc_update":
        raise refusals.token_of_another_kind(id_)


def redeem_card(tx: Transaction, id_: str, param: str) -> tuple[Plastic, dict[str, Any]]:
    """The card of a token, and the billing details that came with it."""
    held = redeem(tx, id_, param)
    if isinstance(held, Plastic):
        return held, {}
    if held["type"] != "card":
        raise refusals.token_of_another_kind(id_)
    return plastic_in(held), dict(held["_billing"])


def plastic_in(token: Object) -> Plastic:
    """The card a token holds."""
    card, number = token["card"], token["_plastic"]
    return Plastic(BY_NUMBER[number["number"]], card["exp_month"], card["exp_year"], number["cvc"])


TOKENS = Resource(
    Kind("token", "tok"),
    {"POST /v1/tokens": create, "GET /v1/tokens/{token}": retrieve("token", param="token")},
)
