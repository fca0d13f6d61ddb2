"""Payment links: each opening makes a session of its own."""

from __future__ import annotations

import pytest
from tests.resources.buying import VISA, Shop

from pinstripe.http.control import ControlError


def test_a_link_sells_to_whoever_opens_it() -> None:
    """Two people open it, one buys; the session carries the link's metadata."""
    shop = Shop()
    redirect = {"type": "redirect", "redirect": {"url": "https://example.com/thanks"}}
    price = shop.price(1500)
    rows = [{"price": price, "quantity": 2}]
    link = shop.post(
        "/v1/payment_links", {"line_items": rows, "metadata": {"from": "poster"}, "after_completion": redirect}
    )
    assert (link["active"], link["currency"], link["customer_creation"]) == (True, "usd", "if_required")
    assert link["url"].startswith("https://buy.stripe.com/test_")
    assert shop.told() == ["payment_link.created"]

    first, _ = (shop.control(f"payment_links/{link['id']}/open", {}) for _ in range(2))
    assert (first["amount_total"], first["payment_link"]) == (3000, link["id"])  # 2 x 1500
    assert (first["metadata"], first["success_url"]) == ({"from": "poster"}, "https://example.com/thanks")
    assert shop.complete(first["id"], **VISA)["payment_status"] == "paid"
    sessions = shop.get("/v1/checkout/sessions", {"payment_link": link["id"]})["data"]
    assert sorted(row["status"] for row in sessions) == ["complete", "open"]
    (item,) = shop.get(f"/v1/payment_links/{link['id']}/line_items")["data"]
    assert (item["price"]["id"], item["quantity"]) == (price, 2)


def test_what_is_archived_is_sold_by_no_page() -> None:
    """A price says so itself, or its product does."""
    shop = Shop()
    price = shop.price(1500)
    product = shop.get(f"/v1/prices/{price}")["product"]
    shop.post(f"/v1/products/{product}", {"active": False})
    for path, more in (("payment_links", {}), ("checkout/sessions", {"mode": "payment", "success_url": "https://a.b"})):
        body = {"line_items": [{"price": price, "quantity": 1}], **more}
        status, error = shop.refused("POST", f"/v1/{path}", body)
        assert (status, error["param"]) == (400, "line_items[0][price]")
        said = f"Price `{price}` is not available to be purchased because its product is not active."
        assert error["message"] == said


def test_a_link_that_subscribes() -> None:
    """It always makes a customer, and the subscription has the link's terms."""
    shop = Shop()
    rows = [{"price": shop.price(900, interval="month"), "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "subscription_data": {"trial_period_days": 7}})
    assert (link["customer_creation"], link["subscription_data"]["trial_period_days"]) == ("always", 7)
    session = shop.control(f"payment_links/{link['id']}/open", {})
    done = shop.complete(session["id"], **VISA)
    assert shop.get(f"/v1/subscriptions/{done['subscription']}")["status"] == "trialing"


def test_a_link_sells_no_oftener_than_it_may() -> None:
    """One sale, then it is over; and a link that is switched off sells nothing."""
    shop = Shop()
    rows = [{"price": shop.price(), "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "restrictions": {"completed_sessions": {"limit": 1}}})
    assert link["restrictions"] == {"completed_sessions": {"count": 0, "limit": 1}}
    session, other = (shop.control(f"payment_links/{link['id']}/open", {}) for _ in range(2))
    shop.complete(session["id"], **VISA)
    assert "reached its limit of 1" in shop.declined(other["id"], **VISA)[1]  # who opened it before comes too late
    with pytest.raises(ControlError, match="reached its limit of 1"):
        shop.control(f"payment_links/{link['id']}/open", {})
    more = shop.post(f"/v1/payment_links/{link['id']}", {"restrictions": {"completed_sessions": {"limit": 2}}})
    assert more["restrictions"] == {"completed_sessions": {"count": 1, "limit": 2}}
    assert shop.control(f"payment_links/{link['id']}/open", {})["status"] == "open"
    shop.post(f"/v1/payment_links/{link['id']}", {"active": False})
    with pytest.raises(ControlError, match="is not active"):
        shop.control(f"payment_links/{link['id']}/open", {})


def test_how_many_a_link_sells_may_change() -> None:
    """The item stays, its quantity changes, and an item of another link is refused."""
    shop = Shop()
    link = shop.post("/v1/payment_links", {"line_items": [{"price": shop.price(), "quantity": 1}]})
    path = f"/v1/payment_links/{link['id']}"
    (item,) = shop.get(f"{path}/line_items")["data"]
    shop.post(path, {"line_items": [{"id": item["id"], "quantity": 5}]})
    assert [(row["id"], row["quantity"]) for row in shop.get(f"{path}/line_items")["data"]] == [(item["id"], 5)]
    assert shop.refused("POST", path, {"line_items": [{"id": "li_none", "quantity": 5}]})[0] == 400
    assert shop.refused("POST", "/v1/payment_links", {"line_items": [{"price": "price_none", "quantity": 1}]})[0] == 400


def test_a_link_offers_what_a_session_does() -> None:
    """Optional items, ways of sending, an invoice: each session of the link has them."""
    shop = Shop()
    extra = shop.price(300)
    rate = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "usd"}}
    body = {
        "line_items": [{"price": shop.price(1500), "quantity": 1}],
        "optional_items": [{"price": extra, "quantity": 1}],
        "shipping_options": [
            {"shipping_rate": shop.post("/v1/shipping_rates", {**rate, "type": "fixed_amount"})["id"]}
        ],
        "invoice_creation": {"enabled": True, "invoice_data": {"footer": "Thanks"}},
        "allow_promotion_codes": True,
    }
    link = shop.post("/v1/payment_links", body)
    assert [row["shipping_amount"] for row in link["shipping_options"]] == [500]
    session = shop.control(f"payment_links/{link['id']}/open", {})
    assert session["amount_total"] == 2000  # 1500 + 500
    done = shop.complete(session["id"], optional_items={extra: 1}, **VISA)
    assert done["amount_total"] == 2300  # 2000 + 300
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (invoice["total"], invoice["footer"]) == (2300, "Thanks")
    off = shop.post(f"/v1/payment_links/{link['id']}", {"invoice_creation": {"enabled": False}})
    assert off["invoice_creation"]["enabled"] is False
    again = shop.control(f"payment_links/{link['id']}/open", {})
    assert shop.complete(again["id"], **VISA)["invoice"] is None


def test_an_address_says_who_comes_and_from_where() -> None:
    """A reference, an email that stays, a language, a code; what is ill-formed is dropped in silence. [documented]"""
    shop = Shop()
    shop.post("/v1/coupons", {"id": "TEN", "percent_off": 10, "duration": "once"})
    shop.post("/v1/promotion_codes", {"promotion": {"type": "coupon", "coupon": "TEN"}, "code": "SPRING"})
    rows = [{"price": shop.price(1500), "quantity": 2}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "allow_promotion_codes": True})["id"]
    said = {"client_reference_id": "user_42", "locale": "fr", "prefilled_promo_code": "spring"}
    session = shop.control(f"payment_links/{link}/open", {**said, "locked_prefilled_email": "ada@example.com"})
    assert (session["client_reference_id"], session["locale"]) == ("user_42", "fr")
    assert (session["customer_email"], session["amount_total"]) == ("ada@example.com", 2700)  # 3000 - 10 %
    done = shop.complete(session["id"], payment_method="pm_card_visa", email="eve@example.com")
    assert done["customer_details"]["email"] == "ada@example.com"
    wrong = {"client_reference_id": "user 42", "locale": "xx", "prefilled_promo_code": "NONE"}
    session = shop.control(f"payment_links/{link}/open", {**wrong, "prefilled_email": "ada@example.com"})
    assert (session["client_reference_id"], session["locale"], session["amount_total"]) == (None, None, 3000)
    assert session["customer_email"] is None
    done = shop.complete(session["id"], payment_method="pm_card_visa")
    assert done["customer_details"]["email"] == "ada@example.com"  # filled in, and nobody changed it
    with pytest.raises(ControlError, match="unknown parameter: utm"):
        shop.control(f"payment_links/{link}/open", {"utm": "x"})


def test_an_address_suggests_how_much() -> None:
    """Where the customer says it, and within its bounds. [second-hand]"""
    shop = Shop()
    gift = {"currency": "usd", "product_data": {"name": "Gift"}, "custom_unit_amount": {"enabled": True, "preset": 500}}
    rows = [{"price": shop.post("/v1/prices", gift)["id"], "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows})["id"]
    for amount, total in (("2500", 2500), ("49", 500), ("much", 500)):
        assert shop.control(f"payment_links/{link}/open", {"__prefilled_amount": amount})["amount_total"] == total


def test_a_subscription_is_sold_with_20_prices_and_20_once() -> None:
    """So many of each kind, whatever else is sold. [documented]"""
    shop = Shop()
    month, once = shop.price(500, recurring={"interval": "month"}), shop.price(1500)
    rows = [*[{"price": month, "quantity": 1}] * 20, *[{"price": once, "quantity": 1}] * 20]
    body = {"mode": "subscription", "success_url": "https://a.b"}
    for price in (month, once):
        more = {"line_items": [*rows, {"price": price, "quantity": 1}], **body}
        status, error = shop.refused("POST", "/v1/checkout/sessions", more)
        assert (status, error["param"]) == (400, "line_items")
