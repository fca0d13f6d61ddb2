"""The book of usage: every meter event that was accepted, folded as it comes, and the identifiers that are taken.

An event is kept as a number in a log and counted in the tally of its customer and meter; the words it came with are
forgotten. An identifier is remembered for at least a day, for that is how long it stays taken and its event can be
canceled. So an event costs some tens of bytes, and its identifier another hundred and more for a day or two.
"""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pinstripe.billing.tallies import Log, Tally, append
from pinstripe.billing.usage import Formula, Window
from pinstripe.resources.usage.identifiers import Day
from pinstripe.world import Transaction

BOOK = "usage"
IDENTIFIER_SECONDS = 86_400
"""How long an identifier stays taken, and its event can be canceled. [documented: at least, and exactly, 24 hours]"""

MOST_UNFOLDED = 8_192
"""Events that come before they are folded, if nobody asks."""

Key = tuple[str, str]
"""What a tally counts for: a meter and a customer."""


Moments = tuple[tuple[str | None, int], ...]
"""From which moments on, of the account (None) or a test clock, an event is aggregated: any of them will do."""


@dataclass(slots=True)
class Ledger:
    """The usage of one account."""

    log: Log = field(default_factory=Log)
    created: array[int] = field(default_factory=lambda: array("q"))
    """When each event was received, by the account's time."""
    owners: array[int] = field(default_factory=lambda: array("q"))
    """Which tallies each event counts in, by their place in `kept`."""
    kept: list[tuple[Key, ...]] = field(default_factory=list)
    places: dict[tuple[Key, ...], int] = field(default_factory=dict)
    customers: dict[str, dict[str, int]] = field(default_factory=dict)
    """The same for events that count on their meter alone, by meter and customer: of customers who were looked at."""
    looked: int = 0
    """How often customers had changed when they were."""
    tallies: dict[Key, Tally] = field(default_factory=dict)
    today: Day = field(default_factory=Day)
    day_before: Day = field(default_factory=Day)
    """Identifiers that are taken: of today, and of a day that is over within a day."""
    turned: int = 0
    """When today began."""
    canceled: set[int] = field(default_factory=set)
    waiting: deque[tuple[int, Moments]] = field(default_factory=deque)
    """Events that are not aggregated yet, because an account has asked for a lag."""
    folded: int = 0
    """How many events are in the tallies; the few after them are folded before anybody asks, many at a time."""

    def page(self) -> Page:
        """An empty page for a transaction."""
        return Page(self)

    def twin(self) -> Ledger:
        """The same ledger once more."""
        twin = Ledger(self.log.twin(), self.created[:], self.owners[:], self.kept[:], self.places.copy())
        twin.tallies = {key: tally.twin() for key, tally in self.tallies.items()}
        twin.today, twin.day_before, twin.turned = self.today.twin(), self.day_before.twin(), self.turned
        twin.canceled, twin.waiting, twin.folded = self.canceled.copy(), self.waiting.copy(), self.folded
        return twin

    def facts(self) -> object:
        """Every event with the tallies that it counts in, and what is taken, canceled or waiting."""
        owners = [self.kept[place] for place in self.owners]
        events = list(zip(owners, self.log.stamps, self.log.values, self.created, strict=True))
        given = self.day_before.given[:], self.today.given[:]
        return events, given, sorted(self.canceled), list(self.waiting)

    def place(self, keys: tuple[Key, ...]) -> int:
        """The number under which the tallies are known that an event counts in."""
        place = self.places.get(keys)
        if place is None:
            place = self.places[keys] = len(self.kept)
            self.kept.append(keys)
        return place

    def looked_at(self, meter: str, changes: int) -> dict[str, int]:
        """The places of customers whose events count on a meter and nowhere else, none of whom has changed since."""
        if changes != self.looked:
            self.customers.clear()
            self.looked = changes
        return self.customers.setdefault(meter, {})

    def take(self, page: Page) -> None:
        """Keep the events of a page."""
        first, fresh = len(self.log.values), len(page.values)
        if page.now - self.turned >= IDENTIFIER_SECONDS:
            self.day_before, self.today, self.turned = self.today, Day(first), page.now
        self.log.extend(page.stamps, page.values)
        self.created.extend(array("q", (page.now,)) * fresh)
        append(self.owners, page.places)
        self.today.note(page.identifiers, page.taken)
        if page.waiting:
            self.waiting.extend((first + place, moments) for place, moments in page.waiting.items())
        if first + fresh - self.folded >= MOST_UNFOLDED:
            self.fold()

    def fold(self) -> None:
        """Fold what came since into the tallies, all events of one tally together."""
        groups: defaultdict[int, list[int]] = defaultdict(list)
        first, self.folded = self.folded, len(self.log)
        for number, place in enumerate(self.owners[first:], first):
            groups[place].append(number)
        waiting = {number for number, _ in self.waiting}
        for place, numbers in groups.items():
            self._count(self.kept[place], [each for each in numbers if each not in waiting] if waiting else numbers)

    def _count(self, keys: Iterable[Key], numbers: list[int]) -> None:
        """Fold events into tallies."""
        for key in keys if numbers else ():
            tally = self.tallies.get(key)
            if tally is None:
                tally = self.tallies[key] = Tally()
            tally.add(self.log, numbers)

    def cancel(self, number: int) -> None:
        """Count an event no more."""
        self.fold()
        self.canceled.add(number)
        for index, (waiting, _) in enumerate(self.waiting):
            if waiting == number:
                del self.waiting[index]
                return
        for key in self.kept[self.owners[number]]:
            self.tallies[key].remove(self.log, number)

    def settle(self, now: dict[str | None, int]) -> None:
        """Aggregate what has waited long enough by the clocks named."""
        still = deque(
            (number, ready)
            for number, ready in self.waiting
            if not any(clock in now and now[clock] >= moment for clock, moment in ready)
        )
        if len(still) < len(self.waiting):
            due = {number for number, _ in self.waiting} - {number for number, _ in still}
            self.waiting = still
            for number in sorted(due):
                self._count(self.kept[self.owners[number]], [number])

    def owner(self, number: int) -> Key:
        """The meter and the customer of an event."""
        return self.kept[self.owners[number]][0]

    def holder(self, identifier: str, now: int) -> int | None:
        """The event that an identifier belongs to, as long as it is taken."""
        number = self.today.number(identifier)
        if number is None:
            number = self.day_before.number(identifier)
        return None if number is None or now - self.created[number] >= IDENTIFIER_SECONDS else number


class Page:
    """What one transaction adds to the ledger: events in columns, as the ledger keeps them."""

    __slots__ = ("canceled", "identifiers", "ledger", "now", "places", "stamps", "taken", "values", "waiting")

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = 0
        """When the events were received, by the account's time."""
        self.stamps: list[int] = []
        self.values: list[Decimal] = []
        self.places: list[int] = []
        self.identifiers: list[str | None] = []
        self.taken: set[str] = set()
        """The identifiers that events have."""
        self.waiting: dict[int, Moments] = {}
        self.canceled: list[int] = []

    def add(self, keys: tuple[Key, ...], stamp: int, value: Decimal, identifier: str | None, ready: Moments) -> None:
        """File an event; one whose identifier nobody can know has none."""
        if identifier is not None:
            self.taken.add(identifier)
        if ready:
            self.waiting[len(self.stamps)] = ready
        self.identifiers.append(identifier)
        self.stamps.append(stamp)
        self.values.append(value)
        self.places.append(self.ledger.place(keys))

    def extend(
        self, places: Sequence[int], values: Sequence[Decimal], stamps: Sequence[int], identifiers: Sequence[str | None]
    ) -> bool:
        """File many events that wait for nothing, on an empty page.

        False, and nothing is filed, unless their identifiers are different and none was seen in the last days.
        """
        assert not self.stamps
        taken: set[Any] = {*identifiers}
        without = identifiers.count(None) if None in taken else 0
        taken.discard(None)
        if len(taken) + without < len(identifiers):
            return False
        ledger = self.ledger
        if not (ledger.today.taken.isdisjoint(taken) and ledger.day_before.taken.isdisjoint(taken)):
            return False
        self.taken = taken
        self.identifiers += identifiers
        self.stamps += stamps
        self.values += values
        self.places += places
        return True

    def is_taken(self, identifier: str) -> bool:
        """Whether an event has this identifier."""
        return identifier in self.taken or self.ledger.holder(identifier, self.now) is not None

    def keep(self) -> None:
        """Let the ledger have it."""
        if self.stamps:
            self.ledger.take(self)
        for number in self.canceled:
            self.ledger.cancel(number)


def page_of(tx: Transaction) -> Page:
    """The page of a transaction."""
    page = tx.page(BOOK)
    assert isinstance(page, Page)
    page.now = tx.now()
    return page


def used(tx: Transaction, key: Key, formula: Formula, window: Window | None, start: int, end: int) -> Decimal:
    """What a tally comes to from `start` up to, and without, `end`: with what this transaction has filed."""
    ledger = _settled(tx)
    tally = ledger.tallies.get(key, Tally())
    page = tx.pages.get(BOOK)
    if not isinstance(page, Page) or not page.stamps:
        return tally.fold(ledger.log, formula, window, start, end)
    log, length = ledger.log, len(ledger.log)
    try:
        log.extend(page.stamps, page.values)
        counted = enumerate(page.places)
        more = [length + at for at, place in counted if at not in page.waiting and key in ledger.kept[place]]
        return tally.fold(log, formula, window, start, end, more)
    finally:
        log.shorten(length)


def buckets(tx: Transaction, key: Key, start: int, end: int, seconds: int) -> list[int]:
    """The stretches of an hour or a day that have usage, by their beginnings, earliest first."""
    ledger = _settled(tx)
    tally = ledger.tallies.get(key)
    found = set() if tally is None else tally.buckets(ledger.log, start, end, seconds)
    return [number * seconds for number in sorted(found)]


def _settled(tx: Transaction) -> Ledger:
    """The ledger as it is by the clocks of the world, whatever this transaction pretends."""
    ledger = tx.world.books[BOOK]
    assert isinstance(ledger, Ledger)
    ledger.fold()
    if ledger.waiting:
        ledger.settle({clock: timeline.now for clock, timeline in tx.world.timelines.items()})
    return ledger
