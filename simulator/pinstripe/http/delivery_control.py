"""The part of the control plane that sees to deliveries: what is owed, what becomes of it, and how it goes astray."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe.http.accounts import Account
from pinstripe.resources import deliveries, dialects, misbehaviours, registry
from pinstripe.resources.misbehaviours import Misbehaviour
from pinstripe.wire import rules, versions
from pinstripe.wire.rules import RuleError
from pinstripe.world import Object, Transaction

REDELIVER = re.compile(r"deliveries/(?P<delivery>[^/]+)/redeliver")
TOLD = re.compile(r"events/(?P<event>[^/]+)/told")


class NotThereError(LookupError):
    """What a call speaks of does not exist; the message names it."""


def redelivered(call: str) -> str | None:
    """The delivery or event that a call sends once more, if it is such a call."""
    found = REDELIVER.fullmatch(call)
    return None if found is None else found["delivery"]


def told(call: str) -> str | None:
    """The event that a call wants told in another version's words, if it is such a call."""
    found = TOLD.fullmatch(call)
    return None if found is None else found["event"]


def run(tx: Transaction, method: str, call: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one call; what it answers. Raises RuleError for what makes no sense."""
    id_ = redelivered(call)
    if id_ is not None:
        return _shown(tx, deliveries.redeliver(tx, id_, given))
    match method, call:
        case "POST", "misbehaviours":
            misbehaviours.order(tx, Misbehaviour.read(given))
        case "DELETE", "misbehaviours":
            misbehaviours.forget(tx)
        case _, "misbehaviours":
            pass
        case _:
            return _shown(tx, _moved(tx, call, given))
    return {"misbehaviours": misbehaviours.waiting(tx)}


def _moved(tx: Transaction, call: str, given: Mapping[str, Any]) -> list[Object]:
    """The deliveries that a call is about, once it is carried out."""
    words = ("type", "order", "seed") if call == "deliveries/release" else ("type",)
    for name, value in given.items():
        if name not in words or not isinstance(value, str):
            raise RuleError(f"Send an object with {', '.join(words)}, which are texts.")
    type_ = given.get("type", "*")
    match call:
        case "deliveries":
            return deliveries.listed(tx, type_)
        case "deliveries/hold":
            return deliveries.hold(tx, type_)
        case "deliveries/release":
            return deliveries.release(tx, type_, given.get("order", "happened"), given.get("seed", ""))
        case _:
            return deliveries.hurry(tx, type_)


def _shown(tx: Transaction, rows: list[Object]) -> dict[str, Any]:
    """Deliveries as JSON."""
    return {"deliveries": [deliveries.shown(tx, row) for row in rows]}


def in_words(account: Account, id_: str, version: object) -> dict[str, Any]:
    """An event as it is told in the words of a version; raises RuleError for another, NotThereError for no event."""
    rules.one_of("api_version", version, versions.SERVED)
    tx = account.world.transaction()
    event = tx.get("event", id_)
    if event is None:
        raise NotThereError(f"There is no event {id_}.")
    return {**registry.body(tx, event), **dialects.at(tx, event, str(version))}
