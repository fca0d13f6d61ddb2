"""The simulator as an ASGI application, with a heart beside it that keeps accounts and deliveries up to date."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import orjson
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pinstripe.http.cli import routes as cli
from pinstripe.http.control import PREFIX, ControlError
from pinstripe.http.direct import Api, Direct, body_of
from pinstripe.http.heart import Heart
from pinstripe.http.hosted import routes as hosted
from pinstripe.http.message import Response
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


def create_app(simulator: Simulator, *, open_control: bool = False) -> ASGIApp:
    """The application that serves a simulator; with `open_control` the control plane answers other machines too."""

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
                simulator.sessions.close()

    async def control(request: StarletteRequest) -> StarletteResponse:
        """Any call to the control plane, from this machine only unless told otherwise; never for a page of the web."""
        if not (open_control or _is_local(request)):
            return _control_answer(403, {"error": "The control plane answers this machine only."})
        if not (open_control or _is_no_name_of_the_web(request.headers.get("host", ""))):
            why = "The control plane goes by localhost, an address or a name without dots; see --open-control."
            return _control_answer(403, {"error": why})
        if not _is_ours(request.headers.get("origin")):
            return _control_answer(403, {"error": "The control plane answers no page of another site."})
        body = await body_of(request.receive)
        try:
            with simulator.turn:
                key, acting_for = request.query_params.get("key"), request.headers.get("stripe-account")
                answer = simulator.control.handle(request.method, request.url.path, key, body, acting_for or None)
        except ControlError as error:
            return _control_answer(error.status, {"error": error.message})
        return _control_answer(200, answer)

    def lost(answer: Response) -> ASGIApp:
        """An answer that never arrives."""
        return LostResponse(answer.body, answer.status, answer.headers)

    api = Api(simulator, lost)
    routes = [
        Route(PREFIX + "{call:path}", control, methods=METHODS),
        *hosted.routes(simulator),
        *cli.routes(simulator),
        Route("/{path:anything}", api),
    ]
    return Direct(api, Starlette(routes=routes, lifespan=lifespan))


def _is_local(request: StarletteRequest) -> bool:
    """Whether the caller sits on this machine; callers without an address are in this process."""
    if request.client is None:
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(request.client.host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    return request.client.host in ("localhost", "testclient")


def _is_no_name_of_the_web(called: str) -> bool:
    """Whether this machine was called by an address, or by a name that is nobody's in the web.

    A page of the web may let its own name lead to this machine, once it is loaded, and its browser then takes whatever
    answers here for the page's own server.
    """
    try:
        host = urlsplit(f"//{called}").hostname or ""
    except ValueError:
        return False
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(host).compressed)
    return "." not in host or host.endswith(".localhost")


def _is_ours(origin: str | None) -> bool:
    """Whether a caller is no web page, or one of this machine: a page of the web must not turn clocks here."""
    host = urlsplit(origin).hostname if origin else None
    return origin is None or host in ("localhost", "127.0.0.1", "::1")


def _control_answer(status: int, body: dict[str, object]) -> StarletteResponse:
    """JSON that is not Stripe's."""
    return StarletteResponse(orjson.dumps(body), status, media_type="application/json")
