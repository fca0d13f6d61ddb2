"""Tax rates that a test declares for an account, beside and above the table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinstripe.resources.resource import Resource
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

KIND = "pinstripe.tax_rate"
NARROWS = ("state", "postal_code", "tax_code")
"""What a declaration may name besides its country; it counts where all that it names agrees."""


def declare(tx: Transaction, said: Mapping[str, Any]) -> Object:
    """Keep a declaration; another of the same place and goods takes the place of the first."""
    for row in tx.find(KIND, "country", said["country"]):
        if all(row[name] == said.get(name) for name in NARROWS):
            tx.delete(row)
    return tx.new(
        KIND,
        {
            "country": said["country"],
            "percentage": str(said["percentage"]),
            "tax_type": said.get("tax_type"),
            **{name: said.get(name) for name in NARROWS},
        },
    )


def find(tx: Transaction, place: Mapping[str, Any], code: str) -> tuple[Decimal, str | None] | None:
    """Per cent and kind of tax by the declaration that names most of a place and goods; None where none fits."""
    here = {**place, "tax_code": code}
    fits = [
        row
        for row in tx.find(KIND, "country", place["country"])
        if all(row[name] in (None, here.get(name)) for name in NARROWS)
    ]
    if not fits:
        return None
    best = max(fits, key=lambda row: sum(row[name] is not None for name in NARROWS))
    return Decimal(best["percentage"]), best["tax_type"]


DECLARED = Resource(Kind(KIND, "dtr", indexes={"country": by("country")}))
