"""What Stripe answered in September 2026, at 2026-08-26.dahlia, about payments and what a change leaves. [recorded]"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client

VERSION = "2026-08-26.dahlia"
CARD = {"currency": "usd", "payment_method_types": ["card"]}


@pytest.fixture
def client() -> Client:
    """An account that speaks the version the answers were seen at."""
    return Client(version=VERSION)


def saved_card(client: Client) -> tuple[str, str]:
    """A customer and a card of theirs, by default."""
    customer = client.post("/v1/customers", {})["id"]
    method = client.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})["id"]
    client.post(f"/v1/customers/{customer}", {"invoice_settings": {"default_payment_method": method}})
    return customer, method


def held(client: Client, amount: int) -> Any:
    """An intent whose money waits to be captured."""
    terms = {"amount": amount, "payment_method": "pm_card_visa", "confirm": True, "capture_method": "manual"}
    return client.post("/v1/payment_intents", {**terms, **CARD})


@pytest.mark.parametrize(
    "amount, said, param, code",
    [
        (9999, "The payment could not be captured because the requested capture amount is", None, "amount_too_large"),
        (-100, "Invalid non-negative integer", "amount_to_capture", None),
        (0, "This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer"),
    ],
)
def test_what_cannot_be_captured(client: Client, amount: int, said: str, param: str | None, code: str | None) -> None:
    """The error holds the intent, which is as it was."""
    intent = held(client, 5000)
    _, error = client.refused("POST", f"/v1/payment_intents/{intent['id']}/capture", {"amount_to_capture": amount})
    assert error["message"].startswith(said)
    assert (error.get("param"), error.get("code"), error["payment_intent"]) == (param, code, intent)


def test_what_was_captured_in_part_has_no_rest(client: Client) -> None:
    """It was let go with the capture."""
    path = f"/v1/payment_intents/{held(client, 6500)['id']}/capture"
    assert client.post(path, {"amount_to_capture": 5000})["amount_received"] == 5000
    assert client.refused("POST", path)[1]["message"] == (
        "The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized "
        "amount has been released."
    )


def test_a_card_of_somebody_confirms_nothing_of_others(client: Client) -> None:
    """Of nobody it is told by the name `source`; both errors hold the intent."""
    ada, card = saved_card(client)
    bob = client.post("/v1/customers", {})["id"]
    nobodys = client.post("/v1/payment_intents", {"amount": 1500, **CARD})
    _, error = client.refused("POST", f"/v1/payment_intents/{nobodys['id']}/confirm", {"payment_method": card})
    assert (error["param"], error["code"], error["payment_intent"]) == ("source", "parameter_missing", nobodys)
    assert error["message"] == (
        f"The `payment_method` parameter supplied {card} belongs to the Customer {ada}. Please include the Customer in "
        "the `customer` parameter on the PaymentIntent."
    )
    bobs = client.post("/v1/payment_intents", {"amount": 1500, "customer": bob, **CARD})
    _, error = client.refused("POST", f"/v1/payment_intents/{bobs['id']}/confirm", {"payment_method": card})
    assert (error["param"], "code" in error, error["payment_intent"]) == ("payment_method", False, bobs)


def test_a_card_that_needs_its_holder_leaves_no_charge_without_them(client: Client) -> None:
    """Nobody looked at its code either; a plain decline leaves a charge, with the code of its authorization."""
    customer, _ = saved_card(client)
    terms = {"amount": 3300, "customer": customer, "confirm": True, "off_session": True, **CARD}
    method = client.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_threeDSecure2Required"}})
    status, error = client.refused("POST", "/v1/payment_intents", {**terms, "payment_method": method["id"]})
    assert (status, error["code"], "charge" in error) == (402, "authentication_required", False)
    assert error["payment_method"] == method  # cvc_check: unchecked
    intent = client.get(f"/v1/payment_intents/{error['payment_intent']['id']}")
    assert (intent["latest_charge"], intent["last_payment_error"]["payment_method_type"]) == (None, "card")
    assert client.get("/v1/charges", {"customer": customer})["data"] == []
    method = client.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa_chargeDeclined"}})
    _, error = client.refused("POST", "/v1/payment_intents", {**terms, "payment_method": method["id"]})
    used = client.get(f"/v1/charges/{error['charge']}")["payment_method_details"]["card"]
    assert (len(used["authorization_code"]), used["amount_authorized"]) == (6, None)


def test_the_type_of_a_refused_method_is_not_told_at_older_versions(client: Client) -> None:
    """Absent at 2025-11-17.clover."""
    client.version = "2025-11-17.clover"
    terms = {"amount": 1000, "confirm": True, "payment_method": "pm_card_visa_chargeDeclined", **CARD}
    _, error = client.refused("POST", "/v1/payment_intents", terms)
    assert "payment_method_type" not in error["payment_intent"]["last_payment_error"]


def test_an_intent_that_is_paid_keeps_its_amount_and_its_charge_the_group(client: Client) -> None:
    """The former is told by the parameter, the latter to be changed at the intent."""
    terms = {"amount": 4900, "payment_method": "pm_card_visa", "confirm": True, **CARD}
    intent = client.post("/v1/payment_intents", terms)
    _, error = client.refused("POST", f"/v1/payment_intents/{intent['id']}", {"amount": 9999})
    assert (error["code"], error["param"]) == ("payment_intent_unexpected_state", "amount")
    charge = f"/v1/charges/{intent['latest_charge']}"
    _, error = client.refused("POST", charge, {"transfer_group": "order_42"})
    assert error["message"].startswith(f"This Charge was created by a PaymentIntent ({intent['id']}). You must update")
    assert client.get(charge)["transfer_group"] is None


def test_a_charge_asks_sources_and_not_payment_methods(client: Client) -> None:
    """The parameter is known and changes nothing; whoever has a method attached is shown the way."""
    ada, card = saved_card(client)
    bob = client.post("/v1/customers", {})["id"]
    terms = {"amount": 1400, "currency": "usd"}
    for who, said in ((ada, "any legacy saved payment details, but does"), (bob, "any saved payment details. Attach")):
        status, error = client.refused("POST", "/v1/charges", {**terms, "customer": who, "payment_method": card})
        assert (status, error["type"], error["code"], error["param"]) == (402, "card_error", "missing", "card")
        assert error["message"].startswith(f"This Customer doesn't have {said}")
    status, error = client.refused("POST", "/v1/charges", {**terms, "payment_method": card})
    assert (status, error["message"]) == (400, "Must provide source or customer.")


def test_what_a_change_and_two_cancellations_leave(client: Client) -> None:
    """The credit of a change is listed before its debit, though the newest comes first.

    In a month of 30 days, 6480 s before its end: 1000 x 6480 / 2592000 = 2.5, given back as 3 and billed as 2 of the
    same price; 1800 costs 4.5, billed as 4. What a cancellation credits without an invoice waits for any invoice.
    """
    customer, _ = saved_card(client)
    product = client.post("/v1/products", {"name": "Seat"})["id"]
    recurring = {"currency": "usd", "product": product, "recurring": {"interval": "month"}}
    ten, eighteen = (client.post("/v1/prices", {**recurring, "unit_amount": cents})["id"] for cents in (1000, 1800))

    def subscribe() -> Any:
        return client.post("/v1/subscriptions", {"customer": customer, "items": [{"price": ten}]})

    def waiting() -> list[Any]:
        rows: list[Any] = client.get("/v1/invoiceitems", {"customer": customer, "pending": True})["data"]
        return rows

    changed, billed, left = subscribe(), subscribe(), subscribe()
    item = changed["items"]["data"][0]
    length = item["current_period_end"] - item["current_period_start"]
    at = item["current_period_end"] - length // 400
    terms = {"items": [{"id": item["id"], "price": eighteen}], "proration_date": at}
    client.post(f"/v1/subscriptions/{changed['id']}", terms)
    assert [row["amount"] for row in waiting()] == [-3, 4]

    ended = client.delete(f"/v1/subscriptions/{billed['id']}", {"prorate": True, "invoice_now": True})
    last = client.get(f"/v1/invoices/{ended['latest_invoice']}")
    assert (last["status"], last["total"], last["period_start"]) == ("draft", -1000, item["current_period_start"])
    assert last["automatically_finalizes_at"] == last["next_payment_attempt"] + 1 == last["created"] + 3601

    client.delete(f"/v1/subscriptions/{left['id']}", {"prorate": True})
    rows = waiting()
    assert [row["amount"] for row in rows] == [-1000, -3, 4]
    assert (rows[0]["parent"], rows[0]["proration"], "proration_details" in rows[0]) == (None, True, False)
    assert rows[1]["parent"]["subscription_details"]["subscription"] == changed["id"]
