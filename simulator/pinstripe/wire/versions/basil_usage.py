"""What basil changed about usage: meters count it; before, each item kept records of its own."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Descent, Members, OlderOperation, Rung, with_fields
from pinstripe_contracts import parse
from pinstripe_contracts.types import Enum, Hash

AGGREGATE = "aggregate_usage"
WAYS = Enum(("last_during_period", "last_ever", "max", "sum"))


class MeterUsage(Rung):
    """A metered price has a meter; before, it could say by `aggregate_usage` how the records of its item are summed up.

    [documented: changelog of 2025-03-31.basil; recorded: `aggregate_usage` null on prices and plans that are licensed,
    up to 2025-02-24.acacia]
    """

    objects = frozenset({"plan", "price"})

    def carried(self, operation: str, params: Hash) -> Hash:
        """How records are summed up; and on items that usage is to be forgotten, which is refused by the rule."""
        if operation == "POST /v1/plans":
            return with_fields(params, (), {AGGREGATE: WAYS})
        if operation == "POST /v1/prices":
            return with_fields(params, ("recurring",), {AGGREGATE: WAYS})
        return params

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """A metered price without a meter sums up the records of its items."""
        if operation == "POST /v1/plans":
            return _summing(params)
        recurring = params.get("recurring")
        if operation == "POST /v1/prices" and isinstance(recurring, dict):
            return {**params, "recurring": _summing(recurring)}
        return params

    def lower(self, members: Members, descent: Descent) -> Members:
        """How records are summed up, null for every price that has none."""
        kept = descent.one("price", members.get("id"))
        how = ((kept or {}).get("recurring") or {}).get("_aggregate_usage")
        if members["object"] == "plan":
            return {**members, AGGREGATE: how}
        recurring = members.get("recurring")
        return {**members, "recurring": recurring and {**recurring, AGGREGATE: how}}


def _summing(params: Mapping[str, Tree]) -> dict[str, Tree]:
    """Terms that say how records are summed up where no meter counts."""
    legacy = params.get("usage_type") == "metered" and "meter" not in params
    return {AGGREGATE: "sum", **params} if legacy else dict(params)


def optional(fields: Mapping[str, object]) -> Hash:
    """A params tree from its short form."""
    found = parse(["hash", fields])
    assert isinstance(found, Hash)
    return found


ITEM = "/v1/subscription_items/{subscription_item}"
REMOVED = (
    OlderOperation(
        "POST",
        f"{ITEM}/usage_records",
        "usage_record",
        params=optional(
            {
                "action?": ["enum", "increment", "set"],
                "expand?": ["list", "str"],
                "quantity": "int",
                "timestamp?": ["any of", ["enum", "now"], "int"],
            }
        ),
    ),
    OlderOperation(
        "GET",
        f"{ITEM}/usage_record_summaries",
        "usage_record_summary",
        params=optional(
            {"ending_before?": "str", "expand?": ["list", "str"], "limit?": "int", "starting_after?": "str"}
        ),
    ),
)
RUNGS: tuple[Rung, ...] = (MeterUsage(),)
