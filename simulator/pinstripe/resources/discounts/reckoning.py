"""An invoice reckoned: what discounts take off each line, what tax comes to, and the sums over all lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.billing import discounts as taking
from pinstripe.billing.credits import Drawn
from pinstripe.billing.discounts import Row, Taken
from pinstripe.billing.tax import Carried, Taxed, tax
from pinstripe.billing.totals import Worth, add_up
from pinstripe.resources import billing_settings
from pinstripe.resources.discounts import discounts
from pinstripe.resources.taxes import automatic_tax, outcomes, tax_amounts
from pinstripe.resources.usage import credit_use
from pinstripe.world import Object, Transaction, frozen


def reckon(
    tx: Transaction, invoice: Object, lines: Sequence[Object], customer: Object
) -> tuple[tuple[Object, ...], dict[str, Any]]:
    """The lines with their discounts and taxes, and the invoice's sums by the names of its members.

    With automatic tax the invoice also gets the status of its calculation.
    """
    currency = invoice["currency"]
    off_lines = taken(tx, lines, invoice["discounts"], currency)
    taxing = outcomes.of(tx, invoice, lines, customer)
    once = any(by.rates for by in taxing.lines) and _rounds_once(tx, invoice)
    carried: Carried | None = {} if once else None
    carried_before: Carried | None = {} if once else None
    shown: list[Object] = []
    worths: list[Worth] = []
    left = [line["amount"] - sum(part.amount for part in parts) for line, parts in zip(lines, off_lines, strict=True)]
    paid = credit_use.drawn_on(tx, invoice, lines, taking.net(_rows(lines), left))
    for line, parts, drawn, by in zip(lines, off_lines, paid, taxing.lines, strict=True):
        own = sum(part.amount for part in parts if part.own)
        off = sum(part.amount for part in parts if not part.own)
        credit = sum(one.amount for one in drawn)
        given = tax_amounts.of(line)
        taxed = given or tax(line["amount"] - own - off - credit, by.rates, exempt=by.exempt, carried=carried)
        before = given or tax(line["amount"] - own, by.rates, exempt=by.exempt, carried=carried_before)
        worths.append(
            Worth(
                line["amount"],
                own_discount=own,
                discount=off,
                credit=credit,
                inclusive_tax=taxed.inclusive,
                exclusive_tax=taxed.exclusive,
                removed_tax=taxed.removed,
                subtotal_tax=before.inclusive + before.removed,
            )
        )
        inside = before.inclusive + before.removed
        shown.append(_shown(line, parts, drawn, taxed, by.reason, inside))
    sums = add_up(worths)
    shipping = outcomes.shipping(invoice, taxing)
    return tuple(shown), {
        **shipping.members,
        **outcomes.status(invoice, taxing),
        "subtotal": sums.subtotal,
        "subtotal_excluding_tax": sums.subtotal_excluding_tax,
        "total": sums.total + shipping.total,
        "total_discount_amounts": _by_discount(invoice, shown),
        "total_excluding_tax": sums.total_excluding_tax + shipping.net,
        "total_pretax_credit_amounts": [
            *map(_as_credit, _by_discount(invoice, shown)),
            *(_from_grant(one) for drawn in paid for one in drawn),
        ],
        "total_taxes": by_rate([*(one for line in shown for one in line["taxes"]), *shipping.taxes]),
    }


def _rounds_once(tx: Transaction, invoice: Mapping[str, Any]) -> bool:
    """Whether the account rounds the tax of all lines together; automatic tax is rounded by line. [documented]"""
    return billing_settings.of(tx).tax_rounding == "invoice" and not automatic_tax.wants(invoice)


def taken(
    tx: Transaction, lines: Sequence[Mapping[str, Any]], of_invoice: Sequence[str], currency: str
) -> list[tuple[Taken, ...]]:
    """What discounts take off each line."""
    own = {id_ for line in lines for id_ in line["discounts"]}
    of_lines = {one.id: one for one in discounts.terms(tx, own, currency)}
    parts = taking.apply(_rows(lines), of_lines, discounts.terms(tx, of_invoice, currency))
    return [_settled(tx, line["_off"]) if line.get("_off") else part for line, part in zip(lines, parts, strict=True)]


def _rows(lines: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The lines as discounts see them."""
    return [
        Row(
            line["amount"],
            product=line["pricing"]["price_details"]["product"],
            own=tuple(line["discounts"]),
            discountable=line["discountable"],
            item=line.get("_usage_of") or (line.get("_item") or {}).get("id"),
            takes_back=bool(line.get("_takes_back")),
        )
        for line in lines
    ]


def _settled(tx: Transaction, off: Sequence[Mapping[str, Any]]) -> tuple[Taken, ...]:
    """What was taken off a proration when it was made: those of its item alone come first.

    Where they are included in its amount, only those of all are told, with nothing. [documented]
    """
    parts = [
        Taken(row["discount"], row["amount"], tx.read("discount", row["discount"])["subscription_item"] is not None)
        for row in off
    ]
    return tuple(part for part in parts if part.amount or not part.own)


def _shown(line: Object, parts: Sequence[Taken], drawn: Sequence[Drawn], taxed: Taxed, why: str, inside: int) -> Object:
    """A line with what was taken off it and what tax it bears. [recorded; the reason of a manual rate documented]

    `inside` is the tax that its amount holds before the discounts of all lines.
    """
    off = [{"amount": part.amount, "discount": part.discount} for part in parts]
    taxes = tax_amounts.rows(line) or outcomes.rows(taxed, why)
    return Object(
        {
            **line,
            "discount_amounts": frozen(off),
            "pretax_credit_amounts": frozen([*map(_as_credit, off), *map(_from_grant, drawn)]),
            "taxes": frozen(taxes),
            "_inside": inside,
            "_own": tuple(part.discount for part in parts if part.own),
            "_removed": taxed.removed,
        }
    )


def _as_credit(row: Mapping[str, Any]) -> dict[str, Any]:
    """A discount among the amounts taken off before tax. [recorded]"""
    return {"amount": row["amount"], "discount": row["discount"], "type": "discount"}


def _from_grant(drawn: Drawn) -> dict[str, Any]:
    """Billing credits among the amounts taken off before tax; finalization names the ledger's entry. [documented]"""
    return {
        "amount": drawn.amount,
        "credit_balance_transaction": None,
        "type": "credit_balance_transaction",
        "_grant": drawn.grant,
    }


def _by_discount(invoice: Object, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each discount takes off in all, also one of the invoice that takes nothing. [inferred for nothing]"""
    amounts: dict[str, int] = {}
    for line in lines:
        for row in line["discount_amounts"]:
            amounts[row["discount"]] = amounts.get(row["discount"], 0) + row["amount"]
    for id_ in invoice["discounts"]:
        amounts.setdefault(id_, 0)
    return [{"amount": amount, "discount": id_} for id_, amount in amounts.items()]


def by_rate(taxes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each tax rate comes to in all, for each reason. [inferred: that the reasons stay apart]"""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for one in taxes:
        at = (one["tax_rate_details"]["tax_rate"], one["taxability_reason"])
        row = rows.setdefault(at, {**one, "amount": 0, "taxable_amount": 0})
        row["amount"] += one["amount"]
        row["taxable_amount"] += one["taxable_amount"]
    return list(rows.values())
