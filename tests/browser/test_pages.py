"""The pages in a real browser, reached as a customer reaches them: by the address that the official SDK was told."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from stripe import StripeClient
from tests.browser.visitor import Visitor

ADA = "ada@example.com"
PAYS = "4242 4242"
ASKS = "4000 0025 0000 3155"
DECLINES = "4000 0000 0000 0002"


def price(stripe: StripeClient, amount: int, **more: Any) -> str:
    """The id of a price in dollars of something called Gold."""
    body: Any = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Gold"}, **more}
    return stripe.v1.prices.create(body).id


def monthly(stripe: StripeClient, amount: int) -> str:
    """The same, every month."""
    return price(stripe, amount, recurring={"interval": "month"})


def session(stripe: StripeClient, shop: str, mode: Any, sold: str, **more: Any) -> Any:
    """A page that sells two of it."""
    body: Any = {
        "mode": mode,
        "line_items": [{"price": sold, "quantity": 2}],
        "success_url": f"{shop}/thanks?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{shop}/cart",
        **more,
    }
    return stripe.v1.checkout.sessions.create(body)


def test_a_declined_card_is_told_and_the_next_one_pays(visitor: Visitor, stripe: StripeClient, shop: str) -> None:
    """Two of 15 dollars: the page says what the card said and stays open; then it leads on with the session's id."""
    made = session(stripe, shop, "payment", price(stripe, 1500))
    visitor.visit(made.url)
    assert "not of Stripe" in visitor.sees
    visitor.types("Email", ADA)
    visitor.chooses("Test card", DECLINES)
    visitor.presses("Pay $30.00")
    assert visitor.alarm == "Your card was declined."
    assert stripe.v1.checkout.sessions.retrieve(made.id).status == "open"

    visitor.chooses("Test card", PAYS)  # the email is still there
    visitor.presses("Pay $30.00")
    assert (visitor.sees, visitor.told) == ("Thank you", {"session": made.id})
    paid: Any = stripe.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.payment_intent.amount_received == 3000  # 2 x 1500

    visitor.browser.back()  # to the decline, which the browser has kept
    visitor.presses("Pay $30.00")
    assert "You're all done here" in visitor.sees
    assert len(stripe.v1.charges.list().data) == 2  # the one that was declined and the one that paid


def test_a_subscription_begins_by_keyboard_alone(visitor: Visitor, stripe: StripeClient, shop: str) -> None:
    """The bank asks for the holder, who fails and then succeeds; subscription and invoice are paid for."""
    made = session(stripe, shop, "subscription", monthly(stripe, 900), customer_email=ADA)
    visitor.visit(made.url)
    assert ADA in visitor.sees
    visitor.chooses("Test card", ASKS)
    visitor.tabs_to("Subscribe")
    visitor.presses_keys(Keys.ENTER)
    assert "asks whether it is really you" in visitor.sees
    visitor.presses("Fail")
    assert "failed authentication" in visitor.alarm
    assert stripe.v1.subscriptions.list({"status": "all"}).data == []

    visitor.tabs_to("Subscribe")  # with the same card
    visitor.presses_keys(Keys.ENTER)
    visitor.tabs_to("Complete")
    visitor.presses_keys(Keys.ENTER)
    assert visitor.told == {"session": made.id}
    done: Any = stripe.v1.checkout.sessions.retrieve(made.id, {"expand": ["subscription", "invoice"]})
    assert (done.subscription.status, done.invoice.status, done.invoice.amount_paid) == ("active", "paid", 1800)


def test_what_is_chosen_is_in_the_sum(visitor: Visitor, stripe: StripeClient, shop: str) -> None:
    """Three instead of two, wrapped, with a code for 10 % off: 3 x 15 + 3 = 48 dollars, less 4.80."""
    coupon = stripe.v1.coupons.create({"percent_off": 10, "duration": "once"}).id
    stripe.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon}, "code": "TEN"})
    wrap = price(stripe, 300)
    sold = {"price": price(stripe, 1500), "quantity": 2, "adjustable_quantity": {"enabled": True, "minimum": 1}}
    made = session(
        stripe,
        shop,
        "payment",
        "",
        line_items=[sold],
        optional_items=[{"price": wrap, "quantity": 1}],
        allow_promotion_codes=True,
        consent_collection={"terms_of_service": "required"},
    )
    visitor.visit(made.url)
    visitor.types("Quantity of Gold", "3")
    visitor.types("Add Gold: $3.00", "1")
    visitor.types("Promotion code", "nonsense")
    visitor.presses("Update order")
    assert visitor.alarm == "This code is invalid."
    visitor.types("Quantity of Gold", "3")
    visitor.types("Add Gold: $3.00", "1")
    visitor.types("Promotion code", "ten")
    visitor.presses("Update order")
    visitor.types("Email", ADA)
    visitor.agrees("I agree to the terms of service")
    visitor.presses("Pay $43.20")
    done: Any = stripe.v1.checkout.sessions.retrieve(made.id)
    assert (done.amount_subtotal, done.amount_total) == (4800, 4320)


@pytest.mark.parametrize(
    "button, status, redirect", [("Complete", "succeeded", "succeeded"), ("Fail", "requires_payment_method", "failed")]
)
def test_3d_secure_leads_back_to_the_shop(
    visitor: Visitor, stripe: StripeClient, shop: str, button: str, status: str, redirect: str
) -> None:
    """The shop is told of the intent as Stripe tells it, and finds out what became of it."""
    intent: Any = stripe.v1.payment_intents.create(
        {
            "amount": 2000,
            "currency": "usd",
            "payment_method": "pm_card_threeDSecure2Required",
            "confirm": True,
            "return_url": f"{shop}/back?order=7",
        }
    )
    visitor.visit(intent.next_action.redirect_to_url.url)
    assert "$20.00" in visitor.sees
    visitor.presses(button)
    assert visitor.sees == "Thank you"
    assert visitor.told == {
        "order": "7",
        "payment_intent": intent.id,
        "payment_intent_client_secret": intent.client_secret,
        "redirect_status": redirect,
    }
    after: Any = stripe.v1.payment_intents.retrieve(intent.id)
    error = after.last_payment_error
    failed = "payment_intent_authentication_failure" if button == "Fail" else None
    assert (after.status, None if error is None else error.code) == (status, failed)


def test_a_customer_helps_himself_in_the_portal(visitor: Visitor, stripe: StripeClient, shop: str) -> None:
    """Another card, another plan, and the end of it."""
    small = monthly(stripe, 900)
    product = stripe.v1.prices.retrieve(small).product
    large = monthly(stripe, 1900)
    larger = stripe.v1.prices.retrieve(large).product
    customer = stripe.v1.customers.create({"payment_method": "pm_card_visa", "email": ADA}).id
    card = stripe.v1.payment_methods.list({"customer": customer}).data[0].id
    bought = stripe.v1.subscriptions.create(
        {"customer": customer, "items": [{"price": small}], "default_payment_method": card}
    ).id
    products: Any = [{"product": product, "prices": [small]}, {"product": larger, "prices": [large]}]
    features: Any = {
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {
            "enabled": True,
            "cancellation_reason": {"enabled": True, "options": ["unused", "other"]},
        },
        "subscription_update": {"enabled": True, "default_allowed_updates": ["price"], "products": products},
    }
    configuration = stripe.v1.billing_portal.configurations.create({"features": features}).id
    portal = stripe.v1.billing_portal.sessions.create(
        {"customer": customer, "configuration": configuration, "return_url": f"{shop}/account"}
    )
    visitor.visit(portal.url)
    visitor.chooses("Test card", ASKS)
    visitor.presses("Use this card")
    visitor.presses("Complete")
    assert "visa ending in 3155 (default)" in visitor.sees
    visitor.chooses("Plan", "Gold: $19.00")
    visitor.presses("Switch plan")
    item = stripe.v1.subscriptions.retrieve(bought)["items"]["data"][0]
    assert item["price"]["id"] == large
    visitor.chooses("Why do you cancel?", "I don't use it enough")
    visitor.presses("Cancel plan")
    assert "will be canceled" in visitor.sees
    after: Any = stripe.v1.subscriptions.retrieve(bought)
    assert after.cancel_at_period_end
    assert after.cancellation_details.feedback == "unused"
    visitor.follows("Return")
    assert visitor.url == f"{shop}/account"
