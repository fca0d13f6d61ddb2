"""Checkout Sessions as they were before 2022-08-01, and still are at 2020-08-27."""

from __future__ import annotations

import pytest
from tests.resources.buying import THANKS, VISA, Shop

SHIRT = {"name": "Shirt", "description": "Blue", "images": ["https://a.b/c.png"], "amount": 1500, "currency": "usd"}
PAGE = {"payment_method_types": ["card"], "success_url": THANKS, "cancel_url": "https://example.com"}


@pytest.fixture
def shop() -> Shop:
    """A shop that speaks 2020-08-27."""
    return Shop(version="2020-08-27")


def test_an_item_says_its_name_and_amount(shop: Shop) -> None:
    """Two shirts at 15 dollars, the mode unsaid; the customer is made, and so is a product. [documented]"""
    session = shop.post("/v1/checkout/sessions", {**PAGE, "line_items": [{**SHIRT, "quantity": 2}]})
    assert (session["mode"], session["amount_total"], session["customer_creation"]) == ("payment", 3000, "always")
    (line,) = shop.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    assert (line["description"], line["quantity"], line["price"]["unit_amount"]) == ("Shirt", 2, 1500)
    product = shop.get(f"/v1/products/{line['price']['product']}")
    assert (product["description"], product["images"]) == ("Blue", ["https://a.b/c.png"])
    done = shop.complete(session["id"], **VISA)
    assert shop.get(f"/v1/customers/{done['customer']}")["email"] == "ada@example.com"


def test_the_intent_is_there_from_the_beginning(shop: Shop) -> None:
    """It is the one that is paid, by the customer that was made; one whose session expires is canceled. [documented]"""
    more = {"payment_intent_data": {"metadata": {"order": "7"}}, "mode": "payment"}
    session = shop.post("/v1/checkout/sessions", {**PAGE, **more, "line_items": [{**SHIRT, "quantity": 1}]})
    intent = shop.get(f"/v1/payment_intents/{session['payment_intent']}")
    assert (intent["status"], intent["amount"], intent["customer"]) == ("requires_payment_method", 1500, None)
    assert (intent["metadata"], "payment_intent.created" in shop.told()) == ({"order": "7"}, True)
    done = shop.complete(session["id"], **VISA)
    assert done["payment_intent"] == intent["id"]
    paid = shop.get(f"/v1/payment_intents/{intent['id']}")
    assert (paid["status"], paid["customer"]) == ("succeeded", done["customer"])
    other = shop.post("/v1/checkout/sessions", {**PAGE, **more, "line_items": [{**SHIRT, "quantity": 1}]})
    shop.post(f"/v1/checkout/sessions/{other['id']}/expire")
    assert shop.get(f"/v1/payment_intents/{other['payment_intent']}")["status"] == "canceled"


def test_plans_stand_apart(shop: Shop) -> None:
    """A plan, a shirt beside it, and a coupon: 9 + 15 dollars less ten per cent. [documented]"""
    terms = {"amount": 900, "currency": "usd", "interval": "month", "product": {"name": "Gold"}}
    plan = shop.post("/v1/plans", terms)["id"]
    shop.post("/v1/coupons", {"id": "TEN", "percent_off": 10, "duration": "once"})
    data = {"items": [{"plan": plan}], "coupon": "TEN", "metadata": {"a": "b"}}
    body = {**PAGE, "subscription_data": data, "line_items": [{**SHIRT, "quantity": 1}]}
    session = shop.post("/v1/checkout/sessions", body)
    assert (session["mode"], session["amount_total"]) == ("subscription", 2160)
    done = shop.complete(session["id"], **VISA)
    subscription = shop.get(f"/v1/subscriptions/{done['subscription']}")
    assert subscription["items"]["data"][0]["plan"]["id"] == plan
    assert subscription["metadata"] == {"a": "b"}


def test_ways_of_sending_are_ids(shop: Shop) -> None:
    """15 dollars, and five for the post. [documented]"""
    fixed = {"type": "fixed_amount", "fixed_amount": {"amount": 500, "currency": "usd"}}
    rate = shop.post("/v1/shipping_rates", {"display_name": "Post", **fixed})["id"]
    body = {**PAGE, "mode": "payment", "line_items": [{**SHIRT, "quantity": 1}], "shipping_rates": [rate]}
    session = shop.post("/v1/checkout/sessions", body)
    assert (session["amount_total"], session["shipping_rate"]) == (2000, rate)


def test_since_then_prices_are_sold(shop: Shop) -> None:
    """And the intent comes with the payment; nobody is made a customer unasked."""
    newer = Shop(shop.simulator, version="2022-08-01")
    status, error = newer.refused("POST", "/v1/checkout/sessions", {**PAGE, "mode": "payment", "line_items": [SHIRT]})
    assert (status, error["message"].startswith("You cannot use `line_items.amount`")) == (400, True)
    session = newer.session("payment", (newer.price(1500), 1))
    assert (session["payment_intent"], session["customer_creation"]) == (None, "if_required")


def test_a_card_had_a_descriptor_in_checkout_too(shop: Shop) -> None:
    """Since then a session that takes cards refuses it, and one that takes debits only does not. [second-hand]"""
    price = shop.price(1500, currency="eur")
    said = {"payment_intent_data": {"statement_descriptor": "Weather"}}
    body = {"mode": "payment", **PAGE, **said, "line_items": [{"price": price, "quantity": 1}]}
    session = shop.post("/v1/checkout/sessions", body)
    done = shop.complete(session["id"], **VISA)
    assert shop.get(f"/v1/payment_intents/{done['payment_intent']}")["statement_descriptor"] == "Weather"
    shop.version = "2022-11-15"
    error = shop.refused("POST", "/v1/checkout/sessions", body)[1]
    assert error["param"] == "payment_intent_data[statement_descriptor]"
    assert shop.post("/v1/checkout/sessions", {**body, "payment_method_types": ["sepa_debit"]})["status"] == "open"
