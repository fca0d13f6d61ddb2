"""An httpx client whose other end is a simulator in this process, and a way to spoil what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe_contracts.exchange import Caller

KEY = "sk_test_contracts"
NOW = 1_801_396_800
"""31 January 2027, noon UTC."""

Spoil = Callable[[httpx.Request, httpx.Response], httpx.Response]


def client(simulator: Simulator | None = None, spoil: Spoil | None = None) -> httpx.Client:
    """A client of a simulator, each of whose answers passes through `spoil`."""
    asked = simulator or Simulator(seed="contracts", now=NOW)

    def answer(request: httpx.Request) -> httpx.Response:
        """One exchange without a socket."""
        path, _, query = request.url.raw_path.decode().partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        given = asked.handle(Request(request.method, path, query, headers, request.read()))
        response = httpx.Response(given.status, headers=dict(given.headers), content=given.body)
        return response if spoil is None else spoil(request, response)

    return httpx.Client(base_url="http://simulator", transport=httpx.MockTransport(answer))


def caller(spoil: Spoil | None = None) -> Caller:
    """Somebody who asks a simulator that has three customers already."""
    simulator = Simulator(seed="contracts", now=NOW)
    for name in ("Ada", "Bob", "Eve"):
        Caller(client(simulator), KEY).create("/v1/customers", name=name)
    return Caller(client(simulator, spoil), KEY)


def changed(response: httpx.Response, **members: Any) -> httpx.Response:
    """An answer with other members; None takes a member away."""
    body = {**response.json(), **members}
    left = {name: value for name, value in body.items() if value is not None}
    return httpx.Response(response.status_code, headers=response.headers, content=orjson.dumps(left))
