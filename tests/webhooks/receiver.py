"""A receiver of webhooks on this machine: it keeps what arrives and answers as it is told."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        """The event inside."""
        return json.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """Where events go; every path is another endpoint."""

    url: str = ""
    statuses: dict[str, int] = field(default_factory=dict)
    """What to answer on a path: 200 unless it says otherwise."""
    closed: dict[str, threading.Event] = field(default_factory=dict)
    """Paths on which nothing is answered until the event is set."""
    arrivals: queue.Queue[Arrival] = field(default_factory=queue.Queue)

    def arrival(self) -> Arrival:
        """The next request, once it is there."""
        return self.arrivals.get(timeout=PATIENCE_SECONDS)

    def types(self, count: int) -> list[str]:
        """The types of the next so many events."""
        return [self.arrival().event["type"] for _ in range(count)]


@contextlib.contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver for as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """Keeps a request, then answers it."""

        def do_POST(self) -> None:
            """Take an event; a redirect leads back here."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.arrivals.put(Arrival(self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            gate = receiver.closed.get(self.path)
            if gate is not None:
                gate.wait(PATIENCE_SECONDS)
            with contextlib.suppress(OSError):  # the sender may have lost its patience
                self.send_response(receiver.statuses.get(self.path, 200))
                self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Set-Cookie", "tried=1")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the method it replaces
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        for gate in receiver.closed.values():
            gate.set()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_SECONDS)
