"""Metered items that a schedule takes away at the end of a period, and the bill for what was used of them."""

from __future__ import annotations

from collections.abc import Sequence

from pinstripe.billing.periods import Period
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.invoices import drafts, invoice_lines
from pinstripe.resources.subscriptions import collection_pauses, prorations
from pinstripe.world import Object, Transaction


def bill(tx: Transaction, subscription: Object, gone: Sequence[Object]) -> Object:
    """Bill their usage with the renewal, or in classic mode by an invoice beside it. [documented]

    That invoice has the usage alone, under the terms of the phase that begins, and its lines are counted again when it
    is finalized, like a renewal's. [inferred: all of it]
    """
    metered = [item for item in gone if is_metered(tx.read("price", item["price"]))]
    if not metered:
        return subscription
    ended = [(item, Period(item["current_period_start"], item["current_period_end"])) for item in metered]
    if subscription["billing_mode"]["type"] != "classic":
        for item, period in ended:
            prorations.usage(tx, subscription, item, period)
        return subscription
    collected = subscription["status"] != "unpaid"
    draft = drafts.of_subscription(
        tx,
        subscription,
        "subscription_cycle",
        lines=[line for item, period in ended for line in invoice_lines.of_item(tx, subscription, item, period)],
        since=min(period.start for _, period in ended),
        auto_advance=collected,
        automatic=collected,
    )
    tx.emit("invoice.created", draft)
    collection_pauses.hold(tx, subscription, draft)
    return tx.read("subscription", subscription.id)
