"""Manual tax rates: percentages on top of an amount or inside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.tax import Rate
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource, addressed, listing, merged_metadata, retrieve, shaped
from pinstripe.world import Kind, Object, Transaction

PLAIN = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")
"""Members that are kept as given."""

MOST = 5
"""Rates on one line. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/tax_rates. What it is worth never changes. [documented]"""
    tx, params = call.tx, call.params
    percentage = params.get("percentage")
    if not 0 <= percentage <= 100:
        raise refusals.percentage_out_of_range("percentage")
    if round(percentage, 4) != percentage:
        raise errors.too_many_decimals("percentage", repr(percentage), 4)
    rate = tx.new(
        "tax_rate",
        {
            "active": True,
            "created": tx.now(),
            "inclusive": params.get("inclusive"),
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "percentage": percentage,
            **params.pick(*PLAIN),
        },
    )
    tx.emit("tax_rate.created", rate)
    return rate


def update(call: Call) -> Answer:
    """POST /v1/tax_rates/{tax_rate}: its words, its metadata, and whether it can still be applied. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "tax_rate", noun="tax rate", param="tax_rate")
    rate = tx.put(before, **params.pick(*PLAIN), metadata=merged_metadata(before["metadata"], params))
    tx.emit("tax_rate.updated", rate, before=before)
    return rate


def chosen(tx: Transaction, params: Params, key: str) -> list[str]:
    """The ids a parameter lists, each of a rate that is in use; an unset one is none."""
    ids: list[str] = params.get(key) or []
    if len(ids) > MOST:
        raise refusals.too_many_tax_rates(MOST, params.name(key))
    for index, id_ in enumerate(ids):
        param = f"{params.name(key)}[{index}]"
        rate = tx.get("tax_rate", id_)
        if rate is None:
            raise errors.no_such("tax rate", id_, param=param)
        if not rate["active"]:
            raise refusals.tax_rate_archived(id_, param)
        if id_ in ids[:index]:
            raise refusals.tax_rate_twice(id_, param)
    return list(ids)


def rates(tx: Transaction, ids: Sequence[str]) -> list[Rate]:
    """Rates as arithmetic takes them."""
    found = (tx.read("tax_rate", id_) for id_ in ids)
    return [Rate(rate.id, Decimal(str(rate["percentage"])), rate["inclusive"]) for rate in found]


def shown(tx: Transaction, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Rates inside another object, which shows them whole."""
    return [shaped("tax_rate", tx.read("tax_rate", id_)) for id_ in ids]


def refuse_automatic(call: Call) -> None:
    """Automatic tax needs every jurisdiction's law, which pinstripe does not have: asked for, it is refused."""
    given = call.params.hash("automatic_tax")
    if given.get("enabled", False):
        raise errors.unsupported_parameter(call.operation, "automatic_tax[enabled]", " with the value true")


def is_exempt(customer: Object) -> str | None:
    """Why a customer pays no tax, in the words of a tax; None for who does. [documented]"""
    return {"exempt": "customer_exempt", "reverse": "reverse_charge"}.get(customer["tax_exempt"])


TAX_RATES = Resource(
    Kind("tax_rate", "txr"),
    {
        "POST /v1/tax_rates": create,
        "GET /v1/tax_rates": listing("tax_rate", equal=("active", "inclusive")),
        "GET /v1/tax_rates/{tax_rate}": retrieve("tax_rate", noun="tax rate", param="tax_rate"),
        "POST /v1/tax_rates/{tax_rate}": update,
    },
    noun="tax rate",
)
