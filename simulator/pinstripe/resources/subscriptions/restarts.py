"""A subscription whose periods begin anew: its anchor is reset, or a trial is added, moved or ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pinstripe import errors
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import invoice_lines
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import changes, cycles, prebilling, prorations, subscription_items
from pinstripe.resources.subscriptions.changes import Change
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.resources.subscriptions.subscription_items import ItemChange
from pinstripe.world import Object, Transaction, frozen

DAY = 86400


@dataclass(frozen=True, slots=True)
class Restart:
    """What the periods are to begin with: a trial until then, or, where that is None, what is paid."""

    trial_end: int | None


def wanted(params: Params, before: Object, now: int) -> Restart | None:
    """The restart a request asks for, if any. Ending a trial that is not running changes nothing. [recorded]"""
    anchor = params.hash("billing_cycle_anchor").get("type", "unchanged")
    trial_end = params.get("trial_end")
    on_trial = before["status"] == "trialing"
    _require_no_offer(params, before)
    if trial_end not in (None, "now"):
        if anchor == "now":
            raise errors.only_one_parameter(["trial_end", "billing_cycle_anchor"], "billing_cycle_anchor")
        cycles.trial_end(params, now)
        if before["status"] == "paused":
            raise refusals.paused_has_no_trial()
        return None if on_trial and trial_end == before["trial_end"] else Restart(trial_end)
    if anchor == "now" or (trial_end == "now" and on_trial):
        return Restart(None)
    return None


def _require_no_offer(params: Params, before: Object) -> None:
    """A trial offer is the trial [documented], and what another anchor makes of its end nobody tells."""
    if not any(item.get("current_trial") for item in before["items"]):
        return
    for name in ("trial_end", "trial_from_plan"):
        if params.peek(name):
            raise refusals.trial_offer_is_the_trial(name)
    if (params.peek("billing_cycle_anchor") or {}).get("type") == "now":
        raise errors.unsupported_parameter("a subscription", "billing_cycle_anchor", " while a trial offer runs")


def by_prices(tx: Transaction, params: Params, before: Object, items: Sequence[ItemChange]) -> Restart | None:
    """The trial that the prices of a change bring along, if a request wants that: the longest of them. [documented]"""
    if not params.get("trial_from_plan", False):
        return None
    if "trial_end" in params:
        raise refusals.trial_is_the_prices()
    named = [change.price for change in items if change.price is not None]
    prices = [tx.get("price", id_) for id_ in named or [item["price"] for item in before["items"]]]
    days = max((price["recurring"]["trial_period_days"] or 0 for price in prices if price is not None), default=0)
    return Restart(tx.now_of(before) + days * DAY) if days else None


def automatic(tx: Transaction, subscription: Object, items: Sequence[ItemChange]) -> Restart | None:
    """The restart a change brings along in classic mode: to another interval, or from free to paid. [documented]"""
    if subscription["billing_mode"]["type"] != "classic" or subscription["status"] == "trialing":
        return None
    prices = {item["id"]: tx.read("price", item["price"]) for item in subscription["items"]}
    for change in items:
        old, new = prices.get(change.id or ""), tx.get("price", change.price or "")
        if old is None or new is None or not new["recurring"]:
            continue
        if subscription_items.rhythm(old) != subscription_items.rhythm(new):
            return Restart(None)
        if old["unit_amount_decimal"] == "0" != (new["unit_amount_decimal"] or "0"):
            return Restart(None)
    return None


def apply(tx: Transaction, before: Object, subscription: Object, change: Change, restart: Restart) -> Object:
    """Give back what is not used up, bill usage so far and the new period in the request itself, and tell.

    The new period's lines are no prorations. [recorded] A trial's cost nothing. [documented]
    """
    subscription = changes.without_waiting(tx, subscription)
    now = tx.now_of(subscription)
    at = now if change.proration_date is None else change.proration_date
    changes.require_in_period(subscription, at)
    on_trial = subscription["status"] == "trialing"
    lines: list[Object] = []
    how = Prorating(subscription, at, wanted=change.proration_behavior != "none")
    for item in subscription["items"]:
        metered = is_metered(tx.read("price", item["price"]))
        past = Period(item["current_period_start"], now)
        if metered and not on_trial:
            lines += invoice_lines.of_item(tx, subscription, item, past)
        elif metered and restart.trial_end is None:
            lines.append(invoice_lines.of_trial(tx, subscription, item, past))
        elif not metered and not on_trial and how.wanted:
            prorations.credit(tx, item, how)
    quiet = Prorating(subscription, now, wanted=False, anew=True)
    items, _ = subscription_items.apply_changes(tx, subscription, change.items, quiet)
    subscription = begun(tx, tx.put(subscription, items=frozen(items)), now, restart.trial_end)
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        period = Period(item["current_period_start"], item["current_period_end"])
        if is_metered(price):
            continue
        if restart.trial_end is not None:
            lines.append(invoice_lines.of_trial(tx, subscription, item, period))
        else:
            part = cycles.part(tx, subscription, item)
            lines += invoice_lines.of_item(tx, subscription, item, period, part=part)
    if change.prebills:
        subscription = prebilling.bill(tx, subscription)[0]
    ends_trial = on_trial and restart.trial_end is None
    alone = subscription["billing_mode"]["type"] == "classic" and change.proration_behavior == "always_invoice"
    subscription = changes.invoice_at_once(
        tx,
        subscription,
        change.payment_behavior,
        lines=lines,
        before=before,
        ends_trial=ends_trial,
        alone=alone,
        said=change.said,
    )
    tx.emit("customer.subscription.updated", subscription, before=before)
    return subscription


def begun(tx: Transaction, subscription: Object, now: int, trial_end: int | None) -> Object:
    """The subscription with periods that begin now."""
    anchor = now if trial_end is None else trial_end
    trial = {"trial_end": now} if trial_end is None and subscription["status"] == "trialing" else {}
    if trial_end is not None:
        classic = subscription["billing_mode"]["type"] == "classic"  # which keeps the start of the first [documented]
        known = subscription["trial_start"] if classic or subscription["status"] == "trialing" else None
        start = now if known is None else known
        trial = {"trial_end": trial_end, "trial_start": start}
    subscription = tx.put(
        subscription,
        billing_cycle_anchor=anchor,
        billing_cycle_anchor_config=None,
        status="active" if trial_end is None else "trialing",
        _trial_told=False,
        **trial,
    )
    items = []
    for item in subscription["items"]:
        recurring = tx.read("price", item["price"])["recurring"]
        period = cycles.until_canceled(subscription, cycles.period_at(subscription, recurring, now))
        end = period.end if trial_end is None else trial_end
        fresh = {"_billed_early": None, "_billed_until": None, "_counts_from": now, "_debits": ()}
        items.append(Object({**item, "current_period_end": end, "current_period_start": now, **fresh}))
    return cycles.with_end(tx, tx.put(subscription, items=frozen(items)))
