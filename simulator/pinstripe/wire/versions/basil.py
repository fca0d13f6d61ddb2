"""Basil, March to August 2025: invoices got parents and payments, items their own periods, usage its meters.

The changes stand in the files of the nouns they are about.
"""

from __future__ import annotations

from pinstripe.wire.versions import (
    basil_checkout,
    basil_credit_notes,
    basil_discounts,
    basil_invoices,
    basil_lines,
    basil_payments,
    basil_subscriptions,
    basil_usage,
)
from pinstripe.wire.versions.ladder import Release

RELEASES = (
    Release("2025-08-27.basil"),
    Release("2025-07-30.basil"),
    Release("2025-06-30.basil"),
    Release("2025-05-28.basil"),
    Release("2025-04-30.basil"),
    Release(
        "2025-03-31.basil",
        (
            *basil_subscriptions.RUNGS,
            *basil_discounts.RUNGS,
            *basil_lines.RUNGS,
            *basil_invoices.RUNGS,
            *basil_credit_notes.RUNGS,
            *basil_usage.RUNGS,
            *basil_payments.RUNGS,
            *basil_checkout.RUNGS,
        ),
        (*basil_invoices.REMOVED, *basil_usage.REMOVED),
    ),
)
