"""Prices, and the plans that Stripe still shows beside them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.pricing import Rate, Tier
from pinstripe.resources import refusals, searching
from pinstripe.resources.catalog import currency_options, custom_amounts, descriptors, price_terms, product_taxes
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


def create(call: Call) -> Answer:
    """POST /v1/prices."""
    tx, params = call.tx, call.params
    if "product" in params:
        product = named(tx, "product", params.get("product"), "product")
    elif "product_data" in params:
        product = product_from(tx, params.hash("product_data"))
    else:
        raise refusals.price_needs_product()
    return make(tx, params, product)


def product_from(tx: Transaction, given: Params) -> Object:
    """The product that a price brings along."""
    descriptors.require(given)
    product = new_product(
        tx,
        given.get("name"),
        id_=given.get("id"),
        active=given.get("active", True),
        metadata=merged_metadata({}, given),
        **given.pick("statement_descriptor", "unit_label"),
        **product_taxes.members(given),
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
    recurring = price_terms.recurrence(tx, params.hash("recurring")) if "recurring" in params else None
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
    tiers = price_terms.tiers(params)
    scheme = params.get("billing_scheme") or ("tiered" if tiers else "per_unit")
    if scheme == "tiered":
        if recurring is None:
            raise refusals.tiers_need_recurring()
        if not tiers:
            raise errors.missing_parameter("tiers")
        if "tiers_mode" not in params:
            raise errors.missing_parameter("tiers_mode")
    elif tiers or params.get("tiers_mode") is not None:
        raise refusals.tiers_need_scheme("tiers" if tiers else "tiers_mode")
    whole, exact = price_terms.amount_of(params, amount)
    currency = params.get("currency").lower()
    chosen = custom_amounts.read(params, currency)
    custom_amounts.require_fit(params, chosen, recurs=recurring is not None, amount=exact)
    if scheme == "per_unit" and exact is None and chosen is None:
        raise refusals.price_needs_amount("Prices" if amount == "unit_amount" else "Plans", amount)
    if scheme == "tiered" and exact is not None:
        raise refusals.amount_with_tiers()
    package = dict(params.get(transform) or {}) or None
    if package and package["divide_by"] < 1:
        raise errors.too_small(f"{params.name(transform)}[divide_by]", 1)
    if package and scheme == "tiered":
        raise refusals.transform_with_tiers()
    price = new_price(
        tx,
        product,
        currency,
        whole,
        exact,
        id_=id_,
        active=params.get("active", True),
        billing_scheme=scheme,
        custom_unit_amount=chosen,
        lookup_key=_claim_lookup_key(tx, params),
        metadata=merged_metadata({}, params),
        nickname=params.get("nickname"),
        recurring=recurring,
        tax_behavior=params.get("tax_behavior") or "unspecified",
        tiers_mode=params.get("tiers_mode") if scheme == "tiered" else None,
        transform_quantity=package,
        type="recurring" if recurring else "one_time",
        _options=currency_options.read(params, currency, scheme, tiers, {}, chosen=chosen is not None),
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
            "custom_unit_amount": None,
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
            "_options": {},
            "_tiers": [],
            **members,
        },
        id=id_,
    )


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
    params.get("transfer_lookup_key")  # says nothing without a key
    if "lookup_key" in params and params.get("lookup_key") != before["lookup_key"]:
        changes["lookup_key"] = _claim_lookup_key(tx, params)
    if "currency_options" in params:
        scheme, tiers, known = before["billing_scheme"], before["_tiers"], before["_options"]
        chosen = before["custom_unit_amount"] is not None
        changes["_options"] = currency_options.read(params, before["currency"], scheme, tiers, known, chosen=chosen)
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


def sold(tx: Transaction, id_: str, currency: str) -> Object:
    """A price as it was bought in a currency that it has, or had."""
    price = currency_options.in_currency(tx.read("price", id_), currency, bought=True)
    assert price is not None, f"{id_} has no amount in {currency}"
    return price


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
    includes={"currency_options": currency_options.shown, "tiers": tiers_of},
)
