"""The official SDK without a socket: an HTTP client for it that hands each call to a simulator in the same process.

    client = transport.client(Simulator())
    client.v1.customers.create({"email": "ada@example.com"})

Everything above the wire is the SDK's own: what it encodes, what it retries and which exception it raises. No webhook
is delivered during a call: an app that is waiting for an answer never finds itself called back.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import stripe

from pinstripe.http.message import Request, Response
from pinstripe.http.simulator import Simulator

DEFAULT_KEY = "sk_test_pinstripe"


class Answering(Protocol):
    """What answers requests: a simulator, or what stands before one."""

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        ...


class InProcessHTTPClient(stripe.HTTPClient):
    """Answers the SDK from a simulator, for `StripeClient(key, http_client=...)` or `stripe.default_http_client`.

    All of Stripe's hosts lead to the simulator, so nothing that goes through this client can reach Stripe.
    """

    name = "pinstripe"

    def __init__(self, simulator: Answering) -> None:
        super().__init__()
        self.simulator = simulator

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        """The answer to a call."""
        response = _waited(self._answer(method, url, headers, post_data))
        return response.body.decode(), response.status, httpx.Headers(dict(response.headers))

    def request_stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[BytesIO, int, Mapping[str, str]]:
        """The answer to a call whose body is read bit by bit, such as a PDF's."""
        response = _waited(self._answer(method, url, headers, post_data))
        return BytesIO(response.body), response.status, httpx.Headers(dict(response.headers))

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """The answer to an awaited call; there is nothing to wait for, unless a fault says so."""
        response = await self._awaited(method, url, headers, post_data)
        return response.body, response.status, httpx.Headers(dict(response.headers))

    async def request_stream_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[AsyncIterator[bytes], int, Mapping[str, str]]:
        """The answer to an awaited call whose body is read bit by bit."""
        response = await self._awaited(method, url, headers, post_data)
        return _once(response.body), response.status, httpx.Headers(dict(response.headers))

    def close(self) -> None:
        """Nothing is open."""

    async def close_async(self) -> None:
        """Nothing is open."""

    async def sleep_async(self, secs: float) -> None:
        """Let the others run; see `_sleep_time_seconds`."""
        await asyncio.sleep(secs)

    def _sleep_time_seconds(self, *_: Any, **__: Any) -> float:
        """Seconds to wait before a retry: none, for real time changes nothing here. How often is the SDK's business."""
        return 0.0

    def _answer(self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any) -> Response:
        """The simulator's answer to what the SDK would have sent."""
        parts = urlsplit(url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        request = Request(
            method=method.upper(),
            path=parts.path,
            query=parts.query,
            headers={name.lower(): str(value) for name, value in (headers or {}).items()},
            body=body,
        )
        return self.simulator.handle(request)

    async def _awaited(self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any) -> Response:
        """The answer, as late as a fault has it."""
        response = self._answer(method, url, headers, post_data)
        if response.seconds:
            await asyncio.sleep(response.seconds)
        return _arrived(response)


def _waited(response: Response) -> Response:
    """An answer, as late as a fault has it."""
    if response.seconds:
        threading.Event().wait(response.seconds)
    return _arrived(response)


def _arrived(response: Response) -> Response:
    """An answer; one that is lost is a connection error."""
    if response.lost:
        why = "The connection was lost, as ordered."
        raise stripe.APIConnectionError(why, should_retry=True)  # type: ignore[no-untyped-call]  # as the SDK has it
    return response


async def _once(body: bytes) -> AsyncIterator[bytes]:
    """A body that comes in one piece."""
    yield body


def client(simulator: Simulator, key: str = DEFAULT_KEY, **options: Any) -> stripe.StripeClient:
    """The official client of a simulator; `options` are the rest of `stripe.StripeClient`'s."""
    return stripe.StripeClient(key, http_client=InProcessHTTPClient(simulator), **options)
