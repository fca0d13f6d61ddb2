"""Shipping rates: what sending something costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.catalog import product_taxes
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, listing, merged_metadata, retrieve
from pinstripe.world import Kind, Object, Transaction


def create(call: Call) -> Answer:
    """POST /v1/shipping_rates: one fixed amount, in more currencies if wanted. There are no events of it."""
    return make(call.tx, call.params)


def make(tx: Transaction, params: Params) -> Object:
    """A new shipping rate."""
    params.get("type")  # a fixed amount is all there is
    fixed = params.hash("fixed_amount")
    if not fixed:
        raise refusals.shipping_needs_amount()
    amount, currency = fixed.get("amount"), fixed.get("currency").lower()
    behavior = params.get("tax_behavior") or "unspecified"
    return tx.new(
        "shipping_rate",
        {
            "active": True,
            "created": tx.now(),
            "delivery_estimate": _estimate(params),
            "display_name": params.get("display_name"),
            "fixed_amount": {"amount": amount, "currency": currency},
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "tax_behavior": behavior,
            "tax_code": product_taxes.checked(params.get("tax_code"), params.name("tax_code")),
            "type": "fixed_amount",
            "_options": _options(fixed.get("currency_options")),
        },
    )


def _estimate(params: Params) -> dict[str, Any] | None:
    """The earliest and the latest arrival."""
    estimate = params.get("delivery_estimate")
    return estimate and {"maximum": None, "minimum": None, **estimate}


def _options(given: Mapping[str, Mapping[str, Any]] | None) -> dict[str, dict[str, Any]]:
    """The amounts in other currencies."""
    return {currency.lower(): {"tax_behavior": "unspecified", **option} for currency, option in (given or {}).items()}


def update(call: Call) -> Answer:
    """POST /v1/shipping_rates/{shipping_rate_token}: on and off, metadata, tax behavior, more currencies."""
    tx, params = call.tx, call.params
    before = addressed(call, "shipping_rate", param="shipping_rate_token")
    changes = params.pick("active", "tax_behavior")
    options = dict(before["_options"])
    for currency, option in _options(params.hash("fixed_amount").get("currency_options")).items():
        options[currency] = {**options.get(currency, {}), **option}
    return tx.put(before, **changes, _options=options, metadata=merged_metadata(before["metadata"], params))


def list_all(call: Call) -> Answer:
    """GET /v1/shipping_rates, by state or currency."""
    currency = call.params.get("currency")
    answer = listing("shipping_rate", equal=("active",))(call)
    assert isinstance(answer, Listing)
    rows = [row for row in answer.objects if currency in (None, row["fixed_amount"]["currency"], *row["_options"])]
    return Listing(rows)


def amount_in(rate: Object, currency: str) -> int | None:
    """What sending costs in a currency, if the rate has it."""
    if rate["fixed_amount"]["currency"] == currency:
        return int(rate["fixed_amount"]["amount"])
    option = rate["_options"].get(currency)
    return None if option is None else int(option["amount"])


def currency_options(_: Transaction, rate: Object) -> dict[str, Any]:
    """The amounts in every currency, which show only when asked for. [documented]"""
    own = {"amount": rate["fixed_amount"]["amount"], "tax_behavior": rate["tax_behavior"]}
    return {rate["fixed_amount"]["currency"]: own, **rate["_options"]}


SHIPPING_RATES = Resource(
    Kind("shipping_rate", "shr"),
    {
        "POST /v1/shipping_rates": create,
        "GET /v1/shipping_rates": list_all,
        "GET /v1/shipping_rates/{shipping_rate_token}": retrieve("shipping_rate", param="shipping_rate_token"),
        "POST /v1/shipping_rates/{shipping_rate_token}": update,
    },
    includes={"fixed_amount.currency_options": currency_options},
)
