"""API versions: the rules know the newest shape only; a ladder lifts older requests up and takes answers down.

A rung is one incompatible change. What Stripe only adds (a key of an answer, an optional parameter, an event type) is
no rung: additions belong to the day of the call, not to its version, so they show at every version. [documented: "API
upgrades" counts them as compatible; recorded: a customer and a payment intent asked for at 2023-10-16 in May 2026
carry `customer_account`, which came with 2025-12-15.clover]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions import clover, dahlia, endive
from pinstripe.wire.versions.ladder import Ladder, Rung

__all__ = ["DEFAULT", "LADDER", "SERVED", "Ladder", "Rung", "lift", "lower", "of_request", "rendered"]

LADDER = Ladder((*endive.RELEASES, *dahlia.RELEASES, *clover.RELEASES))

SERVED = LADDER.versions
"""Versions whose shapes pinstripe answers in, newest first."""

DEFAULT = SERVED[0]
"""The version of an account, which speaks where a request or an endpoint names none."""


def of_request(header: str | None) -> str:
    """The version a request asks for; one that cannot be answered truly is refused."""
    if header is None or header == "":
        return DEFAULT
    if header not in SERVED:
        raise errors.unsupported_version(header, SERVED)
    return header


def lift(operation: str, params: Mapping[str, Tree], version: str) -> Mapping[str, Tree]:
    """Parameters of an older version in the newest one's words."""
    return LADDER.lift(operation, params, version)


def lower(body: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """An answer in an older version's shape."""
    return LADDER.lower(body, version)


def rendered(event: Mapping[str, Any], version: str | None) -> Mapping[str, Any]:
    """An event as an endpoint gets it: at its own version, else at the account's."""
    return LADDER.rendered(event, version or DEFAULT)
