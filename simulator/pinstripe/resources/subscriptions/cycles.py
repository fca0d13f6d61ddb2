"""Where the periods of a subscription come from: its anchor, and the day of the month that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta

from pinstripe import errors
from pinstripe.billing import periods
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog import price_terms
from pinstripe.resources.params import Params
from pinstripe.world import Object, Transaction

DAY = 86_400
Rhythm = tuple[periods.Interval, int]
"""How often a price recurs."""
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


def whole(tx: Transaction, subscription: Mapping[str, Any], item: Mapping[str, Any]) -> Period:
    """The period an item's price is for: its own, or the longer one that a cancellation or an anchor ahead cuts."""
    recurring = tx.read("price", item["price"])["recurring"]
    full = period_at(subscription, recurring, item["current_period_start"])
    own = Period(item["current_period_start"], item["current_period_end"])
    return own if own.seconds >= full.seconds else full


def part(tx: Transaction, subscription: Mapping[str, Any], item: Mapping[str, Any]) -> Fraction:
    """How much of a whole period an item's current one is; 1 unless a cancellation cuts it or its anchor lies ahead."""
    own = Period(item["current_period_start"], item["current_period_end"])
    return part_of(own, whole(tx, subscription, item))


def part_of(own: Period, full: Period) -> Fraction:
    """How much of a whole period another is; 1 where it takes no time."""
    return Fraction(own.seconds, full.seconds) if 0 < own.seconds < full.seconds else Fraction(1)


def is_a_rest(tx: Transaction, subscription: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether an item's period begins in the middle of a whole one: before an anchor that lies ahead."""
    return whole(tx, subscription, item).start < int(item["current_period_start"])


def passed(recurring: Mapping[str, Any], span: Period) -> Fraction:
    """How many periods of a price a stretch of time has, counted from its own beginning. [documented]"""
    seen, start = Fraction(0), span.start
    while start < span.end:
        whole = periods.period_at(span.start, recurring["interval"], recurring["interval_count"], start)
        seen += Fraction(min(whole.end, span.end) - start, whole.seconds)
        start = whole.end
    return seen


def until_canceled(subscription: Mapping[str, Any], period: Period) -> Period:
    """A period that ends early where the subscription is to end at a moment in it. [documented]"""
    at = subscription.get("cancel_at")
    if at is None or subscription["cancel_at_period_end"] or not period.contains(at):
        return period
    return Period(period.start, at)


def with_end(tx: Transaction, subscription: Object) -> Object:
    """A subscription that is to end with its period, when that has become another one. [inferred]"""
    if not subscription["cancel_at_period_end"]:
        return subscription
    end = max(item["current_period_end"] for item in subscription["items"])
    return subscription if subscription["cancel_at"] == end else tx.put(subscription, cancel_at=end)


def require_future(params: Params, name: str, now: int) -> int:
    """A moment ahead, five years at most. [second-hand]"""
    at = params.get(name)
    if at <= now:
        raise refusals.moment_in_the_past(params.name(name))
    if at > int((datetime.fromtimestamp(now, UTC) + FIVE_YEARS).timestamp()):
        raise refusals.moment_too_far(params.name(name))
    return int(at)


def trial_end(params: Params, now: int) -> int:
    """The moment that a trial is to end at, which lies ahead [recorded], two years at most. [second-hand: from now]"""
    if params.get("trial_end") <= now:
        raise refusals.moment_has_passed("trial_end", params.get("trial_end"))
    end = require_future(params, "trial_end", now)
    if end > now + price_terms.LONGEST_TRIAL_DAYS * DAY:
        raise refusals.trial_too_long(params.name("trial_end"))
    return end


def require_near(anchor: int, rhythms: Sequence[Rhythm], since: int) -> int:
    """An anchor that is named lies within the first period of every price, or at its end. [second-hand]

    A trial goes before that period. [inferred]
    """
    natural = min((periods.boundary(since, *rhythm, 1) for rhythm in rhythms), default=anchor)
    if anchor > natural:
        raise refusals.anchor_beyond_first_period(natural)
    return anchor


def configured(given: Params, now: int, rhythms: Sequence[Rhythm]) -> tuple[int, dict[str, Any]]:
    """The moment a configured anchor names, and what was asked; times unsaid are the creation's. [documented]

    It is the first one, or the first of the same rhythm whose month is long enough to show the day. [documented: the
    31st in February, every two months, is 31 August] Only months and years have days to name. [documented]
    """
    if any(interval not in ("month", "year") for interval, _ in rhythms):
        raise refusals.anchor_config_needs_months(given.at)
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
            return int(_shown(at, config["day_of_month"], rhythms).timestamp()), config
    raise AssertionError("a year holds every day")


def _shown(at: datetime, day: int, rhythms: Sequence[Rhythm]) -> datetime:
    """The same day of a month that has it, some periods later, or the moment itself where none has. [documented]"""
    months = min((count * (12 if interval == "year" else 1) for interval, count in rhythms), default=1)
    for n in range(12):
        later = at + relativedelta(months=n * months, day=day)
        if later.day == day:
            return later
    return at
