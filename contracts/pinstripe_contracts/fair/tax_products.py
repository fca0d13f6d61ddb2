"""What the operations of Stripe Tax need."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table

BERLIN = {"line1": "Unter den Linden 1", "city": "Berlin", "postal_code": "10117", "country": "DE"}
SETTINGS = {"defaults": {"tax_code": "txcd_10000000"}, "head_office": {"address": BERLIN}}
SALE = {
    "currency": "eur",
    "customer_details": {"address": BERLIN, "address_source": "shipping"},
    "line_items": [{"amount": 1000, "reference": "tea"}],
}


def calculation(asker: Asker) -> str:
    """A sale reckoned in Germany, where the account collects."""
    _ready(asker)
    return str(asker.ok("POST", "/v1/tax/calculations", SALE)["id"])


def transaction(asker: Asker) -> str:
    """A sale that was recorded."""
    body = {"calculation": calculation(asker), "reference": f"order-{asker.make('tax_location')}"}
    return str(asker.ok("POST", "/v1/tax/transactions/create_from_calculation", body)["id"])


def payment(asker: Asker) -> str:
    """A payment that is linked with a calculation."""
    hooks = {"inputs": {"tax": {"calculation": calculation(asker)}}}
    return str(asker.ok("POST", "/v1/payment_intents", {"amount": 1190, "currency": "eur", "hooks": hooks})["id"])


def location(asker: Asker) -> str:
    """A concert hall."""
    return str(asker.ok("POST", "/v1/tax/locations", {"type": "performance", "address": BERLIN})["id"])


def _ready(asker: Asker) -> Mapping[str, str]:
    """Settings, and a registration in Germany."""
    asker.ok("POST", "/v1/tax/settings", SETTINGS)
    asker.ok("POST", "/v1/tax/registrations", REGISTRATION)
    return {}


REGISTRATION = {
    "country": "DE",
    "active_from": "now",
    "country_options": {"de": {"type": "standard", "standard": {"place_of_supply_scheme": "standard"}}},
}

TABLE = Table(
    requests={
        "GET /v1/tax/associations/find": {"payment_intent": "$taxed_payment"},
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
        "taxed_payment": payment,
        "tax_location": location,
        "/v1/tax/calculations/{}": calculation,
        "/v1/tax/transactions/{}": transaction,
    },
    before={"POST /v1/tax/calculations": _ready},
)
