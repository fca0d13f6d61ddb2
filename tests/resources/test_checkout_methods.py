"""How a Checkout Session and a payment link may be paid: options kept, handed on, and minded."""

from __future__ import annotations

from typing import Any

import pytest
from tests.resources.buying import ADA, THANKS, VISA, Shop, asked

LABEL = {"type": "custom", "custom": "Size"}
SIZE = {"key": "size", "label": LABEL, "type": "text"}


@pytest.fixture
def shop() -> Shop:
    """A shop."""
    return Shop()


def test_what_a_type_is_told_reaches_the_payment(shop: Shop) -> None:
    """A card that is only held, kept for later, and may be shown again: it takes a customer. [documented]"""
    own = {"capture_method": "manual", "setup_future_usage": "off_session"}
    more = {"payment_method_options": {"card": own}, "payment_method_data": {"allow_redisplay": "always"}}
    made = shop.session("payment", (shop.price(), 1), **more)
    assert made["payment_method_options"] == {"card": {**own, "request_three_d_secure": "automatic"}}
    done = shop.complete(made["id"], **VISA)
    assert done["payment_status"] == "unpaid"
    intent = shop.get(f"/v1/payment_intents/{done['payment_intent']}")
    assert intent["status"] == "requires_capture"
    assert intent["payment_method_options"]["card"]["setup_future_usage"] == "off_session"
    method = shop.get(f"/v1/payment_methods/{intent['payment_method']}")
    assert (method["customer"], method["allow_redisplay"]) == (done["customer"], "always")


def test_options_of_types_that_are_not_offered_have_no_effect(shop: Shop) -> None:
    """They are taken, as an intent takes them, and shown nowhere."""
    renewal = {"interval": "month", "interval_count": 1, "next_billing": {"amount": 1500, "date": "2027-03-01"}}
    options = {
        "boleto": {"expires_after_days": 5},
        "klarna": {"subscriptions": [{**renewal, "name": "Gold", "reference": "gold"}]},
    }
    body = asked(shop.price(), allowed_payment_method_types=["card", "klarna"], payment_method_options=options)
    shown = shop.post("/v1/checkout/sessions", body)["payment_method_options"]
    assert shown == {"card": {"request_three_d_secure": "automatic"}, "klarna": {}}


def test_a_subscription_has_the_options_as_its_settings(shop: Shop) -> None:
    """Those that a subscription has words for. [documented: what is set on the page counts]"""
    options = {"card": {"request_three_d_secure": "any", "restrictions": {"brands_blocked": ["mastercard"]}}}
    made = shop.session("subscription", (shop.price(interval="month"), 1), payment_method_options=options)
    done = shop.complete(made["id"], **VISA)
    settings = shop.get(f"/v1/subscriptions/{done['subscription']}")["payment_settings"]
    assert settings["payment_method_options"]["card"] == {"network": None, "request_three_d_secure": "any"}


@pytest.mark.parametrize(
    "blocked, method, taken",
    [
        ({"brands_blocked": ["visa"]}, "pm_card_visa", False),
        ({"brands_blocked": ["visa"]}, "pm_card_mastercard", True),
        ({"brands_blocked": ["discover_global_network"]}, "pm_card_diners", False),
        ({"funding_types_blocked": ["debit"]}, "pm_card_visa_debit", False),
        ({"funding_types_blocked": ["debit"]}, "pm_card_visa", True),
    ],
)
def test_a_blocked_card_is_not_taken(shop: Shop, blocked: dict[str, Any], method: str, taken: bool) -> None:
    """And leaves the session open. [documented; inferred: what the page says]"""
    made = shop.session("payment", (shop.price(), 1), payment_method_options={"card": {"restrictions": blocked}})
    if taken:
        assert shop.complete(made["id"], **ADA, payment_method=method)["status"] == "complete"
    else:
        assert shop.declined(made["id"], **ADA, payment_method=method)[0] == 400
        assert shop.get(f"/v1/checkout/sessions/{made['id']}")["status"] == "open"


def test_saved_methods_are_offered_as_asked_for(shop: Shop) -> None:
    """Over what is so unasked; saving a card has no payment to offer them for. [documented]"""
    more = {"saved_payment_method_options": {"payment_method_save": "enabled"}}
    made = shop.session("payment", (shop.price(), 1), **more)
    assert made["saved_payment_method_options"] == {
        "allow_redisplay_filters": ["always"],
        "payment_method_remove": "disabled",
        "payment_method_save": "enabled",
    }
    _, error = shop.refused("POST", "/v1/checkout/sessions", {"mode": "setup", "success_url": THANKS, **more})
    assert error["param"] == "saved_payment_method_options"


@pytest.mark.parametrize(
    "fields, param",
    [
        ([{**SIZE, "type": "dropdown"}], "custom_fields[0][dropdown]"),
        ([{**SIZE, "type": "dropdown", "dropdown": {"default_value": "s"}}], "custom_fields[0][dropdown][options]"),
        ([SIZE, SIZE], "custom_fields[1][key]"),
        ([{**SIZE, "key": key} for key in "abcd"], "custom_fields"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/checkout/sessions", "/v1/payment_links"])
def test_fields_are_whole_few_and_known_by_their_keys(shop: Shop, path: str, fields: Any, param: str) -> None:
    """A dropdown has options, and there are three fields at most. [documented; inferred: most sentences]"""
    body = asked(shop.price(), custom_fields=fields)
    if path.endswith("links"):
        body = {name: body[name] for name in ("line_items", "custom_fields")}
    status, error = shop.refused("POST", path, body)
    assert (status, error["param"]) == (400, param)


def test_a_field_that_nobody_touches_has_what_it_was_filled_with(shop: Shop) -> None:
    """And what is typed where somebody does. [documented]"""
    body = asked(shop.price(), custom_fields=[{**SIZE, "text": {"default_value": "M"}}])
    one, other = (shop.post("/v1/checkout/sessions", body)["id"] for _ in range(2))
    assert shop.complete(one, **VISA)["custom_fields"][0]["text"]["value"] == "M"
    assert shop.complete(other, **VISA, custom_fields={"size": "L"})["custom_fields"][0]["text"]["value"] == "L"


def test_a_link_blocks_cards_and_changes_its_offers(shop: Shop) -> None:
    """What its sessions then have. [documented]"""
    price, wrap = shop.price(), shop.price(200)
    row = [{"price": price, "quantity": 1}]
    blocked = {"card": {"restrictions": {"brands_blocked": ["visa"]}}}
    link = shop.post("/v1/payment_links", {"line_items": row, "payment_method_options": blocked})
    assert link["payment_method_options"] == blocked
    rate = {"display_name": "Post", "type": "fixed_amount", "fixed_amount": {"amount": 500, "currency": "usd"}}
    sent = [{"shipping_rate": shop.post("/v1/shipping_rates", rate)["id"]}]
    offers = {"optional_items": [{"price": wrap, "quantity": 1}], "shipping_options": sent}
    changed = shop.post(f"/v1/payment_links/{link['id']}", offers)
    assert [offer["price"] for offer in changed["optional_items"]] == [wrap]
    assert changed["shipping_options"] == [{"shipping_amount": 500, **sent[0]}]
    opened = shop.control(f"payment_links/{link['id']}/open", {})
    assert opened["amount_total"] == 2000  # 1500 and the post
    assert shop.declined(opened["id"], **VISA)[0] == 400


def test_stripe_does_not_sell_in_its_own_name(shop: Shop) -> None:
    """Said so, it is kept; the opposite is not modelled."""
    body = asked(shop.price(), managed_payments={"enabled": False})
    assert shop.post("/v1/checkout/sessions", body)["managed_payments"] == {"enabled": False}
    assert shop.refused("POST", "/v1/checkout/sessions", {**body, "managed_payments": {"enabled": True}})[0] == 501


def test_a_type_that_is_named_takes_the_currency() -> None:
    """It is refused when the session is made, not when somebody wants to pay. [second-hand]"""
    shop = Shop()
    types = ["card", "sepa_debit"]
    body = asked(shop.price(1500), allowed_payment_method_types=types)
    _, error = shop.refused("POST", "/v1/checkout/sessions", body)
    assert error["message"] == (
        "Invalid currency options ``usd``. The payment method `sepa_debit` only supports the following currencies: "
        "``eur``."
    )
    euros = asked(shop.price(1500, currency="eur"), allowed_payment_method_types=types)
    assert shop.post("/v1/checkout/sessions", euros)["payment_method_types"] == types
