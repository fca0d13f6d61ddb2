"""What basil changed about usage: meters count it; before, each item kept records of its own."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Descent, Members, OlderOperation, Rung, with_fields
from pinstripe_contracts import parse
from pinstripe_contracts.types import Enum, Hash

SUMMARIES = "GET /v1/billing/meters/{id}/event_summaries"
AGGREGATE = "aggregate_usage"
SELLS = "_sells_records"
NAMING = frozenset(
    ("items", "line_items", "optional_items", "phases", "plan", "price", "schedule_details", "subscription_details")
)
SELLING = frozenset(
    (
        "POST /v1/checkout/sessions",
        "POST /v1/invoices/create_preview",
        "POST /v1/payment_links",
        "POST /v1/quotes",
        "POST /v1/quotes/{quote}",
        "POST /v1/subscription_items",
        "POST /v1/subscription_items/{item}",
        "POST /v1/subscription_schedules",
        "POST /v1/subscription_schedules/{schedule}",
        "POST /v1/subscriptions",
        "POST /v1/subscriptions/{subscription_exposed_id}",
    )
)
WAYS = Enum(("last_during_period", "last_ever", "max", "sum"))


class MeterUsage(Rung):
    """A metered price has a meter; before, it could say by `aggregate_usage` how the records of its item are summed up.

    [documented: changelog of 2025-03-31.basil; recorded: `aggregate_usage` null on prices and plans that are licensed,
    up to 2025-02-24.acacia]
    """

    objects = frozenset({"plan", "price"})

    def carried(self, operation: str, params: Hash) -> Hash:
        """How records are summed up, and that prices without a meter are still sold."""
        if operation in SELLING:
            return with_fields(params, (), {SELLS: Enum(("true",))})
        if operation == "POST /v1/plans":
            return with_fields(params, (), {AGGREGATE: WAYS})
        if operation == "POST /v1/prices":
            return with_fields(params, ("recurring",), {AGGREGATE: WAYS})
        return params

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """A metered price without a meter sums up the records of its items, and may be subscribed to."""
        if operation in SELLING and not NAMING.isdisjoint(params):
            return {**params, SELLS: "true"}
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


class AlignSummaries(Rung):
    """A summary without grouping begins and ends on whole minutes; before, its bounds were widened to them.

    [documented: whole minutes; second-hand: Laravel Cashier's tests ask at 2023-10-16 from second 1 up to now, and find
    the usage of now; inferred: that the version makes the difference]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Bounds of any second, as bounds of the minutes they lie in."""
        start, end = params.get("start_time"), params.get("end_time")
        if operation != SUMMARIES or "value_grouping_window" in params or not (_is_moment(start) and _is_moment(end)):
            return params
        lower, upper = int(str(start)), int(str(end))
        lower, upper = lower - lower % 60, upper if upper % 60 == 0 else upper - upper % 60 + 60
        return {**params, "start_time": str(lower), "end_time": str(upper)}


def _is_moment(value: Tree | None) -> bool:
    """Whether it is a number of seconds."""
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15


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
RUNGS: tuple[Rung, ...] = (MeterUsage(), AlignSummaries())
