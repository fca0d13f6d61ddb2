"""One request or one tick: reads the world, collects changes and events, and keeps all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pinstripe.world.events import previous_attributes
from pinstripe.world.objects import Object, changed, frozen

if TYPE_CHECKING:
    from pinstripe.world.store import World


class Transaction:
    """An overlay over the world. Reads see its own changes; the world sees them at `commit`."""

    def __init__(self, world: World, request: Mapping[str, object] | None) -> None:
        self.world = world
        self.request = request
        self.overlay: dict[tuple[str, str], Object | None] = {}
        self.counters: dict[str, int] = {}
        self.moments: dict[str | None, int] = {}
        self.after: list[Callable[[], None]] = []
        self.quiet = False

    # --- time --------------------------------------------------------------------------------------------------------

    def now(self, timeline: str | None = None) -> int:
        """The time of the account, or of the test clock named."""
        if timeline in self.moments:
            return self.moments[timeline]
        return self.world.timelines[timeline].now

    def now_of(self, obj: Object) -> int:
        """The time an object lives in."""
        return self.now(self.world.kinds[obj.kind].timeline(obj))

    def pretend(self, timeline: str | None, now: int) -> None:
        """See the world from another moment; only for transactions that are thrown away, such as previews."""
        self.quiet = True
        self.moments[timeline] = now

    # --- reading -----------------------------------------------------------------------------------------------------

    def get(self, kind: str, id_: str) -> Object | None:
        """The newest version of an object, or None."""
        key = (kind, id_)
        if key in self.overlay:
            return self.overlay[key]
        return self.world.get(kind, id_)

    def read(self, kind: str, id_: str) -> Object:
        """The newest version of an object that must exist."""
        obj = self.get(kind, id_)
        assert obj is not None, f"{kind} {id_} is named and does not exist"
        return obj

    def all(self, kind: str) -> Iterator[Object]:
        """Every object of a kind, newest first."""
        table = self.world.tables[kind]
        fresh = [obj for (name, id_), obj in self.overlay.items() if name == kind and obj and id_ not in table.objects]
        yield from reversed(fresh)
        for id_ in self.world.ids(kind):
            obj = self.get(kind, id_)
            if obj is not None:
                yield obj

    def find(self, kind: str, index: str, key: str) -> list[Object]:
        """The objects filed under one key of an index, oldest first."""
        table = self.world.tables[kind]
        keys = table.kind.indexes[index]
        known = []
        for id_ in self.world.filed(kind, index, key):
            obj = self.get(kind, id_)
            if obj is not None and ((kind, id_) not in self.overlay or key in keys(obj)):
                known.append((table.born[id_], obj))
        if self.overlay:
            filed = table.index[index].get(key, {})
            for position, ((name, id_), obj) in enumerate(self.overlay.items()):
                if name == kind and obj is not None and id_ not in filed and key in keys(obj):
                    known.append((table.born.get(id_, self.world.births + 1 + position), obj))
        known.sort(key=lambda row: row[0])
        return [obj for _, obj in known]

    # --- changing ----------------------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """The next id with this prefix."""
        number = self.counters.get(prefix, self.world.counters.get(prefix, 0)) + 1
        self.counters[prefix] = number
        return self.world.seed.id(prefix, number)

    def new(self, kind: str, members: Mapping[str, Any], *, id: str | None = None) -> Object:  # noqa: A002 - Stripe's word
        """Make an object; its id comes from the seed unless one is given."""
        id_ = id or self.new_id(self.world.kinds[kind].prefix)
        obj = Object({"id": id_, "object": kind, **{key: frozen(value) for key, value in members.items()}})
        self.overlay[kind, id_] = obj
        return obj

    def put(self, obj: Object, **changes: Any) -> Object:
        """Keep a new version of an object."""
        new = changed(obj, changes) if changes else obj
        self.overlay[new.kind, new.id] = new
        return new

    def delete(self, obj: Object) -> None:
        """Take an object out of the world."""
        self.overlay[obj.kind, obj.id] = None

    def emit(self, type_: str, obj: Object, *, before: Object | None = None, automatic: bool = False) -> None:
        """Append an event that holds the object as it is now.

        With `before`, the event says what changed, and where nothing did there is no event. An automatic event names no
        request even inside one, as Stripe's delayed ones do.
        """
        if self.quiet:
            return
        data: dict[str, Any] = {"object": self.world.render(self, obj)}
        if before is not None:
            previous = previous_attributes(self.world.render(self, before), data["object"])
            if not previous:
                return
            data["previous_attributes"] = previous
        request = None if automatic else self.request
        id_ = self.new_id("evt")
        # What was just rendered belongs to nobody else, so it need not be frozen node by node.
        event = self.overlay["event", id_] = Object(
            {
                "id": id_,
                "object": "event",
                "created": self.now(),
                "data": data,
                "livemode": False,
                "request": request or {"id": None, "idempotency_key": None},
                "type": type_,
            }
        )
        self.world.announce(self, event)

    def then(self, action: Callable[[], None]) -> None:
        """Do this once the changes are kept, such as moving a clock that this request has set going."""
        self.after.append(action)

    def commit(self) -> None:
        """Keep everything."""
        assert not self.moments, "a transaction that pretends cannot be kept"
        self.world.commit(self.overlay, self.counters)
        for action in self.after:
            action()
