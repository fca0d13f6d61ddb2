"""What the modelled operations need: customers, cards, products, prices, subscriptions, invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe_contracts.fair.asker import Asker, Table


def customer(asker: Asker) -> str:
    """Somebody with a card."""
    return str(
        asker.ok(
            "POST",
            "/v1/customers",
            {
                "email": "ada@example.com",
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            },
        )["id"]
    )


def product(asker: Asker) -> str:
    """Something to sell."""
    return str(asker.ok("POST", "/v1/products", {"name": "Gold"})["id"])


def price(asker: Asker) -> str:
    """Ten dollars a month."""
    body = {"product": product(asker), "unit_amount": 1000, "currency": "usd", "recurring": {"interval": "month"}}
    return str(asker.ok("POST", "/v1/prices", body)["id"])


def one_time_price(asker: Asker) -> str:
    """Ten dollars."""
    return str(
        asker.ok("POST", "/v1/prices", {"product": product(asker), "unit_amount": 1000, "currency": "usd"})["id"]
    )


def subscription(asker: Asker) -> str:
    """An active subscription."""
    body = {"customer": customer(asker), "items": [{"price": price(asker)}]}
    return str(asker.ok("POST", "/v1/subscriptions", body)["id"])


def other_price(asker: Asker) -> str:
    """Five dollars a month."""
    body = {"product": product(asker), "unit_amount": 500, "currency": "usd", "recurring": {"interval": "month"}}
    return str(asker.ok("POST", "/v1/prices", body)["id"])


def item(asker: Asker) -> str:
    """The item of an active subscription."""
    return str(asker.ok("GET", f"/v1/subscriptions/{subscription(asker)}")["items"]["data"][0]["id"])


def meter(asker: Asker) -> str:
    """A meter that counts calls."""
    return str(asker.ok("POST", "/v1/billing/meters", asker.resolved(METER))["id"])


def counted(asker: Asker) -> str:
    """The name of the events that a fresh meter counts."""
    return str(asker.ok("GET", f"/v1/billing/meters/{meter(asker)}")["event_name"])


def event(asker: Asker) -> str:
    """Something that happened."""
    product(asker)
    return first(asker, "/v1/events")


def draft(asker: Asker) -> str:
    """A draft of ten dollars."""
    buyer = customer(asker)
    asker.ok("POST", "/v1/invoiceitems", {"customer": buyer, "amount": 1000, "currency": "usd"})
    return str(asker.ok("POST", "/v1/invoices", {"customer": buyer, "pending_invoice_items_behavior": "include"})["id"])


def open_invoice(asker: Asker) -> str:
    """A finalized invoice that nobody has paid."""
    id_ = draft(asker)
    asker.ok("POST", f"/v1/invoices/{id_}/finalize", {"auto_advance": False})
    return id_


def paid_invoice(asker: Asker) -> str:
    """An invoice that was paid by card."""
    id_ = open_invoice(asker)
    asker.ok("POST", f"/v1/invoices/{id_}/pay")
    return id_


def charge(asker: Asker) -> str:
    """A charge that succeeded."""
    paid_invoice(asker)
    return str(asker.ok("GET", "/v1/charges", {"limit": 1})["data"][0]["id"])


def payment_intent(asker: Asker) -> str:
    """The intent of a paid invoice."""
    paid_invoice(asker)
    return str(asker.ok("GET", "/v1/payment_intents", {"limit": 1})["data"][0]["id"])


def first(asker: Asker, path: str, **params: Any) -> str:
    """The newest object of a list."""
    return str(asker.ok("GET", path, params)["data"][0]["id"])


def a_meter_event(asker: Asker) -> Mapping[str, Any]:
    """One call of somebody's."""
    payload = {"stripe_customer_id": customer(asker), "value": "1"}
    return {"params": {"event_name": counted(asker), "payload": payload}}


def an_inactive_meter(asker: Asker) -> Mapping[str, Any]:
    """A meter that was put to rest."""
    id_ = meter(asker)
    asker.ok("POST", f"/v1/billing/meters/{id_}/deactivate")
    return {"id": id_}


def a_second_item(asker: Asker) -> Mapping[str, Any]:
    """The second of two items, so that one is left."""
    body = {"subscription": subscription(asker), "price": other_price(asker)}
    return {"item": asker.ok("POST", "/v1/subscription_items", body)["id"]}


METER = {"display_name": "Calls", "event_name": "$word", "default_aggregation": {"formula": "sum"}}

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
        "POST /v1/webhook_endpoints": {"url": "https://example.com/hooks", "enabled_events": ["invoice.paid"]},
        "POST /v1/test_helpers/test_clocks": {"frozen_time": "$now"},
        "POST /v1/test_helpers/test_clocks/{test_clock}/advance": {"frozen_time": "$in_an_hour"},
        "GET /v1/billing/meters/{id}/event_summaries": {
            "customer": "$customer",
            "start_time": "$an_hour_ago",
            "end_time": "$in_an_hour",
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
