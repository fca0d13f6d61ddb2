"""Refunds, charges without intents, disputes: money that goes back, or is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def charge(client: Client, source: str = "tok_visa", **params: Any) -> Any:
    """A charge of 10.00 USD."""
    return client.post("/v1/charges", {"amount": 1000, "currency": "usd", "source": source, **params})


def turn(client: Client, seconds: int) -> None:
    """Turn the account's clock."""
    client.simulator.control.handle("POST", "/_pinstripe/clock", client.key, b'{"now": %d}' % (NOW + seconds))


def sums(client: Client) -> tuple[int, int]:
    """The dollars that are available, and those that are not yet."""
    balance = client.get("/v1/balance")
    return balance["available"][0]["amount"], balance["pending"][0]["amount"]


def test_a_charge_goes_back_in_parts(client: Client) -> None:
    """1000 less a fee of 59 (2.9 % = 29, and 30) is 941; 400 and 600 on their way go back, the fee does not."""
    paid = charge(client)
    assert sums(client) == (0, 941)
    first = client.post("/v1/refunds", {"charge": paid["id"], "amount": 400, "reason": "requested_by_customer"})
    assert (first["amount"], first["status"], first["reason"]) == (400, "succeeded", "requested_by_customer")
    assert first["destination_details"]["card"] == {
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    kept = client.get(f"/v1/charges/{paid['id']}", {"expand": ["refunds"]})
    assert (kept["amount_refunded"], kept["refunded"], kept["refunds"]["total_count"]) == (400, False, 1)
    status, error = client.refused("POST", "/v1/refunds", {"charge": paid["id"], "amount": 601})
    assert (status, error["param"]) == (400, "amount")
    assert error["message"] == "Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)"
    client.post("/v1/refunds", {"charge": paid["id"]})
    assert client.get(f"/v1/charges/{paid['id']}")["refunded"] is True
    _, error = client.refused("POST", "/v1/refunds", {"charge": paid["id"]})
    assert (error["code"], error["message"]) == (
        "charge_already_refunded",
        f"Charge {paid['id']} has already been refunded.",
    )
    assert sums(client) == (0, -59)
    told = [event["type"] for event in client.events()]
    assert told == ["charge.succeeded", *["refund.created", "charge.refunded"] * 2]
    turn(client, 3)
    card = client.get(f"/v1/refunds/{first['id']}")["destination_details"]["card"]
    assert (card["reference_status"], len(card["reference"])) == ("available", 16)
    assert [event["type"] for event in client.events()][-2:] == ["refund.updated", "charge.refund.updated"]


def test_more_than_was_charged_cannot_go_back(client: Client) -> None:
    """[recorded]."""
    _, error = client.refused("POST", "/v1/refunds", {"charge": charge(client)["id"], "amount": 1100})
    assert error["message"] == "Refund amount ($11.00) is greater than charge amount ($10.00)"


def test_an_intent_is_refunded_by_its_charge(client: Client) -> None:
    """The refund names both; its list is narrowed by either."""
    body = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    intent = client.post("/v1/payment_intents", {**body, "allowed_payment_method_types": ["card"]})
    refund = client.post("/v1/refunds", {"payment_intent": intent["id"], "metadata": {"a": "b"}})
    assert (refund["charge"], refund["payment_intent"]) == (intent["latest_charge"], intent["id"])
    assert client.get("/v1/refunds", {"payment_intent": intent["id"]})["data"] == [refund]
    assert client.post(f"/v1/refunds/{refund['id']}", {"metadata": {"a": ""}})["metadata"] == {}
    money = client.get(f"/v1/balance_transactions/{refund['balance_transaction']}")
    assert (money["amount"], money["type"], money["source"]) == (-1000, "refund", refund["id"])


def test_a_slow_refund_arrives_and_a_failing_one_comes_back(client: Client) -> None:
    """1000 go back for good; another 1000 come back to the merchant. [documented: the cards]"""
    slow, failing = charge(client, "tok_pendingRefund"), charge(client, "tok_refundFail")
    pending = client.post("/v1/refunds", {"charge": slow["id"]})
    looks_well = client.post("/v1/refunds", {"charge": failing["id"]})
    assert (pending["status"], looks_well["status"]) == ("pending", "succeeded")
    turn(client, 60)
    assert client.get(f"/v1/refunds/{pending['id']}")["status"] == "succeeded"
    failed = client.get(f"/v1/refunds/{looks_well['id']}")
    assert failed["status"] == "failed"
    assert client.get(f"/v1/balance_transactions/{failed['failure_balance_transaction']}")["amount"] == 1000
    assert client.get(f"/v1/charges/{failing['id']}")["refunded"] is False


def test_a_charge_needs_something_to_charge(client: Client) -> None:
    """Stripe's sentences. [recorded: a token beside a customer; others second-hand]"""
    ten = {"amount": 1000, "currency": "usd"}
    _, error = client.refused("POST", "/v1/charges", ten)
    assert error["message"] == "Must provide source or customer."
    buyer = client.post("/v1/customers")["id"]
    status, error = client.refused("POST", "/v1/charges", {**ten, "customer": buyer})
    assert (status, error["code"]) == (402, "missing")
    status, error = client.refused("POST", "/v1/charges", {**ten, "customer": buyer, "source": "tok_visa"})
    assert (status, error["param"]) == (404, "card")
    assert error["message"] == f"Customer {buyer} does not have card with ID tok_visa"


def test_a_declined_charge_is_kept(client: Client) -> None:
    """402 naming the charge, which has failed."""
    body = {"amount": 1000, "currency": "usd", "source": "tok_chargeDeclined"}
    status, error = client.refused("POST", "/v1/charges", body)
    assert (status, error["code"], error["decline_code"]) == (402, "card_declined", "generic_decline")
    kept = client.get(f"/v1/charges/{error['charge']}")
    assert (kept["status"], kept["paid"], kept["failure_code"]) == ("failed", False, "card_declined")


def test_a_charge_is_captured_later_or_let_go(client: Client) -> None:
    """Of 1000, 700 are taken; another expires after seven days."""
    held = charge(client, capture=False)
    assert (held["captured"], held["balance_transaction"]) == (False, None)
    taken = client.post(f"/v1/charges/{held['id']}/capture", {"amount": 700})
    assert (taken["amount_captured"], taken["amount_refunded"]) == (700, 0)
    status, error = client.refused("POST", f"/v1/charges/{held['id']}/capture")
    assert (status, error["code"]) == (400, "charge_already_captured")
    other = charge(client, capture=False)
    turn(client, 7 * 86400)
    _, error = client.refused("POST", f"/v1/charges/{other['id']}/capture")
    assert (error["code"], client.get("/v1/refunds")["data"]) == ("charge_expired_for_capture", [])
    client.post("/v1/refunds", {"charge": held["id"]})
    assert client.get(f"/v1/charges/{held['id']}")["refunded"] is True


def test_what_is_let_go_was_a_refund_before_basil(client: Client) -> None:
    """300 of 1000 not taken, and a hold that ran out: no refunds since, and the charge said so before. [documented]"""
    parts = charge(client, capture=False)
    client.post(f"/v1/charges/{parts['id']}/capture", {"amount": 700})
    terms = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "capture_method": "manual"}
    intent = client.post("/v1/payment_intents", {**terms, "confirm": True, "return_url": "https://example.com"})
    turn(client, 7 * 86400)
    told = [event["type"] for event in client.events()][-2:]
    assert told == ["charge.expired", "payment_intent.canceled"]
    for version, reason, amounts in (
        (None, "expired", [(0, False), (0, False)]),
        ("2023-10-16", "automatic", [(300, False), (1000, True)]),
    ):
        older = Client(client.simulator, version=version)
        rows = [older.get(f"/v1/charges/{id_}") for id_ in (parts["id"], intent["latest_charge"])]
        assert [(row["amount_refunded"], row["refunded"]) for row in rows] == amounts
        assert older.get(f"/v1/payment_intents/{intent['id']}")["cancellation_reason"] == reason


def test_a_dispute_takes_the_money_and_evidence_wins_it_back(client: Client) -> None:
    """1000 and a fee of 1500 are taken; the 1000 come back and the fee does not. [documented]"""
    paid = charge(client, "tok_createDispute")
    (dispute,) = client.get("/v1/disputes", {"charge": paid["id"]})["data"]
    assert (dispute["status"], dispute["reason"], paid["disputed"]) == ("needs_response", "fraudulent", True)
    taken = dispute["balance_transactions"][0]
    assert (taken["amount"], taken["fee"], taken["net"]) == (-1000, 1500, -2500)
    _, error = client.refused("POST", "/v1/refunds", {"charge": paid["id"]})
    assert error["message"] == f"Charge {paid['id']} has been charged back; cannot issue a refund."
    path = f"/v1/disputes/{dispute['id']}"
    staged = client.post(path, {"evidence": {"customer_name": "Ada"}, "submit": False})
    assert (staged["status"], staged["evidence_details"]["has_evidence"]) == ("needs_response", True)
    asked = client.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert (asked["status"], asked["evidence_details"]["submission_count"]) == ("under_review", 1)
    turn(client, 86_400 * 2)
    won = client.get(path)
    assert won["status"] == "won"
    assert won["balance_transactions"][1]["net"] == 1000
    told = [event["type"] for event in client.events() if "dispute" in event["type"]]
    assert told == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]


def test_an_inquiry_takes_nothing_yet(client: Client) -> None:
    """Giving in loses it. [documented]"""
    charge(client, "tok_createDisputeInquiry")
    (dispute,) = client.get("/v1/disputes")["data"]
    assert (dispute["status"], dispute["balance_transactions"]) == ("warning_needs_response", [])
    assert client.post(f"/v1/disputes/{dispute['id']}/close")["status"] == "lost"
    status, _ = client.refused("POST", f"/v1/disputes/{dispute['id']}/close")
    assert status == 400


@pytest.mark.parametrize("source", ["tok_chargeCustomerFail", "pm_card_chargeCustomerFail"])
def test_a_charge_that_failed_is_never_captured(client: Client, source: str) -> None:
    """Neither one of its own nor an intent's: nothing was authorized, so no money comes."""
    asked = {"amount": 1000, "currency": "usd"}
    if source.startswith("tok_"):
        _, error = client.refused("POST", "/v1/charges", {**asked, "source": source})
    else:
        intent = {**asked, "payment_method": source, "confirm": True, "return_url": "https://example.com"}
        _, error = client.refused("POST", "/v1/payment_intents", intent)
    status, _ = client.refused("POST", f"/v1/charges/{error['charge']}/capture")
    assert (status, client.get(f"/v1/charges/{error['charge']}")["status"], sums(client)) == (400, "failed", (0, 0))


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_cannot_be_captured(client: Client, amount: int) -> None:
    """One cent at least."""
    held = charge(client, capture=False)
    _, error = client.refused("POST", f"/v1/charges/{held['id']}/capture", {"amount": amount})
    assert (error["code"], error["param"]) == ("parameter_invalid_integer", "amount")
    assert client.get(f"/v1/charges/{held['id']}")["captured"] is False


def test_what_is_held_is_refunded_once(client: Client) -> None:
    """A refund lets go of it; the charge does not expire later on, and its intent is canceled."""
    held = charge(client, capture=False)
    client.post("/v1/refunds", {"charge": held["id"], "reason": "duplicate"})
    terms = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "capture_method": "manual"}
    intent = client.post("/v1/payment_intents", {**terms, "confirm": True, "return_url": "https://example.com"})
    client.post("/v1/refunds", {"payment_intent": intent["id"]})
    turn(client, 9 * 86400)
    after = client.get(f"/v1/payment_intents/{intent['id']}")
    assert (after["status"], after["amount_capturable"]) == ("canceled", 0)
    refunds = client.get("/v1/refunds")["data"]
    assert [(refund["amount"], refund["reason"]) for refund in refunds] == [(1000, None), (1000, "duplicate")]
    assert [event["type"] for event in client.events()] == [
        *["charge.succeeded", "refund.created", "charge.refunded"],
        *["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"],
        *["refund.created", "charge.refunded", "payment_intent.canceled"],
    ]


def test_cash_that_nobody_says_where_to_send_comes_back(client: Client) -> None:
    """Of 5.00, 2.00 are to be sent back; 45 days later there are 5.00 again. Less than a cent cannot be sent."""
    customer = client.post("/v1/customers")["id"]
    client.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", {"amount": 500, "currency": "usd"})
    terms = {"origin": "customer_balance", "customer": customer, "currency": "usd", "instructions_email": "a@b.c"}
    assert client.refused("POST", "/v1/refunds", {**terms, "amount": -5})[1]["param"] == "amount"
    refund = client.post("/v1/refunds", {**terms, "amount": 200})
    path = f"/v1/customers/{customer}/cash_balance"
    assert client.get(path)["available"] == {"usd": 300}
    turn(client, 45 * 86400)
    assert client.get(f"/v1/refunds/{refund['id']}")["status"] == "failed"
    assert client.get(path)["available"] == {"usd": 500}


def test_events_of_a_failing_refund_say_what_was_before(client: Client) -> None:
    """400 of 1000 had gone back, and have not."""
    paid = charge(client, "tok_refundFail")
    client.post("/v1/refunds", {"charge": paid["id"], "amount": 400})
    turn(client, 60)
    told = client.events()[-1]
    assert (told["type"], told["data"]["previous_attributes"]["amount_refunded"]) == ("charge.updated", 400)
