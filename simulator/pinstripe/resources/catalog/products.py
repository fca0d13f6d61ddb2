"""Products."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals, searching
from pinstripe.resources.catalog import descriptors, prices, product_taxes
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    deleted,
    listing,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.world import Kind

PLAIN = (
    "active",
    "description",
    "images",
    "marketing_features",
    "name",
    "package_dimensions",
    "shippable",
    "statement_descriptor",
    "unit_label",
    "url",
)
"""Members that are kept as given."""


def create(call: Call) -> Answer:
    """POST /v1/products; an id may be chosen, a default price may come along."""
    tx, params = call.tx, call.params
    descriptors.require(params)
    given = {key: value for key, value in params.pick(*PLAIN, "type").items() if value is not None}
    product = prices.new_product(
        tx,
        given.pop("name"),
        id_=params.get("id"),
        metadata=merged_metadata({}, params),
        **given,
        **product_taxes.members(params),
    )
    tx.emit("product.created", product)
    if "default_price_data" in params:
        price = prices.make(tx, params.hash("default_price_data"), product)
        before, product = product, tx.put(product, default_price=price.id)
        tx.emit("product.updated", product, before=before)
    return product


def update(call: Call) -> Answer:
    """POST /v1/products/{id}: members merge, an empty string unsets."""
    tx, params = call.tx, call.params
    before = addressed(call, "product")
    descriptors.require(params)
    changes = {**params.pick(*PLAIN), **product_taxes.members(params)}
    if "name" in changes and changes["name"] is None:  # unlike a customer, a product has a name
        raise errors.empty_parameter("name")
    for key in ("images", "marketing_features"):
        if key in changes and changes[key] is None:
            changes[key] = []
    if params.get("default_price") is not None:
        changes["default_price"] = named(tx, "price", params.get("default_price"), "default_price").id
    product = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params), updated=tx.now())
    tx.emit("product.updated", product, before=before)
    return product


def delete(call: Call) -> Answer:
    """DELETE /v1/products/{id}, which is only possible before it has prices. It is told of as inactive. [recorded]"""
    product = addressed(call, "product")
    if call.tx.find("price", "product", product.id):
        raise refusals.product_has_prices()
    product = call.tx.put(product, active=False, updated=call.tx.now())
    call.tx.emit("product.deleted", product)
    call.tx.delete(product)
    return deleted(product)


def list_all(call: Call) -> Answer:
    """GET /v1/products, by ids, state, type or web address."""
    wanted = call.params.get("ids")
    answer = listing("product", equal=("active", "shippable", "type", "url"))(call)
    if wanted is None:
        return answer
    assert isinstance(answer, Listing)
    return Listing([product for product in answer.objects if product.id in wanted])


PRODUCTS = Resource(
    Kind("product", "prod"),
    {
        "POST /v1/products": create,
        "GET /v1/products": list_all,
        "GET /v1/products/search": searching.search("product"),
        "GET /v1/products/{id}": retrieve("product"),
        "POST /v1/products/{id}": update,
        "DELETE /v1/products/{id}": delete,
    },
)
