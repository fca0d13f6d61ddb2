"""Which numbers a meter event may carry, which grew over the years. The rule is asked by a parameter of our own.

Stripe's documentation told of whole numbers from 0 in 2024, of negative ones in 2025 and of fractions in 2026, and the
changelog of 2026-04-22.dahlia limits all of them to 15 digits. [documented] That the first two go by the version of the
request rather than by the day is our reading. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Rung, with_fields
from pinstripe_contracts.types import Enum, Hash

RULES = "_value_rules"
WORDS = Enum(("natural", "whole", "long"))
OPERATIONS = frozenset(
    {
        "POST /v1/billing/meter_events",
        "POST /v2/billing/meter_event_stream",
        "POST /v2/billing/meter_events",
    }
)


class _Values(Rung):
    """A step of what values may be."""

    rules: str

    def carried(self, operation: str, params: Hash) -> Hash:
        """The word for the rules."""
        return with_fields(params, (), {RULES: WORDS}) if operation in OPERATIONS else params

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """The oldest step that a request has missed names its rules."""
        return {RULES: self.rules, **params} if operation in OPERATIONS else params


class TakeNegativeValues(_Values):
    """A meter event may take back; before, values were whole numbers from 0. [documented; inferred: by version]"""

    rules = "natural"


class TakeFractions(_Values):
    """A meter event may carry a fraction; before, values were whole numbers. [documented; inferred: by version]"""

    rules = "whole"


class LimitDigits(_Values):
    """A value has at most 15 digits. [documented: changelog of 2026-04-22.dahlia]"""

    rules = "long"
