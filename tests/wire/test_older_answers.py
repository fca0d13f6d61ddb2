"""Every answer at an older version fits the types of the SDK that was made for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from tests.client import NOW, Client

from pinstripe import Simulator
from pinstripe.wire import versions
from pinstripe_contracts import older, shape
from pinstripe_contracts.conformance import conforms
from pinstripe_contracts.types import Hash

KNOWN = tuple(version for version in versions.SERVED if older.release_of(version) is not None)
ABSENT_IN_PREVIEWS = "id: missing"
"""Upcoming invoices had no id, and their type was that of an invoice without it."""


def story(stripe: Client, version: str) -> Iterator[Mapping[str, Any]]:
    """What a shop asks for in its first month: a subscription, an upgrade, a one-off, a decline, the next invoice."""
    early = version < "2025-03-31"
    customer = stripe.post("/v1/customers", {"email": "ada@example.com", "name": "Ada"})
    yield customer
    method = stripe.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer["id"]})
    yield method
    default = {"invoice_settings[default_payment_method]": method["id"]}
    yield stripe.post(f"/v1/customers/{customer['id']}", default)
    yield stripe.post("/v1/products", {"name": "Weather"})
    product = stripe.post("/v1/products", {"name": "Climate"})
    terms = {"product": product["id"], "currency": "usd", "recurring[interval]": "month"}
    small, large = (stripe.post("/v1/prices", {**terms, "unit_amount": amount}) for amount in (1000, 3000))
    yield small
    if early:
        metered = {**terms, "unit_amount": 5, "recurring[usage_type]": "metered"}
        yield stripe.post("/v1/prices", metered)
    yield stripe.get(f"/v1/plans/{large['id']}")
    paths = ["latest_invoice.payment_intent", "latest_invoice.charge"] if early else ["latest_invoice.payments"]
    begun = {"customer": customer["id"], "items[0][price]": small["id"], "expand": paths}
    subscription = stripe.post("/v1/subscriptions", begun)
    yield subscription
    item = subscription["items"]["data"][0]["id"]
    yield stripe.get(f"/v1/subscription_items/{item}")
    change = {"items[0][id]": item, "items[0][price]": large["id"], "proration_behavior": "always_invoice"}
    yield stripe.post(f"/v1/subscriptions/{subscription['id']}", {**change, "expand": ["latest_invoice"]})
    yield stripe.post("/v1/invoiceitems", {"customer": customer["id"], "amount": 700, "currency": "usd"})
    if early:
        yield stripe.get("/v1/invoices/upcoming", {"customer": customer["id"]})
        yield from stripe.get("/v1/invoices/upcoming/lines", {"customer": customer["id"]})["data"]
    invoice = stripe.post("/v1/invoices", {"customer": customer["id"], "pending_invoice_items_behavior": "include"})
    yield invoice
    broken = stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": customer["id"]})
    paying = {"payment_method": broken["id"], "expand": ["payment_intent" if early else "payments"]}
    _, error = stripe.refused("POST", f"/v1/invoices/{invoice['id']}/pay", paying)
    yield error["payment_intent"]
    yield stripe.post(f"/v1/invoices/{invoice['id']}/pay")
    for noun in ("customers", "invoices", "payment_intents", "charges", "subscriptions", "prices", "products"):
        yield from stripe.get(f"/v1/{noun}")["data"]
    for event in stripe.events():
        yield event["data"]["object"]
    yield stripe.delete(f"/v1/subscriptions/{subscription['id']}")


def checkout(stripe: Client, version: str) -> Iterator[Mapping[str, Any]]:
    """What a shop without subscriptions asks for: discounts, taxes, payments taken and given back."""
    early = version < "2025-03-31"
    coupon = stripe.post("/v1/coupons", {"percent_off": 25, "duration": "repeating", "duration_in_months": 3})
    yield coupon
    promotion = "coupon" if version < "2025-09-30" else "promotion[coupon]"
    kind = {} if promotion == "coupon" else {"promotion[type]": "coupon"}
    code = stripe.post("/v1/promotion_codes", {promotion: coupon["id"], "code": "FRIEND", **kind})
    yield code
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": "true"})
    yield rate
    customer = stripe.post("/v1/customers", {"name": "Ada", "payment_method": "pm_card_visa"})["id"]
    card = stripe.get(f"/v1/customers/{customer}/payment_methods")["data"][0]["id"]
    product = stripe.post("/v1/products", {"name": "Weather"})["id"]
    terms = {"product": product, "currency": "usd", "unit_amount": 1000}
    price = stripe.post("/v1/prices", {**terms, "recurring[interval]": "month"})["id"]
    name = "promotion_code" if early else "discounts[0][promotion_code]"
    subscribing = {"customer": customer, "items[0][price]": price, "default_payment_method": card, name: code["id"]}
    taxed = {**subscribing, "default_tax_rates[0]": rate["id"]}
    paths = ["latest_invoice.discounts", "discount" if early else "discounts"]
    yield stripe.post("/v1/subscriptions", {**taxed, "expand": paths})
    yield from stripe.get("/v1/invoices", {"customer": customer})["data"]
    paying = {"amount": 2000, "currency": "usd", "customer": customer, "payment_method": card, "confirm": "true"}
    intent = stripe.post("/v1/payment_intents", {**paying, "return_url": "https://example.com"})
    yield intent
    yield stripe.post("/v1/refunds", {"payment_intent": intent["id"], "amount": 500})
    yield stripe.get(f"/v1/charges/{intent['latest_charge']}", {"expand": ["refunds", "balance_transaction"]})
    setting = {"customer": customer, "payment_method": card, "confirm": "true", "return_url": "https://example.com"}
    yield stripe.post("/v1/setup_intents", setting)
    yield from (event["data"]["object"] for event in stripe.events())


def violations(body: Mapping[str, Any], version: str) -> list[str]:
    """What a body has other than its SDK says; what came later is no violation, and words are not compared."""

    def resolve(name: str) -> Hash:
        """An object by its name, of the version if it was written down, else the newest."""
        return older.promised(name, version) or shape(name)

    name = str(body["object"])
    found = conforms(body, resolve(name), resolve)
    preview = name == "invoice" and body.get("billing_reason") == "upcoming"
    return [row for row in found if not row.endswith(": unknown") and not (preview and row == ABSENT_IN_PREVIEWS)]


@pytest.mark.parametrize("version", KNOWN)
def test_answers_fit_the_types_of_their_time(version: str) -> None:
    """Nothing is missing, null or of another type than the SDK of the version declares; the account's own too."""
    simulator = Simulator(seed="older", now=NOW, api_version=version)
    check = partial(violations, version=version)
    stripe, other = Client(simulator), Client(simulator)
    other.key = "sk_test_other"
    bodies = [*story(stripe, version), *checkout(other, version)]
    assert [(body["object"], row) for body in bodies for row in check(body)] == []


def test_every_version_before_clover_has_types_of_its_time() -> None:
    """What is served without types of its own is served in the shape of the newest."""
    assert [version for version in versions.SERVED if version < "2025-09-30" and version not in KNOWN] == []


@pytest.mark.parametrize("release", older.RELEASES)
def test_a_release_declares_what_billing_answers(release: str) -> None:
    """The table of each release was derived whole."""
    assert {"charge", "customer", "discount", "invoice", "line_item", "payment_intent", "subscription"} <= set(
        older.objects(release)
    )
