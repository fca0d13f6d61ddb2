"""Customers and their subscriptions, made in one word."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import stripe

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.catalog import Shelf

FAILS_LATER = "fails_later"
"""A card that pays at first and is declined from then on."""
CARDS = {"visa": "pm_card_visa", "declined": "pm_card_chargeCustomerFail"}


class Customers:
    """Makes customers with names and addresses that are always the same for the same test."""

    def __init__(self, account: Account, seed: str) -> None:
        self.account = account
        self.seed = seed

    def __call__(self, *, card: str | None = "visa", **params: Any) -> stripe.Customer:
        """A customer on the test's clock who pays by a card, or has none; `params` are Stripe's own, and win."""
        name = self._faker.name()
        known: dict[str, Any] = {"name": name, "email": f"{name.lower().replace(' ', '.')}@example.com"}
        if card is not None:
            method = card_id(card)
            known |= {"payment_method": method, "invoice_settings": {"default_payment_method": method}}
        customer: Any = self.account.fetch("post", "/v1/customers", **{**known, **params})
        return customer  # type: ignore[no-any-return]

    @cached_property
    def _faker(self) -> Any:
        """Where names come from."""
        from faker import Faker  # noqa: PLC0415 - a third of a second, for those who need names

        faker = Faker(use_weighting=False)
        faker.seed_instance(self.seed)
        return faker

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

        `card` is `visa` where nothing is said, `fails_later`, `declined`, or what follows `pm_card_` in the name of any
        of Stripe's test cards. `quantity` is of the first price.
        """
        if customer is None:
            customer = self.customers(card="visa" if card in (None, FAILS_LATER) else card)
        elif card is not None:
            self.customers.give_card(_id(customer), "visa" if card == FAILS_LATER else card)
        items: list[dict[str, Any]] = [{"price": self.shelf.price(key)} for key in lookup_keys or ("pro",)]
        if quantity is not None:
            items[0]["quantity"] = quantity
        made: Any = self.account.fetch("post", "/v1/subscriptions", customer=_id(customer), items=items, **params)
        if card == FAILS_LATER:
            self.customers.give_card(_id(customer), "declined")
        return made  # type: ignore[no-any-return]


def card_id(card: str) -> str:
    """The payment method of a card's name."""
    return CARDS.get(card, card if card.startswith("pm_") else f"pm_card_{card}")


def _id(thing: Any) -> str:
    """The id of an object, or the id itself."""
    return thing if isinstance(thing, str) else str(thing.id)
