"""The lines of an invoice: what each one says, and from which price, item or pending entry it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing import wording
from pinstripe.billing.money import decimal_text, round_half_down
from pinstripe.billing.periods import Period
from pinstripe.billing.pricing import Charge, charges
from pinstripe.billing.usage import billed_quantity
from pinstripe.resources.catalog.prices import is_metered, rate
from pinstripe.resources.discounts import discounts
from pinstripe.resources.usage import meters, usage_records
from pinstripe.world import Object, Transaction, frozen

WHOLE = Fraction(1)
"""All of a period."""


def _line(tx: Transaction, members: Mapping[str, Any]) -> Object:
    """A line with every member Stripe shows. [recorded]"""
    line: Object = frozen(
        {
            "id": tx.new_id("il"),
            "object": "line_item",
            "discount_amounts": [],
            "discountable": True,
            "discounts": [],
            "livemode": False,
            "metadata": {},
            "pretax_credit_amounts": [],
            "subtotal": members["amount"],
            "taxes": [],
            "_tax_rates": [],
            **members,
        }
    )
    return line


def _pricing(price: Object, unit_amount: Decimal | None) -> dict[str, Any]:
    """Where the amount of a line comes from."""
    return {
        "price_details": {"price": price.id, "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": None if unit_amount is None else decimal_text(unit_amount),
    }


def _subscription_parent(subscription: Object, item: str, entry: Object | None = None) -> dict[str, Any]:
    """The parent of a line that a subscription item made, directly or through a pending entry."""
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None if entry is None else entry.id,
            "proration": False if entry is None else entry["proration"],
            "proration_details": {"credited_items": None if entry is None else credited_lines(entry)},
            "subscription": subscription.id,
            "subscription_item": item,
        },
        "type": "subscription_item_details",
    }


def credited_lines(entry: Object) -> dict[str, Any] | None:
    """The invoiced lines that a proration gives back, as its own line tells them."""
    credited = entry["_credited"]
    lines: dict[str, Any] | None = credited and credited.get("invoice_line_item_details")
    return lines


def of_item(
    tx: Transaction, subscription: Object, item: Mapping[str, Any], period: Period, *, part: Fraction = WHOLE
) -> list[Object]:
    """The lines of one item for one period: its quantity if licensed, its usage if metered. One line for each tier.

    `part` is how much of a whole period it is billed for, where a cancellation cuts it short.
    """
    price = tx.read("price", item["price"])
    quantity = used(tx, subscription, item, price, period) if is_metered(price) else Decimal(item["quantity"])
    product = tx.read("product", price["product"])
    terms = rate(price)
    recurring = price["recurring"]
    own = discounts.in_force(tx, item["discounts"])

    def line(charge: Charge) -> Object:
        """One charge as a line."""
        return _line(
            tx,
            {
                "amount": charge.amount if part == WHOLE else round_half_down(charge.amount * part),
                "currency": price["currency"],
                "description": wording.line(
                    charge,
                    terms,
                    product["name"],
                    product.get("unit_label"),
                    recurring["interval"],
                    recurring["interval_count"],
                ),
                "discounts": own,
                "metadata": subscription["metadata"],
                "parent": _subscription_parent(subscription, item["id"]),
                "period": {"end": period.end, "start": period.start},
                "pricing": _pricing(price, charge.unit_amount),
                "quantity": int(charge.quantity),
                "quantity_decimal": decimal_text(charge.quantity),
                "_item": item if is_metered(price) else None,
                "_tax_rates": item["tax_rates"],
            },
        )

    return [line(charge) for charge in charges(terms, quantity)]


def of_trial(tx: Transaction, subscription: Object, item: Mapping[str, Any], period: Period) -> Object:
    """The line of an item that costs nothing because its subscription is on trial. [recorded]"""
    price = tx.read("price", item["price"])
    product = tx.read("product", price["product"])
    quantity = Decimal(item["quantity"])
    if subscription["billing_mode"]["type"] == "classic":
        text = wording.trial_period(product["name"], product.get("unit_label"))
    else:
        text = wording.free_trial(product["name"], quantity, product.get("unit_label"))
    return _line(
        tx,
        {
            "amount": 0,
            "currency": price["currency"],
            "description": text,
            "discounts": discounts.in_force(tx, item["discounts"]),
            "metadata": subscription["metadata"],
            "parent": _subscription_parent(subscription, item["id"]),
            "period": {"end": period.end, "start": period.start},
            "pricing": _pricing(price, Decimal(0)),
            "quantity": int(quantity),
            "quantity_decimal": decimal_text(quantity),
            "_item": None,
            "_tax_rates": item["tax_rates"],
        },
    )


def used(tx: Transaction, subscription: Object, item: Mapping[str, Any], price: Object, period: Period) -> Decimal:
    """What was used of a metered item in a period, never below zero; usage counts from when the item was there."""
    start = max(period.start, item["_counts_from"])
    if price["recurring"]["meter"] is None:
        return usage_records.used(tx, item, price, Period(start, period.end))
    meter = tx.read("billing.meter", price["recurring"]["meter"])
    return billed_quantity(meters.usage(tx, meter, subscription["customer"], start, period.end))


def of_entry(tx: Transaction, entry: Object, invoice_subscription: Object | None) -> Object:
    """The line a pending invoice item becomes on the invoice that takes it."""
    price = tx.read("price", entry["_price"])
    item = entry.get("_subscription_item")
    if item is not None and invoice_subscription is not None:
        parent = _subscription_parent(invoice_subscription, item, entry)
    else:
        parent = {
            "invoice_item_details": {
                "invoice_item": entry.id,
                "proration": entry["proration"],
                "proration_details": {"credited_items": credited_lines(entry)},
                "subscription": entry["_subscription"],
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        }
    unit_amount = entry["_unit_amount_decimal"]
    return _line(
        tx,
        {
            "amount": entry["amount"],
            "currency": entry["currency"],
            "description": entry["description"],
            "discountable": entry["discountable"],
            "discounts": entry["discounts"],
            "metadata": entry["metadata"],
            "parent": parent,
            "period": entry["period"],
            "pricing": _pricing(price, None if unit_amount is None else Decimal(unit_amount)),
            "quantity": entry["quantity"],
            "quantity_decimal": entry["quantity_decimal"],
            "_tax_rates": entry["tax_rates"],
        },
    )


def refreshed(tx: Transaction, invoice: Object) -> list[Object]:
    """The lines of a draft with its metered ones counted again, in the same places. [documented]

    Usage of the period that has closed still counts as long as the invoice is a draft.
    """
    old = invoice["lines"]
    lines: list[Object] = []
    counted: set[str] = set()
    for line in old:
        item = line.get("_item")
        if item is None:
            lines.append(line)
        elif item["id"] not in counted:
            counted.add(item["id"])
            subscription = tx.read("subscription", item["subscription"])
            ids = [row["id"] for row in old if row.get("_item") == item]
            counted_again = of_item(tx, subscription, item, Period(line["period"]["start"], line["period"]["end"]))
            fresh = [Object({**row, "discounts": line["discounts"]}) for row in counted_again]
            known = [Object({**row, "id": id_}) for row, id_ in zip(fresh, ids, strict=False)]
            lines += known + fresh[len(known) :]
    return lines


def total(lines: Iterable[Mapping[str, Any]]) -> int:
    """What the lines come to."""
    return sum(line["amount"] for line in lines)
