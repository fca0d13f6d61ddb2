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
    session = shop.control(f"payment_links/{link['id']}/open", {})
    shop.complete(session["id"], **VISA)
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
