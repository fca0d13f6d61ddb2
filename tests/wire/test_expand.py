"""Expansion over a small world: one customer, one subscription with its invoice, one product."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire.expand import expand, expand_page, paths
from pinstripe.wire.pages import envelope
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Page,
    Scalar,
    Type,
)

STR = Scalar("str")


def named(name: str, /, **types: Type) -> Hash:
    """The shape of an object; a name that ends with an underscore may be absent."""
    own = {"id": Field(STR, True), "object": Field(Enum((name,)), True)}
    return Hash(own | {key.rstrip("_"): Field(kind, not key.endswith("_")) for key, kind in types.items()})


def inline(**types: Type) -> Hash:
    """A hash of fixed keys inside an object; a name that ends with an underscore may be absent."""
    return Hash({key.rstrip("_"): Field(kind, not key.endswith("_")) for key, kind in types.items()})


SHAPES = {
    "customer": named(
        "customer",
        default_source=Nullable(Expandable(("card", "source"))),
        metadata=MapOf(STR),
        invoice_settings=inline(default_payment_method=Nullable(Expandable(("payment_method",)))),
        subscriptions_=Page("subscription"),
        tax_=inline(ip=Nullable(STR)),
    ),
    "subscription": named(
        "subscription",
        customer=Expandable(("customer", "deleted_customer")),
        items=Page("subscription_item"),
        latest_invoice=Nullable(Expandable(("invoice",))),
        discounts=ListOf(Expandable(("discount",))),
        status=STR,
    ),
    "subscription_item": named("subscription_item", price=ObjectRef("price")),
    "price": named("price", product=Expandable(("product",)), tiers_=ListOf(inline(up_to=Nullable(STR)))),
    "product": named("product", name=STR),
    "invoice": named(
        "invoice",
        customer=Nullable(Expandable(("customer",))),
        payments_=Page("invoice_payment"),
        subscription=Expandable(("subscription",)),
        payer=AnyOf((ObjectRef("card"), ObjectRef("customer"))),
        source_=AnyOf((STR, Expandable(("source",)), ListOf(Expandable(("source",))))),
        total_details=inline(amount=STR, breakdown_=inline(taxes=ListOf(inline(rate=ObjectRef("price"))))),
        options=MapOf(inline(product=Nullable(Expandable(("product",))))),
    ),
    "invoice_payment": named("invoice_payment", payment=inline(payment_intent_=Expandable(("payment_intent",)))),
    "payment_intent": named("payment_intent", customer=Nullable(Expandable(("customer",)))),
    "discount": named("discount", coupon=STR),
    "card": named("card", last4=STR),
    "source": named("source"),
}

PAYMENTS = envelope(
    "/v1/invoices/payments",
    [{"id": "inpay_1", "object": "invoice_payment", "payment": {"payment_intent": "pi_1"}}],
    has_more=False,
)
WORLD: dict[str, dict[str, Any]] = {
    "cus_1": {
        "id": "cus_1",
        "object": "customer",
        "default_source": "src_1",
        "metadata": {},
        "invoice_settings": {"default_payment_method": None},
    },
    "cus_gone": {"id": "cus_gone", "object": "customer", "deleted": True},
    "sub_1": {
        "id": "sub_1",
        "object": "subscription",
        "customer": "cus_1",
        "discounts": ["di_1", "di_2"],
        "items": envelope(
            "/v1/subscription_items",
            [
                {
                    "id": "si_1",
                    "object": "subscription_item",
                    "price": {"id": "price_1", "object": "price", "product": "prod_1"},
                }
            ],
            has_more=False,
        ),
        "latest_invoice": "in_1",
        "status": "active",
    },
    "in_1": {
        "id": "in_1",
        "object": "invoice",
        "customer": None,
        "options": {"eur": {"product": "prod_1"}},
        "payer": {"id": "cus_1", "object": "customer", "default_source": "src_1"},
        "subscription": "sub_1",
        "total_details": {"amount": "1"},
    },
    "pi_1": {"id": "pi_1", "object": "payment_intent", "customer": "cus_1"},
    "prod_1": {"id": "prod_1", "object": "product", "name": "API calls"},
    "di_1": {"id": "di_1", "object": "discount", "coupon": "co_1"},
    "di_2": {"id": "di_2", "object": "discount", "coupon": "co_2"},
    "src_1": {"id": "src_1", "object": "source"},
}
BREAKDOWN = {"taxes": [{"rate": {"id": "price_2", "object": "price", "product": "prod_1"}}]}


def fetch(name: str, id: str) -> tuple[dict[str, Any], Hash] | None:  # noqa: A002 - Stripe's word
    """The object of this name and id."""
    body = WORLD.get(id)
    return (body, SHAPES[name]) if body and body["object"] == name else None


def include(name: str, body: Mapping[str, Any], key: str) -> Any | None:
    """What is left out until it is asked for."""
    made = {
        ("invoice", "in_1", "payments"): PAYMENTS,
        ("invoice", "in_1", "total_details.breakdown"): BREAKDOWN,
        ("customer", "cus_1", "tax"): {"ip": None},
        ("customer", "cus_1", "subscriptions"): envelope("/v1/subscriptions", [WORLD["sub_1"]], has_more=False),
    }
    return 7 if (name, key) == ("list", "total_count") else made.get((name, str(body.get("id")), key))


def expanded(id: str, *values: str) -> dict[str, Any]:  # noqa: A002 - Stripe's word
    """An object of the world with what was asked for."""
    body = WORLD[id]
    return expand(body, SHAPES[body["object"]], paths(list(values)), fetch, SHAPES.__getitem__, include)


def dig(value: Any, path: str) -> Any:
    """What stands at a dotted path."""
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


@pytest.mark.parametrize(
    "id, asked, path, found",
    [
        ("sub_1", "customer", "customer.id", "cus_1"),
        ("sub_1", "customer.default_source", "customer.default_source.object", "source"),
        ("sub_1", "discounts", "discounts.1.coupon", "co_2"),
        ("sub_1", "items", "items.object", "list"),
        ("sub_1", "items.data", "items.data.0.id", "si_1"),
        ("sub_1", "items.data.price", "items.data.0.price.product", "prod_1"),
        ("sub_1", "items.data.price.product", "items.data.0.price.product.name", "API calls"),
        ("sub_1", "items.total_count", "items.total_count", 7),
        ("sub_1", "latest_invoice.payments", "latest_invoice.payments", PAYMENTS),
        ("sub_1", "latest_invoice.customer.default_source", "latest_invoice.customer", None),
        ("in_1", "payments.data.payment.payment_intent", "payments.data.0.payment.payment_intent.id", "pi_1"),
        ("in_1", "payer.default_source", "payer.default_source.id", "src_1"),
        ("in_1", "total_details", "total_details.amount", "1"),
        ("in_1", "total_details.breakdown.taxes.rate", "total_details.breakdown.taxes.0.rate.id", "price_2"),
        ("in_1", "options.eur.product", "options.eur.product.id", "prod_1"),
        ("in_1", "options.usd.product", "options.eur.product", "prod_1"),
        ("cus_1", "tax", "tax", {"ip": None}),
        ("cus_1", "invoice_settings.default_payment_method", "invoice_settings.default_payment_method", None),
        ("cus_1", "subscriptions.data.customer", "subscriptions.data.0.customer.id", "cus_1"),
        ("pi_1", "customer", "customer.object", "customer"),
        ("cus_gone", "default_source", "deleted", True),
    ],
)
def test_expand_puts_objects_in_place(id: str, asked: str, path: str, found: Any) -> None:  # noqa: A002 - Stripe's word
    """An id becomes its object, a left-out key its value, and a path goes on through whatever it meets."""
    assert dig(expanded(id, asked), path) == found


def test_expand_joins_paths() -> None:
    """Several paths meet in one tree, and a path goes on inside what another one expanded."""
    body = expanded("sub_1", "latest_invoice", "latest_invoice.subscription.customer", "customer")
    assert dig(body, "latest_invoice.subscription.customer.id") == dig(body, "customer.id") == "cus_1"
    assert paths(["a.b", "a.c", "a"]) == {"a": {"b": {}, "c": {}}}


def test_expand_keeps_stripes_order() -> None:
    """What was included stands where the alphabet puts it."""
    assert list(expanded("cus_1", "tax", "subscriptions"))[-2:] == ["subscriptions", "tax"]
    assert list(expanded("in_1", "payments"))[:6] == ["id", "object", "customer", "options", "payer", "payments"]
    assert list(expanded("sub_1", "items.total_count")["items"]) == ["object", "data", "has_more", "total_count", "url"]


def test_expand_leaves_out_what_nobody_makes() -> None:
    """A key that may be absent stays absent where there is nothing to include, and an id that leads nowhere stays."""
    price = WORLD["sub_1"]["items"]["data"][0]["price"]
    assert "tiers" not in expand(price, SHAPES["price"], paths(["tiers"]), fetch, SHAPES.__getitem__, include)
    body = {**WORLD["pi_1"], "customer": "cus_nobody"}
    assert expand(body, SHAPES["payment_intent"], paths(["customer"]), fetch, SHAPES.__getitem__, include) == body


@pytest.mark.parametrize("source, found", [("src_1", WORLD["src_1"]), (["src_1"], [WORLD["src_1"]]), (1, 1)])
def test_expand_takes_the_type_that_the_value_has(source: Any, found: Any) -> None:
    """Where a field may be an id or an array of ids, each is expanded as what it is."""
    body = {**WORLD["in_1"], "source": source}
    assert expand(body, SHAPES["invoice"], paths(["source"]), fetch, SHAPES.__getitem__, include)["source"] == found


def test_expand_walks_on_through_what_is_expanded() -> None:
    """A body that holds an object where an id might be is expanded further."""
    body = {**WORLD["sub_1"], "customer": WORLD["cus_1"]}
    tree = paths(["customer.default_source"])
    full = expand(body, SHAPES["subscription"], tree, fetch, SHAPES.__getitem__, include)
    assert full["customer"]["default_source"] == WORLD["src_1"]


@pytest.mark.parametrize(
    "id, asked, message",
    [
        ("sub_1", "aplication", "This property cannot be expanded because it doesn't exist: aplication."),
        ("sub_1", "status", "This property cannot be expanded (status)."),
        ("cus_1", "metadata", "This property cannot be expanded (metadata)."),
        ("sub_1", "data.customer", "This property cannot be expanded (data)."),
        ("sub_1", "customer.nmae", "This property cannot be expanded because it doesn't exist: nmae."),
        (
            "sub_1",
            "items.price",
            "This property cannot be expanded (price). You may want to try expanding 'data.price' instead.",
        ),
        ("sub_1", "items.url", "This property cannot be expanded (url)."),
        ("sub_1", "items.nothing", "This property cannot be expanded because it doesn't exist: nothing."),
    ],
)
def test_expand_refuses_what_cannot_be_expanded(id: str, asked: str, message: str) -> None:  # noqa: A002 - Stripe's word
    """Unknown names and plain values are refused with the name at which the path broke, without code or param."""
    with pytest.raises(StripeError) as refusal:
        expanded(id, asked)
    assert refusal.value.body() == {"message": message, "type": "invalid_request_error"}


def test_paths_go_four_names_deep() -> None:
    """The fifth name is refused, a leading `data` counted."""
    paths(["data.items.data.price"])
    with pytest.raises(StripeError) as refusal:
        paths(["customer", "data.items.data.price.product"])
    assert refusal.value.code == "property_expansion_max_depth"
    assert refusal.value.message == (
        "You cannot expand more than 4 levels of a property. Property: data.items.data.price.product"
    )


def test_expand_page_expands_every_object() -> None:
    """On a list, paths begin with `data`; without it the sentence says so, even for an empty list."""
    page = envelope("/v1/payment_intents", [WORLD["pi_1"], {**WORLD["pi_1"], "customer": None}], has_more=False)
    full = expand_page(page, "payment_intent", paths(["data.customer"]), fetch, SHAPES.__getitem__, include)
    assert [item["customer"] for item in full["data"]] == [WORLD["cus_1"], None]
    empty = envelope("/v1/payment_intents", [], has_more=False)
    with pytest.raises(StripeError, match=r"\(customer\)\. You may want to try expanding 'data\.customer' instead\."):
        expand_page(empty, "payment_intent", paths(["customer"]), fetch, SHAPES.__getitem__, include)
    with pytest.raises(StripeError, match="doesn't exist: custoner"):
        expand_page(empty, "payment_intent", paths(["data.custoner"]), fetch, SHAPES.__getitem__, include)


def test_expand_changes_nothing_but_its_answer() -> None:
    """The world is the same after every expansion."""
    before = deepcopy(WORLD)
    expanded("sub_1", "customer.default_source", "items.data.price.product", "latest_invoice.payments", "discounts")
    expanded("in_1", "payments.data.payment.payment_intent", "options.eur.product", "total_details.breakdown")
    assert before == WORLD
