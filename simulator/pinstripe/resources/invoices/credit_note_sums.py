"""What a credit note comes to: the sums of its lines, and what sending the goods cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinstripe.resources.discounts import reckoning


def of(lines: Sequence[Mapping[str, Any]], cost: Mapping[str, Any] | None) -> dict[str, Any]:
    """The sums by the names of their members, as on an invoice. [documented]

    Discounts of single lines come off before the subtotal, those of the invoice and billing credits after it.
    """
    taxes = [one for line in lines for one in line["taxes"]]
    subtotal = sum(line["amount"] - line["_own_discount"] for line in lines)
    paid_by = [one for line in lines for one in line["pretax_credit_amounts"]]
    off = sum(one["amount"] for one in paid_by) + sum(line["_removed"] - line["_own_discount"] for line in lines)
    total = subtotal - off + _kind(taxes, "exclusive")
    shipped = 0 if cost is None else cost["amount_total"]
    net = total - _kind(taxes, "exclusive") - _kind(taxes, "inclusive")
    return {
        "amount": total + shipped,
        "amount_shipping": 0 if cost is None else cost["amount_subtotal"],
        "discount_amount": sum(line["discount_amount"] for line in lines),
        "discount_amounts": _added((one for line in lines for one in line["discount_amounts"]), "discount"),
        "pretax_credit_amounts": _added(paid_by, "discount", "credit_balance_transaction"),
        "shipping_cost": cost,
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - sum(line["_inside"] for line in lines),
        "total": total + shipped,
        "total_excluding_tax": net + shipped - (0 if cost is None else cost["amount_tax"]),
        "total_taxes": reckoning.by_rate([*taxes, *(cost or {}).get("_taxes", ())]),
    }


def bare(amount: int) -> dict[str, Any]:
    """The sums of a note that says no more than an amount."""
    nothing: dict[str, Any] = of((), None)
    named = ("amount", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    return {**nothing, **dict.fromkeys(named, amount)}


def _kind(taxes: Iterable[Mapping[str, Any]], behavior: str) -> int:
    """What the taxes inside, or those on top, come to."""
    return sum(one["amount"] for one in taxes if one["tax_behavior"] == behavior)


def _added(rows: Iterable[Mapping[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Rows of the same discount, or the same credit, added up."""
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        at = tuple(row.get(name) for name in names)
        known = sums.get(at)
        sums[at] = dict(row) if known is None else {**known, "amount": known["amount"] + row["amount"]}
    return list(sums.values())
