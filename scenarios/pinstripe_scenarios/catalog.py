"""What is for sale in a test: declared once, made where it is missing, found where it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import stripe

from pinstripe_scenarios.account import Account

Interval = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Meter:
    """A billing meter, by the name of its events."""

    event_name: str
    aggregate: Literal["sum", "count", "last"] = "sum"


@dataclass(frozen=True, slots=True)
class Price:
    """A recurring price, by its lookup key. `amount` and the prices in `tiers` are in the currency's smallest unit.

    With `meter`, the event name of a declared meter, usage is billed; `tiers` are pairs of a limit (`"inf"` for the
    last) and the price of a unit up to it.
    """

    lookup_key: str
    amount: int | None = None
    currency: str = "usd"
    every: Interval = "month"
    meter: str | None = None
    tiers: Sequence[tuple[int | Literal["inf"], int]] = ()
    product: str | None = None
    """The product's name; the lookup key's if nothing is said."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything for sale. An empty one sells anything, for 20 dollars a month."""

    prices: Sequence[Price] = ()
    meters: Sequence[Meter] = ()

    def price(self, lookup_key: str) -> Price:
        """A price; raises LookupError for one that a catalogue with prices does not declare."""
        for price in self.prices:
            if price.lookup_key == lookup_key:
                return price
        if self.prices:
            known = ", ".join(price.lookup_key for price in self.prices)
            raise LookupError(f"stripe_catalog declares no price {lookup_key!r}; it declares {known}")
        return Price(lookup_key, 2000)

    def meter(self, event_name: str) -> Meter:
        """A meter, declared or by its name alone."""
        return next((meter for meter in self.meters if meter.event_name == event_name), Meter(event_name))


class Shelf:
    """The catalogue as it exists in an account; each thing is looked for first and made if it is not there.

    A shared account may be stocked by several workers at once. Whoever comes second is refused by Stripe, where lookup
    keys and event names are unique, and then finds what the first one made.
    """

    def __init__(self, account: Account, catalog: Catalog) -> None:
        self.account = account
        self.catalog = catalog
        self._ids: dict[tuple[str, str], str] = {}

    def stock(self) -> dict[str, str]:
        """Everything that the catalogue declares; the ids of its prices by their lookup keys."""
        for meter in self.catalog.meters:
            self.meter(meter.event_name)
        return {price.lookup_key: self.price(price.lookup_key) for price in self.catalog.prices}

    def price(self, lookup_key: str) -> str:
        """The id of a price."""
        wanted = self.catalog.price(lookup_key)
        return self._id(
            ("price", lookup_key),
            lambda: self._find_price(wanted),
            lambda: self._make_price(wanted),
        )

    def meter(self, event_name: str) -> str:
        """The id of a meter."""
        wanted = self.catalog.meter(event_name)
        return self._id(
            ("meter", event_name),
            lambda: self._find_meter(event_name),
            lambda: self._make_meter(wanted),
        )

    def _id(self, key: tuple[str, str], find: Callable[[], str | None], make: Callable[[], str]) -> str:
        """An id: known, found, or made. Another worker may make it between the two; then it is found after all."""
        if key not in self._ids:
            found = find()
            if found is None:
                try:
                    found = make()
                except stripe.InvalidRequestError:
                    found = find()
                    if found is None:
                        raise
            self._ids[key] = found
        return self._ids[key]

    def _find_price(self, wanted: Price) -> str | None:
        """The price that has the lookup key, if it is for sale and costs what it should."""
        row = self._holder(wanted)
        return row["id"] if row is not None and _fits(wanted, row) else None

    def _holder(self, wanted: Price) -> dict[str, Any] | None:
        """The price that has the lookup key, whatever it costs."""
        rows = self.account.quietly(
            "get", "/v1/prices", lookup_keys=[wanted.lookup_key], limit=1, expand=["data.tiers"]
        )["data"]
        return rows[0] if rows else None

    def _find_meter(self, event_name: str) -> str | None:
        """The active meter of an event name."""
        rows = self.account.quietly("get", "/v1/billing/meters", status="active", limit=100)["data"]
        return next((row["id"] for row in rows if row["event_name"] == event_name), None)

    def _make_price(self, price: Price) -> str:
        """Make a price, and with it the product it is for.

        The lookup key comes over from a price that costs something else. Two workers who both see that one ask for the
        same thing under the same idempotency key, and get one price.
        """
        recurring: dict[str, Any] = {"interval": price.every}
        if price.meter is not None:
            recurring |= {"usage_type": "metered", "meter": self.meter(price.meter)}
        terms = {
            "product_data": {"name": price.product or price.lookup_key},
            "currency": price.currency,
            "lookup_key": price.lookup_key,
            "recurring": recurring,
            **_amounts(price),
        }
        holder = self._holder(price)
        if holder is not None and _fits(price, holder):  # since a moment
            return str(holder["id"])
        if holder is not None:
            digest = hashlib.sha256(repr((holder["id"], terms)).encode()).hexdigest()
            terms |= {"transfer_lookup_key": True, "idempotency_key": f"pinstripe-{digest}"}
        return str(self.account.call("post", "/v1/prices", **terms)["id"])

    def _make_meter(self, meter: Meter) -> str:
        """Make a meter that shows its event name."""
        made = self.account.call(
            "post",
            "/v1/billing/meters",
            display_name=meter.event_name,
            event_name=meter.event_name,
            default_aggregation={"formula": meter.aggregate},
        )
        return str(made["id"])


def _amounts(price: Price) -> Mapping[str, Any]:
    """What a unit costs: one amount, or tiers."""
    if not price.tiers:
        return {"unit_amount": 2000 if price.amount is None else price.amount}
    tiers = [{"up_to": up_to, "unit_amount": amount} for up_to, amount in price.tiers]
    return {"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": tiers}


def _fits(wanted: Price, row: Mapping[str, Any]) -> bool:
    """Whether a price in the account is the one that is wanted: for sale, and at the same terms."""
    recurring = row["recurring"] or {}
    same = (row["active"], row["currency"], recurring.get("interval")) == (True, wanted.currency, wanted.every)
    if not wanted.tiers:
        return same and row["unit_amount"] == _amounts(wanted)["unit_amount"]
    tiers = [
        ("inf" if tier["up_to"] is None else tier["up_to"], tier["unit_amount"]) for tier in row.get("tiers") or []
    ]
    return same and tiers == list(wanted.tiers)
