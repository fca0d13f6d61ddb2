"""What a contract run asked, what came back, and which checks were broken by what."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|\b\w+_\w{8,}\b|\d+")


@dataclass(slots=True)
class Violation:
    """One way in which an operation breaks a check, with the first request that showed it."""

    check: str
    operation: str
    text: str
    curl: str
    count: int = 1


@dataclass(slots=True)
class Report:
    """The figures of a run."""

    operations: tuple[str, ...] = ()
    """What was to be tested."""
    cases: Counter[str] = field(default_factory=Counter)
    """Judged requests, by operation."""
    answered: Counter[str] = field(default_factory=Counter)
    """Those with a success."""
    statuses: Counter[int] = field(default_factory=Counter)
    violations: dict[tuple[str, str, str], Violation] = field(default_factory=dict)
    declined: int = 0
    """Parameters that the server says it does not model."""
    calls: int = 0
    """Requests in all: cases, repetitions, following pages, and what the catalogue took."""
    rounds: int = 0
    """Those that were finished."""

    @property
    def total(self) -> int:
        """The number of cases."""
        return sum(self.cases.values())

    @property
    def never_answered(self) -> list[str]:
        """The operations of which no case succeeded."""
        return [name for name in self.operations if not self.answered[name]]

    def case(self, operation: str, status: int) -> None:
        """Count a judged request."""
        self.cases[operation] += 1
        self.answered[operation] += status == 200
        self.statuses[status] += 1

    def violated(self, check: str, operation: str, text: str, curl: str) -> None:
        """Count a violation; those that differ only in ids, numbers and quoted words are one."""
        kind = (check, operation, _PARTICULARS.sub("*", text))
        if kind in self.violations:
            self.violations[kind].count += 1
        else:
            self.violations[kind] = Violation(check, operation, text, curl)
