"""How fast events go out, next to the HTTP client alone that posts the same bodies.

Measured by `pytest tests/benchmarks --benchmark-enable -s`; otherwise everything runs once and small.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.client import Client

from pinstripe.webhooks.delivery import Sender, deliver, hand_over
from pinstripe.webhooks.outbox import Parcel


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take one request and answer it, as little as there can be of a receiver."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def _receiving() -> AsyncIterator[str]:
    """A receiver in the same loop; gives its URL."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"


def owing(count: int, url: str) -> tuple[Client, str]:
    """An account that owes an endpoint so many events."""
    stripe = Client()
    endpoint = stripe.post("/v1/webhook_endpoints", {"url": url, "enabled_events": ["customer.created"]})
    for number in range(count):
        stripe.post("/v1/customers", {"email": f"{number}@example.com"})
    return stripe, endpoint["id"]


async def _deliver(count: int) -> tuple[float, float]:
    """Seconds for so many deliveries, and for the client alone with the same bodies and headers."""
    async with _receiving() as url, Sender() as sender:
        stripe, endpoint = owing(count, url)
        world = stripe.simulator.account(stripe.key).world
        started = time.process_time()
        assert await deliver(world, endpoint, sender, contextlib.nullcontext()) == count
        took = time.process_time() - started
        assert {row["_state"] for row in world.tables["delivery"].objects.values()} == {"delivered"}
        again, _ = owing(count, url)
        parcels: list[Parcel] = hand_over(again.simulator.account(again.key).world, lambda *_: 200)
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(trust_env=False, limits=limits) as client:
            started = time.process_time()
            for parcel in parcels:
                answer = await client.post(parcel.url, content=parcel.body, headers=parcel.headers)
                assert answer.status_code == 200
            return took, time.process_time() - started


def test_deliveries(benchmark: Any) -> None:
    """A delivery is looked up, told, signed, posted and settled; the client alone only posts."""
    count = 1000 if benchmark.enabled else 3
    took, bare = benchmark.pedantic(lambda: asyncio.run(_deliver(count)), rounds=1)
    ratio = took / bare
    benchmark.extra_info.update(ratio=ratio, per_second=count / took)
    if benchmark.enabled:
        rates = f"{count / took:,.0f} deliveries/s; the client alone {count / bare:,.0f}"
        sys.stdout.write(f"\n{rates}: ratio {ratio:.2f}\n")


@pytest.mark.parametrize("count", [2])
def test_what_is_handed_over_in_process(benchmark: Any, count: int) -> None:
    """The same without a socket: told, signed and settled."""
    count = 1000 if benchmark.enabled else count
    stripe, _ = owing(count, "https://app.example.com/hooks")
    world = stripe.simulator.account(stripe.key).world
    handed = benchmark.pedantic(lambda: hand_over(world, lambda *_: 200), rounds=1)
    assert len(handed) == count
    if benchmark.enabled:
        sys.stdout.write(f"\n{count / benchmark.stats['mean']:,.0f} events/s handed over in process\n")
