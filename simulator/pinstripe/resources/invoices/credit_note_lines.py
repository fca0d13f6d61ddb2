"""The lines of a credit note: what each of them gives back, with its share of discounts and taxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import decimal_text, parse_decimal, round_half_up
from pinstripe.billing.tax import tax
from pinstripe.resources import refusals
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import merged_metadata
from pinstripe.world import Object, Transaction, frozen


@dataclass(frozen=True, slots=True)
class Sums:
    """What lines come to, in minor units."""

    subtotal: int
    discount: int
    exclusive: int
    inclusive: int

    @property
    def total(self) -> int:
        """What is given back in all."""
        return self.subtotal - self.discount + self.exclusive


def made(tx: Transaction, invoice: Object, row: Params) -> Object:
    """A line from one hash of `lines`. [documented; inferred: shares are rounded to the nearest, halves up]"""
    custom = row.get("type") == "custom_line_item"
    return _custom(tx, row) if custom else _of_line(tx, invoice, row)


def _line(tx: Transaction, members: Mapping[str, Any]) -> Object:
    """A line with every member Stripe shows."""
    line: Object = frozen(
        {
            "id": tx.new_id("cnli"),
            "object": "credit_note_line_item",
            "discount_amount": 0,
            "discount_amounts": [],
            "livemode": False,
            "pretax_credit_amounts": [],
            "tax_rates": [],
            "taxes": [],
            "unit_amount": None,
            "unit_amount_decimal": None,
            **members,
        }
    )
    return line


def _custom(tx: Transaction, row: Params) -> Object:
    """A line of its own words and price."""
    quantity = row.get("quantity", 1)
    exact = row.get("unit_amount_decimal")
    if exact is not None:
        unit = parse_decimal(str(exact))
    elif row.get("unit_amount") is not None:
        unit = Decimal(row.get("unit_amount"))
    else:
        raise errors.missing_parameter(row.name("unit_amount"))
    amount = round_half_up(Fraction(unit) * quantity)
    chosen = tax_rates.chosen(tx, row, "tax_rates") if "tax_rates" in row else []
    taxes = [
        {
            "amount": one.amount,
            "tax_behavior": "inclusive" if one.inclusive else "exclusive",
            "tax_rate_details": {"tax_rate": one.rate},
            "taxability_reason": "not_available",
            "taxable_amount": one.taxable,
            "type": "tax_rate_details",
        }
        for one in tax(amount, tax_rates.rates(tx, chosen)).taxes
    ]
    return _line(
        tx,
        {
            "amount": amount,
            "description": row.get("description"),
            "metadata": merged_metadata({}, row),
            "quantity": quantity,
            "tax_rates": tax_rates.shown(tx, chosen),
            "taxes": taxes,
            "type": "custom_line_item",
            "unit_amount": int(unit) if unit == unit.to_integral_value() else None,
            "unit_amount_decimal": decimal_text(unit),
        },
    )


def _of_line(tx: Transaction, invoice: Object, row: Params) -> Object:
    """All or a part of a line of the invoice."""
    id_ = row.get("invoice_line_item")
    if id_ is None:
        raise errors.missing_parameter(row.name("invoice_line_item"))
    line = next((line for line in invoice["lines"] if line["id"] == id_), None)
    if line is None:
        raise errors.no_such("line_item", id_, param=row.name("invoice_line_item"))
    quantity, given = row.get("quantity"), row.get("amount")
    whole = line["amount"]
    if given is not None:
        if abs(given) > abs(whole):
            raise refusals.credited_too_much(row.name("amount"))
        part = Fraction(given, whole) if whole else Fraction(0)
    else:
        if quantity is not None and line["quantity"] and quantity > line["quantity"]:
            raise refusals.credited_too_much(row.name("quantity"))
        part = Fraction(quantity, line["quantity"]) if quantity is not None and line["quantity"] else Fraction(1)
    discounts = [{**one, "amount": round_half_up(one["amount"] * part)} for one in line["discount_amounts"]]
    taxes = [
        {
            **one,
            "amount": round_half_up(one["amount"] * part),
            "taxable_amount": round_half_up((one["taxable_amount"] or 0) * part),
        }
        for one in line["taxes"]
    ]
    return _line(
        tx,
        {
            "amount": round_half_up(whole * part),
            "description": line["description"],
            "discount_amount": sum(one["amount"] for one in discounts),
            "discount_amounts": discounts,
            "invoice_line_item": line["id"],
            "metadata": merged_metadata({}, row),
            "pretax_credit_amounts": [{**one, "type": "discount"} for one in discounts],
            "quantity": line["quantity"] if quantity is None else quantity,
            "tax_rates": tax_rates.shown(tx, [one["tax_rate_details"]["tax_rate"] for one in line["taxes"]]),
            "taxes": taxes,
            "type": "invoice_line_item",
        },
    )


def summed(lines: list[Object]) -> Sums:
    """What lines come to."""
    taxes = [one for line in lines for one in line["taxes"]]
    return Sums(
        subtotal=sum(line["amount"] for line in lines),
        discount=sum(line["discount_amount"] for line in lines),
        exclusive=sum(one["amount"] for one in taxes if one["tax_behavior"] == "exclusive"),
        inclusive=sum(one["amount"] for one in taxes if one["tax_behavior"] == "inclusive"),
    )


def by_discount(lines: list[Object]) -> list[dict[str, Any]]:
    """What each discount had taken off."""
    sums: dict[str, int] = {}
    for line in lines:
        for one in line["discount_amounts"]:
            sums[one["discount"]] = sums.get(one["discount"], 0) + one["amount"]
    return [{"amount": amount, "discount": id_} for id_, amount in sums.items()]


def by_rate(lines: list[Object]) -> list[dict[str, Any]]:
    """What each tax rate comes to."""
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        for one in line["taxes"]:
            key = (one["tax_rate_details"]["tax_rate"], one["tax_behavior"])
            known = sums.get(key)
            if known is None:
                sums[key] = dict(one)
            else:
                known["amount"] += one["amount"]
                known["taxable_amount"] += one["taxable_amount"]
    return list(sums.values())
