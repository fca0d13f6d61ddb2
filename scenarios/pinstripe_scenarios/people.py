"""Customers and their subscriptions, made in one word."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import stripe

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.catalog import Shelf

CARDS = {"visa": "pm_card_visa", "declined": "pm_card_chargeCustomerFail"}
FATES = {
    "fails_later": "declined",
    "needs_authentication_on_renewal": "authenticationRequired",
    "recovers_after": None,
}
"""Cards that pay at first, and the test card that does from then on what they do; none does for the last."""
FATE = re.compile(r"(?P<fate>[a-z_]+)(?:\((?P<times>[1-9]\d*)\))?")


class Customers:
    """Makes customers with names and addresses that are always the same for the same test."""

    def __init__(self, account: Account, seed: str) -> None:
        self.account = account
        self.seed = seed

    def __call__(self, *, card: str | None = "visa", **params: Any) -> stripe.Customer:
        """A customer on the test's clock who pays by a card, or has none; `params` are Stripe's own, and win.

        A card with a fate pays once, and meets it then; that needs the simulator.
        """
        name = self._faker.name()
        known: dict[str, Any] = {"name": name, "email": f"{name.lower().replace(' ', '.')}@example.com"}
        fate = None if card is None else fate_of(card)
        if card is not None:
            method = card_id("visa" if fate else card)
            known |= {"payment_method": method, "invoice_settings": {"default_payment_method": method}}
        customer: Any = self.account.fetch("post", "/v1/customers", **{**known, **params})
        if fate:
            self._declare(customer.invoice_settings.default_payment_method, fate, pays_first=1)
        return customer  # type: ignore[no-any-return]  # the SDK's object

    @cached_property
    def _faker(self) -> Any:
        """Where names come from."""
        from faker import Faker  # noqa: PLC0415 - a third of a second, for those who need names

        faker = Faker(use_weighting=False)
        faker.seed_instance(self.seed)
        return faker

    def meet(self, customer: str, card: str) -> None:
        """Let the card of a customer do from now on what its fate is, on any Stripe that has a card that does so."""
        fate = fate_of(card)
        assert fate is not None, "only a card with a fate meets it"
        instead = FATES[fate["fate"]]
        if self.account.control is None and instead is not None:
            self.give_card(customer, instead)
            return
        settings = self.account.call("get", f"/v1/customers/{customer}")["invoice_settings"]
        self._declare(settings["default_payment_method"], fate, pays_first=0)

    def _declare(self, method: Any, fate: dict[str, Any], *, pays_first: int) -> None:
        """Tell the simulator; raises LookupError where there is none."""
        if self.account.control is None:
            raise LookupError(
                f"only the simulator has cards that are {fate['fate']}; there is supports('fates') to ask"
            )
        self.account.control(f"payment_methods/{_id(method)}/fate", {**fate, "pays_first": pays_first})

    def give_card(self, customer: str, card: str) -> str:
        """Attach a card and make it the one that pays; its id."""
        method = self.account.call("post", f"/v1/payment_methods/{card_id(card)}/attach", customer=customer)["id"]
        self.account.call("post", f"/v1/customers/{customer}", invoice_settings={"default_payment_method": method})
        return str(method)


class Subscribe:
    """Makes subscriptions to prices by their lookup key."""

    def __init__(self, account: Account, shelf: Shelf, customers: Customers) -> None:
        self.account = account
        self.shelf = shelf
        self.customers = customers

    def __call__(
        self,
        *lookup_keys: str,
        card: str | None = None,
        customer: Any = None,
        quantity: int | None = None,
        **params: Any,
    ) -> stripe.Subscription:
        """A subscription to one or more prices, for a new customer or a given one; `params` are Stripe's own.

        `card` is `visa` where nothing is said, `declined`, what follows `pm_card_` in the name of any of Stripe's test
        cards, or a fate that a visa card meets from now on: `fails_later`, `recovers_after(2)`,
        `needs_authentication_on_renewal`. `quantity` is of the first price.
        """
        fated = card is not None and fate_of(card) is not None
        if customer is None:
            customer = self.customers(card="visa" if card is None or fated else card)
        elif card is not None:
            self.customers.give_card(_id(customer), "visa" if fated else card)
        items: list[dict[str, Any]] = [{"price": self.shelf.price(key)} for key in lookup_keys or ("pro",)]
        if quantity is not None:
            items[0]["quantity"] = quantity
        made: Any = self.account.fetch("post", "/v1/subscriptions", customer=_id(customer), items=items, **params)
        if card is not None and fated:
            self.customers.meet(_id(customer), card)
        return made  # type: ignore[no-any-return]  # the SDK's object


def fate_of(card: str) -> dict[str, Any] | None:
    """The fate in a card's name, or None; raises ValueError for one that says how often and cannot."""
    said = FATE.fullmatch(card)
    if said is None or said["fate"] not in FATES:
        return None
    if said["times"] is None:
        return {"fate": said["fate"]}
    if said["fate"] != "recovers_after":
        raise ValueError(f"{said['fate']} does not count: only recovers_after says how many payments are declined")
    return {"fate": said["fate"], "times": int(said["times"])}


def card_id(card: str) -> str:
    """The payment method of a card's name."""
    return CARDS.get(card, card if card.startswith("pm_") else f"pm_card_{card}")


def _id(thing: Any) -> str:
    """The id of an object, or the id itself."""
    return thing if isinstance(thing, str) else str(thing.id)
