"""One account's world: its objects with their indexes, its timelines with their alarms, and the way time moves.

The store never changes in the middle of a rule. A `Transaction` collects new versions in an overlay and hands them to
`commit`, which swaps them in, files them under their indexes and notes their alarms. An alarm is a line in a heap that
says "this object may be due then"; it is never taken away. When it comes up, the object itself is asked again, and a
line that no longer holds is dropped. So nothing has to be unscheduled: cancel a subscription and its alarm is gone.

`advance` is the whole scheduler: take the earliest line, set the timeline's clock to it, run the rule in a transaction
of its own, go on until the target. One leap and many small steps therefore give the same world.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pinstripe.world.clock import Clock
from pinstripe.world.ids import Seed
from pinstripe.world.kinds import Kind
from pinstripe.world.objects import Object
from pinstripe.world.transaction import Transaction

Render = Callable[[Transaction, Object], Mapping[str, Any]]
"""Shows an object the way the API does."""
Announce = Callable[[Transaction, Object], None]
"""Is told of every event as it is made."""


@dataclass(slots=True)
class Table:
    """The objects of one kind, in the order of their creation, with their indexes."""

    kind: Kind
    objects: dict[str, Object] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    order: list[tuple[int, str]] = field(default_factory=list)
    index: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index = {name: {} for name in self.kind.indexes}

    def put(self, obj: Object, birth: int) -> None:
        """File a new version under the indexes it belongs to."""
        id_ = obj.id
        old = self.objects.get(id_)
        if old is None:
            self.born[id_] = birth
            self.order.append((birth, id_))
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
        """Forget an object."""
        old = self.objects.pop(id_, None)
        if old is None:
            return
        birth = self.born.pop(id_)
        del self.order[bisect_right(self.order, (birth, id_)) - 1]
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
    """A clock that objects live under, and the alarms read off them: (due, rank, birth, kind, id)."""

    now: int
    alarms: list[tuple[int, int, int, str, str]] = field(default_factory=list)


class World:
    """Everything one account holds."""

    def __init__(self, kinds: Iterable[Kind], seed: Seed, clock: Clock, *, render: Render, announce: Announce) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.seed = seed
        self.clock = clock
        self.render = render
        self.announce = announce
        self.tables = {kind.name: Table(kind) for kind in self.kinds.values()}
        self.timelines: dict[str | None, Timeline] = {None: Timeline(clock.now())}
        self.counters: dict[str, int] = {}
        self.births = 0

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
        return (id_ for _, id_ in reversed(self.tables[kind].order))

    def filed(self, kind: str, index: str, key: str) -> Iterable[str]:
        """The ids filed under one key of an index."""
        return self.tables[kind].index[index].get(key, ())

    def due(self, kind: str) -> list[Object]:
        """The objects of an edge's kind whose alarm has come, the earliest first."""
        table = self.tables[kind]
        ripe = []
        for id_ in self.filed(kind, "pending", "yes"):
            obj = table.objects[id_]
            at = table.kind.alarm(obj)
            if at is not None and at <= self.now:
                ripe.append((at, table.born[id_], obj))
        return [obj for _, _, obj in sorted(ripe, key=lambda row: row[:2])]

    def next_moment(self) -> int | None:
        """When the account next has something to do, by its own clock: a rule's alarm or an edge's."""
        moments = [at for at in (self.next_alarm(None),) if at is not None]
        for table in self.tables.values():
            if table.kind.ring is None and "pending" in table.index:
                waiting = (table.kind.alarm(table.objects[id_]) for id_ in table.index["pending"].get("yes", ()))
                moments += [at for at in waiting if at is not None]
        return min(moments, default=None)

    # --- changing ----------------------------------------------------------------------------------------------------

    def transaction(self, request: Mapping[str, object] | None = None) -> Transaction:
        """Begin to read and change; nothing is kept before `commit`."""
        return Transaction(self, request)

    def commit(self, overlay: Mapping[tuple[str, str], Object | None], counters: Mapping[str, int]) -> None:
        """Swap in what a transaction collected."""
        self.counters.update(counters)
        for (kind_name, id_), obj in overlay.items():
            table = self.tables[kind_name]
            if obj is None:
                table.remove(id_)
                continue
            old = table.objects.get(id_)
            if old is None:
                self.births += 1
            table.put(obj, self.births)
            self._note_alarm(table, old, obj)

    def _note_alarm(self, table: Table, old: Object | None, obj: Object) -> None:
        """Note when an object next needs the clock, unless that line is in the heap already."""
        kind = table.kind
        due = kind.alarm(obj)
        if due is None or kind.ring is None or (old is not None and kind.alarm(old) == due):
            return
        timeline = self.timelines[kind.timeline(obj)]
        heapq.heappush(timeline.alarms, (due, kind.rank, table.born[obj.id], kind.name, obj.id))

    # --- time --------------------------------------------------------------------------------------------------------

    def add_timeline(self, id_: str, now: int) -> None:
        """Begin a timeline of its own, such as a test clock's."""
        self.timelines[id_] = Timeline(now)

    def remove_timeline(self, id_: str) -> None:
        """End a timeline; nothing may live on it any more."""
        del self.timelines[id_]

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
        """Move a timeline forward, ringing every alarm on the way at its own moment."""
        timeline = self.timelines[timeline_id]
        assert to >= timeline.now, "time never goes back"
        alarms = timeline.alarms
        while alarms and alarms[0][0] <= to:
            due, _, _, kind_name, id_ = heapq.heappop(alarms)
            kind = self.kinds[kind_name]
            obj = self.tables[kind_name].objects.get(id_)
            if obj is None or kind.alarm(obj) != due or kind.timeline(obj) != timeline_id:
                continue
            assert kind.ring is not None
            timeline.now = max(timeline.now, due)
            transaction = self.transaction()
            kind.ring(transaction, obj)
            transaction.commit()
            after = self.tables[kind_name].objects.get(id_)
            assert after is None or kind.alarm(after) != due, f"{kind_name} {id_} rang and is still due"
        timeline.now = to
