"""What a schedule planned and life overtook: the clock goes on, whatever became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.client import NOW, Client

DAY = 86400
Meanwhile = Callable[[Client, Mapping[str, str]], object]


def shop(client: Client) -> dict[str, str]:
    """Ids of a customer with a card, of what is sold, and of what takes off and on."""
    card = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    product = client.post("/v1/products", {"name": "Gold"})["id"]
    monthly = {"product": product, "recurring": {"interval": "month"}}
    tax = {"display_name": "VAT", "inclusive": False, "percentage": 20}
    return {
        "customer": client.post("/v1/customers", card)["id"],
        "product": product,
        "price": client.post("/v1/prices", {**monthly, "currency": "usd", "unit_amount": 2000})["id"],
        "yen": client.post("/v1/prices", {**monthly, "currency": "jpy", "unit_amount": 500})["id"],
        "coupon": client.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"],
        "tax_rate": client.post("/v1/tax_rates", tax)["id"],
    }


def phase(ids: Mapping[str, str], **more: object) -> dict[str, Any]:
    """A month of gold."""
    return {"items": [{"price": ids["price"]}], "duration": {"interval": "month", "interval_count": 1}, **more}


def nothing(_: Client, __: Mapping[str, str]) -> None:
    """All stays as it was."""


def archive(client: Client, ids: Mapping[str, str]) -> None:
    """Nothing of it is sold any more."""
    for noun in ("price", "tax_rate", "product"):
        client.post(f"/v1/{noun}s/{ids[noun]}", {"active": False})


def delete_coupon(client: Client, ids: Mapping[str, str]) -> None:
    """The coupon is gone."""
    client.delete(f"/v1/coupons/{ids['coupon']}")


def delete_customer(client: Client, ids: Mapping[str, str]) -> None:
    """The customer is gone."""
    client.delete(f"/v1/customers/{ids['customer']}")


def buy_in_yen(client: Client, ids: Mapping[str, str]) -> None:
    """The customer's first purchase is of 500 yen."""
    client.post("/v1/invoiceitems", {"customer": ids["customer"], "amount": 500, "currency": "jpy"})


@pytest.mark.parametrize(
    "meanwhile, status, billed",
    [
        (nothing, "active", 1200),  # half of 20.00, and 20 % tax
        (archive, "active", 1200),
        (delete_coupon, "active", 2400),
        (delete_customer, "canceled", None),
        (buy_in_yen, "canceled", None),
    ],
)
def test_what_comes_before_the_beginning(meanwhile: Meanwhile, status: str, billed: int | None) -> None:
    """A month at half price, planned for in five days. [inferred, but that what is archived goes on]"""
    client = Client()
    ids = shop(client)
    terms = {"discounts": [{"coupon": ids["coupon"]}], "default_tax_rates": [ids["tax_rate"]]}
    plan = {"customer": ids["customer"], "start_date": NOW + 5 * DAY, "phases": [phase(ids, **terms)]}
    schedule = client.post("/v1/subscription_schedules", plan)["id"]
    meanwhile(client, ids)
    client.simulator.account(client.key).set_clock(NOW + 6 * DAY)
    assert client.get(f"/v1/subscription_schedules/{schedule}")["status"] == status
    assert [row["total"] for row in client.get("/v1/invoices")["data"]] == ([] if billed is None else [billed])
    told = [row["type"] for row in client.get("/v1/events", {"limit": 100})["data"]]
    assert ("subscription_schedule.canceled" in told) is (status == "canceled")


@pytest.mark.parametrize("kept, billed", [(False, 2000), (True, 1000)])
def test_a_coupon_that_is_deleted_before_its_phase(kept: bool, billed: int) -> None:
    """The second month is at half price no more, unless the first was already: what is redeemed goes on. [inferred]"""
    client = Client()
    ids = shop(client)
    half = {"discounts": [{"coupon": ids["coupon"]}]}
    plan = {
        "customer": ids["customer"],
        "start_date": "now",
        "phases": [phase(ids, **(half if kept else {})), phase(ids, **half)],
    }
    schedule = client.post("/v1/subscription_schedules", plan)["id"]
    delete_coupon(client, ids)
    assert client.post("/v1/invoices/create_preview", {"schedule": schedule})["total"] == (1000 if kept else 2000)
    client.simulator.account(client.key).set_clock(NOW + 32 * DAY)
    assert [row["total"] for row in client.get("/v1/invoices")["data"]] == [billed, 1000 if kept else 2000]


def test_another_currency_is_refused_when_it_is_planned() -> None:
    """A customer who buys in yen plans nothing in dollars. [documented: one currency]"""
    client = Client()
    ids = shop(client)
    client.post("/v1/subscriptions", {"customer": ids["customer"], "items": [{"price": ids["yen"]}]})
    plan = {"customer": ids["customer"], "start_date": NOW + 5 * DAY, "phases": [phase(ids)]}
    status, error = client.refused("POST", "/v1/subscription_schedules", plan)
    assert (status, "jpy" in error["message"]) == (400, True)
    assert client.get("/v1/subscription_schedules")["data"] == []
