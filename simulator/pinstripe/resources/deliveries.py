"""What may be done to deliveries by hand: hold them back, let them go in another order, hurry them, send them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import misbehaviours, owing
from pinstripe.resources.misbehaviours import Misbehaviour
from pinstripe.wire import rules
from pinstripe.wire.rules import RuleError
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text

NAME = "delivery"
ORDERS = ("happened", "reversed", "shuffled")
TWISTS = ("wrong_signature", "old_timestamp", "api_version", "fail", "answer_lost")
"""What may be done to a delivery that is sent again."""


def listed(tx: Transaction, type_: str = "*") -> list[Object]:
    """The deliveries of events of a type, with stars, oldest first."""
    return [row for row in reversed(list(tx.all(NAME))) if rules.fits(type_, _type(tx, row))]


def shown(tx: Transaction, delivery: Object) -> dict[str, Any]:
    """A delivery as the control plane shows it."""
    target = owing.target(tx, delivery["endpoint"])
    return {
        "id": delivery.id,
        "event": delivery["event"],
        "type": _type(tx, delivery),
        "endpoint": delivery["endpoint"],
        "url": None if target is None else target.url,
        "account": delivery.get("_account"),
        "state": delivery["_state"],
        "next_attempt": delivery["next_attempt"],
        "attempts": delivery["attempts"],
        "misbehaviour": (delivery.get("_twist") or {}).get("effect"),
    }


def hold(tx: Transaction, type_: str) -> list[Object]:
    """Keep back what still waits to be sent."""
    waiting = [row for row in listed(tx, type_) if row["_state"] == "pending" and row["next_attempt"] is not None]
    return [tx.put(row, next_attempt=None, _state="held") for row in waiting]


def release(tx: Transaction, type_: str, order: str, seed: str) -> list[Object]:
    """Let go what is held, due now: as it happened, the other way round, or shuffled by a seed."""
    rules.one_of("order", order, ORDERS)
    held = [row for row in listed(tx, type_) if row["_state"] == "held"]
    if order == "reversed":
        held.reverse()
    if order == "shuffled":
        held = shuffled(held, seed)
    ranked = enumerate(held, 1)
    return [tx.put(row, next_attempt=tx.now(), _state="pending", _rank=rank) for rank, row in ranked]


def shuffled(rows: list[Object], seed: str) -> list[Object]:
    """Rows in an order that a seed decides, always the same for the same seed and ids."""
    return sorted(rows, key=lambda row: text(f"{seed}:shuffle:{row.id}", 32))


def hurry(tx: Transaction, type_: str) -> list[Object]:
    """Have everything that waits for its next try, or for a delay, be tried now."""
    waiting = [row for row in listed(tx, type_) if row["next_attempt"] is not None]
    return [tx.put(row, next_attempt=min(row["next_attempt"], tx.now())) for row in waiting]


def redeliver(tx: Transaction, id_: str, given: Mapping[str, Any]) -> list[Object]:
    """Send once more what was owed: one delivery by its id, or an event to everybody who was owed it.

    The try is signed afresh, unless `given` says how it misbehaves. What is told thinly has no version to change, and
    goes out as it is; the answer shows it. Raises RuleError for what there is none of.
    """
    rule = None
    if given:
        rule = Misbehaviour.read(dict(given))
        rules.one_of("effect", rule.effect, TWISTS)
    one = tx.get(NAME, id_)
    rows = tx.find(NAME, "event", id_) if one is None else [one]
    if not rows:
        raise RuleError(f"There is no delivery {id_}, and none of an event {id_}.")
    first = {row["endpoint"]: row for row in reversed(rows)}
    in_words = rule is not None and rule.effect == "api_version"
    twisted = {name for name, row in first.items() if not (in_words and _is_thin(tx, row))}
    if not twisted:
        raise RuleError(f"{id_} is told thinly alone, which is the same at every version.")
    return [
        tx.new(
            NAME,
            {
                **{key: row[key] for key in ("endpoint", "event", "_account", "_event") if key in row},
                "next_attempt": tx.now(),
                "attempts": [],
                "_state": "pending",
                **({} if rule is None or row["endpoint"] not in twisted else {"_twist": misbehaviours.twist(rule)}),
            },
        )
        for row in reversed(first.values())
    ]


def _is_thin(tx: Transaction, delivery: Object) -> bool:
    """Whether a delivery tells its event thinly alone."""
    id_ = delivery["endpoint"]
    listening = next((session for session in tx.world.listening if session.id == id_), None)
    listener = listening or tx.get("webhook_endpoint", id_) or tx.get(owing.DESTINATION, id_)
    return listener is not None and owing.is_thin(listener, _event(tx, delivery))


def _event(tx: Transaction, delivery: Object) -> Object:
    """A delivery's event."""
    carried: Object | None = delivery.get("_event")
    return carried or tx.get("event", delivery["event"]) or tx.read("v2.core.event", delivery["event"])


def _type(tx: Transaction, delivery: Object) -> str:
    """The type of a delivery's event."""
    return str(_event(tx, delivery)["type"])
