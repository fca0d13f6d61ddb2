"""The simulator as an ASGI application, with a heart beside it that keeps accounts and deliveries up to date."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator

import orjson
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pinstripe.http.control import PREFIX, ControlError
from pinstripe.http.decoding import LARGEST_UPLOAD
from pinstripe.http.heart import Heart
from pinstripe.http.hosted import routes as hosted
from pinstripe.http.message import Request
from pinstripe.http.simulator import Simulator
from pinstripe.webhooks.delivery import Sender

METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]


class Anything(Convertor[str]):
    """The rest of a path, also with a line feed in it, at which Starlette's own `path` ends."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Write it as it is."""
        return value


class LostResponse(StarletteResponse):
    """An answer that never arrives: the connection ends instead.

    A server's own connection is cut. Where there is none in reach, the answer ends before its body does, which no
    client takes for an answer either.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as Starlette calls it
        """End the connection."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        raise ConnectionAbortedError("a fault was ordered: the connection is lost")


register_url_convertor("anything", Anything())


def create_app(simulator: Simulator) -> Starlette:
    """The application that serves a simulator."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        """Let the heart beat as long as the server runs."""
        async with Sender() as sender:
            beating = asyncio.create_task(Heart(simulator, sender).beat())
            try:
                yield
            finally:
                beating.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beating

    async def api(request: StarletteRequest) -> StarletteResponse:
        """Any call to the API."""
        answer = simulator.handle(
            Request(
                method=request.method,
                path=request.scope["raw_path"].decode("ascii", "replace").partition("?")[0],
                query=request.scope["query_string"].decode("ascii", "replace"),
                headers={name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw},
                body=await _body(request),
            )
        )
        if answer.lost:
            return LostResponse(answer.body, answer.status, answer.headers)
        return StarletteResponse(answer.body, answer.status, answer.headers)

    async def control(request: StarletteRequest) -> StarletteResponse:
        """Any call to the control plane, from this machine only."""
        if not _is_local(request):
            return _control_answer(403, {"error": "The control plane answers this machine only."})
        body = await _body(request)
        try:
            with simulator.turn:
                answer = simulator.control.handle(
                    request.method, request.url.path, request.query_params.get("key"), body
                )
        except ControlError as error:
            return _control_answer(error.status, {"error": error.message})
        return _control_answer(200, answer)

    routes = [
        Route(PREFIX + "{call:path}", control, methods=METHODS),
        *hosted.routes(simulator),
        Route("/{path:anything}", api, methods=METHODS),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _body(request: StarletteRequest) -> bytes:
    """The body, or of one that is too large for any request just enough to see that it is."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_UPLOAD:
            break
    return bytes(body)


def _is_local(request: StarletteRequest) -> bool:
    """Whether the caller sits on this machine; callers without an address are in this process."""
    if request.client is None:
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(request.client.host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    return request.client.host in ("localhost", "testclient")


def _control_answer(status: int, body: dict[str, object]) -> StarletteResponse:
    """JSON that is not Stripe's."""
    return StarletteResponse(orjson.dumps(body), status, media_type="application/json")
