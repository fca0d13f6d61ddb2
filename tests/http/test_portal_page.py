"""The portal's page: everything that a configuration can allow, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.http.surfing import Browser
from tests.resources.buying import Shop
from tests.resources.connecting import payee

DAY = 86_400
RETURN = "https://example.com/account"


def subscribed(shop: Shop, price: str) -> tuple[str, str]:
    """A customer with a card and a subscription."""
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
    body = {"customer": customer, "items": [{"price": price}], "default_payment_method": card}
    return customer, shop.post("/v1/subscriptions", body)["id"]


def portal(shop: Shop, customer: str, features: dict[str, Any], **more: Any) -> str:
    """A way into a portal that allows this."""
    configuration = shop.post("/v1/billing_portal/configurations", {"features": features})["id"]
    body = {"customer": customer, "configuration": configuration, "return_url": RETURN, **more}
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


def switching(shop: Shop, *prices: str, **more: Any) -> dict[str, Any]:
    """A feature that switches between prices."""
    products = [{"product": shop.get(f"/v1/prices/{price}")["product"], "prices": [price]} for price in prices]
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": products, **more}
    return {"subscription_update": update}


@pytest.mark.parametrize("behavior, due", [("none", 0), ("create_prorations", 0), ("always_invoice", 500)])
def test_a_switch_is_prorated_as_configured(shop: Shop, browser: Browser, behavior: str, due: int) -> None:
    """From 10 to 20 dollars on the 15th of 30 days: half of the difference, pending, at once or never."""
    shop.turn(NOW + DAY)  # 1 February 2027, noon; the period has 28 days
    small, large = shop.price(1000, interval="month"), shop.price(2000, interval="month")
    customer, subscription = subscribed(shop, small)
    url = portal(shop, customer, switching(shop, small, large, proration_behavior=behavior))
    shop.turn(NOW + 15 * DAY)  # half of it is over
    assert browser.post(url, {"do": "switch", "of": subscription, "price": large}).status_code == 200
    invoices = shop.get("/v1/invoices", {"customer": customer})["data"]
    assert sum(invoice["total"] for invoice in invoices) == 1000 + due
    pending = shop.get("/v1/invoiceitems", {"customer": customer, "pending": True})["data"]
    assert sum(item["amount"] for item in pending) == (500 if behavior == "create_prorations" else 0)


def test_a_smaller_plan_waits_for_the_end_of_the_period(shop: Shop, browser: Browser) -> None:
    """A schedule does it, a larger one begins at once."""
    shop.turn(NOW + DAY)
    small, large = shop.price(1000, interval="month"), shop.price(2000, interval="month")
    customer, subscription = subscribed(shop, large)
    waits = {"schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]}}
    url = portal(shop, customer, switching(shop, small, large, **waits))
    shown = browser.post(url, {"do": "switch", "of": subscription, "price": small})
    assert (shown.status_code, "A change is scheduled" in shown.text) == (200, True)
    path = f"/v1/subscriptions/{subscription}"
    assert shop.get(path)["items"]["data"][0]["price"]["id"] == large
    assert browser.post(url, {"do": "switch", "of": subscription, "price": small}).status_code == 402  # it is under way
    shop.turn(NOW + 30 * DAY)
    assert shop.get(path)["items"]["data"][0]["price"]["id"] == small


def test_quantities_have_bounds(shop: Shop, browser: Browser) -> None:
    """Two to four seats."""
    price = shop.price(1000, interval="month")
    customer, subscription = subscribed(shop, price)
    feature = switching(shop, price, default_allowed_updates=["quantity"])
    feature["subscription_update"]["products"][0]["adjustable_quantity"] = {"enabled": True, "minimum": 2, "maximum": 4}
    url = portal(shop, customer, feature)
    for quantity, status in (("5", 402), ("two", 402), ("3", 200), ("1", 402)):
        assert browser.post(url, {"do": "switch", "of": subscription, "quantity": quantity}).status_code == status
    assert shop.get(f"/v1/subscriptions/{subscription}")["items"]["data"][0]["quantity"] == 3


def test_a_trial_ends_with_a_switch_unless_it_continues(shop: Shop, browser: Browser) -> None:
    """[documented: it ends unless told otherwise]"""
    small, large = shop.price(1000, interval="month"), shop.price(2000, interval="month")
    for behavior, status in (("end_trial", "active"), ("continue_trial", "trialing")):
        customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
        card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
        body = {"items": [{"price": small}], "default_payment_method": card, "trial_period_days": 7}
        subscription = shop.post("/v1/subscriptions", {"customer": customer, **body})["id"]
        url = portal(shop, customer, switching(shop, small, large, trial_update_behavior=behavior))
        assert browser.post(url, {"do": "switch", "of": subscription, "price": large}).status_code == 200
        assert shop.get(f"/v1/subscriptions/{subscription}")["status"] == status


def test_a_code_is_typed_in_the_portal(shop: Shop, browser: Browser) -> None:
    """One that nobody has made is told, another is redeemed."""
    price = shop.price(1000, interval="month")
    customer, subscription = subscribed(shop, price)
    coupon = shop.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    shop.post("/v1/promotion_codes", {"promotion": {"type": "coupon", "coupon": coupon}, "code": "TEN"})
    url = portal(shop, customer, switching(shop, price, default_allowed_updates=["promotion_code"]))
    assert browser.post(url, {"do": "switch", "of": subscription, "promotion_code": "NINE"}).status_code == 402
    assert browser.post(url, {"do": "switch", "of": subscription, "promotion_code": "ten"}).status_code == 200
    assert len(shop.get(f"/v1/subscriptions/{subscription}")["discounts"]) == 1


def test_a_reason_is_given_and_taken_back(shop: Shop, browser: Browser) -> None:
    """Canceling says why; changing one's mind keeps the plan."""
    customer, subscription = subscribed(shop, shop.price(1000, interval="month"))
    reason = {"enabled": True, "options": ["too_expensive", "other"]}
    url = portal(shop, customer, {"subscription_cancel": {"enabled": True, "cancellation_reason": reason}})
    typed = {"do": "cancel", "of": subscription, "feedback": "too_expensive", "comment": "Sorry"}
    assert "Don&#x27;t cancel plan" in browser.post(url, typed).text
    details = shop.get(f"/v1/subscriptions/{subscription}")["cancellation_details"]
    assert (details["feedback"], details["comment"], details["reason"]) == (
        "too_expensive",
        "Sorry",
        "cancellation_requested",
    )
    assert browser.post(url, {"do": "keep", "of": subscription}).status_code == 200
    assert shop.get(f"/v1/subscriptions/{subscription}")["cancel_at_period_end"] is False


def test_a_plan_rests_and_goes_on(shop: Shop, browser: Browser) -> None:
    """Paused on request, resumed on request."""
    customer, subscription = subscribed(shop, shop.price(1000, interval="month"))
    url = portal(shop, customer, {"subscription_pause": {"enabled": True}})
    assert "Resume plan" in browser.post(url, {"do": "pause", "of": subscription}).text
    assert shop.get(f"/v1/subscriptions/{subscription}")["status"] == "paused"
    assert browser.post(url, {"do": "resume", "of": subscription}).status_code == 200
    assert shop.get(f"/v1/subscriptions/{subscription}")["status"] == "active"


def test_details_are_corrected_as_far_as_allowed(shop: Shop, browser: Browser) -> None:
    """Name, address and a tax id; not the email, which is not offered."""
    customer, _ = subscribed(shop, shop.price(1000, interval="month"))
    update = {"enabled": True, "allowed_updates": ["name", "address", "tax_id"]}
    url = portal(shop, customer, {"customer_update": update})
    assert "Email" not in browser.get(url).text
    typed = {
        "do": "details",
        "name": "Ada",
        "email": "eve@example.com",
        "address[city]": "Berlin",
        "address[country]": "DE",
        "tax_type": "eu_vat",
        "tax_value": "DE123456789",
    }
    assert browser.post(url, typed).status_code == 200
    after = shop.get(f"/v1/customers/{customer}")
    assert (after["name"], after["email"], after["address"]["city"]) == ("Ada", None, "Berlin")
    assert [row["value"] for row in shop.get(f"/v1/customers/{customer}/tax_ids")["data"]] == ["DE123456789"]


def test_what_is_emptied_is_gone(shop: Shop, browser: Browser) -> None:
    """A line of the address, then the address and the name; the email stays, which nobody can be without."""
    said = {"name": "Ada", "email": "ada@example.com", "address": {"line1": "Unter den Linden 1", "country": "DE"}}
    customer = shop.post("/v1/customers", said)["id"]
    update = {"enabled": True, "allowed_updates": ["name", "email", "address", "shipping"]}
    url = portal(shop, customer, {"customer_update": update})
    typed = {"do": "details", "name": "Ada", "email": "", "address[line1]": "", "address[country]": "DE"}
    assert browser.post(url, typed).status_code == 200
    after = shop.get(f"/v1/customers/{customer}")
    assert (after["address"]["line1"], after["address"]["country"]) == (None, "DE")
    empty = {"name": "", "address[country]": "", "shipping[name]": "", "shipping[address][line1]": ""}
    assert browser.post(url, {**typed, **empty}).status_code == 200
    after = shop.get(f"/v1/customers/{customer}")
    assert [after[name] for name in ("name", "email", "address", "shipping")] == [None, "ada@example.com", None, None]


def test_cards_are_chosen_and_removed(shop: Shop, browser: Browser) -> None:
    """Only one's own, and only where the configuration allows it."""
    customer, _ = subscribed(shop, shop.price(1000, interval="month"))
    other, _ = subscribed(shop, shop.price(1000, interval="month"))
    own, theirs = (shop.get("/v1/payment_methods", {"customer": one})["data"][0]["id"] for one in (customer, other))
    url = portal(shop, customer, {"payment_method_update": {"enabled": True}})
    assert "visa ending in 4242 (default)" in browser.post(url, {"do": "default", "of": own}).text
    assert browser.post(url, {"do": "remove", "of": theirs}).status_code == 402
    assert browser.post(url, {"do": "remove", "of": own}).status_code == 402  # a plan has to be paid
    assert "Remove" in browser.post(url, {"do": "card", "number": "5555555555554444"}).text
    assert browser.post(url, {"do": "remove", "of": own}).status_code == 200
    (left,) = shop.get("/v1/payment_methods", {"customer": customer})["data"]
    assert left["card"]["last4"] == "4444"
    assert len(shop.get("/v1/payment_methods", {"customer": other})["data"]) == 1
    closed = portal(shop, customer, {"invoice_history": {"enabled": True}})
    assert browser.post(closed, {"do": "card", "number": "4242424242424242"}).status_code == 402
    assert "$10.00" in browser.get(closed).text  # the invoice


def test_a_flow_shows_one_thing_and_leads_on(shop: Shop, browser: Browser) -> None:
    """To the shop, to a word of thanks, or home."""
    price = shop.price(1000, interval="month")
    features = {"subscription_cancel": {"enabled": True}, "invoice_history": {"enabled": True}}
    for after, status, location in (
        ({"type": "redirect", "redirect": {"return_url": "https://example.com/bye"}}, 303, "https://example.com/bye"),
        ({"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Bye"}}, 200, None),
        ({"type": "portal_homepage"}, 200, None),
    ):
        customer, subscription = subscribed(shop, price)
        cancel = {"subscription": subscription}
        flow = {"type": "subscription_cancel", "subscription_cancel": cancel, "after_completion": after}
        url = portal(shop, customer, features, flow_data=flow)
        assert "Invoices" not in browser.get(url).text
        done = browser.post(url, {"do": "cancel", "of": subscription})
        assert (done.status_code, done.headers.get("location")) == (status, location)
        assert ("Invoices" in done.text) == (after["type"] == "portal_homepage")
        assert ("Bye" in done.text) == (after["type"] == "hosted_confirmation")


def test_a_flow_offers_a_discount_to_whoever_stays(shop: Shop, browser: Browser) -> None:
    """[documented]"""
    customer, subscription = subscribed(shop, shop.price(1000, interval="month"))
    coupon = shop.post("/v1/coupons", {"percent_off": 50, "duration": "once"})["id"]
    retention = {"type": "coupon_offer", "coupon_offer": {"coupon": coupon}}
    cancel = {"subscription": subscription, "retention": retention}
    flow = {"type": "subscription_cancel", "subscription_cancel": cancel}
    url = portal(shop, customer, {"subscription_cancel": {"enabled": True}}, flow_data=flow)
    assert "with the discount offered" in browser.get(url).text
    assert browser.post(url, {"do": "stay", "of": subscription}).status_code == 200
    assert len(shop.get(f"/v1/subscriptions/{subscription}")["discounts"]) == 1


def test_a_flow_asks_to_confirm_a_change(shop: Shop, browser: Browser) -> None:
    """Three of the larger plan."""
    small, large = shop.price(1000, interval="month"), shop.price(2000, interval="month")
    customer, subscription = subscribed(shop, small)
    item = shop.get(f"/v1/subscriptions/{subscription}")["items"]["data"][0]["id"]
    plan = {"subscription": subscription, "items": [{"id": item, "price": large, "quantity": 3}]}
    flow = {"type": "subscription_update_confirm", "subscription_update_confirm": plan}
    url = portal(shop, customer, switching(shop, small, large), flow_data=flow)
    assert "$20.00" in browser.get(url).text
    assert browser.post(url, {"do": "confirm", "of": subscription}).status_code == 200
    after = shop.get(f"/v1/subscriptions/{subscription}")["items"]["data"][0]
    assert (after["price"]["id"], after["quantity"]) == (large, 3)


def test_the_page_speaks_the_newest_words_whatever_the_account_speaks(shop: Shop, browser: Browser) -> None:
    """An account of 2020 resets its cycle by a switch too."""
    shop.control("version", {"api_version": "2020-08-27"})
    small, large = shop.price(1000, interval="month"), shop.price(2000, interval="month")
    customer, subscription = subscribed(shop, small)
    url = portal(shop, customer, switching(shop, small, large, billing_cycle_anchor="now"))
    shop.turn(NOW + 10 * DAY)
    assert browser.post(url, {"do": "switch", "of": subscription, "price": large}).status_code == 200
    assert shop.get(f"/v1/subscriptions/{subscription}")["billing_cycle_anchor"] == NOW + 10 * DAY


def test_a_session_on_behalf_of_an_account_shows_what_is_on_its_behalf(shop: Shop, browser: Browser) -> None:
    """One of two subscriptions, and its invoice; a session for everybody shows both."""
    account = payee(shop)
    customer, other = subscribed(shop, shop.price(900, interval="month"))
    card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
    shop.post(f"/v1/customers/{customer}", {"invoice_settings": {"default_payment_method": card}})
    body = {"customer": customer, "items": [{"price": shop.price(1900, interval="month")}], "on_behalf_of": account}
    own = shop.post("/v1/subscriptions", body)["id"]
    features: dict[str, Any] = {"subscription_cancel": {"enabled": True}, "invoice_history": {"enabled": True}}
    everything = browser.get(portal(shop, customer, features)).text
    theirs = browser.get(portal(shop, customer, features, on_behalf_of=account)).text
    assert (own in everything, other in everything) == (True, True)
    assert (own in theirs, other in theirs) == (True, False)
    assert ("$19.00" in theirs, "$9.00" in theirs) == (True, False)
