"""Somebody whose calls were recorded item by item, for stories about versions before basil."""

from __future__ import annotations

from typing import Any

from tests.client import NOW
from tests.usage.metered import Metered

ACACIA = "2025-02-24.acacia"
"""The last version that had usage records."""


class Recorded(Metered):
    """Somebody whose calls were recorded item by item before there were meters."""

    def __init__(self) -> None:
        super().__init__()
        self.stripe.version = ACACIA

    def recorded(self, how: str = "sum", **terms: Any) -> str:
        """A price without a meter; one cent a call."""
        recurring = {"interval": "month", "usage_type": "metered", "aggregate_usage": how}
        body = {"product": self.product, "currency": "usd", "unit_amount": 1, "recurring": recurring, **terms}
        return str(self.stripe.post("/v1/prices", body)["id"])

    def item(self, number: int = 0) -> str:
        """The id of an item."""
        return str(self.now()["items"]["data"][number]["id"])

    def record(self, quantity: int, action: str = "increment", *, at: int | None = None, number: int = 0) -> Any:
        """Record usage, and give status and answer."""
        when = {} if at is None else {"timestamp": NOW + at}
        path = f"/v1/subscription_items/{self.item(number)}/usage_records"
        return self.stripe.ask("POST", path, {"quantity": quantity, "action": action, **when})

    def totals(self) -> list[tuple[bool, int]]:
        """The summaries, newest first: whether invoiced, and how much."""
        rows = self.stripe.get(f"/v1/subscription_items/{self.item()}/usage_record_summaries")["data"]
        return [(row["invoice"] is not None, row["total_usage"]) for row in rows]
