"""Where webhooks arrive: each one is verified with the official SDK before it counts."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

PATIENCE_SECONDS = 10.0


class UndeliveredError(Exception):
    """Something happened and nobody was told in time."""


class Inbox:
    """An app's webhook handler, and the list of what it has been told.

    `pump` makes the deliveries happen where no server does it by itself.
    """

    def __init__(
        self,
        client: stripe.StripeClient,
        pump: Callable[[], object] = lambda: None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.client = client
        self.pump = pump
        self.patience_seconds = patience_seconds
        self.secret = ""
        self.bodies: list[bytes] = []
        self.events: list[stripe.Event] = []
        self.happened: list[str] = []
        """The ids of the events the API lists, the oldest first."""
        self.refused = 0
        self._arrived: queue.SimpleQueue[tuple[bytes, stripe.Event]] = queue.SimpleQueue()

    def receive(self, body: bytes, signature: str | None) -> int:
        """Take one delivery, in any thread; the status to answer with. What is not signed by Stripe is refused."""
        try:
            event = stripe.Webhook.construct_event(body, signature or "", self.secret)
        except (ValueError, stripe.SignatureVerificationError):
            self.refused += 1
            return 400
        self._arrived.put((body, event))
        return 200

    def settle(self) -> list[stripe.Event]:
        """Wait until everything that has happened has arrived; what is new, in the order of its arrival.

        What has happened is asked of the API, so that a lost delivery cannot go unnoticed.
        """
        missing = self._happened_since()
        self.happened += missing
        self.pump()
        fresh: list[stripe.Event] = []
        while missing:
            try:
                body, event = self._arrived.get(timeout=self.patience_seconds)
            except queue.Empty:
                raise UndeliveredError(f"Not delivered: {', '.join(sorted(missing.values()))}") from None
            self.bodies.append(body)
            fresh.append(event)
            missing.pop(event.id, None)
        self.events += fresh
        return fresh

    def _happened_since(self) -> dict[str, str]:
        """The events that are newer than the last one that arrived: id and type, the oldest first."""
        newer: dict[str, str] = {}
        since = self.events[-1].id if self.events else None
        more = True
        while more:
            # A raw request, because turning hundreds of events into objects takes the SDK longer than all the rest.
            bound = {"ending_before": since} if since else {}
            page: Any = self.client.raw_request("get", "/v1/events", limit=100, **bound).data
            newer |= {event["id"]: event["type"] for event in reversed(page["data"])}
            more = page["has_more"]
            assert since or not more, "settle before a hundred events have happened unnoticed"
            since = page["data"][0]["id"] if more else None
        return newer


@contextlib.contextmanager
def listening(inbox: Inbox) -> Iterator[str]:
    """A web server on a free port of this machine that hands deliveries to an inbox; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        """Takes POSTs."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """One delivery."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(inbox.receive(body, self.headers.get("Stripe-Signature")))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Nothing: what arrives is told by the inbox."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="webhooks", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/webhooks"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
