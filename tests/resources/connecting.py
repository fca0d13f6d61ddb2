"""A platform and an account connected to it, as tests of money between them have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.client import NOW, Client, fields

from pinstripe.http.message import Request

AT_ONCE = {"allowed_payment_method_types": ["card"], "capture_method": "automatic"}
"""A payment whose money is booked before the answer."""


def payee(client: Client) -> str:
    """An account for which its platform has accepted the terms, so that it can be paid and charged."""
    asked = {"card_payments": {"requested": True}, "transfers": {"requested": True}}
    accepted = {"date": NOW, "ip": "203.0.113.7"}
    return str(client.post("/v1/accounts", {"type": "custom", "capabilities": asked, "tos_acceptance": accepted})["id"])


class Acting(Client):
    """The same key, acting for a connected account."""

    def __init__(self, platform: Client, account: str) -> None:
        super().__init__(platform.simulator, version=platform.version)
        self.key, self.account = platform.key, account

    def ask(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """The status and the body, whatever they are."""
        form = urlencode(list(fields(params or {})))
        headers = {"authorization": f"Bearer {self.key}", "stripe-account": self.account}
        in_url = method != "POST"
        request = Request(method, path, form if in_url else "", headers, b"" if in_url else form.encode())
        response = self.simulator.handle(request)
        return response.status, json.loads(response.body)


def nets(client: Client) -> list[tuple[str, int, int]]:
    """Type, amount and net of everything on a balance, oldest first."""
    rows = reversed(client.get("/v1/balance_transactions", {"limit": 100})["data"])
    return [(row["type"], row["amount"], row["net"]) for row in rows]


def worth(client: Client) -> int:
    """All that an account has, available or not."""
    balance = client.get("/v1/balance")
    return sum(row["amount"] for name in ("available", "pending") for row in balance[name])


def stripes(client: Client) -> int:
    """What Stripe itself has taken of an account."""
    rows = client.get("/v1/balance_transactions", {"limit": 100})["data"]
    return sum(cost["amount"] for row in rows for cost in row["fee_details"] if cost["type"] == "stripe_fee")


CARD = {"currency": "usd", "payment_method": "pm_card_visa", "confirm": True, "expand": ["latest_charge"]}


class Platform:
    """A platform with one account that it pays."""

    def __init__(self) -> None:
        self.stripe = Client()
        self.account = payee(self.stripe)
        self.theirs = Acting(self.stripe, self.account)

    def pay(self, amount: int, *, destination: bool = True, **terms: Any) -> Any:
        """The charge of a card payment whose money is booked at once; to the account, unless it is told otherwise."""
        to = {"transfer_data": {"destination": self.account}} if destination else {}
        made = self.stripe.post("/v1/payment_intents", {"amount": amount, **CARD, **AT_ONCE, **to, **terms})
        return made["latest_charge"]

    def direct(self, amount: int, fee: int) -> Any:
        """The charge of a card payment in the account itself."""
        terms = {"amount": amount, "application_fee_amount": fee}
        return self.theirs.post("/v1/payment_intents", {**CARD, **AT_ONCE, **terms})["latest_charge"]

    def told(self) -> list[str]:
        """The types of what happened to the platform."""
        return [event["type"] for event in self.stripe.events()]
