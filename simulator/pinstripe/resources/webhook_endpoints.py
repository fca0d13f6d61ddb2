"""Webhook endpoints, and the deliveries that are owed to them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pinstripe.resources import delivery_settings, refusals
from pinstripe.resources.resource import Answer, Call, Resource, addressed, deleted, listing, merged_metadata, retrieve
from pinstripe.wire import versions
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

DESTINATION = "v2.core.event_destination"
MOST = 16
"""How many endpoints and event destinations an account has. [documented]"""

RETRIES = delivery_settings.RETRIES["sandbox"]
"""Seconds from one failed try to the next, unless the account's settings say otherwise."""
LONGEST_ROLL_SECONDS = 24 * 3600
"""How long a secret that was rolled may still sign. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/webhook_endpoints: the secret shows here and never again. [documented]

    With `connect` it hears of connected accounts, and of those only. [documented]
    """
    tx, params = call.tx, call.params
    require_room(tx)
    version = params.get("api_version")
    if version is not None and version not in versions.SERVED:
        raise refusals.endpoint_version_unsupported(version, versions.SERVED)
    endpoint = tx.new(
        "webhook_endpoint",
        {
            "api_version": version,
            "created": tx.now(),
            "description": params.get("description"),
            "enabled_events": params.get("enabled_events"),
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "status": "enabled",
            "url": checked_url(params.get("url")),
            "_connect": bool(params.get("connect", False)),
        },
    )
    secret = f"whsec_{tx.world.seed.secret(endpoint.id, 32)}"
    tx.put(endpoint, _secret=secret)
    return Object({**endpoint, "secret": secret})


def require_room(tx: Transaction) -> None:
    """One more endpoint or destination fits. [documented of endpoints; inferred: destinations count among them]"""
    if sum(1 for kind in ("webhook_endpoint", DESTINATION) for _ in tx.all(kind)) >= MOST:
        raise refusals.too_many_endpoints(MOST)


def roll(tx: Transaction, endpoint: Object, seconds: int) -> Object:
    """Give an endpoint another secret; the one it had signs beside it for so many seconds more. [documented]"""
    number = endpoint.get("_rolls", 0) + 1
    secret = f"whsec_{tx.world.seed.secret(f'{endpoint.id}:{number}', 32)}"
    old = {"_old_secret": endpoint["_secret"], "_old_until": tx.now() + seconds}
    return tx.put(endpoint, _secret=secret, _rolls=number, **old)


def secrets(tx: Transaction, endpoint: Object) -> list[str]:
    """What an endpoint's events are signed with now."""
    old = endpoint.get("_old_secret")
    if old is None or tx.now() >= endpoint["_old_until"]:
        return [endpoint["_secret"]]
    return [endpoint["_secret"], old]


def checked_url(url: str) -> str:
    """An address events can be sent to."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise refusals.invalid_url()
    return url


def update(call: Call) -> Answer:
    """POST /v1/webhook_endpoints/{webhook_endpoint}."""
    tx, params = call.tx, call.params
    before = addressed(call, "webhook_endpoint", param="webhook_endpoint")
    changes = params.pick("description", "enabled_events")
    if "url" in params:
        changes["url"] = checked_url(params.get("url"))
    if "disabled" in params:
        changes |= {"status": "disabled" if params.get("disabled") else "enabled", "_failing_since": None}
    return tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))


def delete(call: Call) -> Answer:
    """DELETE /v1/webhook_endpoints/{webhook_endpoint}; what it was still owed is dropped."""
    tx = call.tx
    endpoint = addressed(call, "webhook_endpoint", param="webhook_endpoint")
    for delivery in tx.find("delivery", "endpoint", endpoint.id):
        tx.delete(delivery)
    tx.delete(endpoint)
    return deleted(endpoint)


# --- deliveries ------------------------------------------------------------------------------------------------------


def answered(tx: Transaction, delivery: Object, outcome: Mapping[str, object]) -> Object:
    """Note what an endpoint answered to one try: done, to be tried again, or given up."""
    attempts = [*delivery["attempts"], outcome]
    _notice(tx, delivery["endpoint"], ok=bool(outcome["ok"]))
    if outcome["ok"]:
        return tx.put(delivery, attempts=attempts, next_attempt=None, _state="delivered")
    gaps = delivery_settings.of(tx).gaps
    if len(attempts) > len(gaps):
        return tx.put(delivery, attempts=attempts, next_attempt=None, _state="failed")
    return tx.put(delivery, attempts=attempts, next_attempt=tx.now() + gaps[len(attempts) - 1])


def _notice(tx: Transaction, endpoint: str, *, ok: bool) -> None:
    """Remember since when an endpoint or a destination takes nothing, and disable it after too long a time.

    Of a destination no `status_details` say why: none of the documented reasons is that it failed. [inferred]
    """
    destination = tx.get(DESTINATION, endpoint)
    known = tx.get("webhook_endpoint", endpoint) or destination
    if known is None:
        return
    since = known.get("_failing_since")
    if since is None:
        if not ok:
            tx.put(known, _failing_since=tx.now())
    elif ok:
        tx.put(known, _failing_since=None)
    elif tx.now() - since >= delivery_settings.GIVEN_UP_SECONDS:
        updated = {} if destination is None else {"updated": tx.now()}
        tx.put(known, status="disabled", _failing_since=None, **updated)


def _next_attempt(delivery: Object) -> int | None:
    """When a delivery is next to be tried."""
    at: int | None = delivery["next_attempt"]
    return at


WEBHOOK_ENDPOINTS = Resource(
    Kind("webhook_endpoint", "we"),
    {
        "POST /v1/webhook_endpoints": create,
        "GET /v1/webhook_endpoints": listing("webhook_endpoint"),
        "GET /v1/webhook_endpoints/{webhook_endpoint}": retrieve("webhook_endpoint", param="webhook_endpoint"),
        "POST /v1/webhook_endpoints/{webhook_endpoint}": update,
        "DELETE /v1/webhook_endpoints/{webhook_endpoint}": delete,
    },
)

DELIVERIES = Resource(
    Kind(
        "delivery",
        "whd",
        indexes={"endpoint": by("endpoint"), "event": by("event")},
        alarm=_next_attempt,
    )
)
