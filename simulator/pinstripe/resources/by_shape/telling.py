"""Telling the world: snapshot events of API v1, thin events of API v2."""

from __future__ import annotations

from functools import cache
from typing import Any

from pinstripe.resources import owing
from pinstripe.resources.v2 import events as thin_events
from pinstripe.world import Object, Transaction
from pinstripe_contracts import event_types, thin_event_types

_OF_ACCOUNTS = "v2.core.account"


def tell(
    tx: Transaction, type_: str, obj: Object, *, before: Object | None = None, data: dict[str, Any] | None = None
) -> None:
    """Emit the event of that name, where Stripe has one; `data` is what a thin one says beside its object.

    What happens to an account of API v2 and its people is told to those who listen to connected accounts: Stripe calls
    that choice "Connected and v2 accounts" [second-hand]. It names no context: the object is the platform's. [inferred]
    """
    if type_ in _snapshots():
        tx.emit(type_, obj, before=before)
    elif type_ in _thin():
        event = thin_events.emit(tx, type_, obj, data or _data(obj))
        if type_.startswith(_OF_ACCOUNTS):
            for listener in owing.listeners(tx, event, connected=True):
                owing.owe_to(tx, listener, event)
        else:
            owing.owe(tx, event)


def _data(obj: Object) -> dict[str, Any] | None:
    """What a thin event says beside its object: of a person the account. [documented]"""
    return {"account_id": obj["account"]} if obj.kind == "v2.core.account_person" else None


@cache
def _snapshots() -> frozenset[str]:
    return frozenset(event_types())


@cache
def _thin() -> frozenset[str]:
    return frozenset(thin_event_types())
