"""Which API versions are spoken, and what a request without one gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors

SERVED = ("2026-10-28.endive",)
"""Versions whose shapes pinstripe answers in, newest first."""

DEFAULT = SERVED[0]


def of_request(header: str | None) -> str:
    """The version a request asks for; one that cannot be answered truly is refused."""
    if header is None or header == "":
        return DEFAULT
    if header not in SERVED:
        raise errors.unsupported_version(header, SERVED)
    return header


def lift(operation: str, params: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Parameters of an older version in the newest one's words."""
    return params


def lower(body: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """An answer in an older version's shape."""
    return body
