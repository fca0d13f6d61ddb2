"""What the operations of Issuing need."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table

ADDRESS = {"line1": "123 Main Street", "city": "San Francisco", "state": "CA", "postal_code": "94111", "country": "US"}


def authorization(asker: Asker) -> str:
    """An approved authorization that was not captured."""
    body = {"card": asker.make("issued_card"), "amount": 1000}
    return str(asker.ok("POST", "/v1/test_helpers/issuing/authorizations", body)["id"])


def transaction(asker: Asker) -> str:
    """A capture."""
    body = {"card": asker.make("issued_card"), "amount": 1000}
    return str(asker.ok("POST", "/v1/test_helpers/issuing/transactions/create_force_capture", body)["id"])


def card(asker: Asker) -> str:
    """A physical card that may pay."""
    body = {
        "cardholder": asker.make("cardholder"),
        "currency": "usd",
        "type": "physical",
        "status": "active",
        "shipping": {"name": "Ada Lovelace", "address": ADDRESS},
    }
    return str(asker.ok("POST", "/v1/issuing/cards", body)["id"])


def cardholder(asker: Asker) -> str:
    """Somebody to carry a card."""
    body = {"name": "Ada Lovelace", "email": "ada@example.com", "billing": {"address": ADDRESS}}
    return str(asker.ok("POST", "/v1/issuing/cardholders", body)["id"])


def _awaited(asker: Asker) -> Mapping[str, str]:
    """An authorization that an endpoint decides, which then leaves the others alone."""
    body = {"url": "https://example.com/hook", "enabled_events": ["issuing_authorization.request"]}
    endpoint = asker.ok("POST", "/v1/webhook_endpoints", body)["id"]
    waiting = authorization(asker)
    asker.ok("DELETE", f"/v1/webhook_endpoints/{endpoint}")
    return {"authorization": waiting}


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
