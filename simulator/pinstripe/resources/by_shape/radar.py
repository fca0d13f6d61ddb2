"""Radar: lists of values for rules; and the warnings and reviews that nobody here sends or opens."""

from __future__ import annotations

from pinstripe.resources import refusals
from pinstripe.resources.by_shape.noun import Below, Members, Noun, Verb
from pinstripe.resources.resource import Answer, Call, Listing, named
from pinstripe.world import Object


def _unique_alias(call: Call, members: Members) -> None:
    """Rules name a list by its alias, so there is one of each. [documented]"""
    if any(row["alias"] == members["alias"] for row in call.tx.all("radar.value_list")):
        raise refusals.alias_taken(members["alias"])


def _check_item(call: Call, members: Members) -> None:
    """A list holds a value once. [inferred]"""
    named(call.tx, "radar.value_list", members["value_list"], "value_list")
    for row in call.tx.find("radar.value_list_item", "value_list", members["value_list"]):
        if row["value"] == members["value"]:
            raise refusals.value_listed(members["value"])


def _empty_list(call: Call, value_list: Object) -> None:
    """The items go with their list."""
    for item in call.tx.find("radar.value_list_item", "value_list", value_list.id):
        call.tx.delete(item)


def _lists(call: Call) -> Answer:
    """GET /v1/radar/value_lists: by alias, or those that contain a value. [documented]"""
    rows = list(call.tx.all("radar.value_list"))
    if "alias" in call.params:
        alias = call.params.get("alias")
        rows = [row for row in rows if row["alias"] == alias]
    if "contains" in call.params:
        value = call.params.get("contains")
        holding = {item["value_list"] for item in call.tx.all("radar.value_list_item") if item["value"] == value}
        rows = [row for row in rows if row.id in holding]
    return Listing(rows)


def _creator(call: Call, _: Members) -> str:
    """Who made it: through the API, the account. [inferred]"""
    return call.tx.world.seed.account_id


VALUE_LISTS = Noun(
    "radar.value_list",
    "rsl",
    "/v1/radar/value_lists",
    starts={"item_type": "string"},
    computed={"created_by": _creator},
    check=_unique_alias,
    deleting=_empty_list,
    below={"list_items": Below("radar.value_list_item", "value_list", "/v1/radar/value_list_items?value_list={}")},
    routes={"GET /v1/radar/value_lists": _lists},
)
"""Lists that this account has made; the ones Stripe puts into every account are not known."""
VALUE_LIST_ITEMS = Noun(
    "radar.value_list_item",
    "rsli",
    "/v1/radar/value_list_items",
    computed={"created_by": _creator},
    check=_check_item,
    indexes={"value_list": lambda item: (item["value_list"],)},
)
WARNINGS = Noun(
    "radar.early_fraud_warning",
    "issfr",
    "/v1/radar/early_fraud_warnings",
    indexes={"charge": lambda warning: (warning["charge"],)},
)
"""Card networks send these; here one test card does (`payments/early_warnings.py`)."""
REVIEWS = Noun(
    "review",
    "prv",
    "/v1/reviews",
    verbs={
        "approve": Verb(
            {"closed_reason": "approved", "open": False, "reason": "approved"},
            only={"open": (True,)},
            events=("review.closed",),
        )
    },
)
"""Radar opens these by rules that no account here has."""

NOUNS = (VALUE_LISTS, VALUE_LIST_ITEMS, WARNINGS, REVIEWS)
