"""What the operations of coupons, discounts, taxes, entitlements and billing credits need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.discounts import discounts
from pinstripe.resources.discounts.discounts import Purchase
from tests.surface.core import METER, price
from tests.surface.driver import Driver, Table


def coupon(driver: Driver) -> str:
    """A tenth off for ever."""
    return str(driver.ok("POST", "/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"])


def discounted_subscription(driver: Driver) -> Mapping[str, str]:
    """A subscription that costs a tenth less."""
    body = {
        "customer": driver.make("customer"),
        "items": [{"price": price(driver)}],
        "discounts": [{"coupon": coupon(driver)}],
    }
    return {"subscription_exposed_id": str(driver.ok("POST", "/v1/subscriptions", body)["id"])}


def discounted_customer(driver: Driver) -> Mapping[str, str]:
    """A customer with a discount of his own, which the newest API version cannot give any more."""
    id_, coupon_id = driver.make("customer"), coupon(driver)
    tx = driver.simulator.accounts.of(driver.key).world.transaction()
    customer = tx.read("customer", id_)
    discount = discounts.apply(tx, tx.read("coupon", coupon_id), None, Purchase(customer, "usd", tx.now()))
    tx.put(customer, discount=discount.id)
    tx.commit()
    return {"customer": id_}


def entitled_customer(driver: Driver) -> Mapping[str, str]:
    """Somebody whose subscription brings a feature."""
    amount = price(driver)
    product = driver.ok("GET", f"/v1/prices/{amount}")["product"]
    feature = driver.make("feature")
    driver.ok("POST", f"/v1/products/{product}/features", {"entitlement_feature": feature})
    customer = driver.make("customer")
    driver.ok("POST", "/v1/subscriptions", {"customer": customer, "items": [{"price": amount}]})
    rows = driver.ok("GET", "/v1/entitlements/active_entitlements", {"customer": customer})["data"]
    return {"id": str(rows[0]["id"])}


def feature(driver: Driver) -> str:
    """Something a product can bring."""
    return str(driver.ok("POST", "/v1/entitlements/features", {"name": "Gold", "lookup_key": "gold"})["id"])


def credit_grant(driver: Driver) -> str:
    """Ten dollars for usage."""
    return str(driver.ok("POST", "/v1/billing/credit_grants", driver.resolved(GRANT))["id"])


def credit_entry(driver: Driver) -> Mapping[str, str]:
    """The ledger's entry of a new grant."""
    grant = credit_grant(driver)
    rows = driver.ok("GET", "/v1/billing/credit_balance_transactions", {"credit_grant": grant})["data"]
    return {"id": str(rows[0]["id"])}


GRANT = {
    "amount": {"type": "monetary", "monetary": {"currency": "usd", "value": 1000}},
    "applicability_config": {"scope": {"price_type": "metered"}},
    "customer": "$customer",
}
ALERT = {
    "alert_type": "usage_threshold",
    "title": "Much",
    "usage_threshold": {"gte": 100, "meter": "$meter", "recurrence": "one_time"},
}


def meter(driver: Driver) -> str:
    """Something that counts."""
    return str(driver.ok("POST", "/v1/billing/meters", METER)["id"])


def reported_usage(driver: Driver) -> Mapping[str, Any]:
    """What takes back an event that was reported."""
    meter(driver)
    payload = {"stripe_customer_id": driver.make("customer"), "value": "5"}
    event = {"event_name": METER["event_name"], "identifier": "once", "payload": payload}
    driver.ok("POST", "/v1/billing/meter_events", event)
    return {"params": {"event_name": METER["event_name"], "type": "cancel", "cancel": {"identifier": "once"}}}


def inactive_alert(driver: Driver) -> Mapping[str, str]:
    """An alert that rests."""
    id_ = str(driver.ok("POST", "/v1/billing/alerts", driver.resolved(ALERT))["id"])
    driver.ok("POST", f"/v1/billing/alerts/{id_}/deactivate")
    return {"id": id_}


TABLE = Table(
    requests={
        "POST /v1/billing/credit_grants": GRANT,
        "GET /v1/billing/credit_balance_summary": {
            "customer": "$customer",
            "filter": {"type": "credit_grant", "credit_grant": "$credit_grant"},
        },
        "POST /v1/billing/alerts": ALERT,
        "POST /v1/billing/feedback_options": {"description": "Too blue"},
        "POST /v1/coupons": {"percent_off": 10},
        "POST /v1/promotion_codes": {"promotion": {"type": "coupon", "coupon": "$coupon"}},
        "POST /v1/tax_rates": {"display_name": "VAT", "inclusive": False, "percentage": 20},
        "POST /v1/tax_ids": {"type": "eu_vat", "value": "DE123456789"},
        "POST /v1/customers/{customer}/tax_ids": {"type": "eu_vat", "value": "DE123456789"},
        "POST /v1/shipping_rates": {"display_name": "Ground", "fixed_amount": {"amount": 500, "currency": "usd"}},
        "POST /v1/entitlements/features": {"name": "Gold", "lookup_key": "gold"},
        "POST /v1/products/{product}/features": {"entitlement_feature": "$feature"},
        "GET /v1/entitlements/active_entitlements": {"customer": "$customer"},
    },
    makers={"coupon": coupon, "credit_grant": credit_grant, "feature": feature, "meter": meter},
    before={
        "GET /v1/billing/credit_balance_transactions/{id}": credit_entry,
        "POST /v1/billing/alerts/{id}/activate": inactive_alert,
        "POST /v1/billing/meter_event_adjustments": reported_usage,
        "DELETE /v1/customers/{customer}/discount": discounted_customer,
        "DELETE /v1/subscriptions/{subscription_exposed_id}/discount": discounted_subscription,
        "GET /v1/entitlements/active_entitlements/{id}": entitled_customer,
    },
)
