"""A shop that sells usage, for tests of billing credits and alerts."""

from __future__ import annotations

from typing import Any

from tests.client import NOW, Client

CARD = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
MONTH = 28 * 86_400
"""31 January to 28 February."""


class Shop:
    """A customer on a test clock with a metered subscription: 1 cent a call."""

    def __init__(self) -> None:
        self.stripe = Client()
        self.clock = self.stripe.post("/v1/test_helpers/test_clocks", {"frozen_time": NOW})["id"]
        self.ada = self.stripe.post("/v1/customers", {**CARD, "test_clock": self.clock})["id"]
        meter = {"display_name": "Calls", "event_name": "calls", "default_aggregation[formula]": "sum"}
        self.meter = self.stripe.post("/v1/billing/meters", meter)["id"]
        product = self.stripe.post("/v1/products", {"name": "Calls"})["id"]
        price = {
            "product": product,
            "unit_amount": 1,
            "currency": "usd",
            "recurring": {"interval": "month", "usage_type": "metered", "meter": self.meter},
        }
        self.price, self.other = (self.stripe.post("/v1/prices", price)["id"] for _ in range(2))
        self.licensed = self.stripe.post(
            "/v1/prices", {"product": product, "unit_amount": 500, "currency": "usd", "recurring[interval]": "month"}
        )["id"]

    def subscribe(self, **params: Any) -> str:
        """Usage and a seat."""
        items = [{"price": self.price}, {"price": self.licensed}]
        return str(self.stripe.post("/v1/subscriptions", {"customer": self.ada, "items": items, **params})["id"])

    def grant(self, value: int, **params: Any) -> Any:
        """Credits for every metered price."""
        body = {
            "amount": {"type": "monetary", "monetary": {"currency": "usd", "value": value}},
            "applicability_config": {"scope": {"price_type": "metered"}},
            "customer": self.ada,
            **params,
        }
        return self.stripe.post("/v1/billing/credit_grants", body)

    def use(self, calls: int, customer: str = "") -> None:
        """Report usage."""
        payload = {"stripe_customer_id": customer or self.ada, "value": str(calls)}
        self.stripe.post("/v1/billing/meter_events", {"event_name": "calls", "payload": payload})

    def advance(self, to: int) -> None:
        """Turn the customer's clock."""
        self.stripe.post(f"/v1/test_helpers/test_clocks/{self.clock}/advance", {"frozen_time": to})

    def balance(self) -> tuple[int, int]:
        """What is available, and what the ledger says."""
        filtered = {"type": "applicability_scope", "applicability_scope": {"price_type": "metered"}}
        body = {"customer": self.ada, "filter": filtered}
        (row,) = self.stripe.get("/v1/billing/credit_balance_summary", body)["balances"]
        return row["available_balance"]["monetary"]["value"], row["ledger_balance"]["monetary"]["value"]

    def entries(self) -> list[tuple[str, int]]:
        """The ledger, oldest first."""
        rows = self.stripe.get("/v1/billing/credit_balance_transactions", {"customer": self.ada})["data"]
        details = [row["credit"] or row["debit"] for row in reversed(rows)]
        return [(row["type"], row["amount"]["monetary"]["value"]) for row in details]

    def latest(self) -> Any:
        """The newest invoice."""
        return self.stripe.get("/v1/invoices", {"customer": self.ada})["data"][0]
