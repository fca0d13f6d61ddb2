"""When the webhooks of a new invoice were delivered, as the invoice itself tells.

It is its creation where nobody waits for them, and else nothing until every endpoint and destination of the account has
taken `invoice.created`. [documented; recorded: the creation; inferred: that no event tells of it, that finalization
does not wait, and that whoever listens by the command line, or from the platform of a connected account, does not
count]
"""

from __future__ import annotations

from pinstripe.resources import owing
from pinstripe.world import Object, Transaction

EVENT = "invoice.created"


def at_first(tx: Transaction, created: int) -> int | None:
    """What an invoice says of it when it is made (unix seconds)."""
    return None if owing.is_awaited(tx, EVENT) else created


def taken(tx: Transaction, delivery: Object) -> None:
    """A delivery was taken: if it was the last that waited for a new invoice, the invoice says so."""
    event = tx.get("event", delivery["event"])
    if event is None or event["type"] != EVENT:
        return
    rows = [row for row in tx.find("delivery", "event", event.id) if owing.target(tx, row["endpoint"]) is not None]
    invoice = tx.get("invoice", event["data"]["object"]["id"])
    if invoice is None or invoice["webhooks_delivered_at"] is not None:
        return
    if all(row["_state"] == "delivered" for row in rows):
        tx.put(invoice, webhooks_delivered_at=tx.now_of(invoice))
