"""The plans' own endpoints: each of them works on the price behind the plan."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import price_terms, prices
from pinstripe.resources.catalog.plans import plan_of, tell, tiers_of
from pinstripe.resources.resource import Answer, Call, Listing, Resource, listing, merged_metadata, named
from pinstripe.world import Kind, Object, Transaction


def create(call: Call) -> Answer:
    """POST /v1/plans: a recurring price under an id of the caller's choice. [recorded]"""
    tx, params = call.tx, call.params
    id_ = params.get("id")
    if id_ is not None and tx.get("price", id_) is not None:
        raise refusals.plan_exists()
    if "product" not in params:
        raise errors.missing_parameter("product")
    if isinstance(params.get("product"), str):
        product = named(tx, "product", params.get("product"), "product")
    else:
        product = prices.product_from(tx, params.hash("product"))
    recurring = price_terms.recurrence(tx, params)
    price = prices.offered(tx, params, product, recurring, amount="amount", transform="transform_usage", id_=id_)
    return plan_of(price)


def _addressed(call: Call) -> Object:
    """The price behind the plan in the path."""
    price = call.tx.get("price", call.path["plan"])
    if price is None or not price["recurring"] or price.get("_plan_deleted"):
        raise errors.no_such("plan", call.path["plan"], param="plan", in_path=True)
    return price


def retrieve(call: Call) -> Answer:
    """GET /v1/plans/{plan}."""
    return plan_of(_addressed(call))


def update(call: Call) -> Answer:
    """POST /v1/plans/{plan}: its name, its state, its trial and its metadata; its product while nobody has it."""
    tx, params = call.tx, call.params
    before = _addressed(call)
    changes: dict[str, Any] = params.pick("active", "nickname")
    if "trial_period_days" in params:
        changes["recurring"] = {**before["recurring"], "trial_period_days": price_terms.trial_days(params)}
    if "product" in params:
        product = named(tx, "product", params.get("product"), "product")
        if product.id != before["product"] and _is_sold(tx, before.id):
            raise refusals.plan_keeps_its_product()
        changes["product"] = product.id
    price = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    tell(tx, before, price)
    return plan_of(price)


def _is_sold(tx: Transaction, price: str) -> bool:
    """Whether a subscription or a schedule has used the price. [documented]"""
    phases = (phase for row in tx.all("subscription_schedule") for phase in row["phases"])
    return any(item["price"] == price for owner in (*tx.all("subscription"), *phases) for item in owner["items"])


def delete(call: Call) -> Answer:
    """DELETE /v1/plans/{plan}: gone as a plan, while its price is no longer offered. [inferred: what stays]"""
    tx = call.tx
    before = _addressed(call)
    price = tx.put(before, active=False, _plan_deleted=True)
    tx.emit("plan.deleted", plan_of(before))
    tx.emit("price.updated", price, before=before)
    return {"id": before.id, "object": "plan", "deleted": True}


def list_all(call: Call) -> Answer:
    """GET /v1/plans."""
    answer = listing("price", by={"product": "product"}, equal=("active",))(call)
    assert isinstance(answer, Listing)
    return Listing(
        [plan_of(price) for price in answer.objects if price["recurring"] and not price.get("_plan_deleted")]
    )


PLANS = Resource(
    Kind("plan", "plan"),
    {
        "POST /v1/plans": create,
        "GET /v1/plans": list_all,
        "GET /v1/plans/{plan}": retrieve,
        "POST /v1/plans/{plan}": update,
        "DELETE /v1/plans/{plan}": delete,
    },
    includes={"tiers": tiers_of},
)
