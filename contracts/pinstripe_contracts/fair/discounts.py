"""What the operations of coupons, discounts, taxes, entitlements and billing credits need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe_contracts.fair.asker import Asker, Table
from pinstripe_contracts.fair.core import counted, meter, price


def coupon(asker: Asker) -> str:
    """A tenth off for ever."""
    return str(asker.ok("POST", "/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"])


def discounted_subscription(asker: Asker) -> Mapping[str, str]:
    """A subscription that costs a tenth less."""
    body = {
        "customer": asker.make("customer"),
        "items": [{"price": price(asker)}],
        "discounts": [{"coupon": coupon(asker)}],
    }
    return {"subscription_exposed_id": str(asker.ok("POST", "/v1/subscriptions", body)["id"])}


def entitled_customer(asker: Asker) -> Mapping[str, str]:
    """Somebody whose subscription brings a feature."""
    amount = price(asker)
    product = asker.ok("GET", f"/v1/prices/{amount}")["product"]
    feature = asker.make("feature")
    asker.ok("POST", f"/v1/products/{product}/features", {"entitlement_feature": feature})
    customer = asker.make("customer")
    asker.ok("POST", "/v1/subscriptions", {"customer": customer, "items": [{"price": amount}]})
    rows = asker.ok("GET", "/v1/entitlements/active_entitlements", {"customer": customer})["data"]
    return {"id": str(rows[0]["id"])}


def feature(asker: Asker) -> str:
    """Something a product can bring."""
    return str(asker.ok("POST", "/v1/entitlements/features", {"name": "Gold", "lookup_key": asker.word()})["id"])


def credit_grant(asker: Asker) -> str:
    """Ten dollars for usage."""
    return str(asker.ok("POST", "/v1/billing/credit_grants", asker.resolved(GRANT))["id"])


def credit_entry(asker: Asker) -> Mapping[str, str]:
    """The ledger's entry of a new grant."""
    grant = credit_grant(asker)
    rows = asker.ok("GET", "/v1/billing/credit_balance_transactions", {"credit_grant": grant})["data"]
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


def reported_usage(asker: Asker) -> Mapping[str, Any]:
    """What takes back an event that was reported."""
    name, once = counted(asker), asker.word()
    payload = {"stripe_customer_id": asker.make("customer"), "value": "5"}
    asker.ok("POST", "/v1/billing/meter_events", {"event_name": name, "identifier": once, "payload": payload})
    return {"params": {"event_name": name, "type": "cancel", "cancel": {"identifier": once}}}


def inactive_alert(asker: Asker) -> Mapping[str, str]:
    """An alert that rests."""
    id_ = str(asker.ok("POST", "/v1/billing/alerts", asker.resolved(ALERT))["id"])
    asker.ok("POST", f"/v1/billing/alerts/{id_}/deactivate")
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
        "POST /v1/entitlements/features": {"name": "Gold", "lookup_key": "$word"},
        "POST /v1/products/{product}/features": {"entitlement_feature": "$feature"},
        "GET /v1/entitlements/active_entitlements": {"customer": "$customer"},
    },
    makers={"coupon": coupon, "credit_grant": credit_grant, "feature": feature, "meter": meter},
    before={
        "GET /v1/billing/credit_balance_transactions/{id}": credit_entry,
        "POST /v1/billing/alerts/{id}/activate": inactive_alert,
        "POST /v1/billing/meter_event_adjustments": reported_usage,
        "DELETE /v1/subscriptions/{subscription_exposed_id}/discount": discounted_subscription,
        "GET /v1/entitlements/active_entitlements/{id}": entitled_customer,
    },
)
