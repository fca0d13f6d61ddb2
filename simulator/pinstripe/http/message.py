"""A request and a response, free of any server: the same whether they crossed a socket or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller sent; header names in lower case, the path still percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What the caller gets."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    lost: bool = False
    """Whether the caller gets nothing of it, because the connection ends before."""
    seconds: float = 0.0
    """How late the caller gets it, by the caller's own clock."""
