"""Drafts of what waits: pending entries on top, the lines of items below, and each entry knows what took it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinstripe.resources.invoices import invoice_items, invoice_lines, invoicing
from pinstripe.world import Object, Transaction


def of_subscription(
    tx: Transaction,
    subscription: Object,
    reason: str,
    *,
    entries: Sequence[Object] = (),
    lines: Iterable[Object] = (),
    since: int | None = None,
    auto_advance: bool = True,
    automatic: bool = False,
) -> Object:
    """A draft that a subscription makes now, over the time `since` then; an automatic one has its hour of grace."""
    now = tx.now_of(subscription)
    draft = invoicing.draft(
        tx,
        tx.read("customer", subscription["customer"]),
        billing_reason=reason,
        currency=subscription["currency"],
        created=now,
        period=(now if since is None else since, now),
        lines=[*(invoice_lines.of_entry(tx, entry, subscription) for entry in entries), *lines],
        subscription=subscription,
        auto_advance=auto_advance,
        automatic=automatic,
    )
    return invoice_items.put_on(tx, entries, draft)


def of_customer(
    tx: Transaction,
    customer: Object,
    entries: Sequence[Object],
    *,
    currency: str,
    reason: str = "manual",
    subscription: Object | None = None,
    auto_advance: bool = False,
    given: Mapping[str, Any] | None = None,
) -> Object:
    """A one-off draft, over no time; one that advances by itself has its hour of grace. `given` is said of it.

    By hand a subscription's has only the tax rates it is given. [documented]
    """
    by_hand: dict[str, Any] = {"default_tax_rates": []} if reason == "manual" else {}
    now = tx.now(customer["test_clock"])
    draft = invoicing.draft(
        tx,
        customer,
        billing_reason=reason,
        currency=currency,
        created=now,
        period=(now, now),
        lines=[invoice_lines.of_entry(tx, entry, subscription) for entry in entries],
        subscription=subscription,
        auto_advance=auto_advance,
        automatic=auto_advance,
        given={**by_hand, **(given or {})},
    )
    return invoice_items.put_on(tx, entries, draft)
