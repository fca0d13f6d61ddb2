"""Discounts, tax rates and billing credits of a life: made on first use, given to whoever is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.laws.catalogue import COUPONS, TAXES, TERMS

if TYPE_CHECKING:
    from tests.laws.life import Life


def give(life: Life, subscription: Mapping[str, Any] | None, number: int, *, on_item: bool) -> None:
    """Give a subscription, or its first item, other discounts and tax rates."""
    if subscription is None:
        return
    coupons, taxes = TERMS[number % len(TERMS)]
    discounts = [{"coupon": coupon(life, name)} for name in coupons] or ""
    rates = [tax(life, name) for name in taxes] or ""
    if on_item:
        path = f"/v1/subscription_items/{subscription['items'][0]['id']}"
        life.ask("POST", path, discounts=discounts, tax_rates=rates)
    else:
        path = f"/v1/subscriptions/{subscription['id']}"
        life.ask("POST", path, discounts=discounts, default_tax_rates=rates)


def coupon(life: Life, name: str) -> str:
    """The id of a coupon of the catalogue."""
    id_ = name.replace(" ", "_")
    if life.world.get("coupon", id_) is None:
        life.ask("POST", "/v1/coupons", id=id_, **COUPONS[name])
    return id_


def tax(life: Life, name: str) -> str:
    """The id of a tax rate of the catalogue, known by its description."""
    for rate in life.world.tables["tax_rate"].objects.values():
        if rate["description"] == name:
            return rate.id
    return str(life.ask("POST", "/v1/tax_rates", description=name, **TAXES[name])["id"])


def grant(life: Life, customer: str, value: int) -> None:
    """Billing credits for usage."""
    life.ask(
        "POST",
        "/v1/billing/credit_grants",
        customer=customer,
        amount={"type": "monetary", "monetary": {"currency": "usd", "value": value}},
        applicability_config={"scope": {"price_type": "metered"}},
    )
