"""One operation, asked fairly: its path filled with fresh objects, its body with what it cannot do without.

A value that begins with "$" stands for something fresh: "$customer" is the id of a new customer, "$word" a word that
nobody has used, "$now" the account's time. Whoever asks says how a request gets to the API; the rest is the tables'.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pinstripe_contracts.lookup import Operation, operations

PLACEHOLDER = re.compile(r"\{([^}]*)\}")
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body, whatever they are."""

    status: int
    body: Any


Make = Callable[["Asker"], str | int]
"""Makes an object and answers its id, or another value."""
Prepare = Callable[["Asker"], Mapping[str, Any]]
"""Does what must come before; answers ids for placeholders by their names, `params`, or the `key` to ask with."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one domain needs."""

    requests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    makers: Mapping[str, Make] = field(default_factory=dict)
    """By the path of one object, its placeholders blank (`/v1/charges/{}`), or by the word after "$"."""
    before: Mapping[str, Prepare] = field(default_factory=dict)


class Asker(ABC):
    """One account, and the tables by which its operations are asked.

    `now` is the account's time in seconds, `run` begins every word that is made up. A request that the way to another
    needs and that is refused raises LookupError.
    """

    def __init__(self, tables: Iterable[Table], *, now: int, run: str = "") -> None:
        tables = tuple(tables)
        self.now = now
        self.run = run
        self.words = 0
        self.requests = {name: row for table in tables for name, row in table.requests.items()}
        self.makers: dict[str, Make] = {
            "word": Asker.word,
            "now": lambda asker: asker.now,
            "an_hour_ago": lambda asker: asker.now - HOUR,
            "in_an_hour": lambda asker: asker.now + HOUR,
            **{name: row for table in tables for name, row in table.makers.items()},
        }
        self.before = {name: row for table in tables for name, row in table.before.items()}

    @abstractmethod
    def ask(self, method: str, path: str, params: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """One request: a form, or JSON at v2."""

    def advance(self, to: int) -> None:
        """Turn the account's clock, where it can be turned."""
        raise LookupError(f"nobody here can turn the clock to {to}")

    def fairly(self, operation: Operation) -> Answer:
        """Ask one operation, after whatever it needs."""
        path, params, key = self.prepared(operation)
        return self.ask(operation.method, path, params, key=key)

    def prepared(self, operation: Operation) -> tuple[str, dict[str, Any], str | None]:
        """Path, parameters and key of one operation, everything it needs being there."""
        ids = dict(self.before[operation.name](self)) if operation.name in self.before else {}
        params = dict(self.requests.get(operation.name, {})) | ids.pop("params", {})
        key = ids.pop("key", None)
        return self.path(operation.path, ids), self.resolved(params), key

    def path(self, template: str, ids: Mapping[str, str] | None = None) -> str:
        """A template with the ids of fresh objects, each made below the ones before it."""
        path = template
        for found in list(PLACEHOLDER.finditer(template)):
            upto = template[: found.end()]
            id_ = (ids or {}).get(found[1]) or self.fresh(PLACEHOLDER.sub("{}", upto), path.partition(found[0])[0])
            path = path.replace(found[0], id_, 1)
        return path

    def fresh(self, place: str, above: str) -> str:
        """The id of a new object that one such path names; `above` is the path of its collection."""
        if place in self.makers:
            return str(self.makers[place](self))
        operation = _by_place().get(("POST", place.removesuffix("/{}")))
        if operation is None:
            raise LookupError(f"nothing makes {place}: it needs a maker")
        params = self.resolved(self.requests.get(operation.name, {}))
        return str(self.ok("POST", above.rstrip("/"), params)["id"])

    def make(self, word: str) -> str:
        """The id of a fresh object by a word: "customer"."""
        return str(self.makers[word](self))

    def word(self) -> str:
        """A word that nobody has used: names that are taken once go by it."""
        self.words += 1
        return f"word{self.run}{self.words}".lower()

    def resolved(self, value: Any) -> Any:
        """A value with something fresh for its words."""
        if isinstance(value, str) and value.startswith("$"):
            return self.makers[value[1:]](self)
        if isinstance(value, Mapping):
            return {key: self.resolved(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolved(inner) for inner in value]
        return value

    def ok(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The body of a request that is not refused."""
        answer = self.ask(method, path, params)
        if not 200 <= answer.status < 300:
            raise LookupError(f"{method} {path} {params}: {answer.status} {answer.body}")
        return answer.body


@cache
def _by_place() -> dict[tuple[str, str], Operation]:
    """The operations by method and path, the placeholders blank."""
    return {(operation.method, PLACEHOLDER.sub("{}", operation.path)): operation for operation in operations()}
