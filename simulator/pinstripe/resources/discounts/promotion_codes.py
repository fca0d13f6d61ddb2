"""Promotion codes: what a customer types to redeem a coupon, and who may when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.discounts import coupons
from pinstripe.resources.resource import Answer, Call, Listing, Resource, listing, merged_metadata, named
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import CAPITALS, text
from pinstripe.world.kinds import by

_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def create(call: Call) -> Answer:
    """POST /v1/promotion_codes. The code is unique among active ones, whatever its case. [documented]"""
    tx, params = call.tx, call.params
    promotion = params.hash("promotion")
    promotion.get("type")  # a coupon is all there is
    if "coupon" not in promotion:
        raise refusals.promotion_needs_coupon()
    coupon = coupons.lookup(tx, promotion.get("coupon"), "promotion[coupon]")
    if not coupons.is_valid(tx, coupon):
        raise refusals.coupon_expired(coupon.id, "promotion[coupon]")
    customer = params.get("customer")
    if customer is not None:
        named(tx, "customer", customer, "customer")
    code = params.get("code") or text(f"{tx.world.seed.value}:{tx.new_id('code')}", 8, CAPITALS)
    if not _CODE.fullmatch(code):
        raise refusals.invalid_code(code)
    promo = tx.new(
        "promotion_code",
        {
            "active": params.get("active", True),
            "code": code,
            "created": tx.now(),
            "customer": customer,
            "customer_account": None,
            "expires_at": _within(call, "expires_at", coupon["redeem_by"]) or coupon["redeem_by"],  # [documented]
            "livemode": False,
            "max_redemptions": _within(call, "max_redemptions", coupon["max_redemptions"]),
            "metadata": merged_metadata({}, params),
            "promotion": {"coupon": coupon.id, "type": "coupon"},
            "restrictions": _restrictions(call),
            "times_redeemed": 0,
            "_minimums": _minimums(call),
        },
    )
    if promo["active"]:
        _require_free(tx, promo)
    tx.emit("promotion_code.created", promo)
    return promo


def _within(call: Call, name: str, most: int | None) -> int | None:
    """A limit of the code's own, which does not go beyond its coupon's. [documented]"""
    value: int | None = call.params.get(name)
    if value is None:
        return None
    if name == "expires_at" and value <= call.tx.now():
        raise refusals.moment_has_passed(name, value)
    if name == "expires_at" and value > call.tx.now() + coupons.FIVE_YEARS:
        raise refusals.moment_too_far(name)
    if name == "max_redemptions" and value < 1:
        raise errors.too_small(name, 1)
    if most is not None and value > most:
        raise refusals.code_outlives_coupon(name)
    return value


def _restrictions(call: Call) -> dict[str, Any]:
    """Who may redeem it, and for how large a purchase."""
    given = call.params.hash("restrictions")
    amount, currency = given.get("minimum_amount"), given.get("minimum_amount_currency")
    if amount is not None and currency is None:
        raise refusals.minimum_needs_currency()
    return {
        "first_time_transaction": given.get("first_time_transaction", False),
        "minimum_amount": amount,
        "minimum_amount_currency": None if currency is None else currency.lower(),
    }


def _minimums(call: Call) -> dict[str, int]:
    """The least purchase in each currency."""
    given = call.params.hash("restrictions")
    own = given.get("minimum_amount")
    minimums = {} if own is None else {given.get("minimum_amount_currency").lower(): own}
    options = given.get("currency_options") or {}
    return minimums | {
        currency.lower(): option["minimum_amount"] for currency, option in options.items() if "minimum_amount" in option
    }


def _require_free(tx: Transaction, promo: Object) -> None:
    """No other active code spells the same for the same customers."""
    for other in tx.find("promotion_code", "code", promo["code"].lower()):
        overlaps = None in (other["customer"], promo["customer"]) or other["customer"] == promo["customer"]
        if other.id != promo.id and overlaps and is_active(tx, other):
            raise refusals.code_taken(promo["code"])


def update(call: Call) -> Answer:
    """POST /v1/promotion_codes/{promotion_code}: on and off, metadata, minimums in more currencies. [documented]"""
    tx, params = call.tx, call.params
    before = _addressed(call)
    changes = params.pick("active")
    if "restrictions" in params:
        changes["_minimums"] = {**before["_minimums"], **_minimums(call)}
    promo = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    if changes.get("active"):
        if not is_active(tx, promo):
            raise refusals.code_cannot_be_active()
        _require_free(tx, promo)
    tx.emit("promotion_code.updated", promo, before=before)
    return promo


def _addressed(call: Call) -> Object:
    id_ = call.path["promotion_code"]
    promo = call.tx.get("promotion_code", id_)
    if promo is None:
        raise refusals.no_such_promotion_code(id_, param="promotion_code", in_path=True)
    return promo


def retrieve(call: Call) -> Answer:
    """GET /v1/promotion_codes/{promotion_code}."""
    return _addressed(call)


def list_all(call: Call) -> Answer:
    """GET /v1/promotion_codes, by code in any case, coupon, customer, and whether it works now."""
    tx, params = call.tx, call.params
    wanted, coupon, code = params.get("active"), params.get("coupon"), params.get("code")
    answer = listing("promotion_code", by={"customer": "customer"})(call)
    assert isinstance(answer, Listing)
    return Listing(
        [
            promo
            for promo in answer.objects
            if (wanted is None or is_active(tx, promo) == wanted)
            and coupon in (None, promo["promotion"]["coupon"])
            and (code is None or promo["code"].lower() == code.lower())
        ]
    )


def is_active(tx: Transaction, promo: Object) -> bool:
    """Whether it can be redeemed: switched on, not expired, not used up, its coupon valid. [documented]"""
    coupon = tx.read("coupon", promo["promotion"]["coupon"])
    most, end = promo["max_redemptions"], promo["expires_at"]
    used_up = most is not None and promo["times_redeemed"] >= most
    over = end is not None and tx.now() > end
    return promo["active"] and not used_up and not over and coupons.is_valid(tx, coupon)


def view(tx: Transaction, promo: Object) -> Mapping[str, Any]:
    """A promotion code with whether it works now."""
    return {**promo, "active": is_active(tx, promo)}


def currency_options(_: Transaction, promo: Object) -> dict[str, Any] | None:
    """The least purchase in every currency, which shows only when asked for. [documented]"""
    return {currency: {"minimum_amount": amount} for currency, amount in promo["_minimums"].items()} or None


PROMOTION_CODES = Resource(
    Kind(
        "promotion_code",
        "promo",
        indexes={"code": lambda promo: (promo["code"].lower(),), "customer": by("customer")},
    ),
    {
        "POST /v1/promotion_codes": create,
        "GET /v1/promotion_codes": list_all,
        "GET /v1/promotion_codes/{promotion_code}": retrieve,
        "POST /v1/promotion_codes/{promotion_code}": update,
    },
    view=view,
    includes={"restrictions.currency_options": currency_options},
    noun="promotion code",
)
