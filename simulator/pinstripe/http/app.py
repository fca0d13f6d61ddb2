"""The simulator as an ASGI application, with a task beside it that keeps accounts and deliveries up to date."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator

import orjson
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route

from pinstripe.http.control import PREFIX, ControlError
from pinstripe.http.message import Request
from pinstripe.http.simulator import Simulator
from pinstripe.webhooks.delivery import deliver, new_client

LARGEST_BODY = 1_000_000
"""Bytes a request body may have; Stripe's own limit is not documented."""
METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]
LONGEST_NAP_SECONDS = 3600.0


class Heart:
    """Beats when something is due: an alarm of an account that follows the machine's clock, or a delivery."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.touched = asyncio.Event()

    def touch(self) -> None:
        """Something happened: look again."""
        self.touched.set()

    async def beat(self) -> None:
        """Look, deliver, and sleep until the next moment something is due."""
        async with new_client() as client:
            while True:
                self.touched.clear()
                for account in list(self.simulator.accounts.by_key.values()):
                    account.world.catch_up()
                    await deliver(account.world, client)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.touched.wait(), self._nap())

    def _nap(self) -> float:
        """Seconds until the next alarm or retry of any account."""
        naps = [LONGEST_NAP_SECONDS]
        for account in self.simulator.accounts.by_key.values():
            at = account.world.next_moment()
            if at is not None:
                naps.append(max(at - account.world.clock.now(), 0.05))
        return min(naps)


def create_app(simulator: Simulator) -> Starlette:
    """The application that serves a simulator."""
    heart = Heart(simulator)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        """Let the heart beat as long as the server runs."""
        task = asyncio.create_task(heart.beat())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def api(request: StarletteRequest) -> StarletteResponse:
        """Any call to the API."""
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return _control_answer(413, {"error": f"A request body may have {LARGEST_BODY} bytes at most."})
        answer = simulator.handle(
            Request(
                method=request.method,
                path=request.scope["raw_path"].decode("ascii", "replace").partition("?")[0],
                query=request.scope["query_string"].decode("ascii", "replace"),
                headers={name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw},
                body=body,
            )
        )
        heart.touch()
        return StarletteResponse(answer.body, answer.status, answer.headers)

    async def control(request: StarletteRequest) -> StarletteResponse:
        """Any call to the control plane, from this machine only."""
        if not _is_local(request):
            return _control_answer(403, {"error": "The control plane answers this machine only."})
        try:
            answer = simulator.control.handle(
                request.method, request.url.path, request.query_params.get("key"), await request.body()
            )
        except ControlError as error:
            return _control_answer(error.status, {"error": error.message})
        heart.touch()
        return _control_answer(200, answer)

    routes = [Route(PREFIX + "{call:path}", control, methods=METHODS), Route("/{path:path}", api, methods=METHODS)]
    return Starlette(routes=routes, lifespan=lifespan)


def _is_local(request: StarletteRequest) -> bool:
    """Whether the caller sits on this machine; callers without an address are in this process."""
    if request.client is None:
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(request.client.host).is_loopback
    return request.client.host in ("localhost", "testclient")


def _control_answer(status: int, body: dict[str, object]) -> StarletteResponse:
    """JSON that is not Stripe's."""
    return StarletteResponse(orjson.dumps(body), status, media_type="application/json")
