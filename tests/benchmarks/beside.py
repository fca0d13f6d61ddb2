"""A server in a process of its own, for benchmarks: the simulator, or an application that only reads what it is sent.

`python -m tests.benchmarks.beside simulator|bare|strict` prints its port. `bare` is what somebody would write who wants
nothing but the body: a route of Starlette, as `test_start_up` has it. `strict` is the least that uvicorn can serve,
without route, request and response. All of them answer `GET /cpu` with the seconds of processor time that they have
used, so that they can be compared on a machine that does other things too.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send


async def read(request: Request) -> JSONResponse:
    """Read the body as what it says it is, keep nothing, answer an object."""
    if request.headers.get("content-type") == "application/json":
        await request.json()
    else:
        parse_qsl((await request.body()).decode())
    return JSONResponse({})


async def strict(_: Scope, receive: Receive, send: Send) -> None:
    """The same by hand."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if body[:1] == b"{":
        json.loads(body)
    else:
        parse_qsl(body.decode())
    await answer(send, b"{}")


async def answer(send: Send, body: bytes) -> None:
    """Send 200 and a body."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def counted(app: ASGIApp) -> ASGIApp:
    """An application that also says how much processor time its process has used."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `/cpu`, and leave the rest to the application."""
        if scope["type"] == "http" and scope["path"] == "/cpu":
            await answer(send, str(time.process_time()).encode())
        else:
            await app(scope, receive, send)

    return run


class Served:
    """A connection to such a server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
        """The body of an answer that must be 200."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, rest = got.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(rest) < length:
            rest += self._more()
        assert head.split()[1] == b"200", rest
        return rest

    def _more(self) -> bytes:
        """What comes next."""
        more = self.socket.recv(65_536)
        assert more, "the server has gone"
        return more

    def json(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Any:
        """The same, read."""
        return json.loads(self.ask(method, path, headers, body))

    def cpu(self) -> float:
        """Seconds of processor time that the server has used."""
        return float(self.ask("GET", "/cpu", {}))


@contextmanager
def served(which: str) -> Iterator[Served]:
    """Such a server, as long as the block lasts."""
    command = [sys.executable, "-m", "tests.benchmarks.beside", which]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            server = Served(int(process.stdout.readline()))
            with server.socket:
                yield server
        finally:
            process.terminate()


class Bare(uvicorn.Server):
    """A server that says on which port it is."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        told(self.servers[0].sockets[0].getsockname()[1])


def told(port: object) -> None:
    """Say on which port a server is."""
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def bare(app: ASGIApp) -> uvicorn.Server:
    """An application by uvicorn with the settings of the simulator's, in a process that has loaded nothing else."""
    return Bare(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False, ws="none"))


def simulator() -> uvicorn.Server:
    """The simulator as `pinstripe serve` starts it."""
    from pinstripe.cli import loading  # noqa: PLC0415 - the others do not load it

    with loading():
        from pinstripe import Simulator  # noqa: PLC0415 - loaded as `serve` loads it
        from pinstripe.http.server import new_server  # noqa: PLC0415 - and this

        made = Simulator(seed="beside")
    return new_server(made, 0, lambda url: told(url.rpartition(":")[2]))


def main() -> None:
    """Serve one of them, on connections that may rest for long."""
    servers: dict[str, Callable[[], uvicorn.Server]] = {
        "simulator": simulator,
        "bare": lambda: bare(Starlette(routes=[Route("/{path:path}", read, methods=["POST"])])),
        "strict": lambda: bare(strict),
    }
    server = servers[sys.argv[1]]()
    app: Any = server.config.app
    server.config.app = counted(app)
    server.config.timeout_keep_alive = 3_600
    server.run()


if __name__ == "__main__":
    main()
