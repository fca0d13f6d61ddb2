"""A rule tried out: a transaction that knows what another has changed so far, and is thrown away."""

from __future__ import annotations

from pinstripe.world import Object, Transaction


def scratch(tx: Transaction, obj: Object) -> Transaction:
    """A transaction that sees what `tx` sees, at the time an object lives in, makes no events and keeps nothing."""
    copy = tx.world.transaction()
    copy.overlay = {kind: dict(versions) for kind, versions in tx.overlay.items()}
    copy.counters, copy.moments, copy.pages = dict(tx.counters), dict(tx.moments), dict(tx.pages)
    copy.pretend(tx.world.kinds[obj.kind].timeline(obj), tx.now_of(obj))
    return copy
