"""Acacia, September 2024 to February 2025.

The first release with a name. Billing only gained by it: credits, `discounts` on items and lines, amounts before
credits; what it renamed (thresholds of alerts) had been in a preview. [documented: changelog of 2024-09-30.acacia; SDK
types: no member of a billing object differs from 2024-06-20 but by being there]
"""

from __future__ import annotations

from pinstripe.wire.versions import usage_values
from pinstripe.wire.versions.ladder import Release

RELEASES = (
    Release("2025-02-24.acacia"),
    Release("2025-01-27.acacia", (usage_values.TakeNegativeValues(),)),
    Release("2024-12-18.acacia"),
    Release("2024-11-20.acacia"),
    Release("2024-10-28.acacia"),
    Release("2024-09-30.acacia"),
)
