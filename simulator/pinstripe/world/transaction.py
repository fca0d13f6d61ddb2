"""One request or one tick: reads the world, collects changes and events, and keeps all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pinstripe.world.events import previous_attributes
from pinstripe.world.objects import Object, changed, frozen

if TYPE_CHECKING:
    from pinstripe.world.books import Page
    from pinstripe.world.store import World

Overlay = dict[str, dict[str, Object | None]]
"""New versions by kind and id, in the order of their first change; None is an object that is gone."""


class Transaction:
    """An overlay over the world. Reads see its own changes; the world sees them at `commit`."""

    def __init__(self, world: World, request: Mapping[str, object] | None) -> None:
        self.world = world
        self.request = request
        self.overlay: Overlay = {}
        self.counters: dict[str, int] = {}
        self.moments: dict[str | None, int] = {}
        """Times that are not the world's: of timelines begun here, or pretended."""
        self.pages: dict[str, Page] = {}
        """What is added to the world's books."""
        self.after: list[Callable[[], None]] = []
        self.quiet = False
        """Whether this is to be thrown away: it makes no events and cannot be kept."""
        self.beside: dict[int, Transaction] = {}
        """What this changes in the worlds of other accounts, and itself, by world; kept together or not at all."""
        self._shown: dict[int, tuple[Object, Mapping[str, Any]]] = {}
        self._untouched: Transaction | None = None
        """The world without the changes of this transaction."""

    # --- time --------------------------------------------------------------------------------------------------------

    def now(self, timeline: str | None = None) -> int:
        """The time of the account, or of the test clock named."""
        if timeline in self.moments:
            return self.moments[timeline]
        return self.world.timelines[timeline].now

    def now_of(self, obj: Object) -> int:
        """The time an object lives in."""
        return self.now(self.world.kinds[obj.kind].timeline(obj))

    def begin(self, timeline: str, now: int) -> None:
        """Begin a timeline of its own, such as a test clock's."""
        self.moments[timeline] = now

    def pretend(self, timeline: str | None, now: int) -> None:
        """See the world from another moment; only for transactions that are thrown away, such as previews."""
        self.quiet = True
        self.moments[timeline] = now

    def across(self, world: World) -> Transaction:
        """A transaction in the world of another account, at the time of this one and kept with it."""
        self.beside.setdefault(id(self.world), self)
        other = self.beside.get(id(world))
        if other is None:
            other = self.beside[id(world)] = Transaction(world, self.request)
            other.beside = self.beside
            other.moments = {None: self.now()}
            other.quiet = self.quiet
        return other

    # --- reading -----------------------------------------------------------------------------------------------------

    def get(self, kind: str, id_: str) -> Object | None:
        """The newest version of an object, or None."""
        mine = self.overlay.get(kind)
        if mine is not None and id_ in mine:
            return mine[id_]
        return self.world.get(kind, id_)

    def read(self, kind: str, id_: str) -> Object:
        """The newest version of an object that must exist."""
        obj = self.get(kind, id_)
        assert obj is not None, f"{kind} {id_} is named and does not exist"
        return obj

    def all(self, kind: str) -> Iterator[Object]:
        """Every object of a kind, newest first."""
        table = self.world.tables[kind]
        mine = self.overlay.get(kind, {})
        for id_ in reversed(mine):
            obj = mine[id_]
            if obj is not None and id_ not in table.objects:
                yield obj
        for id_ in self.world.ids(kind):
            obj = mine[id_] if id_ in mine else table.objects[id_]
            if obj is not None:
                yield obj

    def find(self, kind: str, index: str, key: str) -> list[Object]:
        """The objects filed under one key of an index, oldest first."""
        table = self.world.tables[kind]
        keys = table.kind.indexes[index]
        mine = self.overlay.get(kind)
        if not mine:
            filed = table.index[index].get(key, ())
            if len(filed) < 2:
                return [table.objects[id_] for id_ in filed]
            return [table.objects[id_] for id_ in sorted(filed, key=table.born.__getitem__)]
        found = {id_: table.objects[id_] for id_ in self.world.filed(kind, index, key) if id_ not in mine}
        found |= {id_: obj for id_, obj in mine.items() if obj is not None and key in keys(obj)}
        # What is new here is the youngest, and the sort leaves it in its own order.
        youngest = self.world.births + 1
        return [found[id_] for id_ in sorted(found, key=lambda id_: table.born.get(id_, youngest))]

    # --- changing ----------------------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """The next id with this prefix."""
        number = self.counters.get(prefix, self.world.counters.get(prefix, 0)) + 1
        self.counters[prefix] = number
        return self.world.seed.id(prefix, number)

    def new(self, kind: str, members: Mapping[str, Any], *, id: str | None = None) -> Object:  # noqa: A002 - Stripe's word
        """Make an object; its id comes from the seed unless one is given."""
        id_ = id or self.new_id(self.world.kinds[kind].prefix)
        return self._keep(frozen({"id": id_, "object": kind, **members}))

    def put(self, obj: Object, **changes: Any) -> Object:
        """Keep a new version of an object."""
        return self._keep(changed(obj, changes) if changes else obj)

    def delete(self, obj: Object) -> None:
        """Take an object out of the world."""
        self.overlay.setdefault(obj.kind, {})[obj.id] = None

    def _keep(self, obj: Object) -> Object:
        """Let reads see a version from now on."""
        self.overlay.setdefault(obj.kind, {})[obj.id] = obj
        return obj

    def page(self, book: str) -> Any:
        """This transaction's page of one of the world's books."""
        page = self.pages.get(book)
        if page is None:
            page = self.pages[book] = self.world.books[book].page()
        return page

    # --- telling -----------------------------------------------------------------------------------------------------

    def emit(self, type_: str, obj: Object, *, before: Object | None = None, automatic: bool = False) -> None:
        """Append an event that holds the object as it is now.

        With `before`, the event says what changed, and where nothing did there is no event. An automatic event names no
        request even inside one, as Stripe's delayed ones do.
        """
        if self.quiet:
            return
        data: dict[str, Any] = {"object": self._show(obj)}
        if before is not None:
            previous = previous_attributes(self._show_before(before), data["object"])
            if not previous:
                return
            data["previous_attributes"] = previous
        request = None if automatic else self.request
        # What was just shown is changed by nobody, so it need not be frozen node by node.
        event = Object(
            {
                "id": self.new_id("evt"),
                "object": "event",
                "created": self.now(),
                "data": data,
                "livemode": False,
                "request": request or {"id": None, "idempotency_key": None},
                "type": type_,
            }
        )
        self.world.announce(self, self._keep(event))

    def _show_before(self, obj: Object) -> Mapping[str, Any]:
        """A version that has been replaced as the API showed it, beside what the world still holds.

        This transaction may have deleted what belongs to it, such as its discounts.
        """
        if obj.kind not in self.world.tables or self.world.get(obj.kind, obj.id) is not obj:
            return self._show(obj)
        if self._untouched is None:
            self._untouched = Transaction(self.world, None)
            self._untouched.moments = self.moments
        return self._untouched._show(obj)  # noqa: SLF001 - a transaction too

    def _show(self, obj: Object) -> Mapping[str, Any]:
        """An object as the API shows it; a version that several events tell of is shown once."""
        known = self._shown.get(id(obj))
        if known is None:  # the object is kept beside its rendering, so that its id stays its own
            known = self._shown[id(obj)] = (obj, self.world.render(self, obj))
        return known[1]

    # --- keeping -----------------------------------------------------------------------------------------------------

    def then(self, action: Callable[[], None]) -> None:
        """Do this once the changes are kept, such as moving a clock that this request has set going."""
        self.after.append(action)

    def commit(self) -> None:
        """Keep everything, here and beside; then do what was to be done afterwards."""
        together = list(self.beside.values()) or [self]
        self.beside.clear()
        assert not any(each.quiet for each in together), "a transaction that pretends cannot be kept"
        for each in together:
            begun = {timeline: now for timeline, now in each.moments.items() if timeline}  # the account's own is there
            each.world.commit(each.overlay, each.counters, begun)
            for page in each.pages.values():
                page.keep()
        for each in together:
            for action in each.after:
                action()
