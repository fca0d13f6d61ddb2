"""The subscription items' own endpoints: each is a change of the subscription they live in."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, named
from pinstripe.resources.subscriptions import (
    changes,
    pending_updates,
    prebilling,
    restarts,
    schedule_splits,
    subscription_items,
    thresholds,
)
from pinstripe.resources.subscriptions.changes import Change
from pinstripe.resources.subscriptions.lifecycle import OVER
from pinstripe.resources.subscriptions.subscription_items import ItemChange
from pinstripe.resources.usage import usage_records
from pinstripe.world import Kind, Object, Transaction


def _addressed(call: Call) -> tuple[Object, Object]:
    """The item in the path with its subscription."""
    id_ = call.path["item"]
    for subscription in call.tx.find("subscription", "item", id_):
        return subscription, next(item for item in subscription["items"] if item["id"] == id_)
    raise refusals.no_item(id_)


def _apply(call: Call, subscription: Object, change: ItemChange) -> Object:
    """Change one item through its subscription."""
    params = call.params
    pending_updates.require_only(params, subscription)
    if subscription["status"] in OVER:
        raise refusals.canceled_subscription_is_fixed()
    if subscription["status"] == "incomplete":
        raise refusals.incomplete_subscription_is_fixed()
    behavior = params.get("payment_behavior")
    params.get("off_session")  # every payment here is made without the customer
    how = Change(
        items=[change],
        proration_behavior=params.get("proration_behavior") or "create_prorations",
        proration_date=params.get("proration_date"),
        payment_behavior=behavior,
    )
    restart = restarts.automatic(call.tx, subscription, how.items)
    if restart is None:
        after = changes.apply(call.tx, subscription, subscription, how)
    else:
        after = restarts.apply(call.tx, subscription, subscription, how, restart)
    schedule_splits.follow(call.tx, subscription, after)
    return thresholds.require(call.tx, after)


def _change(params: Params, id_: str | None, *, deleted: bool = False) -> ItemChange:
    """What the request wants of the item."""
    if params.peek("plan") and params.peek("price"):
        raise errors.only_one_parameter(["price", "plan"], "plan")
    return ItemChange(
        params=params,
        id=id_,
        price=None if deleted else params.get("price") or params.get("plan"),
        quantity=None if deleted else params.get("quantity"),
        deleted=deleted,
    )


def create(call: Call) -> Answer:
    """POST /v1/subscription_items."""
    subscription = named(call.tx, "subscription", call.params.get("subscription"), "subscription")
    if subscription["status"] in OVER:  # as if it were not there [second-hand]
        raise errors.no_such("subscription", subscription.id, param="subscription", in_path=True)
    usage_records.require_sellable(call, [call.params], beside=subscription)
    after = _apply(call, subscription, _change(call.params, None))
    known = {item["id"] for item in subscription["items"]}
    added: Object = next(item for item in after["items"] if item["id"] not in known)
    return added


def update(call: Call) -> Answer:
    """POST /v1/subscription_items/{item}."""
    subscription, item = _addressed(call)
    usage_records.require_sellable(call, [call.params], [item["price"]], beside=subscription)
    after = _apply(call, subscription, _change(call.params, item.id))
    changed: Object = next(row for row in after["items"] if row["id"] == item.id)
    return changed


def delete(call: Call) -> Answer:
    """DELETE /v1/subscription_items/{item}."""
    subscription, item = _addressed(call)
    _apply(call, subscription, _change(call.params, item.id, deleted=True))
    return {"id": item.id, "object": "subscription_item", "deleted": True}


def retrieve(call: Call) -> Answer:
    """GET /v1/subscription_items/{item}."""
    return _addressed(call)[1]


def list_all(call: Call) -> Answer:
    """GET /v1/subscription_items of one subscription, which the list's URL repeats. [recorded]"""
    subscription = named(call.tx, "subscription", call.params.get("subscription"), "subscription")
    return Listing(list(subscription["items"]), url=f"{call.url}?subscription={subscription.id}")


def show(tx: Transaction, item: Object) -> dict[str, object]:
    """An item as Stripe shows it."""
    return subscription_items.show(tx, item)


SUBSCRIPTION_ITEMS = Resource(
    Kind("subscription_item", "si"),
    {
        "POST /v1/subscription_items": create,
        "GET /v1/subscription_items": list_all,
        "GET /v1/subscription_items/{item}": retrieve,
        "POST /v1/subscription_items/{item}": update,
        "DELETE /v1/subscription_items/{item}": delete,
    },
    view=show,
    includes={"billed_until": prebilling.billed_until},
    inside=True,
)
