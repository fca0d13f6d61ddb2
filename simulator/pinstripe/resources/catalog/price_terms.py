"""The terms of a price as a request gives them: amounts, tiers, and how it recurs."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.billing.money import decimal_text, parse_decimal
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import named
from pinstripe.world import Transaction

LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""How many intervals a period may have: three years. [documented]"""
LONGEST_TRIAL_DAYS = 730
"""How long a trial may be. [documented of subscriptions; inferred of prices]"""


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


def trial_days(params: Params) -> int | None:
    """`trial_period_days` of a price, a plan or a subscription."""
    days: int | None = params.get("trial_period_days")
    if days is not None and days < 0:
        raise errors.too_small(params.name("trial_period_days"), 0)
    if days is not None and days > LONGEST_TRIAL_DAYS:
        raise refusals.trial_too_long(params.name("trial_period_days"))
    return days


def tiers(params: Params) -> list[dict[str, Any]]:
    """The tiers as Stripe shows them; the last one's `up_to` is null, which stands for infinity. [documented]"""
    rows = params.hashes("tiers")
    shown = []
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
        shown.append(
            {
                "flat_amount": flat,
                "flat_amount_decimal": flat_decimal,
                "unit_amount": unit if unit_decimal is not None else None,
                "unit_amount_decimal": unit_decimal,
                "up_to": None if up_to == "inf" else up_to,
            }
        )
    return shown


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
        "trial_period_days": trial_days(given),
        "usage_type": usage,
        "_aggregate_usage": aggregate if usage == "metered" else None,
    }
