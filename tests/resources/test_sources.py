"""Tokens, sources, test cards, cash: what a customer pays with, and how it is kept."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

from pinstripe.resources.payment_methods.test_cards import BY_NUMBER, CARDS

VISA = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def test_every_test_card_has_right_check_digits() -> None:
    """A number that a form would refuse is no test card."""
    for number in BY_NUMBER:
        digits = [int(digit) for digit in reversed(number)]
        total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
        assert total % 10 == 0, number


@pytest.mark.parametrize("name,country", [("br", "BR"), ("de", "DE"), ("gb_debit", "GB"), ("jp", "JP")])
def test_a_card_comes_from_its_country(client: Client, name: str, country: str) -> None:
    """[documented]."""
    body = {"type": "card", "card": {"token": f"tok_{name}"}}
    assert client.post("/v1/payment_methods", body)["card"]["country"] == country


@pytest.mark.parametrize(
    "typed, code",
    [
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"exp_year": 95}, "invalid_expiry_year"),
        ({"exp_year": 2026}, "invalid_expiry_year"),
        ({"cvc": "99"}, "invalid_cvc"),
        ({"cvc": "12a"}, "invalid_cvc"),
        ({"number": "4242424242424241"}, "incorrect_number"),
    ],
)
def test_what_is_typed_wrong_is_refused(client: Client, typed: dict[str, Any], code: str) -> None:
    """As Stripe's testing page has it; two digits of a year are of this century unless that is far ahead."""
    asked = {"type": "card", "card": {**VISA, **typed}}
    status, error = client.refused("POST", "/v1/payment_methods", asked)
    assert (status, error["code"]) == (402, code)
    last = client.post("/v1/payment_methods", {"type": "card", "card": {**VISA, "exp_year": 76, "cvc": "1234"}})
    assert last["card"]["exp_year"] == 2076


@pytest.mark.parametrize(
    "card", [{"token": "tok_visa_chargeDeclinedFraudulent"}, {**VISA, "number": "5062210000000009"}]
)
def test_a_card_that_is_not_modelled_is_refused_openly(client: Client, card: dict[str, Any]) -> None:
    """Instead of being taken for another one."""
    status, error = client.refused("POST", "/v1/payment_methods", {"type": "card", "card": card})
    assert (status, error["code"]) == (501, "unsupported_test_card")


def test_one_number_has_one_fingerprint(client: Client) -> None:
    """However it comes in."""
    by_number = client.post("/v1/payment_methods", {"type": "card", "card": VISA})
    by_name = client.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa"}})
    token = client.post("/v1/tokens", {"card": VISA})
    prints = {by_number["card"]["fingerprint"], by_name["card"]["fingerprint"], token["card"]["fingerprint"]}
    assert len(prints) == 1
    assert CARDS["visa"].number == VISA["number"]


def test_a_token_is_used_once(client: Client) -> None:
    """A test name as often as you like. [recorded: the token; second-hand: the sentence]"""
    token = client.post("/v1/tokens", {"card": {**VISA, "name": "Ada", "address_zip": "12345"}})
    assert (token["type"], token["used"], token["card"]["brand"]) == ("card", False, "Visa")
    assert token["card"]["cvc_check"] == "unchecked"
    buyer = client.post("/v1/customers")["id"]
    card = client.post(f"/v1/customers/{buyer}/sources", {"source": token["id"]})
    assert (card["id"], card["name"], card["address_zip_check"]) == (token["card"]["id"], "Ada", "pass")
    assert client.get(f"/v1/tokens/{token['id']}")["used"] is True
    status, error = client.refused("POST", f"/v1/customers/{buyer}/sources", {"source": token["id"]})
    assert (status, error["code"]) == (400, "token_already_used")
    assert error["message"] == f"You cannot use a Stripe token more than once: {token['id']}."


def test_the_first_source_is_the_default_and_another_takes_over(client: Client) -> None:
    """Deleting the default makes the other one it; setting one on the customer replaces it. [documented]"""
    buyer = client.post("/v1/customers", {"source": "tok_visa"})
    path = f"/v1/customers/{buyer['id']}"
    first = buyer["default_source"]
    second = client.post(f"{path}/sources", {"source": "tok_mastercard"})
    assert client.get(path)["default_source"] == first
    assert client.delete(f"{path}/sources/{first}") == {"id": first, "object": "card", "deleted": True}
    assert client.get(path)["default_source"] == second["id"]
    third = client.post(path, {"source": "tok_amex"})["default_source"]
    (only,) = client.get(f"{path}/sources", {"object": "card"})["data"]
    assert (only["id"], only["brand"]) == (third, "American Express")
    status, error = client.refused("GET", f"{path}/sources/{first}")
    assert (status, error["code"]) == (404, "resource_missing")


def test_a_card_is_a_payment_method_too(client: Client) -> None:
    """Under the same id, and what changes on one shows on the other. [documented]"""
    buyer = client.post("/v1/customers", {"source": "tok_visa"})
    card = buyer["default_source"]
    assert [row["id"] for row in client.get(f"/v1/customers/{buyer['id']}/payment_methods")["data"]] == [card]
    client.post(f"/v1/customers/{buyer['id']}/sources/{card}", {"exp_month": 3, "name": "Ada"})
    method = client.get(f"/v1/payment_methods/{card}")
    assert (method["card"]["exp_month"], method["billing_details"]["name"]) == (3, "Ada")
    client.post(f"/v1/payment_methods/{card}", {"card": {"exp_month": 4}})
    assert client.get(f"/v1/customers/{buyer['id']}/sources/{card}")["exp_month"] == 4


def test_the_customer_of_a_source_can_be_expanded(client: Client) -> None:
    """In a list too, whose rows are of several kinds."""
    buyer = client.post("/v1/customers", {"source": "tok_visa", "expand": ["default_source"]})
    assert buyer["default_source"]["object"] == "card"
    (card,) = client.get(f"/v1/customers/{buyer['id']}/sources", {"expand": ["data.customer"]})["data"]
    assert card["customer"]["id"] == buyer["id"]


def test_a_default_source_pays_invoices(client: Client) -> None:
    """The last in Stripe's order of defaults. [documented]"""
    buyer = client.post("/v1/customers", {"source": "tok_visa"})["id"]
    client.post("/v1/invoiceitems", {"customer": buyer, "amount": 1000, "currency": "usd"})
    invoice = client.post("/v1/invoices", {"customer": buyer, "pending_invoice_items_behavior": "include"})
    assert client.post(f"/v1/invoices/{invoice['id']}/pay")["status"] == "paid"


@pytest.mark.parametrize(
    "source,code,param",
    [
        ("tok_chargeDeclined", "card_declined", ""),
        ("tok_cvcCheckFail", "incorrect_cvc", "cvc"),
        ("tok_chargeDeclinedExpiredCard", "expired_card", "exp_month"),
    ],
)
def test_a_source_that_cannot_be_saved_makes_no_customer(client: Client, source: str, code: str, param: str) -> None:
    """402, and nobody is there. [recorded]"""
    status, error = client.refused("POST", "/v1/customers", {"source": source})
    assert (status, error["code"], error["param"]) == (402, code, param)
    assert client.get("/v1/customers")["data"] == []


def test_a_postal_code_can_be_wrong(client: Client) -> None:
    """Only where one was said. [recorded: the refusal]"""
    buyer = client.post("/v1/customers")["id"]
    number = {**VISA, "number": "4000000000000036"}
    bare = client.post("/v1/payment_methods", {"type": "card", "card": number})
    client.post(f"/v1/payment_methods/{bare['id']}/attach", {"customer": buyer})
    billing = {"address": {"postal_code": "12345"}}
    said = client.post("/v1/payment_methods", {"type": "card", "card": number, "billing_details": billing})
    status, error = client.refused("POST", f"/v1/payment_methods/{said['id']}/attach", {"customer": buyer})
    assert (status, error["code"], error["param"]) == (402, "incorrect_zip", "address_zip")


def test_a_bank_account_is_verified_by_two_amounts(client: Client) -> None:
    """32 and 45. [documented]"""
    account = {"country": "US", "currency": "usd", "routing_number": "110000000", "account_number": "000123456789"}
    token = client.post("/v1/tokens", {"bank_account": account})
    assert token["id"].startswith("btok_")
    assert (token["bank_account"]["bank_name"], token["bank_account"]["status"]) == ("STRIPE TEST BANK", "new")
    buyer = client.post("/v1/customers", {"source": token["id"]})
    path = f"/v1/customers/{buyer['id']}/sources/{buyer['default_source']}/verify"
    status, error = client.refused("POST", path, {"amounts": [1, 2]})
    assert (status, error["code"]) == (400, "bank_account_verification_failed")
    assert client.post(path, {"amounts": [32, 45]})["status"] == "verified"


def test_a_bank_account_is_there_once_and_has_a_bank(client: Client) -> None:
    """Again for the same customer it is refused, for another it is taken; American banks have nine digits."""
    account = {"country": "US", "currency": "usd", "routing_number": "110000000", "account_number": "000123456789"}
    ada, bob = (client.post("/v1/customers", {})["id"] for _ in range(2))
    first, second, third = (client.post("/v1/tokens", {"bank_account": account})["id"] for _ in range(3))
    client.post(f"/v1/customers/{ada}/sources", {"source": first})
    client.post(f"/v1/customers/{bob}/sources", {"source": second})
    error = client.refused("POST", f"/v1/customers/{ada}/sources", {"source": third})[1]
    assert error["code"] == "bank_account_exists"
    wrong = {"bank_account": {**account, "routing_number": "11000000"}}
    error = client.refused("POST", "/v1/tokens", wrong)[1]
    assert (error["code"], error["param"]) == ("routing_number_invalid", "bank_account[routing_number]")
    assert error["message"] == "Routing number must have 9 digits"


def plain(type_: str, **members: Any) -> dict[str, Any]:
    """The parameters of a payment method that is no card."""
    return {"type": type_, **members}


@pytest.mark.parametrize(
    "params,member,shown",
    [
        (plain("fpx", fpx={"bank": "affin_bank"}), "fpx", {"account_holder_type": "individual", "bank": "affin_bank"}),
        (plain("giropay", billing_details={"name": "Test User"}), "giropay", {}),
        (plain("wechat_pay"), "wechat_pay", {}),
        (plain("oxxo", billing_details={"name": "Test User", "email": "test@example.org"}), "oxxo", {}),
    ],
)
def test_payment_methods_of_other_kinds_are_kept_as_recorded(
    client: Client, params: dict[str, Any], member: str, shown: dict[str, Any]
) -> None:
    """[recorded]."""
    assert client.post("/v1/payment_methods", params)[member] == shown


def test_an_iban_is_checked(client: Client) -> None:
    """One digit off."""
    billing = {"name": "Ada", "email": "ada@example.com"}
    good = {"type": "sepa_debit", "sepa_debit": {"iban": "DE89 3704 0044 0532 0130 00"}, "billing_details": billing}
    assert client.post("/v1/payment_methods", good)["sepa_debit"]["bank_code"] == "37040044"
    status, error = client.refused(
        "POST", "/v1/payment_methods", {**good, "sepa_debit": {"iban": "DE89370400440532013001"}}
    )
    assert (status, error["code"]) == (400, "invalid_bank_account_iban")


def test_cash_pays_what_waits_for_it(client: Client) -> None:
    """1500 arrive, 1000 were awaited, 500 are left; 200 of them are sent back."""
    buyer = client.post("/v1/customers")["id"]
    options = {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
    intent = client.post(
        "/v1/payment_intents",
        {
            "amount": 1000,
            "currency": "usd",
            "customer": buyer,
            "allowed_payment_method_types": ["customer_balance"],
            "payment_method_data": {"type": "customer_balance"},
            "payment_method_options": {"customer_balance": options},
            "confirm": True,
        },
    )
    assert intent["next_action"]["type"] == "display_bank_transfer_instructions"
    client.post(f"/v1/test_helpers/customers/{buyer}/fund_cash_balance", {"amount": 1500, "currency": "usd"})
    assert client.get(f"/v1/payment_intents/{intent['id']}")["status"] == "succeeded"
    path = f"/v1/customers/{buyer}"
    assert client.get(f"{path}/cash_balance")["available"] == {"usd": 500}
    body = {"origin": "customer_balance", "customer": buyer, "currency": "usd", "instructions_email": "a@example.com"}
    refund = client.post("/v1/refunds", {**body, "amount": 200})
    assert refund["status"] == "requires_action"
    rows = client.get(f"{path}/cash_balance_transactions")["data"]
    assert [(row["type"], row["net_amount"], row["ending_balance"]) for row in rows] == [
        ("return_initiated", -200, 300),
        ("applied_to_payment", -1000, 500),
        ("funded", 1500, 1500),
    ]


def test_a_balance_is_adjusted_by_hand(client: Client) -> None:
    """Negative is the customer's credit. [documented]"""
    buyer = client.post("/v1/customers")["id"]
    entry = client.post(
        f"/v1/customers/{buyer}/balance_transactions", {"amount": -500, "currency": "usd", "description": "Sorry"}
    )
    assert (entry["type"], entry["ending_balance"], entry["description"]) == ("adjustment", -500, "Sorry")
    assert client.get(f"/v1/customers/{buyer}")["balance"] == -500


def test_what_is_switched_off_is_not_offered(client: Client) -> None:
    """The account's own configuration decides."""
    (default,) = client.get("/v1/payment_method_configurations")["data"]
    path = f"/v1/payment_method_configurations/{default['id']}"
    client.post(path, {"klarna": {"display_preference": {"preference": "off"}}})
    intent = client.post("/v1/payment_intents", {"amount": 1000, "currency": "usd"})
    assert intent["payment_method_types"] == ["card", "link", "cashapp", "amazon_pay"]
    assert intent["payment_method_configuration_details"] == {"id": default["id"], "parent": None}


def test_a_reported_payment_is_counted_once(client: Client) -> None:
    """1000 asked, guaranteed, and 300 of them refunded."""
    record = client.post(
        "/v1/payment_records/report_payment",
        {
            "amount_requested": {"value": 1000, "currency": "usd"},
            "initiated_at": NOW,
            "payment_method_details": {"type": "custom", "custom": {"display_name": "Coins"}},
            "outcome": "guaranteed",
            "guaranteed": {"guaranteed_at": NOW},
        },
    )
    assert record["amount_guaranteed"] == {"currency": "usd", "value": 1000}
    refunded = client.post(
        f"/v1/payment_records/{record['id']}/report_refund",
        {
            "outcome": "refunded",
            "amount": {"value": 300, "currency": "usd"},
            "processor_details": {"type": "custom", "custom": {"refund_reference": "43"}},
        },
    )
    assert refunded["amount_refunded"] == {"currency": "usd", "value": 300}
    (attempt,) = client.get("/v1/payment_attempt_records", {"payment_record": record["id"]})["data"]
    assert attempt["id"] == record["latest_payment_attempt_record"]


def test_a_bank_account_by_a_test_name_is_verified(client: Client) -> None:
    """`btok_us_verified` of Stripe's testing page; its kin stand for the accounts that payouts and top-ups fail at."""
    customer = client.post("/v1/customers", {"source": "btok_us_verified"})
    (bank,) = client.get(f"/v1/customers/{customer['id']}/sources")["data"]
    assert (customer["default_source"], bank["status"], bank["last4"]) == (bank["id"], "verified", "6789")
