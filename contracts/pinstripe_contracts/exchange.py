"""One request and its answer, as the checks see them, and the caller who makes such exchanges."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx

from pinstripe_contracts import forms
from pinstripe_contracts.lookup import Operation, contract, match

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: parameters not yet written down, bytes being files; a key of "" asks without one."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    key: str | None = None
    idempotency_key: str | None = None

    @property
    def url(self) -> str:
        """The path with its query string."""
        written = forms.encode(self.query)
        return f"{self.path}?{written}" if written else self.path

    @property
    def is_v2(self) -> bool:
        """Whether it is of version 2 of the API, which speaks JSON."""
        return self.path.startswith("/v2/")

    def curl(self, base_url: str) -> str:
        """The command that asks the same; the key stays out of reports."""
        words = ["curl", "-X", self.method, f"{base_url}{self.url}"]
        if self.key is None:
            words += ["-u", "$STRIPE_KEY:"]
        elif self.key:
            words += ["-H", "Authorization: Bearer $SESSION_TOKEN"]
        words += ["-H", f"Stripe-Version: {contract().version}"]
        if self.idempotency_key is not None:
            words += ["-H", f"Idempotency-Key: {self.idempotency_key}"]
        if self.body is not None and self.is_v2:
            words += ["-H", f"Content-Type: {JSON}", "-d", _as_json(self.body)]
        elif self.body is not None:
            words += ["-d", forms.encode(self.body)]
        return " ".join(f'"{word}"' if "$S" in word else shlex.quote(word) for word in words)


@dataclass(frozen=True)
class Exchange:
    """A request with its answer; header names in lower case. Status 0 is no answer, and `content` says why."""

    request: Request
    status: int
    headers: Mapping[str, str]
    content: bytes

    @cached_property
    def json(self) -> Any:
        """The body, or None where it is no JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    @property
    def error(self) -> Mapping[str, Any]:
        """The fields of the error envelope; nothing where there is none."""
        error = self.json.get("error") if isinstance(self.json, dict) else None
        return error if isinstance(error, dict) else {}

    @cached_property
    def operation(self) -> Operation | None:
        """The operation that the request meant."""
        found = match(self.request.method, self.request.path)
        return found[0] if found else None


class Caller:
    """Asks one API with one key, at the contract's version."""

    def __init__(self, client: httpx.Client, key: str) -> None:
        self.client = client
        self.key = key
        self.calls = 0

    def call(self, request: Request) -> Exchange:
        """Make one exchange."""
        self.calls += 1
        headers = {"Stripe-Version": contract().version}
        key = self.key if request.key is None else request.key
        if key:
            headers["Authorization"] = f"Bearer {key}"
        if request.idempotency_key is not None:
            headers["Idempotency-Key"] = request.idempotency_key
        try:
            response = self.client.request(request.method, request.url, **_written(request, headers))
        except httpx.HTTPError as error:
            return Exchange(request, 0, {}, f"{type(error).__name__}: {error}".encode())
        return Exchange(
            request=request,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=response.content,
        )

    def create(self, path: str, **body: Any) -> dict[str, Any]:
        """An object made for the run; raises LookupError with Stripe's message where it was refused."""
        made = self.call(Request("POST", path, body=body))
        if made.status != 200 or not isinstance(made.json, dict):
            why = made.error.get("message") or made.content[:200].decode(errors="replace")
            raise LookupError(f"POST {path} answered {made.status or 'nothing'}: {why}")
        return made.json


def _written(request: Request, headers: dict[str, str]) -> dict[str, Any]:
    """Headers and body as they are sent: JSON in version 2, parts where there is a file, or a form."""
    body = request.body
    if body is None:
        return {"headers": headers}
    if request.is_v2:
        return {"headers": {**headers, "Content-Type": JSON}, "content": _as_json(body).encode()}
    members = body.items() if isinstance(body, Mapping) else ()
    files = {name: value for name, value in members if isinstance(value, bytes)}
    if files:
        rest = {name: value for name, value in body.items() if name not in files}
        return {"headers": headers, "data": dict(forms.pairs(rest)), "files": files}
    return {"headers": {**headers, "Content-Type": FORM}, "content": forms.encode(body).encode()}


def _as_json(value: Any) -> str:
    """A body of version 2; bytes, which JSON does not have, are what they say."""
    return json.dumps(value, default=lambda other: bytes(other).decode("utf-8", "replace"))


def new_client(url: str) -> httpx.Client:
    """A client for a base URL: no proxies and no redirects, so that nothing else is tested by accident."""
    return httpx.Client(base_url=url, timeout=PATIENCE_SECONDS, trust_env=False)
