"""What changed between two renderings of an object, told the way Stripe's events tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def previous_attributes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The old values of what changed: hashes are compared member by member, arrays are given whole. [recorded]

    A member that was absent before is told as null.
    """
    previous: dict[str, Any] = {}
    for key, new in after.items():
        old = before.get(key)
        if old is new or old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            previous[key] = previous_attributes(old, new)
        else:
            previous[key] = old
    for key in before.keys() - after.keys():
        previous[key] = before[key]
    return previous
