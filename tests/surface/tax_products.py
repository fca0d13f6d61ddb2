"""What the operations of Stripe Tax need."""

from __future__ import annotations

from collections.abc import Mapping

from tests.surface.driver import Driver, Table

BERLIN = {"line1": "Unter den Linden 1", "city": "Berlin", "postal_code": "10117", "country": "DE"}
SETTINGS = {"defaults": {"tax_code": "txcd_10000000"}, "head_office": {"address": BERLIN}}
SALE = {
    "currency": "eur",
    "customer_details": {"address": BERLIN, "address_source": "shipping"},
    "line_items": [{"amount": 1000, "reference": "tea"}],
}


def calculation(driver: Driver) -> str:
    """A sale reckoned in Germany, where the account collects."""
    _ready(driver)
    return str(driver.ok("POST", "/v1/tax/calculations", SALE)["id"])


def transaction(driver: Driver) -> str:
    """A sale that was recorded."""
    body = {"calculation": calculation(driver), "reference": f"order-{driver.make('tax_location')}"}
    return str(driver.ok("POST", "/v1/tax/transactions/create_from_calculation", body)["id"])


def location(driver: Driver) -> str:
    """A concert hall."""
    return str(driver.ok("POST", "/v1/tax/locations", {"type": "performance", "address": BERLIN})["id"])


def _ready(driver: Driver) -> Mapping[str, str]:
    """Settings, and a registration in Germany."""
    driver.ok("POST", "/v1/tax/settings", SETTINGS)
    driver.ok("POST", "/v1/tax/registrations", REGISTRATION)
    return {}


REGISTRATION = {
    "country": "DE",
    "active_from": "now",
    "country_options": {"de": {"type": "standard", "standard": {"place_of_supply_scheme": "standard"}}},
}

TABLE = Table(
    requests={
        "GET /v1/tax/associations/find": {"payment_intent": "$payment_intent"},
        "GET /v1/tax/locations": {"type": "performance"},
        "POST /v1/tax/calculations": SALE,
        "POST /v1/tax/locations": {"type": "performance", "address": BERLIN},
        "POST /v1/tax/registrations": REGISTRATION,
        "POST /v1/tax/registrations/{id}": {"expires_at": "now"},
        "POST /v1/tax/settings": SETTINGS,
        "POST /v1/tax/transactions/create_from_calculation": {"calculation": "$calculation", "reference": "order-1"},
        "POST /v1/tax/transactions/create_reversal": {
            "original_transaction": "$tax_transaction",
            "mode": "full",
            "reference": "back-1",
        },
    },
    makers={
        "calculation": calculation,
        "tax_transaction": transaction,
        "tax_location": location,
        "/v1/tax/calculations/{}": calculation,
        "/v1/tax/transactions/{}": transaction,
    },
    before={"POST /v1/tax/calculations": _ready},
)
