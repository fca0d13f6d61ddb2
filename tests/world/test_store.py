"""Transactions over a store: reads see their own writes, indexes follow the objects, all is kept or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world.toy import START, make, new_world

from pinstripe.world import Object, Transaction, World


def ids(objects: Any) -> list[str]:
    """The names that the tests gave."""
    return [obj["name"] for obj in objects]


def world_of(*notes: dict[str, Any]) -> tuple[World, list[Object]]:
    """A world with these notes, each made on its own."""
    world = new_world()
    return world, [make(world, "note", **note) for note in notes]


def test_reads_see_their_own_writes_and_the_world_does_not() -> None:
    """What a transaction made, changed and deleted it sees; others see it once it is kept."""
    world, [old, gone] = world_of({"name": "old"}, {"name": "gone"})
    tx = world.transaction()
    new = tx.new("note", {"name": "new"})
    changed = tx.put(old, name="changed")
    tx.delete(gone)
    assert [tx.get("note", obj.id) for obj in (old, gone, new)] == [changed, None, new]
    assert [world.get("note", obj.id) for obj in (old, gone, new)] == [old, gone, None]
    tx.commit()
    assert [world.get("note", obj.id) for obj in (old, gone, new)] == [changed, None, new]


def test_reading_what_must_exist_is_an_assertion() -> None:
    """An id that leads nowhere is a bug, named in the message."""
    with pytest.raises(AssertionError, match="note note_1 is named and does not exist"):
        new_world().transaction().read("note", "note_1")


def test_put_without_changes_keeps_the_version_given() -> None:
    """A version made elsewhere is kept as it is."""
    world, [note] = world_of({"name": "a"})
    version = Object({**note, "name": "b"})
    tx = world.transaction()
    assert tx.put(version) is version
    tx.commit()
    assert world.get("note", note.id) is version


def test_all_is_newest_first_with_the_overlay_on_top() -> None:
    """New objects come before older ones, changed ones keep their place, deleted ones are gone."""
    world, [a, b, _] = world_of({"name": "a"}, {"name": "b"}, {"name": "c"})
    tx = world.transaction()
    tx.new("note", {"name": "d"})
    tx.delete(tx.new("note", {"name": "never"}))
    tx.new("note", {"name": "e"})
    tx.put(a, name="a2")
    tx.delete(b)
    assert ids(tx.all("note")) == ["e", "d", "c", "a2"]
    tx.commit()
    assert ids(world.transaction().all("note")) == ["e", "d", "c", "a2"]


FIND: dict[str, tuple[Any, list[str]]] = {
    # what a transaction does to notes a and b, tagged x, and c, tagged y; what it then finds under x
    "nothing": (lambda *_: None, ["a", "b"]),
    "a new one under the key": (lambda tx, *_: tx.new("note", {"name": "d", "tags": ["x"]}), ["a", "b", "d"]),
    "a new one elsewhere": (lambda tx, *_: tx.new("note", {"name": "d", "tags": ["y"]}), ["a", "b"]),
    "a change that keeps the key": (lambda tx, a, *_: tx.put(a, name="a2"), ["a2", "b"]),
    "a change away from the key": (lambda tx, a, *_: tx.put(a, tags=["y"]), ["b"]),
    "a change to the key": (lambda tx, _, __, c: tx.put(c, tags=["y", "x"]), ["a", "b", "c"]),
    "a delete": (lambda tx, a, *_: tx.delete(a), ["b"]),
    "a change away and back": (lambda tx, a, *_: tx.put(tx.put(a, tags=[]), tags=["x"]), ["a", "b"]),
    "a new one, deleted": (lambda tx, *_: tx.delete(tx.new("note", {"name": "d", "tags": ["x"]})), ["a", "b"]),
    "another kind": (lambda tx, *_: tx.new("parcel", {"at": None, "tags": ["x"]}), ["a", "b"]),
}


@pytest.mark.parametrize("act, found", FIND.values(), ids=FIND)
def test_find_merges_the_overlay_and_the_index(act: Any, found: list[str]) -> None:
    """Found is what the objects say now, oldest first, before the commit as after it."""
    world, notes = world_of({"name": "a", "tags": ["x"]}, {"name": "b", "tags": ["x"]}, {"name": "c", "tags": ["y"]})
    tx = world.transaction()
    act(tx, *notes)
    assert ids(tx.find("note", "tag", "x")) == found
    tx.commit()
    assert ids(world.transaction().find("note", "tag", "x")) == found


def test_find_is_by_creation_and_not_by_filing() -> None:
    """An object that comes under a key late stands where its birth puts it."""
    world, [a, *_] = world_of({"name": "a", "tags": []}, {"name": "b", "tags": ["x"]}, {"name": "c", "tags": ["x"]})
    tx = world.transaction()
    tx.put(a, tags=["x"])
    tx.commit()
    assert ids(world.transaction().find("note", "tag", "x")) == ["a", "b", "c"]


def test_an_index_forgets_keys_nobody_has() -> None:
    """Changed and deleted objects leave nothing behind in an index."""
    world, [a, b] = world_of({"name": "a", "tags": ["x", "y"]}, {"name": "b", "of": "z"})
    tx = world.transaction()
    tx.put(a, tags=[])
    tx.delete(b)
    tx.commit()
    assert world.tables["note"].index == {"of": {}, "tag": {}}


def test_a_transaction_that_is_dropped_leaves_nothing() -> None:
    """Neither objects nor counters nor timelines: the next one gets the same ids."""
    world = new_world()

    def fill(tx: Transaction) -> Object:
        """Do a bit of everything."""
        tx.begin("clock", 5)
        tx.then(lambda: pytest.fail("an action of a transaction that was dropped"))
        bell = tx.new("bell", {"at": START})
        tx.emit("bell.created", bell)
        return bell

    first = fill(world.transaction())
    assert world.is_empty
    assert (world.counters, world.next_alarm(None), list(world.timelines)) == ({}, None, [None])
    assert fill(world.transaction()) == first


def test_ids_count_on_over_transactions() -> None:
    """Every prefix has a counter of its own; an id given by the caller uses none."""
    world = new_world()
    tx = world.transaction()
    made = [tx.new_id("note"), tx.new("note", {}).id, tx.new("note", {}, id="mine").id]
    tx.commit()
    made.append(world.transaction().new_id("note"))
    assert made == [world.seed.id("note", 1), world.seed.id("note", 2), "mine", world.seed.id("note", 3)]


def test_actions_run_once_the_changes_are_kept() -> None:
    """What a rule leaves for afterwards sees the world as the rule left it, in the order in which it was left."""
    world = new_world()
    seen: list[object] = []
    tx = world.transaction()
    note = tx.new("note", {"name": "a"})
    tx.then(lambda: seen.append(world.get("note", note.id)))
    tx.then(lambda: seen.append("last"))
    assert not seen
    tx.commit()
    assert seen == [note, "last"]


# --- time as a transaction sees it -----------------------------------------------------------------------------------


def test_a_timeline_begins_with_its_transaction() -> None:
    """Objects may live on a timeline in the transaction that begins it; the world has it from the commit on."""
    world = new_world()
    tx = world.transaction()
    tx.begin("clock", 5)
    bell = tx.new("bell", {"at": 7, "test_clock": "clock"})
    assert (tx.now("clock"), tx.now_of(bell), tx.now()) == (5, 5, START)
    tx.commit()
    assert world.transaction().now_of(bell) == 5
    assert world.next_alarm("clock") == 7


def test_a_transaction_that_pretends_tells_nothing_and_cannot_be_kept() -> None:
    """A preview sees another moment, makes no events, and is thrown away."""
    world = new_world()
    tx = world.transaction()
    tx.pretend(None, START + 5)
    note = tx.new("note", {"name": "a"})
    tx.emit("note.created", note)
    assert tx.now_of(note) == START + 5
    assert not list(tx.all("event"))
    with pytest.raises(AssertionError, match="pretends"):
        tx.commit()
    assert world.is_empty


# --- events ----------------------------------------------------------------------------------------------------------


def event_of(tx: Transaction) -> Any:
    """The newest event."""
    return next(tx.all("event"))


def test_an_event_holds_the_object_as_it_is_shown_now() -> None:
    """Later changes of the object do not reach an event, and our own members are not in it."""
    tx = new_world().transaction({"id": "req_1", "idempotency_key": None})
    note = tx.new("note", {"name": "a", "_secret": 1})
    tx.emit("note.created", note)
    tx.put(note, name="b")
    assert event_of(tx) == {
        "id": tx.world.seed.id("evt", 1),
        "object": "event",
        "created": START,
        "data": {"object": {"id": note.id, "object": "note", "name": "a"}},
        "livemode": False,
        "request": {"id": "req_1", "idempotency_key": None},
        "type": "note.created",
    }


@pytest.mark.parametrize("request_id, automatic", [("req_1", True), (None, False), (None, True)])
def test_an_event_without_a_request_says_so(request_id: str | None, automatic: bool) -> None:
    """What the clock does names no request, and neither does what happens by itself inside one."""
    tx = new_world().transaction({"id": request_id, "idempotency_key": "k"} if request_id else None)
    tx.emit("note.created", tx.new("note", {}), automatic=automatic)
    assert event_of(tx)["request"] == {"id": None, "idempotency_key": None}


def test_an_event_says_what_changed_or_is_not_made() -> None:
    """With `before` there are previous attributes; a change that nobody can see is not told and uses up no id."""
    world, [note] = world_of({"name": "a", "_secret": 1})
    tx = world.transaction()
    tx.emit("note.updated", tx.put(note, _secret=2), before=note)
    assert not list(tx.all("event"))
    tx.emit("note.updated", tx.put(note, name="b"), before=note)
    assert event_of(tx)["data"]["previous_attributes"] == {"name": "a"}
    assert event_of(tx).id == world.seed.id("evt", 1)


def test_a_version_is_shown_once_and_announced_each_time() -> None:
    """Several events of one version share its rendering; everybody who wants to hears of each."""
    shown: list[str] = []
    heard: list[str] = []
    world = new_world()

    def render(_: Transaction, obj: Object) -> dict[str, Any]:
        """Note that an object is shown."""
        shown.append(obj["name"])
        return {"name": obj["name"]}

    world.render = render
    world.announce = lambda tx, event: heard.append(tx.read("event", event.id)["type"])
    tx = world.transaction()
    note = tx.new("note", {"name": "a"})
    tx.emit("note.created", note)
    tx.emit("note.read", note)
    tx.emit("note.updated", tx.put(note, name="b"), before=note)
    assert shown == ["a", "b"]
    assert heard == ["note.created", "note.read", "note.updated"]


# --- the store against a model ---------------------------------------------------------------------------------------

WRITES = st.lists(
    st.tuples(st.sampled_from(["new", "put", "delete", "commit", "drop"]), st.integers(0, 5), st.sampled_from("xyz")),
    max_size=40,
)


@given(WRITES)
def test_the_store_is_a_list_of_objects(writes: list[tuple[str, int, str]]) -> None:
    """Whatever is written, kept and dropped: `all` and `find` answer what a plain list would."""
    world = new_world()
    kept: list[tuple[str, str]] = []
    tx, mine = world.transaction(), list(kept)
    for number, (action, which, tag) in enumerate(writes):
        if action == "new":
            tx.new("note", {"tags": [tag]}, id=f"note_{number}")
            mine.append((f"note_{number}", tag))
        elif action in ("put", "delete") and mine:
            id_, _ = mine[which % len(mine)]
            if action == "put":
                tx.put(tx.read("note", id_), tags=[tag])
                mine[which % len(mine)] = (id_, tag)
            else:
                tx.delete(tx.read("note", id_))
                del mine[which % len(mine)]
        elif action in ("commit", "drop"):
            if action == "commit":
                tx.commit()
                kept = mine
            tx, mine = world.transaction(), list(kept)
        assert [obj.id for obj in tx.all("note")] == [id_ for id_, _ in reversed(mine)]
        for key in "xyz":
            assert [obj.id for obj in tx.find("note", "tag", key)] == [id_ for id_, own in mine if own == key]
