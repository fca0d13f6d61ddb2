"""Every operation asked once, minimally: its path filled with fresh objects, its body with what it cannot do without.

A table beside this file says what the requests of one domain carry (`REQUESTS`), which operations need something to
have happened before (`BEFORE`), and how an object is made that no collection makes (`MAKERS`). Values that begin with
"$" stand for a fresh object: "$customer" is the id of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe_contracts import Operation, contract, operations
from tests.client import NOW, fields
from tests.uploads import CONTENT_TYPE, multipart

PLACEHOLDER = re.compile(r"\{([^}]*)\}")
BY_NAME = {operation.name: operation for operation in operations()}
BY_PLACE = {(operation.method, PLACEHOLDER.sub("{}", operation.path)): operation for operation in operations()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body, whatever they are."""

    status: int
    body: Any


Make = Callable[["Driver"], str]
"""Makes an object and answers its id."""
Prepare = Callable[["Driver"], Mapping[str, Any]]
"""Does what must come before; answers ids for placeholders by their names, `params`, or the `key` to ask with."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one domain needs."""

    requests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    makers: Mapping[str, Make] = field(default_factory=dict)
    """By the path of one object, its placeholders blank (`/v1/charges/{}`), or by the word after "$"."""
    before: Mapping[str, Prepare] = field(default_factory=dict)


class Driver:
    """One account, and the tables by which its operations are asked."""

    def __init__(self, tables: list[Table], *, seed: str = "surface") -> None:
        self.simulator = Simulator(seed=seed, now=NOW)
        self.requests = {name: row for table in tables for name, row in table.requests.items()}
        self.makers = {name: row for table in tables for name, row in table.makers.items()}
        self.before = {name: row for table in tables for name, row in table.before.items()}
        self.key = "sk_test_surface"

    def run(self, operation: Operation) -> Answer:
        """Ask one operation, after whatever it needs."""
        ids = dict(self.before[operation.name](self)) if operation.name in self.before else {}
        params = dict(self.requests.get(operation.name, {})) | ids.pop("params", {})
        key = ids.pop("key", None)
        path = self.path(operation.path, ids)
        return self.ask(operation.method, path, self.resolved(params), key=key)

    def path(self, template: str, ids: Mapping[str, str] | None = None) -> str:
        """A template with the ids of fresh objects, each made below the ones before it."""
        path = template
        for found in list(PLACEHOLDER.finditer(template)):
            upto = template[: found.end()]
            id_ = (ids or {}).get(found[1]) or self.fresh(PLACEHOLDER.sub("{}", upto), path.partition(found[0])[0])
            path = path.replace(found[0], id_, 1)
        return path

    def fresh(self, place: str, above: str) -> str:
        """The id of a new object that one such path names; `above` is the path of its collection."""
        if place in self.makers:
            return self.makers[place](self)
        operation = BY_PLACE.get(("POST", place.removesuffix("/{}")))
        assert operation is not None, f"nothing makes {place}: give it a maker"
        params = self.resolved(self.requests.get(operation.name, {}))
        return str(self.ok("POST", above.rstrip("/"), params)["id"])

    def advance(self, to: int) -> None:
        """Turn the account's clock."""
        self.simulator.accounts.of(self.key).set_clock(to)

    def make(self, word: str) -> str:
        """The id of a fresh object by a word: "customer"."""
        return self.makers[word](self)

    def resolved(self, value: Any) -> Any:
        """A value with fresh objects for its words."""
        if isinstance(value, str) and value.startswith("$"):
            return self.make(value[1:])
        if isinstance(value, Mapping):
            return {key: self.resolved(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolved(inner) for inner in value]
        return value

    def ok(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The body of a request that is not refused."""
        answer = self.ask(method, path, params)
        assert answer.status < 300, f"{method} {path} {params}: {answer.status} {answer.body}"
        return answer.body

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
