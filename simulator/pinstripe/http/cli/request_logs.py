"""Lines of the request log, as `stripe logs tail` is sent them, and its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from pinstripe.errors import StripeError
from pinstripe.http.message import Request, Response
from pinstripe.webhooks.listening import Message

ERROR_MEMBERS = ("type", "charge", "code", "decline_code", "error_insight", "message", "param")
FILTERS = (
    *("filter_account", "filter_http_method", "filter_ip_address", "filter_request_path", "filter_request_status"),
    *("filter_source", "filter_status_code", "filter_status_code_type"),
)
LOOPBACK = "127.0.0.1"
"""Where every caller sits."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a tail lets through: a request must fit every filter, and of one filter any value."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, given: str) -> Filters:
        """Filters from their JSON; raises StripeError."""
        try:
            values = orjson.loads(given)
        except orjson.JSONDecodeError:
            values = None
        if not isinstance(values, dict) or not set(values) <= set(FILTERS):
            raise StripeError("Invalid filters.", param="filters")
        if not all(rows is None or isinstance(rows, list) for rows in values.values()):
            raise StripeError("Invalid filters.", param="filters")
        return cls({name: [str(each) for each in rows] for name, rows in values.items() if rows})

    def let_through(self, request: Request, response: Response) -> bool:
        """Whether an exchange is shown."""
        is_connect = "stripe-account" in request.headers
        facts = {
            "filter_account": ["connect_out" if is_connect else "self"],
            "filter_http_method": [request.method],
            "filter_ip_address": [LOOPBACK],
            "filter_request_path": [request.path],
            "filter_request_status": ["SUCCEEDED" if response.status < 300 else "FAILED"],
            "filter_source": ["API"],
            "filter_status_code": [str(response.status)],
            "filter_status_code_type": [f"{response.status // 100}00", f"{response.status // 100}XX"],
        }
        return all(set(facts[name]) & set(wanted) for name, wanted in self.values.items())


def log_of(request: Request, response: Response, now: int) -> Message:
    """One line as a message; the members of a refusal stand in it."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    id_ = headers.get("request-id", "")
    payload = {
        "created_at": now,
        "livemode": False,
        "method": request.method,
        "request_id": id_,
        "status": response.status,
        "url": request.path,
        "error": _error(response),
    }
    log_id = f"resp_{id_.removeprefix('req_')}"
    message = {"type": "request_log_event", "request_log_id": log_id, "event_payload": orjson.dumps(payload).decode()}
    return Message(message["type"], log_id, orjson.dumps(message).decode())


def _error(response: Response) -> dict[str, str]:
    """What a refusal says; empty texts where there is none."""
    given: Any = {}
    if response.status >= 400:
        try:
            given = orjson.loads(response.body).get("error", {})
        except (orjson.JSONDecodeError, AttributeError):
            given = {}
    return {name: str(given.get(name) or "") for name in ERROR_MEMBERS}
