"""A simulator on a socket of this machine, in the foreground or beside a test."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pinstripe.http.app import create_app
from pinstripe.http.simulator import Simulator

if TYPE_CHECKING:
    import socket

    import uvicorn

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30
"""How long a server may take to start or to stop."""


def new_server(simulator: Simulator, port: int, listening: Callable[[str], None]) -> uvicorn.Server:
    """A uvicorn server bound to loopback that says its base URL once it listens; port 0 lets the system choose one.

    Its `run` raises OSError if it cannot listen.
    """
    import uvicorn  # noqa: PLC0415 - only the server extra has it

    class Server(uvicorn.Server):
        """A server that says where it is, and why it is nowhere."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Open the socket, then say so. Uvicorn opens it: one of our own making would be slow (TCP_NODELAY)."""
            try:
                await super().startup(sockets)
            except SystemExit as exit_:
                # Uvicorn has logged why the socket cannot be opened, and would end the process.
                why = exit_.__context__
                if isinstance(why, OSError) and why.errno is not None:
                    raise OSError(why.errno, f"Cannot listen on {HOST}:{port}: {os.strerror(why.errno)}") from None
                raise
            simulator.accounts.pages = f"http://{HOST}:{self.servers[0].sockets[0].getsockname()[1]}"
            listening(simulator.accounts.pages)

    logging.getLogger("uvicorn.error").addFilter(_is_news)
    app = create_app(simulator)
    quiet: dict[str, Any] = {"log_level": "warning", "access_log": False}
    return Server(uvicorn.Config(app, host=HOST, port=port, ws="none", timeout_graceful_shutdown=1, **quiet))


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's log says what nobody else will: an OSError on the way up is raised."""
    return not isinstance(record.msg, OSError)


@contextlib.contextmanager
def running(simulator: Simulator, port: int = 0) -> Iterator[str]:
    """A server in a thread of its own, for as long as the block lasts; gives its base URL.

    Raises OSError if it cannot listen, such as on a port that is taken.
    """
    started: queue.Queue[str | BaseException] = queue.Queue()
    server = new_server(simulator, port, started.put)

    def serve() -> None:
        """Serve until told to stop; hand over whatever kept the server from starting."""
        try:
            server.run()
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for it
            started.put(error)

    thread = threading.Thread(target=serve, name="pinstripe", daemon=True)
    thread.start()
    try:
        url = started.get(timeout=PATIENCE_SECONDS)
        if not isinstance(url, str):
            raise url
        yield url
    finally:
        server.should_exit = True
        thread.join(timeout=PATIENCE_SECONDS)
