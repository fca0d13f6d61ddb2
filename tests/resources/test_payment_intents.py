"""Payment intents: their states, what confirming leads to with each test card, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.paying import BACK, customer_acts, intend, pay, turn

AUTOMATIC = ["card", "klarna", "link", "cashapp", "amazon_pay"]


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def test_an_intent_begins_without_a_payment_method_and_takes_what_is_switched_on(client: Client) -> None:
    """What is said unasked is what Stripe says. [recorded]"""
    intent = intend(client)
    assert intent["status"] == "requires_payment_method"
    assert intent["payment_method_types"] == AUTOMATIC
    assert intent["automatic_payment_methods"] == {"allow_redirects": "always", "enabled": True}
    assert intent["capture_method"] == "automatic_async"
    assert intent["amount_details"] == {"tip": {}}
    assert intent["client_secret"].startswith(f"{intent['id']}_secret_")
    assert len(intent["client_secret"].partition("_secret_")[2]) == 25


def test_an_intent_goes_from_method_to_confirmation_to_money(client: Client) -> None:
    """2000 comes in, 88 is the fee (2.9 % = 58, and 30), and a capture in the background shows a little later."""
    intent = intend(client, automatic_payment_methods={"enabled": True, "allow_redirects": "never"})
    path = f"/v1/payment_intents/{intent['id']}"
    assert client.post(path, {"payment_method": "pm_card_visa"})["status"] == "requires_confirmation"
    paid = client.post(f"{path}/confirm", {"expand": ["latest_charge"]})
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 2000)
    charge = paid["latest_charge"]
    assert (charge["captured"], charge["amount_captured"], charge["balance_transaction"]) == (True, 2000, None)
    turn(client, 10)
    money = client.get(f"/v1/charges/{charge['id']}", {"expand": ["balance_transaction"]})["balance_transaction"]
    assert (money["amount"], money["fee"], money["net"]) == (2000, 88, 1912)
    told = [event["type"] for event in client.events()]
    assert told == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]


@pytest.mark.parametrize(
    "card,code,decline_code",
    [
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_cvcCheckFail", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ],
)
def test_a_declined_payment_is_kept_and_tells_why(
    client: Client, card: str, code: str, decline_code: str | None
) -> None:
    """402 with the whole intent, which wants another payment method. [recorded]"""
    status, body = pay(client, card)
    error = body["error"]
    assert (status, error["type"], error["code"], error.get("decline_code")) == (402, "card_error", code, decline_code)
    kept = client.get(f"/v1/payment_intents/{error['payment_intent']['id']}")
    assert kept == error["payment_intent"]
    assert (kept["status"], kept["payment_method"], kept["latest_charge"]) == (
        "requires_payment_method",
        None,
        error["charge"],
    )
    assert kept["last_payment_error"]["code"] == code
    assert [event["type"] for event in client.events()][1:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_blocked_payment_never_reaches_the_network(client: Client) -> None:
    """Stripe itself says no. [documented]"""
    pay(client, "pm_card_radarBlock")
    outcome = client.get("/v1/charges")["data"][0]["outcome"]
    assert (outcome["type"], outcome["network_status"], outcome["risk_level"]) == (
        "blocked",
        "not_sent_to_network",
        "highest",
    )


def test_a_card_that_asks_for_its_holder_waits_for_them(client: Client) -> None:
    """A page to go to where there is a way back, work for Stripe.js else. [recorded]"""
    _, waiting = pay(client, "pm_card_authenticationRequired")
    assert waiting["status"] == "requires_action"
    assert waiting["next_action"]["redirect_to_url"]["return_url"] == BACK
    _, other = pay(client, "pm_card_threeDSecure2Required", return_url=BACK, allowed_payment_method_types=["card"])
    assert other["next_action"]["type"] == "redirect_to_url"
    bare = intend(client, allowed_payment_method_types=["card"], payment_method="pm_card_threeDSecure2Required")
    bare = client.post(f"/v1/payment_intents/{bare['id']}/confirm")
    assert bare["next_action"]["use_stripe_sdk"]["type"] == "three_d_secure_redirect"


def test_an_authenticated_payment_succeeds_and_a_failed_one_wants_another_method(client: Client) -> None:
    """The customer acts, or does not."""
    _, waiting = pay(client, "pm_card_authenticationRequired")
    done = customer_acts(client, waiting["id"], succeed=True)
    assert (done["status"], done["next_action"]) == ("succeeded", None)
    charge = client.get(f"/v1/charges/{done['latest_charge']}")
    assert charge["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"
    _, waiting = pay(client, "pm_card_authenticationRequired")
    failed = customer_acts(client, waiting["id"], succeed=False)
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"


def test_authentication_does_not_help_a_card_without_money(client: Client) -> None:
    """3D Secure passes and the issuer still says no. [documented]"""
    _, waiting = pay(client, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    after = customer_acts(client, waiting["id"], succeed=True)
    assert after["last_payment_error"]["decline_code"] == "insufficient_funds"


def test_nobody_is_asked_when_the_customer_is_away(client: Client) -> None:
    """Off session such a card is declined; one of them plainly. [recorded]"""
    status, body = pay(client, "pm_card_authenticationRequired", off_session=True)
    error = body["error"]
    assert (status, error["code"], error["decline_code"]) == (402, "authentication_required", "authentication_required")
    assert error["message"] == "Your card was declined. This transaction requires authentication."
    _, body = pay(client, "pm_card_threeDSecureRequired", off_session=True)
    assert body["error"]["decline_code"] == "generic_decline"


def test_an_action_can_be_refused(client: Client) -> None:
    """`error_on_requires_action` makes a decline of it. [documented]"""
    status, body = pay(client, "pm_card_authenticationRequired", error_on_requires_action=True)
    assert (status, body["error"]["decline_code"]) == (402, "authentication_not_handled")
    assert body["error"]["payment_intent"]["status"] == "requires_payment_method"


def test_where_customers_may_be_sent_away_there_must_be_a_way_back(client: Client) -> None:
    """The sentence many have met. [second-hand]"""
    body = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    status, error = client.refused("POST", "/v1/payment_intents", body)
    assert status == 400
    assert error["message"].startswith("This PaymentIntent is configured to accept payment methods enabled in your")
    assert client.get("/v1/payment_intents")["data"] == []


def test_what_is_held_can_be_captured_in_part_or_let_go(client: Client) -> None:
    """2000 held: 1500 taken, 500 let go; another is canceled whole."""
    _, held = pay(client, "pm_card_visa", capture_method="manual", expand=["latest_charge"])
    assert (held["status"], held["amount_capturable"]) == ("requires_capture", 2000)
    assert held["latest_charge"]["payment_method_details"]["card"]["capture_before"] == NOW + 7 * 86400
    taken = client.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 1500})
    assert (taken["status"], taken["amount_received"], taken["amount_capturable"]) == ("succeeded", 1500, 0)
    charge = client.get(f"/v1/charges/{taken['latest_charge']}", {"expand": ["balance_transaction"]})
    assert (charge["amount_captured"], charge["amount_refunded"], charge["refunded"]) == (1500, 0, False)
    assert charge["balance_transaction"]["amount"] == 1500
    _, other = pay(client, "pm_card_visa", capture_method="manual")
    canceled = client.post(f"/v1/payment_intents/{other['id']}/cancel", {"cancellation_reason": "duplicate"})
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "duplicate")
    let_go = client.get(f"/v1/charges/{other['latest_charge']}")
    assert (let_go["captured"], let_go["amount_captured"], let_go["refunded"]) == (False, 0, False)
    assert client.get("/v1/refunds")["data"] == []


@pytest.mark.parametrize("brand, held", [("visa", 4 * 86400 + 18 * 3600), ("mastercard", 7 * 86400)])
def test_a_card_without_its_holder_is_held_for_less(client: Client, brand: str, held: int) -> None:
    """4 days and 18 hours for Visa; then the intent is let go. [documented]"""
    ada = client.post("/v1/customers", {"payment_method": f"pm_card_{brand}"})["id"]
    card = client.get(f"/v1/customers/{ada}/payment_methods")["data"][0]["id"]
    made = pay(client, card, customer=ada, capture_method="manual", off_session=True)[1]
    charge = client.get(f"/v1/charges/{made['latest_charge']}")
    assert charge["payment_method_details"]["card"]["capture_before"] == NOW + held
    turn(client, held - 1)
    assert client.get(f"/v1/payment_intents/{made['id']}")["status"] == "requires_capture"
    turn(client, held)
    assert client.get(f"/v1/payment_intents/{made['id']}")["status"] == "canceled"


def test_what_nobody_captures_is_let_go_after_seven_days(client: Client) -> None:
    """The intent is canceled by itself. [documented]"""
    _, held = pay(client, "pm_card_visa", capture_method="manual")
    turn(client, 7 * 86400 - 1)
    assert client.get(f"/v1/payment_intents/{held['id']}")["status"] == "requires_capture"
    turn(client, 7 * 86400)
    over = client.get(f"/v1/payment_intents/{held['id']}")
    assert (over["status"], over["cancellation_reason"]) == ("canceled", "expired")
    assert [event["type"] for event in client.events()][-2:] == ["charge.expired", "payment_intent.canceled"]


def test_a_manual_confirmation_is_repeated_after_the_action(client: Client) -> None:
    """The server has the last word. [documented]"""
    _, waiting = pay(client, "pm_card_authenticationRequired", confirmation_method="manual")
    assert customer_acts(client, waiting["id"], succeed=True)["status"] == "requires_confirmation"
    paid = client.post(f"/v1/payment_intents/{waiting['id']}/confirm", {"return_url": BACK})
    assert paid["status"] == "succeeded"


def test_a_method_set_up_by_a_payment_becomes_the_customers(client: Client) -> None:
    """And needs no authentication later; one that was not is used up. [documented; recorded: used up]"""
    buyer = client.post("/v1/customers")["id"]
    _, first = pay(client, "pm_card_authenticationRequiredOnSetup", customer=buyer, setup_future_usage="off_session")
    customer_acts(client, first["id"], succeed=True)
    (kept,) = client.get(f"/v1/customers/{buyer}/payment_methods")["data"]
    assert pay(client, kept["id"], customer=buyer, off_session=True)[1]["status"] == "succeeded"
    _, once = pay(client, "pm_card_visa")
    status, body = pay(client, once["payment_method"])
    assert status == 400
    assert body["error"]["message"].startswith("The provided PaymentMethod was previously used")


def test_a_debit_settles_after_a_while_or_fails(client: Client) -> None:
    """Three minutes of processing. [inferred: how long]"""
    mandate = {"customer_acceptance": {"type": "offline"}}
    bank = {"allowed_payment_method_types": ["us_bank_account"], "mandate_data": mandate}
    _, good = pay(client, "pm_usBankAccount_success", **bank)
    _, bad = pay(client, "pm_usBankAccount_insufficientFunds", **bank)
    assert (good["status"], bad["status"]) == ("processing", "processing")
    turn(client, 180)
    assert client.get(f"/v1/payment_intents/{good['id']}")["status"] == "succeeded"
    failed = client.get(f"/v1/payment_intents/{bad['id']}")
    assert (failed["status"], failed["last_payment_error"]["code"]) == ("requires_payment_method", "insufficient_funds")


def test_a_redirect_ends_where_the_customer_agrees(client: Client) -> None:
    """Klarna asks on its own page. [documented]"""
    body = {"allowed_payment_method_types": ["klarna"], "payment_method_data": {"type": "klarna"}}
    intent = intend(client, confirm=True, return_url=BACK, **body)
    assert intent["next_action"]["type"] == "redirect_to_url"
    assert customer_acts(client, intent["id"], succeed=True)["status"] == "succeeded"


@pytest.mark.parametrize(
    "params,code,param",
    [
        ({"amount": 0, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49, "currency": "usd"}, "amount_too_small", "amount"),
        ({"amount": 49, "currency": "jpy"}, "amount_too_small", "amount"),
        ({"amount": 100_000_000, "currency": "jpy"}, "amount_too_large", "amount"),
        ({"amount": 1_000_000_000_000, "currency": "idr"}, "amount_too_large", "amount"),
        ({"amount": 5005, "currency": "kwd"}, None, "amount"),
        ({"amount": 150, "currency": "isk"}, None, "amount"),
        ({"amount": 550, "currency": "ugx"}, None, "amount"),
        ({"amount": 100_000_000, "currency": "usd"}, "amount_too_large", "amount"),
        ({"amount": 2000, "currency": "xyz"}, None, "currency"),
        ({"amount": 2000, "currency": "usd", "customer": "cus_none"}, "resource_missing", "customer"),
        ({"amount": 2000, "currency": "usd", "off_session": True}, None, "off_session"),
        (
            {
                "amount": 2000,
                "currency": "usd",
                "payment_method": "pm_usBankAccount_success",
                "allowed_payment_method_types": ["card"],
            },
            None,
            "payment_method",
        ),
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    client: Client, params: dict[str, Any], code: str | None, param: str
) -> None:
    """And leaves nothing."""
    status, error = client.refused("POST", "/v1/payment_intents", params)
    assert (status, error.get("code"), error["param"]) == (400, code, param)
    assert client.get("/v1/payment_intents")["data"] == []


def test_yen_have_no_cents(client: Client) -> None:
    """50 yen is the least, and said as such. [documented]"""
    _, error = client.refused("POST", "/v1/payment_intents", {"amount": 49, "currency": "JPY"})
    assert error["message"] == "Amount must be at least ¥50 jpy"
    assert client.post("/v1/payment_intents", {"amount": 50, "currency": "JPY"})["currency"] == "jpy"


@pytest.mark.parametrize(
    "verb,message",
    [
        ("confirm", "You cannot confirm this PaymentIntent because it has already succeeded after being previously"),
        ("capture", "This PaymentIntent could not be captured because it has already been captured."),
        (
            "cancel",
            (
                "You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with "
                "one of the following statuses may be canceled: requires_payment_method, requires_capture, "
                "requires_reauthorization, requires_confirmation, requires_action, expired, processing."
            ),
        ),
    ],
)
def test_what_is_paid_stays_as_it_is(client: Client, verb: str, message: str) -> None:
    """The refusal holds the intent. [recorded for cancel; second-hand for the others]"""
    _, paid = pay(client, "pm_card_visa")
    status, error = client.refused("POST", f"/v1/payment_intents/{paid['id']}/{verb}")
    assert (status, error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"].startswith(message)
    assert error["payment_intent"]["id"] == paid["id"]


def test_the_amount_is_made_of_lines(client: Client) -> None:
    """Two lines of ten dollars."""
    line = {"product_name": "Apple", "quantity": 2, "unit_cost": 1000}
    intent = intend(client, amount_details={"line_items": [line], "tax": {"total_tax_amount": 0}})
    assert intent["amount_details"]["tax"] == {"total_tax_amount": 0}
    (kept,) = client.get(f"/v1/payment_intents/{intent['id']}/amount_details_line_items")["data"]
    assert (kept["product_name"], kept["quantity"], kept["unit_cost"]) == ("Apple", 2, 1000)
