"""What is a customer's own: credit, cash that waits, accounts to send it to, cards that go with them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def fund(client: Client, customer: str, amount: int) -> Any:
    """Money arrives by bank transfer."""
    path = f"/v1/test_helpers/customers/{customer}/fund_cash_balance"
    return client.post(path, {"amount": amount, "currency": "usd"})


def test_credit_shows_by_currency_with_its_sign_turned(client: Client) -> None:
    """A balance of -5.00 is credit of 5.00; of nothing there is nothing. [documented; recorded: empty]"""
    asked = {"expand": ["invoice_credit_balance"]}
    ada = client.post("/v1/customers", asked)
    assert ada["invoice_credit_balance"] == {}
    path = f"/v1/customers/{ada['id']}"
    client.post(f"{path}/balance_transactions", {"amount": -500, "currency": "eur"})
    assert client.get(path, asked)["invoice_credit_balance"] == {"eur": 500}
    client.post(f"{path}/balance_transactions", {"amount": 700, "currency": "eur"})
    assert client.get(path, asked)["invoice_credit_balance"] == {"eur": -200}


@pytest.mark.parametrize("noun", ["balance_transactions", "cash_balance_transactions"])
def test_a_line_is_found_below_its_own_customer_only(client: Client, noun: str) -> None:
    """Somebody else's is a 404."""
    ada, bob = (client.post("/v1/customers")["id"] for _ in range(2))
    if noun == "balance_transactions":
        line = client.post(f"/v1/customers/{ada}/{noun}", {"amount": 5, "currency": "usd"})["id"]
    else:
        line = fund(client, ada, 500)["id"]
    assert client.get(f"/v1/customers/{ada}/{noun}/{line}")["id"] == line
    status, error = client.refused("GET", f"/v1/customers/{bob}/{noun}/{line}")
    assert (status, error["code"]) == (404, "resource_missing")


@pytest.mark.parametrize(
    "mode, due, sent, told",
    [
        ("automatic", None, 500, ["cash_balance.funds_available"]),
        ("automatic", 500, 500, ["payment_intent.succeeded"]),
        ("automatic", 500, 800, ["payment_intent.succeeded", "cash_balance.funds_available"]),
        ("manual", 500, 500, ["cash_balance.funds_available"]),
    ],
)
def test_cash_is_told_of_once_nothing_waits_for_it(
    client: Client, mode: str, due: int | None, sent: int, told: list[str]
) -> None:
    """What is left after what was owed, and all of it where it is matched by hand. [documented]"""
    ada = client.post("/v1/customers", {"cash_balance": {"settings": {"reconciliation_mode": mode}}})["id"]
    if due is not None:
        client.post(
            "/v1/payment_intents",
            {
                "amount": due,
                "currency": "usd",
                "customer": ada,
                "allowed_payment_method_types": ["customer_balance"],
                "payment_method_data": {"type": "customer_balance"},
                "payment_method_options": {
                    "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
                },
                "confirm": True,
            },
        )
    before = len(client.events())
    fund(client, ada, sent)
    wanted = ("cash_balance.", "payment_intent.")
    assert [one["type"] for one in client.events()[before:] if one["type"].startswith(wanted)] == told
    left = sent if mode == "manual" else sent - (due or 0)
    assert (client.get(f"/v1/customers/{ada}/cash_balance")["available"] or {}).get("usd", 0) == left


def waiting(client: Client, customer: str, amount: int) -> str:
    """A payment that waits for a bank transfer."""
    body = {
        "amount": amount,
        "currency": "usd",
        "customer": customer,
        "allowed_payment_method_types": ["customer_balance", "card"],
        "payment_method_data": {"type": "customer_balance"},
        "payment_method_options": {
            "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
        },
        "confirm": True,
    }
    return f"/v1/payment_intents/{client.post('/v1/payment_intents', body)['id']}"


def cash(client: Client, customer: str) -> int:
    """The dollars that are the customer's still."""
    return int((client.get(f"/v1/customers/{customer}/cash_balance")["available"] or {}).get("usd", 0))


def test_two_transfers_pay_one_intent(client: Client) -> None:
    """4.00 of 10.00 come, then 7.00: 1.00 is left."""
    ada = client.post("/v1/customers")["id"]
    path = waiting(client, ada, 1000)
    fund(client, ada, 400)
    action = client.get(path)["next_action"]["display_bank_transfer_instructions"]
    assert (action["amount_remaining"], cash(client, ada)) == (600, 0)
    fund(client, ada, 700)
    paid = client.get(path)
    assert (paid["status"], paid["amount_received"], cash(client, ada)) == ("succeeded", 1000, 100)


@pytest.mark.parametrize(
    "call, body",
    [
        ("/cancel", {}),
        ("", {"amount": 1200}),
        ("/confirm", {"payment_method": "pm_card_visa", "return_url": "https://a.b"}),
    ],
)
def test_a_part_that_came_is_the_customers_again(client: Client, call: str, body: dict[str, Any]) -> None:
    """When the payment is given up, changed, or made in another way. [documented; inferred: the latter two]"""
    ada = client.post("/v1/customers")["id"]
    path = waiting(client, ada, 1000)
    fund(client, ada, 400)
    client.post(f"{path}{call}", body)
    assert cash(client, ada) == 400


def test_cash_is_applied_by_hand_and_in_parts(client: Client) -> None:
    """Of 10.00 sent, 4.00 and then the 6.00 that remain; no more than remains, nor than there is."""
    ada = client.post("/v1/customers", {"cash_balance": {"settings": {"reconciliation_mode": "manual"}}})["id"]
    path = waiting(client, ada, 1000)
    assert client.refused("POST", f"{path}/apply_customer_balance")[0] == 400
    fund(client, ada, 1000)
    part = client.post(f"{path}/apply_customer_balance", {"amount": 400, "currency": "usd"})
    assert part["next_action"]["display_bank_transfer_instructions"]["amount_remaining"] == 600
    assert client.refused("POST", f"{path}/apply_customer_balance", {"amount": 601, "currency": "usd"})[0] == 400
    paid = client.post(f"{path}/apply_customer_balance")
    assert (paid["status"], paid["amount_received"], cash(client, ada)) == ("succeeded", 1000, 0)


@pytest.mark.parametrize("country, length", [("BE", 16), ("DE", 22), ("ES", 24), ("FR", 27), ("IE", 22), ("NL", 18)])
def test_an_account_to_send_money_to_is_one_of_its_country(client: Client, country: str, length: int) -> None:
    """As long as IBANs are there, with the right check digits, and the same at each call."""
    ada = client.post("/v1/customers")["id"]
    transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": country}}
    asked = {"currency": "eur", "funding_type": "bank_transfer", "bank_transfer": transfer}
    (first,), (again,) = (
        client.post(f"/v1/customers/{ada}/funding_instructions", asked)["bank_transfer"]["financial_addresses"]
        for _ in range(2)
    )
    iban = first["iban"]["iban"]
    assert (iban[:2], len(iban), first) == (country, length, again)
    assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def test_what_a_deleted_customer_paid_with_is_gone(client: Client) -> None:
    """A card without its customer cannot be used or attached again. [documented for what is detached]"""
    ada, bob = (client.post("/v1/customers")["id"] for _ in range(2))
    card = client.post("/v1/payment_methods/pm_card_visa/attach", {"customer": ada})["id"]
    client.delete(f"/v1/customers/{ada}")
    status, error = client.refused("POST", f"/v1/payment_methods/{card}/attach", {"customer": bob})
    assert (status, "may not be used again" in error["message"]) == (400, True)
