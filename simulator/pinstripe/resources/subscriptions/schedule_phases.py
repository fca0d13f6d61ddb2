"""The phases of a subscription schedule: read from a request, and put into force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import Interval, boundary
from pinstripe.resources import refusals
from pinstripe.resources.catalog import currency_options
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.connect import subscription_shares
from pinstripe.resources.discounts import applying, tax_rates
from pinstripe.resources.invoices import invoice_items
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.resource import merged_metadata
from pinstripe.resources.subscriptions import (
    cancellation,
    changes,
    leaving,
    phase_terms,
    restarts,
    schedule_settings,
    subscription_items,
    thresholds,
)
from pinstripe.resources.subscriptions.changes import Change
from pinstripe.resources.subscriptions.restarts import Restart
from pinstripe.resources.subscriptions.subscription_items import ItemChange
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction, frozen

MOST_PHASES = 10
"""Current and future phases of a schedule. [documented]"""


class Months:
    """Durations one after the other, counted from where the first begins: a month's end stays one. [inferred]"""

    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self.count = 0

    def after(self, start: int, interval: Interval, count: int) -> int:
        """When a duration that begins where the last one ended is over."""
        if interval in ("day", "week"):
            self.start, self.count = boundary(start, interval, count, 1), 0
            self.end = self.start
        else:
            self.count += count * (12 if interval == "year" else 1)
            self.end = boundary(self.start, "month", 1, self.count)
        return self.end


def read(
    tx: Transaction,
    rows: Sequence[Params],
    customer: Object,
    start: int,
    now: int,
    currency: str | None = None,
    *,
    usual: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """The phases of a request, each from the end of the one before. [documented]

    All of them sell in one currency, which is the subscription's if there is one. [inferred: refused when planned]
    """
    phases: list[dict[str, Any]] = []
    months = Months(start)
    for row in rows:
        given = row.get("start_date")
        at = start if given is None else now if given == "now" else int(given)
        if phases and at != start:
            raise refusals.phases_have_gaps(row.name("start_date"))
        if months.end != at:
            months = Months(at)
        phase = {**_phase(tx, row, customer, at, now, months), **subscription_shares.said(tx, row, usual)}
        start = phase["end_date"]
        phases.append(phase)
        currency = currency or phase["currency"]
        sold = (tx.read("price", item["price"]) for item in phase["items"])
        if any(currency not in currency_options.currencies(price) for price in sold):
            raise refusals.mismatch("currency")
    if len([phase for phase in phases if phase["end_date"] > now]) > MOST_PHASES:
        raise refusals.too_many_phases(MOST_PHASES)
    return phases


def _phase(tx: Transaction, row: Params, customer: Object, start: int, now: int, months: Months) -> dict[str, Any]:
    """One phase as Stripe shows it."""
    if not row.hashes("items"):
        raise errors.missing_parameter(row.name("items"))
    items = [_item(tx, item) for item in row.hashes("items")]
    price = tx.read("price", items[0]["price"])
    method = row.get("default_payment_method")
    if method is not None:
        method = payment_methods.of_customer(tx, method, customer, row.name("default_payment_method")).id
    settings = row.hash("invoice_settings")
    end = _end(row, price, start, now, months)
    trial_end = row.get("trial_end")
    if row.get("trial"):
        trial_end = end
    enabled = automatic_tax.asked(tx, row, "a phase")
    taxes = {} if enabled is None else {"automatic_tax": automatic_tax.member(enabled, automatic_tax.OF_SUBSCRIPTIONS)}
    return {
        **taxes,
        "add_invoice_items": [phase_terms.once(tx, extra) for extra in row.hashes("add_invoice_items")],
        **dict.fromkeys(subscription_shares.SHARES),
        "billing_cycle_anchor": row.get("billing_cycle_anchor"),
        "billing_thresholds": thresholds.wanted(row),
        "collection_method": row.get("collection_method"),
        "currency": (row.get("currency") or price["currency"]).lower(),
        "default_payment_method": method,
        "default_tax_rates": tax_rates.chosen(tx, row, "default_tax_rates") if "default_tax_rates" in row else [],
        "description": row.get("description"),
        "discounts": phase_terms.offered(tx, row),
        "end_date": end,
        "invoice_settings": schedule_settings.of_invoices(tx, settings) if settings else None,
        "items": items,
        "metadata": phase_terms.metadata(row),
        "proration_behavior": row.get("proration_behavior") or "create_prorations",
        "start_date": start,
        "trial_end": trial_end,
    }


def _item(tx: Transaction, row: Params) -> dict[str, Any]:
    """What a phase sells."""
    change = subscription_items.read_changes([row])[0]
    price = subscription_items.price_of(tx, change, None)
    return {
        "billing_thresholds": subscription_items.threshold(row),
        "discounts": phase_terms.offered(tx, row),
        "metadata": merged_metadata({}, row),
        "plan": price.id,
        "price": price.id,
        "tax_rates": tax_rates.chosen(tx, row, "tax_rates") if "tax_rates" in row else [],
        **({} if is_metered(price) else {"quantity": subscription_items.quantity_of(change, price)}),
    }


def _end(row: Params, price: Object, start: int, now: int, months: Months) -> int:
    """When a phase ends: named, after a duration, or after one interval of its price. [inferred: the last]

    Versions before clover may say of how many of its price's intervals it consists. [documented]
    """
    duration = row.hash("duration")
    given = row.get("end_date")
    iterations = row.get("iterations")
    if iterations is not None and iterations < 1:
        raise errors.too_small(row.name("iterations"), 1)
    if given is not None:
        if iterations is not None:
            raise errors.only_one_parameter([row.name("end_date"), row.name("iterations")], row.name("iterations"))
        if duration:
            raise errors.only_one_parameter([row.name("end_date"), row.name("duration")], row.name("duration"))
        end = now if given == "now" else int(given)
    else:
        rhythm = duration or Params(price["recurring"])
        count = rhythm.get("interval_count", 1) * (iterations or 1)
        end = months.after(start, rhythm.get("interval"), count)
    if end <= start:
        raise refusals.phase_ends_before_it_starts(row.name("end_date"))
    return end


def enter(
    tx: Transaction,
    schedule: Object,
    before: Object,
    phase: Mapping[str, Any],
    *,
    prorates: str,
    old: Mapping[str, Any] | None = None,
) -> Object:
    """Put a phase into force on its subscription. [documented: metadata merge; one invoice at a period's end]

    `old` is the phase as it was, where it runs already: what it took off, billed once or began anew then stays so.
    [inferred]
    """
    now = tx.now_of(before)
    if old is None:
        before = changes.without_waiting(tx, before)  # [documented]
    subscription = tx.put(before, **members(schedule, before, phase))
    if (phase["discounts"] or subscription["discounts"]) and (old is None or phase["discounts"] != old["discounts"]):
        wanted = Params({"discounts": phase_terms.redeemed(tx, phase)})
        subscription = tx.put(subscription, discounts=applying.on_subscription(tx, wanted, subscription))
    extras = [row for row in phase["add_invoice_items"] if old is None or row not in old["add_invoice_items"]]
    if extras:
        rows = [Params(extra) for extra in phase_terms.extras(tx, extras)]
        invoice_items.extras(tx, rows, tx.read("customer", before["customer"]), subscription)
    subscription = _with_end(tx, schedule, subscription, phase, prorates=prorates != "none")
    at_end = all(item["current_period_end"] <= now for item in before["items"])
    trial_end = phase["trial_end"]
    begins_trial = trial_end is not None and trial_end > now and trial_end != before["trial_end"]
    if at_end and not begins_trial:
        subscription = _swapped(tx, subscription, phase, now, anew=_begins_anew(schedule, phase))
        tx.emit("customer.subscription.updated", subscription, before=before)
        return subscription
    how = "none" if at_end else prorates  # nothing is left of what was paid
    change = Change(items=_item_changes(tx, subscription, phase, old), proration_behavior=how)
    if begins_trial:
        return restarts.apply(tx, before, subscription, change, Restart(trial_end))
    if old is None and _begins_anew(schedule, phase):
        return restarts.apply(tx, before, subscription, change, Restart(None))
    return changes.apply(tx, before, subscription, change)


def _begins_anew(schedule: Object, phase: Mapping[str, Any]) -> bool:
    """Whether periods are counted from when the phase is entered. [documented]"""
    anchor = phase["billing_cycle_anchor"] or schedule["default_settings"]["billing_cycle_anchor"]
    return bool(anchor == "phase_start")


def members(schedule: Object, subscription: Mapping[str, Any], phase: Mapping[str, Any]) -> dict[str, Any]:
    """What a subscription is during a phase, besides its items."""
    settings = schedule["default_settings"]
    method = phase["collection_method"] or settings["collection_method"] or "charge_automatically"
    days = (phase["invoice_settings"] or {}).get("days_until_due") or settings["invoice_settings"]["days_until_due"]
    taxes = phase.get("automatic_tax") or settings["automatic_tax"]
    on = taxes["enabled"] or subscription.get("automatic_tax", taxes)["enabled"] != taxes["enabled"]
    return {
        **({"automatic_tax": taxes} if on else {}),
        **schedule_settings.words(settings, subscription, phase),
        **subscription_shares.in_phase(settings, phase, subscription),
        "billing_thresholds": phase["billing_thresholds"] or settings["billing_thresholds"],
        "collection_method": method,
        "days_until_due": days if method == "send_invoice" else None,
        "default_payment_method": phase["default_payment_method"] or settings["default_payment_method"],
        "default_tax_rates": phase["default_tax_rates"] or subscription["default_tax_rates"],
        "description": phase["description"] or settings["description"],
        "metadata": phase_terms.told_of(subscription["metadata"], phase["metadata"]),
    }


def _with_end(
    tx: Transaction, schedule: Object, subscription: Object, phase: Mapping[str, Any], *, prorates: bool
) -> Object:
    """In its last phase a schedule that cancels says when, and in no other. [documented; inferred: it takes it back]

    What was paid beyond that end is given back like that of any cancellation. [inferred]
    """
    last = schedule["phases"][-1]["end_date"]
    end = last if schedule["end_behavior"] == "cancel" and phase["end_date"] == last else None
    if subscription["cancel_at"] == end:
        return subscription
    return cancellation.at_moment(tx, subscription, Params({"cancel_at": end}), prorates=prorates)


def _item_changes(
    tx: Transaction, subscription: Object, phase: Mapping[str, Any], old: Mapping[str, Any] | None
) -> list[ItemChange]:
    """What makes a subscription's items those of a phase: matched by their prices."""
    redeemed = {} if old is None else {item["price"]: item["discounts"] for item in old["items"]}
    known = {item["price"]: item for item in subscription["items"]}
    made = []
    for wanted in phase["items"]:
        item = known.pop(wanted["price"], None)
        said = {"metadata": dict(wanted["metadata"]), "tax_rates": list(wanted["tax_rates"])}
        if wanted["billing_thresholds"] or (item is not None and item["billing_thresholds"]):
            said["billing_thresholds"] = wanted["billing_thresholds"]
        same = item is not None and redeemed.get(wanted["price"]) == wanted["discounts"]
        if not same and (wanted["discounts"] or (item is not None and item["discounts"])):
            said["discounts"] = phase_terms.redeemed(tx, wanted)
        given = Params(said)
        id_ = None if item is None else item["id"]
        made.append(ItemChange(given, id_, wanted["price"], wanted.get("quantity"), deleted=False, settled=True))
    gone = [ItemChange(Params({}), item["id"], None, None, deleted=True, settled=True) for item in known.values()]
    return gone + made


def _swapped(tx: Transaction, subscription: Object, phase: Mapping[str, Any], now: int, *, anew: bool) -> Object:
    """A subscription at the end of its period with the items of the next phase, which the renewal then bills.

    What was used of metered items that go is billed beside it. Another interval counts periods `anew` from now on.
    [inferred]
    """
    customer = tx.read("customer", subscription["customer"])
    known = {item["price"]: item for item in subscription["items"]}
    before = {_rhythm(tx, item["price"]) for item in subscription["items"]}
    items: list[Object] = []
    for wanted in phase["items"]:
        item = known.pop(wanted["price"], None)
        if item is None:
            change = ItemChange(Params({}), None, wanted["price"], wanted.get("quantity"), deleted=False, settled=True)
            item = subscription_items.new_item(tx, subscription.id, change, anchored=subscription, now=now)
            item = Object({**item, "current_period_end": now, "current_period_start": now})
        fresh = {
            "billing_thresholds": wanted["billing_thresholds"],
            "metadata": {**item["metadata"], **wanted["metadata"]},
            "quantity": wanted.get("quantity"),
        }
        item = frozen({**item, **fresh, "tax_rates": wanted["tax_rates"]})
        if wanted["discounts"] or item["discounts"]:
            own = Params({"discounts": phase_terms.redeemed(tx, wanted)})
            item = applying.to_item(tx, item, own, customer, now, subscription["currency"])
        items.append(item)
    if subscription["status"] not in ("trialing", "paused"):  # whose usage is free, or was billed
        subscription = leaving.bill(tx, subscription, [*known.values()])
    anew = anew or before != {_rhythm(tx, row["price"]) for row in items}
    anchor = {"billing_cycle_anchor": now, "billing_cycle_anchor_config": None} if anew else {}
    return tx.put(subscription, items=frozen(items), **anchor)


def _rhythm(tx: Transaction, price: str) -> tuple[str, int]:
    """How often a price recurs."""
    recurring = tx.read("price", price)["recurring"]
    return recurring["interval"], recurring["interval_count"]
