"""Where the periods of a subscription come from: its anchor, and the day of the month that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta

from pinstripe import errors
from pinstripe.billing import periods
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.world import Transaction

FIVE_YEARS = relativedelta(years=5)
"""How far ahead a moment may lie. [second-hand]"""


def day_of_month(subscription: Mapping[str, Any]) -> int | None:
    """The day that was asked for, where the anchor's own month may be too short to show it."""
    config = subscription.get("billing_cycle_anchor_config")
    return None if config is None else int(config["day_of_month"])


def period_at(subscription: Mapping[str, Any], recurring: Mapping[str, Any], at: int) -> Period:
    """The period of a price on this subscription that contains a moment."""
    return periods.period_at(
        subscription["billing_cycle_anchor"],
        recurring["interval"],
        recurring["interval_count"],
        at,
        day_of_month=day_of_month(subscription),
    )


def part(tx: Transaction, subscription: Mapping[str, Any], item: Mapping[str, Any]) -> Fraction:
    """How much of a whole period an item's current one is; 1 unless a cancellation cuts it or its anchor lies ahead."""
    recurring = tx.read("price", item["price"])["recurring"]
    whole = period_at(subscription, recurring, item["current_period_start"])
    own = Period(item["current_period_start"], item["current_period_end"])
    return Fraction(1) if own.seconds >= whole.seconds else Fraction(own.seconds, whole.seconds)


def require_future(params: Params, name: str, now: int) -> int:
    """A moment ahead, five years at most. [second-hand]"""
    at = params.get(name)
    if at <= now:
        raise refusals.moment_in_the_past(params.name(name))
    if at > int((datetime.fromtimestamp(now, UTC) + FIVE_YEARS).timestamp()):
        raise refusals.moment_too_far(params.name(name))
    return int(at)


def configured(given: Params, now: int) -> tuple[int, dict[str, Any]]:
    """The first moment a configured anchor names, and what was asked; times unsaid are the creation's. [documented]"""
    moment = datetime.fromtimestamp(now, UTC)
    config = {
        "day_of_month": given.get("day_of_month"),
        "hour": given.get("hour"),
        "minute": given.get("minute"),
        "month": given.get("month"),
        "second": given.get("second"),
    }
    if (config["hour"] is None) != (config["minute"] is None) or (config["hour"] is None) != (config["second"] is None):
        raise errors.missing_parameter(
            given.name(next(name for name in ("hour", "minute", "second") if config[name] is None))
        )
    time = {name: config[name] for name in ("hour", "minute", "second") if config[name] is not None}
    step = {"months": 1} if config["month"] is None else {"years": 1}
    month = {} if config["month"] is None else {"month": config["month"]}
    for n in range(3):
        later = {name: n * size for name, size in step.items()}
        at = moment + relativedelta(**later, **month, **time, day=config["day_of_month"])  # type: ignore[arg-type]  # all whole numbers
        if at.timestamp() > now:
            return int(at.timestamp()), config
    raise AssertionError("a year holds every day")
