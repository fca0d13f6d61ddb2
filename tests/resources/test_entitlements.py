"""Features follow the subscriptions that bring them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

CARD = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
MONTH = 28 * 86_400
"""31 January to 28 February."""


class Shop:
    """A customer on a test clock, and a product with a feature."""

    def __init__(self) -> None:
        self.stripe = Client()
        self.clock = self.stripe.post("/v1/test_helpers/test_clocks", {"frozen_time": NOW})["id"]
        self.ada = self.stripe.post("/v1/customers", {**CARD, "test_clock": self.clock})["id"]
        self.product = self.stripe.post("/v1/products", {"name": "Gold"})["id"]
        price = {"product": self.product, "unit_amount": 1000, "currency": "usd", "recurring[interval]": "month"}
        self.price = self.stripe.post("/v1/prices", price)["id"]
        self.attach("export")

    def attach(self, key: str) -> str:
        """Attach a new feature to the product."""
        feature = self.stripe.post("/v1/entitlements/features", {"name": key.title(), "lookup_key": key})["id"]
        self.stripe.post(f"/v1/products/{self.product}/features", {"entitlement_feature": feature})
        return str(feature)

    def subscribe(self, **params: Any) -> str:
        """A subscription to the product."""
        body = {"customer": self.ada, "items[0][price]": self.price, **params}
        return str(self.stripe.post("/v1/subscriptions", body)["id"])

    def entitled(self) -> list[str]:
        """What the customer is entitled to."""
        rows = self.stripe.get("/v1/entitlements/active_entitlements", {"customer": self.ada})["data"]
        return sorted(row["lookup_key"] for row in rows)

    def told(self) -> list[tuple[list[str], list[str]]]:
        """Each summary that was told: what there was before, and what there is."""
        return [
            (
                [row["lookup_key"] for row in event["data"]["previous_attributes"]["entitlements"]["data"]],
                [row["lookup_key"] for row in event["data"]["object"]["entitlements"]["data"]],
            )
            for event in self.stripe.events()
            if event["type"] == "entitlements.active_entitlement_summary.updated"
        ]


@pytest.fixture
def shop() -> Shop:
    """A new account."""
    return Shop()


def test_a_subscription_brings_its_features_and_takes_them_along(shop: Shop) -> None:
    """From the moment it is paid until it is over."""
    assert shop.entitled() == []
    subscription = shop.subscribe()
    assert shop.entitled() == ["export"]
    shop.stripe.delete(f"/v1/subscriptions/{subscription}")
    assert shop.entitled() == []
    assert shop.told() == [([], ["export"]), (["export"], [])]


def test_two_subscriptions_bring_a_feature_once(shop: Shop) -> None:
    """And it stays until the last of them is over, without a word in between."""
    first, second = shop.subscribe(), shop.subscribe()
    shop.stripe.delete(f"/v1/subscriptions/{first}")
    assert shop.entitled() == ["export"]
    assert len(shop.told()) == 1
    shop.stripe.delete(f"/v1/subscriptions/{second}")
    assert shop.entitled() == []


def test_a_new_feature_reaches_a_running_subscription_with_its_next_period(shop: Shop) -> None:
    """A new subscription has it at once."""
    shop.subscribe()
    shop.attach("import")
    assert shop.entitled() == ["export"]
    shop.stripe.post(f"/v1/test_helpers/test_clocks/{shop.clock}/advance", {"frozen_time": NOW + MONTH})
    assert shop.entitled() == ["export", "import"]


def test_an_unpaid_beginning_entitles_to_nothing(shop: Shop) -> None:
    """Incomplete is not active; paying makes it so."""
    subscription = shop.subscribe(payment_behavior="default_incomplete")
    assert shop.entitled() == []
    invoice = shop.stripe.get(f"/v1/subscriptions/{subscription}")["latest_invoice"]
    shop.stripe.post(f"/v1/invoices/{invoice}/pay")
    assert shop.entitled() == ["export"]


def test_features_are_archived_and_their_keys_free_again(shop: Shop) -> None:
    """A key leads to one feature in use; an archived one goes on no product."""
    taken = {"name": "Again", "lookup_key": "export"}
    assert shop.stripe.refused("POST", "/v1/entitlements/features", taken)[1]["code"] == "resource_already_exists"
    (old,) = shop.stripe.get("/v1/entitlements/features", {"lookup_key": "export"})["data"]
    shop.stripe.post(f"/v1/entitlements/features/{old['id']}", {"active": False})
    again = shop.stripe.post("/v1/entitlements/features", taken)["id"]
    assert [row["id"] for row in shop.stripe.get("/v1/entitlements/features", {"archived": True})["data"]] == [
        old["id"]
    ]
    path = f"/v1/products/{shop.product}/features"
    (row,) = shop.stripe.get(path)["data"]
    assert row["entitlement_feature"]["active"] is False
    assert shop.stripe.refused("POST", path, {"entitlement_feature": old["id"]})[0] == 400
    shop.stripe.delete(f"{path}/{row['id']}")
    shop.stripe.post(path, {"entitlement_feature": again})
    assert shop.stripe.refused("POST", path, {"entitlement_feature": again})[1]["code"] == "resource_already_exists"
