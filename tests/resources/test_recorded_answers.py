"""What Stripe answered in September 2026, at 2026-08-26.dahlia, where it was not what one would expect. [recorded]"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

from pinstripe import Simulator

VERSION = "2026-08-26.dahlia"
CARD = {"payment_method_types": ["card"]}


@pytest.fixture
def client() -> Client:
    """An account that speaks the version the answers were seen at."""
    return Client(version=VERSION)


def saved_card(client: Client, **who: str) -> tuple[str, str]:
    """A customer and a card of theirs."""
    customer = client.post("/v1/customers", who)["id"]
    method = client.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})
    return customer, method["id"]


def paid_by(client: Client, token: str, **who: str) -> str:
    """A charge of a card of a customer's, by the card's token."""
    customer = client.post("/v1/customers", who)["id"]
    method = client.post("/v1/payment_methods", {"type": "card", "card": {"token": token}})["id"]
    terms = {"amount": 2100, "currency": "usd", "customer": customer, "payment_method": method, "confirm": True}
    return str(client.post("/v1/payment_intents", {**terms, **CARD})["latest_charge"])


def test_a_deleted_customer_still_marks_a_place_in_the_list(client: Client) -> None:
    """Pages go on from where it stood, in both directions."""
    oldest, middle, newest = (client.post("/v1/customers", {"email": "a@example.com"})["id"] for _ in range(3))
    client.delete(f"/v1/customers/{middle}")

    def page(**cursor: str) -> list[str]:
        return [row["id"] for row in client.get("/v1/customers", {"email": "a@example.com", **cursor})["data"]]

    assert page() == [newest, oldest]
    assert page(starting_after=middle) == [oldest]
    assert page(ending_before=middle) == [newest]
    assert client.refused("GET", "/v1/customers", {"starting_after": "cus_x"})[1]["param"] == "starting_after"


@pytest.mark.parametrize("method,path", [("GET", "/v1/widgets"), ("DELETE", "/v1/prices/price_x")])
def test_where_no_operation_is_found_no_page_of_the_log_is_named(client: Client, method: str, path: str) -> None:
    """Neither is one for a version that is none."""
    assert set(client.refused(method, path)[1]) == {"message", "type"}
    stranger = Client(Simulator(now=NOW), version="not-a-real-version")
    _, error = stranger.refused("GET", "/v1/customers")
    assert set(error) == {"message", "type"}
    assert error["message"].startswith("Invalid Stripe API version: not-a-real-version")


def test_an_empty_lookup_key_takes_it_from_its_price(client: Client) -> None:
    """And somebody else may have it."""
    product = client.post("/v1/products", {"name": "Desk"})["id"]
    terms: dict[str, Any] = {"product": product, "currency": "usd", "unit_amount": 555, "lookup_key": "desk"}
    price = client.post("/v1/prices", terms)["id"]
    assert client.post(f"/v1/prices/{price}", {"lookup_key": ""})["lookup_key"] is None
    assert client.post("/v1/prices", terms)["lookup_key"] == "desk"


def test_a_rate_made_by_hand_is_worth_what_it_says(client: Client) -> None:
    """It is a percentage, and the one that counts."""
    rate = client.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": True})
    assert (rate["effective_percentage"], rate["percentage"], rate["rate_type"]) == (20.0, 20.0, "percentage")


def test_a_promotion_code_has_underscores_and_five_years(client: Client) -> None:
    """A code that is none is held against the pattern."""
    coupon = client.post("/v1/coupons", {"percent_off": 5})["id"]
    terms = {"promotion": {"type": "coupon", "coupon": coupon}}
    assert client.post("/v1/promotion_codes", {**terms, "code": "a_b-c"})["code"] == "a_b-c"
    _, error = client.refused("POST", "/v1/promotion_codes", {**terms, "code": "has spaces!"})
    assert (error["param"], error["message"]) == (
        "code",
        "This value must match the regex pattern. (/\\A[a-zA-Z0-9\\-_]+\\z/ does not match for the value has spaces!).",
    )
    _, error = client.refused("POST", "/v1/promotion_codes", {**terms, "expires_at": 4_102_444_800})
    assert error["message"] == "Invalid timestamp: can be no more than five years in the future."


def test_a_manual_draft_finalizes_a_second_after_the_hour(client: Client) -> None:
    """Turning it off and on again changes nothing of that."""
    customer, _ = saved_card(client)
    client.post("/v1/invoiceitems", {"customer": customer, "amount": 800, "currency": "usd"})
    terms = {"customer": customer, "auto_advance": True, "pending_invoice_items_behavior": "include"}
    draft = client.post("/v1/invoices", terms)
    client.post(f"/v1/invoices/{draft['id']}", {"auto_advance": False})
    again = client.post(f"/v1/invoices/{draft['id']}", {"auto_advance": True})
    for shown in (draft, again):
        assert (shown["automatically_finalizes_at"], shown["next_payment_attempt"]) == (NOW + 3601, NOW + 3600)


def test_a_list_of_items_repeats_whose_they_are(client: Client) -> None:
    """In its URL, as the list inside the subscription does."""
    customer, method = saved_card(client)
    recurring = {"currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"}}
    price = client.post("/v1/prices", {**recurring, "product_data": {"name": "Seat"}})["id"]
    terms = {"customer": customer, "items": [{"price": price}], "default_payment_method": method}
    made = client.post("/v1/subscriptions", terms)
    assert client.get("/v1/subscription_items", {"subscription": made["id"]})["url"] == made["items"]["url"]


def test_a_card_of_somebody_else_sets_nothing_up(client: Client) -> None:
    """The error holds the intent, once there is one."""
    ada, card = saved_card(client)
    bob = client.post("/v1/customers", {})["id"]
    theirs = (
        f"The PaymentMethod {card} does not belong to the Customer you supplied {bob}. Please use this PaymentMethod "
        "with the Customer that it belongs to instead."
    )
    _, error = client.refused("POST", "/v1/setup_intents", {"customer": bob, "payment_method": card, **CARD})
    assert (error["message"], error["param"], "setup_intent" in error, "code" in error) == (
        theirs,
        "payment_method",
        False,
        False,
    )
    intent = client.post("/v1/setup_intents", CARD)
    assert intent["allowed_payment_method_types"] is None
    _, error = client.refused("POST", f"/v1/setup_intents/{intent['id']}/confirm", {"payment_method": card})
    assert error["setup_intent"] == intent
    assert error["message"] == (
        f"The payment method supplied ({card}) belongs to the Customer {ada}. Please include the Customer in the "
        "`customer` parameter on the SetupIntent."
    )


def test_what_an_expired_card_is_told_when_it_is_saved(client: Client) -> None:
    """Its network says so, and its security code was looked at."""
    method = client.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_chargeDeclinedExpiredCard"}})
    terms = {"payment_method": method["id"], "confirm": True, **CARD}
    _, error = client.refused("POST", "/v1/setup_intents", terms)
    told = ("advice_code", "decline_code", "network_advice_code", "network_decline_code", "param")
    assert [error[name] for name in told] == ["confirm_card_data", "expired_card", "03", "54", "exp_month"]
    assert error["payment_method"]["card"]["checks"]["cvc_check"] == "pass"


def test_a_setup_intent_that_is_over_says_why(client: Client) -> None:
    """So does one that waits for no microdeposits."""
    intent = client.post("/v1/setup_intents", CARD)["id"]
    _, error = client.refused("POST", f"/v1/setup_intents/{intent}/verify_microdeposits", {"amounts": [32, 45]})
    assert error["code"] == "intent_invalid_state"
    assert error["message"] == (
        "This SetupIntent cannot be actioned on because it has a status of requires_payment_method. Only a SetupIntent "
        'with one of the following statuses may be actioned on: ["requires_action"].'
    )
    client.post(f"/v1/setup_intents/{intent}/cancel")
    _, error = client.refused("POST", f"/v1/setup_intents/{intent}/confirm")
    assert error["message"] == "You cannot confirm this SetupIntent because it has been canceled."
    done = client.post("/v1/setup_intents", {"payment_method": "pm_card_visa", "confirm": True, **CARD})["id"]
    _, error = client.refused("POST", f"/v1/setup_intents/{done}", {"payment_method": "pm_card_visa"})
    assert error["message"] == "You cannot update this SetupIntent because it has already succeeded."


def test_an_inquiry_is_found_by_its_charge_and_takes_no_money(client: Client) -> None:
    """It has its category for a code, and knows the customer by description."""
    charge = paid_by(client, "tok_visa_createDisputeInquiry", email="a@example.com", description="Ada")
    inquiry = client.get(f"/v1/charges/{charge}/dispute")
    assert (inquiry["balance_transaction"], inquiry["balance_transactions"]) == (None, [])
    assert inquiry["payment_method_details"]["card"]["network_reason_code"] == "10"
    evidence = inquiry["evidence"]
    assert (evidence["customer_email_address"], evidence["customer_name"]) == ("a@example.com", "Ada")
    assert client.refused("GET", f"/v1/charges/{paid_by(client, 'tok_visa')}/dispute")[0] == 404


def test_a_dispute_names_its_balance_transaction_which_does_not_lead_back(client: Client) -> None:
    """Nothing is listed by the dispute as its source."""
    dispute = client.get(f"/v1/charges/{paid_by(client, 'tok_createDispute')}/dispute")
    (taken,) = dispute["balance_transactions"]
    assert (dispute["balance_transaction"], taken["source"]) == (taken["id"], dispute["id"])
    assert client.get("/v1/balance_transactions", {"source": dispute["id"]})["data"] == []


def test_who_asks_for_the_method_of_another_customer_is_told_little(client: Client) -> None:
    """A method that nobody has is another matter."""
    _, card = saved_card(client)
    bob = client.post("/v1/customers", {})["id"]
    status, error = client.refused("GET", f"/v1/customers/{bob}/payment_methods/{card}")
    assert (status, error["message"], error["param"], "code" in error) == (404, "Invalid request", "customer", False)
