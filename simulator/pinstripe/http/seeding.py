"""Stocking an account from a list of calls, in the format of the Stripe CLI's fixtures.

    {"fixtures": [{"name": "gold", "path": "/v1/products", "method": "post", "params": {"name": "Gold"}},
                  {"name": "monthly", "path": "/v1/prices", "method": "post", "params": {"product": "${gold:id}"}}]}

`${gold:id}` is a member of the answer to the call named `gold`, found by a path of names and numbers; a text that is
nothing else takes the member as it is. All calls are made, or none is kept. [documented: the CLI's fixtures]
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from pinstripe.http.message import Request, Response
from pinstripe.wire import versions
from pinstripe.wire.fields import fields

Ask = Callable[[Request], Response]

REFERENCE = re.compile(r"\$\{([^:}]+):([^}]*)\}")
METHODS = ("get", "post", "delete")
WORDS = ("name", "path", "method", "params", "idempotency_key", "context", "expected_error_type")
MOST = 1_000


class SeedError(ValueError):
    """A list of calls that cannot be made; the message says which call, and why."""


def seed(ask: Ask, key: str, given: object) -> dict[str, str | None]:
    """Make the calls in order; the id that each of them answered, by name. Raises SeedError at the first that fails."""
    rows = given.get("fixtures") if isinstance(given, Mapping) else None
    if not isinstance(rows, list) or not rows or len(rows) > MOST:
        raise SeedError(f'Send {{"fixtures": [{{"name", "path", "method", "params"}}, ...]}}, {MOST} at most.')
    answers: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        name, request = _read(number, row, key, answers)
        response = ask(request)
        if not response.headers.get("Content-Type", "").startswith("application/json"):
            raise SeedError(f"Fixture {name!r}: {request.path} answers a file, which holds nothing to speak of.")
        answer = json.loads(response.body)
        expected = row.get("expected_error_type")
        if response.status >= 400 and answer["error"].get("type") != expected:
            said = f"{request.method} {request.path} answered {response.status}: {answer['error'].get('message')}"
            raise SeedError(f"Fixture {name!r}: {said}")
        answers[name] = answer
    return {name: answer.get("id") for name, answer in answers.items()}


def _read(number: int, row: Any, key: str, answers: Mapping[str, Any]) -> tuple[str, Request]:
    """One row as the request that it describes."""
    if not isinstance(row, Mapping) or not row.keys() <= set(WORDS) or not isinstance(row.get("path"), str):
        raise SeedError(f"Fixture {number} is an object with {', '.join(WORDS)}.")
    name, method = str(row.get("name", number)), str(row.get("method", "post"))
    if method not in METHODS:
        raise SeedError(f"Fixture {name!r}: method is one of {', '.join(METHODS)}.")
    path = str(_filled(name, row["path"], answers))
    params = _filled(name, row.get("params") or {}, answers)
    if not isinstance(params, dict):
        raise SeedError(f"Fixture {name!r}: params is an object.")
    headers = {"authorization": f"Bearer {key}"}
    for word, header in (("idempotency_key", "idempotency-key"), ("context", "stripe-context")):
        if row.get(word):
            headers[header] = str(_filled(name, row[word], answers))
    if path.startswith("/v2/"):
        headers |= {"stripe-version": versions.DEFAULT, "content-type": "application/json"}
        return name, Request(method.upper(), path, "", headers, orjson.dumps(params) if params else b"")
    form = urlencode(list(fields(params)))
    in_body = method == "post"
    return name, Request(method.upper(), path, "" if in_body else form, headers, form.encode() if in_body else b"")


def _filled(name: str, value: Any, answers: Mapping[str, Any]) -> Any:
    """A value with every reference looked up."""
    if isinstance(value, Mapping):
        return {key: _filled(name, item, answers) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(name, item, answers) for item in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole is not None:
        return _looked_up(name, whole[1], whole[2], answers)
    return REFERENCE.sub(lambda found: str(_looked_up(name, found[1], found[2], answers)), value)


def _looked_up(name: str, of: str, path: str, answers: Mapping[str, Any]) -> Any:
    """A member of an earlier answer."""
    if of not in answers:
        raise SeedError(f"Fixture {name!r} speaks of {of!r}, which comes later or not at all.")
    value = answers[of]
    for step in path.split("."):
        try:
            value = value[int(step.strip("[]"))] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, ValueError, TypeError):
            raise SeedError(f"Fixture {name!r}: {of!r} has no {path}.") from None
    return value
