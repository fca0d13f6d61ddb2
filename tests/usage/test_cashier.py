"""The metered calls of a real billing library, Laravel Cashier, as its tests make them at two API versions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import NOW, Client
from tests.resources.tale import CARD

OLD, NEW = "2023-10-16", "2025-08-27.basil"
PENDING = {"payment_behavior": "default_incomplete", "proration_behavior": "create_prorations"}
MAPPING = {"customer_mapping": {"event_payload_key": "stripe_customer_id", "type": "by_id"}}


class Cashier:
    """A customer with a card, and prices of a product, asked for at one version."""

    def __init__(self, version: str) -> None:
        self.stripe = Client(version=version)
        self.customer = self.stripe.post("/v1/customers", {"name": "Ada", "email": "ada@example.com", **CARD})["id"]
        self.product = self.stripe.post("/v1/products", {"name": "Cashier"})["id"]

    def price(self, amount: int, **recurring: Any) -> str:
        """A monthly price in dollars."""
        terms = {"currency": "USD", "product": self.product, "unit_amount": amount, "nickname": "Monthly"}
        return str(self.stripe.post("/v1/prices", {**terms, "recurring": {"interval": "month", **recurring}})["id"])

    def subscribe(self, *prices: str) -> Any:
        """A subscription to each of these."""
        what = "payment_intent" if self.stripe.version == OLD else "confirmation_secret"
        items = [{"price": price} for price in prices]
        body = {"customer": self.customer, "items": items, "off_session": True, **PENDING}
        made = self.stripe.post("/v1/subscriptions", {**body, "expand": [f"latest_invoice.{what}"]})
        if made["status"] == "incomplete":
            intent = made["latest_invoice"]["payment_intent"]
            self.stripe.post(f"/v1/payment_intents/{intent['id']}/confirm", {"payment_method": "pm_card_visa"})
        return made

    def meter(self, event_name: str) -> str:
        """A meter of a name; another one that has it makes room, as Cashier's tests see to before they begin."""
        for meter in self.stripe.get("/v1/billing/meters")["data"]:
            if meter["event_name"] == event_name and meter["status"] == "active":
                self.stripe.post(f"/v1/billing/meters/{meter['id']}/deactivate")
        terms = {"display_name": "example", "event_name": event_name, "default_aggregation": {"formula": "sum"}}
        return str(self.stripe.post("/v1/billing/meters", {**terms, **MAPPING})["id"])


def test_usage_records_of_one_item_are_summed_up() -> None:
    """1 and 10 and 10 are 21; the open period comes first. [Cashier's own expectation]"""
    cashier = Cashier(OLD)
    item = cashier.subscribe(cashier.price(100, usage_type="metered"))["items"]["data"][0]
    assert "quantity" not in item
    path = f"/v1/subscription_items/{item['id']}"
    for quantity in (1, 10, 10):
        record = {"quantity": quantity, "action": "increment", "timestamp": NOW}
        assert cashier.stripe.post(f"{path}/usage_records", record)["quantity"] == quantity
    summary = cashier.stripe.get(f"{path}/usage_record_summaries")["data"][0]
    assert (summary["total_usage"], summary["invoice"], summary["period"]["end"]) == (21, None, None)


def test_usage_of_a_licensed_item_is_refused_until_it_is_swapped() -> None:
    """An InvalidRequestException, then a swap to a metered price, whose record counts 1. [Cashier's own expectation]"""
    cashier = Cashier(OLD)
    made = cashier.subscribe(cashier.price(1000))
    item = made["items"]["data"][0]["id"]
    record = {"quantity": 1, "action": "increment", "timestamp": NOW}
    status, error = cashier.stripe.refused("POST", f"/v1/subscription_items/{item}/usage_records", record)
    assert (status, error["type"]) == (400, "invalid_request_error")
    metered = cashier.price(100, usage_type="metered")
    items = [{"id": item, "deleted": True}, {"price": metered}]
    swapped = cashier.stripe.post(f"/v1/subscriptions/{made['id']}", {"items": items, **PENDING})
    path = f"/v1/subscription_items/{swapped['items']['data'][0]['id']}"
    cashier.stripe.post(f"{path}/usage_records", record)
    assert cashier.stripe.get(f"{path}/usage_record_summaries")["data"][0]["total_usage"] == 1


def test_a_metered_item_is_added_and_removed_with_its_usage() -> None:
    """`clear_usage` goes with it, and without it the removal is refused. Canceled with `invoice_now`, 7 are 7.00."""
    cashier = Cashier(OLD)
    made = cashier.subscribe(cashier.price(100, usage_type="metered"))
    second = cashier.price(200, usage_type="metered")
    body = {"subscription": made["id"], "price": second, **PENDING}
    added = cashier.stripe.post("/v1/subscription_items", body)
    record = {"quantity": 20, "action": "increment", "timestamp": NOW}
    cashier.stripe.post(f"/v1/subscription_items/{added['id']}/usage_records", record)
    path = f"/v1/subscriptions/{made['id']}"
    assert cashier.stripe.refused("POST", path, {"items": [{"id": added["id"], "deleted": True}]})[0] == 400
    items = [{"id": added["id"], "deleted": True, "clear_usage": True}]
    left = cashier.stripe.post(path, {"items": items, **PENDING})
    (item,) = left["items"]["data"]
    record = {"quantity": 7, "action": "set", "timestamp": NOW}
    cashier.stripe.post(f"/v1/subscription_items/{item['id']}/usage_records", record)
    upcoming = cashier.stripe.get("/v1/invoices/upcoming", {"customer": cashier.customer})
    assert upcoming["total"] == 700
    assert cashier.stripe.delete(path, {"invoice_now": True, "prorate": True})["status"] == "canceled"
    newest = cashier.stripe.get("/v1/invoices", {"customer": cashier.customer, "limit": 1})["data"][0]
    assert newest["total"] == 700
    assert cashier.stripe.refused("GET", "/v1/invoices/upcoming", {"customer": cashier.customer})[0] == 404


@pytest.mark.parametrize("version", [OLD, NEW])
def test_what_is_canceled_at_the_end_of_its_period_has_usage_to_come(version: str) -> None:
    """10 at 1.00: the customer's upcoming invoice says 10.00, and nothing was billed yet. [Cashier's own expectation]

    A seat that ends so has nothing to come; one that ends in a later period is renewed before.
    """
    cashier = Cashier(version)
    stripe, whose = cashier.stripe, {"customer": cashier.customer}
    upcoming = ("GET", "/v1/invoices/upcoming") if version == OLD else ("POST", "/v1/invoices/create_preview")
    seat = stripe.post("/v1/subscriptions", {**whose, "items": [{"price": cashier.price(500)}]})
    stripe.post(f"/v1/subscriptions/{seat['id']}", {"cancel_at_period_end": True})
    assert stripe.refused(*upcoming, whose)[1]["code"] == "invoice_upcoming_none"
    if version == OLD:
        item = cashier.subscribe(cashier.price(100, usage_type="metered"))["items"]["data"][0]
        stripe.post(f"/v1/subscription_items/{item['id']}/usage_records", {"quantity": 10, "timestamp": NOW})
    else:
        item = cashier.subscribe(cashier.price(100, usage_type="metered", meter=cashier.meter("m")))["items"]["data"][0]
        payload = {"value": 10, "stripe_customer_id": cashier.customer}
        stripe.post("/v1/billing/meter_events", {"event_name": "m", "payload": payload})
    stripe.post(f"/v1/subscriptions/{item['subscription']}", {"cancel_at_period_end": True})
    status, seen = stripe.ask(*upcoming, whose)
    assert (status, seen["total"], [line["quantity"] for line in seen["lines"]["data"]]) == (200, 1000, [10])
    stripe.post(f"/v1/subscriptions/{item['subscription']}", {"cancel_at": ""})
    stripe.post(f"/v1/subscriptions/{item['subscription']}", {"cancel_at": NOW + 40 * 86_400})
    assert stripe.ask(*upcoming, whose)[1]["total"] == 1000


def test_meters_at_the_older_version_are_summed_up_to_any_second() -> None:
    """From second 1 up to now, and 10 of now are a float of 10.0. [Cashier's own expectation]"""
    cashier = Cashier(OLD)
    cashier.meter("test-meter-1")
    meter = cashier.meter("test-meter-1")  # the name is free again
    cashier.subscribe(cashier.price(100, usage_type="metered", meter=meter))
    payload = {"value": 10, "stripe_customer_id": cashier.customer}
    cashier.stripe.post("/v1/billing/meter_events", {"event_name": "test-meter-1", "payload": payload})
    bounds = {"customer": cashier.customer, "start_time": 1, "end_time": NOW + 1}
    (summary,) = cashier.stripe.get(f"/v1/billing/meters/{meter}/event_summaries", bounds)["data"]
    assert isinstance(summary["aggregated_value"], float)
    assert summary["aggregated_value"] == 10.0


def test_metered_items_at_the_newer_version() -> None:
    """A meter is retrieved by its id and fed; its item is removed with `clear_usage`, which means nothing there.

    At that version subscriptions are in classic mode, in which a removed item bills none of its usage. [documented]
    """
    cashier = Cashier(NEW)
    meters = [cashier.meter(name) for name in ("first", "second")]
    first, second = (cashier.price(100, usage_type="metered", meter=meter) for meter in meters)
    made = cashier.subscribe(first)
    added = cashier.stripe.post("/v1/subscription_items", {"subscription": made["id"], "price": second, **PENDING})
    event_name = cashier.stripe.get(f"/v1/billing/meters/{meters[1]}")["event_name"]
    payload = {"value": 10, "stripe_customer_id": cashier.customer}
    event = cashier.stripe.post("/v1/billing/meter_events", {"event_name": event_name, "payload": payload})
    assert event["payload"] == {"value": "10", "stripe_customer_id": cashier.customer}
    bounds = {"customer": cashier.customer, "start_time": NOW - 60, "end_time": NOW + 60}
    (summary,) = cashier.stripe.get(f"/v1/billing/meters/{meters[1]}/event_summaries", bounds)["data"]
    assert summary["aggregated_value"] == 10.0
    items = [{"id": added["id"], "deleted": True, "clear_usage": True}]
    left = cashier.stripe.post(f"/v1/subscriptions/{made['id']}", {"items": items, **PENDING})
    assert len(left["items"]["data"]) == 1
    (kept,) = cashier.stripe.get(f"/v1/billing/meters/{meters[1]}/event_summaries", bounds)["data"]
    assert kept["aggregated_value"] == 10.0
    newest = cashier.stripe.get("/v1/invoices", {"customer": cashier.customer, "limit": 1})["data"][0]
    assert newest["total"] == 0
