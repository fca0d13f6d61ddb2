"""Checkout Sessions: what their pages ask for, and what is refused."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.buying import ADA, VISA, Shop, asked

from pinstripe.http.control import ControlError

HOUR, DAY = 3600, 86400


def test_goods_are_shipped() -> None:
    """15 dollars and 5 for sending it: the page asks where to, and the payment knows."""
    shop = Shop()
    rate = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "usd"}}
    session = shop.session(
        "payment",
        (shop.price(1500), 1),
        shipping_address_collection={"allowed_countries": ["US", "DE"]},
        shipping_options=[{"shipping_rate_data": rate}],
    )
    assert (session["amount_subtotal"], session["amount_total"]) == (1500, 2000)  # 1500 + 500
    assert session["total_details"]["amount_shipping"] == session["shipping_cost"]["amount_total"] == 500
    address = {"line1": "Unter den Linden 1", "city": "Berlin", "country": "DE"}
    table = [
        ({}, "Missing required param: shipping[name]."),
        ({"name": "Ada", "address": {"country": "FR"}}, "The Checkout Session does not ship to FR."),
    ]
    for shipping, sentence in table:
        assert shop.declined(session["id"], shipping=shipping, **VISA) == (400, sentence)
    done = shop.complete(session["id"], shipping={"name": "Ada", "address": address}, **VISA)
    sent = done["collected_information"]["shipping_details"]
    assert (sent["name"], sent["address"]["country"], sent["address"]["state"]) == ("Ada", "DE", None)
    intent = shop.get(f"/v1/payment_intents/{done['payment_intent']}")
    assert (intent["amount"], intent["shipping"]["address"]["city"]) == (2000, "Berlin")
    for version, name in (("2025-02-24.acacia", "shipping_details"), ("2020-08-27", "shipping")):
        shop.version = version
        assert shop.get(f"/v1/checkout/sessions/{session['id']}")[name]["address"]["city"] == "Berlin"
    shop.version = None
    assert (
        shop.refused(
            "POST",
            "/v1/checkout/sessions",
            {
                **asked(shop.price(interval="month"), "subscription"),
                "shipping_options": [{"shipping_rate_data": rate}],
            },
        )[0]
        == 400
    )


def test_the_page_asks_what_it_was_told_to() -> None:
    """Fields of its own, and the terms."""
    shop = Shop()
    label = {"type": "custom", "custom": "Size"}
    size = {"key": "size", "label": label, "type": "dropdown", "dropdown": {"options": [{"label": "S", "value": "s"}]}}
    note = {"key": "note", "label": label, "type": "text", "optional": True}
    session = shop.session(
        "payment",
        (shop.price(), 1),
        custom_fields=[size, note],
        consent_collection={"terms_of_service": "required"},
    )
    assert [field["optional"] for field in session["custom_fields"]] == [False, True]
    assert shop.declined(session["id"], **VISA)[1] == "Missing required param: custom_fields[size]."
    assert shop.declined(session["id"], custom_fields={"size": "xl"}, **VISA)[0] == 400
    done = shop.complete(session["id"], custom_fields={"size": "s"}, **VISA)
    assert [field[field["type"]]["value"] for field in done["custom_fields"]] == ["s", None]
    assert done["consent"] == {"promotions": None, "terms_of_service": "accepted"}


def test_buying_is_replayed() -> None:
    """The journal holds what the customer did, and doing it again gives the same session."""
    shop, again = Shop(), Shop()
    session = shop.session("subscription", (shop.price(900, interval="month"), 1))
    shop.declined(session["id"], payment_method="pm_card_chargeCustomerFail", **ADA)
    shop.complete(session["id"], **VISA)
    for one in shop.simulator.account(shop.key).journal:
        request = one[1]
        if not request.path.startswith("/_pinstripe/"):
            again.simulator.handle(request)
        else:
            with contextlib.suppress(ControlError):
                again.simulator.control.handle(request.method, request.path, again.key, request.body)
    assert shop.get("/v1/checkout/sessions") == again.get("/v1/checkout/sessions")
    assert shop.events() == again.events()


@pytest.mark.parametrize("typed", [{"email": 5}, {"address": "Berlin"}, {"fax": "1"}, {"payment_method": "pm_none"}])
def test_what_a_customer_types_is_checked(typed: dict[str, Any]) -> None:
    """And nothing happens."""
    shop = Shop()
    session = shop.session("payment", (shop.price(), 1))
    assert shop.declined(session["id"], **{**VISA, **typed})[0] == 400
    assert shop.get(f"/v1/checkout/sessions/{session['id']}")["status"] == "open"


def test_lists_are_narrowed_down() -> None:
    """By customer, by state, by what was made, by the email that was typed."""
    shop = Shop()
    price = shop.price(900, interval="month")
    customer = shop.post("/v1/customers", {"email": "bob@example.com"})["id"]
    first, second = (
        shop.session("subscription", (price, 1)),
        shop.session("subscription", (price, 1), customer=customer),
    )
    done = shop.complete(first["id"], **VISA)
    table: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [second["id"], first["id"]]),
        ({"customer": customer}, [second["id"]]),
        ({"status": "complete"}, [first["id"]]),
        ({"subscription": done["subscription"]}, [first["id"]]),
        ({"customer_details": {"email": "ada@example.com"}}, [first["id"]]),
        ({"payment_intent": "pi_none"}, []),
    ]
    for params, expected in table:
        assert [row["id"] for row in shop.get("/v1/checkout/sessions", params)["data"]] == expected, params


def test_a_page_of_ones_own_has_a_secret_and_no_address() -> None:
    """And at an older version it has its older name."""
    shop = Shop()
    body = {
        "mode": "payment",
        "line_items": [{"price": shop.price(), "quantity": 1}],
        "return_url": "https://a.example",
    }
    session = shop.post("/v1/checkout/sessions", {**body, "ui_mode": "embedded_page"})
    assert session["url"] is None
    assert session["client_secret"].startswith(f"{session['id']}_secret_")
    shop.version = "2026-02-25.clover"
    older = shop.post("/v1/checkout/sessions", {**body, "ui_mode": "embedded", "payment_method_types": ["card"]})
    assert (older["ui_mode"], older["payment_method_types"]) == ("embedded", ["card"])


def test_the_stripe_cli_confirms_the_page() -> None:
    """It looks at the page, and pays what it was told the page would say."""
    shop = Shop()
    session = shop.session("payment", (shop.price(1500), 2))
    page = f"/v1/payment_pages/{session['id']}"
    assert shop.get(page)["id"] == session["id"]
    card = {"type": "card", "card": {"token": "tok_visa"}, "billing_details": ADA}
    method = shop.post("/v1/payment_methods", card)["id"]
    assert shop.refused("POST", f"{page}/confirm", {"payment_method": method, "expected_amount": 1})[0] == 400
    done = shop.post(f"{page}/confirm", {"payment_method": method, "expected_amount": 3000})
    assert (done["status"], done["customer_details"]["email"]) == ("complete", "ada@example.com")


@pytest.mark.parametrize(
    "change, status, param",
    [
        ({"mode": ""}, 400, "mode"),
        ({"line_items": []}, 400, "line_items"),
        ({"success_url": None}, 400, "success_url"),
        ({"success_url": "/thanks"}, 400, "success_url"),
        ({"cancel_url": "localhost:3000/cart"}, 400, "cancel_url"),
        ({"cancel_url": "https://"}, 400, "cancel_url"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, 400, "line_items[0][price]"),
        ({"expires_at": NOW + 60}, 400, "expires_at"),
        ({"expires_at": NOW + 2 * DAY}, 400, "expires_at"),
        ({"mode": "subscription"}, 400, "line_items"),
        ({"mode": "setup"}, 400, "line_items"),
        ({"subscription_data": {"metadata": {"a": "b"}}}, 400, "subscription_data"),
        ({"customer_update": {"name": "auto"}}, 400, "customer_update"),
        ({"customer": "cus_none"}, 400, "customer"),
        ({"automatic_tax": {"enabled": True}}, 400, None),  # the account has no tax settings
        ({"shipping_options": [{"shipping_rate": "shr_1"}]}, 400, "shipping_options[0][shipping_rate]"),
        ({"optional_items": [{"price": "price_1", "quantity": 1}]}, 400, "optional_items[0][price]"),
        ({"mode": "subscription", "invoice_creation": {"enabled": True}}, 400, "invoice_creation"),
        ({"discounts": [{"coupon": "none"}]}, 400, "discounts[0][coupon]"),
    ],
)
def test_what_cannot_be_sold_is_refused_and_leaves_nothing(change: dict[str, Any], status: int, param: str) -> None:
    """Each with the parameter it is about."""
    shop = Shop()
    body = {name: value for name, value in {**asked(shop.price()), **change}.items() if value is not None}
    answered, error = shop.refused("POST", "/v1/checkout/sessions", body)
    assert (answered, error.get("param")) == (status, param), error
    assert shop.get("/v1/checkout/sessions")["data"] == []


def test_sentences_about_prices() -> None:
    """What Stripe says of prices that do not fit."""
    shop = Shop()
    recurring, archived, small = shop.price(interval="month"), shop.price(), shop.price(20)
    shop.post(f"/v1/prices/{archived}", {"active": False})
    table = [
        (
            asked(recurring),
            (
                "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or "
                "use only one-time prices."
            ),
        ),
        (asked(archived), "The price specified is inactive. This field only accepts active prices."),
        (asked(recurring, "subscription", quantity=None), "Quantity is required. Add `quantity` to `line_items[0]`"),
        (asked(small), "The Checkout Session's total amount due must add up to at least $0.50 usd"),
    ]
    for body, sentence in table:
        assert shop.refused("POST", "/v1/checkout/sessions", body)[1]["message"] == sentence
    status, error = shop.refused("GET", "/v1/checkout/sessions/cs_test_invalid")
    assert (status, error["message"]) == (404, "No such checkout.session: cs_test_invalid")
    assert "param" not in error


def test_a_server_changes_what_is_sold_on_its_own_page() -> None:
    """One item stays with another quantity, one goes, one comes; 5 dollars for sending it."""
    shop = Shop()
    shirt, mug, hat = shop.price(1500), shop.price(700), shop.price(2000)
    rows = [{"price": shirt, "quantity": 1}, {"price": mug, "quantity": 1}]
    own = {"ui_mode": "embedded_page", "return_url": "https://a.example", "mode": "payment", "line_items": rows}
    countries = {"shipping_address_collection": {"allowed_countries": ["DE"]}}
    session = shop.post("/v1/checkout/sessions", {**own, **countries})
    path = f"/v1/checkout/sessions/{session['id']}"
    kept, _ = shop.get(f"{path}/line_items")["data"]
    items = [{"id": kept["id"], "quantity": 2}, {"price": hat, "quantity": 1}]
    assert shop.post(path, {"line_items": items})["amount_total"] == 5000  # 2 x 1500 + 2000
    same = [{"id": kept["id"]}]
    assert shop.post(path, {"line_items": same})["amount_total"] == 3000
    rate = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "usd"}}
    address = {"line1": "Unter den Linden 1", "country": "DE"}
    sent = shop.post(
        path,
        {
            "shipping_options": [{"shipping_rate_data": rate}],
            "collected_information": {"shipping_details": {"name": "Ada", "address": address}},
            "payment_intent_data": {"description": "two shirts"},
        },
    )
    assert sent["amount_total"] == 3500
    done = shop.complete(session["id"], **VISA)  # nothing of where it goes has to be typed
    intent = shop.get(f"/v1/payment_intents/{done['payment_intent']}")
    assert (intent["amount"], intent["description"], intent["shipping"]["name"]) == (3500, "two shirts", "Ada")
    hosted = shop.session("payment", (shirt, 1))["id"]
    for where, change in ((path, same), (f"/v1/checkout/sessions/{hosted}", [{"price": hat, "quantity": 1}])):
        assert shop.refused("POST", where, {"line_items": change})[0] == 400  # it is over; it is Stripe's page
    assert shop.post(path, {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}
