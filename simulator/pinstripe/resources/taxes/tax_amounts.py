"""`tax_amounts`: taxes of a line that somebody else has worked out, which nobody here checks. [documented]"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinstripe.billing.tax import Tax, Taxed
from pinstripe.resources import refusals
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import named
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction, frozen

MOST = 20
"""Amounts on one line of an invoice, or of a credit note. [documented]"""


def given(tx: Transaction, invoice: Mapping[str, Any], row: Params) -> dict[str, Any]:
    """What a line keeps of `tax_amounts`; an empty string takes them off again, unsaid nothing changes. [documented]

    They exclude tax rates on any line, default rates and automatic tax. [documented]
    """
    if "tax_amounts" not in row:
        return {}
    wanted = row.hashes("tax_amounts")
    name = row.name("tax_amounts")
    if len(wanted) > MOST:
        raise refusals.too_many_tax_amounts(MOST, name)
    if wanted and (row.peek("tax_rates") or _otherwise(invoice, invoice["lines"])):
        raise refusals.tax_amounts_beside_rates(name)
    return {"_tax_amounts": frozen([_shown(tx, one) for one in wanted])}


def refuse_others(invoice: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> None:
    """Nor do rates or automatic tax come to a draft that has amounts. [inferred: that it is refused this way round]"""
    found = list(lines)
    other = _otherwise(invoice, found) if any(map(rows, found)) else None
    if other is not None:
        raise refusals.tax_amounts_beside_rates(other)


def _otherwise(invoice: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> str | None:
    """The member by which the taxes of a draft are worked out here, if they are."""
    if automatic_tax.wants(invoice):
        return "automatic_tax"
    if invoice["default_tax_rates"]:
        return "default_tax_rates"
    return "tax_rates" if any(line["_tax_rates"] for line in lines) else None


def kept(line: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a line that goes on under other terms."""
    return {"_tax_amounts": line["_tax_amounts"]} if "_tax_amounts" in line else {}


def _shown(tx: Transaction, one: Params) -> dict[str, Any]:
    """One amount as the line shows it; a reason need not be given. [documented]"""
    data = one.hash("tax_rate_data")
    rate = tax_rates.of_data(tx, data)
    return _row(rate, one.get("amount"), one.get("taxable_amount"), one.get("taxability_reason"))


def _row(rate: Object, amount: int, taxable: int, reason: str | None) -> dict[str, Any]:
    """A tax as lines show it."""
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate.id},
        "taxability_reason": reason or "not_available",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def of_credit(tx: Transaction, invoice: Mapping[str, Any], row: Params) -> list[dict[str, Any]] | None:
    """The taxes that a line of a credit note is given; None where it is given none.

    Their rates are Stripe's own, and those of the invoice are not by automatic tax. [documented]
    """
    wanted = row.hashes("tax_amounts")
    if not wanted:
        row.get("tax_amounts")
        return None
    if len(wanted) > MOST:
        raise refusals.too_many_tax_amounts(MOST, row.name("tax_amounts"))
    if automatic_tax.wants(invoice):
        raise refusals.tax_amounts_beside_rates(row.name("tax_amounts"))
    found = []
    for one in wanted:
        rate = named(tx, "tax_rate", one.get("tax_rate"), one.name("tax_rate"), "tax rate")
        if not tax_rates.is_made_here(rate):
            raise refusals.tax_rate_by_hand(rate.id, one.name("tax_rate"))
        found.append(_row(rate, one.get("amount"), one.get("taxable_amount"), None))
    return found


def rows(line: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The taxes that were given for a line."""
    found: Sequence[Mapping[str, Any]] = line.get("_tax_amounts", ())
    return found


def of(line: Mapping[str, Any]) -> Taxed | None:
    """The same as sums take them; None where the line has none."""
    found = rows(line)
    if not found:
        return None

    def tax(row: Mapping[str, Any]) -> Tax:
        """One of them."""
        rate, inclusive = row["tax_rate_details"]["tax_rate"], row["tax_behavior"] == "inclusive"
        return Tax(rate, row["amount"], inclusive, row["taxable_amount"])

    return Taxed(tuple(map(tax, found)))
