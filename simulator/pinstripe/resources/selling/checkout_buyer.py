"""Who buys on a Checkout Session's page: what is known of them, and the customer they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinstripe.errors import StripeError
from pinstripe.resources.customers import customers, tax_ids
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.payments import confirming
from pinstripe.resources.selling.asking import ask
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction


@dataclass(frozen=True, slots=True)
class Buyer:
    """The person on the page."""

    details: Mapping[str, Any]
    """`customer_details` as far as they were typed."""
    tax_ids: Sequence[Mapping[str, str]] = ()
    authenticates: bool | None = True
    """What becomes of a 3D Secure challenge; None where the person has not been asked yet."""


class UnansweredChallengeError(StripeError):
    """The card asks for its holder, and nobody has said yet what the holder does; nothing is kept."""

    def __init__(self) -> None:
        super().__init__(
            "The card asks its holder to authenticate: say `authenticate`, true or false.",
            status=402,
            type="card_error",
            code="authentication_required",
        )


def is_challenged(intent: Object) -> bool:
    """Whether an intent waits for its customer to agree somewhere."""
    action = intent["next_action"]
    return intent["status"] == "requires_action" and action is not None and action["type"] in confirming.CHALLENGES


def answer(buyer: Buyer) -> bool:
    """What the buyer does when challenged."""
    if buyer.authenticates is None:
        raise UnansweredChallengeError
    return buyer.authenticates


def customer_of(tx: Transaction, session: Object, method: Object | None, buyer: Buyer) -> Object:
    """The customer who buys, made if there is none, with the card attached. [second-hand: the order]"""
    if session["customer"] is not None:
        customer = tx.read("customer", session["customer"])
        if method is not None:
            payment_methods.attach(tx, method, customer)
        return customer
    said = {name: buyer.details[name] for name in ("address", "email", "phone")}
    said["name"] = name_of(buyer)
    sent = (session["collected_information"] or {}).get("shipping_details")
    if sent is not None and automatic_tax.wants(session):  # by which the customer is taxed
        said["shipping"] = {
            "address": {name: value for name, value in sent["address"].items() if value is not None},
            "name": sent["name"],
        }
    said["payment_method"] = None if method is None else method.id
    said["tax_id_data"] = [dict(row) for row in buyer.tax_ids] or None
    return ask(tx, "POST /v1/customers", customers.create, said)


def correct(tx: Transaction, customer: Object, buyer: Buyer) -> None:
    """The customer whom an attempt with another card has made, by what is typed now. [inferred]"""
    said = {**{name: buyer.details[name] for name in ("address", "email", "phone")}, "name": name_of(buyer)}
    changes = {name: value for name, value in said.items() if value and value != customer[name]}
    if changes:
        tx.emit("customer.updated", tx.put(customer, **changes), before=customer)


def name_of(buyer: Buyer) -> str | None:
    """The name that a customer gets: with a tax id the business's, where it was typed. [second-hand]"""
    business: str | None = buyer.details["business_name"] if buyer.tax_ids else None
    return business or buyer.details["name"]


def save_tax_ids(tx: Transaction, session: Object, buyer: Buyer) -> None:
    """Tax ids typed by a customer who is known already become the customer's; one that is there stays. [documented]"""
    if session["customer"] is None:
        return
    customer = tx.read("customer", session["customer"])
    known = [(row["type"], row["value"]) for row in tx.find("tax_id", "customer", customer.id)]
    for row in buyer.tax_ids:
        if (row["type"], row["value"]) not in known:
            tax_ids.make(tx, customer, row["type"], row["value"], "tax_id[value]")


def shown_tax_ids(tx: Transaction, session: Object, buyer: Buyer) -> list[dict[str, str]]:
    """The tax ids that `customer_details` has: the customer's, else those that were typed. [documented]"""
    rows: Sequence[Mapping[str, str]] = buyer.tax_ids
    if session["customer"] is not None:
        rows = tx.find("tax_id", "customer", session["customer"])
    return [{"type": row["type"], "value": row["value"]} for row in rows]
