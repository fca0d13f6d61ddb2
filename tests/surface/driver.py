"""Every operation asked fairly, in process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe_contracts import contract, operations
from pinstripe_contracts.fair.asker import PLACEHOLDER, Answer, Asker, Table
from tests.client import NOW, fields
from tests.uploads import CONTENT_TYPE, multipart

BY_NAME = {operation.name: operation for operation in operations()}
BY_PLACE = {(operation.method, PLACEHOLDER.sub("{}", operation.path)): operation for operation in operations()}


class Driver(Asker):
    """One account of a simulator, whose clock can be turned."""

    def __init__(self, tables: Iterable[Table], *, seed: str = "surface", version: str | None = None) -> None:
        super().__init__(tables, now=NOW)
        self.simulator = Simulator(seed=seed, now=NOW, api_version=version or contract().version)
        self.key = "sk_test_surface"

    def advance(self, to: int) -> None:
        """Turn the account's clock."""
        self.simulator.accounts.of(self.key).set_clock(to)

    def ask(self, method: str, path: str, params: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """One request: a form, or JSON at v2."""
        headers = {"authorization": f"Bearer {key or self.key}"}
        if path.startswith("/v2/"):
            headers["stripe-version"] = contract().version
        query, body = "", b""
        if method != "POST":
            query = urlencode(list(fields(params or {})))
        elif path.startswith("/v2/"):
            body = json.dumps(params or {}).encode()
            headers["content-type"] = "application/json"
        elif any(isinstance(value, bytes) for value in (params or {}).values()):
            body, headers["content-type"] = multipart(params or {}), CONTENT_TYPE
        else:
            body = urlencode(list(fields(params or {}))).encode()
            headers["content-type"] = "application/x-www-form-urlencoded"
        response = self.simulator.handle(Request(method, path, query, headers, body))
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status, json.loads(response.body) if is_json and response.body else response.body)
