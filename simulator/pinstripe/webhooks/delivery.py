"""Events on their way: over HTTP from a server, or handed to a function by a test."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from pinstripe.webhooks.outbox import TIMEOUT_SECONDS, Outcome, Parcel, due, settle
from pinstripe.world import World

Post = Callable[[str, bytes, dict[str, str]], int]
"""Takes url, body and headers to the receiver and returns the status it answered."""


def new_client() -> httpx.AsyncClient:
    """A client for deliveries: no proxies, no redirects."""
    return httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)


async def deliver(world: World, client: httpx.AsyncClient) -> int:
    """Send what is due over HTTP, one after the other so that a receiver sees events in order; how many were sent."""
    parcels = due(world)
    for parcel in parcels:
        settle(world, parcel, await _post(client, parcel))
    return len(parcels)


async def _post(client: httpx.AsyncClient, parcel: Parcel) -> Outcome:
    """One try; whatever goes wrong on the way is a failed try."""
    try:
        response = await client.post(parcel.url, content=parcel.body, headers=parcel.headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Outcome(None, f"{type(error).__name__}: {error}")
    return Outcome(response.status_code)


def hand_over(world: World, post: Post) -> list[Parcel]:
    """Give what is due to a function, in order, in the caller's own thread; an exception in it reaches the caller."""
    parcels = due(world)
    for parcel in parcels:
        settle(world, parcel, Outcome(post(parcel.url, parcel.body, parcel.headers)))
    return parcels
