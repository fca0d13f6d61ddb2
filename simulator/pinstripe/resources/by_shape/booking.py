"""Entries of the account's own balance that no charge makes."""

from __future__ import annotations

from pinstripe.resources.payments import balance
from pinstripe.world import Object, Transaction


def book(
    tx: Transaction,
    source: str,
    amount: int,
    currency: str,
    type_: str,
    category: str = "",
    *,
    description: str | None = None,
    of: str = "payments",
) -> str:
    """The id of a new balance transaction, free of fees; positive comes in, and it counts at once.

    [documented: types and reporting categories; inferred: that nothing is charged and nothing waits]
    """
    about = Object({"id": source, "currency": currency})
    entry = balance.enter(tx, about, amount, type_, at_once=True, description=description, category=category)
    return (entry if of == "payments" else tx.put(entry, balance_type=of)).id
