"""The discount of a whole customer, which only versions before basil can give; it goes on taking off."""

from __future__ import annotations

from pinstripe.resources.discounts import discounts
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction


def given(tx: Transaction, params: Params, customer: Object) -> Object:
    """The customer with the coupon or code that a request names, instead of the one there was. [documented]"""
    if "discounts" not in params:
        return customer
    rows = params.hashes("discounts")
    before = discounts.in_force(tx, [] if customer["discount"] is None else [customer["discount"]])
    currency = customer["currency"] or _own_currency(tx, rows[0]) if rows else ""
    purchase = Purchase(customer, currency, tx.now(customer["test_clock"]))
    after = discounts.redeem(tx, rows, purchase, kept=before)
    discounts.tell(tx, before, after)
    return tx.put(customer, discount=after[0] if after else None)


def _own_currency(tx: Transaction, row: Params) -> str:
    """The currency of a coupon for a customer who has none yet."""
    promo = tx.get("promotion_code", row.get("promotion_code") or "")
    coupon = tx.get("coupon", row.get("coupon") or (promo["promotion"]["coupon"] if promo else ""))
    return next(iter(coupon["_amounts"] or ()), "") if coupon else ""
