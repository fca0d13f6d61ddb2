"""Corrections by hand: keys that real answers have, or lack, whatever the SDKs say.

Each row was seen in every recorded answer of its object between October 2025 and May 2026, at versions from clover to
dahlia, or where it says so since July 2026; none of the SDKs mentions the additions. A `?` behind a name means that
the key may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CORRECTIONS: Mapping[str, Mapping[str, Any]] = {
    # 14 of 14: what an older API said of a charge.
    "charge": {
        "destination": ["null", ["expand", "account"]],
        "dispute": ["null", ["expand", "dispute"]],
        "order": ["null", "str"],
    },
    # All since September 2026, beside the list: the first of them.
    "dispute": {"balance_transaction": ["null", ["expand", "balance_transaction"]]},
    # 110 of 110 lines are without it; their subscription stands in `parent`.
    "line_item": {"subscription?": ["null", ["expand", "subscription"]]},
    # All since July 2026, always null: the token that an agent would pay with.
    "payment_intent": {"shared_payment_granted_token": ["null", "str"]},
    "payment_method": {
        "boleto?": ["hash", {"fingerprint": ["null", "str"], "tax_id": "str"}],
        "shared_payment_granted_token": ["null", "str"],
    },
    # All since October 2026.
    "setup_intent": {"customer_account": ["null", "str"]},
    # 317 of 317, always empty: what products had before they had prices.
    "product": {"attributes": ["list", "str"]},
    # 76 of 76: the plan and the quantity of the only item.
    "subscription": {"plan": ["null", ["object", "plan"]], "quantity?": ["null", "int"]},
}

NULLS: Mapping[str, tuple[str, ...]] = {
    "v2.core.event_destination": (
        # What `include` does not ask for, and what nobody has said. [documented: the reference's answer to a list]
        "webhook_endpoint.signing_secret",
        "webhook_endpoint.url",
        "snapshot_api_version",
    ),
    "v2.money_management.financial_account": ("storage.deposit_insurance_eligibility",),  # `include` again
    "v2.core.account": (
        # What `include` does not ask for is null. [documented]
        "configuration.customer",
        "configuration.merchant",
        "configuration.recipient",
        "configuration",
        "defaults",
        "future_requirements",
        "identity",
        "requirements",
        # What nobody has said. [second-hand: one answer of June 2026; documented: `individual`]
        "display_name",
        "identity.business_details",
        "identity.individual",
        "configuration.merchant.statement_descriptor.descriptor",
        "configuration.merchant.statement_descriptor.prefix",
        *(
            f"configuration.merchant.support.{member}"
            for member in (
                "address.city",
                "address.country",
                "address.line1",
                "address.line2",
                "address.postal_code",
                "address.state",
                "address.town",
                "address",
                "email",
                "phone",
                "url",
            )
        ),
    ),
}
"""Members that are null where the SDKs, which know no null in API v2, say that they are absent.

It is a general rule for what `include` governs: "null by default", and not left out. [documented] It is none for the
rest, though the reference calls most optional members nullable: its answers leave out `amazon_eventbridge` of a
destination that is a webhook endpoint, and every arm of a `type` that was not taken.
"""


def corrected(name: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of an object with what recordings know better."""
    for path in NULLS.get(name, ()):
        fields = _nullable(fields, path.split("."))
    known_better = CORRECTIONS.get(name)
    if known_better is None:
        return fields
    names = {key.removesuffix("?") for key in known_better}
    return {**{key: kind for key, kind in fields.items() if key.removesuffix("?") not in names}, **known_better}


def _nullable(fields: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Fields of which one, perhaps deep inside, is always there and may be null."""
    changed: dict[str, Any] = {}
    for key, kind in fields.items():
        if key.removesuffix("?") != path[0]:
            changed[key] = kind
        elif len(path) == 1:
            changed[path[0]] = ["null", kind]
        else:
            changed[key] = _inside(kind, path[1:])
    return changed


def _inside(kind: Any, path: Sequence[str]) -> Any:
    """The type of a hash, null or not, with one of its fields nullable."""
    if kind[0] == "null":
        return ["null", _inside(kind[1], path)]
    return ["hash", _nullable(kind[1], path)]
