"""The API's own way from a socket and back: what a request of `/v1/` and `/v2/` needs of ASGI, and no more.

Starlette serves everything else. It looks for a route among dozens and builds a request and a response around what the
pipeline looks at and answers anyway, which made a quarter of the time of a small request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from pinstripe.http.decoding import LARGEST_UPLOAD
from pinstripe.http.message import COMMON_HEADERS, Request, Response
from pinstripe.http.simulator import Simulator

API = ("/v1/", "/v2/")
SESSIONS = "/v1/stripecli/"
"""What is no part of the API, whatever its path says: see `cli/routes.py`."""


class Direct:
    """An application that hands requests to the API by their path alone, and leaves the rest to another one."""

    def __init__(self, api: Api, rest: ASGIApp) -> None:
        self.api = api
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; that of a lifespan has no path."""
        path = scope.get("path", "")
        is_api = scope["type"] == "http" and path.startswith(API) and not path.startswith(SESSIONS)
        await (self.api if is_api else self.rest)(scope, receive, send)


class Api:
    """An application that answers every request as the API does."""

    def __init__(self, simulator: Simulator, lost: Callable[[Response], ASGIApp]) -> None:
        self.simulator = simulator
        self.lost = lost
        """What becomes of an answer that never arrives."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as late as a fault has it."""
        answer = self.simulator.handle(asked(scope, await body_of(receive)))
        if answer.seconds:
            await asyncio.sleep(answer.seconds)
        if answer.lost:
            await self.lost(answer)(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": written(answer)})
        await send({"type": "http.response.body", "body": answer.body})


def asked(scope: Scope, body: bytes) -> Request:
    """A request as the pipeline knows it."""
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii", "replace").partition("?")[0],
        query=scope["query_string"].decode("ascii", "replace"),
        headers={_names.get(name) or _name(name): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


async def body_of(receive: Receive) -> bytes:
    """The body, or of one that is too large for any request just enough to see that it is."""
    message = await receive()
    if not message.get("more_body"):
        whole: bytes = message.get("body", b"")
        return whole
    body = bytearray(message.get("body", b""))
    while message.get("more_body") and len(body) <= LARGEST_UPLOAD:
        message = await receive()
        body += message.get("body", b"")
    return bytes(body)


def written(answer: Response) -> list[tuple[bytes, bytes]]:
    """The headers of an answer as ASGI has them."""
    headers = [_COMMON.get(line) or _raw(*line) for line in answer.headers.items()]
    headers.append((b"content-length", b"%d" % len(answer.body)))
    return headers


def _raw(name: str, value: str) -> tuple[bytes, bytes]:
    """A header in bytes."""
    return name.lower().encode("latin-1"), value.encode("latin-1")


_COMMON = {line: _raw(*line) for line in COMMON_HEADERS.items()}
"""The headers of every answer in bytes."""
_names: dict[bytes, str] = {}
MOST_NAMES = 1_000


def _name(raw: bytes) -> str:
    """The name of a caller's header as text, one text for all requests."""
    name = raw.decode("latin-1")
    if len(_names) < MOST_NAMES:
        _names[raw] = name
    return name
