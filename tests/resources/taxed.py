"""An account with Stripe Tax set up, for the tests of automatic tax."""

from __future__ import annotations

import json
from typing import Any

from tests.client import Client
from tests.resources.shop import CARD

BERLIN = {"line1": "Unter den Linden 1", "city": "Berlin", "postal_code": "10117", "country": "DE"}
PARIS = {"line1": "1 Rue de Rivoli", "city": "Paris", "postal_code": "75001", "country": "FR"}
OAKLAND = {"line1": "1 Broadway", "city": "Oakland", "state": "CA", "postal_code": "94607", "country": "US"}
ON = {"enabled": True}


class Taxed(Client):
    """A seller in Berlin who collects in Germany, whose prices bear tax on top unless they say otherwise."""

    def __init__(self, *, behavior: str = "exclusive", code: str = "txcd_10000000", **more: Any) -> None:
        super().__init__(**more)
        defaults = {"tax_behavior": behavior, "tax_code": code}
        self.post("/v1/tax/settings", {"defaults": defaults, "head_office": {"address": BERLIN}})
        self.register("DE")

    def register(self, country: str, **options: Any) -> None:
        """Collect in a country from now on."""
        type_ = options.pop("type", "standard")
        scheme = {"standard": {"place_of_supply_scheme": "standard"}} if type_ == "standard" else {}
        given = {country.lower(): {"type": type_, **(scheme if country in ("DE", "FR", "IE") else {}), **options}}
        body = {"country": country, "active_from": "now", "country_options": given}
        self.post("/v1/tax/registrations", body)

    def customer(self, address: dict[str, str] | None = None, **more: Any) -> str:
        """Somebody with a card, who lives there."""
        said = {} if address is None else {"address": address}
        return str(self.post("/v1/customers", {"email": "ada@example.com", **CARD, **said, **more})["id"])

    def price(self, amount: int, *, interval: str | None = "month", **more: Any) -> str:
        """A price in euros."""
        recurring = {} if interval is None else {"recurring": {"interval": interval}}
        product = more.pop("product_data", {"name": "Gold"})
        body = {"currency": "eur", "unit_amount": amount, "product_data": product, **recurring, **more}
        return str(self.post("/v1/prices", body)["id"])

    def declare(self, **rate: str) -> Any:
        """A rate of the test's own."""
        return self.control("POST", "tax_rates", rate)

    def control(self, method: str, call: str, body: dict[str, Any] | None = None) -> Any:
        """What the control plane answers."""
        sent = json.dumps(body or {}).encode()
        return self.simulator.control.handle(method, f"/_pinstripe/{call}", self.key, sent)

    def preview(self, customer: str, *prices: str, **more: Any) -> Any:
        """What a subscription of these prices would cost at first."""
        details = {"items": [{"price": price} for price in prices]}
        body = {"customer": customer, "subscription_details": details, "automatic_tax": ON, **more}
        return self.post("/v1/invoices/create_preview", body)
