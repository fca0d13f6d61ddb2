"""What the operations of Issuing need."""

from __future__ import annotations

from collections.abc import Mapping

from tests.surface.driver import Driver, Table

ADDRESS = {"line1": "123 Main Street", "city": "San Francisco", "state": "CA", "postal_code": "94111", "country": "US"}


def authorization(driver: Driver) -> str:
    """An approved authorization that was not captured."""
    body = {"card": driver.make("issued_card"), "amount": 1000}
    return str(driver.ok("POST", "/v1/test_helpers/issuing/authorizations", body)["id"])


def transaction(driver: Driver) -> str:
    """A capture."""
    body = {"card": driver.make("issued_card"), "amount": 1000}
    return str(driver.ok("POST", "/v1/test_helpers/issuing/transactions/create_force_capture", body)["id"])


def card(driver: Driver) -> str:
    """A physical card that may pay."""
    body = {
        "cardholder": driver.make("cardholder"),
        "currency": "usd",
        "type": "physical",
        "status": "active",
        "shipping": {"name": "Ada Lovelace", "address": ADDRESS},
    }
    return str(driver.ok("POST", "/v1/issuing/cards", body)["id"])


def cardholder(driver: Driver) -> str:
    """Somebody to carry a card."""
    body = {"name": "Ada Lovelace", "email": "ada@example.com", "billing": {"address": ADDRESS}}
    return str(driver.ok("POST", "/v1/issuing/cardholders", body)["id"])


def _awaited(driver: Driver) -> Mapping[str, str]:
    """An authorization that an endpoint decides."""
    body = {"url": "https://example.com/hook", "enabled_events": ["issuing_authorization.request"]}
    driver.ok("POST", "/v1/webhook_endpoints", body)
    return {"authorization": authorization(driver)}


HELPERS = "POST /v1/test_helpers/issuing/authorizations/{authorization}"

TABLE = Table(
    requests={
        "POST /v1/issuing/cardholders": {"name": "Ada Lovelace", "billing": {"address": ADDRESS}},
        "POST /v1/issuing/cardholders/{cardholder}": {"phone_number": "+15555550100"},
        "POST /v1/issuing/cards": {"cardholder": "$cardholder", "currency": "usd", "type": "virtual"},
        "POST /v1/issuing/cards/{card}": {"status": "active"},
        "GET /v1/issuing/tokens": {"card": "$issued_card"},
        "POST /v1/issuing/disputes": {
            "transaction": "$issuing_transaction",
            "evidence": {"reason": "fraudulent", "fraudulent": {"explanation": "Nobody bought this."}},
        },
        "POST /v1/test_helpers/issuing/authorizations": {"card": "$issued_card", "amount": 1000},
        f"{HELPERS}/increment": {"increment_amount": 500},
        f"{HELPERS}/finalize_amount": {"final_amount": 900},
        f"{HELPERS}/fraud_challenges/respond": {"confirmed": True},
        "POST /v1/test_helpers/issuing/transactions/create_force_capture": {"card": "$issued_card", "amount": 1000},
        "POST /v1/test_helpers/issuing/transactions/create_unlinked_refund": {"card": "$issued_card", "amount": 1000},
    },
    makers={
        "cardholder": cardholder,
        "issued_card": card,
        "issuing_transaction": transaction,
        "/v1/issuing/authorizations/{}": authorization,
        "/v1/issuing/cards/{}": card,
        "/v1/issuing/transactions/{}": transaction,
        "/v1/test_helpers/issuing/authorizations/{}": authorization,
        "/v1/test_helpers/issuing/cards/{}": card,
        "/v1/test_helpers/issuing/transactions/{}": transaction,
    },
    before={
        "POST /v1/issuing/authorizations/{authorization}/approve": _awaited,
        "POST /v1/issuing/authorizations/{authorization}/decline": _awaited,
    },
)
