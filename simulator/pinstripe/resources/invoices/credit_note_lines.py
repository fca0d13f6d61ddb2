"""The lines of a credit note: what each of them gives back, with its share of discounts, billing credits and taxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import decimal_text, parse_decimal, round_half_up
from pinstripe.billing.tax import Taxed, tax
from pinstripe.resources import refusals
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import merged_metadata
from pinstripe.resources.taxes import automatic_tax, outcomes, tax_amounts
from pinstripe.world import Object, Transaction, frozen

Stretch = tuple[Fraction, Fraction]
"""From where to where a part of a line goes, if all of the line goes from 0 to 1."""


ONLY_OF = {
    "custom_line_item": ("description", "tax_rates", "unit_amount", "unit_amount_decimal"),
    "invoice_line_item": ("amount", "invoice_line_item"),
}
"""What can be said of one type of line alone. [documented]"""


def made(tx: Transaction, invoice: Object, row: Params, before: Iterable[Object]) -> Object:
    """A line from one hash of `lines`; `before` are those that earlier notes and this one have already. [documented]"""
    if "tax_amounts" in row and row.peek("tax_rates"):
        raise refusals.credit_tax_amounts_beside_rates(row.name("tax_amounts"))
    custom = row.get("type") == "custom_line_item"
    other = "invoice_line_item" if custom else "custom_line_item"
    for name in ONLY_OF[other]:
        if name in row:
            raise refusals.credit_line_of_another_type(name, other, row.name(name))
    if custom and automatic_tax.wants(invoice):
        raise refusals.custom_credit_with_automatic_tax(row.name("type"))
    return _custom(tx, invoice, row) if custom else _of_line(tx, invoice, row, before)


def _line(tx: Transaction, invoice: Object, row: Params, members: Mapping[str, Any]) -> Object:
    """A line with every member Stripe shows, and the taxes that were given for it instead of its own. [documented]"""
    given = tax_amounts.of_credit(tx, invoice, row)
    line: Object = frozen(
        {
            "id": tx.new_id("cnli"),
            "object": "credit_note_line_item",
            "discount_amount": 0,
            "discount_amounts": [],
            "livemode": False,
            "metadata": merged_metadata({}, row) or None,  # [recorded]
            "pretax_credit_amounts": [],
            "tax_rates": [],
            "taxes": [],
            "unit_amount": None,
            "unit_amount_decimal": None,
            "_inside": 0,
            "_own_discount": 0,
            "_part": [],
            "_removed": 0,
            **members,
            **({} if given is None else {"taxes": given, "_inside": _inside(given), "_removed": 0}),
        }
    )
    return line


def _inside(taxes: Iterable[Mapping[str, Any]]) -> int:
    """What these find inside an amount."""
    return sum(one["amount"] for one in taxes if one["tax_behavior"] == "inclusive")


def _custom(tx: Transaction, invoice: Object, row: Params) -> Object:
    """A line of its own words and price. Who owes no tax is given none back. [inferred]"""
    quantity = row.get("quantity", 1)
    exact = row.get("unit_amount_decimal")
    if exact is not None:
        unit = parse_decimal(str(exact))
    elif row.get("unit_amount") is not None:
        unit = Decimal(row.get("unit_amount"))
    else:
        raise errors.missing_parameter(row.name("unit_amount"))
    if unit < 0:
        raise refusals.custom_credit_is_negative(row.name("unit_amount" if exact is None else "unit_amount_decimal"))
    amount = round_half_up(Fraction(unit) * quantity)
    chosen = tax_rates.chosen(tx, row, "tax_rates") if "tax_rates" in row else []
    why = tax_rates.is_exempt({"tax_exempt": invoice["customer_tax_exempt"]})
    taxed = tax(amount, tax_rates.rates(tx, chosen), exempt=why is not None)
    return _line(
        tx,
        invoice,
        row,
        {
            "amount": amount,
            "description": row.get("description"),
            "quantity": quantity,
            "tax_rates": tax_rates.shown(tx, chosen),
            "taxes": outcomes.rows(taxed, why or "not_available"),
            "type": "custom_line_item",
            "unit_amount": int(unit) if unit == unit.to_integral_value() else None,
            "unit_amount_decimal": decimal_text(unit),
            "_inside": taxed.inclusive + taxed.removed,
            "_removed": taxed.removed,
        },
    )


def _of_line(tx: Transaction, invoice: Object, row: Params, before: Iterable[Object]) -> Object:
    """All or a part of a line of the invoice, never more than the notes before have left of it."""
    id_ = row.get("invoice_line_item")
    if id_ is None:
        raise errors.missing_parameter(row.name("invoice_line_item"))
    line = next((line for line in invoice["lines"] if line["id"] == id_), None)
    if line is None:
        raise errors.no_such("line_item", id_, param=row.name("invoice_line_item"))
    quantity, given = row.get("quantity"), row.get("amount")
    name = row.name("quantity" if given is None else "amount")
    if given is not None:
        whole = line["amount"] - (_tax_inside(tx, line) if automatic_tax.wants(invoice) else 0)
        part = Fraction(given, whole) if whole else Fraction(0)
    else:
        part = Fraction(quantity, line["quantity"]) if quantity is not None and line["quantity"] else Fraction(1)
    others = [one for one in before if one.get("invoice_line_item") == id_]
    gone = [(Fraction(start), Fraction(end)) for one in others for start, end in one["_part"]]
    if part < 0 or part > 1 - sum(end - start for start, end in gone):
        raise refusals.credited_too_much(name)
    way = "quantity" if given is None else "amount"
    if any(one["_way"] != way for one in others):
        raise refusals.credited_otherwise(way, name)
    mine = _first_free(gone, part)
    members = _shared(line, _share(mine))
    return _line(
        tx,
        invoice,
        row,
        {
            **members,
            "description": line["description"],
            "invoice_line_item": line["id"],
            "quantity": line["quantity"] if quantity is None else quantity,
            "tax_rates": tax_rates.shown(tx, tax_rates.by_hand(tx, line["taxes"])),
            "type": "invoice_line_item",
            "_part": [(str(start), str(end)) for start, end in mine],
            "_way": way,
        },
    )


def _tax_inside(tx: Transaction, line: Mapping[str, Any]) -> int:
    """The tax in the amount of a line: with automatic tax a credit names its amount without. [documented]"""
    rates = tax_rates.rates(tx, [one["tax_rate_details"]["tax_rate"] for one in line["taxes"]])
    found: Taxed = tax(line["amount"], rates)
    return found.inclusive


def _first_free(gone: Iterable[Stretch], part: Fraction) -> list[Stretch]:
    """The first stretches of a line that no note has, as long together as a part; a void note leaves a gap."""
    found, at = [], Fraction(0)
    for start, end in (*sorted(gone), (Fraction(1), Fraction(1))):
        room = min(start - at, part)
        if room > 0:
            found.append((at, at + room))
            part -= room
        at = end
    return found


def _share(stretches: Iterable[Stretch]) -> Callable[[int], int]:
    """What stretches are of an amount: those of all of it always come to the whole.

    [inferred: shares are rounded to the nearest, halves up, each with those before it]
    """
    ends = list(stretches)

    def of(amount: int) -> int:
        """The share of one amount."""
        return sum(round_half_up(amount * end) - round_half_up(amount * start) for start, end in ends)

    return of


def _shared(line: Mapping[str, Any], share: Callable[[int], int]) -> dict[str, Any]:
    """The amounts of a part of a line. A note does not give billing credits back, so nor does it their money.

    [documented]
    """
    discounts = [{**one, "amount": share(one["amount"])} for one in line["discount_amounts"]]
    return {
        "amount": share(line["amount"]),
        "discount_amount": sum(one["amount"] for one in discounts),
        "discount_amounts": discounts,
        "pretax_credit_amounts": [{**one, "amount": share(one["amount"])} for one in line["pretax_credit_amounts"]],
        "taxes": [
            {**one, "amount": share(one["amount"]), "taxable_amount": share(one["taxable_amount"] or 0)}
            for one in line["taxes"]
        ],
        "_inside": share(line["_inside"]),
        "_own_discount": sum(one["amount"] for one in discounts if one["discount"] in line["_own"]),
        "_removed": share(line["_removed"]),
    }
