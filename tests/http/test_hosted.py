"""The hosted pages, as a browser without scripts sees them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.http.surfing import BASE, Browser
from tests.resources.buying import Shop


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


MARK = "'\"><img src=x>"
"""What would become markup where it is not escaped."""


def test_nothing_that_was_said_becomes_markup(shop: Shop, browser: Browser) -> None:
    """Whatever a server or a customer may say is text, in attributes too."""
    product = shop.post("/v1/products", {"name": MARK})["id"]
    prices = [
        shop.post("/v1/prices", {"product": product, "unit_amount": 1500, "currency": "usd", **more})["id"]
        for more in ({}, {"unit_amount": 300})
    ]
    rate = {"fixed_amount": {"amount": 500, "currency": "usd"}, "display_name": MARK}
    coupon = shop.post("/v1/coupons", {"percent_off": 10, "duration": "once", "name": MARK})["id"]
    shop.post("/v1/promotion_codes", {"promotion": {"type": "coupon", "coupon": coupon}, "code": "TEN"})
    places = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    label = {"type": "custom", "custom": MARK}
    options = [{"label": MARK, "value": "a"}]
    session = shop.session(
        "payment",
        line_items=[{"price": prices[0], "quantity": 1, "adjustable_quantity": {"enabled": True}}],
        optional_items=[{"price": prices[1], "quantity": 1}],
        shipping_options=[{"shipping_rate_data": rate}, {"shipping_rate_data": {**rate, "display_name": "Post"}}],
        shipping_address_collection={"allowed_countries": ["US"]},
        allow_promotion_codes=True,
        consent_collection={"terms_of_service": "required"},
        custom_text={place: {"message": MARK} for place in places},
        custom_fields=[
            {"key": "k1", "label": label, "type": "text", "text": {"default_value": MARK}},
            {"key": "k2", "label": label, "type": "dropdown", "dropdown": {"options": options}},
        ],
        customer_email="ada@example.com",
        cancel_url=f"https://example.com/{MARK.replace(' ', '')}",
    )
    typed = dict.fromkeys(("name", "phone", "custom_k1", "ship_name", "ship_line1", "promotion_code", "other"), MARK)
    for shown in (
        browser.get(session["url"]),
        browser.post(session["url"], {"do": "choose", **typed}),
        browser.post(session["url"], {"do": "pay", **typed}),
        browser.post(
            session["url"], {"do": "pay", **typed, "other": "", "number": "4000002500003155", "email": "a@b.co"}
        ),
    ):
        assert "&lt;img" in shown.text
        assert "<img" not in shown.text
    profile = {"headline": MARK[:60]}
    features = {"customer_update": {"enabled": True, "allowed_updates": ["name", "address"]}}
    body = {"business_profile": profile, "features": features}
    configuration = shop.post("/v1/billing_portal/configurations", body)["id"]
    customer = shop.post("/v1/customers", {"name": MARK, "address": {"line1": MARK}})["id"]
    portal = shop.post("/v1/billing_portal/sessions", {"customer": customer, "configuration": configuration})
    shown = browser.get(portal["url"])
    assert shown.text.count("&lt;img") == 3  # headline, name, address
    assert "<img" not in shown.text


def test_a_program_is_no_address(shop: Shop, browser: Browser) -> None:
    """No page leads to one, neither by a link nor by itself; the addresses of apps are good."""
    price, run = shop.price(), "JavaScript://%0aalert(1)"
    customer = shop.post("/v1/customers")["id"]
    rows = [{"price": price, "quantity": 1}]
    after: dict[str, Any] = {"type": "redirect", "redirect": {"return_url": run}}
    features = {"invoice_history": {"enabled": True}}
    table: list[tuple[str, dict[str, Any], str]] = [
        ("checkout/sessions", {"mode": "payment", "success_url": run, "line_items": rows}, "success_url"),
        ("payment_links", {"line_items": rows, "after_completion": {"type": "redirect", "redirect": {"url": run}}},
         "after_completion[redirect][url]"),
        ("billing_portal/sessions", {"customer": customer, "return_url": run}, "return_url"),
        ("billing_portal/sessions",
         {"customer": customer, "flow_data": {"type": "payment_method_update", "after_completion": after}},
         "flow_data[after_completion][redirect][return_url]"),
        ("billing_portal/configurations", {"features": features, "default_return_url": run}, "default_return_url"),
        ("billing_portal/configurations", {"features": features, "business_profile": {"privacy_policy_url": run}},
         "business_profile[privacy_policy_url]"),
    ]  # fmt: skip
    for path, body, param in table:
        status, error = shop.refused("POST", f"/v1/{path}", body)
        assert (status, error["code"], error["message"], error["param"]) == (
            400,
            "url_invalid",
            "Not a valid URL",
            param,
        )
    session = shop.session("payment", (price, 1), cancel_url="myapp://cart")
    assert 'href="myapp://cart"' in browser.get(session["url"]).text
    intent = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_threeDSecure2Required", "confirm": True}
    made = shop.post("/v1/payment_intents", {**intent, "return_url": run})
    shown = browser.post(made["next_action"]["redirect_to_url"]["url"], {"do": "complete"})
    assert (shown.status_code, shown.headers.get("location"), "href" in shown.text) == (200, None, False)


def test_an_emptied_code_comes_off(shop: Shop, browser: Browser) -> None:
    """10 % off 15 dollars, and back again."""
    coupon = shop.post("/v1/coupons", {"percent_off": 10, "duration": "once"})["id"]
    shop.post("/v1/promotion_codes", {"promotion": {"type": "coupon", "coupon": coupon}, "code": "TEN"})
    session = shop.session("payment", (shop.price(1500), 1), allow_promotion_codes=True)
    assert "Pay $13.50" in browser.post(session["url"], {"do": "choose", "promotion_code": "ten"}).text
    assert "Pay $15.00" in browser.post(session["url"], {"do": "choose", "promotion_code": ""}).text


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


def test_pages_need_no_key_and_no_script(shop: Shop, browser: Browser) -> None:
    """Nothing is loaded from anywhere."""
    shown = browser.get(shop.session("payment", (shop.price(), 1))["url"])
    assert shown.headers["content-type"].startswith("text/html")
    assert re.findall(r"\b(?:src|href)=", shown.text) == []


def test_names_of_fields_are_escaped_too(shop: Shop, browser: Browser) -> None:
    """And what was typed, which comes back after a decline."""
    label = {"type": "custom", "custom": "Size"}
    field = {"key": 'x" onfocus="alert(1)', "label": label, "type": "text", "optional": True}
    session = shop.session("payment", (shop.price(), 1), custom_fields=[field])
    typed = {"email": "a@b.co", "name": '"><script>alert(1)</script>', "number": "4000000000000002"}
    shown = browser.post(session["url"], typed).text
    assert "<script>" not in shown
    assert 'x" onfocus' not in shown
    assert "&lt;script&gt;" in shown


def test_pages_run_nothing_and_are_asked_for_again(shop: Shop, browser: Browser) -> None:
    """After going back, a page shows how things are."""
    headers = browser.get(shop.session("payment", (shop.price(), 1))["url"]).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


ADA = {"email": "ada@example.com", "name": "Ada", "number": "4242424242424242", "do": "pay"}


def test_nobody_pays_another_amount_than_the_one_they_saw(shop: Shop, browser: Browser) -> None:
    """Two tabs: one chooses three, the other still shows two and does not pay for three."""
    lines = [{"price": shop.price(1500), "quantity": 2, "adjustable_quantity": {"enabled": True}}]
    session = shop.session("payment", line_items=lines)
    (item,) = shop.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    chosen = browser.post(session["url"], {"do": "choose", f"item_{item['id']}": "3"})
    assert (chosen.status_code, "$45.00" in chosen.text) == (200, True)
    stale = browser.post(session["url"], {**ADA, "total": "3000"})
    assert (stale.status_code, "has changed" in stale.text) == (409, True)
    assert browser.post(session["url"], {**ADA, "total": "4500"}).status_code == 303
    assert shop.get("/v1/charges")["data"][0]["amount"] == 4500


def test_what_is_over_stays_over(shop: Shop, browser: Browser) -> None:
    """A form that is sent twice pays once; an expired page takes nothing."""
    session = shop.session("payment", (shop.price(), 1))
    assert browser.post(session["url"], ADA).status_code == 303
    again = browser.post(session["url"], ADA)
    assert (again.status_code, "all done" in again.text) == (409, True)
    late = shop.session("payment", (shop.price(), 1))
    shop.post(f"/v1/checkout/sessions/{late['id']}/expire")
    assert "has expired" in browser.get(late["url"]).text
    assert browser.post(late["url"], ADA).status_code == 409
    assert len(shop.get("/v1/charges")["data"]) == 1


def test_the_bank_asks_on_a_page_of_its_own(shop: Shop, browser: Browser) -> None:
    """What was typed goes along; refusing leads back to the page, agreeing to the shop."""
    session = shop.session("payment", (shop.price(), 1))
    asked = browser.post(session["url"], {**ADA, "number": "4000002500003155"})
    assert (asked.status_code, "asks whether it is really you" in asked.text) == (200, True)
    assert 'value="ada@example.com"' in asked.text
    assert shop.get("/v1/payment_intents")["data"] == []
    typed = {**ADA, "number": "4000002500003155"}
    failed = browser.post(session["url"], {**typed, "authenticate": "no"})
    assert (failed.status_code, "failed authentication" in failed.text) == (402, True)
    assert browser.post(session["url"], {**typed, "authenticate": "yes"}).status_code == 303


@pytest.mark.parametrize(
    "asked, status",
    [({"return_url": "https://a.example/{CHECKOUT_SESSION_ID}"}, 303), ({"redirect_on_completion": "never"}, 200)],
)
def test_a_session_of_the_callers_own_page_leads_where_it_says(
    shop: Shop, browser: Browser, asked: dict[str, Any], status: int
) -> None:
    """Its form is here for want of Stripe's script."""
    rows = [{"price": shop.price(), "quantity": 1}]
    body = {"mode": "payment", "line_items": rows, "ui_mode": "embedded_page", **asked}
    session = shop.post("/v1/checkout/sessions", body)
    paid = browser.post(f"{BASE}/c/pay/{session['id']}", ADA)
    assert paid.status_code == status
    if status == 303:
        assert paid.headers["location"] == f"https://a.example/{session['id']}"


def test_a_link_thanks_by_itself_unless_it_leads_on(shop: Shop, browser: Browser) -> None:
    """In words of its own."""
    after = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "See you soon"}}
    rows = [{"price": shop.price(), "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "after_completion": after})
    page = browser.get(link["url"]).headers["location"]
    thanked = browser.post(page, ADA)
    assert (thanked.status_code, "See you soon" in thanked.text) == (200, True)


def test_a_links_address_is_read_and_its_campaign_led_on(shop: Shop, browser: Browser) -> None:
    """What it fills in stands in the form; the codes of the campaign come along to where it leads. [documented]"""
    after = {"type": "redirect", "redirect": {"url": "https://a.example/thanks?from=link&note="}}
    rows = [{"price": shop.price(), "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "after_completion": after})
    said = "client_reference_id=cart-7&prefilled_email=ada%40example.com&utm_source=mail&utm_term=a+b&other=1"
    page = browser.get(f"{link['url']}?{said}").headers["location"]
    assert 'value="ada@example.com"' in browser.get(page).text
    (session,) = shop.get("/v1/checkout/sessions")["data"]
    assert session["client_reference_id"] == "cart-7"
    paid = browser.post(page, ADA)
    assert paid.headers["location"] == "https://a.example/thanks?from=link&note=&utm_source=mail"


def test_everything_asked_for_can_be_typed(shop: Shop, browser: Browser) -> None:
    """Phone, bill, business, agreement; a saved card that may be shown again pays."""
    customer = shop.post("/v1/customers", {"email": "ada@example.com", "payment_method": "pm_card_visa"})["id"]
    card = shop.get("/v1/payment_methods", {"customer": customer})["data"][0]["id"]
    shop.post(f"/v1/payment_methods/{card}", {"allow_redisplay": "always"})
    session = shop.session(
        "payment",
        (shop.price(), 1),
        customer=customer,
        customer_update={"name": "auto"},
        phone_number_collection={"enabled": True},
        billing_address_collection="required",
        tax_id_collection={"enabled": True},
        consent_collection={"terms_of_service": "required", "promotions": "auto"},
    )
    shown = browser.get(session["url"]).text
    assert "Saved: visa ending in 4242" in shown
    typed = {
        "phone": "+1",
        "bill_line1": "Main St 1",
        "bill_country": "US",
        "business_name": "Ada Inc",
        "tax_type": "us_ein",
        "tax_value": "12-3456789",
        "number": f"saved:{card}",
    }
    assert browser.post(session["url"], typed).status_code == 402  # without agreeing
    assert browser.post(session["url"], {**typed, "terms": "yes"}).status_code == 303
    done = shop.get(f"/v1/checkout/sessions/{session['id']}")
    assert done["consent"] == {"promotions": "opt_out", "terms_of_service": "accepted"}
    assert done["customer_details"]["tax_ids"] == [{"type": "us_ein", "value": "12-3456789"}]
    assert done["customer_details"]["phone"] == "+1"


def test_an_expired_session_is_found_again(shop: Shop, browser: Browser) -> None:
    """By the address that it was given then; codes may be typed on the copy if that was promised."""
    recovery = {"enabled": True, "allow_promotion_codes": True}
    session = shop.session("payment", (shop.price(), 1), after_expiration={"recovery": recovery})
    expired = shop.post(f"/v1/checkout/sessions/{session['id']}/expire")
    url = expired["after_expiration"]["recovery"]["url"]
    assert url.startswith(f"{BASE}/r/test_")
    page = browser.get(url)
    assert page.status_code == 303
    assert "Promotion code" in browser.get(page.headers["location"]).text
    assert browser.get(f"{BASE}/r/test_none").status_code == 404


def test_tax_is_seen_before_it_is_paid(shop: Shop, browser: Browser) -> None:
    """Berlin owes 19 % where the shop is registered; the page says so once it knows that it is Berlin."""
    head = {"country": "DE", "city": "Berlin", "postal_code": "10117", "line1": "Platz 1"}
    defaults = {"tax_behavior": "exclusive", "tax_code": "txcd_10000000"}
    shop.post("/v1/tax/settings", {"defaults": defaults, "head_office": {"address": head}})
    scheme = {"type": "standard", "standard": {"place_of_supply_scheme": "standard"}}
    shop.post("/v1/tax/registrations", {"country": "DE", "country_options": {"de": scheme}, "active_from": "now"})
    session = shop.session("payment", (shop.price(1000), 1), automatic_tax={"enabled": True})
    typed = {**ADA, "bill_line1": "Platz 2", "bill_postal_code": "10117", "bill_country": "DE", "total": "1000"}
    shown = browser.post(session["url"], typed)
    assert (shown.status_code, "Pay $11.90" in shown.text) == (200, True)  # 1000 + 19 %
    assert shop.get("/v1/charges")["data"] == []
    assert browser.post(session["url"], {**typed, "seen": "1190"}).status_code == 303
    assert shop.get("/v1/charges")["data"][0]["amount"] == 1190
