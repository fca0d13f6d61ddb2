"""What the people of a story do, as calls to Stripe."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.catalog import Catalog, Meter, Price, Shelf
from pinstripe_scenarios.clock import Clock
from pinstripe_scenarios.people import Customers, Subscribe, fate_of

Words = dict[str, str | None]


class Actors:
    """Carries out actions; who is who is kept by name."""

    def __init__(self, account: Account, clock: Clock, customers: Customers) -> None:
        self.account = account
        self.clock = clock
        self.begins = clock.now
        self.customers = customers
        self.shelf = Shelf(account, Catalog())
        self.subscriptions: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.fated: dict[str, str] = {}
        """Whose card meets its fate once they have subscribed."""

    def do(self, kind: str, words: Words) -> None:
        """Carry out one action; raises stripe.StripeError if Stripe refuses it."""
        getattr(self, f"_{kind}")(words)

    def meter(self, event_name: str) -> str:
        """The id of a meter."""
        return self.shelf.meter(event_name)

    def person(self, name: str | None) -> str:
        """The customer of a name; raises LookupError for somebody nobody introduced."""
        return _known(self.people, name, "customer")

    def subscription(self, name: str | None) -> dict[str, Any]:
        """The newest subscription of somebody, as it is now."""
        id_ = _known(self.subscriptions, name, "subscription of")
        found: dict[str, Any] = self.account.quietly("get", f"/v1/subscriptions/{id_}")
        return found

    def invoices(self, name: str | None, **params: Any) -> list[dict[str, Any]]:
        """The invoices of somebody, the newest first."""
        customer = self.person(name)
        rows: list[dict[str, Any]] = self.account.quietly("get", "/v1/invoices", customer=customer, **params)["data"]
        return rows

    # --- verbs -------------------------------------------------------------------------------------------------------

    def _plan(self, words: Words) -> None:
        """A price for a period, in advance."""
        self._sell(Price(_text(words["key"]), _cents(words["amount"]), _text(words["currency"]), words["every"]))  # type: ignore[arg-type]

    def _metered(self, words: Words) -> None:
        """A price for usage, some of it free."""
        tiers: list[Any] = [("inf", _cents(words["amount"]))]
        if free := int(_text(words["free"])):
            tiers.insert(0, (free, 0))
        meter = Meter(_text(words["meter"]), words["by"] or "sum")  # type: ignore[arg-type]
        self._sell(
            Price(_text(words["key"]), currency=_text(words["currency"]), meter=meter.event_name, tiers=tiers), meter
        )

    def _sell(self, price: Price, *meters: Meter) -> None:
        """Put a price on the shelf."""
        catalog = self.shelf.catalog
        self.shelf.catalog = Catalog([*catalog.prices, price], [*catalog.meters, *meters])
        self.shelf.price(price.lookup_key)

    def _customer(self, words: Words) -> None:
        """Somebody new."""
        card = None if words["none"] else words["card"] or "visa"
        name = _text(words["who"])
        if card is not None and fate_of(card) is not None:
            self.fated[name], card = card, "visa"
        self.people[name] = self.customers(card=card, name=name, email=f"{name}@example.com").id

    def _card(self, words: Words) -> None:
        """Somebody pays by another card from now on, or theirs meets its fate."""
        card = _text(words["card"])
        if fate_of(card) is not None:
            self.customers.meet(self.person(words["who"]), card)
        else:
            self.customers.give_card(self.person(words["who"]), card)

    def _subscribe(self, words: Words) -> None:
        """Somebody subscribes."""
        subscribe = Subscribe(self.account, self.shelf, self.customers)
        keys = _text(words["keys"]).split(" and ")
        quantity = int(words["quantity"]) if words["quantity"] else None
        who = _text(words["who"])
        self.subscriptions[who] = subscribe(*keys, customer=self.person(who), quantity=quantity).id
        if who in self.fated:
            self.customers.meet(self.person(who), self.fated.pop(who))

    def _change(self, words: Words) -> None:
        """Somebody changes the first plan, or how many of it."""
        subscription = self.subscription(words["who"])
        item = {"id": subscription["items"]["data"][0]["id"], "price": self.shelf.price(_text(words["key"]))}
        if words["quantity"]:
            item["quantity"] = int(words["quantity"])
        params = {"proration_behavior": "always_invoice"} if words["now"] else {}
        self._update(subscription, items=[item], **params)

    def _usage(self, words: Words) -> None:
        """Somebody used something."""
        names = [meter.event_name for meter in self.shelf.catalog.meters]
        name = words["meter"] or next(iter(names), None)
        if name is None:
            raise LookupError("usage of what? No plan meters anything.")
        customer = self.person(words["who"])
        # An account may be shared, and identifiers stay taken for a day: they are told apart by who uses them.
        params: dict[str, Any] = {"identifier": f"{words['identifier']}.{customer}"} if words["identifier"] else {}
        self.account.call(
            "post",
            "/v1/billing/meter_events",
            event_name=name,
            payload={"stripe_customer_id": customer, "value": words["value"]},
            timestamp=int((_when(words["date"]) or self.clock.now).timestamp()),
            **params,
        )

    def _pay(self, words: Words) -> None:
        """Somebody pays the open invoice, with the card that is theirs now."""
        opened = self.invoices(words["who"], status="open", limit=1)
        if not opened:
            raise LookupError(f"{words['who']} has no open invoice")
        self.account.call("post", f"/v1/invoices/{opened[0]['id']}/pay")

    def _cancel(self, words: Words) -> None:
        """Somebody ends a subscription."""
        subscription = self.subscription(words["who"])
        if words["when"] == "now":
            self.account.call("delete", f"/v1/subscriptions/{subscription['id']}")
        else:
            self._update(subscription, cancel_at_period_end=True)

    def _resume(self, words: Words) -> None:
        """Somebody stays after all."""
        self._update(self.subscription(words["who"]), cancel_at_period_end=False)

    def _update(self, subscription: dict[str, Any], **params: Any) -> None:
        """Change a subscription."""
        self.account.call("post", f"/v1/subscriptions/{subscription['id']}", **params)


def _known(names: dict[str, str], name: str | None, what: str) -> str:
    """The id of a name."""
    if name not in names:
        raise LookupError(f"there is no {what} {name}; the story has {', '.join(names) or 'none'}")
    return names[_text(name)]


def _text(word: str | None) -> str:
    """A word that the grammar has made sure of."""
    assert word is not None, "the grammar demands this word"
    return word


def _cents(amount: str | None) -> int:
    """An amount in the currency's smallest unit; stories are told in currencies of two decimals."""
    return int(Decimal(_text(amount)) * 100)


def _when(date: str | None) -> datetime | None:
    """A date, at noon unless it says otherwise."""
    if date is None:
        return None
    return datetime.fromisoformat(date if ":" in date else f"{date} 12:00").replace(tzinfo=UTC)
