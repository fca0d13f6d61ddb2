"""What contract runs have found in the simulator, each as the request that showed it."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.client import NOW, Client

from pinstripe import Simulator
from pinstripe.http.app import create_app


@pytest.mark.parametrize("bounds, found", [({"lte": NOW}, 1), ({"gt": NOW}, 0)])
def test_invoice_items_can_be_filtered_by_when_they_were_made(bounds: dict[str, int], found: int) -> None:
    """`created` filters a list of invoice items by their `date`; it was a KeyError."""
    client = Client()
    customer = client.post("/v1/customers")["id"]
    client.post("/v1/invoiceitems", {"customer": customer, "amount": 500, "currency": "usd"})
    assert len(client.get("/v1/invoiceitems", {"customer": customer, "created": bounds})["data"]) == found


def test_a_product_keeps_its_name() -> None:
    """An empty name is refused; it became null, which no product may have."""
    client = Client()
    product = client.post("/v1/products", {"name": "Gold"})["id"]
    status, error = client.refused("POST", f"/v1/products/{product}", {"name": ""})
    assert (status, error["code"], error["param"]) == (400, "parameter_invalid_empty", "name")
    assert client.get(f"/v1/products/{product}")["name"] == "Gold"


async def ask(path: str) -> httpx.Response:
    """The answer of the served application to a GET."""
    transport = httpx.ASGITransport(create_app(Simulator(seed="regressions", now=NOW)))
    async with httpx.AsyncClient(transport=transport, base_url="http://simulator") as client:
        return await client.get(path, headers={"Authorization": "Bearer sk_test_regressions"})


def test_a_line_feed_in_an_id_is_part_of_the_id() -> None:
    """An id that no object can have is Stripe's 404 with an envelope; it was the web framework's plain one."""
    answer = asyncio.run(ask("/v1/customers/a%0Ab"))
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "resource_missing"
    assert answer.headers["request-id"].startswith("req_")
