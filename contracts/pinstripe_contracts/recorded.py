"""Corrections by hand: keys that real answers have, or lack, whatever the SDKs say.

Each row was seen in every recorded answer of its object between October 2025 and May 2026, at versions from clover to
dahlia; none of the SDKs mentions the additions. A `?` behind a name means that the key may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CORRECTIONS: Mapping[str, Mapping[str, Any]] = {
    # 14 of 14: what an older API said of a charge.
    "charge": {
        "destination": ["null", ["expand", "account"]],
        "dispute": ["null", ["expand", "dispute"]],
        "order": ["null", "str"],
    },
    # 110 of 110 lines are without it; their subscription stands in `parent`.
    "line_item": {"subscription?": ["null", ["expand", "subscription"]]},
    # 317 of 317, always empty: what products had before they had prices.
    "product": {"attributes": ["list", "str"]},
    # 76 of 76: the plan and the quantity of the only item.
    "subscription": {"plan": ["null", ["object", "plan"]], "quantity?": ["null", "int"]},
}


def corrected(name: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of an object with what recordings know better."""
    known_better = CORRECTIONS.get(name)
    if known_better is None:
        return fields
    names = {key.removesuffix("?") for key in known_better}
    return {**{key: kind for key, kind in fields.items() if key.removesuffix("?") not in names}, **known_better}
