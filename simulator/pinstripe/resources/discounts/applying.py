"""Discounts and tax rates that a request puts on a subscription, on items, on an invoice.

An array replaces what was there, an empty string, which reads as an empty array, clears it. [documented] Neither makes
a proration: what is already billed stays, and the next invoice has the new terms. [documented]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing import pricing
from pinstripe.billing.discounts import Taken
from pinstripe.billing.money import round_half_up
from pinstripe.resources import refusals
from pinstripe.resources.catalog import shipping_rates
from pinstripe.resources.catalog.prices import is_metered, rate, sold
from pinstripe.resources.discounts import discounts, reckoning, tax_rates
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, named
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction, frozen


def to_new_subscription(
    call: Call, id_: str, customer: Object, items: Sequence[Mapping[str, Any]], since: int, currency: str
) -> dict[str, Any]:
    """The discounts and tax rates a subscription begins with."""
    tx, params = call.tx, call.params
    amount = sum(_full_price(tx, item, currency) for item in items)
    purchase = Purchase(customer, currency, since, "subscription", id_, amount)
    redeemed = discounts.redeem(tx, params.hashes("discounts"), purchase)
    discounts.tell(tx, [], redeemed)
    rates = tax_rates.chosen(tx, params, "default_tax_rates")
    enabled = bool(automatic_tax.asked(tx, params, call.operation))
    terms = {
        "automatic_tax": automatic_tax.member(enabled, automatic_tax.OF_SUBSCRIPTIONS),
        "default_tax_rates": rates,
        "discounts": redeemed,
    }
    method = tx.get("payment_method", params.peek("default_payment_method") or "")
    _require_taxable(tx, terms, customer, method)
    return terms


def _require_taxable(tx: Transaction, terms: Mapping[str, Any], customer: Object, method: Object | None) -> None:
    """A subscription with automatic tax has a customer whose place is known, and no manual rates. [documented]"""
    if automatic_tax.wants(terms):
        automatic_tax.refuse_manual(terms)
        if not tx.quiet:  # a preview says in its status what is missing [documented]
            automatic_tax.require_place(tx, customer, method)


def _full_price(tx: Transaction, item: Mapping[str, Any], currency: str) -> int:
    """What an item costs for a whole period, if that is known before."""
    price = sold(tx, item["price"], currency)
    return 0 if is_metered(price) else round_half_up(pricing.total(rate(price), Decimal(item["quantity"])))


def to_subscription(call: Call, subscription: Object) -> dict[str, Any]:
    """The discounts and tax rates an update changes."""
    tx, params = call.tx, call.params
    changes: dict[str, Any] = {}
    if "default_tax_rates" in params:
        changes["default_tax_rates"] = tax_rates.chosen(tx, params, "default_tax_rates")
    enabled = automatic_tax.asked(tx, params, call.operation)
    if enabled is not None:
        changes["automatic_tax"] = automatic_tax.member(enabled, automatic_tax.OF_SUBSCRIPTIONS)
    if changes:
        method = tx.get(
            "payment_method", params.peek("default_payment_method") or subscription["default_payment_method"] or ""
        )
        after = {**subscription, **changes}
        _require_taxable(tx, after, tx.read("customer", subscription["customer"]), method)
        if not params.peek("items"):
            automatic_tax.refuse_manual_items(after, subscription["items"])
    if "discounts" in params:
        waits = params.peek("payment_behavior") == "pending_if_incomplete"  # and is told of when it is paid
        changes["discounts"] = on_subscription(tx, params, subscription, tells=not waits)
    return changes


def on_subscription(tx: Transaction, params: Params, subscription: Object, *, tells: bool = True) -> list[str]:
    """The discounts of a subscription as `discounts` wants them, told as they change."""
    customer = tx.read("customer", subscription["customer"])
    before = discounts.in_force(tx, subscription["discounts"])
    now = tx.now_of(subscription)
    purchase = Purchase(customer, subscription["currency"], now, "subscription", subscription.id)
    after = discounts.redeem(tx, params.hashes("discounts"), purchase, kept=before)
    if tells:
        discounts.tell(tx, before, after)
    return after


def to_item(tx: Transaction, item: Object, params: Params, customer: Object, since: int, currency: str) -> Object:
    """A subscription item with the discounts and tax rates a request gives it."""
    changes: dict[str, Any] = {}
    if "tax_rates" in params:
        changes["tax_rates"] = tax_rates.chosen(tx, params, "tax_rates")
    if "discounts" in params:
        before = discounts.in_force(tx, item["discounts"])
        purchase = Purchase(customer, currency, since, "subscription_item", item["id"])
        changes["discounts"] = discounts.redeem(tx, params.hashes("discounts"), purchase, kept=before)
        drop(tx, before, changes["discounts"])
    return Object({**item, **{key: frozen(value) for key, value in changes.items()}}) if changes else item


@dataclass(frozen=True, slots=True)
class FullPrice:
    """What an item costs for a whole period: exactly, after discounts, and what each of them takes off."""

    net: Fraction
    discounted: list[tuple[str, int]]


def full_price(tx: Transaction, item: Mapping[str, Any], subscription: Object, at: int) -> FullPrice:
    """The price a proration takes its share of: the discounts in force are in it. [documented]

    An amount off the whole subscription counts with the share that falls on this item, by its price, or in classic mode
    all of it for every item. [documented: 5.00 off 10.00 and 20.00 is 1.66 of the first, or all of it]
    """
    currency = subscription["currency"]
    exact = pricing.total(rate(sold(tx, item["price"], currency)), Decimal(item["quantity"]))
    customer = tx.read("customer", subscription["customer"])
    of_all = discounts.of_invoice(tx, customer, subscription, at)
    if not of_all and not item["discounts"]:
        return FullPrice(exact, [])
    others = [row for row in subscription["items"] if row["id"] != item["id"]]
    rows = [_as_line(tx, row, at, currency) for row in (item, *others)]
    taken = reckoning.taken(tx, rows, of_all, currency)
    off = [(part.discount, part.amount) for part in taken[0]]
    if subscription["billing_mode"]["type"] == "classic":
        off = _alone(tx, taken[0], rows[0]["amount"], currency)
    return FullPrice(exact - sum(amount for _, amount in off), off)


def _alone(tx: Transaction, taken: Sequence[Taken], whole: int, currency: str) -> list[tuple[str, int]]:
    """What each discount takes off an item that is looked at by itself, as if there were no others."""
    terms = {one.id: one for one in discounts.terms(tx, [part.discount for part in taken], currency)}
    off: list[tuple[str, int]] = []
    for part in taken:
        of_all = terms[part.discount].amount_off
        left = whole - sum(one for _, one in off)
        off.append((part.discount, part.amount if of_all is None or part.own else min(left, of_all)))
    return off


def _as_line(tx: Transaction, item: Mapping[str, Any], at: int, currency: str) -> dict[str, Any]:
    """An item as the line of a whole period."""
    price = tx.read("price", item["price"])
    return {
        "amount": _full_price(tx, item, currency),
        "discountable": True,
        "discounts": discounts.in_force(tx, item["discounts"], at),
        "pricing": {"price_details": {"product": price["product"]}},
    }


def drop(tx: Transaction, before: Sequence[str], after: Sequence[str]) -> None:
    """Discounts that were replaced are over; those of items and invoices have no events. [inferred]"""
    for id_ in before:
        if id_ not in after:
            tx.put(tx.read("discount", id_), _over=True)


def to_entry(tx: Transaction, params: Params, id_: str, customer: Object, currency: str) -> dict[str, Any]:
    """The discounts and tax rates of a new invoice item. [recorded: the discount names the item only]

    A code with a minimum has nothing to be held against. [documented]
    """
    purchase = Purchase(customer, currency, tx.now(customer["test_clock"]), "invoice_item", id_)
    return {
        "discounts": discounts.redeem(tx, params.hashes("discounts"), purchase),
        "tax_rates": tax_rates.chosen(tx, params, "tax_rates"),
    }


def to_invoice(
    call: Call, customer: Object, currency: str, *, amount: int | None = None, before: Object | None = None
) -> dict[str, Any]:
    """The discounts and default tax rates a request gives an invoice; unsaid, a new one inherits. [documented]

    An empty string avoids inheriting any, and clears those of a draft. [documented]
    """
    tx, params = call.tx, call.params
    changes: dict[str, Any] = _shipping(tx, params, currency) if "shipping_cost" in params else {}
    if "default_tax_rates" in params:
        changes["default_tax_rates"] = tax_rates.chosen(tx, params, "default_tax_rates")
    enabled = automatic_tax.asked(tx, params, call.operation)
    if enabled is not None:
        changes["automatic_tax"] = automatic_tax.member(enabled)
    automatic_tax.refuse_manual({**(before or {}), **changes})
    if "discounts" in params:
        known, id_ = ((), None) if before is None else (before["discounts"], before.id)
        worth = amount if before is None else before["subtotal"]
        purchase = Purchase(customer, currency, tx.now(customer["test_clock"]), "invoice", id_, worth)
        changes["discounts"] = discounts.redeem(tx, params.hashes("discounts"), purchase, kept=known)
        drop(tx, [id_ for id_ in known if tx.read("discount", id_)["invoice"]], changes["discounts"])
    return changes


def _shipping(tx: Transaction, params: Params, currency: str) -> dict[str, Any]:
    """What sending costs; an empty string takes it off again. Manual tax rates are of lines only. [documented]"""
    if not params.peek("shipping_cost"):
        params.get("shipping_cost")
        return {"amount_shipping": 0, "shipping_cost": None}
    given = params.hash("shipping_cost")
    if ("shipping_rate" in given) == ("shipping_rate_data" in given):
        raise refusals.shipping_needs_rate(params.name("shipping_cost"))
    param = given.name("shipping_rate")
    if "shipping_rate" in given:
        shipping = named(tx, "shipping_rate", given.get("shipping_rate"), param)
    else:
        shipping = shipping_rates.make(tx, given.hash("shipping_rate_data"))
    amount = shipping_rates.amount_in(shipping, currency)
    if amount is None:
        raise refusals.shipping_in_other_currency(shipping.id, currency, param)
    cost = {"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "shipping_rate": shipping.id}
    return {"amount_shipping": amount, "shipping_cost": cost}


def name_invoice(tx: Transaction, invoice: Object) -> None:
    """Let the discounts that were redeemed for a new invoice know its id."""
    for id_ in invoice["discounts"]:
        discount = tx.read("discount", id_)
        placed = any(discount[place] for place in ("subscription", "subscription_item", "invoice_item", "invoice"))
        if not placed and tx.read("customer", discount["customer"])["discount"] != id_:
            tx.put(discount, invoice=invoice.id)
