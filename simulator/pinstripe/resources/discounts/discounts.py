"""Discounts: coupons and promotion codes redeemed for a customer, a subscription, its items, an invoice or its items.

A discount keeps what its coupon was worth when it was redeemed, so deleting the coupon changes nothing for it.
[documented] It is over when its months have passed, when an invoice has used the one time it had, or when it is
removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.discounts import Terms
from pinstripe.billing.periods import boundary
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.discounts import coupons, promotion_codes
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource, addressed, shaped
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

MOST = 20
"""Discounts on one object. [documented]"""
PLANNED = "_planned"
"""What marks an entry that was planned before: it is left out where it cannot be redeemed any more."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What coupons are redeemed for: `place` is the member of the discount that names it, `id` its value."""

    customer: Object
    currency: str
    since: int
    """From when on the months of a coupon count."""
    place: str = ""
    id: str | None = None
    amount: int | None = None
    """What is bought with it, in minor units; None where nothing is bought, such as in an update."""
    offers: bool = False
    """Whether it is only offered: what is not accepted yet counts as no redemption. [inferred]"""


def redeem(tx: Transaction, rows: Sequence[Params], purchase: Purchase, *, kept: Iterable[str] = ()) -> list[str]:
    """The ids of the discounts that `discounts` asks for, in its order; new ones for coupons and promotion codes.

    `kept` are the discounts an update finds there: one named by its own id stays. [documented]
    """
    if len(rows) > MOST:
        raise refusals.too_many_discounts(MOST, rows[0].at.partition("[")[0])
    ids: list[str] = []
    used: set[str] = set()
    known = {tx.read("discount", id_)["source"]["coupon"]: id_ for id_ in kept}
    for row in rows:
        try:
            discount = _one(tx, row, purchase, known)
            coupon = discount["source"]["coupon"]
            if coupon in used:
                raise refusals.coupon_applied_twice(coupon, row.at)
        except StripeError:
            if row.get(PLANNED):
                continue
            raise
        used.add(coupon)
        ids.append(discount.id)
    return ids


def _one(tx: Transaction, row: Params, purchase: Purchase, known: Mapping[str, str]) -> Object:
    """The discount one entry stands for."""
    given = [name for name in ("coupon", "promotion_code", "discount") if row.get(name) is not None]
    if len(given) != 1:
        raise refusals.one_discount_source(row.at)
    param = row.name(given[0])
    id_ = row.get(given[0])
    if given[0] == "discount":
        discount = tx.get("discount", id_)
        if discount is None or discount["customer"] != purchase.customer.id or is_over(tx, discount):
            raise errors.no_such("discount", id_, param=param)
        return discount
    promo = None
    if given[0] == "promotion_code":
        promo = _usable_code(tx, id_, purchase, param)
        id_ = promo["promotion"]["coupon"]
    if row.get(PLANNED) and promo is None and id_ in known:  # deleted meanwhile or not
        return tx.read("discount", known[id_])
    coupon = coupons.lookup(tx, id_, param)
    if coupon.id in known and promo is None:  # the same coupon again goes on as it was [inferred]
        return tx.read("discount", known[coupon.id])
    if not coupons.is_valid(tx, coupon):
        raise refusals.coupon_expired(coupon.id, param)
    if coupon["_amounts"] and purchase.currency not in coupon["_amounts"]:
        raise refusals.coupon_in_other_currency(coupon.id, purchase.currency, param)
    return apply(tx, coupon, promo, purchase)


def _usable_code(tx: Transaction, id_: str, purchase: Purchase, param: str) -> Object:
    """A promotion code this customer may use for this purchase. [documented]"""
    promo = tx.get("promotion_code", id_)
    if promo is None:
        raise refusals.no_such_promotion_code(id_, param=param)
    if not promotion_codes.is_active(tx, promo):
        raise refusals.code_inactive(param)
    customer = purchase.customer
    if promo["customer"] not in (None, customer.id):
        raise refusals.code_of_another_customer(param)
    if promo["restrictions"]["first_time_transaction"] and _has_paid(tx, customer):
        raise refusals.code_for_first_time(param)
    if promo["_minimums"]:
        if purchase.amount is None:
            raise refusals.code_minimum_on_update(param)
        least = promo["_minimums"].get(purchase.currency)
        if least is None or purchase.amount < least:
            raise refusals.code_below_minimum(param)
    return promo


def _has_paid(tx: Transaction, customer: Object) -> bool:
    """Whether the customer has had an invoice that was paid, as a trial's is, or a payment was begun. [documented]"""
    if any(True for _ in tx.find("payment_intent", "customer", customer.id)):
        return True
    return any(invoice["status"] == "paid" for invoice in tx.find("invoice", "customer", customer.id)) or any(
        charge["paid"] and charge["customer"] == customer.id for charge in tx.all("charge")
    )


def apply(tx: Transaction, coupon: Object, promo: Object | None, purchase: Purchase) -> Object:
    """Redeem a coupon: one more redemption for it and its code, and a discount."""
    if not purchase.offers:
        tx.put(coupon, times_redeemed=coupon["times_redeemed"] + 1)
        if promo is not None:
            tx.put(promo, times_redeemed=promo["times_redeemed"] + 1)
    months = coupon["duration_in_months"]
    return tx.new(
        "discount",
        {
            "checkout_session": None,
            "customer": purchase.customer.id or None,
            "customer_account": None,
            "end": None if months is None else boundary(purchase.since, "month", months, 1),
            "invoice": None,
            "invoice_item": None,
            "promotion_code": None if promo is None else promo.id,
            "source": {"coupon": coupon.id, "type": "coupon"},
            "start": purchase.since,
            "subscription": None,
            "subscription_item": None,
            **({purchase.place: purchase.id} if purchase.place else {}),
            "_amounts": coupon["_amounts"],
            "_clock": purchase.customer["test_clock"],
            "_for_ever": coupon["duration"] == "forever",
            "_once": coupon["duration"] == "once",
            "_over": False,
            "_percent_off": coupon["percent_off"],
            "_products": coupon["_products"],
        },
    )


# --- what is in force ------------------------------------------------------------------------------------------------


def is_over(tx: Transaction, discount: Object, at: int | None = None) -> bool:
    """Whether it takes nothing off any more: removed, used up, or its months are over. [documented]"""
    moment = tx.now(discount["_clock"]) if at is None else at
    return discount["_over"] or (discount["end"] is not None and moment >= discount["end"])


def in_force(tx: Transaction, ids: Iterable[str], at: int | None = None) -> list[str]:
    """Those of these discounts that are not over."""
    return [id_ for id_ in ids if not is_over(tx, tx.read("discount", id_), at)]


def of_invoice(tx: Transaction, customer: Object, subscription: Object | None, at: int) -> list[str]:
    """What a new invoice inherits: the subscription's discounts, else the customer's. [documented]"""
    own = () if subscription is None else in_force(tx, subscription["discounts"], at)
    if own:
        return list(own)
    return in_force(tx, [] if customer["discount"] is None else [customer["discount"]], at)


def terms(tx: Transaction, ids: Iterable[str], currency: str) -> list[Terms]:
    """Discounts as arithmetic takes them."""
    found = []
    for id_ in ids:
        discount = tx.read("discount", id_)
        percent, products = discount["_percent_off"], discount["_products"]
        found.append(
            Terms(
                id_,
                percent_off=None if percent is None else Decimal(str(percent)),
                amount_off=discount["_amounts"].get(currency, 0) if percent is None else None,
                products=None if products is None else frozenset(products),
            )
        )
    return found


def spend(tx: Transaction, invoice: Object) -> None:
    """What counts once has counted with the first invoice that it takes something off.

    [documented: the first invoice; inferred: one of nothing, such as a trial's, leaves it, and no event tells of it]
    """
    for row in invoice["total_discount_amounts"]:
        discount = tx.read("discount", row["discount"])
        if row["amount"] and discount["_once"] and not discount["_over"]:
            tx.put(discount, _over=True)


# --- telling and removing --------------------------------------------------------------------------------------------


def tell(tx: Transaction, before: Sequence[str], after: Sequence[str]) -> None:
    """What became of the discounts of a customer or subscription. [documented: the types]

    One for another is an update; otherwise each is removed or created. [inferred]
    """
    gone = [tx.read("discount", id_) for id_ in before if id_ not in after]
    new = [tx.read("discount", id_) for id_ in after if id_ not in before]
    for discount in gone:
        tx.put(discount, _over=True)
    if len(gone) == len(new) == 1:
        tx.emit("customer.discount.updated", new[0], before=gone[0])
        return
    for discount in gone:
        tx.emit("customer.discount.deleted", discount)
    for discount in new:
        tx.emit("customer.discount.created", discount)


def remove_from_customer(call: Call) -> Answer:
    """DELETE /v1/customers/{customer}/discount."""
    customer = addressed(call, "customer", param="customer")
    ids = in_force(call.tx, [] if customer["discount"] is None else [customer["discount"]])
    if not ids:
        raise refusals.no_active_discount("customer", customer.id)
    call.tx.put(customer, discount=None)
    return _removed(call.tx, ids)


def remove_from_subscription(call: Call) -> Answer:
    """DELETE /v1/subscriptions/{id}/discount: all of them; the answer is the first. [inferred for several]"""
    subscription = addressed(call, "subscription", param="subscription_exposed_id")
    ids = in_force(call.tx, subscription["discounts"])
    if not ids:
        raise refusals.no_active_discount("subscription", subscription.id)
    after = call.tx.put(subscription, discounts=[])
    answer = _removed(call.tx, ids)
    call.tx.emit("customer.subscription.updated", after, before=subscription)
    return answer


def _removed(tx: Transaction, ids: Sequence[str]) -> dict[str, Any]:
    """The stub of a discount that was removed."""
    tell(tx, ids, [])
    members = {key: value for key, value in tx.read("discount", ids[0]).items() if key != "end"}
    return shaped("deleted_discount", {**members, "deleted": True})


def of_customer(tx: Transaction, customer: Mapping[str, Any]) -> dict[str, Any] | None:
    """The discount a customer shows whole."""
    ids = in_force(tx, [] if customer["discount"] is None else [customer["discount"]])
    return shaped("discount", tx.read("discount", ids[0])) if ids else None


DISCOUNTS = Resource(
    Kind("discount", "di", indexes={"customer": by("customer")}),
    {
        "DELETE /v1/customers/{customer}/discount": remove_from_customer,
        "DELETE /v1/subscriptions/{subscription_exposed_id}/discount": remove_from_subscription,
    },
)
