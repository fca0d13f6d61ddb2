"""Prices, and the plans that Stripe still shows beside them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import decimal_text, parse_decimal
from pinstripe.billing.pricing import Rate, Tier
from pinstripe.resources import refusals, searching
from pinstripe.resources.catalog.plans import plan_of, tell, tiers_of
from pinstripe.resources.params import Params
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    listing,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""How many intervals a period may have: three years. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/prices."""
    tx, params = call.tx, call.params
    if "product" in params:
        product = named(tx, "product", params.get("product"), "product")
    elif "product_data" in params:
        product = product_from(tx, params.hash("product_data"))
    else:
        raise errors.missing_parameter("product")
    return make(tx, params, product)


def product_from(tx: Transaction, given: Params) -> Object:
    """The product that a price brings along."""
    product = new_product(
        tx,
        given.get("name"),
        id_=given.get("id"),
        active=given.get("active", True),
        metadata=merged_metadata({}, given),
        **given.pick("statement_descriptor", "unit_label"),
    )
    tx.emit("product.created", product)
    return product


def new_product(tx: Transaction, name: str, *, id_: str | None = None, **members: Any) -> Object:
    """A product with what Stripe gives every one. [recorded]"""
    if id_ is not None and tx.get("product", id_) is not None:
        raise refusals.product_exists()
    return tx.new(
        "product",
        {
            "active": True,
            "attributes": [],
            "created": tx.now(),
            "default_price": None,
            "images": [],
            "livemode": False,
            "marketing_features": [],
            "metadata": {},
            "name": name,
            "statement_descriptor": None,
            "tax_code": None,
            "type": "service",
            "unit_label": None,
            "updated": tx.now(),
            **members,
        },
        id=id_,
    )


def make(tx: Transaction, params: Params, product: Object) -> Object:
    """A price for a product, from the parameters of any request that can bring one."""
    recurring = recurrence(tx, params.hash("recurring")) if "recurring" in params else None
    return offered(tx, params, product, recurring)


def offered(
    tx: Transaction,
    params: Params,
    product: Object,
    recurring: dict[str, Any] | None,
    *,
    amount: str = "unit_amount",
    transform: str = "transform_quantity",
    id_: str | None = None,
) -> Object:
    """A new price with the terms the parameters name; plans have other words for some of them."""
    tiers = _tiers(params)
    scheme = params.get("billing_scheme") or ("tiered" if tiers else "per_unit")
    if scheme == "tiered":
        if recurring is None:
            raise refusals.tiers_need_recurring()
        if not tiers:
            raise errors.missing_parameter("tiers")
        if "tiers_mode" not in params:
            raise errors.missing_parameter("tiers_mode")
    elif tiers:
        raise refusals.tiers_need_scheme()
    whole, exact = amount_of(params, amount)
    if scheme == "per_unit" and exact is None:
        raise refusals.price_needs_amount()
    if scheme == "tiered" and exact is not None:
        raise refusals.amount_with_tiers()
    package = dict(params.get(transform) or {}) or None
    if package and scheme == "tiered":
        raise refusals.transform_with_tiers()
    price = new_price(
        tx,
        product,
        params.get("currency").lower(),
        whole,
        exact,
        id_=id_,
        active=params.get("active", True),
        billing_scheme=scheme,
        lookup_key=_claim_lookup_key(tx, params),
        metadata=merged_metadata({}, params),
        nickname=params.get("nickname"),
        recurring=recurring,
        tax_behavior=params.get("tax_behavior") or "unspecified",
        tiers_mode=params.get("tiers_mode") if scheme == "tiered" else None,
        transform_quantity=package,
        type="recurring" if recurring else "one_time",
        _tiers=tiers,
    )
    if recurring:
        tx.emit("plan.created", plan_of(price))
    tx.emit("price.created", price)
    return price


def new_price(
    tx: Transaction,
    product: Object,
    currency: str,
    amount: int | None,
    amount_decimal: str | None,
    *,
    id_: str | None = None,
    **members: Any,
) -> Object:
    """A price with what Stripe gives every one. [recorded]"""
    return tx.new(
        "price",
        {
            "active": True,
            "billing_scheme": "per_unit",
            "created": tx.now(),
            "currency": currency,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": product.id,
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": amount_decimal,
            "_tiers": [],
            **members,
        },
        id=id_,
    )


def amount_of(params: Params, name: str) -> tuple[int | None, str | None]:
    """An amount in both of its spellings; the whole one is null where there are fractions of a cent. [documented]"""
    exact = f"{name}_decimal"
    if name in params and exact in params:
        raise refusals.one_amount_only(params.name(name), params.name(exact))
    if params.get(exact) is not None:
        try:
            value = parse_decimal(str(params.get(exact)))
        except ValueError:
            raise refusals.invalid_decimal(params.name(exact), str(params.get(exact))) from None
        if value < 0:
            raise errors.too_small(params.name(exact), 0)
        return (int(value) if value == value.to_integral_value() else None), decimal_text(value)
    value = params.get(name)
    if value is None:
        return None, None
    if value < 0:
        raise errors.too_small(params.name(name), 0)
    return value, str(value)


def _tiers(params: Params) -> list[dict[str, Any]]:
    """The tiers as Stripe shows them; the last one's `up_to` is null, which stands for infinity. [documented]"""
    rows = params.hashes("tiers")
    tiers = []
    last = 0
    for position, row in enumerate(rows):
        flat, flat_decimal = amount_of(row, "flat_amount")
        unit, unit_decimal = amount_of(row, "unit_amount")
        if flat_decimal is None and unit_decimal is None:
            raise refusals.tier_needs_amount(position)
        up_to = row.get("up_to")
        is_last = position == len(rows) - 1
        if (up_to == "inf") != is_last:
            raise refusals.last_tier_is_infinite()
        if up_to != "inf":
            if up_to <= last:
                raise refusals.tiers_must_rise()
            last = up_to
        tiers.append(
            {
                "flat_amount": flat,
                "flat_amount_decimal": flat_decimal,
                "unit_amount": unit if unit_decimal is not None else None,
                "unit_amount_decimal": unit_decimal,
                "up_to": None if up_to == "inf" else up_to,
            }
        )
    return tiers


def recurrence(tx: Transaction, given: Params) -> dict[str, Any]:
    """How a price recurs."""
    interval, count = given.get("interval"), given.get("interval_count", 1)
    if count < 1:
        raise errors.too_small(given.name("interval_count"), 1)
    if count > LONGEST[interval]:
        raise refusals.interval_too_long(given.name("interval_count"))
    usage = given.get("usage_type") or "licensed"
    meter = given.get("meter")
    aggregate = given.get("aggregate_usage")  # only versions before basil can say it
    if usage == "metered" and aggregate is not None and meter is None:
        pass
    elif usage == "metered":
        if meter is None:
            raise refusals.metered_needs_meter()
        if named(tx, "billing.meter", meter, given.name("meter"), noun="meter")["status"] != "active":
            raise refusals.meter_inactive(meter, given.name("meter"))
    elif meter is not None:
        raise refusals.meter_on_licensed(given.name("meter"))
    return {
        "interval": interval,
        "interval_count": count,
        "meter": meter,
        "trial_period_days": given.get("trial_period_days"),
        "usage_type": usage,
        "_aggregate_usage": aggregate if usage == "metered" else None,
    }


def _claim_lookup_key(tx: Transaction, params: Params) -> str | None:
    """The lookup key, taken from the price that has it if the caller says so. [documented]"""
    key = params.get("lookup_key")
    transfer = params.get("transfer_lookup_key", False)
    if key is None:
        return None
    for holder in tx.find("price", "lookup_key", key):
        if not transfer:
            raise refusals.lookup_key_taken(holder.id)
        after = tx.put(holder, lookup_key=None)
        tx.emit("price.updated", after, before=holder)
    return str(key)


def update(call: Call) -> Answer:
    """POST /v1/prices/{price}: only what does not change what is billed. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "price")
    changes = params.pick("active", "nickname")
    behavior = params.get("tax_behavior")
    if behavior is not None:
        if before["tax_behavior"] not in ("unspecified", behavior):
            raise refusals.tax_behavior_fixed()
        changes["tax_behavior"] = behavior
    if "lookup_key" in params and params.get("lookup_key") != before["lookup_key"]:
        changes["lookup_key"] = _claim_lookup_key(tx, params)
    price = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    tell(tx, before, price)
    return price


def list_all(call: Call) -> Answer:
    """GET /v1/prices with its filters."""
    params = call.params
    recurring = params.hash("recurring").pick("interval", "meter", "usage_type")
    keys = params.get("lookup_keys")
    if "product" in params:
        named(call.tx, "product", params.get("product"), "product")
    answer = listing("price", by={"product": "product"}, equal=("active", "currency", "type"))(call)
    assert isinstance(answer, Listing)
    return Listing(
        [
            price
            for price in answer.objects
            if (keys is None or price["lookup_key"] in keys)
            and all((price["recurring"] or {}).get(name) == value for name, value in recurring.items())
        ]
    )


def rate(price: Mapping[str, Any]) -> Rate:
    """The money part of a price, as the billing rules want it."""

    def decimal(text: str | None) -> Decimal | None:
        """A decimal string as a number."""
        return None if text is None else Decimal(text)

    transform = price["transform_quantity"] or {}
    return Rate(
        currency=price["currency"],
        unit_amount=decimal(price["unit_amount_decimal"]),
        tiers=tuple(
            Tier(tier["up_to"], decimal(tier["unit_amount_decimal"]), decimal(tier["flat_amount_decimal"]))
            for tier in price["_tiers"]
        ),
        tiers_mode=price["tiers_mode"],
        divide_by=transform.get("divide_by"),
        round=transform.get("round"),
    )


def is_metered(price: Mapping[str, Any]) -> bool:
    """Whether usage decides what is billed."""
    return bool(price["recurring"]) and price["recurring"]["usage_type"] == "metered"


PRICES = Resource(
    Kind("price", "price", indexes={"product": by("product"), "lookup_key": by("lookup_key")}),
    {
        "POST /v1/prices": create,
        "GET /v1/prices": list_all,
        "GET /v1/prices/search": searching.search("price"),
        "GET /v1/prices/{price}": retrieve("price", param="price"),
        "POST /v1/prices/{price}": update,
    },
    includes={"tiers": tiers_of},
)
