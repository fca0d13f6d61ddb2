"""Law 8, shape: whatever is answered or told fits Stripe's contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinstripe.wire.render import conforms
from pinstripe_contracts import match, shape
from tests.laws.life import Answer, Life

ERROR_TYPES = {"invalid_request_error", "card_error", "api_error", "idempotency_error"}


def misfits(answer: Answer) -> list[str]:
    """What is wrong with an answer."""
    if answer.status >= 400:
        error = answer.body["error"]
        fits = answer.body.keys() == {"error"} and error["type"] in ERROR_TYPES and error["message"]
        return [] if fits else [f"not an error envelope: {answer.body}"]
    found = match(answer.method, answer.path)
    assert found is not None
    operation, _ = found
    if operation.kind == "page":
        if answer.body.keys() != {"object", "data", "has_more", "url"} or answer.body["url"] != answer.path:
            return [f"not a list: {sorted(answer.body)}"]
        return [wrong for row in answer.body["data"] for wrong in object_misfits(row, operation.names)]
    return object_misfits(answer.body, operation.names)


def object_misfits(body: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """What is wrong with one object, which is one of these."""
    if body.get("deleted"):
        return [f"{body['id']}: {wrong}" for wrong in conforms(body, shape(f"deleted_{body['object']}"), shape)]
    attempts = [conforms(body, shape(name), shape) for name in names]
    return [f"{body.get('id')}: {wrong}" for wrong in min(attempts, key=len)]


def event_misfits(life: Life) -> Iterator[str]:
    """What is wrong with the objects that the events of an account hold, each told once."""
    for id_ in life.ids("event"):
        event = life.world.get("event", id_)
        assert event is not None
        told = event["data"]["object"]
        if event["type"] == "invoice.upcoming":  # which has no id yet [documented]
            told = {"id": "", **told}
        yield from (f"{event['type']}: {wrong}" for wrong in object_misfits(told, (told["object"],)))


def conforming(_: Life, answer: Answer) -> None:
    """Watch that every answer of a life fits."""
    wrong = misfits(answer)
    assert not wrong, f"{answer.method} {answer.path} {dict(answer.params)}: {wrong}"
