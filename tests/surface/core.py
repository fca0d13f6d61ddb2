"""What the modelled operations need: customers, cards, products, prices, subscriptions, invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


METER = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}

TABLE = Table(
    requests={
        "POST /v1/products": {"name": "Gold"},
    },
    makers={
        "customer": customer,
        "product": product,
        "price": price,
        "one_time_price": one_time_price,
        "subscription": subscription,
        "draft": draft,
        "open_invoice": open_invoice,
        "paid_invoice": paid_invoice,
        "charge": charge,
        "payment_intent": payment_intent,
        "/v1/customers/{}": customer,
        "/v1/products/{}": product,
        "/v1/prices/{}": price,
        "/v1/subscriptions/{}": subscription,
        "/v1/charges/{}": charge,
        "/v1/invoices/{}": draft,
    },
    before={},
)
