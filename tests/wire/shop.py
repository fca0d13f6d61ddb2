"""Somebody who sells by the month, at any API version."""

from __future__ import annotations

from typing import Any

from tests.client import NOW, Client

from pinstripe import Simulator


def shop(version: str | None = None, **options: Any) -> tuple[Client, str]:
    """An account with a customer on a test clock who pays by card."""
    stripe = Client(Simulator(seed="versions", now=NOW, **options), version=version)
    clock = stripe.post("/v1/test_helpers/test_clocks", {"frozen_time": NOW})["id"]
    customer = stripe.post("/v1/customers", {"email": "ada@example.com", "test_clock": clock})["id"]
    card = stripe.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})["id"]
    stripe.post(f"/v1/customers/{customer}", {"invoice_settings[default_payment_method]": card})
    return stripe, customer


def priced(stripe: Client, **terms: Any) -> str:
    """A monthly price."""
    product = stripe.post("/v1/products", {"name": "Weather"})["id"]
    given = {"product": product, "currency": "usd", "unit_amount": 1000, "recurring[interval]": "month", **terms}
    return str(stripe.post("/v1/prices", given)["id"])


def advance(stripe: Client, customer: str, to: int) -> None:
    """Turn the customer's clock."""
    clock = stripe.get(f"/v1/customers/{customer}")["test_clock"]
    stripe.post(f"/v1/test_helpers/test_clocks/{clock}/advance", {"frozen_time": to})
