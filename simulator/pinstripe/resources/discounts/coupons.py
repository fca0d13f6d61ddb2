"""Coupons: what may be taken off, how long, and by how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, deleted, merged_metadata
from pinstripe.world import Kind, Object, Transaction

FIVE_YEARS = 5 * 366 * 86_400
"""How far ahead a coupon's last day may lie. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/coupons: a share or an amount off; once unless said otherwise. [documented]"""
    tx, params = call.tx, call.params
    duration = params.get("duration") or "once"
    months = params.get("duration_in_months")
    if duration == "repeating" and months is None:
        raise refusals.months_needed()
    if duration != "repeating" and months is not None:
        raise refusals.months_unwanted()
    for name, value in (("duration_in_months", months), ("max_redemptions", params.get("max_redemptions"))):
        if value is not None and value < 1:
            raise errors.too_small(name, 1)
    id_ = params.get("id") or tx.world.seed.secret(tx.new_id("coupon"), 8)
    known = tx.get("coupon", id_)
    if known is not None and not known["_removed"]:
        raise refusals.coupon_exists()
    coupon = tx.new(
        "coupon",
        {
            **_value(call),
            "created": tx.now(),
            "duration": duration,
            "duration_in_months": months,
            "livemode": False,
            "max_redemptions": params.get("max_redemptions"),
            "metadata": merged_metadata({}, params),
            "name": params.get("name"),
            "redeem_by": _redeem_by(call),
            "times_redeemed": 0,
            "_products": _products(call),
            "_removed": False,
        },
        id=id_,
    )
    tx.emit("coupon.created", coupon)
    return coupon


def _value(call: Call) -> dict[str, Any]:
    """What is taken off; `_amounts` holds the amount in each currency."""
    params = call.params
    percent, amount, currency = (params.get(name) for name in ("percent_off", "amount_off", "currency"))
    if percent is None and amount is None:
        raise refusals.coupon_needs_value()
    if percent is not None and amount is not None:
        raise refusals.coupon_one_value()
    if percent is not None:
        if not refusals.LEAST_PERCENT <= percent <= 100:
            raise refusals.percent_out_of_range("percent_off", float(percent))
        if "currency_options" in params:  # [recorded]
            raise errors.only_one_parameter(["currency_options", "percent_off"], "currency_options")
        return {"amount_off": None, "currency": None, "percent_off": float(percent), "_amounts": {}}
    assert amount is not None
    if amount < 1:
        raise errors.too_small("amount_off", 1)
    if currency is None:
        raise refusals.coupon_needs_currency()
    amounts = {currency.lower(): amount, **_options(call)}
    return {"amount_off": amount, "currency": currency.lower(), "percent_off": None, "_amounts": amounts}


def _options(call: Call) -> dict[str, int]:
    """The amounts in other currencies."""
    options = call.params.get("currency_options") or {}
    return {currency.lower(): option["amount_off"] for currency, option in options.items()}


def _redeem_by(call: Call) -> int | None:
    """The last moment of redemption: ahead, and at most five years."""
    by: int | None = call.params.get("redeem_by")
    if by is not None:
        if by <= call.tx.now():
            raise refusals.moment_has_passed("redeem_by", by)
        if by > call.tx.now() + FIVE_YEARS:
            raise refusals.moment_too_far("redeem_by")
    return by


def _products(call: Call) -> list[str] | None:
    """The products it is limited to."""
    products: list[str] | None = call.params.hash("applies_to").get("products")
    for index, id_ in enumerate(products or []):
        if call.tx.get("product", id_) is None:
            raise errors.no_such("product", id_, param=f"applies_to[products][{index}]")
    return products


def lookup(tx: Transaction, id_: str, param: str, *, in_path: bool = False) -> Object:
    """A coupon that has not been deleted; resource_missing where there is none."""
    coupon = tx.get("coupon", id_)
    if coupon is None or coupon["_removed"]:
        raise errors.no_such("coupon", id_, param=param, in_path=in_path)
    return coupon


def retrieve(call: Call) -> Answer:
    """GET /v1/coupons/{coupon}."""
    return lookup(call.tx, call.path["coupon"], "coupon", in_path=True)


def update(call: Call) -> Answer:
    """POST /v1/coupons/{coupon}: its name, its metadata, and amounts in more currencies. [documented]"""
    tx, params = call.tx, call.params
    before = lookup(tx, call.path["coupon"], "coupon", in_path=True)
    changes = params.pick("name")
    if "currency_options" in params:
        if before["amount_off"] is None:
            raise refusals.coupon_amount_only("currency_options")
        changes["_amounts"] = {**before["_amounts"], **_options(call)}
    coupon = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    tx.emit("coupon.updated", coupon, before=before)
    return coupon


def delete(call: Call) -> Answer:
    """DELETE /v1/coupons/{coupon}: discounts it has made go on, new ones are over. [documented]"""
    coupon = lookup(call.tx, call.path["coupon"], "coupon", in_path=True)
    gone = call.tx.put(coupon, _removed=True)
    call.tx.emit("coupon.deleted", gone)
    return deleted(gone)


def list_all(call: Call) -> Answer:
    """GET /v1/coupons."""
    return Listing([coupon for coupon in call.tx.all("coupon") if not coupon["_removed"]])


def is_valid(tx: Transaction, coupon: Object) -> bool:
    """Whether it can still be redeemed: not deleted, not past its last day, not used up. [documented]"""
    most, by = coupon["max_redemptions"], coupon["redeem_by"]
    used_up = most is not None and coupon["times_redeemed"] >= most
    return not (coupon["_removed"] or used_up or (by is not None and tx.now() > by))


def view(tx: Transaction, coupon: Object) -> Mapping[str, Any]:
    """A coupon with what can be said of it now."""
    return {**coupon, "valid": is_valid(tx, coupon)}


def applies_to(_: Transaction, coupon: Object) -> dict[str, Any] | None:
    """The products, which show only when asked for. [documented]"""
    return None if coupon["_products"] is None else {"products": list(coupon["_products"])}


def currency_options(_: Transaction, coupon: Object) -> dict[str, Any] | None:
    """The amounts in every currency, which show only when asked for. [documented]"""
    return {currency: {"amount_off": amount} for currency, amount in coupon["_amounts"].items()} or None


COUPONS = Resource(
    Kind("coupon", "coupon"),
    {
        "POST /v1/coupons": create,
        "GET /v1/coupons": list_all,
        "GET /v1/coupons/{coupon}": retrieve,
        "POST /v1/coupons/{coupon}": update,
        "DELETE /v1/coupons/{coupon}": delete,
    },
    view=view,
    includes={"applies_to": applies_to, "currency_options": currency_options},
)
