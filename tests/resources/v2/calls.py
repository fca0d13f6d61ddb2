"""Asking API v2 in tests: helpers that the files about its nouns share."""

from __future__ import annotations

from typing import Any

from tests.surface.driver import Driver

from pinstripe_contracts import shape
from pinstripe_contracts.conformance import conforms

ACCOUNTS = "/v2/core/accounts"
TRANSFERS = {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}}
SHOP = {"contact_email": "shop@example.com", "identity": {"country": "de"}, "configuration": TRANSFERS}


def account(api: Driver, **members: Any) -> str:
    """A recipient."""
    return str(api.ok("POST", ACCOUNTS, {**SHOP, **members})["id"])


def included(api: Driver, id_: str, *words: str) -> Any:
    """An account with what `include` asks for."""
    return api.ok("GET", f"{ACCOUNTS}/{id_}", {"include": words})


def refused(api: Driver, method: str, path: str, params: Any = None) -> tuple[int, str]:
    """The status and the code of a refusal."""
    answer = api.ask(method, path, params)
    assert answer.status >= 400, answer.body
    return answer.status, answer.body["error"].get("code", "")


def told(api: Driver) -> list[Any]:
    """The thin events, oldest first, each in the shape of its type."""
    events = list(reversed(api.ok("GET", "/v2/core/events", {"limit": 100})["data"]))
    wrong = [
        problem
        for event in events
        for problem in conforms(event, shape(event["type"] if "data" in event else "v2.core.event"), shape)
    ]
    assert wrong == []
    return events


def types(api: Driver) -> list[str]:
    """What was told, oldest first."""
    return [event["type"] for event in told(api)]
