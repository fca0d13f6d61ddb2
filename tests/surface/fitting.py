"""Whether an answer, and every event that told of what happened, fits the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinstripe_contracts import Operation, object_names, shape
from pinstripe_contracts.conformance import conforms
from pinstripe_contracts.fair.asker import Answer
from tests.surface.driver import Driver

PAGE_KEYS = {
    "page": {"object", "data", "has_more", "url"},
    "search": {"object", "data", "has_more", "next_page", "url"},
    "v2 page": {"data", "next_page_url", "previous_page_url"},
}


def misfits(operation: Operation, answer: Answer, driver: Driver) -> Iterator[str]:
    """Everything wrong with what a 2xx answer shows and with the events of its account and of connected ones."""
    if answer.status < 300:
        yield from _answer_misfits(operation, answer.body)
    for account in driver.simulator.accounts.by_key.values():
        for event in account.world.transaction().all("event"):
            told = event["data"]["object"]
            if event["type"] == "invoice.upcoming":  # which has no id yet [documented]
                told = {"id": "", **told}
            for wrong in _object_misfits(told, (told["object"],)):
                yield f"{event['type']}: {wrong}"


def _answer_misfits(operation: Operation, body: Any) -> Iterator[str]:
    if operation.kind in PAGE_KEYS:
        keys = PAGE_KEYS[operation.kind]
        if not keys <= body.keys():
            yield f"a {operation.kind} without {sorted(keys - body.keys())}"
        for row in body.get("data", []):
            yield from _object_misfits(row, operation.names)
    elif operation.kind == "object":
        yield from _object_misfits(body, operation.names)
    elif operation.kind == "" and body not in ({}, b""):
        yield f"an empty answer is expected, not {body!r:.80}"


def _object_misfits(body: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    known = [name for name in names if name in object_names()]
    told = any(name.startswith("deleted_") or "deleted" in shape(name).fields for name in known)
    if body.get("deleted") and not told:
        if body.keys() != {"id", "object", "deleted"}:
            yield f"not a stub: {sorted(body)}"
        return
    yield from min((conforms(body, shape(name), shape) for name in known), key=len)
