"""Billing thresholds: an invoice in the middle of a period, once what was used comes to so much, or so many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing import pricing
from pinstripe.billing.money import decimal_text
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals, rehearsing
from pinstripe.resources.catalog.prices import is_metered, rate, sold
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import changes, collection_pauses, renewal
from pinstripe.world import Object, Transaction, frozen

DAY = 86400
LEAST = 50
"""The lowest amount of a threshold, in the smallest unit of its currency. [documented]"""
WATCHED = frozenset(("active", "past_due"))
"""Never on trial. [documented]"""


def wanted(params: Params) -> dict[str, Any] | None:
    """The threshold of a subscription that a request names; empty takes it away."""
    given = params.hash("billing_thresholds")
    if not given:
        return None
    amount = given.get("amount_gte")
    if amount is not None and amount < LEAST:
        raise errors.too_small(given.name("amount_gte"), LEAST)
    return {"amount_gte": amount, "reset_billing_cycle_anchor": bool(given.get("reset_billing_cycle_anchor", False))}


def require(tx: Transaction, subscription: Object) -> Object:
    """An amount is more than what its invoice holds without usage: the flat fees of metered items. [documented]

    Where the anchor is reset, the licensed items too, which that invoice bills anew. [inferred]
    """
    if not any(filed(subscription)):
        return subscription
    require_more(tx, subscription["billing_thresholds"], subscription["items"], subscription["currency"])
    return subscription


def require_more(
    tx: Transaction, threshold: Mapping[str, Any] | None, items: Sequence[Mapping[str, Any]], currency: str
) -> None:
    """The same of a threshold that is planned for these items."""
    amount = (threshold or {}).get("amount_gte")
    if threshold is None or amount is None:
        return
    flat = 0
    for item in items:
        price = sold(tx, item["price"], currency)
        if is_metered(price):
            flat += pricing.amount(rate(price), Decimal(0))
        elif threshold["reset_billing_cycle_anchor"]:
            flat += pricing.amount(rate(price), Decimal(item["quantity"]))
    if amount <= flat:
        raise refusals.threshold_too_low()


def filed(subscription: Mapping[str, Any]) -> Iterable[str]:
    """The customer, where the subscription has any threshold."""
    has = subscription.get("billing_thresholds") or any(item["billing_thresholds"] for item in subscription["items"])
    return (subscription["customer"],) if has else ()


def check(tx: Transaction, customer: Object) -> None:
    """Usage has come in: invoice the subscriptions whose threshold it reaches. [documented; inferred: at once]

    Not within a day of the period's end. [documented] What happens names no request. [inferred]
    """
    request, tx.request = tx.request, None
    for subscription in tx.find("subscription", "thresholds", customer.id):
        ends = min(item["current_period_end"] for item in subscription["items"])
        if subscription["status"] in WATCHED and ends - tx.now_of(subscription) > DAY:
            _check(tx, subscription)
    tx.request = request


def _check(tx: Transaction, subscription: Object) -> None:
    """Make the invoice where nobody sees it, and make it again in earnest if it comes to enough."""
    now = tx.now_of(subscription)
    thresholds = subscription["billing_thresholds"] or {"amount_gte": None, "reset_billing_cycle_anchor": False}
    used = [_used(tx, subscription, item, now) for item in subscription["items"] if _metered(tx, item)]
    reached = {
        usage.item["id"]: usage.item["billing_thresholds"]["usage_gte"]
        for usage in used
        if usage.item["billing_thresholds"] and usage.fresh >= usage.item["billing_thresholds"]["usage_gte"]
    }
    amount = thresholds["amount_gte"]
    if not reached:
        if amount is None or not any(usage.fresh for usage in used):
            return
        scratch = rehearsing.scratch(tx, subscription)
        draft = _invoice(scratch, subscription, used, now, resets=thresholds["reset_billing_cycle_anchor"])[1]
        if draft["total_excluding_tax"] < amount:
            return
    subscription = changes.without_waiting(tx, subscription)  # [documented]
    after, draft = _invoice(tx, subscription, used, now, resets=thresholds["reset_billing_cycle_anchor"])
    reasons = [{"line_item_ids": _lines_of(draft, item), "usage_gte": usage_gte} for item, usage_gte in reached.items()]
    draft = tx.put(draft, threshold_reason={"amount_gte": None if reached else amount, "item_reasons": reasons})
    tx.emit("invoice.created", draft)
    tx.emit("customer.subscription.updated", after, before=subscription)
    collection_pauses.hold(tx, after, draft)


@dataclass(frozen=True, slots=True)
class _Usage:
    """What was used of an item in its period so far."""

    item: Object
    """The item as of now: usage of this very second counts."""
    quantity: Decimal
    lines: list[Object]

    @property
    def fresh(self) -> Decimal:
        """How much of it no invoice has billed."""
        early = self.item.get("_billed_early")
        known = early["quantity"] if early and early["start"] == invoice_lines.counted_from(self.item) else 0
        return self.quantity - Decimal(known)


def _metered(tx: Transaction, item: Object) -> bool:
    return is_metered(tx.read("price", item["price"]))


def _used(tx: Transaction, subscription: Object, item: Object, now: int) -> _Usage:
    """What was used of a metered item until now, and the lines that bill it, which are not counted again."""
    until = Object({**item, "_counts_until": now + 1})
    period = Period(item["current_period_start"], now)
    price = sold(tx, item["price"], subscription["currency"])
    quantity = invoice_lines.used(tx, subscription, until, price, period)
    rows = invoice_lines.of_item(tx, subscription, until, period)
    return _Usage(until, quantity, [Object({**row, "_final": True}) for row in rows])


def _invoice(
    tx: Transaction, subscription: Object, used: list[_Usage], now: int, *, resets: bool
) -> tuple[Object, Object]:
    """The subscription after its threshold invoice, and that as a draft for an hour.

    Where the anchor is reset, the period ends as if it had run its course, and the next one is billed along. Tiers go
    on where they were until the period ends: what was billed of it before comes off. [documented; inferred: as one line
    for each item, whatever its tiers]
    """
    if resets:
        return _anew(tx, subscription, now)
    draft = drafts.of_subscription(
        tx,
        subscription,
        "subscription_threshold",
        entries=invoice_items.pending(tx, subscription["customer"], subscription.id),
        lines=[line for usage in used for line in usage.lines],
        since=min(item["current_period_start"] for item in subscription["items"]),
        automatic=True,
    )
    billed = {usage.item["id"]: _billed(usage) for usage in used}
    items = [
        Object({**item, "_billed_early": billed.get(item["id"], item.get("_billed_early"))})
        for item in subscription["items"]
    ]
    return tx.put(subscription, items=frozen(items), latest_invoice=draft.id), draft


def _billed(usage: _Usage) -> Object:
    """What a threshold invoice has billed of an item since its counting began: all of it, and what came off is back."""
    amount = sum(line["amount"] for line in usage.lines if line["amount"] > 0)
    start = invoice_lines.counted_from(usage.item)
    return Object({"amount": amount, "quantity": decimal_text(usage.quantity), "start": start})


def _anew(tx: Transaction, subscription: Object, now: int) -> tuple[Object, Object]:
    """A period that ends now as if it had run its course; usage of this very second belongs to it."""
    ended = [Object({**item, "_counts_until": now + 1, "current_period_end": now}) for item in subscription["items"]]
    over = tx.put(subscription, billing_cycle_anchor=now, billing_cycle_anchor_config=None, items=frozen(ended))
    after, draft = renewal.cycle_invoice(tx, over, now, reason="subscription_threshold")
    items = [Object({**item, "_counts_from": now + 1, "_counts_until": None}) for item in after["items"]]
    return tx.put(after, items=frozen(items)), draft


def _lines_of(draft: Object, item: str) -> list[str]:
    """The lines of an invoice that an item made."""
    found = []
    for line in draft["lines"]:
        details = line["parent"]["subscription_item_details"]
        if details is not None and details["subscription_item"] == item:
            found.append(line["id"])
    return found
