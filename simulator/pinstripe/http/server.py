"""A simulator on a socket of this machine, in the foreground or beside a test."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pinstripe.http.app import create_app
from pinstripe.http.simulator import Simulator

if TYPE_CHECKING:
    import socket

    import uvicorn

HOST = "127.0.0.1"


def new_server(simulator: Simulator, port: int, listening: Callable[[str], None]) -> uvicorn.Server:
    """A uvicorn server bound to loopback that says its base URL once it listens; port 0 lets the system choose one."""
    import uvicorn  # noqa: PLC0415 - only the server extra has it

    class Server(uvicorn.Server):
        """A server that says where it is."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Open the socket, then say so."""
            await super().startup(sockets)
            if self.started:
                listening(f"http://{HOST}:{self.servers[0].sockets[0].getsockname()[1]}")

    app = create_app(simulator)
    return Server(
        uvicorn.Config(app, host=HOST, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    )


@contextlib.contextmanager
def running(simulator: Simulator, port: int = 0) -> Iterator[str]:
    """A server in a thread of its own, for as long as the block lasts; gives its base URL.

    Raises OSError if the port is taken.
    """
    urls: queue.Queue[str | None] = queue.Queue()
    server = new_server(simulator, port, urls.put)

    def serve() -> None:
        """Serve until told to stop; a server that could not start says so by a None."""
        try:
            server.run()
        finally:
            urls.put(None)

    thread = threading.Thread(target=serve, name="pinstripe", daemon=True)
    thread.start()
    url = urls.get(timeout=30)
    if url is None:
        raise OSError(f"pinstripe could not listen on {HOST}:{port}: the port is taken")
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(timeout=10)
