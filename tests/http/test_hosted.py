"""The hosted pages, as a browser without scripts sees them."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from tests.resources.buying import Shop

from pinstripe.http.app import create_app

BASE = "http://testserver"


class Browser:
    """Somebody who follows no redirect by itself."""

    def __init__(self, shop: Shop) -> None:
        self.app = create_app(shop.simulator)

    def get(self, url: str) -> httpx.Response:
        """Look at a page."""
        return asyncio.run(self._ask("GET", url, None))

    def post(self, url: str, data: dict[str, str]) -> httpx.Response:
        """Send a form."""
        return asyncio.run(self._ask("POST", url, data))

    async def _ask(self, method: str, url: str, data: dict[str, str] | None) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app)) as client:
            return await client.request(method, url, data=data)


@pytest.fixture
def shop() -> Shop:
    """A shop whose server has pages."""
    shop = Shop()
    shop.simulator.accounts.pages = BASE
    return shop


@pytest.fixture
def browser(shop: Shop) -> Browser:
    """Somebody who looks at the shop's pages."""
    return Browser(shop)


def test_a_customer_pays_on_the_page(shop: Shop, browser: Browser) -> None:
    """The page says what is sold, shows a decline, and leads on with the session's id."""
    session = shop.session("payment", (shop.price(1500), 2))
    assert session["url"] == f"{BASE}/c/pay/{session['id']}"
    shown = browser.get(session["url"])
    assert "2 × Gold" in shown.text
    assert "$30.00" in shown.text
    typed = {"email": "ada@example.com", "name": "Ada"}
    declined = browser.post(session["url"], data={**typed, "number": "4000000000000341"})
    assert (declined.status_code, "Your card was declined." in declined.text) == (402, True)
    paid = browser.post(session["url"], data={**typed, "number": "4242424242424242"})
    assert paid.status_code == 303
    assert paid.headers["location"] == f"https://example.com/thanks?session={session['id']}"
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["payment_status"] == "paid"
    assert "You're all done" in browser.get(session["url"]).text.replace("&#x27;", "'")


def test_the_page_asks_where_to_ship(shop: Shop, browser: Browser) -> None:
    """And for whatever else the session was told to ask."""
    size = {"key": "size", "label": {"type": "custom", "custom": "Size"}, "type": "text"}
    countries = {"allowed_countries": ["DE", "US"]}
    item = (shop.price(1500), 1)
    session = shop.session("payment", item, custom_fields=[size], shipping_address_collection=countries)
    assert "Size" in browser.get(session["url"]).text
    typed = {"email": "ada@example.com", "name": "Ada", "number": "4242424242424242", "custom_size": "XL"}
    assert browser.post(session["url"], data=typed).status_code == 402
    assert browser.post(session["url"], data={**typed, "ship_city": "Berlin", "ship_country": "DE"}).status_code == 303
    done = shop.get(f"/v1/checkout/sessions/{session['id']}")
    assert done["custom_fields"][0]["text"]["value"] == "XL"
    assert done["collected_information"]["shipping_details"]["address"]["city"] == "Berlin"


def test_what_is_shown_is_escaped(shop: Shop, browser: Browser) -> None:
    """A product may be called anything."""
    product = shop.post("/v1/products", {"name": "<script>alert('x')</script>"})["id"]
    price = shop.post("/v1/prices", {"product": product, "unit_amount": 1500, "currency": "usd"})["id"]
    shown = browser.get(shop.session("payment", (price, 1), cancel_url="javascript:alert(1)")["url"]).text
    assert "<script>" not in shown
    assert "javascript:" not in shown


def test_a_link_leads_to_a_new_page_each_time(shop: Shop, browser: Browser) -> None:
    """Until it is switched off."""
    rows = [{"price": shop.price(), "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "inactive_message": "Sold out"})
    assert link["url"].startswith(f"{BASE}/b/test_")
    first, second = (browser.get(link["url"]) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] != second.headers["location"]
    assert browser.get(first.headers["location"]).status_code == 200
    shop.post(f"/v1/payment_links/{link['id']}", {"active": False})
    closed = browser.get(link["url"])
    assert (closed.status_code, "Sold out" in closed.text) == (410, True)
    assert browser.get(f"{BASE}/b/test_none").status_code == 404


def subscribed(shop: Shop, price: str) -> tuple[str, str]:
    """A customer with a card and a subscription."""
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
    body = {"customer": customer, "items": [{"price": price}], "default_payment_method": card}
    return customer, shop.post("/v1/subscriptions", body)["id"]


def portal(shop: Shop, customer: str, features: dict[str, Any]) -> str:
    """A way into a portal that allows this."""
    configuration = shop.post("/v1/billing_portal/configurations", {"features": features})["id"]
    body = {"customer": customer, "configuration": configuration, "return_url": "https://example.com/account"}
    return str(shop.post("/v1/billing_portal/sessions", body)["url"])


def test_a_customer_helps_himself_in_the_portal(shop: Shop, browser: Browser) -> None:
    """Another card, another plan, the end: each by the API's own rules."""
    small, large = shop.price(900, interval="month"), shop.price(1900, interval="month")
    customer, subscription = subscribed(shop, small)
    product = shop.get(f"/v1/prices/{large}")["product"]
    update = {
        "enabled": True,
        "default_allowed_updates": ["price"],
        "products": [{"product": product, "prices": [large]}],
    }
    features = {"subscription_update": update, "subscription_cancel": {"enabled": True}}
    url = portal(shop, customer, {**features, "payment_method_update": {"enabled": True}})
    assert "visa ending in 4242" in browser.get(url).text
    assert browser.post(url, data={"do": "card", "number": "4000000000000341"}).status_code == 200
    default = shop.get(f"/v1/customers/{customer}")["invoice_settings"]["default_payment_method"]
    assert shop.get(f"/v1/payment_methods/{default}")["card"]["last4"] == "0341"
    assert browser.post(url, data={"do": "card", "number": "4000000000000002"}).status_code == 402

    assert browser.post(url, data={"do": "switch", "of": subscription, "price": large}).status_code == 200
    now = shop.get(f"/v1/subscriptions/{subscription}")
    assert now["items"]["data"][0]["price"]["id"] == large
    shown = browser.post(url, data={"do": "cancel", "of": subscription}).text
    assert "will be canceled" in shown
    assert "Cancel plan" not in shown
    after = shop.get(f"/v1/subscriptions/{subscription}")
    assert (after["status"], after["cancel_at_period_end"]) == ("active", True)


def test_the_portal_does_only_what_its_configuration_allows(shop: Shop, browser: Browser) -> None:
    """A form that was not offered, a plan that is not sold, somebody else's subscription: refused on the page."""
    price = shop.price(900, interval="month")
    customer, subscription = subscribed(shop, price)
    _, other = subscribed(shop, price)
    url = portal(shop, customer, {"subscription_cancel": {"enabled": True, "mode": "immediately"}})
    assert "Switch plan" not in browser.get(url).text
    for typed in (
        {"do": "switch", "of": subscription, "price": price},
        {"do": "cancel", "of": other},
        {"do": "card", "number": "4242424242424242"},
        {},
    ):
        refused = browser.post(url, data=typed)
        assert (refused.status_code, "cannot be done here" in refused.text) == (402, True), typed
    assert browser.post(url, data={"do": "cancel", "of": subscription}).status_code == 200
    assert shop.get(f"/v1/subscriptions/{subscription}")["status"] == "canceled"
    assert shop.get(f"/v1/subscriptions/{other}")["status"] == "active"


def test_pages_need_no_key_and_no_script(shop: Shop, browser: Browser) -> None:
    """Nothing is loaded from anywhere."""
    shown = browser.get(shop.session("payment", (shop.price(), 1))["url"])
    assert shown.headers["content-type"].startswith("text/html")
    assert re.findall(r"\b(?:src|href)=", shown.text) == []
