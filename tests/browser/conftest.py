"""A browser for all tests of this folder, a shop with the official SDK, and the page its customers come back to."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from stripe import StripeClient
from tests.browser.visitor import Visitor, visiting

from pinstripe import Simulator
from pinstripe.http.server import running


@pytest.fixture(scope="session")
def visitor() -> Iterator[Visitor]:
    """Somebody at a browser."""
    with visiting() as visitor:
        yield visitor


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """A server of ours on this machine."""
    with running(Simulator(seed="browser")) as url:
        yield url


@pytest.fixture
def stripe(base: str, request: pytest.FixtureRequest) -> StripeClient:
    """The official SDK, speaking to an account of the test's own."""
    key = f"sk_test_{request.node.name.replace('_', '').replace('[', '').replace(']', '')}"
    return StripeClient(key, base_addresses={"api": base})


class Thanks(http.server.BaseHTTPRequestHandler):
    """The caller's own site: it thanks everybody, whatever they ask for."""

    def do_GET(self) -> None:
        """Thank."""
        body = b"<!doctype html><title>Shop</title><body>Thank you"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the standard library calls it
        """Say nothing."""


@pytest.fixture(scope="session")
def shop() -> Iterator[str]:
    """The base URL of the caller's own site."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Thanks) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
