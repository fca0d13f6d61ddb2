"""Fair requests on their way to an API: what they make is known to the run from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinstripe_contracts.exchange import Caller, Request
from pinstripe_contracts.fair.asker import Answer, Asker
from pinstripe_contracts.fair.tables import TABLES
from pinstripe_contracts.lookup import Operation


class Calling(Asker):
    """Asks one API through a caller; every answer is given to `note`."""

    def __init__(self, caller: Caller, note: Callable[[Any], None], *, now: int, run: str) -> None:
        super().__init__(TABLES, now=now, run=run)
        self.caller = caller
        self.note = note

    def ask(self, method: str, path: str, params: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """One request of those that prepare another."""
        exchange = self.caller.call(written(method, path, params or {}, key))
        if exchange.status == 200:
            self.note(exchange.json)
        return Answer(exchange.status, exchange.json)

    def request(self, operation: Operation) -> Request | None:
        """The fair request of an operation; None where what it needs cannot be had."""
        try:
            path, params, key = self.prepared(operation)
        except LookupError:
            return None
        return written(operation.method, path, params, key)


def written(method: str, path: str, params: Mapping[str, Any], key: str | None) -> Request:
    """A request with its parameters in the body, or in the address where it has none."""
    if method == "POST":
        return Request(method, path, body=params, key=key)
    return Request(method, path, params, key=key)
