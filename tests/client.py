"""A caller for tests: forms in, parsed JSON out, in process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pinstripe import Simulator
from pinstripe.http.message import Request

NOW = 1_801_396_800
"""31 January 2027, noon UTC: where a test's time stands unless it says otherwise."""


class Client:
    """One API key of a simulator, at one API version or at the account's."""

    def __init__(self, simulator: Simulator | None = None, *, version: str | None = None) -> None:
        self.simulator = Simulator(seed="client", now=NOW) if simulator is None else simulator
        self.version = version
        self.key = "sk_test_client"

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What Stripe answers to a GET that is not refused."""
        return self._answered("GET", path, params)

    def post(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What Stripe answers to a POST that is not refused."""
        return self._answered("POST", path, params)

    def delete(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What Stripe answers to a DELETE that is not refused."""
        return self._answered("DELETE", path, params)

    def refused(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """The status and the error of a request that is refused."""
        status, body = self.ask(method, path, params)
        assert status != 200, body
        return status, body["error"]

    def events(self) -> list[Any]:
        """Everything that happened, oldest first."""
        return list(reversed(self.get("/v1/events", {"limit": 100})["data"]))

    def ask(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """The status and the body, whatever they are."""
        form = urlencode(list(fields(params or {})))
        headers = {"authorization": f"Bearer {self.key}"}
        if self.version is not None:
            headers["stripe-version"] = self.version
        in_url = method != "POST"
        request = Request(method, path, form if in_url else "", headers, b"" if in_url else form.encode())
        response = self.simulator.handle(request)
        return response.status, json.loads(response.body)

    def _answered(self, method: str, path: str, params: Mapping[str, Any] | None) -> Any:
        status, body = self.ask(method, path, params)
        assert status == 200, body
        return body


def fields(params: Mapping[str, Any] | Sequence[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Parameters as the fields of a form, arrays by index."""
    rows = params.items() if isinstance(params, Mapping) else enumerate(params)
    for key, value in rows:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if isinstance(value, Mapping | list | tuple):
            yield from fields(value, name)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
