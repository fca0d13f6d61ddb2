"""What the modelled operations need: customers, cards, products, prices, subscriptions, invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.client import NOW
from tests.surface.driver import Driver, Table


def customer(driver: Driver) -> str:
    """Somebody with a card."""
    return str(
        driver.ok(
            "POST",
            "/v1/customers",
            {
                "email": "ada@example.com",
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            },
        )["id"]
    )


def product(driver: Driver) -> str:
    """Something to sell."""
    return str(driver.ok("POST", "/v1/products", {"name": "Gold"})["id"])


def price(driver: Driver) -> str:
    """Ten dollars a month."""
    body = {"product": product(driver), "unit_amount": 1000, "currency": "usd", "recurring": {"interval": "month"}}
    return str(driver.ok("POST", "/v1/prices", body)["id"])


def one_time_price(driver: Driver) -> str:
    """Ten dollars."""
    return str(
        driver.ok("POST", "/v1/prices", {"product": product(driver), "unit_amount": 1000, "currency": "usd"})["id"]
    )


def subscription(driver: Driver) -> str:
    """An active subscription."""
    body = {"customer": customer(driver), "items": [{"price": price(driver)}]}
    return str(driver.ok("POST", "/v1/subscriptions", body)["id"])


def other_price(driver: Driver) -> str:
    """Five dollars a month."""
    body = {"product": product(driver), "unit_amount": 500, "currency": "usd", "recurring": {"interval": "month"}}
    return str(driver.ok("POST", "/v1/prices", body)["id"])


def item(driver: Driver) -> str:
    """The item of an active subscription."""
    return str(driver.ok("GET", f"/v1/subscriptions/{subscription(driver)}")["items"]["data"][0]["id"])


def meter(driver: Driver) -> str:
    """A meter that counts calls."""
    return str(driver.ok("POST", "/v1/billing/meters", METER)["id"])


def event(driver: Driver) -> str:
    """Something that happened."""
    product(driver)
    return first(driver, "/v1/events")


def draft(driver: Driver) -> str:
    """A draft of ten dollars."""
    buyer = customer(driver)
    driver.ok("POST", "/v1/invoiceitems", {"customer": buyer, "amount": 1000, "currency": "usd"})
    return str(
        driver.ok("POST", "/v1/invoices", {"customer": buyer, "pending_invoice_items_behavior": "include"})["id"]
    )


def open_invoice(driver: Driver) -> str:
    """A finalized invoice that nobody has paid."""
    id_ = draft(driver)
    driver.ok("POST", f"/v1/invoices/{id_}/finalize", {"auto_advance": False})
    return id_


def paid_invoice(driver: Driver) -> str:
    """An invoice that was paid by card."""
    id_ = open_invoice(driver)
    driver.ok("POST", f"/v1/invoices/{id_}/pay")
    return id_


def charge(driver: Driver) -> str:
    """A charge that succeeded."""
    paid_invoice(driver)
    return str(driver.ok("GET", "/v1/charges", {"limit": 1})["data"][0]["id"])


def payment_intent(driver: Driver) -> str:
    """The intent of a paid invoice."""
    paid_invoice(driver)
    return str(driver.ok("GET", "/v1/payment_intents", {"limit": 1})["data"][0]["id"])


def first(driver: Driver, path: str, **params: Any) -> str:
    """The newest object of a list."""
    return str(driver.ok("GET", path, params)["data"][0]["id"])


def an_invoice(make: Any) -> Any:
    """A preparation that puts an invoice into the path."""

    def prepare(driver: Driver) -> Mapping[str, Any]:
        """The invoice, whatever its placeholder is called."""
        return {"invoice": make(driver)}

    return prepare


def a_meter_event(driver: Driver) -> Mapping[str, Any]:
    """One call of somebody's."""
    meter(driver)
    payload = {"stripe_customer_id": customer(driver), "value": "1"}
    return {"params": {"event_name": "calls", "payload": payload}}


def an_inactive_meter(driver: Driver) -> Mapping[str, Any]:
    """A meter that was put to rest."""
    id_ = meter(driver)
    driver.ok("POST", f"/v1/billing/meters/{id_}/deactivate")
    return {"id": id_}


def a_second_item(driver: Driver) -> Mapping[str, Any]:
    """The second of two items, so that one is left."""
    body = {"subscription": subscription(driver), "price": other_price(driver)}
    return {"item": driver.ok("POST", "/v1/subscription_items", body)["id"]}


METER = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}

BY_NAME = {"query": "metadata['plan']:'gold'"}

TABLE = Table(
    requests={
        "POST /v1/products": {"name": "Gold"},
        "POST /v1/prices": {"product": "$product", "unit_amount": 1000, "currency": "usd"},
        "POST /v1/plans": {"product": "$product", "amount": 1000, "currency": "usd", "interval": "month"},
        "POST /v1/billing/meters": METER,
        "POST /v1/subscription_items": {"subscription": "$subscription", "price": "$other_price"},
        "GET /v1/subscription_items": {"subscription": "$subscription"},
        "POST /v1/subscriptions": {"customer": "$customer", "items": [{"price": "$price"}]},
        "POST /v1/webhook_endpoints": {"url": "https://example.com/hooks", "enabled_events": ["*"]},
        "POST /v1/test_helpers/test_clocks": {"frozen_time": NOW},
        "POST /v1/test_helpers/test_clocks/{test_clock}/advance": {"frozen_time": NOW + 3600},
        "GET /v1/billing/meters/{id}/event_summaries": {
            "customer": "$customer",
            "start_time": NOW - 3600,
            "end_time": NOW + 3600,
        },
        **{
            f"GET /v1/{noun}/search": BY_NAME
            for noun in ("charges", "customers", "invoices", "payment_intents", "prices", "products", "subscriptions")
        },
    },
    makers={
        "customer": customer,
        "product": product,
        "price": price,
        "one_time_price": one_time_price,
        "other_price": other_price,
        "subscription": subscription,
        "draft": draft,
        "open_invoice": open_invoice,
        "paid_invoice": paid_invoice,
        "charge": charge,
        "payment_intent": payment_intent,
        "/v1/customers/{}": customer,
        "/v1/products/{}": product,
        "/v1/prices/{}": price,
        "/v1/billing/meters/{}": meter,
        "/v1/events/{}": event,
        "/v1/plans/{}": price,
        "/v1/subscription_items/{}": item,
        "/v1/subscriptions/{}": subscription,
        "/v1/charges/{}": charge,
        "/v1/invoices/{}": draft,
    },
    before={
        "POST /v1/billing/meter_events": a_meter_event,
        "POST /v1/billing/meters/{id}/reactivate": an_inactive_meter,
        "DELETE /v1/subscription_items/{item}": a_second_item,
    },
)
