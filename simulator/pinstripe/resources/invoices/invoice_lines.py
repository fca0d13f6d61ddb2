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
from pinstripe.resources.catalog.prices import is_metered, rate, sold
from pinstripe.resources.discounts import discounts
from pinstripe.resources.taxes import tax_amounts
from pinstripe.resources.usage import shared_seconds, summaries, usage_records
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
    price = sold(tx, item["price"], subscription["currency"])
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

    lines = [line(charge) for charge in charges(terms, quantity)]
    early = item.get("_billed_early")
    if is_metered(price) and early and early["start"] == max(period.start, item["_counts_from"]):
        lines.append(_billed_before(tx, lines[0], product["name"], early["amount"]))
    return lines


def _billed_before(tx: Transaction, line: Object, product: str, amount: int) -> Object:
    """What threshold invoices billed of an item in this period comes off. [documented; its words inferred]"""
    pricing = Object({**line["pricing"], "unit_amount_decimal": None})
    text = wording.previously_billed(product)
    fresh = {"amount": -amount, "description": text, "pricing": pricing, "quantity": 0, "quantity_decimal": "0"}
    return Object({**line, **fresh, "id": tx.new_id("il"), "subtotal": -amount, "_takes_back": True})


def of_nothing(tx: Transaction, subscription: Object, item: Object, period: Period) -> Object:
    """The line of a metered item that begins in classic mode: what it will use is billed afterwards. [documented]

    So is a flat fee. [inferred]
    """
    unused = Object({**item, "_counts_from": period.end})
    first = of_item(tx, subscription, unused, period)[0]
    return Object({**first, "_final": True, "_item": item})


def of_trial(tx: Transaction, subscription: Object, item: Mapping[str, Any], period: Period) -> Object:
    """The line of an item that costs nothing because its subscription is on trial, or was. [recorded]

    A metered one says what was used of it on trial. [documented]
    """
    price = sold(tx, item["price"], subscription["currency"])
    product = tx.read("product", price["product"])
    metered = is_metered(price)
    quantity = used(tx, subscription, item, price, period) if metered else Decimal(item["quantity"])
    classic = subscription["billing_mode"]["type"] == "classic"
    if classic and metered:
        text = wording.free_usage(product["name"], quantity, product.get("unit_label"))
    elif classic:
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
            "_is_free": metered,
            "_item": item if metered else None,
            "_tax_rates": item["tax_rates"],
        },
    )


def used(tx: Transaction, subscription: Object, item: Mapping[str, Any], price: Object, period: Period) -> Decimal:
    """What was used of a metered item in a period, never below zero; usage counts from when the item was there.

    In classic mode the first period of a backdated subscription reaches back to its beginning. [documented]
    """
    start, end = max(period.start, item["_counts_from"]), item.get("_counts_until") or period.end
    if item.get("_reaches_back") == period.start:
        start = min(start, item["_counts_from"])
    if price["recurring"]["meter"] is None:
        return usage_records.used(tx, item, price, Period(start, end))
    meter = tx.read("billing.meter", price["recurring"]["meter"])
    total = summaries.used(tx, meter, subscription["customer"], start, end)
    return billed_quantity(total - shared_seconds.left_out(item, start, end))


def counted_from(item: Mapping[str, Any]) -> int:
    """From when on usage of an item counts in its current period."""
    return max(int(item["current_period_start"]), int(item["_counts_from"]))


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
            "_usage_of": entry.get("_usage_of"),
            "_takes_back": entry.get("_takes_back", False),
            "_off": entry.get("_discounted", ()),
            "_tax_behavior": entry.get("_tax_behavior"),
            "_tax_code": entry.get("_tax_code"),
            "_tax_rates": entry["tax_rates"],
        },
    )


def refreshed(tx: Transaction, invoice: Object) -> list[Object]:
    """The lines of a draft with its metered ones counted again, in the same places. [documented]

    Usage of the period that has closed still counts as long as the invoice is a draft. What is final stays, and so does
    what was said of a line by request, whose period then is a mere word. [inferred: the latter]
    """
    old = invoice["lines"]
    lines: list[Object] = []
    counted: set[tuple[str, int]] = set()
    for line in old:
        item = line.get("_item")
        if item is None or line.get("_final"):
            lines.append(line)
        elif (item["id"], _counted(line)["start"]) not in counted:
            counted.add((item["id"], _counted(line)["start"]))
            subscription = tx.read("subscription", item["subscription"])
            ids = [row["id"] for row in old if row.get("_item") == item and _counted(row) == _counted(line)]
            period = Period(_counted(line)["start"], _counted(line)["end"])
            again = [of_trial(tx, subscription, item, period)] if line.get("_is_free") else None
            counted_again = again or of_item(tx, subscription, item, period)
            fresh = [Object({**row, "discounts": line["discounts"]}) for row in counted_again]
            given = {row["id"]: {**tax_amounts.kept(row), **_kept(row)} for row in old}
            known = [Object({**row, **given[id_], "id": id_}) for row, id_ in zip(fresh, ids, strict=False)]
            lines += known + fresh[len(known) :]
    return lines


def said(line: Mapping[str, Any], changes: Mapping[str, Any]) -> Object:
    """A line of which a request says something; what it is counted for stays."""
    counted = {} if line.get("_item") is None else {"_counted": _counted(line)}
    return Object({**line, **changes, **counted, "_said": Object({**line.get("_said", {}), **changes})})


def _kept(line: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of a line."""
    return {"_counted": line["_counted"], "_said": line["_said"], **line["_said"]} if "_counted" in line else {}


def _counted(line: Mapping[str, Any]) -> Mapping[str, int]:
    """The period whose usage a line counts."""
    period: Mapping[str, int] = line.get("_counted") or line["period"]
    return period


def total(lines: Iterable[Mapping[str, Any]]) -> int:
    """What the lines come to."""
    return sum(line["amount"] for line in lines)
