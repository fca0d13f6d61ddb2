"""The first invoice of a subscription: what its beginning costs, asked for at once or after an hour as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.discounts import discounts
from pinstripe.resources.invoices import drafts, invoice_items, invoice_lines, invoicing
from pinstripe.resources.invoices.invoicing import Collected
from pinstripe.resources.subscriptions import cycles, lifecycle, prorations, renewal
from pinstripe.resources.subscriptions.prorations import Prorating
from pinstripe.world import Object, Transaction, frozen

MOST_LINES = 250
"""Lines that a backdated beginning may have. [documented]"""


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
    for the customer's next invoice comes along, and makes one where all is metered; [documented] `extras` come first of
    all. An invoice that is sent, or `waits`, is a draft for an hour, its subscription active at once. [documented]
    """
    subscription, own = _own_lines(tx, subscription, prorates=prorates)
    entries = list(extras)
    waiting = [row for row in invoice_items.pending(tx, customer.id, subscription.id) if row not in entries]
    metered = all(is_metered(tx.read("price", item["price"])) for item in subscription["items"])
    if own or entries or metered or any(row["_subscription"] == subscription.id for row in waiting):
        entries += waiting
    if not own and not entries:
        return First(subscription)
    sent = subscription["collection_method"] == "send_invoice"
    draft = drafts.of_subscription(
        tx, subscription, "subscription_create", entries=entries, lines=own, automatic=sent or waits
    )
    if subscription["_off_session"]:
        draft = tx.put(draft, _off_session=True)
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
        period = Period(item["current_period_start"], item["current_period_end"])
        metered = is_metered(tx.read("price", item["price"]))
        known, own = item, []
        if metered and not (classic and subscription["status"] != "trialing"):
            own = _past_periods(tx, subscription, item, period) if prorates else []
        elif subscription["status"] == "trialing":
            before = _before_trial(tx, subscription, item, period) if prorates else []
            own = [*before, invoice_lines.of_trial(tx, subscription, item, period)]
        elif metered:
            own = [invoice_lines.of_nothing(tx, subscription, item, period)]
        else:
            known, own = _in_advance(tx, subscription, item, period, prorates=prorates)
        items.append(known)
        lines += own
    if subscription["start_date"] < subscription["created"]:
        _require_room(lines)
    return tx.put(subscription, items=frozen(items)), lines


def _require_room(lines: Sequence[Object]) -> None:
    """A beginning is backdated only so far as its first invoice can show. [documented]"""
    if len(lines) > MOST_LINES:
        raise refusals.backdated_too_far(MOST_LINES)


def _in_advance(
    tx: Transaction, subscription: Object, item: Object, period: Period, *, prorates: bool
) -> tuple[Object, list[Object]]:
    """An item that is paid in advance, and its lines since the day its subscription is said to have begun.

    They are one for each period, or in classic mode one for all that was until now, or until an anchor ahead.
    [documented] Without prorations what has begun before now costs nothing. [documented; inferred: its rest neither]
    """
    ahead = subscription["billing_cycle_anchor"] > subscription["created"]
    if not prorates and (ahead or period.start < subscription["created"]):
        return item, []
    past: list[Object] = []
    if subscription["billing_mode"]["type"] != "classic":
        past = _past_periods(tx, subscription, item, period) if prorates else []
    elif prorates and subscription["start_date"] < subscription["created"]:
        since = Prorating(subscription, subscription["start_date"], wanted=True)
        billed = prorations.debit_so_far(tx, item, since, period.end if ahead else period.start)[1]
        if ahead:
            return billed, []
    if ahead and cycles.is_a_rest(tx, subscription, item):
        return prorations.debit(tx, item, Prorating(subscription, period.start, wanted=True))[1], past
    classic = subscription["billing_mode"]["type"] == "classic"
    cut = prorates or classic  # without prorations a period that a cancellation cuts costs the whole price [documented]
    part = cycles.part(tx, subscription, item) if cut else invoice_lines.WHOLE
    return item, past + invoice_lines.of_item(tx, subscription, item, period, part=part)


def _before_trial(tx: Transaction, subscription: Object, item: Object, trial: Period) -> list[Object]:
    """What an item costs from the day its subscription is said to have begun until its trial. [documented: both]

    In flexible mode by the periods that the trial's end counts. [inferred]
    """
    if subscription["billing_mode"]["type"] != "classic":
        return _past_periods(tx, subscription, item, trial)
    if subscription["start_date"] < trial.start:
        since = Prorating(subscription, subscription["start_date"], wanted=True)
        prorations.debit_so_far(tx, item, since, trial.start)
    return []


def _past_periods(tx: Transaction, subscription: Object, item: Object, period: Period) -> list[Object]:
    """The lines of the periods between that day and the current one. [documented: in flexible mode]"""
    price = tx.read("price", item["price"])
    lines: list[Object] = []
    start = subscription["start_date"]
    while start < period.start:
        whole = cycles.period_at(subscription, price["recurring"], start)
        past = Period(start, min(whole.end, period.start))
        part = invoice_lines.WHOLE if is_metered(price) else Fraction(past.seconds, whole.seconds)
        billed = invoice_lines.of_item(tx, subscription, item, past, part=part)
        lines += _as_of_then(tx, subscription, item, past, billed)
        _require_room(lines)
        start = past.end
    return lines


def _as_of_then(
    tx: Transaction, subscription: Object, item: Object, past: Period, lines: Sequence[Object]
) -> list[Object]:
    """The lines of a past period with the discounts whose months were over since then. [documented]"""
    known = (*item["discounts"], *subscription["discounts"])
    then = [id_ for id_ in discounts.in_force(tx, known, past.start) if discounts.is_over(tx, tx.read("discount", id_))]
    return [Object({**line, "discounts": frozen([*line["discounts"], *then])}) for line in lines] if then else [*lines]
