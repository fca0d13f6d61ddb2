"""A simulator on a socket of this machine, in the foreground or beside a test."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinstripe.http.app import create_app
from pinstripe.http.simulator import Simulator

if TYPE_CHECKING:
    import socket

    import uvicorn

HOST = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - where a user asks for it, such as in a container
PATIENCE_SECONDS = 30
"""How long a server may take to start or to stop."""


def new_server(
    simulator: Simulator,
    port: int,
    listening: Callable[[str], None],
    unix_socket: str | None = None,
    *,
    host: str = HOST,
    open_control: bool = False,
) -> uvicorn.Server:
    """A uvicorn server that says its base URL once it listens; port 0 lets the system choose one.

    It listens on this machine alone unless given another host, and its control plane answers this machine alone unless
    `open_control` is set.

    Where it is given the path of a Unix socket it listens there as well: the Stripe CLI sends the calls for all of
    Stripe's hosts to it. Its `run` raises OSError if it cannot listen.
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
                    raise OSError(why.errno, f"Cannot listen on {host}:{port}: {os.strerror(why.errno)}") from None
                raise
            if unix_socket is not None:
                loop = asyncio.get_running_loop()
                self.servers.append(await loop.create_unix_server(self._protocol, unix_socket))
            simulator.accounts.pages = (
                f"http://{HOST if host in EVERYWHERE else host}:{self.servers[0].sockets[0].getsockname()[1]}"
            )
            listening(simulator.accounts.pages)

        def _protocol(self) -> asyncio.Protocol:
            """What speaks to one connection."""
            speaker: Any = self.config.http_protocol_class
            protocol: asyncio.Protocol = speaker(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )
            return protocol

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Leave no socket behind."""
            await super().shutdown(sockets)
            if unix_socket is not None:
                Path(unix_socket).unlink(missing_ok=True)  # noqa: ASYNC240 - the server has ended

    logging.getLogger("uvicorn.error").addFilter(_is_news)
    app = create_app(simulator, open_control=open_control)
    quiet: dict[str, Any] = {"log_level": "warning", "access_log": False}
    sockets: dict[str, Any] = {"ws": _websocket, "ws_per_message_deflate": False}
    return Server(uvicorn.Config(app, host=host, port=port, timeout_graceful_shutdown=1, **sockets, **quiet))


def _websocket(**options: Any) -> asyncio.Protocol:
    """What speaks to a websocket, loaded by the first of them: only the Stripe CLI opens any."""
    from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol  # noqa: PLC0415 - lazy on purpose

    assert AutoWebSocketsProtocol is not None, "the server extra brings websockets"
    return AutoWebSocketsProtocol(**options)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's log says what nobody else will: an OSError on the way up is raised."""
    return not isinstance(record.msg, OSError)


@contextlib.contextmanager
def running(simulator: Simulator, port: int = 0, unix_socket: str | None = None) -> Iterator[str]:
    """A server in a thread of its own, for as long as the block lasts; gives its base URL.

    Raises OSError if it cannot listen, such as on a port that is taken.
    """
    started: queue.Queue[str | BaseException] = queue.Queue()
    server = new_server(simulator, port, started.put, unix_socket=unix_socket)

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
