"""What was asked of an account, by operation: how often, with which answers, and what was refused as not modelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pinstripe_contracts import operations

UNKNOWN = "unknown"
"""Requests whose URL is no operation's, whose paths would be without number."""


class Asked:
    """Counts the answers to each operation. Savepoints leave it alone: it tells of the whole run."""

    def __init__(self) -> None:
        self._answers: dict[str, Counter[int]] = {}
        self._refused: Counter[tuple[str, str, str | None]] = Counter()

    def note(self, operation: str, status: int) -> None:
        """One more answer."""
        answers = self._answers.get(operation or UNKNOWN)
        if answers is None:
            answers = self._answers[operation or UNKNOWN] = Counter()
        answers[status] += 1

    def refused(self, operation: str, code: str, param: str | None) -> None:
        """One more request that needed what is not modelled."""
        self._refused[operation or UNKNOWN, code, param] += 1

    def shown(self) -> Mapping[str, Any]:
        """The counts as JSON: what was asked, what was refused with a 501, and of how many operations there are."""
        rows = [
            {
                "operation": name,
                "asked": sum(answers.values()),
                "statuses": {str(status): count for status, count in sorted(answers.items())},
            }
            for name, answers in sorted(self._answers.items())
        ]
        unsupported = [
            {"operation": name, "code": code, "param": param, "asked": count}
            for (name, code, param), count in sorted(self._refused.items(), key=lambda row: row[0][:2])
        ]
        every = len(operations())
        return {"operations": rows, "unsupported": unsupported, "of": every}
