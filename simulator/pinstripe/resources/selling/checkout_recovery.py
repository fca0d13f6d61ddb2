"""The way back to a Checkout Session that has expired: an address that makes a copy of it. [documented]"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Handler
from pinstripe.resources.selling.asking import CREATE, ask
from pinstripe.world import Object, Transaction

LASTS = 30 * 24 * 3600
"""How long an expired session can be recovered, in seconds. [documented]"""
OF_ITS_OWN = ("after_expiration", "allow_promotion_codes", "discounts", "expand", "expires_at")
"""Parameters that a copy does not repeat as they were."""


def recipe(params: Params) -> dict[str, Any]:
    """What was asked for, kept with a session that may be recovered."""
    recovery = (params.peek("after_expiration") or {}).get("recovery") or {}
    return {"_recipe": {name: params.peek(name) for name in params}} if recovery.get("enabled") else {}


def offered(tx: Transaction, session: Object) -> dict[str, Any]:
    """The changes that tell an expired session's customer the way back."""
    recovery = (session.get("after_expiration") or {}).get("recovery")
    if not recovery or not recovery["enabled"]:
        return {}
    host = f"{tx.world.pages}/r" if tx.world.pages else "https://buy.stripe.com/r"
    url = f"{host}/test_{tx.world.seed.secret(f'{session.id}:recovery', 24)}"
    told = {**recovery, "expires_at": tx.now() + LASTS, "url": url}
    return {"after_expiration": {"recovery": told}, "_recovery_url": url}


def recover(tx: Transaction, session: Object, create: Handler) -> Object:
    """A copy of an expired session, which says of which; codes may be typed if that was promised. [documented]

    Its discounts come along. [inferred: unless codes may be typed, which excludes them]
    """
    recovery = (session.get("after_expiration") or {}).get("recovery") or {}
    if session["status"] != "expired" or not recovery.get("url"):
        raise refusals.session_cannot_be_recovered(session["status"])
    if tx.now() >= recovery["expires_at"]:
        raise refusals.recovery_is_over()
    asked: Mapping[str, Any] = session["_recipe"]
    said = {name: value for name, value in asked.items() if name not in OF_ITS_OWN}
    if recovery["allow_promotion_codes"]:
        said["allow_promotion_codes"] = True
    elif asked.get("discounts"):
        said["discounts"] = asked["discounts"]
    copy = ask(tx, CREATE, create, _thawed(said))
    return tx.put(copy, payment_link=session["payment_link"], recovered_from=session.id)


def _thawed(value: Any) -> Any:
    """A value as a request brings it."""
    if isinstance(value, Mapping):
        return {name: _thawed(inner) for name, inner in value.items()}
    return [_thawed(inner) for inner in value] if isinstance(value, tuple | list) else value
