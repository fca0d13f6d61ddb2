"""A shop for tests of discounts: a customer on a test clock and one product at several prices."""

from __future__ import annotations

from typing import Any

from tests.client import NOW, Client

CARD = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
DAY = 86_400


class Shop:
    """An account with a customer on a test clock and one product at several prices."""

    def __init__(self) -> None:
        self.stripe = Client()
        self.clock = self.stripe.post("/v1/test_helpers/test_clocks", {"frozen_time": NOW})["id"]
        self.ada = self.stripe.post("/v1/customers", {**CARD, "test_clock": self.clock})["id"]
        self.product = self.stripe.post("/v1/products", {"name": "Gold"})["id"]

    def price(self, amount: int, product: str = "") -> str:
        """A monthly price in dollars."""
        params = {"product": product or self.product, "unit_amount": amount, "currency": "usd"}
        return str(self.stripe.post("/v1/prices", {**params, "recurring[interval]": "month"})["id"])

    def coupon(self, **params: Any) -> str:
        """A coupon."""
        return str(self.stripe.post("/v1/coupons", params)["id"])

    def code(self, coupon: str, **params: Any) -> str:
        """A promotion code."""
        promotion = {"type": "coupon", "coupon": coupon}
        return str(self.stripe.post("/v1/promotion_codes", {"promotion": promotion, **params})["id"])

    def subscribe(self, amount: int = 1000, **params: Any) -> Any:
        """A subscription with its first invoice."""
        body = {"customer": self.ada, "items": [{"price": self.price(amount)}], "expand": ["latest_invoice"], **params}
        return self.stripe.post("/v1/subscriptions", body)

    def advance(self, to: int) -> None:
        """Turn the customer's clock."""
        self.stripe.post(f"/v1/test_helpers/test_clocks/{self.clock}/advance", {"frozen_time": to})

    def totals(self) -> list[int]:
        """What each invoice of the customer comes to, the oldest first."""
        return [row["total"] for row in reversed(self.stripe.get("/v1/invoices", {"customer": self.ada})["data"])]
