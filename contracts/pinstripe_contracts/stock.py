"""The ids that a run knows, and the placeholders by which generated requests speak of them.

Requests are drawn before anything exists, and the same seed must draw the same ones whatever a server answers. So a
request says `known-customer-0`, the customer made last, and the id is put in when the request is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REMEMBERED = 12
"""How many ids of a kind are remembered; older ones make room."""
SPOKEN_OF = 3
"""How many of them requests may speak of: the ones made last."""

MENTIONED: Mapping[str, str] = {
    "balance_transaction": "balance_transaction",
    "latest_charge": "charge",
    "latest_invoice": "invoice",
}
"""Members that hold the id of another object."""

_PLACEHOLDER = re.compile(r"known-([a-z_.0-9]+)-([0-9])")


class Stock:
    """The ids of each kind of object, the one made last at the end."""

    def __init__(self) -> None:
        self.ids: dict[str, list[str]] = {}

    def note(self, answer: Any) -> None:
        """Remember what an answer shows: an object, or the objects of a list; forget what it says is deleted."""
        if not isinstance(answer, dict):
            return
        if answer.get("object") == "list" or "next_page_url" in answer:
            for row in reversed(answer["data"] if isinstance(answer.get("data"), list) else []):
                self._note(row, made=False)
        else:
            self._note(answer, made=True)

    def _note(self, row: Any, *, made: bool) -> None:
        """Remember one object; what is only seen in a list stands behind what was made by the run."""
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            return
        kind, id_ = str(row.get("object")), row["id"]
        if row.get("deleted") is True:
            self.ids[kind] = [other for other in self.ids.get(kind, []) if other != id_]
            return
        self._remember(kind, id_, made=made)
        for key, part in row.items():
            if key in MENTIONED and isinstance(part, str):
                self._remember(MENTIONED[key], part, made=False)
            elif isinstance(part, dict) and part.get("object") == "list":
                self.note(part)

    def _remember(self, kind: str, id_: str, *, made: bool) -> None:
        known = self.ids.setdefault(kind, [])
        if id_ not in known:
            known.insert(len(known) if made else 0, id_)
            del known[: max(len(known) - REMEMBERED, 0)]

    def resolve(self, value: Any) -> Any:
        """The value with ids for its placeholders; a kind of which nothing is known gets an id that names nothing."""
        if isinstance(value, str):
            return _PLACEHOLDER.sub(self._id, value)
        if isinstance(value, Mapping):
            return {self.resolve(key): self.resolve(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.resolve(inner) for inner in value]
        return value

    def _id(self, found: re.Match[str]) -> str:
        known = self.ids.get(found[1], [])
        index = int(found[2])
        return known[-1 - index % len(known)] if known else f"missing_{found[1].replace('.', '_')}"


def placeholders(kind: str) -> list[str]:
    """How requests speak of the objects of a kind."""
    return [f"known-{kind}-{index}" for index in range(SPOKEN_OF)]
