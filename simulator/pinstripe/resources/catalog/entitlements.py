"""Features, the products that bring them, and what each customer is therefore entitled to.

A customer has the features of the products on his subscriptions while those are active, trialing or past due.
[documented; past due inferred] A feature that is attached to a product reaches a running subscription with its next
period. [documented] So what is granted is read again when a subscription begins, changes, rolls on or ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    deleted,
    list_object,
    merged_metadata,
    named,
    retrieve,
    shaped,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

FEATURE = "entitlements.feature"
GRANT = "entitlements.active_entitlement"
SUMMARY = "entitlements.active_entitlement_summary"

ENTITLED = frozenset({"active", "past_due", "trialing"})
"""The states of a subscription that grant its features. [inferred for past_due]"""

TELLING = frozenset(f"customer.subscription.{what}" for what in ("created", "deleted", "paused", "resumed", "updated"))
"""The events after which a customer may be entitled to something else."""


# --- features --------------------------------------------------------------------------------------------------------


def create(call: Call) -> Answer:
    """POST /v1/entitlements/features: the lookup key is unique among those that are not archived. [documented]"""
    tx, params = call.tx, call.params
    key = params.get("lookup_key")
    for other in tx.all(FEATURE):
        if other["lookup_key"] == key and other["active"]:
            raise refusals.feature_key_taken(key)
    return tx.new(
        FEATURE,
        {
            "active": True,
            "livemode": False,
            "lookup_key": key,
            "metadata": merged_metadata({}, params),
            "name": params.get("name"),
        },
    )


def update(call: Call) -> Answer:
    """POST /v1/entitlements/features/{id}: its name, its metadata, or into the archive and back."""
    before = addressed(call, FEATURE, noun="entitlements_feature")
    changes = call.params.pick("active", "name")
    return call.tx.put(before, **changes, metadata=merged_metadata(before["metadata"], call.params))


def list_features(call: Call) -> Answer:
    """GET /v1/entitlements/features, by lookup key and by whether they are archived."""
    archived, key = call.params.get("archived"), call.params.get("lookup_key")
    rows = [
        row
        for row in call.tx.all(FEATURE)
        if key in (None, row["lookup_key"]) and (archived is None or archived != row["active"])
    ]
    return Listing(rows)


# --- what a product brings -------------------------------------------------------------------------------------------


def attach(call: Call) -> Answer:
    """POST /v1/products/{product}/features: once each, and none from the archive. [documented]"""
    tx = call.tx
    product = addressed(call, "product", param="product")
    feature = named(tx, FEATURE, call.params.get("entitlement_feature"), "entitlement_feature", "entitlements_feature")
    if not feature["active"]:
        raise refusals.feature_archived()
    if any(row["_feature"] == feature.id for row in tx.find("product_feature", "product", product.id)):
        raise refusals.feature_attached_already()
    return tx.new("product_feature", {"livemode": False, "_feature": feature.id, "_product": product.id})


def _attached(call: Call) -> Object:
    """The product's feature the path names."""
    row = call.tx.get("product_feature", call.path["id"])
    if row is None or row["_product"] != call.path["product"]:
        raise errors.no_such("product_feature", call.path["id"], param="id", in_path=True)
    return row


def detach(call: Call) -> Answer:
    """DELETE /v1/products/{product}/features/{id}."""
    row = _attached(call)
    call.tx.delete(row)
    return deleted(row)


def list_attached(call: Call) -> Answer:
    """GET /v1/products/{product}/features."""
    product = addressed(call, "product", param="product")
    return Listing(list(reversed(call.tx.find("product_feature", "product", product.id))))


def view_attached(tx: Transaction, row: Object) -> Mapping[str, Any]:
    """A product's feature with the feature inside."""
    return {**row, "entitlement_feature": shaped(FEATURE, tx.read(FEATURE, row["_feature"]))}


# --- what a customer has ---------------------------------------------------------------------------------------------


def list_active(call: Call) -> Answer:
    """GET /v1/entitlements/active_entitlements of one customer."""
    customer = named(call.tx, "customer", call.params.get("customer"), "customer")
    return Listing(list(reversed(call.tx.find(GRANT, "customer", customer.id))))


def follow(tx: Transaction, event: Object) -> None:
    """After an event that is `TELLING`: grant and take away, and tell of the whole if it changed. [documented]"""
    previous = event["data"].get("previous_attributes")
    if previous is not None and not {"items", "status"} & previous.keys():
        return
    told = event["data"]["object"]
    subscription = tx.get("subscription", told["id"])
    if subscription is None:
        return
    _settle(tx, subscription, _brought(tx, subscription))


def _brought(tx: Transaction, subscription: Object) -> dict[str, None]:
    """The features a subscription brings now, in the order of its items."""
    features: dict[str, None] = {}
    if subscription["status"] in ENTITLED:
        for item in subscription["items"]:
            product = tx.read("price", item["price"])["product"]
            features |= {row["_feature"]: None for row in tx.find("product_feature", "product", product)}
    return features


def _settle(tx: Transaction, subscription: Object, wanted: Mapping[str, None]) -> None:
    """Make these the features the customer has by this subscription; `_by` are the subscriptions that grant one."""
    customer = subscription["customer"]
    grants = tx.find(GRANT, "customer", customer)
    if not wanted and not grants:
        return
    before = _summary(tx, customer)
    known = set()
    for grant in grants:
        known.add(grant["feature"])
        others = [id_ for id_ in grant["_by"] if id_ != subscription.id]
        by_now = [*others, subscription.id] if grant["feature"] in wanted else others
        if by_now:
            tx.put(grant, _by=by_now)
        else:
            tx.delete(grant)
    for feature in wanted:
        if feature not in known:
            key = tx.read(FEATURE, feature)["lookup_key"]
            members = {"feature": feature, "livemode": False, "lookup_key": key}
            tx.new(GRANT, {**members, "_by": [subscription.id], "_customer": customer})
    tx.emit(f"{SUMMARY}.updated", _summary(tx, customer), before=before, automatic=True)


def _summary(tx: Transaction, customer: str) -> Object:
    """All a customer is entitled to, in an object without an id. [second-hand]"""
    rows = [shaped(GRANT, grant) for grant in reversed(tx.find(GRANT, "customer", customer))]
    page = list_object(f"/v1/customer/{customer}/entitlements", rows)
    page.pop("total_count")
    return Object({"object": SUMMARY, "customer": customer, "entitlements": page, "livemode": False})


FEATURES = Resource(
    Kind(FEATURE, "feat"),
    {
        "POST /v1/entitlements/features": create,
        "GET /v1/entitlements/features": list_features,
        "GET /v1/entitlements/features/{id}": retrieve(FEATURE, noun="entitlements_feature"),
        "POST /v1/entitlements/features/{id}": update,
    },
)
PRODUCT_FEATURES = Resource(
    Kind("product_feature", "prodft", indexes={"product": by("_product")}),
    {
        "POST /v1/products/{product}/features": attach,
        "GET /v1/products/{product}/features": list_attached,
        "GET /v1/products/{product}/features/{id}": _attached,
        "DELETE /v1/products/{product}/features/{id}": detach,
    },
    view=view_attached,
)
ACTIVE = Resource(
    Kind(GRANT, "ent", indexes={"customer": by("_customer")}),
    {
        "GET /v1/entitlements/active_entitlements": list_active,
        "GET /v1/entitlements/active_entitlements/{id}": retrieve(GRANT),
    },
)
