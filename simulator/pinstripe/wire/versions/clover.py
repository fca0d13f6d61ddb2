"""Clover, September 2025 to February 2026: the oldest release served, so what it changed needs no rung yet.

Since clover subscriptions are flexible unless they say classic, and a discount names its coupon in `source`.
[documented: changelog of 2025-09-30.clover]
"""

from __future__ import annotations

from pinstripe.wire.versions.ladder import Release

RELEASES = (
    Release("2026-02-25.clover"),
    Release("2026-01-28.clover"),
    Release("2025-12-15.clover"),
    Release("2025-11-17.clover"),
    Release("2025-10-29.clover"),
    Release("2025-09-30.clover"),
)
