"""The part of the control plane that does what Stripe's Dashboard does to endpoints: roll a secret, set the retries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe.http.delivery_control import NotThereError
from pinstripe.resources import delivery_settings, webhook_endpoints
from pinstripe.resources.webhook_endpoints import LONGEST_ROLL_SECONDS
from pinstripe.wire.rules import RuleError
from pinstripe.world import Transaction

SETTINGS = "delivery_settings"
ROLL = re.compile(r"webhook_endpoints/(?P<endpoint>[^/]+)/roll")


def matches(method: str, call: str) -> bool:
    """Whether a call is one of these."""
    return (call == SETTINGS and method in ("GET", "POST")) or (method == "POST" and ROLL.fullmatch(call) is not None)


def run(tx: Transaction, method: str, call: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one call; raises SettingError, RuleError or NotThereError."""
    if call == SETTINGS:
        settings = delivery_settings.of(tx) if method == "GET" else delivery_settings.change(tx, given)
        return settings.shown()
    named = ROLL.fullmatch(call)
    assert named is not None, f"{method} {call} was not matched"
    endpoint = tx.get("webhook_endpoint", named["endpoint"])
    if endpoint is None:
        raise NotThereError(f"There is no webhook endpoint {named['endpoint']}.")
    seconds = given.get("expires_in", 0)
    if set(given) - {"expires_in"} or type(seconds) is not int or not 0 <= seconds <= LONGEST_ROLL_SECONDS:
        raise RuleError(f'Send {{"expires_in": SECONDS}}, from 0 to {LONGEST_ROLL_SECONDS}, or nothing for at once.')
    rolled = webhook_endpoints.roll(tx, endpoint, seconds)
    return {"id": rolled.id, "secret": rolled["_secret"], "old_secret_until": rolled["_old_until"]}
