"""Words a merchant puts on billing: the reasons for canceling that customers are offered."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Call


def _now(call: Call, members: Members) -> Any:
    """When it was switched off."""
    del members
    return {"deactivated_at": call.tx.now()}


FEEDBACK_OPTIONS = Noun(
    "billing.feedback_option",
    "bfo",
    "/v1/billing/feedback_options",
    starts={"status": "active", "status_transitions": {"deactivated_at": None}},
    verbs={
        "deactivate": Verb({"status": "inactive"}, computed={"status_transitions": _now}, only={"status": ("active",)}),
    },
    noun="feedback_option",
)
"""Options of one's own beside Stripe's. [inferred: how their ids begin]"""

NOUNS = (FEEDBACK_OPTIONS,)
