"""What sending the goods of a Checkout Session costs: the options it offers, and the first of them, which is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import shipping_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, named
from pinstripe.resources.selling.asking import ask
from pinstripe.world import Object, Transaction


def read(call: Call, mode: str, currency: str | None) -> list[dict[str, Any]]:
    """The `shipping_options` of a request; a rate may come along. Only payments are shipped. [documented]"""
    if "shipping_options" not in call.params:
        return []
    if mode != "payment" or currency is None:
        raise refusals.not_in_mode("shipping_options", mode)
    options = []
    for row in call.params.hashes("shipping_options"):
        rate = _rate(call.tx, row)
        options.append({"shipping_amount": _amount(rate, currency, row), "shipping_rate": rate.id})
    return options


def _rate(tx: Transaction, row: Params) -> Object:
    """The rate a row names or brings along."""
    if "shipping_rate_data" in row:
        return ask(tx, "POST /v1/shipping_rates", shipping_rates.create, row.get("shipping_rate_data"))
    if "shipping_rate" not in row:
        raise errors.missing_parameter(row.name("shipping_rate"))
    return named(tx, "shipping_rate", row.get("shipping_rate"), row.name("shipping_rate"), "shipping rate")


def _amount(rate: Object, currency: str, row: Params) -> int:
    """What a rate costs in the session's currency."""
    own = rate["fixed_amount"]
    if own["currency"] == currency:
        return int(own["amount"])
    if currency not in rate["_options"]:
        raise refusals.line_item_currency_differs(own["currency"], currency, row.at)
    return int(rate["_options"][currency]["amount"])


def cost(options: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What shipping costs before the customer has chosen: the first option. [inferred: that it counts at once]"""
    if not options:
        return None
    amount = options[0]["shipping_amount"]
    rate = options[0]["shipping_rate"]
    return {"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "shipping_rate": rate}
