"""How the resumptions that a schedule has begun end, once somebody has paid for them or nobody will."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.world import Object, Transaction, frozen

KIND = "subscription_schedule"
WAITING = ("pending", "requires_action")


def succeeded(tx: Transaction, subscription: Object) -> None:
    """The subscription goes on, whoever saw to it. [inferred: that a resumption by request counts]"""
    _end(tx, subscription, {"type": "succeeded"}, (*WAITING, "scheduled"))


def given_up(tx: Transaction, subscription: Object) -> None:
    """The invoice of the resumption is void, and nothing was resumed. [inferred]"""
    message = "The invoice of the resumption was voided before it was paid."
    _end(tx, subscription, {"error": {"message": message}, "type": "error"}, WAITING)


def _end(tx: Transaction, subscription: Object, status: Mapping[str, Any], ended: tuple[str, ...]) -> None:
    """Say of the pause that is now how its resumption ended."""
    if subscription.get("schedule") is None:
        return
    before = tx.read(KIND, subscription["schedule"])
    rows = [
        changed(row, "resume", status)
        if row["pause"]["status"]["type"] == "succeeded"
        and row["resume"] is not None
        and row["resume"]["status"]["type"] in ended
        else row
        for row in before["pause_schedules"]
    ]
    if rows != list(before["pause_schedules"]):
        tx.emit(f"{KIND}.updated", tx.put(before, pause_schedules=frozen(rows)), before=before)


def changed(row: Mapping[str, Any], part: str, status: Mapping[str, Any]) -> dict[str, Any]:
    """A pause of which one part has come to another state."""
    return {**row, part: {**row[part], "status": status}}
