"""The calls that Laravel Cashier's own tests make of Checkout and the portal, at both of its API versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.resources.buying import VISA, Shop

VERSIONS = ("2023-10-16", "2025-08-27.basil")
DAY = 86_400
URLS = {"success_url": "https://example.com/home?checkout=success", "cancel_url": "https://example.com/home"}


@dataclass(frozen=True)
class Sale:
    """One session: how it is asked for, and what it comes to."""

    named: str
    mode: str
    price: str
    quantity: int
    total: int
    asked: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)


SALES = (
    Sale("a product", "payment", "shirt", 1, 1500),
    Sale("several of it", "payment", "shirt", 5, 7500),  # 5 x 1500
    Sale("a price of its own", "payment", "own", 1, 1200),
    Sale(
        "with codes and an address",
        "payment",
        "shirt",
        1,
        1500,
        {"allow_promotion_codes": True, "billing_address_collection": "required"},
        {"allow_promotion_codes": True, "billing_address_collection": "required"},
    ),
    Sale("with a coupon", "payment", "shirt", 1, 1000, {"discounts": "coupon"}),  # 1500 - 500
    Sale(
        "with a tax id",
        "payment",
        "shirt",
        1,
        1500,
        {"tax_id_collection": {"enabled": True}, "customer_update": {"name": "auto"}},
        {"tax_id_collection": {"enabled": True, "required": "never"}},
    ),
    Sale("on one's own page", "payment", "shirt", 1, 1500, {"ui_mode": "embedded"}, {"ui_mode": "embedded"}),
    Sale("without automatic tax", "payment", "shirt", 1, 1500, {"automatic_tax": {"enabled": False}}),
    Sale("a plan", "subscription", "plan", 1, 900, {"subscription_data": "metadata"}),
    Sale("a plan with tax", "subscription", "plan", 1, 990, {"subscription_data": "tax"}),  # 900 + 10 %
)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("sale", SALES, ids=lambda sale: sale.named)
def test_a_sale_comes_to_what_it_should(sale: Sale, version: str) -> None:
    """Asked for, paid, and charged to the cent."""
    shop = Shop(version=version)
    customer = shop.post("/v1/customers", {"email": "ada@example.com", "name": "Ada"})["id"]
    tax = shop.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 10, "inclusive": False})["id"]
    coupon = shop.post("/v1/coupons", {"amount_off": 500, "currency": "usd", "duration": "once"})["id"]
    # amounts in price_data are spelled otherwise by the two
    amount = {"unit_amount": 1200} if version == VERSIONS[0] else {"unit_amount_decimal": "1200"}
    own = {"price_data": {"currency": "usd", "product_data": {"name": "T-shirt"}, **amount}}
    rows: dict[str, dict[str, Any]] = {
        "shirt": {"price": shop.price(1500)},
        "own": own,
        "plan": {"price": shop.price(900, interval="month")},
    }
    metadata = {"is_on_session_checkout": "true", "name": "default", "type": "default"}
    meant = {
        "coupon": [{"coupon": coupon}],
        "metadata": {"metadata": metadata},
        "tax": {"metadata": metadata, "default_tax_rates": [tax]},
    }
    asked = {name: meant.get(value, value) if isinstance(value, str) else value for name, value in sale.asked.items()}
    urls: Mapping[str, Any] = URLS
    if sale.asked.get("ui_mode"):
        urls = {"return_url": "https://example.com/return", "redirect_on_completion": "always"}
    body = {
        "customer": customer,
        "mode": sale.mode,
        "line_items": [{**rows[sale.price], "quantity": sale.quantity}],
        **urls,
        **asked,
    }
    session = shop.post("/v1/checkout/sessions", body)
    assert (session["amount_total"], session["status"], session["customer"]) == (sale.total, "open", customer)
    assert session["expires_at"] == session["created"] + DAY
    assert {name: session[name] for name in sale.says} == dict(sale.says)
    if "ui_mode" in sale.says:
        assert session["client_secret"].startswith(session["id"])
    typed = {"address": {"line1": "Main St 1", "country": "US"}, **VISA}
    done = shop.complete(session["id"], **typed)
    assert (done["status"], shop.get("/v1/charges")["data"][0]["amount"]) == ("complete", sale.total)
    if sale.mode == "subscription":
        subscription = shop.get(f"/v1/subscriptions/{done['subscription']}")
        assert (subscription["status"], subscription["metadata"]) == ("active", metadata)


@pytest.mark.parametrize("path", ["checkout/sessions", "payment_links"])
def test_no_page_sells_mixed_intervals(path: str) -> None:
    """A month beside a year is sold by the API alone, in flexible mode too. [documented]"""
    shop = Shop()
    rows = [{"price": shop.price(interval=interval), "quantity": 1} for interval in ("month", "year")]
    subscription = {"mode": "subscription", "subscription_data": {"billing_mode": {"type": "flexible"}}, **URLS}
    body = {"line_items": rows, **(subscription if path == "checkout/sessions" else {})}
    status, error = shop.refused("POST", f"/v1/{path}", body)
    sentence = "Checkout does not support multiple prices with different billing intervals."
    assert (status, error["message"]) == (400, sentence)
    assert shop.post(f"/v1/{path}", {**body, "line_items": rows[:1]})["id"]


@pytest.mark.parametrize("version", VERSIONS)
def test_ways_into_the_portal(version: str) -> None:
    """By the account's configuration, and by one that is made for it."""
    shop = Shop(version=version)
    customer = shop.post("/v1/customers", {"email": "ada@example.com"})["id"]
    way = shop.post("/v1/billing_portal/sessions", {"customer": customer, "return_url": "https://example.com"})
    assert (way["customer"], way["return_url"]) == (customer, "https://example.com")
    features = {
        "customer_update": {"enabled": True, "allowed_updates": ["email", "address"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
    }
    profile = {"headline": "Cashier is a partner of Stripe"}
    made = shop.post("/v1/billing_portal/configurations", {"business_profile": profile, "features": features})
    assert made["features"]["customer_update"] == features["customer_update"]
    assert (made["business_profile"]["headline"], made["is_default"]) == (profile["headline"], False)
    again = shop.post("/v1/billing_portal/sessions", {"customer": customer, "configuration": made["id"]})
    assert (again["configuration"], way["configuration"] != made["id"]) == (made["id"], True)
