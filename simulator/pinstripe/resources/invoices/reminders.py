"""What the clock does to an open invoice because of its due date: told of before, overdue, given up after."""

from __future__ import annotations

from pinstripe.resources import billing_settings
from pinstripe.world import Object, Transaction

DAY = 86400


def planned(tx: Transaction, invoice: Object, now: int) -> Object:
    """An invoice just opened, with the moment to tell that it will be due, where the account wants that. [documented]

    Never of one that is due sooner. [inferred]
    """
    days = billing_settings.of(tx).will_be_due_days
    if days is None or invoice["due_date"] is None:
        return invoice
    at = invoice["due_date"] - days * DAY
    return tx.put(invoice, _will_be_due_at=at) if at > now else invoice


def moments(invoice: Object) -> list[int | None]:
    """When an open invoice next needs the clock for its due date."""
    if invoice.get("_overdue"):
        return [invoice.get("_given_up_at")]
    return [invoice.get("_will_be_due_at"), invoice["due_date"]]


def will_be_due(tx: Transaction, invoice: Object) -> None:
    """Tell that the day comes."""
    tx.emit("invoice.will_be_due", tx.put(invoice, _will_be_due_at=None))
