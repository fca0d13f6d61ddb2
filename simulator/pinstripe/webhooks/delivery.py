"""Events on their way: over HTTP from a server, or handed to a function by a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

from pinstripe.webhooks.outbox import Outcome, Parcel, due, parcel, settle
from pinstripe.world import World

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 10.0
"""How long a receiver may take for its whole answer. [inferred: what a checkout waits for its webhook]"""

Post = Callable[[str, bytes, dict[str, str]], int]
"""Takes url, body and headers to the receiver and returns the status it answered."""


class Sender:
    """Posts parcels: no proxies, no redirects, no cookies from an earlier try.

    Every try has a connection of its own, because an idle one may be closed by its receiver just when it is used again.
    The client is made for the first parcel, for it takes a server as long to load as everything else together.
    """

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Begin with nothing."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of what was needed."""
        if self._client is not None:
            await self._client.aclose()

    async def post(self, parcel: Parcel, timeout_seconds: float) -> Outcome:
        """One try; whatever goes wrong on the way is a failed try."""
        client = self._ready()
        client.cookies.clear()
        try:
            async with asyncio.timeout(timeout_seconds):
                response = await client.post(parcel.url, content=parcel.body, headers=parcel.headers)
        except TimeoutError:
            return Outcome(None, f"no answer within {timeout_seconds:g} seconds")
        except Exception as error:  # noqa: BLE001 - the address is the user's: it may be wrong in ways httpx does not foresee
            return Outcome(None, f"{type(error).__name__}: {error}")
        return Outcome(response.status_code)

    def _ready(self) -> httpx.AsyncClient:
        """The client; how long a try may take is said for each."""
        if self._client is None:
            import httpx  # noqa: PLC0415 - lazy on purpose

            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            self._client = httpx.AsyncClient(
                timeout=None,  # noqa: S113 - `post` has one for each try
                follow_redirects=False,
                trust_env=False,
                limits=limits,
            )
        return self._client


async def deliver(
    world: World,
    endpoint: str,
    sender: Sender,
    turn: AbstractContextManager[object],
    timeout_seconds: float = TIMEOUT_SECONDS,
    *,
    kept: Callable[[], bool] = lambda: True,
) -> int:
    """Send one endpoint what it is due, one after the other so that it sees events in order; how many were due.

    `turn` is held while the world is looked at, and never while a receiver takes its time. Nothing more goes out once
    the world is not `kept`.
    """
    with turn:
        waiting = due(world, endpoint)
    for delivery in waiting:
        with turn:
            ready = parcel(world, delivery.id) if kept() else None
        if ready is not None:
            outcome = ready.answered or await sender.post(ready, timeout_seconds)
            with turn:
                settle(world, ready, outcome)
    return len(waiting)


def hand_over(world: World, post: Post) -> list[Parcel]:
    """Give what is due to a function, in order, in the caller's own thread; an exception in it reaches the caller."""
    handed = []
    for delivery in due(world):
        ready = parcel(world, delivery.id)
        if ready is not None:
            settle(world, ready, ready.answered or Outcome(post(ready.url, ready.body, ready.headers)))
            if ready.answered is None:
                handed.append(ready)
    return handed
