"""The first invoice of a subscription: what its beginning costs, asked for at once or after an hour as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import invoice_items, invoice_lines, invoicing
from pinstripe.resources.invoices.invoicing import Collected
from pinstripe.resources.subscriptions import cycles, lifecycle, prorations, renewal
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.world import Object, Transaction, frozen


@dataclass(frozen=True, slots=True)
class First:
    """A subscription after its first invoice, and what came of that."""

    subscription: Object
    draft: Object | None = None
    collected: Collected | None = None


def make(
    tx: Transaction,
    subscription: Object,
    customer: Object,
    behavior: str | None,
    *,
    prorates: bool = True,
    extras: Sequence[Object] = (),
    waits: bool = False,
) -> First:
    """Bill what is paid in advance. Where nothing is, there is no invoice yet. [documented for flexible mode]

    In classic mode what is metered has a line of nothing, and so there always is an invoice. [documented] What waits
    for the customer's next invoice comes along, and `extras` first of all. An invoice that is sent, or `waits`, is a
    draft for an hour and its subscription is active at once. [documented]
    """
    now = subscription["created"]
    subscription, own = _own_lines(tx, subscription, prorates=prorates)
    entries = list(extras)
    waiting = [row for row in invoice_items.pending(tx, customer.id, subscription.id) if row not in entries]
    if own or entries or any(row["_subscription"] == subscription.id for row in waiting):
        entries += waiting
    lines = [invoice_lines.of_entry(tx, entry, subscription) for entry in entries] + own
    if not lines:
        return First(subscription)
    sent = subscription["collection_method"] == "send_invoice"
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason="subscription_create",
        currency=subscription["currency"],
        created=now,
        period=(now, now),
        lines=lines,
        subscription=subscription,
        auto_advance=True,
        automatic=sent or waits,
    )
    if subscription["_off_session"]:
        draft = tx.put(draft, _off_session=True)
    invoice_items.put_on(tx, entries, draft)
    subscription = tx.put(subscription, latest_invoice=draft.id)
    subscription = renewal.remember_lines(tx, subscription, draft)
    if sent or waits:
        return First(subscription, draft)
    method = invoicing.default_payment_method(tx, customer, subscription)
    if draft["amount_due"] > 0 and method is None and behavior != "default_incomplete":
        raise refusals.no_payment_method()
    collected = invoicing.collect(tx, draft, charge=behavior != "default_incomplete")
    debited = collected.attempt is not None and collected.attempt.processing  # which is trusted [documented]
    if collected.settled["status"] != "paid" and not debited:
        decline = collected.attempt and collected.attempt.decline
        if behavior == "error_if_incomplete" and collected.attempt is not None and collected.attempt.action_required:
            raise refusals.subscription_needs_action()
        if behavior == "error_if_incomplete" and collected.attempt is not None and decline is not None:
            raise refusals.declined(tx, collected.attempt, method, keeps_changes=False)
        subscription = tx.put(subscription, status="incomplete")
    subscription = lifecycle.with_saved_method(tx, subscription, collected.settled)
    return First(subscription, draft, collected)


def _own_lines(tx: Transaction, subscription: Object, *, prorates: bool) -> tuple[Object, list[Object]]:
    """The subscription, and the lines of its items: a trial's, whole periods, or the part up to a later anchor.

    A part is a proration like any other and waits as an entry until the invoice takes it. [inferred] Without prorations
    the time until the anchor costs nothing and has no line. [documented; inferred: no line]
    """
    lines: list[Object] = []
    items: list[Object] = []
    classic = subscription["billing_mode"]["type"] == "classic"
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        period = Period(item["current_period_start"], item["current_period_end"])
        if is_metered(price) and not (classic and subscription["status"] != "trialing"):
            lines += _past_periods(tx, subscription, item, price, period)
            items.append(item)
            continue
        if subscription["status"] == "trialing":
            lines.append(invoice_lines.of_trial(tx, subscription, item, period))
        elif subscription["billing_cycle_anchor"] > period.start and not is_metered(price):
            if prorates:
                whole = cycles.period_at(subscription, price["recurring"], period.start)
                how = Prorating(subscription, period.start, wanted=True)
                items.append(prorations.debit(tx, item, how, whole=whole)[1])
                continue
        else:
            lines += _since_start(tx, subscription, item, price, period)
        items.append(item)
    return tx.put(subscription, items=frozen(items)), lines


def _since_start(tx: Transaction, subscription: Object, item: Object, price: Object, period: Period) -> list[Object]:
    """The lines of an item from the day its subscription is said to have begun: one for each period. [documented]"""
    if is_metered(price):
        return [invoice_lines.of_nothing(tx, subscription, item, period)]
    part = cycles.part(tx, subscription, item)
    own = invoice_lines.of_item(tx, subscription, item, period, part=part)
    return _past_periods(tx, subscription, item, price, period) + own


def _past_periods(tx: Transaction, subscription: Object, item: Object, price: Object, period: Period) -> list[Object]:
    """The lines of the periods between that day and the current one. [documented; of usage in flexible mode alone]"""
    lines: list[Object] = []
    start = subscription["start_date"]
    while start < period.start:
        past = cycles.period_at(subscription, price["recurring"], start)
        lines += invoice_lines.of_item(tx, subscription, item, past)
        start = past.end
    return lines
