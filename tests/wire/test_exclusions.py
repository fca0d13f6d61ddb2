"""Parameters that exclude each other: by operation, and in every hash."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire.exclusions import EVERYWHERE, GROUPS, check
from pinstripe_contracts import operations

PREVIEW = "POST /v1/invoices/create_preview"


@pytest.mark.parametrize(
    "operation, given",
    [
        ("POST /v1/invoices", {"days_until_due": 3}),
        ("POST /v1/invoices", {"days_until_due": 3, "due_date": None}),
        ("POST /v1/customers", {"metadata": {"price": "a", "price_data": "b"}}),
        ("POST /v1/subscriptions", {"items": [{"price": "a"}, {"price_data": {"product": "p"}}]}),
        ("GET /v1/invoices", {"schedule": "a", "subscription": "b"}),
    ],
)
def test_one_of_a_group_may_be_named(operation: str, given: dict[str, Any]) -> None:
    """What is unset is not named, metadata has keys of its own, and two hashes do not disturb each other."""
    check(operation, given)


@pytest.mark.parametrize(
    "operation, given, names, param",
    [
        ("POST /v1/invoices", {"due_date": 1, "days_until_due": 0}, "days_until_due, due_date", "days_until_due"),
        (PREVIEW, {"schedule": "a", "subscription": "b"}, "schedule, subscription", "schedule"),
        ("GET /v1/invoices", {"customer": "a", "customer_account": "b"}, "customer, customer_account", "customer"),
        ("POST /v1/invoiceitems", {"amount": 0, "price_data": {}}, "amount, price_data", "amount"),
        (
            PREVIEW,
            {"invoice_items": [{}, {"price": "a", "price_data": {}}]},
            "invoice_items[1][price], invoice_items[1][price_data]",
            "invoice_items[1]",
        ),
    ],
)
def test_two_of_a_group_are_refused(operation: str, given: dict[str, Any], names: str, param: str) -> None:
    """By their full names, wherever they stand, also if one is zero or empty. [second-hand]"""
    with pytest.raises(StripeError) as refusal:
        check(operation, given)
    assert refusal.value.message == f"You may only specify one of these parameters: {names}."
    assert (refusal.value.status, refusal.value.param) == (400, param)


def test_the_table_speaks_of_parameters_that_exist() -> None:
    """Every group of an operation names parameters of its contract."""
    known = {operation.name: operation.params.fields for operation in operations()}
    for operation, groups in GROUPS.items():
        for group in groups:
            assert set(group) <= known[operation].keys(), operation
    assert any({"customer", "customer_account"} <= fields.keys() for fields in known.values())
    assert len(EVERYWHERE) == 6
