"""One account's world: its objects with their indexes, its timelines with their alarms, and the way time moves.

The store never changes in the middle of a rule. A `Transaction` collects new versions in an overlay and hands them to
`commit`, which swaps them in, files them under their indexes and notes their alarms. An alarm is a line in a heap that
says "this object may be due then"; it is never taken away. When it comes up, the object itself is asked again, and a
line that no longer holds is dropped. So nothing has to be unscheduled: cancel a subscription and its alarm is gone.

`advance` is the whole scheduler: take the earliest line, set the timeline's clock to it, run the rule in a transaction
of its own, go on until the target. One leap and many small steps therefore give the same world.
"""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pinstripe.world.books import Book, Page
from pinstripe.world.clock import Clock
from pinstripe.world.ids import Seed
from pinstripe.world.kinds import Kind
from pinstripe.world.objects import Object
from pinstripe.world.transaction import Overlay, Transaction

Render = Callable[[Transaction, Object], Mapping[str, Any]]
"""Shows an object the way the API does. What it returns is kept in events, so nobody may change it."""
Announce = Callable[[Transaction, Object], None]
"""Is told of every event as it is made."""
Line = tuple[int, int, int, str, str]
"""An alarm: due, rank, birth, kind, id. Lines ring in this order."""


@dataclass(slots=True)
class Table:
    """The objects of one kind, in the order of their creation, with their indexes."""

    kind: Kind
    objects: dict[str, Object] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    index: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    """When each object wants its edge, for kinds whose alarms no rule rings."""
    changes: int = 0
    """How often an object came, changed or went."""

    def __post_init__(self) -> None:
        self.index = {name: {} for name in self.kind.indexes}

    def put(self, obj: Object, birth: int) -> None:
        """File a new version under the indexes it belongs to; `birth` counts only for a new object."""
        id_ = obj.id
        self.changes += 1
        old = self.objects.get(id_)
        if old is None:
            self.born[id_] = birth
        self.objects[id_] = obj
        for name, keys in self.kind.indexes.items():
            new_keys = tuple(keys(obj))
            if old is not None:
                old_keys = tuple(keys(old))
                if old_keys == new_keys:
                    continue
                self._unfile(name, old_keys, id_)
            for key in new_keys:
                self.index[name].setdefault(key, {})[id_] = None

    def remove(self, id_: str) -> None:
        """Forget an object, whether or not it was ever filed."""
        self.changes += 1
        old = self.objects.pop(id_, None)
        if old is None:
            return
        del self.born[id_]
        self.waiting.pop(id_, None)
        for name, keys in self.kind.indexes.items():
            self._unfile(name, keys(old), id_)

    def _unfile(self, name: str, keys: Iterable[str], id_: str) -> None:
        """Take an object out of one index."""
        index = self.index[name]
        for key in keys:
            filed = index[key]
            del filed[id_]
            if not filed:
                del index[key]


@dataclass(slots=True)
class Timeline:
    """A clock that objects live under, and the alarms read off them."""

    now: int
    alarms: list[Line] = field(default_factory=list)


class World:
    """Everything one account holds."""

    def __init__(
        self,
        kinds: Iterable[Kind],
        seed: Seed,
        clock: Clock,
        *,
        render: Render,
        announce: Announce,
        books: Mapping[str, Book[Page]] | None = None,
    ) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.seed = seed
        self.clock = clock
        self.render = render
        self.announce = announce
        self.tables = {kind.name: Table(kind) for kind in self.kinds.values()}
        self.books = dict(books or {})
        self.timelines: dict[str | None, Timeline] = {None: Timeline(clock.now())}
        self.counters: dict[str, int] = {}
        self.births = 0
        self.changes = 0
        """How often objects were kept, so that somebody can see whether there are new ones."""
        self.dialect: str | None = None
        """In what words the account's events are told where nobody asks for others; says nothing to the world."""
        self.pages: str | None = None
        """Where the pages that people look at are served, if anywhere."""
        self.listening: Sequence[Object] = ()
        """Who hears events only while a connection lasts, beside those who are kept here; says nothing to the world."""
        self.kin: Callable[[str | None], World | None] = _nobody
        """The worlds of other accounts that money may go to: one connected to this by its id, or for None the platform
        that this one is connected to."""
        self.returns = 0
        """How often the world went back to a savepoint: what was on its way out then belongs to another story."""

    # --- reading -----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The account's own time; objects under a test clock have another."""
        return self.timelines[None].now

    @property
    def is_empty(self) -> bool:
        """Whether nothing has ever been made here."""
        return self.births == 0

    def get(self, kind: str, id_: str) -> Object | None:
        """The newest version of an object."""
        return self.tables[kind].objects.get(id_)

    def ids(self, kind: str) -> Iterator[str]:
        """All ids of one kind, newest first."""
        return reversed(self.tables[kind].objects)

    def filed(self, kind: str, index: str, key: str) -> Iterable[str]:
        """The ids filed under one key of an index, in no particular order."""
        return self.tables[kind].index[index].get(key, ())

    def due(self, kind: str) -> list[Object]:
        """The objects of an edge's kind whose alarm has come, the earliest first."""
        table = self.tables[kind]
        ripe = sorted((at, table.born[id_], id_) for id_, at in table.waiting.items() if at <= self.now)
        return [table.objects[id_] for _, _, id_ in ripe]

    # --- changing ----------------------------------------------------------------------------------------------------

    def transaction(self, request: Mapping[str, object] | None = None) -> Transaction:
        """Begin to read and change; nothing is kept before `commit`."""
        return Transaction(self, request)

    def commit(self, overlay: Overlay, counters: Mapping[str, int], begun: Mapping[str, int]) -> None:
        """Swap in what a transaction collected, and begin its timelines."""
        self.changes += bool(overlay)
        self.counters.update(counters)
        self.timelines.update({id_: Timeline(now) for id_, now in begun.items()})
        for kind_name, versions in overlay.items():
            table = self.tables[kind_name]
            for id_, obj in versions.items():
                if obj is None:
                    table.remove(id_)
                    continue
                old = table.objects.get(id_)
                if old is None:
                    self.births += 1
                table.put(obj, self.births)
                if table.kind.alarm is not None:
                    self._note_alarm(table, old, obj, table.kind.alarm(obj))

    def _note_alarm(self, table: Table, old: Object | None, obj: Object, due: int | None) -> None:
        """Note when an object next needs the clock, unless that line is in the heap already."""
        kind, id_ = table.kind, obj.id
        assert kind.alarm is not None
        if due is None:
            table.waiting.pop(id_, None)
        elif kind.ring is None:
            table.waiting[id_] = due
        elif old is None or kind.alarm(old) != due:
            timeline = self.timelines[kind.timeline(obj)]
            heapq.heappush(timeline.alarms, (due, kind.rank, table.born[id_], kind.name, id_))

    # --- time --------------------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Let the account's timeline follow its clock, ringing what came due meanwhile."""
        now = self.clock.now()
        if now > self.now:
            self.advance(None, now)

    def rewind(self, now: int) -> None:
        """Start the account at another time; only before anything has happened."""
        assert self.is_empty, "time never goes back once something has happened"
        self.timelines[None].now = now

    def next_alarm(self, timeline: str | None) -> int | None:
        """When the timeline next has something to do; may name a moment at which nothing is left to do."""
        alarms = self.timelines[timeline].alarms
        return alarms[0][0] if alarms else None

    def advance(self, timeline_id: str | None, to: int) -> None:
        """Move a timeline forward, ringing every alarm on the way at its own moment.

        A rule that fails is a bug: the exception goes to the caller, everything up to that moment has happened, and
        the alarm stays, so that the bug shows again and not the silence after it.
        """
        timeline = self.timelines[timeline_id]
        assert to >= timeline.now, "time never goes back"
        alarms = timeline.alarms
        with _uncollected():
            while alarms and alarms[0][0] <= to:
                line = heapq.heappop(alarms)
                try:
                    self._ring(timeline_id, line)
                except BaseException:
                    heapq.heappush(alarms, line)
                    raise
        timeline.now = to

    def _ring(self, timeline_id: str | None, line: Line) -> None:
        """Carry out one alarm in a transaction of its own, if its object still wants it."""
        due, _, _, kind_name, id_ = line
        kind = self.kinds[kind_name]
        obj = self.get(kind_name, id_)
        assert kind.alarm is not None
        assert kind.ring is not None
        if obj is None or kind.alarm(obj) != due or kind.timeline(obj) != timeline_id:
            return
        timeline = self.timelines[timeline_id]
        timeline.now = max(timeline.now, due)  # an alarm set for a moment that was over when it was set
        transaction = self.transaction()
        kind.ring(transaction, obj)
        after = transaction.get(kind_name, id_)
        assert after is None or kind.alarm(after) != due, f"{kind_name} {id_} rang and is still due"
        transaction.commit()


def _nobody(_: str | None) -> None:
    """An account that stands alone."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rest Python's search for cyclic garbage meanwhile.

    A leap makes objects by the million that stay, are frozen and hold no cycles, and leaves no cyclic garbage behind
    (`tests/world/test_garbage.py`). The search would walk the whole world again and again and find nothing, which
    made one renewal dearer the more subscriptions there were. Whoever has switched it off keeps it off.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
