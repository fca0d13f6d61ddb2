"""The invoice that a subscription makes next, made in a transaction that pretends and is thrown away."""

from __future__ import annotations

from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import invoice_lines, invoicing
from pinstripe.resources.subscriptions import cancellation, cycles, lifecycle, renewal, schedule_course
from pinstripe.world import Object, Transaction


def make(tx: Transaction, subscription: Object) -> Object:
    """Go on to the end of the period, through the phases that begin until then, and draft the invoice.

    One that ends there has only usage and what waits left to bill; without either there is no invoice. [second-hand]
    """
    known = subscription["latest_invoice"]
    subscription, end = _at_its_end(tx, subscription)
    while renewal.bills_nothing(tx, subscription, end):
        subscription, end = _at_its_end(tx, renewal.rolled(tx, subscription, end))
    if subscription["latest_invoice"] != known:  # a phase that begins with an invoice of its own
        return tx.read("invoice", subscription["latest_invoice"])
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= end:
        last_of_all = cancellation.last_invoice(tx, subscription, end)
        if last_of_all is None:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        return last_of_all
    return renewal.cycle_invoice(tx, subscription, end)[1]


def recurring(tx: Transaction, invoice: Object) -> Object:
    """What comes again in every period, where an invoice has just been made: whole periods of what is licensed.

    [documented: that a preview can be of what recurs; inferred: that usage, prorations, what waits, and discounts that
    count once are not of it]
    """
    subscription = lifecycle.subscription_of(tx, invoice)
    if subscription is None:
        raise refusals.no_upcoming_invoice(invoice["customer"])
    lines: list[Object] = []
    for item in subscription["items"]:
        price = tx.read("price", item["price"])
        if not is_metered(price):
            period = cycles.period_at(subscription, price["recurring"], item["current_period_start"])
            lines += invoice_lines.of_item(tx, subscription, item, period)
    return invoicing.draft(
        tx,
        tx.read("customer", invoice["customer"]),
        billing_reason="upcoming",
        currency=invoice["currency"],
        created=invoice["created"],
        period=(invoice["period_start"], invoice["period_end"]),
        lines=lines,
        subscription=subscription,
        auto_advance=True,
    )


def _at_its_end(tx: Transaction, subscription: Object) -> tuple[Object, int]:
    """The subscription when its next period ends, after what its schedule does until then.

    What rests has no end, and no next invoice unless its schedule makes it go on.
    """
    known = subscription["latest_invoice"]
    while True:
        end = _end(subscription)
        scheduled = subscription.get("schedule")
        schedule = None if scheduled is None else tx.read("subscription_schedule", scheduled)
        due = None if schedule is None else schedule_course.alarm(schedule)
        is_next = schedule is None or due is None or subscription["latest_invoice"] != known
        if end is None and is_next and subscription["latest_invoice"] == known:
            raise refusals.no_upcoming_invoice(subscription["customer"])
        if schedule is None or due is None or is_next or (end is not None and due > end):
            at = tx.now_of(subscription) if end is None else end
            tx.pretend(subscription["test_clock"], at)
            return subscription, at
        begin_phase(tx, schedule, due)
        subscription = tx.read("subscription", subscription.id)


def _end(subscription: Object) -> int | None:
    """When the next of its periods ends, or itself: a trial may be canceled before it does."""
    if subscription["status"] == "paused":
        return None
    ends = [item["current_period_end"] for item in subscription["items"]]
    return min(int(end) for end in (*ends, subscription["cancel_at"]) if end is not None)


def begin_phase(tx: Transaction, schedule: Object, due: int) -> None:
    """Let the clock come to a schedule: no request does this, so what cannot be redeemed any more is left out."""
    tx.pretend(schedule["test_clock"], due)
    tx.request = None
    schedule_course.ring(tx, schedule)
