"""The part of the control plane that plays the customer of an intent: authenticates, or fails to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe.errors import StripeError, no_such
from pinstripe.http.accounts import Account
from pinstripe.http.message import Request
from pinstripe.resources import registry
from pinstripe.resources.payments import confirming, setup_intents

CALL = re.compile(r"(?P<noun>payment|setup)_intents/(?P<intent>[^/]+)/authenticate")
"""What can be posted."""


def match(method: str, call: str) -> Mapping[str, str] | None:
    """The noun and the id in a call of this part; None where it is not one."""
    found = CALL.fullmatch(call) if method == "POST" else None
    return None if found is None else found.groupdict()


def run(account: Account, path: str, ids: Mapping[str, str], given: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Let the customer of an intent succeed, or fail with `{"succeed": false}`; answers the intent as it is then.

    Raises StripeError where there is no such intent or nobody waits for its customer. The call stands in the account's
    journal like any other.
    """
    if set(given) - {"succeed"} or not isinstance(given.get("succeed", True), bool):
        raise StripeError('Send {"succeed": true}, {"succeed": false}, or nothing for true.')
    kind = f"{ids['noun']}_intent"
    request = Request("POST", path, f"key={account.key}", {"content-type": "application/json"}, body)
    tx = account.world.transaction({"id": account.begin(request), "idempotency_key": None})
    intent = tx.get(kind, ids["intent"])
    if intent is None:
        raise no_such(kind, ids["intent"], param="intent", in_path=True)
    authenticate = setup_intents.authenticate if kind == "setup_intent" else confirming.authenticate
    try:
        after = authenticate(tx, intent, succeed=given.get("succeed", True) is not False)
    except ValueError as error:
        raise StripeError(str(error), status=409) from None
    shown = registry.body(tx, after)
    tx.commit()
    return shown
