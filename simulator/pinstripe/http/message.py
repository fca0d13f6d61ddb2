"""A request and a response, free of any server: the same whether they crossed a socket or not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

COMMON_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, "
    "X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
    "Access-Control-Max-Age": "300",
    "Cache-Control": "no-cache, no-store",
    "Content-Type": "application/json",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "Vary": "Origin",
    "X-Stripe-Routing-Context-Priority-Tier": "api-testmode",
}
"""What every answer to a known caller carries. [recorded]"""


class Request(NamedTuple):
    """What the caller sent; header names in lower case, the path still percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""


class Response(NamedTuple):
    """What the caller gets."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    lost: bool = False
    """Whether the caller gets nothing of it, because the connection ends before."""
    seconds: float = 0.0
    """How late the caller gets it, by the caller's own clock."""
