"""What a Checkout Session costs, item by item.

A subscription's session costs what its first invoice will, which is found by rehearsing the sign-up: discounts, taxes
and trials are then reckoned by the rules that bill them. A payment's items cost what their prices say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pinstripe.billing import pricing
from pinstripe.billing.money import MINIMUM_CHARGE, format_money
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import rate, sold
from pinstripe.resources.discounts import discounts, reckoning, tax_rates
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe.resources.params import Params
from pinstripe.resources.selling import breakdowns
from pinstripe.resources.taxes import outcomes
from pinstripe.world import Object, Transaction
from pinstripe.world.objects import changed


def rehearsal(tx: Transaction) -> Transaction:
    """A transaction to be thrown away, which sees what this one has changed so far."""
    scratch = tx.world.transaction(tx.request)
    scratch.overlay = {kind: dict(rows) for kind, rows in tx.overlay.items()}
    scratch.counters = dict(tx.counters)
    scratch.moments = dict(tx.moments)
    scratch.quiet = True
    return scratch


def priced(tx: Transaction, session: Object, buyer: Object | None = None) -> dict[str, Any]:
    """What a payment comes to by its prices, discounts and taxes, as on an invoice; `buyer` once it is known who."""
    scratch = rehearsal(tx)
    found = session["customer"]
    customer = buyer or (GUEST if found is None else tx.read("customer", found))
    lines = [_line(tx, item) for item in session["_items"]]
    off = redeem(scratch, session, found, amount=sum(line["amount"] for line in lines))
    terms = Object(
        {
            "automatic_tax": session["automatic_tax"],
            "currency": session["currency"],
            "default_tax_rates": (),
            "discounts": tuple(off),
            "shipping_cost": session["shipping_cost"],
            "_subscription": None,
        }
    )
    reckoned, sums = reckoning.reckon(scratch, terms, lines, customer)
    kept = outcomes.written(outcomes.of(scratch, terms, lines, customer))
    tax_rates.carry(scratch, tx)
    items = by_invoice(session["_items"], {"lines": reckoned})
    kept_off = breakdowns.rehearsed(scratch, session, items)
    if "automatic_tax" not in sums:
        return {**members(items, session["shipping_cost"]), **kept_off}
    shipping = sums.get("shipping_cost", session["shipping_cost"])
    taxes = {"automatic_tax": sums["automatic_tax"], "_taxed": kept}
    return {**members(items, shipping), **taxes, **kept_off, "shipping_cost": shipping}


def _line(tx: Transaction, item: Mapping[str, Any]) -> Object:
    """An item as the line that an invoice would have for it."""
    price = sold(tx, item["price"], item["currency"])
    chosen = "_chosen" in item
    return Object(
        {
            "amount": item["_chosen"] or 0 if chosen else pricing.amount(rate(price), Decimal(item["quantity"])),
            "discountable": True,
            "discounts": (),
            "parent": Object({"subscription_item_details": None}),
            "pricing": Object({"price_details": Object({"price": price.id, "product": price["product"]})}),
            "_tax_rates": item["_tax_rates"],
        }
    )


def redeem(tx: Transaction, session: Object, customer: str | None, *, amount: int | None = None) -> list[str]:
    """The discounts of a payment, redeemed. `amount` is what is bought, the session's own unless given."""
    rows = [Params(row, f"discounts[{position}]") for position, row in enumerate(session["_discounts"])]
    if not rows:
        return []
    buyer = GUEST if customer is None else tx.read("customer", customer)
    bought = session["amount_subtotal"] if amount is None else amount
    purchase = Purchase(buyer, session["currency"], tx.now(), "checkout_session", session.id, bought)
    ids = discounts.redeem(tx, rows, purchase)
    if customer is None:
        for id_ in ids:
            tx.put(tx.read("discount", id_), customer=None)
    return ids


GUEST = Object({"id": "", "object": "customer", "discount": None, "tax_exempt": "none", "test_clock": None})
"""Whoever pays without being made a customer."""


def by_invoice(items: Sequence[Object], invoice: Mapping[str, Any] | None) -> list[Object]:
    """Items with what an invoice's lines ask for them; what is metered is not on it yet and costs nothing."""
    left = [] if invoice is None else list(invoice["lines"])
    prices = [item["price"] for item in items]
    priced = []
    for item in items:
        own = [line for line in left if line["pricing"]["price_details"]["price"] == item["price"]]
        if prices.count(item["price"]) > 1:  # a line for each, in the same order
            own = own[:1]
        left = [line for line in left if line not in own]
        subtotal = sum(line["amount"] for line in own)
        removed = sum(line["_removed"] for line in own)
        discount = sum(row["amount"] for line in own for row in line["discount_amounts"])
        taxes = [row for line in own for row in line["taxes"]]
        added = sum(row["amount"] for row in taxes if row["tax_behavior"] == "exclusive")
        priced.append(
            changed(
                item,
                {
                    "amount_discount": discount,
                    "amount_subtotal": subtotal,
                    "amount_tax": sum(row["amount"] for row in taxes),
                    "amount_total": subtotal - discount - removed + added,
                    **breakdowns.of_lines(own),
                },
            )
        )
    return priced


def members(items: Sequence[Object], shipping: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A session's items and their sums, with what shipping costs."""
    cost = shipping or {"amount_subtotal": 0, "amount_tax": 0, "amount_total": 0}

    def sum_of(name: str) -> int:
        """The sum of one amount."""
        return sum(item[name] for item in items)

    return {
        "amount_subtotal": sum_of("amount_subtotal"),
        "amount_total": sum_of("amount_total") + cost["amount_total"],
        "total_details": {
            "amount_discount": sum_of("amount_discount"),
            "amount_shipping": cost["amount_subtotal"],
            "amount_tax": sum_of("amount_tax") + cost["amount_tax"],
            **breakdowns.of_items(items, shipping),
        },
        "_items": items,
    }


def refuse_too_little(amount: int, currency: str) -> None:
    """A payment is nothing at all or at least the least that a card is charged. [documented]"""
    least = MINIMUM_CHARGE.get(currency, 0)
    if 0 < amount < least:
        raise refusals.amount_below_minimum(f"{format_money(Decimal(least), currency)} {currency}")
