"""A WSGI application as a webhook's target: Flask's, or what Django's `get_wsgi_application()` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from pinstripe_scenarios.answers import Answer


class WsgiApp:
    """Takes what Stripe posts to one path of an application, in the caller's own thread."""

    def __init__(self, app: Any, path: str) -> None:
        self.path = path
        self._transport = httpx.WSGITransport(app, raise_app_exceptions=True)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Its answer; what it raises reaches the caller."""
        request = httpx.Request("POST", f"http://testserver{self.path}", content=body, headers=dict(headers))
        response = self._transport.handle_request(request)
        text = response.read().decode(errors="replace")  # an application works while its answer is read
        return Answer(response.status_code, text)
