"""The billing portal: configurations, and customers' ways in."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.buying import Shop

CONFIGURATIONS = "/v1/billing_portal/configurations"
SESSIONS = "/v1/billing_portal/sessions"


def test_the_first_session_makes_the_default_configuration() -> None:
    """One default for the account, told of before the session. Later sessions use it again."""
    shop = Shop()
    customer = shop.post("/v1/customers")["id"]
    first = shop.post(SESSIONS, {"customer": customer, "return_url": "https://example.com/account"})
    second = shop.post(SESSIONS, {"customer": customer})
    assert first["configuration"] == second["configuration"]
    assert (first["flow"], first["return_url"], second["return_url"]) == (None, "https://example.com/account", None)
    assert first["url"].startswith("https://billing.stripe.com/p/session/test_")
    (default,) = shop.get(CONFIGURATIONS, {"is_default": True})["data"]
    assert default["features"]["payment_method_update"]["enabled"] is True
    assert shop.told()[-3:] == [
        "billing_portal.configuration.created",
        "billing_portal.session.created",
        "billing_portal.session.created",
    ]
    assert shop.refused("POST", f"{CONFIGURATIONS}/{default['id']}", {"active": False})[0] == 400
    _, error = shop.refused("POST", SESSIONS, {"customer": customer, "return_url": "account"})
    assert (error["code"], error["param"]) == ("url_invalid", "return_url")


def test_a_configuration_says_what_customers_may_do() -> None:
    """What is not said is off; an update changes what it names, and nothing beside it."""
    shop = Shop()
    price = shop.price(900, interval="month")
    product = shop.get(f"/v1/prices/{price}")["product"]
    update = {
        "enabled": True,
        "default_allowed_updates": ["price"],
        "products": [{"product": product, "prices": [price]}],
    }
    made = shop.post(CONFIGURATIONS, {"features": {"subscription_update": update}, "name": "Basic"})
    features = made["features"]
    assert (made["is_default"], made["active"], made["updated"]) == (False, True, NOW)
    assert features["subscription_update"]["proration_behavior"] == "none"
    assert features["subscription_update"]["products"] == [
        {
            "adjustable_quantity": {"enabled": False, "maximum": None, "minimum": 0},
            "prices": [price],
            "product": product,
        }
    ]
    assert [name for name, feature in features.items() if feature["enabled"]] == ["subscription_update"]

    shop.turn(NOW + 60)
    path = f"{CONFIGURATIONS}/{made['id']}"
    after = shop.post(path, {"features": {"subscription_cancel": {"enabled": True}}, "login_page": {"enabled": True}})
    assert after["features"]["subscription_update"] == features["subscription_update"]
    assert after["features"]["subscription_cancel"]["mode"] == "at_period_end"
    assert (after["updated"], after["name"]) == (NOW + 60, "Basic")
    assert after["login_page"]["url"].startswith("https://billing.stripe.com/p/login/test_")


def test_a_session_leads_to_one_thing() -> None:
    """The flow names the customer's own subscription, and comes back to the portal unless it says otherwise."""
    shop = Shop()
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})
    card = shop.get("/v1/payment_methods", {"customer": customer["id"]})["data"][0]["id"]
    rows = [{"price": shop.price(900, interval="month")}]
    body = {"customer": customer["id"], "items": rows, "default_payment_method": card}
    subscription = shop.post("/v1/subscriptions", body)["id"]
    cancel = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription}}
    session = shop.post(SESSIONS, {"customer": customer["id"], "flow_data": cancel})
    flow = session["flow"]
    assert (flow["type"], flow["subscription_cancel"]["subscription"]) == ("subscription_cancel", subscription)
    assert flow["after_completion"]["type"] == "portal_homepage"
    assert (flow["subscription_update"], flow["customer_update"]) == (None, None)

    other = shop.post("/v1/customers")["id"]
    table: list[tuple[dict[str, Any], str]] = [
        ({"customer": other, "flow_data": cancel}, "flow_data[subscription_cancel][subscription]"),
        ({"customer": customer["id"], "flow_data": {"type": "subscription_cancel"}}, "flow_data[subscription_cancel]"),
    ]
    for params, param in table:
        status, error = shop.refused("POST", SESSIONS, params)
        assert (status, error["param"]) == (400, param)


def test_a_flow_needs_its_feature() -> None:
    """The default configuration switches no plans."""
    shop = Shop()
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
    rows = [{"price": shop.price(900, interval="month")}]
    body = {"customer": customer, "items": rows, "default_payment_method": card}
    subscription = shop.post("/v1/subscriptions", body)["id"]
    flow = {"type": "subscription_update", "subscription_update": {"subscription": subscription}}
    _, error = shop.refused("POST", SESSIONS, {"customer": customer, "flow_data": flow})
    assert error["message"] == (
        "This subscription cannot be updated because the subscription update feature in the portal configuration is "
        "disabled."
    )


@pytest.mark.parametrize(
    "params, param",
    [
        ({}, "customer"),
        ({"customer": "cus_invalid"}, "customer"),
        ({"customer": "$", "configuration": "bpc_none"}, "configuration"),
    ],
)
def test_nobody_gets_in_by_mistake(params: dict[str, str], param: str) -> None:
    """Each refusal names its parameter, and no configuration is made."""
    shop = Shop()
    customer = shop.post("/v1/customers")["id"]
    status, error = shop.refused("POST", SESSIONS, {key: customer if v == "$" else v for key, v in params.items()})
    assert (status, error["param"]) == (400, param)
    assert shop.get(CONFIGURATIONS)["data"] == []


def test_a_flow_updates_one_item_to_what_is_offered() -> None:
    """Another price, a second item, a subscription of two: refused when the session is made. [documented]"""
    shop = Shop()
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
    small, large, other = (shop.price(amount, interval="month") for amount in (900, 1900, 2900))
    products = [{"product": shop.get(f"/v1/prices/{large}")["product"], "prices": [large]}]
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": products}
    configuration = shop.post(CONFIGURATIONS, {"features": {"subscription_update": update}})["id"]

    def way(subscription: Any, *items: dict[str, Any]) -> dict[str, Any]:
        """A request for a session that asks to confirm."""
        plan = {"subscription": subscription["id"], "items": list(items)}
        flow = {"type": "subscription_update_confirm", "subscription_update_confirm": plan}
        return {"customer": customer, "configuration": configuration, "flow_data": flow}

    body = {"customer": customer, "default_payment_method": card}
    one = shop.post("/v1/subscriptions", {**body, "items": [{"price": small}]})
    two = shop.post("/v1/subscriptions", {**body, "items": [{"price": small}, {"price": other}]})
    item, first = one["items"]["data"][0]["id"], two["items"]["data"][0]["id"]
    made = shop.post(SESSIONS, way(one, {"id": item, "price": large, "quantity": 2}))
    assert made["flow"]["subscription_update_confirm"]["items"] == [{"id": item, "price": large, "quantity": 2}]
    for refused in (way(one, {"id": item, "price": other}), way(two, {"id": first, "price": large})):
        assert shop.refused("POST", SESSIONS, refused)[0] == 400
