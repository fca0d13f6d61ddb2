"""Trials: how they begin, the warning before their end, and what an end without a payment method leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import price_terms
from pinstripe.resources.invoices import invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import cycles, lifecycle
from pinstripe.world import Object, Transaction, frozen

DAY = 86400
WARNING = 3 * DAY
"""How long before its end Stripe tells of it. [documented]"""


def wanted_end(tx: Transaction, params: Params, prices: Sequence[str], now: int) -> int | None:
    """When the trial asked for ends: a moment goes before days, and those before the prices'. [documented]"""
    days = price_terms.trial_days(params)
    from_plan = bool(params.get("trial_from_plan", False))
    end = params.get("trial_end")
    if from_plan and (days is not None or end is not None):
        raise refusals.trial_is_the_prices()
    if end is not None:
        if end == "now":
            return None
        return cycles.trial_end(params, now)
    if days is None and from_plan:
        days = max((tx.read("price", id_)["recurring"]["trial_period_days"] or 0 for id_ in prices), default=0)
    return now + days * DAY if days else None


def keeps_anchor(params: Params) -> bool:
    """Whether the end of a trial is to leave the anchor where it is."""
    given = Params(params.peek("trial_settings") or {}).hash("end_behavior")
    return bool(given.peek("billing_cycle_anchor") == "unchanged")


def settings(params: Params, operation: str, *, offers: bool = False) -> dict[str, Any]:
    """What is to happen when a trial ends: with the anchor, and where nobody has said how to pay.

    A trial without an offer sets its own anchor from the start, which nobody tells how to keep.
    """
    given = params.hash("trial_settings").hash("end_behavior")
    anchor = given.get("billing_cycle_anchor")
    if anchor == "unchanged" and not offers:
        raise errors.unsupported_parameter(operation, given.name("billing_cycle_anchor"), " with the value unchanged")
    return {
        "end_behavior": {
            "billing_cycle_anchor": anchor or "now",
            "missing_payment_method": given.get("missing_payment_method") or "create_invoice",
        }
    }


def warning_at(subscription: Mapping[str, Any]) -> int | None:
    """When to tell that the trial will end; None once that is done, or where none runs."""
    if subscription["status"] != "trialing" or subscription.get("_trial_told"):
        return None
    return int(subscription["trial_end"]) - WARNING


def tell(tx: Transaction, subscription: Object) -> Object:
    """Tell that the trial will end."""
    told = tx.put(subscription, _trial_told=True)
    tx.emit("customer.subscription.trial_will_end", told)
    return told


def tell_once(tx: Transaction, subscription: Object) -> Object:
    """A trial that a request ends at once is told of, unless that was done before. [documented; inferred: its place]"""
    return subscription if warning_at(subscription) is None else tell(tx, subscription)


def tell_if_short(tx: Transaction, subscription: Object) -> Object:
    """A trial of less than three days is told of at once. [second-hand]"""
    due = warning_at(subscription)
    return tell(tx, subscription) if due is not None and due <= tx.now_of(subscription) else subscription


def is_over(subscription: Mapping[str, Any], now: int) -> bool:
    """Whether a trial runs that ends now."""
    return bool(subscription["status"] == "trialing" and subscription["trial_end"] <= now)


def cut_short(tx: Transaction, before: Object, subscription: Object) -> Object | None:
    """End a trial now where nothing can pay for what comes; None where its settings leave that to the invoice.

    What is paused has its anchor and the end of its period now. [recorded; inferred of what is canceled]
    """
    if subscription["status"] != "trialing":
        return None
    now = tx.now_of(subscription)
    items = [Object({**item, "current_period_end": now}) for item in subscription["items"]]
    ended = tx.put(subscription, billing_cycle_anchor=now, items=frozen(items), trial_end=now)
    if ends_unpaid(tx, ended, before=before):
        return tx.read("subscription", subscription.id)
    tx.put(subscription)
    return None


def ends_unpaid(tx: Transaction, subscription: Object, before: Object | None = None) -> bool:
    """End or pause a subscription whose trial is over and that nothing can pay for, if its settings say so.

    [documented: both ends and their events; second-hand: the reason, where a request ends the trial]
    """
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if behavior == "create_invoice" or subscription["collection_method"] != "charge_automatically":
        return False
    customer = tx.read("customer", subscription["customer"])
    if invoicing.default_payment_method(tx, customer, subscription) is not None:
        return False
    if behavior == "cancel":
        lifecycle.end(tx, subscription, reason="cancellation_requested")
    else:
        paused = tx.put(subscription, **lifecycle.paused(tx, subscription, "trial_end_without_payment_method"))
        tx.emit("customer.subscription.updated", paused, before=before or subscription)
        tx.emit("customer.subscription.paused", paused)
    return True
