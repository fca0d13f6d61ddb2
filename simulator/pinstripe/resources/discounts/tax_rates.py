"""Manual tax rates: percentages on top of an amount or inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.tax import Rate
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource, addressed, listing, merged_metadata, retrieve, shaped
from pinstripe.resources.taxes import table
from pinstripe.resources.taxes.rulings import Ruling
from pinstripe.world import Kind, Object, Transaction

PLAIN = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")
"""Members that are kept as given."""

MOST = 10
"""Rates on one line. [documented: ten, where Stripe's guide said five before]"""


def create(call: Call) -> Answer:
    """POST /v1/tax_rates. What it is worth never changes. [documented; recorded: its members]"""
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
            "effective_percentage": percentage,
            "inclusive": params.get("inclusive"),
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "percentage": percentage,
            "rate_type": "percentage",
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


def of_ruling(tx: Transaction, place: Mapping[str, Any], ruling: Ruling, *, inclusive: bool) -> Object:
    """The rate that automatic tax shows for what it found: made when it is first needed, and never active.

    [documented sample; inferred: no event tells of it, and a rate of nothing says no more than that]
    """
    country, state = place["country"], place.get("state") if place["country"] in table.BY_STATE else None
    percentage = float(ruling.percentage)
    terms = (country, state, percentage, inclusive, ruling.reason, ruling.tax_type)
    id_ = f"txr_1{tx.world.seed.secret(f'automatic tax {terms}', 23)}"
    known = tx.get("tax_rate", id_)
    if known is not None:
        return known
    called = table.CALLED.get(ruling.tax_type or "", "Tax")
    return tx.new(
        "tax_rate",
        {
            "active": False,
            "country": country,
            "created": tx.now(),
            "description": f"{called} {table.NAMES.get(country, country)}",
            "display_name": called,
            "effective_percentage": percentage,
            "inclusive": inclusive,
            "jurisdiction": country,
            "jurisdiction_level": "country" if state is None else "state",
            "livemode": False,
            "metadata": {},
            "percentage": percentage,
            "rate_type": "percentage" if ruling.reason == "standard_rated" else None,
            "state": state,
            "tax_type": ruling.tax_type,
            "_of_ruling": True,
        },
        id=id_,
    )


def of_data(tx: Transaction, data: Params) -> Object:
    """The archived rate that `tax_rate_data` describes: the one that said just the same before, or a new one.

    [documented; inferred: no event tells of it]
    """
    said = data.pick(*PLAIN, "inclusive", "jurisdiction_level", "percentage")
    id_ = f"txr_1{tx.world.seed.secret(f'tax rate data {sorted(said.items())}', 23)}"
    known = tx.get("tax_rate", id_)
    if known is not None:
        return known
    members = {**said, "active": False, "created": tx.now(), "livemode": False, "metadata": {}, "_of_data": True}
    return tx.new("tax_rate", members, id=id_)


def by_hand(tx: Transaction, taxes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rates of taxes, without those that only describe a given amount: these show nowhere as rates. [documented]"""
    ids = [one["tax_rate_details"]["tax_rate"] for one in taxes]
    return [id_ for id_ in ids if not tx.read("tax_rate", id_).get("_of_data")]


def is_made_here(rate: Mapping[str, Any]) -> bool:
    """Whether a rate is Stripe's own, made to describe a tax, and not by a request for a rate."""
    return bool(rate.get("_of_ruling") or rate.get("_of_data"))


def carry(scratch: Transaction, tx: Transaction) -> None:
    """Keep the rates that a preview has made: it shows them, so they can be looked up."""
    for rate in scratch.overlay.get("tax_rate", {}).values():
        if rate is not None and tx.get("tax_rate", rate.id) is None:
            tx.put(rate, created=tx.now())


def is_exempt(customer: Mapping[str, Any]) -> str | None:
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
