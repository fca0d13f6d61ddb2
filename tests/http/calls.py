"""Requests as they come from the wire, and answers as they go out: nothing parsed, nothing added but a key."""

from __future__ import annotations

import json
from typing import Any

from pinstripe import Simulator
from pinstripe.http.message import Request, Response

KEY = "sk_test_http"
NOW = 1_801_396_800
"""31 January 2027, noon UTC."""


def call(
    simulator: Simulator, method: str, path: str, form: str = "", headers: dict[str, str] | None = None
) -> Response:
    """The answer to one request; a form travels in the body of a POST and in the query of anything else."""
    in_body = method == "POST"
    names = {"authorization": f"Bearer {KEY}"} | {name.lower(): value for name, value in (headers or {}).items()}
    path, _, query = path.partition("?")
    if form and not in_body:
        query = "&".join(filter(None, (query, form)))
    return simulator.handle(Request(method, path, query, names, form.encode() if in_body else b""))


def made(simulator: Simulator, path: str, form: str = "") -> Any:
    """What a POST that is not refused makes."""
    answer = call(simulator, "POST", path, form)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def error(answer: Response) -> Any:
    """The `error` hash of a refusal."""
    assert answer.status >= 400, answer.body
    return json.loads(answer.body)["error"]
