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
