"""Billing alerts tell of usage, once of each customer."""

from __future__ import annotations

import pytest
from tests.resources.crediting import Shop


@pytest.fixture
def shop() -> Shop:
    """A new account."""
    return Shop()


def test_an_alert_tells_once_of_each_customer(shop: Shop) -> None:
    """90 before it was made and 60 after it are 150; usage of before alone does not, nor that of a test clock."""
    bob = shop.stripe.post("/v1/customers", {})["id"]
    shop.use(90, bob)
    shop.use(200, shop.stripe.post("/v1/customers", {})["id"])
    threshold = {"gte": 100, "meter": shop.meter, "recurrence": "one_time"}
    body = {"alert_type": "usage_threshold", "title": "Much", "usage_threshold": threshold}
    alert = shop.stripe.post("/v1/billing/alerts", body)
    for calls in (60, 60, 60):
        shop.use(calls, bob)
    shop.use(1000)
    told = [event["data"]["object"] for event in shop.stripe.events() if event["type"] == "billing.alert.triggered"]
    assert [(row["customer"], row["value"], row["alert"]["id"]) for row in told] == [(bob, 150, alert["id"])]


def test_an_alert_rests_and_is_archived_for_good(shop: Shop) -> None:
    """Inactive it does not fire; archived it is not listed and stays so."""
    threshold = {"gte": 10, "meter": shop.meter, "recurrence": "one_time"}
    body = {"alert_type": "usage_threshold", "title": "Much", "usage_threshold": threshold}
    path = f"/v1/billing/alerts/{shop.stripe.post('/v1/billing/alerts', body)['id']}"
    bob = shop.stripe.post("/v1/customers", {})["id"]
    assert shop.stripe.post(f"{path}/deactivate")["status"] == "inactive"
    shop.use(50, bob)
    assert not [event for event in shop.stripe.events() if event["type"] == "billing.alert.triggered"]
    assert shop.stripe.post(f"{path}/archive")["status"] == "archived"
    assert shop.stripe.get("/v1/billing/alerts")["data"] == []
    assert shop.stripe.refused("POST", f"{path}/activate")[0] == 400


def test_an_alert_may_be_about_one_customer(shop: Shop) -> None:
    """Others do not set it off; a meter that is not there has no alert."""
    bob, eve = (shop.stripe.post("/v1/customers", {})["id"] for _ in range(2))
    filters = [{"type": "customer", "customer": bob}]
    threshold = {"gte": 10, "meter": shop.meter, "recurrence": "one_time", "filters": filters}
    body = {"alert_type": "usage_threshold", "title": "Much", "usage_threshold": threshold}
    shop.stripe.post("/v1/billing/alerts", body)
    shop.use(50, eve)
    shop.use(10, bob)
    told = [event["data"]["object"] for event in shop.stripe.events() if event["type"] == "billing.alert.triggered"]
    assert [row["customer"] for row in told] == [bob]
    assert len(shop.stripe.get("/v1/billing/alerts", {"meter": shop.meter})["data"]) == 1
    for wrong in ({"gte": 0}, {"meter": "mtr_x"}, {"filters": [{"type": "customer"}]}, {"filters": filters * 2}):
        refused = {**body, "usage_threshold": {**threshold, **wrong}}
        assert shop.stripe.refused("POST", "/v1/billing/alerts", refused)[0] == 400
    assert shop.stripe.refused("POST", "/v1/billing/alerts", {"alert_type": "usage_threshold", "title": "x"})[0] == 400


def test_a_customer_and_a_meter_have_twenty_five_alerts(shop: Shop) -> None:
    """The next one is refused until one is archived; others are about somebody else. [documented]"""
    bob = shop.stripe.post("/v1/customers", {})["id"]
    filters = [{"type": "customer", "customer": bob}]
    threshold = {"gte": 10, "meter": shop.meter, "recurrence": "one_time"}
    one = {"alert_type": "usage_threshold", "title": "Much", "usage_threshold": {**threshold, "filters": filters}}
    ids = [shop.stripe.post("/v1/billing/alerts", one)["id"] for _ in range(25)]
    assert shop.stripe.refused("POST", "/v1/billing/alerts", one)[0] == 400
    shop.stripe.post("/v1/billing/alerts", {**one, "usage_threshold": threshold})
    shop.stripe.post(f"/v1/billing/alerts/{ids[0]}/archive")
    shop.stripe.post("/v1/billing/alerts", one)
