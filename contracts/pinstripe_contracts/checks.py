"""What must hold of any answer of Stripe's API, each as a function from an exchange to its violations.

`CHECKS` look at one exchange. `FOLLOW_UPS` ask again: the same request once more, or the next page of a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pinstripe_contracts.conformance import conforms
from pinstripe_contracts.exchange import Caller, Exchange, Request
from pinstripe_contracts.lookup import path_known, shape
from pinstripe_contracts.openapi import ERROR_TYPES

Check = Callable[[Exchange], Iterator[str]]
FollowUp = Callable[[Exchange, Caller], Iterator[str]]

REQUEST_ID = re.compile(r"req_[A-Za-z0-9]+")
PAGE_WORDS: Mapping[str, str] = {"page": "list", "search": "search_result"}
PAGE_V2 = "v2 page"


def answered(exchange: Exchange) -> Iterator[str]:
    """Every request is answered, and in time."""
    if not exchange.status:
        yield exchange.content.decode(errors="replace")


def no_server_error(exchange: Exchange) -> Iterator[str]:
    """Nothing makes the server fail; 501 is for what a simulator openly does not model."""
    if exchange.status >= 500 and not _is_unsupported(exchange):
        yield f"{exchange.status}: {exchange.error.get('message', 'no error envelope')}"


STREAM = "/v2/billing/meter_event_stream"
"""The path that is asked by a session's token: a key is nobody there."""


def request_id(exchange: Exchange) -> Iterator[str]:
    """Every answer to a known caller names its request."""
    given = exchange.headers.get("request-id", "")
    if exchange.status and _is_known(exchange.request) and not REQUEST_ID.fullmatch(given):
        yield f"the header Request-Id is {given!r}"


UNLOGGED = ("Unrecognized request URL", "Invalid Stripe API version")
"""How refusals begin that are of no operation, and so name no page of the log. [recorded]"""
FOREIGN = "account_invalid"
"""The code of a refusal to look into an account, which names no page of the log either. [recorded]"""
WITHOUT_PAGE = frozenset({"subscription_payment_intent_requires_action"})
"""Codes that come without a page about them. [recorded]"""


def error_envelope(exchange: Exchange) -> Iterator[str]:
    """A refusal says what kind it is, in words, and where to read about its code."""
    if exchange.status < 400:
        return
    error = exchange.error
    if not error:
        yield f"{exchange.status} without an error envelope"
        return
    if exchange.request.is_v2:
        yield from _error_v2(error)
        return
    if error.get("type") not in ERROR_TYPES:
        yield f"the type {error.get('type')!r} is none of Stripe's"
    if not (isinstance(error.get("message"), str) and error["message"]):
        yield "there is no message"
    given = exchange.headers.get("request-id")
    may_be_unlogged = str(error.get("message")).startswith(UNLOGGED) or error.get("code") == FOREIGN
    is_unlogged = may_be_unlogged and "request_log_url" not in error
    if given and not is_unlogged and not str(error.get("request_log_url")).split("?t=")[0].endswith(given):
        yield "request_log_url does not lead to the request"
    if "param" in error and not isinstance(error["param"], str):
        yield "param is no text"
    if not _is_unsupported(exchange):
        yield from _error_code(error)


def _error_v2(error: Mapping[str, Any]) -> Iterator[str]:
    """In version 2 an error has a type, a message and perhaps a code, each a text, and no page about it."""
    for name in ("type", "message"):
        if not (isinstance(error.get(name), str) and error[name]):
            yield f"{name} is {error.get(name)!r}"
    if "code" in error and not isinstance(error["code"], str):
        yield f"code is {error['code']!r}"


def _error_code(error: Mapping[str, Any]) -> Iterator[str]:
    """A code comes with the page about it, and no page without its code."""
    code, page = error.get("code"), error.get("doc_url")
    if code in WITHOUT_PAGE and page is None:
        return
    if (code is None) != (page is None):
        yield f"code {code!r} with doc_url {page!r}"
    elif code is not None and not str(page).endswith(f"/error-codes/{str(code).replace('_', '-')}"):
        yield f"doc_url {page!r} is not about code {code!r}"


def unknown_method(exchange: Exchange) -> Iterator[str]:
    """A method that a path does not have is 404, not 405: to Stripe it is a URL that does not exist."""
    if exchange.operation is None and _is_known(exchange.request) and exchange.status not in (0, 404):
        methods = ", ".join(sorted(path_known(exchange.request.path))) or "no method"
        yield f"{exchange.status} where the path knows {methods}"


def no_key(exchange: Exchange) -> Iterator[str]:
    """Nobody is answered without a key."""
    if exchange.request.key == "" and exchange.status not in (0, 401):
        yield f"{exchange.status} without a key"


def answer_shape(exchange: Exchange) -> Iterator[str]:
    """Every success has the shape of its contract, through lists and expanded objects down to the last member."""
    operation = exchange.operation
    if exchange.status != 200 or operation is None or operation.kind not in ("object", PAGE_V2, *PAGE_WORDS):
        return
    body = exchange.json
    if not isinstance(body, dict):
        yield "the answer is no JSON object"
        return
    rows = [("", body)]
    if operation.kind != "object":
        data = body.get("data")
        rows = [(f"data[{index}].", row) for index, row in enumerate(data if isinstance(data, list) else [])]
    for place, row in rows:
        attempts = [conforms(row, shape(name), shape) for name in operation.names]
        yield from (f"{place}{violation}" for violation in min(attempts, key=len, default=[]))


def list_envelope(exchange: Exchange) -> Iterator[str]:
    """A list says that it is one, where it was asked for and whether there is more, and keeps to the limit."""
    operation = exchange.operation
    if exchange.status != 200 or operation is None or operation.kind not in PAGE_WORDS:
        return
    body = exchange.json if isinstance(exchange.json, dict) else {}
    if body.get("object") != PAGE_WORDS[operation.kind]:
        yield f"object is {body.get('object')!r}"
    if not isinstance(body.get("has_more"), bool):
        yield f"has_more is {body.get('has_more')!r}"
    address = urlsplit(str(body.get("url")))  # which may repeat what was asked for, and nothing else [recorded]
    asked = {(name, str(value)) for name, value in exchange.request.query.items()}
    if address.path != exchange.request.path or not asked.issuperset(parse_qsl(address.query)):
        yield f"url is {body.get('url')!r}"
    data = body.get("data")
    if not isinstance(data, list):
        yield "data is no array"
    elif len(data) > _limit(exchange):
        yield f"{len(data)} objects where {_limit(exchange)} were asked for"


def list_envelope_v2(exchange: Exchange) -> Iterator[str]:
    """A list of version 2 says where the next page and the one before are to be had, and keeps to the limit."""
    operation = exchange.operation
    if exchange.status != 200 or operation is None or operation.kind != PAGE_V2:
        return
    body = exchange.json if isinstance(exchange.json, dict) else {}
    for name in ("next_page_url", "previous_page_url"):
        url = body.get(name, 0)
        if not (url is None or (isinstance(url, str) and urlsplit(url).path == exchange.request.path)):
            yield f"{name} is {url!r}"
    data = body.get("data")
    if not isinstance(data, list):
        yield "data is no array"
    elif len(data) > 100:
        yield f"{len(data)} objects on one page"


def expansion(exchange: Exchange) -> Iterator[str]:
    """What was to be expanded is an object, or null; an id that stays an id is a request ignored."""
    body = exchange.json
    if exchange.status != 200 or not isinstance(body, dict):
        return
    given = exchange.request.body if isinstance(exchange.request.body, dict) else {}
    for place in {**exchange.request.query, **given}.get("expand") or ():
        if isinstance(place, str) and isinstance(body.get(place), str):
            yield f"{place} is still an id"


def replay(exchange: Exchange, caller: Caller) -> Iterator[str]:
    """A request repeated under its idempotency key gets the first answer once more, byte for byte, and is told so."""
    if exchange.request.idempotency_key is None or exchange.status != 200:
        return
    again = caller.call(exchange.request)
    if again.headers.get("idempotent-replayed") != "true":
        yield "the repetition lacks Idempotent-Replayed: true"
    if (again.status, again.content) != (exchange.status, exchange.content):
        yield f"the repetition answered {again.status} with {'another' if again.status == 200 else 'an error as'} body"


def another_request(exchange: Exchange, caller: Caller) -> Iterator[str]:
    """An idempotency key serves one request: another one under the same key is refused."""
    request = exchange.request
    if request.idempotency_key is None or exchange.status != 200:
        return
    body = {**(request.body or {}), "expand": ["created"]}
    if body == request.body:  # it was drawn so, and is no other
        return
    other = caller.call(replace(request, body=body))
    if (other.status, other.error.get("type")) != (409 if request.is_v2 else 400, "idempotency_error"):
        yield f"another request under the same key answered {other.status} {other.error.get('type', '')}".rstrip()


def next_page_v2(exchange: Exchange, caller: Caller) -> Iterator[str]:
    """The address of the next page leads to objects that do not stand on this one."""
    operation = exchange.operation
    if exchange.status != 200 or operation is None or operation.kind != PAGE_V2:
        return
    url = exchange.json.get("next_page_url")
    if not isinstance(url, str):
        return
    query = dict(parse_qsl(urlsplit(url).query))
    following = caller.call(Request("GET", urlsplit(url).path, query))
    if following.status != 200:
        yield f"the next page answered {following.status}: {following.error.get('message')}"
        return
    shown, more = ([row.get("id") for row in one.json.get("data", [])] for one in (exchange, following))
    if not more:
        yield "next_page_url led to an empty page"
    if twice := {*shown} & {*more}:
        yield f"{len(twice)} objects stand on both pages"


def next_page(exchange: Exchange, caller: Caller) -> Iterator[str]:
    """The page after the last object goes on where this one ends: nothing twice, and something there if promised."""
    operation, request = exchange.operation, exchange.request
    if exchange.status != 200 or operation is None or operation.kind != "page" or "ending_before" in request.query:
        return
    shown = [row.get("id") for row in exchange.json.get("data", []) if isinstance(row, dict)]
    if not exchange.json.get("has_more") or not shown:
        return
    following = caller.call(replace(request, query={**request.query, "starting_after": shown[-1]}))
    if following.status != 200:
        yield f"the next page answered {following.status}: {following.error.get('message')}"
        return
    more = [row.get("id") for row in following.json.get("data", [])]
    if not more:
        yield "has_more was true and the next page is empty"
    if twice := set(shown) & set(more):
        yield f"{len(twice)} objects stand on both pages"


CHECKS: tuple[Check, ...] = (
    answered,
    no_server_error,
    request_id,
    error_envelope,
    unknown_method,
    no_key,
    answer_shape,
    list_envelope,
    list_envelope_v2,
    expansion,
)
FOLLOW_UPS: tuple[FollowUp, ...] = (replay, another_request, next_page, next_page_v2)


def _is_known(request: Request) -> bool:
    """Whether the caller shows who is asking."""
    return request.key is None and request.path != STREAM


def _is_unsupported(exchange: Exchange) -> bool:
    """Whether a simulator says that it does not model what was asked."""
    return exchange.status == 501 and str(exchange.error.get("code")).startswith("unsupported_")


def _limit(exchange: Exchange) -> int:
    """How many objects a page may hold: 10 unless asked for, 100 at most, and 1 at least."""
    given = str(exchange.request.query.get("limit", "10"))
    return min(max(int(given), 1), 100) if re.fullmatch(r"-?[0-9]{1,18}", given) else 100
