"""Billing credits on the invoices they pay for: counted on by drafts, taken at finalization, given back by voiding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.billing.credits import Drawn, Grant, Owed, draw, usable
from pinstripe.resources.usage.credit_grants import ENTRY, GRANT, enter, is_counted, run_out
from pinstripe.world import Object, Transaction, frozen


def drawn_on(
    tx: Transaction, invoice: Object, lines: Sequence[Mapping[str, Any]], left: Sequence[int]
) -> list[tuple[Drawn, ...]]:
    """What credits pay of each line of a subscription's invoice, of what discounts have left of it. [documented]"""
    nothing: list[tuple[Drawn, ...]] = [() for _ in lines]
    if invoice.get("_subscription") is None or not any(_is_usage(line) for line in lines):
        return nothing
    grants = [
        _as_grant(grant)
        for grant in tx.find(GRANT, "customer", invoice["customer"])
        if grant["_left"] > 0
        and grant["amount"]["monetary"]["currency"] == invoice["currency"]
        and usable(effective_at=grant["effective_at"], expires_at=grant["expires_at"], period_end=invoice["period_end"])
    ]
    if not grants:
        return nothing
    owed = [_owed(tx, line, amount) for line, amount in zip(lines, left, strict=True)]
    return draw(owed, grants)


def _as_grant(grant: Object) -> Grant:
    """A grant as arithmetic takes it."""
    prices = grant["applicability_config"]["scope"].get("prices")
    return Grant(
        grant.id,
        grant["_left"],
        prices=None if prices is None else frozenset(row["id"] for row in prices),
        priority=grant["priority"],
        expires_at=grant["expires_at"],
        promotional=grant["category"] == "promotional",
        effective_at=grant["effective_at"],
        created=grant["created"],
    )


def _owed(tx: Transaction, line: Mapping[str, Any], amount: int) -> Owed | None:
    """A line credits may pay for: usage that a meter counted."""
    id_ = line["pricing"]["price_details"]["price"]
    if not _is_usage(line) or not is_counted(tx.read("price", id_)):
        return None
    return Owed(amount, id_)


def _is_usage(line: Mapping[str, Any]) -> bool:
    """Whether a line bills usage: of an item, or of one that has gone. [inferred: the latter]"""
    return bool(line.get("_item") or line.get("_usage_of"))


def spend(tx: Transaction, invoice: Object) -> Object:
    """The invoice at finalization: what its lines count on is taken from the grants. [documented]"""
    if not any("_grant" in row for row in invoice["total_pretax_credit_amounts"]):
        return invoice
    lines = []
    totals = [row for row in invoice["total_pretax_credit_amounts"] if "_grant" not in row]
    for line in invoice["lines"]:
        rows = []
        for row in line["pretax_credit_amounts"]:
            if "_grant" in row:
                grant = tx.read(GRANT, row["_grant"])
                grant = tx.put(grant, _left=grant["_left"] - row["amount"])
                place = {"invoice": invoice.id, "invoice_line_item": line["id"]}
                entry = enter(tx, grant, "debit", "credits_applied", row["amount"], line=place)
                named = {key: value for key, value in row.items() if key != "_grant"}
                totals.append({**named, "credit_balance_transaction": entry.id})
                rows.append(totals[-1])
            else:
                rows.append(row)
        lines.append(Object({**line, "pretax_credit_amounts": frozen(rows)}))
    return tx.put(invoice, lines=lines, total_pretax_credit_amounts=totals)


def give_back(tx: Transaction, invoice: Object) -> None:
    """A voided invoice gives its credits back; those past their expiry are gone at once. [documented]"""
    for line in invoice["lines"]:
        for row in line["pretax_credit_amounts"]:
            if row.get("credit_balance_transaction") is None:
                continue
            grant = tx.read(GRANT, tx.read(ENTRY, row["credit_balance_transaction"])["credit_grant"])
            grant = tx.put(grant, _left=grant["_left"] + row["amount"])
            place = {"invoice": invoice.id, "invoice_line_item": line["id"]}
            enter(tx, grant, "credit", "credits_application_invoice_voided", row["amount"], line=place)
            if grant["expires_at"] is not None and grant["expires_at"] <= tx.now_of(grant):
                run_out(tx, grant, "credits_expired")
