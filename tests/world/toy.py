"""Toy nouns for the world: it knows no Stripe, and its tests need none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pinstripe.world import ControlledClock, Kind, Object, Seed, Transaction, World
from pinstripe.world.kinds import by

START = 1000


def tags(obj: Object) -> Iterable[str]:
    """The words an object is filed under."""
    words: tuple[str, ...] = obj.get("tags", ())
    return words


def due(obj: Object) -> int | None:
    """When a bell rings next."""
    at: int | None = obj["at"]
    return at


def ring(tx: Transaction, bell: Object) -> None:
    """Write down that the bell rang, and set it anew if it repeats."""
    tx.new("note", {"of": bell.id, "at": tx.now_of(bell), "test_clock": bell.get("test_clock")})
    every = bell.get("every")
    tx.put(bell, at=None if every is None else bell["at"] + every)


NOTE = Kind("note", "note", indexes={"of": by("of"), "tag": tags})
BELL = Kind("bell", "bell", alarm=due, ring=ring, rank=2)
EARLY = Kind("early", "early", alarm=due, ring=ring, rank=1)
PARCEL = Kind("parcel", "parcel", alarm=due)
EVENT = Kind("event", "evt")


def shown(_: Transaction, obj: Object) -> Mapping[str, Any]:
    """An object as it is, without our own members."""
    return {key: value for key, value in obj.items() if not key.startswith("_")}


def new_world(*more: Kind, clock: ControlledClock | None = None) -> World:
    """An empty world of notes, bells and parcels."""
    kinds = (NOTE, BELL, EARLY, PARCEL, EVENT, *more)
    clock = clock or ControlledClock(START)
    return World(kinds, Seed("toy"), clock, render=shown, announce=lambda _, __: None)


def make(world: World, kind: str, **members: Any) -> Object:
    """One object, kept at once."""
    tx = world.transaction()
    obj = tx.new(kind, members)
    tx.commit()
    return obj


def change(world: World, obj: Object, **changes: Any) -> Object:
    """A new version of an object, kept at once."""
    tx = world.transaction()
    new = tx.put(tx.read(obj.kind, obj.id), **changes)
    tx.commit()
    return new


def rung(world: World) -> list[tuple[str, int]]:
    """Which bell rang when, in that order."""
    return [(note["of"], note["at"]) for note in world.tables["note"].objects.values() if "of" in note]
