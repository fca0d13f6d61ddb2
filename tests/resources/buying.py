"""A shop for the tests of Checkout, payment links and the portal: what it sells, and a customer who buys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import Client

from pinstripe.http.control import ControlError

THANKS = "https://example.com/thanks?session={CHECKOUT_SESSION_ID}"
ADA = {"email": "ada@example.com", "name": "Ada"}
VISA = {"payment_method": "pm_card_visa", **ADA}


class Shop(Client):
    """A client with things to sell, and somebody to buy them."""

    def price(self, amount: int = 1500, *, interval: str | None = None, **more: Any) -> str:
        """A price of a new product, in dollars; once, or by the interval."""
        product = self.post("/v1/products", {"name": "Gold"})["id"]
        recurring = {} if interval is None else {"recurring": {"interval": interval}}
        body = {"product": product, "unit_amount": amount, "currency": "usd", **recurring, **more}
        return str(self.post("/v1/prices", body)["id"])

    def session(self, mode: str, *items: tuple[str, int], **more: Any) -> Any:
        """A page that sells so many of these prices."""
        rows = [{"price": price, "quantity": quantity} for price, quantity in items]
        lines = {"line_items": rows} if rows else {}
        return self.post("/v1/checkout/sessions", {"mode": mode, "success_url": THANKS, **lines, **more})

    def complete(self, session: str, **typed: Any) -> Any:
        """The session after its customer has bought."""
        return self.control(f"checkout/{session}/complete", typed)

    def declined(self, session: str, **typed: Any) -> tuple[int, str]:
        """The status and the sentence where the customer could not buy."""
        with pytest.raises(ControlError) as refused:
            self.complete(session, **typed)
        return refused.value.status, refused.value.message

    def control(self, call: str, body: dict[str, Any]) -> Any:
        """The JSON of a control call."""
        handle = self.simulator.control.handle
        return json.loads(json.dumps(handle("POST", f"/_pinstripe/{call}", self.key, json.dumps(body).encode())))

    def turn(self, now: int) -> None:
        """Turn the account's clock."""
        self.control("clock", {"now": now})

    def told(self, since: int = 0) -> list[str]:
        """The types of what happened, without the making of what is sold."""
        catalog = ("plan.", "price.", "product.", "coupon.")
        return [event["type"] for event in self.events()[since:] if not event["type"].startswith(catalog)]


def asked(price: str, mode: str = "payment", *, quantity: int | None = 1, **more: Any) -> dict[str, Any]:
    """A request for a session."""
    row = {"price": price} if quantity is None else {"price": price, "quantity": quantity}
    return {"mode": mode, "success_url": THANKS, "line_items": [row], **more}
