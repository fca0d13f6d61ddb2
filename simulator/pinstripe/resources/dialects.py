"""Answers in the words of an API version: what the ladder may look at on its way down, and events as they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinstripe.resources.catalog.plans import plan_of
from pinstripe.wire import versions
from pinstripe.world import Object, Transaction, World
from pinstripe.world.events import previous_attributes
from pinstripe_contracts.types import Hash

DESTINATION = "v2.core.event_destination"


@dataclass(frozen=True, slots=True)
class Reading:
    """The world of one request or tick, read only: the ladder's `Look`."""

    tx: Transaction

    def one(self, name: str, id_: str) -> Mapping[str, Any] | None:
        """An object as it is kept; a plan is the price with its id."""
        if name == "plan":
            price = self.tx.get("price", id_)
            return None if price is None or not price["recurring"] else plan_of(price)
        return self.tx.get(name, id_) if name in self.tx.world.kinds else None

    def filed(self, name: str, index: str, key: str) -> Sequence[Mapping[str, Any]]:
        """The objects filed under one key, oldest first; none of a kind that is not served or not filed so."""
        kind = self.tx.world.kinds.get(name)
        return [] if kind is None or index not in kind.indexes else self.tx.find(name, index, key)

    def shown(self, obj: Mapping[str, Any]) -> Mapping[str, Any]:
        """An object as the newest version shows it."""
        assert isinstance(obj, Object)
        return self.tx.world.render(self.tx, obj)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version, and the world that its words are about."""

    tx: Transaction
    version: str

    def lower(self, body: Any) -> Any:
        """A body of the newest shape in this version's; what is no object comes back as it is."""
        return versions.lower(body, self.version, Reading(self.tx)) if isinstance(body, Mapping) else body

    def shape(self, name: str) -> Hash:
        """What an object of this version may hold."""
        return versions.shape(name, self.version)


def told(tx: Transaction, data: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """The data of an event in a version's words: the object, and what changed of it as that version sees it.

    What the object was before is put together again and taken down as well, so that the two can be compared there.
    """
    if not versions.changes_answers(version):
        return data
    dialect = Dialect(tx, version)
    after = dialect.lower(data["object"])
    if "previous_attributes" not in data:
        return {**data, "object": after}
    before = dialect.lower(_restored(data["object"], data["previous_attributes"]))
    return {**data, "object": after, "previous_attributes": previous_attributes(before, after)}


def _restored(after: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, Any]:
    """An object with its old values back in place."""
    restored = dict(after)
    for key, old in previous.items():
        new = after.get(key)
        restored[key] = _restored(new, old) if isinstance(old, Mapping) and isinstance(new, Mapping) else old
    return restored


def told_now(tx: Transaction, event: Object) -> Object:
    """An event told in the words of the account and of everybody who listens to it, the newest ones left out."""
    own = tx.world.dialect or versions.DEFAULT
    told_in = _told_in(tx, event, {own, *_listening(tx)})
    return tx.put(event, _version=own, _told=told_in) if told_in or own != versions.DEFAULT else event


def told_elsewhere(world: World, event: Object, listener: World) -> Object:
    """An event told in the words of those who listen from another account, while its own world is at hand."""
    own = listener.dialect or versions.DEFAULT
    told_in = _told_in(world.transaction(), event, {own, *_listening(listener.transaction())})
    return Object({**event, "_version": own, "_told": {**event.get("_told", {}), **told_in}})


def _listening(tx: Transaction) -> set[str]:
    """The versions that endpoints and destinations of an account ask for."""
    asked = {endpoint["api_version"] for endpoint in tx.all("webhook_endpoint")}
    if DESTINATION in tx.world.kinds:
        asked |= {destination.get("snapshot_api_version") for destination in tx.all(DESTINATION)}
    return {version for version in asked if version is not None}


def _told_in(tx: Transaction, event: Object, wanted: set[str]) -> dict[str, Mapping[str, Any]]:
    """The data of an event in each of these versions that has words of its own."""
    older = [version for version in sorted(wanted) if versions.changes_answers(version)]
    return {version: told(tx, event["data"], version) for version in older}


def at(tx: Transaction, event: Mapping[str, Any], version: str | None = None) -> dict[str, Any]:
    """The data of an event as a version told it when it happened, without one the account's, and which version it is.

    Who comes later than the event gets it told from the world as it is now. [inferred]
    """
    spoken: str = version or event.get("_version") or versions.DEFAULT
    data = event.get("_told", {}).get(spoken)
    return {"api_version": spoken, "data": told(tx, event["data"], spoken) if data is None else data}
