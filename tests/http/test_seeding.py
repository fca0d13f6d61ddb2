"""Stocking an account by the Stripe CLI's fixtures: all of them, or none."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

from pinstripe import control
from pinstripe.control import ControlError

GOLD = {"name": "gold", "path": "/v1/products", "method": "post", "params": {"name": "Gold", "metadata": {"a": True}}}
MONTHLY = {
    "name": "monthly",
    "path": "/v1/prices",
    "method": "post",
    "params": {
        "product": "${gold:id}",
        "nickname": "${gold:name} ${gold:metadata.a}",
        "currency": "usd",
        "recurring": {"interval": "month"},
        "unit_amount": 2000,
    },
}


@pytest.fixture
def stripe() -> Client:
    """An account on 31 January 2027."""
    return Client()


@pytest.fixture
def plane(stripe: Client) -> control.Client:
    """Its control plane."""
    return control.Client(stripe.simulator, stripe.key)


def test_calls_speak_of_what_came_before(stripe: Client, plane: control.Client) -> None:
    """`${gold:id}` is a member of an earlier answer, also in the middle of a text and in a path."""
    event = {"event_name": "calls", "payload": {"stripe_customer_id": "${ada:id}", "value": "1${ada:balance}"}}
    made = plane.seed(
        [
            GOLD,
            MONTHLY,
            {"name": "read", "path": "/v1/prices/${monthly:id}", "method": "get"},
            {"name": "ada", "path": "/v1/customers", "params": {"preferred_locales": ["en", "fr"], "balance": 7}},
            {
                "path": "/v1/billing/meters",
                "params": {"event_name": "calls", "display_name": "C", "default_aggregation": {"formula": "sum"}},
            },
            {"path": "/v2/billing/meter_events", "params": event},
            {"name": "refused", "path": "/v1/customers/cus_x", "expected_error_type": "invalid_request_error"},
            {"name": "prices", "path": "/v1/prices", "method": "get", "params": {"limit": 1}},
            {"name": "last", "path": "/v1/prices/${prices:data.0.id}", "params": {"nickname": "Last"}},
        ]
    )
    assert (made["read"], made["last"], made["refused"]) == (made["monthly"], made["monthly"], None)
    price = stripe.get(f"/v1/prices/{made['monthly']}")
    assert (price["product"], price["nickname"], price["unit_amount"]) == (made["gold"], "Last", 2000)
    customer = stripe.get(f"/v1/customers/{made['ada']}")
    assert (customer["preferred_locales"], customer["balance"]) == (["en", "fr"], 7)


@pytest.mark.parametrize(
    "fixtures, sentence",
    [
        ([], "Send .*fixtures"),
        (["gold"], "Fixture 2 is an object with name, path"),
        ([{"path": "/v1/products", "parms": {}}], "Fixture 2 is an object with"),
        ([{"name": "a"}], "Fixture 2 is an object with"),
        ([{"name": "a", "path": "/v1/products", "method": "put"}], "Fixture 'a': method is one of get, post, delete"),
        (
            [{"name": "a", "path": "/v1/products"}],
            "Fixture 'a': POST /v1/products answered 400: Missing required param",
        ),
        ([{"name": "a", "path": "/v1/products/${b:id}"}], "Fixture 'a' speaks of 'b', which comes later or not at all"),
        ([{"name": "a", "path": "/v1/products/${gold:of.id}"}], "Fixture 'a': 'gold' has no of.id"),
        ([MONTHLY, {**MONTHLY, "params": {}}], "Fixture 'monthly': POST /v1/prices answered 400"),
    ],
)
def test_all_calls_are_made_or_none(stripe: Client, plane: control.Client, fixtures: list[Any], sentence: str) -> None:
    """The message names the call; what was made before it is gone, and the account answers as if nobody had asked."""
    with pytest.raises(ControlError, match=sentence) as raised:
        plane.seed([GOLD, *fixtures] if fixtures else [])
    assert raised.value.status == 400
    assert stripe.simulator.account(stripe.key).world.is_empty
    assert (plane.replay()["requests"], plane.now()) == ([], NOW)
