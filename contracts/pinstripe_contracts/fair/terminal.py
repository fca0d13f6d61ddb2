"""What the operations of Terminal need."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table

ADDRESS = {"line1": "123 Main Street", "city": "San Francisco", "state": "CA", "postal_code": "94111", "country": "US"}
QUESTION = {"type": "email", "custom_text": {"title": "Your email"}, "required": True}


def location(asker: Asker) -> str:
    """A shop."""
    return str(asker.ok("POST", "/v1/terminal/locations", {"display_name": "Shop", "address": ADDRESS})["id"])


def reader(asker: Asker) -> str:
    """A simulated reader in it."""
    body = {"registration_code": "simulated-wpe", "location": asker.make("terminal_location")}
    return str(asker.ok("POST", "/v1/terminal/readers", body)["id"])


def _asking(asker: Asker) -> Mapping[str, str]:
    """A reader that asks for an address."""
    id_ = reader(asker)
    asker.ok("POST", f"/v1/terminal/readers/{id_}/collect_inputs", {"inputs": [QUESTION]})
    return {"reader": id_}


CART = {
    "currency": "usd",
    "total": 1100,
    "tax": 100,
    "line_items": [{"amount": 1000, "description": "Tea", "quantity": 1}],
}

TABLE = Table(
    requests={
        "POST /v1/terminal/configurations": {"name": "Shop", "tipping": {"usd": {"fixed_amounts": [100, 200]}}},
        "POST /v1/terminal/configurations/{configuration}": {"name": "Shops", "tipping": ""},
        "POST /v1/terminal/connection_tokens": {"location": "$terminal_location"},
        "POST /v1/terminal/locations": {"display_name": "Shop", "address": ADDRESS},
        "POST /v1/terminal/locations/{location}": {"display_name": "Shop 2"},
        "POST /v1/terminal/onboarding_links": {
            "link_type": "apple_terms_and_conditions",
            "link_options": {"apple_terms_and_conditions": {"merchant_display_name": "Shop"}},
        },
        "POST /v1/terminal/readers": {"registration_code": "simulated-wpe", "location": "$terminal_location"},
        "POST /v1/terminal/readers/{reader}": {"label": "Till"},
        "POST /v1/terminal/readers/{reader}/collect_inputs": {"inputs": [QUESTION]},
        "POST /v1/terminal/readers/{reader}/collect_payment_method": {"payment_intent": "$payment_intent"},
        "POST /v1/terminal/readers/{reader}/confirm_payment_intent": {"payment_intent": "$payment_intent"},
        "POST /v1/terminal/readers/{reader}/process_payment_intent": {"payment_intent": "$payment_intent"},
        "POST /v1/terminal/readers/{reader}/process_setup_intent": {
            "setup_intent": "$terminal_setup_intent",
            "allow_redisplay": "always",
        },
        "POST /v1/terminal/readers/{reader}/refund_payment": {"payment_intent": "$payment_intent", "amount": 100},
        "POST /v1/terminal/readers/{reader}/set_reader_display": {"type": "cart", "cart": CART},
    },
    makers={
        "terminal_location": location,
        "terminal_setup_intent": lambda asker: str(asker.ok("POST", "/v1/setup_intents")["id"]),
        "/v1/terminal/readers/{}": reader,
        "/v1/test_helpers/terminal/readers/{}": reader,
    },
    before={
        "POST /v1/test_helpers/terminal/readers/{reader}/succeed_input_collection": _asking,
        "POST /v1/test_helpers/terminal/readers/{reader}/timeout_input_collection": _asking,
    },
)
