"""The official SDK reports usage to a server by v1, v2 and the stream, sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from pinstripe import Simulator
from pinstripe.http.server import running
from tests.client import NOW

KEY = "sk_test_sdk"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server."""
    with running(Simulator(seed="sdk", now=NOW)) as base:
        yield base


@pytest.fixture
def wire() -> Iterator[Any]:
    """The SDK's client for both kinds of calls, closed after the test."""
    http: Any = stripe.HTTPXClient(allow_sync_methods=True)
    yield http
    http.close()


def client(url: str, key: str, wire: Any) -> stripe.StripeClient:
    """The SDK, whose hosts are all the server."""
    return stripe.StripeClient(key, base_addresses={"api": url, "meter_events": url}, http_client=wire)


def metered(api: stripe.StripeClient, event_name: str) -> tuple[str, str]:
    """A meter and a customer."""
    formula: Any = {"formula": "sum"}
    meter: Any = {"display_name": "Calls", "event_name": event_name, "default_aggregation": formula}
    return api.v1.billing.meters.create(meter).id, api.v1.customers.create({}).id


def counted(api: stripe.StripeClient, meter: str, customer: str) -> float:
    """What the meter says."""
    bounds: Any = {"customer": customer, "start_time": NOW - 60, "end_time": NOW + 60}
    return api.v1.billing.meters.event_summaries.list(meter, bounds).data[0].aggregated_value


@pytest.mark.filterwarnings("ignore:Use .content:DeprecationWarning")
def test_sync(url: str, wire: Any) -> None:
    """1 by v1, 2 by v2, 4 and 8 by the stream."""
    api = client(url, KEY, wire)
    meter, customer = metered(api, "sync")
    one, two, four, eight = (event("sync", customer, value) for value in ("1", "2", "4", "8"))
    api.v1.billing.meter_events.create(one)
    api.v2.billing.meter_events.create(two)
    token = api.v2.billing.meter_event_session.create().authentication_token
    client(url, token, wire).v2.billing.meter_event_stream.create({"events": [four, eight]})
    assert counted(api, meter, customer) == 15


@pytest.mark.filterwarnings("ignore:Use .content:DeprecationWarning")
def test_async(url: str, wire: Any) -> None:
    """The same, awaited."""
    api = client(url, KEY, wire)
    meter, customer = metered(api, "async")
    one, two, four, eight = (event("async", customer, value) for value in ("1", "2", "4", "8"))

    async def report() -> None:
        """Report by each way."""
        await api.v1.billing.meter_events.create_async(one)
        await api.v2.billing.meter_events.create_async(two)
        session = await api.v2.billing.meter_event_session.create_async()
        streaming = client(url, session.authentication_token, wire)
        await streaming.v2.billing.meter_event_stream.create_async({"events": [four, eight]})
        await wire.close_async()

    asyncio.run(report())
    assert counted(api, meter, customer) == 15


def event(name: str, customer: str, value: str) -> Any:
    """Usage of a customer's."""
    return {"event_name": name, "payload": {"stripe_customer_id": customer, "value": value}}
