"""Usage folded as it comes: what a meter has counted over any stretch of time, without reading its history again.

A `Tally` holds the events of one customer on one meter. They lie in days, a day with many of them in hours, those in
minutes, those in seconds, and every such span knows its own count, sum and last events. A question about a stretch of
time takes whole spans as they are and looks into those that it cuts, so it costs the same however many events there
are. The events themselves are numbers in a `Log`, in the order of receipt.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import MAX_PREC, Context, Decimal
from functools import reduce
from operator import itemgetter
from struct import pack
from typing import Final, NamedTuple

from pinstripe.billing.usage import WINDOW_SECONDS, Formula, Window

SPANS: Final = (86_400, 3_600, 60, 1)
"""What a span is divided into, in seconds: days, hours, minutes, seconds."""
MOST_UNDIVIDED: Final = 256
"""Events that lie in one span before it is divided."""

_ZERO: Final = Decimal(0)
_EXACT: Final = Context(prec=MAX_PREC)
"""Adds without loss: the sum of 15-digit values can need more digits than the usual context keeps."""


def append(to: array[int], numbers: list[int]) -> None:
    """Add numbers to an array of 64 bits each, by the quickest way that there is."""
    if len(numbers) == 1:
        to.append(numbers[0])
    else:
        to.frombytes(pack(f"{len(numbers)}q", *numbers))


class Some(NamedTuple):
    """A few events of a log: their numbers, the earliest received first, and what they come to together."""

    numbers: list[int]
    first: int
    """When the first of them happened, and the last."""
    last: int
    youngest: int
    """The event that happened last, of equals the one received later."""
    total: Decimal


class Log:
    """Every event in the order of receipt, by its number: when it happened, and how much."""

    __slots__ = ("stamps", "values")

    def __init__(self) -> None:
        self.stamps = array("q")
        self.values: list[Decimal] = []

    def __len__(self) -> int:
        return len(self.values)

    def extend(self, stamps: list[int], values: Sequence[Decimal]) -> None:
        """Note events; the number of each tells its place in the order of receipt."""
        append(self.stamps, stamps)
        self.values.extend(values)

    def shorten(self, length: int) -> None:
        """Forget the last ones again."""
        del self.stamps[length:], self.values[length:]

    def twin(self) -> Log:
        """The same log once more."""
        twin = Log()
        twin.stamps, twin.values = self.stamps[:], self.values[:]
        return twin

    def some(self, numbers: list[int]) -> Some:
        """Events by their numbers."""
        pick = itemgetter(*numbers, numbers[0])  # of one it would make no list
        stamps = [*pick(self.stamps)][:-1]
        in_order = sorted(stamps)  # most are already, and then this is quicker than to look for the least
        first, last = in_order[0], in_order[-1]
        youngest = numbers[len(stamps) - 1 - stamps[::-1].index(last)]
        return Some(numbers, first, last, youngest, _total(pick(self.values)[:-1]))

    def divided(self, some: Some, seconds: int) -> Iterable[Some]:
        """The same events by stretches of so many seconds."""
        if some.first // seconds == some.last // seconds:
            return [some]
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for number in some.numbers:
            groups[self.stamps[number] // seconds].append(number)
        return map(self.some, groups.values())

    def later(self, one: int, other: int) -> int:
        """Of two events the one that happened later, of equals the one received later; -1 is none."""
        if one < 0 or other < 0 or self.stamps[one] == self.stamps[other]:
            return max(one, other)
        return one if self.stamps[one] > self.stamps[other] else other


def _total(values: Sequence[Decimal]) -> Decimal:
    """What several values come to; often all are one."""
    if values.count(values[0]) == len(values):
        return _EXACT.multiply(values[0], len(values))
    return reduce(_EXACT.add, values)


class _Span:
    """The events of one stretch of time: folded, and each by its number or in smaller spans."""

    __slots__ = ("count", "level", "newest", "numbers", "parts", "start", "total", "youngest")

    def __init__(self, level: int, start: int) -> None:
        self.level, self.start = level, start
        self.count, self.total = 0, _ZERO
        self.youngest = self.newest = -1
        """The event that happened last, and the one received last."""
        self.numbers: array[int] | None = array("q")
        self.parts: dict[int, _Span] = _NO_PARTS

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.start + SPANS[self.level]

    def add(self, log: Log, some: Some) -> None:
        """Fold events that lie in here, and in the smaller spans they lie in."""
        self.count += len(some.numbers)
        self.total = _EXACT.add(self.total, some.total)
        self.newest = max(self.newest, some.numbers[-1])
        self.youngest = log.later(self.youngest, some.youngest)
        if self.numbers is not None:
            append(self.numbers, some.numbers)
            if len(self.numbers) <= MOST_UNDIVIDED or self.level + 1 == len(SPANS):
                return
            some = log.some(sorted(self.numbers))
            self.numbers, self.parts = None, {}
        for part in log.divided(some, SPANS[self.level + 1]):
            self.part(part.first).add(log, part)

    def part(self, stamp: int) -> _Span:
        """The smaller span that a moment lies in."""
        key = stamp // SPANS[self.level + 1]
        part = self.parts.get(key)
        if part is None:
            part = self.parts[key] = _Span(self.level + 1, key * SPANS[self.level + 1])
        return part

    def twin(self) -> _Span:
        """The same span once more."""
        twin = _Span(self.level, self.start)
        twin.count, twin.total, twin.youngest, twin.newest = self.count, self.total, self.youngest, self.newest
        twin.numbers = None if self.numbers is None else self.numbers[:]
        twin.parts = {key: part.twin() for key, part in self.parts.items()} if self.parts else _NO_PARTS
        return twin

    def remove(self, log: Log, number: int) -> None:
        """Take one event out again."""
        self.count -= 1
        self.total = _EXACT.subtract(self.total, log.values[number])
        left: Iterable[tuple[int, int]]
        if self.numbers is None:
            stamp = log.stamps[number]
            part = self.part(stamp)
            part.remove(log, number)
            if not part.count:
                del self.parts[stamp // SPANS[part.level]]
            left = [(one.youngest, one.newest) for one in self.parts.values()]
        else:
            self.numbers.remove(number)
            left = ((one, one) for one in self.numbers) if number in (self.youngest, self.newest) else ()
        if number in (self.youngest, self.newest):
            self.youngest = self.newest = -1
            for youngest, newest in left:
                self.youngest, self.newest = log.later(self.youngest, youngest), max(self.newest, newest)


_NO_PARTS: Final[dict[int, _Span]] = {}
"""What every span has for parts that has not been divided."""


@dataclass(slots=True)
class _Folded:
    """What a stretch of time comes to."""

    log: Log
    count: int = 0
    total: Decimal = _ZERO
    youngest: int = -1

    def take(self, part: _Span | int) -> None:
        """Fold in a whole span, or one event."""
        if isinstance(part, int):
            self.count += 1
            self.total = _EXACT.add(self.total, self.log.values[part])
            self.youngest = self.log.later(self.youngest, part)
        else:
            self.count += part.count
            self.total = _EXACT.add(self.total, part.total)
            self.youngest = self.log.later(self.youngest, part.youngest)

    def as_(self, formula: Formula) -> Decimal:
        """The one number a formula makes of it; nothing makes 0."""
        if formula == "count":
            return Decimal(self.count)
        if formula == "sum":
            return self.total
        return _ZERO if self.youngest < 0 else self.log.values[self.youngest]


@dataclass(slots=True)
class Tally:
    """The events of one customer on one meter."""

    days: dict[int, _Span] = field(default_factory=dict)

    def add(self, log: Log, numbers: list[int]) -> None:
        """Count events, the earliest received first."""
        for part in log.divided(log.some(numbers), SPANS[0]):
            day = part.first // SPANS[0]
            span = self.days.get(day)
            if span is None:
                span = self.days[day] = _Span(0, day * SPANS[0])
            span.add(log, part)

    def remove(self, log: Log, number: int) -> None:
        """Count an event no more."""
        day = log.stamps[number] // SPANS[0]
        self.days[day].remove(log, number)
        if not self.days[day].count:
            del self.days[day]

    def twin(self) -> Tally:
        """The same tally once more."""
        return Tally({day: span.twin() for day, span in self.days.items()})

    def fold(
        self, log: Log, formula: Formula, window: Window | None, start: int, end: int, more: Iterable[int] = ()
    ) -> Decimal:
        """Fold the events with start <= timestamp < end, and `more` that are not counted yet, into one number.

        With a window only the event received last in each UTC hour or day counts. [documented]
        """
        folded = _Folded(log)
        loose = [number for number in more if start <= log.stamps[number] < end]
        if window is None:
            for part in self._within(log, start, end, SPANS[0]):
                folded.take(part)
            for number in loose:
                folded.take(number)
        else:
            seconds = WINDOW_SECONDS[window]
            last: dict[int, int] = {}
            for part in [*self._within(log, start, end, seconds), *loose]:
                newest = part if isinstance(part, int) else part.newest
                bucket = log.stamps[newest] // seconds
                last[bucket] = max(last.get(bucket, -1), newest)
            for number in last.values():
                folded.take(number)
        return folded.as_(formula)

    def buckets(self, log: Log, start: int, end: int, seconds: int) -> set[int]:
        """The numbers of the stretches of so many seconds, an hour or a day, that have events."""
        parts = self._within(log, start, end, seconds)
        return {(log.stamps[part] if isinstance(part, int) else part.start) // seconds for part in parts}

    def _within(self, log: Log, start: int, end: int, longest: int) -> Iterator[_Span | int]:
        """Spans of at most so many seconds, and single events, that together are a stretch of time."""
        first, last = start // SPANS[0], (end - 1) // SPANS[0]
        if last - first < len(self.days):
            inside = (self.days[day] for day in range(first, last + 1) if day in self.days)
        else:
            inside = (span for day, span in self.days.items() if first <= day <= last)
        for span in inside:
            yield from _cut(log, span, start, end, longest)


def _cut(log: Log, span: _Span, start: int, end: int, longest: int) -> Iterator[_Span | int]:
    """What of a span lies in a stretch of time."""
    if span.end <= start or span.start >= end:
        return
    if start <= span.start and span.end <= end and SPANS[span.level] <= longest:
        yield span
    elif span.numbers is None:
        for part in span.parts.values():
            yield from _cut(log, part, start, end, longest)
    else:
        yield from (number for number in span.numbers if start <= log.stamps[number] < end)


__all__ = ["MOST_UNDIVIDED", "SPANS", "Log", "Tally", "append"]
