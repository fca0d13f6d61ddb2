"""Arrays that have a limit: one more element than it is refused, wherever the array stands."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client

from pinstripe.errors import StripeError
from pinstripe.wire.counts import EVERYWHERE, OF_ONE, check
from pinstripe_contracts import operations
from pinstripe_contracts.types import AnyOf, Hash, ListOf, MapOf, Nullable, Type, Unsettable

SUBSCRIBE = "POST /v1/subscriptions"


@pytest.mark.parametrize(
    "operation, at, most",
    [
        (SUBSCRIBE, "items", 20),
        (SUBSCRIBE, "add_invoice_items", 20),
        ("POST /v1/subscription_schedules", "phases[1][items]", 20),
        ("POST /v1/checkout/sessions", "line_items[0][price_data][product_data][images]", 8),
        ("POST /v1/checkout/sessions", "line_items", 100),
        ("POST /v1/checkout/sessions", "custom_fields", 3),
        ("POST /v1/checkout/sessions", "discounts", 1),
        ("POST /v1/payment_links", "line_items", 20),
        ("POST /v1/customers", "invoice_settings[custom_fields]", 4),
        ("GET /v1/events", "types", 20),
        ("GET /v1/prices", "lookup_keys", 10),
    ],
)
def test_an_array_holds_so_many(operation: str, at: str, most: int) -> None:
    """As many as the limit are taken, one more is refused by its full name."""
    check(operation, _request(at, most))
    with pytest.raises(StripeError) as refused:
        check(operation, _request(at, most + 1))
    assert (refused.value.param, refused.value.status) == (at, 400)
    assert refused.value.message == f"Array {at} exceeded maximum {most} allowed elements."


def test_the_same_name_elsewhere_is_another_array() -> None:
    """A page has three fields of its own, the invoice that it makes four."""
    nested: dict[str, Any] = {"invoice_creation": {"invoice_data": {"custom_fields": [{}] * 4}}}
    check("POST /v1/checkout/sessions", nested)
    check("POST /v1/customers", {"metadata": {"images": ["x"] * 9}})
    check("GET /v1/issuing/personalization_designs", {"lookup_keys": ["x"] * 11})


def test_a_request_is_held_to_it() -> None:
    """And nothing is made."""
    stripe = Client()
    error = stripe.refused("POST", "/v1/products", {"name": "Gold", "marketing_features": [{"name": "Fast"}] * 16})[1]
    assert error["message"] == "Array marketing_features exceeded maximum 15 allowed elements."
    assert stripe.get("/v1/products")["data"] == []


def test_every_array_of_the_table_is_one_of_the_contract() -> None:
    """A name that no operation has would never be looked at."""
    known = {operation.name: operation.params for operation in operations()}
    for operation, arrays in OF_ONE.items():
        assert {at.rpartition("[")[2].rstrip("]") for at in arrays} <= {*_arrays(known[operation])}, operation
    everywhere = {name for params in known.values() for name in _arrays(params)}
    assert EVERYWHERE.keys() <= everywhere


def _request(at: str, count: int) -> dict[str, Any]:
    """A request with so many elements in one array; rows on the way are the first or second of theirs."""
    value: Any = [{}] * count
    for part in reversed(at.replace("]", "").split("[")):
        value = [{}] * int(part) + [value] if part.isdigit() else {part: value}
    assert isinstance(value, dict)
    return value


def _arrays(kind: Type) -> set[str]:
    """The name of every array within a type."""
    match kind:
        case Hash(fields=fields):
            own = {name for name, field in fields.items() if _is_array(field.type)}
            return own.union(*(_arrays(field.type) for field in fields.values()))
        case ListOf(inner=inner) | MapOf(inner=inner) | Nullable(inner=inner) | Unsettable(inner=inner):
            return _arrays(inner)
        case AnyOf(options=options):
            return set().union(*map(_arrays, options))
        case _:
            return set()


def _is_array(kind: Type) -> bool:
    """Whether a value of this type may be an array."""
    if isinstance(kind, Nullable | Unsettable):
        return _is_array(kind.inner)
    if isinstance(kind, AnyOf):
        return any(map(_is_array, kind.options))
    return isinstance(kind, ListOf)
