"""What a quote costs: up front, and again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pinstripe.billing import pricing
from pinstripe.resources.catalog.prices import is_metered, rate
from pinstripe.resources.discounts import reckoning
from pinstripe.resources.selling import checkout_items, checkout_totals
from pinstripe.world import Object, Transaction


def reckoned(tx: Transaction, quote: Object) -> Object:
    """The quote with what it costs up front and again and again. [documented; inferred: on trial nothing up front]"""
    items = _priced(tx, quote, quote["_items"])
    recurring = [item for item in items if checkout_items.recurs(tx, item)]
    later = {item["id"] for item in recurring} if quote["subscription_data"]["trial_period_days"] else set()
    upfront = [item for item in items if item["id"] not in later]
    sums = _sums(upfront)
    again = None
    if recurring:
        rhythm = tx.read("price", recurring[0]["price"])["recurring"]
        again = {**_sums(recurring), "interval": rhythm["interval"], "interval_count": rhythm["interval_count"]}
    return tx.put(
        quote,
        amount_subtotal=sums["amount_subtotal"],
        amount_total=sums["amount_total"],
        computed={"recurring": again, "upfront": sums},
        currency=items[0]["currency"] if items else None,
        total_details=sums["total_details"],
        _items=tuple(items),
        _upfront=tuple(item["id"] for item in upfront),
    )


def _sums(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What items come to."""
    return {
        "amount_subtotal": sum(item["amount_subtotal"] for item in items),
        "amount_total": sum(item["amount_total"] for item in items),
        "total_details": {
            "amount_discount": sum(item["amount_discount"] for item in items),
            "amount_shipping": 0,
            "amount_tax": sum(item["amount_tax"] for item in items),
        },
    }


def _priced(tx: Transaction, quote: Object, items: Sequence[Object]) -> list[Object]:
    """Items with what their prices and tax rates make of them, as on an invoice; usage costs nothing yet."""
    if not items:
        return []
    customer = checkout_totals.GUEST if quote["customer"] is None else tx.read("customer", quote["customer"])
    lines = []
    for item in items:
        price = tx.read("price", item["price"])
        amount = 0 if is_metered(price) else pricing.amount(rate(price), Decimal(item["quantity"]))
        details = Object({"price": price.id, "product": price["product"]})
        lines.append(
            Object(
                {
                    "amount": amount,
                    "discountable": True,
                    "discounts": (),
                    "pricing": Object({"price_details": details}),
                    "_tax_rates": item["_tax_rates"],
                }
            )
        )
    rates = quote["default_tax_rates"]
    terms = Object(
        {"currency": items[0]["currency"], "default_tax_rates": rates, "discounts": (), "_subscription": None}
    )
    shown, _ = reckoning.reckon(tx, terms, lines, customer)
    return checkout_totals.by_invoice(items, {"lines": shown})
