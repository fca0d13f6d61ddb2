"""A customer on a test clock, for stories that take time."""

from __future__ import annotations

from typing import Any

from tests.client import NOW, Client

DAY = 86400
HOUR = 3600
MONTH = 28 * DAY
"""From 31 January to 28 February 2027, which is where a monthly period that begins at NOW ends."""
CARD = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}


class Tale:
    """One customer, one clock, one subscription at a time."""

    def __init__(self, **customer: Any) -> None:
        self.stripe = Client()
        self.clock = self.stripe.post("/v1/test_helpers/test_clocks", {"frozen_time": NOW})["id"]
        ada = {"email": "ada@example.com", "test_clock": self.clock, **(customer or CARD)}
        self.customer = self.stripe.post("/v1/customers", ada)["id"]
        self.path = ""
        self._known = 0

    def price(self, amount: int, *, interval: str = "month", name: str = "Gold") -> str:
        """A recurring price in dollars."""
        terms = {"currency": "usd", "unit_amount": amount, "product_data": {"name": name}}
        return str(self.stripe.post("/v1/prices", {**terms, "recurring": {"interval": interval}})["id"])

    def subscribe(self, price: str, **terms: Any) -> Any:
        """A subscription to one of a price; what was told before is forgotten."""
        self.told()
        made = self.stripe.post("/v1/subscriptions", {"customer": self.customer, "items": [{"price": price}], **terms})
        self.path = f"/v1/subscriptions/{made['id']}"
        return made

    def change(self, **terms: Any) -> Any:
        """Update the subscription."""
        return self.stripe.post(self.path, terms)

    def now(self) -> Any:
        """The subscription as it is."""
        return self.stripe.get(self.path)

    def go(self, to: int) -> None:
        """Advance the clock to so many seconds after NOW."""
        self.stripe.post(f"/v1/test_helpers/test_clocks/{self.clock}/advance", {"frozen_time": NOW + to})

    def told(self) -> list[str]:
        """The types of what happened since this was last asked, oldest first, but for the clock's."""
        known: list[Any] = []
        page: Any = {"has_more": True}
        while page["has_more"]:
            after = {"starting_after": known[-1]["id"]} if known else {}
            page = self.stripe.get("/v1/events", {"limit": 100, **after})
            known += page["data"]
        fresh = list(reversed(known))[self._known :]
        self._known += len(fresh)
        return [event["type"] for event in fresh if not event["type"].startswith("test_helpers")]

    def invoices(self) -> list[Any]:
        """The customer's invoices, newest first."""
        return list(self.stripe.get("/v1/invoices", {"customer": self.customer})["data"])

    def bill(self) -> tuple[str, list[tuple[str, int]]]:
        """The newest invoice: its state, and its lines by what they say and cost."""
        newest = self.invoices()[0]
        return newest["status"], [(line["description"], line["amount"]) for line in newest["lines"]["data"]]

    def period(self) -> tuple[int, int]:
        """The current period of the only item, in seconds after NOW."""
        item = self.now()["items"]["data"][0]
        return item["current_period_start"] - NOW, item["current_period_end"] - NOW


class Metered(Tale):
    """A tale of somebody who pays for calls."""

    def __init__(self) -> None:
        super().__init__()
        counted = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
        self.meter = self.stripe.post("/v1/billing/meters", counted)["id"]

    def calls(self, **terms: Any) -> str:
        """A price of calls."""
        recurring = {"interval": "month", "usage_type": "metered", "meter": self.meter}
        price = {"currency": "usd", "product_data": {"name": "Calls"}, "recurring": recurring, **terms}
        return str(self.stripe.post("/v1/prices", price)["id"])

    def use(self, calls: int) -> None:
        """Report calls, now."""
        payload = {"stripe_customer_id": self.customer, "value": calls}
        self.stripe.post("/v1/billing/meter_events", {"event_name": "calls", "payload": payload})
