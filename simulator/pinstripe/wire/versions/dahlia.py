"""Dahlia, March to August 2026.

What it broke lies in Checkout (the values of `ui_mode`), Issuing and payment records; for billing it only added.
[documented: changelogs of the SDKs]
"""

from __future__ import annotations

from pinstripe.wire.versions import dahlia_checkout, usage_values
from pinstripe.wire.versions.ladder import Release

RELEASES = (
    Release("2026-08-26.dahlia"),
    Release("2026-07-29.dahlia"),
    Release("2026-06-24.dahlia"),
    Release("2026-05-27.dahlia"),
    Release("2026-04-22.dahlia", (usage_values.LimitDigits(),)),
    Release("2026-03-25.dahlia", dahlia_checkout.RUNGS),
)
