"""What a story may say.

    2027-01-31        plan pro 20.00 usd a month
                      customer ada, card visa
                      subscribe ada to pro
                      > invoice ada paid 20.00 USD
    2027-02-28 +1h    > invoice ada paid 20.00 USD = 20      # one month

A line begins in its margin, with nothing or a moment: a date (at noon UTC, or `2027-01-31 09:30`), `+1h`, `+3d` or
`+2min` from where the story is, or a date and a step. Then, after two spaces or more, it does something, or expects
something after `>`. An expectation may end with `= arithmetic`, which is computed and must agree. What follows two
spaces and `#` is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MARGIN = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)?(?:(?:^| )(?P<time>\d\d:\d\d))?(?: *\+(?P<count>\d+)(?P<unit>min|h|d))?(?=  |$)"
)
UNITS = {"min": "minutes", "h": "hours", "d": "days"}
COMMENT = re.compile(r"(?:^|  +)#.*$")

NAME = r"[\w-]+"
CARD = r"\w+(?:\(\d+\))?"
ACTIONS = {
    "plan": rf"plan (?P<key>{NAME}) (?P<amount>\d+(?:\.\d+)?) (?P<currency>[a-z]{{3}})"
    r" a (?P<every>day|week|month|year)",
    "metered": rf"plan (?P<key>{NAME}) meters (?P<meter>\w+)(?: by (?P<by>sum|count|last))?:"
    r" (?P<free>\d+) free, then (?P<amount>\d+(?:\.\d+)?) (?P<currency>[a-z]{3})",
    "customer": rf"customer (?P<who>{NAME})(?:, (?:card (?P<card>{CARD})|(?P<none>no card)))?",
    "card": rf"card (?P<who>{NAME}) (?P<card>{CARD})",
    "subscribe": rf"subscribe (?P<who>{NAME}) to (?P<keys>{NAME}(?: and {NAME})*)(?: x (?P<quantity>\d+))?",
    "change": rf"change (?P<who>{NAME}) to (?P<key>{NAME})(?: x (?P<quantity>\d+))?(?P<now>, invoice now)?",
    "usage": rf"usage (?P<who>{NAME}) (?P<value>\d+)(?: of (?P<meter>\w+))?(?: as (?P<identifier>[\w-]+))?"
    r"(?: on (?P<date>\d{4}-\d\d-\d\d(?: \d\d:\d\d)?))?",
    "pay": rf"pay (?P<who>{NAME})",
    "cancel": rf"cancel (?P<who>{NAME}) (?P<when>now|at period end)",
    "resume": rf"resume (?P<who>{NAME})",
}
EXPECTATIONS = {
    "invoice": rf"invoice (?P<who>{NAME})\b.*",
    "lines": rf"lines (?P<who>{NAME})\b.*",
    "upcoming": rf"upcoming (?P<who>{NAME})\b.*",
    "subscription": rf"subscription (?P<who>{NAME})\b.*",
    "access": rf"access (?P<who>{NAME})\b.*",
    "used": rf"used (?P<who>{NAME}) of (?P<meter>\w+)\b.*",
    "events": r"events (?P<filter>[\w.]+\.\*)(?: .*)?",
    "refused": r"refused\b.*",
}


class StorySyntaxError(Exception):
    """A line that says nothing we know; the message names it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a line's margin puts it: a date, a step from where the story is, or both."""

    at: datetime | None
    step: timedelta

    def after(self, now: datetime | None) -> datetime:
        """The moment, for a story that is at `now`."""
        start = self.at or now
        assert start is not None, "the first line has a date"
        return start + self.step


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it stands, what it says, and for an expectation what surrounds the expected words."""

    number: int
    text: str
    moment: Moment | None = None
    kind: str = ""
    words: dict[str, str | None] | None = None
    expected: str | None = None
    arithmetic: str | None = None

    @property
    def is_expectation(self) -> bool:
        """Whether this line says what should be, not what somebody does."""
        return self.expected is not None

    def saying(self, actual: str) -> str:
        """The line with other words expected."""
        assert self.expected is not None, "only an expectation can be rewritten"
        head, _, tail = self.text.partition("> ")
        return f"{head}> {actual}{tail[len(self.expected) :]}"


def parse(text: str) -> list[Line]:
    """The lines of a story; raises StorySyntaxError."""
    lines = [_line(number, line) for number, line in enumerate(text.splitlines(), 1)]
    first = next((line for line in lines if line.kind or line.moment), None)
    if first is None:
        raise StorySyntaxError("a story without a line")
    if first.moment is None or first.moment.at is None:
        raise StorySyntaxError(f"line {first.number}: a story begins with a date, e.g. 2027-01-31")
    return lines


def begins(lines: list[Line]) -> datetime:
    """The moment at which a story begins."""
    return next(line.moment.after(None) for line in lines if line.moment is not None)


def _line(number: int, text: str) -> Line:
    """One line."""
    said = COMMENT.sub("", text).rstrip()
    if not said:
        return Line(number, text)
    margin = MARGIN.match(said)
    moment = _moment(margin) if margin and margin[0].strip() else None
    what = said[margin.end() :].strip() if moment and margin else said.strip()
    if moment is None and said[0] != " ":
        raise StorySyntaxError(f"line {number}: begin with a moment, or with two spaces: {text.strip()!r}")
    if not what:
        return Line(number, text, moment)
    if what.startswith("> "):
        return _expectation(number, text, moment, what.removeprefix("> "))
    for kind, pattern in ACTIONS.items():
        if found := re.fullmatch(pattern, what):
            return Line(number, text, moment, kind, found.groupdict())
    raise StorySyntaxError(
        f"line {number}: nobody knows how to {what!r}; lines begin with {', '.join(_verbs())}, or '> '"
    )


def _expectation(number: int, text: str, moment: Moment | None, what: str) -> Line:
    """A line that says what should be."""
    expected, equals, arithmetic = what.partition(" = ")
    for kind, pattern in EXPECTATIONS.items():
        if found := re.fullmatch(pattern, expected.rstrip()):
            sums = arithmetic.strip() if equals else None
            return Line(number, text, moment, kind, found.groupdict(), expected.rstrip(), sums)
    raise StorySyntaxError(
        f"line {number}: nobody knows what to expect of {what!r}; expectations begin with {', '.join(EXPECTATIONS)}"
    )


def _moment(margin: re.Match[str]) -> Moment:
    """What a margin says."""
    at = None
    if margin["date"]:
        at = datetime.fromisoformat(f"{margin['date']}T{margin['time'] or '12:00'}").replace(tzinfo=UTC)
    step = timedelta(**{UNITS[margin["unit"]]: int(margin["count"])}) if margin["count"] else timedelta()
    return Moment(at, step)


def _verbs() -> Iterator[str]:
    """The first words of actions."""
    yield from dict.fromkeys(pattern.partition(" ")[0] for pattern in ACTIONS.values())
