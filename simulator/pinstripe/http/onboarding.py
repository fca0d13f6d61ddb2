"""The part of the control plane that plays the holder of a connected account, who comes through Stripe's onboarding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.http.accounts import Account
from pinstripe.http.message import Request
from pinstripe.resources import registry
from pinstripe.resources.by_shape import capabilities, v2_accounts

CALL = re.compile(r"accounts/(?P<account>[^/]+)/onboard")
"""What can be posted."""


def match(method: str, call: str) -> Mapping[str, str] | None:
    """The id in a call of this part; None where it is not one."""
    found = CALL.fullmatch(call) if method == "POST" else None
    return None if found is None else found.groupdict()


def run(account: Account, path: str, ids: Mapping[str, str], given: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Onboard a connected account; answers it as it is then.

    Raises StripeError where there is no such object, or for a name that means nothing. The call stands in the
    platform's journal like any other.
    """
    if given:
        raise errors.unknown_parameters(list(given))
    request = Request("POST", path, f"key={account.key}", {"content-type": "application/json"}, body)
    tx = account.world.transaction({"id": account.begin(request), "idempotency_key": None})
    by_v1, by_v2 = (tx.get(kind, ids["account"]) for kind in ("account", "v2.core.account"))
    if by_v1 is not None:
        shown = registry.body(tx, capabilities.onboard(tx, by_v1))
    elif by_v2 is not None:
        after = v2_accounts.onboard(tx, by_v2)
        shown = {**registry.body(tx, after), "configuration": after["configuration"]}
    else:
        raise errors.no_such("account", ids["account"], param="account", in_path=True)
    tx.commit()
    return shown
