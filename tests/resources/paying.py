"""Payment intents as tests make them, and the customer who acts."""

from __future__ import annotations

from typing import Any

from tests.client import NOW, Client

BACK = "https://shop.example/back"


def intend(client: Client, **params: Any) -> Any:
    """An intent over 20.00 USD."""
    return client.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", **params})


def pay(client: Client, card: str, **params: Any) -> tuple[int, Any]:
    """The status and the body of a payment that is confirmed at once."""
    body = {"amount": 2000, "currency": "usd", "payment_method": card, "confirm": True, "return_url": BACK}
    return client.ask("POST", "/v1/payment_intents", {**body, **params})


def turn(client: Client, seconds: int) -> None:
    """Turn the account's clock."""
    client.simulator.control.handle("POST", "/_pinstripe/clock", client.key, b'{"now": %d}' % (NOW + seconds))


def customer_acts(client: Client, intent: str, *, succeed: bool) -> Any:
    """Let the customer of an intent be authenticated, or fail to."""
    body = b"" if succeed else b'{"succeed": false}'
    path = f"/_pinstripe/payment_intents/{intent}/authenticate"
    return client.simulator.control.handle("POST", path, client.key, body)
