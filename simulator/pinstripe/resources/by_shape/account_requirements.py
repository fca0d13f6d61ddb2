"""What Stripe asks of a connected account, and what it shows of a company nobody has told anything of.

What it asks depends on country, business and capabilities. It is known for accounts that go to Stripe's own dashboard
and have asked for no capability; nothing is said of any other. [recorded, 2025-08-27.basil]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ASKED: Final = (
    ("business_profile", "product_description"),
    ("business_profile", "support_phone"),
    ("business_profile", "url"),
    ("external_account",),
    ("tos_acceptance", "date"),
    ("tos_acceptance", "ip"),
)
"""What is asked at first, in Stripe's order. [recorded]"""

COMPANIES: Final = frozenset(("company", "government_entity", "non_profit"))
"""The types of business that are a company from the beginning. [recorded of one; inferred: of the others]"""


def shown(account: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is due of an account, at once past due, or None where that is not known. [recorded]

    Nothing is, once its holder has been through Stripe's pages. [inferred: that only what is there is not asked for]
    """
    controller = account["controller"]
    if controller["requirement_collection"] != "stripe" or controller["stripe_dashboard"]["type"] != "full":
        return None
    if account["capabilities"]:
        return None
    due = () if account["details_submitted"] else tuple(".".join(path) for path in ASKED if not _given(account, path))
    return {
        "alternatives": (),
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": (),
        "eventually_due": due,
        "past_due": due,
        "pending_verification": (),
    }


def _given(account: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    if path == ("external_account",):
        return bool(account["_external"])
    return bool((account.get(path[0]) or {}).get(path[1]))


def company(account: Mapping[str, Any]) -> Mapping[str, Any]:
    """A company of which nothing is known but where it is. [recorded]"""
    return {
        "address": {**dict.fromkeys(("city", "line1", "line2", "postal_code", "state")), "country": account["country"]},
        "directors_provided": False,
        "executives_provided": False,
        "name": None,
        "owners_provided": False,
        "tax_id_provided": False,
        "verification": {"document": dict.fromkeys(("back", "details", "details_code", "front"))},
    }
