"""The sources of a customer: cards and bank accounts that are charged the older way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import card_data, cards, legacy_sources, payment_methods, tokens
from pinstripe.resources.payment_methods.card_data import Plastic
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    deleted,
    list_object,
    merged_metadata,
    shaped,
)
from pinstripe.world import Kind, Object, Transaction

MICRODEPOSITS = (32, 45)
"""The amounts that prove a test account. [documented]"""
KINDS = ("card", "bank_account")


def add(tx: Transaction, customer: Object, given: str | Params, param: str = "source") -> Object:
    """A new source for a customer, from a token or from the card itself; the first becomes the default. [documented]"""
    source = _made(tx, customer, given, param)
    customer = tx.read("customer", customer.id)
    tx.emit("customer.source.created", source)
    if customer["default_source"] is None:
        after = tx.put(customer, default_source=source.id)
        tx.emit("customer.updated", after, before=customer)
    return source


def first(tx: Transaction, customer: Object, given: str) -> Object:
    """The source a customer is made with; its creation is told of before the customer's. [second-hand]"""
    source = _made(tx, customer, given, "source")
    tx.emit("customer.source.created", source)
    return source


def replace_default(tx: Transaction, customer: Object, given: str) -> Object:
    """The customer with a new default source, for which the old one is given up. [documented]"""
    old = customer["default_source"]
    source = first(tx, customer, given)
    if old is not None:
        for kind in KINDS:
            gone = tx.get(kind, old)
            if gone is not None:
                _give_up(tx, gone)
    return tx.put(customer, default_source=source.id)


def own(tx: Transaction, customer: Object, id_: str) -> Object:
    """One of the customer's sources. [second-hand: the sentence]"""
    for source in of_customer(tx, customer):
        if source.id == id_:
            return source
    raise refusals.customer_without_card(customer.id, id_)


def _give_up(tx: Transaction, source: Object) -> None:
    """Take a source away from its customer."""
    tx.delete(source)
    method = tx.get("payment_method", source.id)
    if method is not None:
        tx.put(method, customer=None, _used=True)
    tx.emit("customer.source.deleted", source)


def _made(tx: Transaction, customer: Object, given: str | Params, param: str) -> Object:
    metadata: Mapping[str, str] = {}
    if isinstance(given, Params):
        if given.get("object") == "bank_account":
            return _bank_account(tx, customer, cards.bank_account(tx, given), merged_metadata({}, given))
        plastic, billing = cards.plastic_of(tx, given)
        metadata = merged_metadata({}, given)
        for name in ("country", "currency"):
            given.get(name)
    else:
        held = tokens.redeem(tx, given, param)
        if isinstance(held, Plastic):
            plastic, billing = held, {}
        elif held["type"] == "bank_account":
            return _bank_account(tx, customer, held["_account"], {})
        elif held["type"] == "card":
            plastic, billing, metadata = tokens.plastic_in(held), dict(held["_billing"]), held["_metadata"]
        else:
            raise refusals.token_of_another_kind(given)
    id_ = tx.new_id("card") if not isinstance(given, str) else _card_id(tx, given)
    method = payment_methods.make(tx, plastic, billing=billing, id_=id_)
    decline = payment_methods.refusal(plastic.card, method, saving=True)
    if decline is not None:
        raise refusals.card_error(decline, saving=True)
    method = tx.put(payment_methods.check(tx, method), customer=customer.id, metadata=metadata)
    return cards.mirror(tx, method, metadata)


def _card_id(tx: Transaction, token: str) -> str:
    """The id of the card in a token; a test name has a new one each time."""
    held = tx.get("token", token)
    return tx.new_id("card") if held is None else str(held["card"]["id"])


def _bank_account(tx: Transaction, customer: Object, said: Mapping[str, Any], metadata: Mapping[str, str]) -> Object:
    """A bank account, not verified yet; a customer has each once. [documented]"""
    members = {key: value for key, value in said.items() if key not in ("id", "object")}
    if any(row["fingerprint"] == said["fingerprint"] for row in tx.find("bank_account", "customer", customer.id)):
        raise refusals.bank_account_exists()
    id_ = str(said.get("id") or tx.new_id("ba"))
    return tx.new("bank_account", {**members, "customer": customer.id, "metadata": metadata}, id=id_)


def create(call: Call) -> Answer:
    """POST /v1/customers/{customer}/sources."""
    tx, params = call.tx, call.params
    customer = addressed(call, "customer", param="customer")
    params.get("validate")
    given: str | Params = params.hash("source") if isinstance(params.peek("source"), Mapping) else params.get("source")
    source = add(tx, customer, given)
    if "metadata" in params:
        source = tx.put(source, metadata=merged_metadata(source["metadata"], params))
    return source


def of_customer(tx: Transaction, customer: Object) -> list[Object]:
    """The sources of a customer, newest first."""
    rows = [row for kind in KINDS for row in tx.find(kind, "customer", customer.id)]
    return list(reversed(rows))


def list_all(call: Call) -> Answer:
    """GET /v1/customers/{customer}/sources, all or those of one kind."""
    customer = addressed(call, "customer", param="customer")
    wanted = call.params.get("object")
    return Listing([row for row in of_customer(call.tx, customer) if wanted in (None, row.kind)])


def _addressed(call: Call) -> tuple[Object, Object]:
    """The customer and the source a path names. [second-hand: the sentence]"""
    customer = addressed(call, "customer", key="customer", param="customer")
    id_ = call.path["id"]
    for kind in KINDS:
        found = call.tx.get(kind, id_)
        if found is not None and found["customer"] == customer.id:
            return customer, found
    raise errors.no_such("source", id_, param="id", in_path=True)


def retrieve(call: Call) -> Answer:
    """GET /v1/customers/{customer}/sources/{id}."""
    return _addressed(call)[1]


def update(call: Call) -> Answer:
    """POST /v1/customers/{customer}/sources/{id}: the end of a card, names, addresses. [documented]"""
    tx, params = call.tx, call.params
    _, before = _addressed(call)
    metadata = merged_metadata(before["metadata"], params)
    if before.kind == "bank_account":
        said = params.pick("account_holder_name", "account_holder_type")
        source = tx.put(before, **said, metadata=metadata)
    else:
        method = tx.read("payment_method", before.id)
        ends = params.pick("exp_month", "exp_year")
        card = {**method["card"], **ends}
        if ends:
            card["exp_month"], card["exp_year"] = card_data.expiry(tx, card["exp_month"], card["exp_year"])
        billing = dict(method["billing_details"])
        address = {member: params.get(name) for name, member in cards.ADDRESS.items() if name in params}
        billing |= {"address": {**billing["address"], **address}, **params.pick("name")}
        source = cards.mirror(tx, tx.put(method, card=card, billing_details=billing, metadata=metadata))
    tx.emit("customer.source.updated", source, before=before)
    return source


def delete(call: Call) -> Answer:
    """DELETE /v1/customers/{customer}/sources/{id}: the newest of the others becomes the default. [documented]"""
    tx = call.tx
    customer, source = _addressed(call)
    _give_up(tx, source)
    if customer["default_source"] == source.id:
        others = of_customer(tx, customer)
        after = tx.put(customer, default_source=others[0].id if others else None)
        tx.emit("customer.updated", after, before=customer)
    return deleted(source)


def verify(call: Call) -> Answer:
    """POST /v1/customers/{customer}/sources/{id}/verify: with the two amounts that were deposited. [documented]"""
    tx = call.tx
    _, before = _addressed(call)
    if before.kind != "bank_account" or before["status"] == "verified":
        raise refusals.source_verified(before.id)
    amounts = call.params.get("amounts")
    if amounts is None:
        raise errors.missing_parameter("amounts")
    if tuple(sorted(amounts)) != MICRODEPOSITS:
        raise refusals.source_amounts_wrong()
    source = tx.put(before, status="verified")
    tx.emit("customer.source.updated", source, before=before)
    return source


def to_charge(call: Call, customer: Object | None) -> Object:
    """What a charge asks: the source named, else the customer's default.

    [recorded: the refusal of a token beside a customer; others second-hand]
    """
    tx, params = call.tx, call.params
    given = params.peek("source")
    if given is None:
        params.get("source")
        if customer is None:
            raise refusals.charge_of_nothing()
        default = customer["default_source"]
        if default is None:
            raise refusals.no_legacy_details(attached=bool(tx.find("payment_method", "customer", customer.id)))
        return _chargeable(tx, default)
    if isinstance(given, Mapping):
        plastic, billing = cards.plastic_of(tx, params.hash("source"))
        for name in ("object", "country", "currency"):
            params.hash("source").get(name)
        return payment_methods.make(tx, plastic, billing=billing, id_=tx.new_id("card"))
    id_ = params.get("source")
    if customer is not None:
        own = [row.id for row in of_customer(tx, customer)]
        if id_ not in own:
            raise refusals.customer_without_card(customer.id, id_)
        return _chargeable(tx, id_)
    plastic, billing = tokens.redeem_card(tx, id_, "source")
    return payment_methods.make(tx, plastic, billing=billing, id_=_card_id(tx, id_))


def _chargeable(tx: Transaction, id_: str) -> Object:
    """The payment method that a source is."""
    method = tx.get("payment_method", id_)
    if method is None:
        raise errors.unsupported_parameter("POST /v1/charges", "source", " as a bank account")
    return method


def shown(tx: Transaction, method: Object) -> dict[str, Any]:
    """A source as a charge shows it, kept or not. [recorded]"""
    card = tx.get("card", method.id)
    if card is not None:
        return tx.world.render(tx, card)  # type: ignore[return-value]  # rendered bodies are dicts
    said = cards.members(method["card"], method["billing_details"])
    return shaped("card", {**said, "id": method.id, "object": "card", "customer": None, "metadata": {}})


def list_of(tx: Transaction, customer: Object) -> dict[str, Any]:
    """The sources inside a customer, which show only when asked for."""
    rows = [tx.world.render(tx, row) for row in of_customer(tx, customer)]
    return list_object(f"/v1/customers/{customer.id}/sources", rows)


SOURCES = Resource(
    Kind("source", "src"),
    {
        **legacy_sources.ROUTES,
        "GET /v1/customers/{customer}/sources": list_all,
        "POST /v1/customers/{customer}/sources": create,
        "GET /v1/customers/{customer}/sources/{id}": retrieve,
        "POST /v1/customers/{customer}/sources/{id}": update,
        "DELETE /v1/customers/{customer}/sources/{id}": delete,
        "POST /v1/customers/{customer}/sources/{id}/verify": verify,
    },
)
