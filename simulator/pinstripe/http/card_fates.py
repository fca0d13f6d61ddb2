"""The part of the control plane that gives a card its fate: that it fails later, recovers, or wants its holder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe.errors import StripeError
from pinstripe.http.accounts import Account
from pinstripe.http.message import Request
from pinstripe.resources import refusals
from pinstripe.resources.payment_methods import fates

CALL = re.compile(r"payment_methods/(?P<card>[^/]+)/fate")
"""What can be posted."""


def match(method: str, call: str) -> Mapping[str, str] | None:
    """The id in a call of this part; None where it is not one."""
    found = CALL.fullmatch(call) if method == "POST" else None
    return None if found is None else found.groupdict()


def run(account: Account, path: str, ids: Mapping[str, str], given: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Give a payment method the fate of the body; answers what it is then.

    Raises StripeError where there is no such payment method or no such fate. The call stands in the account's journal
    like any other.
    """
    request = Request("POST", path, f"key={account.key}", {"content-type": "application/json"}, body)
    tx = account.world.transaction({"id": account.begin(request), "idempotency_key": None})
    method = tx.get("payment_method", ids["card"])
    if method is None:
        raise refusals.no_such_payment_method(ids["card"], in_path=True)
    try:
        shown = fates.declare(tx, method, given)
    except fates.FateError as error:
        raise StripeError(str(error)) from None
    tx.commit()
    return shown
