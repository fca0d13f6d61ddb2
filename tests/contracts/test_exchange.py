"""A request as it is sent: a form, JSON in version 2, parts where there is a file; and the command that says it."""

from __future__ import annotations

import httpx
import pytest

from pinstripe_contracts.exchange import Caller, Request

SENT: list[httpx.Request] = []


@pytest.fixture
def caller() -> Caller:
    """Somebody whose requests are kept and answered with nothing."""
    SENT.clear()

    def answer(request: httpx.Request) -> httpx.Response:
        """Keep the request."""
        request.read()
        SENT.append(request)
        return httpx.Response(200, content=b"{}")

    return Caller(httpx.Client(base_url="http://stripe", transport=httpx.MockTransport(answer)), "sk_test_1")


@pytest.mark.parametrize(
    "path, body, kind, content",
    [
        ("/v1/customers", {"a": {"b": [1]}}, "application/x-www-form-urlencoded", b"a[b][0]=1"),
        ("/v2/core/accounts", {"a": {"b": [1]}}, "application/json", b'{"a": {"b": [1]}}'),
        ("/v2/core/accounts", {"a": b"\xff"}, "application/json", b'{"a": "\\ufffd"}'),
    ],
    ids=["form", "json", "bytes in json"],
)
def test_a_body_is_written_in_the_words_of_its_version(
    caller: Caller, path: str, body: object, kind: str, content: bytes
) -> None:
    """Version 1 takes forms, version 2 JSON."""
    caller.call(Request("POST", path, body=body))
    assert (SENT[0].headers["content-type"], SENT[0].content) == (kind, content)


def test_a_file_travels_in_parts(caller: Caller) -> None:
    """Bytes are a file, and the rest its fields."""
    caller.call(Request("POST", "/v1/files", body={"purpose": "business_logo", "file": b"PNG"}))
    assert SENT[0].headers["content-type"].startswith("multipart/form-data")
    assert b'name="purpose"\r\n\r\nbusiness_logo' in SENT[0].content
    assert b"PNG" in SENT[0].content


@pytest.mark.parametrize(
    "request_, words",
    [
        (Request("POST", "/v1/customers", body={"name": "Ada"}), ['-u "$STRIPE_KEY:"', "-d name=Ada"]),
        (
            Request("POST", "/v2/core/accounts", body={"a": "b"}),
            ["Content-Type: application/json", '-d \'{"a": "b"}\''],
        ),
        (
            Request("POST", "/v2/billing/meter_event_stream", body={}, key="token_1"),
            ['-H "Authorization: Bearer $SESSION_TOKEN"'],
        ),
    ],
    ids=["form", "json", "token"],
)
def test_the_command_says_the_same_without_the_key(request_: Request, words: list[str]) -> None:
    """Reports can be passed on: keys and tokens stay out."""
    command = request_.curl("http://stripe")
    assert all(word in command for word in words), command
    assert "token_1" not in command
