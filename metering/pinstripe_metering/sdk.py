"""The one place that knows how the official SDK is laid out, from release 11 to today's."""

from __future__ import annotations

from typing import Any, cast

import stripe


def billing(client: stripe.StripeClient) -> Any:
    """The services under `/v1/billing`: the client's own at first, its `v1`'s in later releases."""
    return cast("Any", getattr(client, "v1", client)).billing


def find_meter(client: stripe.StripeClient, event_name: str) -> Any | None:
    """The active meter of an event name, of which there is at most one. [documented]"""
    active = billing(client).meters.list({"status": "active", "limit": 100}).auto_paging_iter()
    return next((meter for meter in active if meter.event_name == event_name), None)
