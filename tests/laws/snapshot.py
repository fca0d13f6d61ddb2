"""A world at one moment, to be compared with itself later or with another."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.usage import ledger
from pinstripe.world import World


def snapshot(world: World) -> dict[str, Any]:
    """Everything that what happens next depends on; alarms as they will ring, without those that no longer hold."""
    return {
        "objects": {name: list(table.objects.items()) for name, table in world.tables.items()},
        "born": {name: dict(table.born) for name, table in world.tables.items()},
        "index": {
            name: {index: {key: sorted(ids) for key, ids in filed.items()} for index, filed in table.index.items()}
            for name, table in world.tables.items()
        },
        "books": {name: book.facts() for name, book in world.books.items()},
        "waiting": {name: dict(table.waiting) for name, table in world.tables.items()},
        "counters": dict(world.counters),
        "births": world.births,
        "usage": usage(world),
        "timelines": {id_: (timeline.now, alarms(world, id_)) for id_, timeline in world.timelines.items()},
    }


def usage(world: World) -> list[Any]:
    """Every fact of the book of usage with what it counts for, however much of it is folded; and their names."""
    book = world.books[ledger.BOOK]
    assert isinstance(book, ledger.Ledger)
    owners = [book.kept[owner] for owner in book.owners]
    facts = zip(book.created, book.log.stamps, book.log.values, owners, strict=True)
    return [*facts, sorted(book.canceled), {**book.day_before.numbers(), **book.today.numbers()}]


def alarms(world: World, timeline: str | None) -> list[Any]:
    """The alarms of a timeline that still hold, in the order in which they ring."""
    holding = set()
    for line in world.timelines[timeline].alarms:
        due, _, _, kind_name, id_ = line
        kind, obj = world.kinds[kind_name], world.get(kind_name, id_)
        assert kind.alarm is not None
        if obj is not None and kind.alarm(obj) == due and kind.timeline(obj) == timeline:
            holding.add(line)
    return sorted(holding)


def rederived(world: World) -> dict[str, Any]:
    """The indexes, the waiting and the alarms that follow from the objects alone."""
    found: dict[str, Any] = {"index": {}, "waiting": {}, "alarms": {id_: [] for id_ in world.timelines}}
    for name, table in world.tables.items():
        kind = table.kind
        index: dict[str, dict[str, list[str]]] = {key: {} for key in kind.indexes}
        waiting: dict[str, int] = {}
        for id_, obj in table.objects.items():
            for key, keys in kind.indexes.items():
                for value in keys(obj):
                    index[key].setdefault(value, []).append(id_)
            due = None if kind.alarm is None else kind.alarm(obj)
            if due is not None and kind.ring is None:
                waiting[id_] = due
            elif due is not None:
                found["alarms"][kind.timeline(obj)].append((due, kind.rank, table.born[id_], name, id_))
        found["index"][name] = {key: {value: sorted(ids) for value, ids in rows.items()} for key, rows in index.items()}
        found["waiting"][name] = waiting
    found["alarms"] = {id_: sorted(lines) for id_, lines in found["alarms"].items()}
    return found
