"""`invoice.upcoming`: told some days before a subscription makes an invoice that is charged by itself."""

from __future__ import annotations

from pinstripe.errors import StripeError
from pinstripe.resources import rehearsing
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.invoices import next_invoices, previews
from pinstripe.resources.subscriptions import renewal, trials
from pinstripe.world import Object, Transaction

DAY = 86400
TELLING = frozenset(("active", "past_due", "trialing"))
"""States in which a renewal is collected."""


def moment(subscription: Object) -> int | None:
    """When the next invoice is to be told of; None where it is not collected, or was told of already.

    Not one that is sent, and none while collection is paused. [documented] Not in a period that is no longer than the
    days set. [inferred]
    """
    days = subscription.get("_upcoming_days")
    if days is None or subscription["status"] not in TELLING or subscription.get("pause_collection") is not None:
        return None
    if subscription["collection_method"] != "charge_automatically":
        return None
    start, end = min(_periods(subscription), key=lambda period: period[1])
    at = end - int(days) * DAY
    return None if at <= start or subscription.get("_upcoming_told") == end else at


def _periods(subscription: Object) -> list[tuple[int, int]]:
    """The current periods of its items."""
    return [(item["current_period_start"], item["current_period_end"]) for item in subscription["items"]]


def alarm(subscription: Object) -> int | None:
    """When a subscription next needs the clock, to tell or to act."""
    moments = [at for at in (moment(subscription), renewal.alarm(subscription)) if at is not None]
    return min(moments, default=None)


def ring(tx: Transaction, subscription: Object) -> None:
    """Tell what is to come, and do what is due; a period that begins now may be near the end of a longer one."""
    _tell_if_due(tx, subscription)
    renewal.ring(tx, tx.read("subscription", subscription.id))
    _tell_if_due(tx, tx.read("subscription", subscription.id))


def _tell_if_due(tx: Transaction, subscription: Object) -> None:
    """Tell what is to come, if it is time."""
    at = moment(subscription)
    if at is not None and at <= tx.now_of(subscription):
        tell(tx, subscription)


def tell(tx: Transaction, subscription: Object) -> None:
    """The next invoice as a preview shows it, without an id; nothing where there will be none. [documented]"""
    told = _told(tx, subscription)
    scratch = rehearsing.scratch(tx, subscription)
    if told["status"] == "trialing" and trials.ends_unpaid(scratch, told):
        return
    try:
        draft = next_invoices.make(scratch, told)
    except StripeError:
        return
    if draft["created"] > min(end for _, end in _periods(told)):  # what was billed before makes none
        return
    tax_rates.carry(scratch, tx)
    tx.emit("invoice.upcoming", Object({**previews.upcoming(scratch, draft), "_nameless": True}))


def replan(tx: Transaction, days: int | None) -> None:
    """Tell of renewals by another number of days from now on; what should have been told by now is left. [inferred]"""
    for before in tx.all("subscription"):
        if before.get("_upcoming_days") == days:
            continue
        subscription = tx.put(before, _upcoming_days=days)
        at = moment(subscription)
        if at is not None and at <= tx.now_of(subscription):
            _told(tx, subscription)


def _told(tx: Transaction, subscription: Object) -> Object:
    """The subscription, told of as far as its next end."""
    return tx.put(subscription, _upcoming_told=min(end for _, end in _periods(subscription)))
