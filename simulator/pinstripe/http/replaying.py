"""The list of what was asked of an account, and doing it again: what makes a bug report complete."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.message import Request
from pinstripe.http.pipeline import STREAM

REPLAYED_HEADERS = ("content-type", "idempotency-key", "stripe-account", "stripe-context", "stripe-version")
"""The headers that an answer depends on, beside the key; the stream's key is a session's token."""
NEXT_REQUEST: Mapping[str, Any] = {"method": "*", "path": "*", "params": {}, "headers": {}, "nth": 1, "times": 1}
"""What makes a fault meet the next request: the list does not have all that it may have been found by."""


def printed(accounts: Accounts, account: Account) -> dict[str, Any]:
    """What has been asked of the account, in order: enough to do it again.

    A simulator with this seed that begins with the version `begins_with`, asked with this key, gives the same answers
    byte for byte if its clock is turned to `now` before each request, and a request's `fault` is ordered just before
    it; at `now` of the whole list it stands where this one does. Control calls that change anything are in the list.
    What receivers answered to webhooks is not, and so neither is what events say about it. The oldest requests are
    forgotten when there are very many; `forgotten` says how many.
    """
    forgotten = account.requests - len(account.journal)
    return {
        "seed": accounts.seed.value,
        "key": account.key,
        "begins_with": accounts.version,
        "api_version": account.version,
        "now": account.world.now,
        "forgotten": forgotten,
        "requests": [
            {"now": now, **_written(request), **_fault(account, number)}
            for number, (now, request) in enumerate(account.journal, forgotten + 1)
        ],
    }


def read(row: Mapping[str, Any], key: str) -> Request:
    """A row of the list as the request it was."""
    body = row["body"].encode() if "body" in row else base64.b64decode(row["body_base64"])
    headers = {"authorization": f"Bearer {key}", **row["headers"]}
    return Request(row["method"], row["path"], row["query"], headers, body)


def _written(request: Request) -> dict[str, Any]:
    """A request as JSON; a body that is no text in base64."""
    names = ("authorization", *REPLAYED_HEADERS) if request.path == STREAM else REPLAYED_HEADERS
    written: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": {name: request.headers[name] for name in names if name in request.headers},
    }
    try:
        return {**written, "body": request.body.decode()}
    except UnicodeDecodeError:
        return {**written, "body_base64": base64.b64encode(request.body).decode()}


def _fault(account: Account, number: int) -> dict[str, Any]:
    """What a request met: have it wait again just before doing the request again, whatever it was found by."""
    fault = account.faulted.get(number)
    return {} if fault is None else {"fault": replace(fault, **NEXT_REQUEST).shown()}
