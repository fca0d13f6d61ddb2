"""Bodies of API v2: read quickly where nothing is odd, and to the letter otherwise; both ways say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire.json_bodies import read
from pinstripe.wire.tables import Table, written

EVENTS: list[dict[str, Any]] = [
    {"event_name": "calls", "identifier": f"e{number}", "payload": {"customer": "cus_1", "value": "1"}}
    for number in range(20)
]


def test_one_object_is_read() -> None:
    """A body keeps its types; no body is no parameters. What was written on the way is the same once more."""
    params = {"b": 1, "a": [1, None, True, "x"]}
    assert read(b'{"b": 1, "a": [1, null, true, "x"]}') == (params, b'{"a":[1,null,true,"x"],"b":1}')
    assert read(rb'{"b": 1, "a": [1, null, true, "\u0022"]}') == ({**params, "a": [1, None, True, '"']}, None)
    assert read(b" ") == ({}, None)


@pytest.mark.parametrize(
    "body",
    [b"[1]", b'{"a": 1', b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff", b"9" * 5_000, b"[" * 100_000, b"a=1"],
)
def test_anything_else_is_refused(body: bytes) -> None:
    """What is no JSON object, or says one thing twice, is a 400."""
    with pytest.raises(StripeError, match=r"^Invalid request: ") as refusal:
        read(body)
    assert refusal.value.status == 400


@pytest.mark.parametrize("was", ['"event_name"', '"identifier": "e7"', '"customer"', '"value": "1"'])
@pytest.mark.parametrize("first", [True, False])
def test_a_name_that_is_there_twice_is_seen_among_many(was: str, *, first: bool) -> None:
    """In any event, also inside its payload."""
    body = json.dumps({"events": EVENTS})
    name = was.partition(":")[0]
    doubled = f"{name}: {name}, {was}"
    twice = body.replace(was, doubled, 1) if first else doubled.join(body.rsplit(was, 1))
    assert read(body.encode())[1] is not None
    with pytest.raises(StripeError, match="duplicate key"):
        read(twice.encode())


@pytest.mark.parametrize(
    "events",
    [
        EVENTS,
        [*EVENTS, {"event_name": 'c"a\\l\n', "identifier": "", "payload": {"customer": '"', "value": "é"}}],
        [*EVENTS, {"event_name": "calls", "payload": {}}],
        [{**event, "payload": {"value": ['"'] * number}} for number, event in enumerate(EVENTS)],
        [{**event, "payload": [event] * 10} for event in EVENTS],
    ],
)
def test_both_ways_say_the_same(events: list[Any]) -> None:
    r"""What was sent is there, however its array was read; `\u0022` has it read slowly."""
    body = json.dumps({"events": events, "more": [*range(10)]})
    quick, text = read(body.encode())
    assert quick == {"events": events, "more": [*range(10)]}
    slow, none = read(body.replace('\\"', "\\u0022").encode())
    assert slow == quick
    assert text is not None
    assert written(slow) == text
    assert none is None or '\\"' not in body
    backwards = [dict(reversed(event.items())) for event in events]
    assert read(json.dumps({"more": [*range(10)], "events": backwards}).encode())[1] == text


def test_depth_is_no_obstacle() -> None:
    """What lies deeper than the writer goes is read to the letter."""
    deep = b'{"a":' * 300 + b"1" + b"}" * 300
    value, text = read(deep)
    assert text is None
    assert json.dumps(value, separators=(",", ":")).encode() == deep
    many, text = read(b'{"events":[' + b",".join([deep] * 10) + b"]}")
    assert text is None
    assert isinstance(many["events"], Table)
