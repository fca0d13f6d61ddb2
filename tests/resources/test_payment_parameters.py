"""Parameters of payments, payment methods and customers that say little and change something."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.connecting import Acting, payee
from tests.resources.paying import BACK, intend, pay

ELSEWHERE = {
    "ares_trans_status": "Y",
    "cryptogram": "M6+990I6FLD3Y6rZ4lpgkgKgZTg=",
    "electronic_commerce_indicator": "05",
    "transaction_id": "ds-1",
    "version": "2.2.0",
}


@pytest.fixture
def client() -> Client:
    """A client."""
    return Client()


def test_3d_secure_that_was_done_elsewhere_asks_nobody(client: Client) -> None:
    """A card that always asks is charged, and the charge says how its holder was known. [documented]"""
    options = {"card": {"three_d_secure": ELSEWHERE}}
    _, paid = pay(client, "pm_card_threeDSecure2Required", payment_method_options=options)
    assert paid["status"] == "succeeded"
    assert "three_d_secure" not in paid["payment_method_options"]["card"]
    charge = client.get(f"/v1/charges/{paid['latest_charge']}")
    assert charge["payment_method_details"]["card"]["three_d_secure"] == {
        "authentication_flow": None,
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "ds-1",
        "version": "2.2.0",
    }
    saved = {"confirm": True, "payment_method": "pm_card_threeDSecure2Required", "return_url": BACK}
    assert client.post("/v1/setup_intents", {**saved, "payment_method_options": options})["status"] == "succeeded"


def test_3d_secure_that_was_done_elsewhere_was_for_one_card(client: Client) -> None:
    """The card declines; another one, that always asks, has to be authenticated all the same."""
    options = {"card": {"three_d_secure": ELSEWHERE}}
    status, body = pay(client, "pm_card_chargeDeclined", payment_method_options=options)
    path = f"/v1/payment_intents/{body['error']['payment_intent']['id']}/confirm"
    again = client.post(path, {"payment_method": "pm_card_threeDSecure2Required", "return_url": BACK})
    assert (status, again["status"]) == (402, "requires_action")
    declined = {"confirm": True, "payment_method": "pm_card_chargeDeclined", "payment_method_options": options}
    body = client.refused("POST", "/v1/setup_intents", {**declined, "return_url": BACK})[1]
    path = f"/v1/setup_intents/{body['setup_intent']['id']}/confirm"
    again = client.post(path, {"payment_method": "pm_card_threeDSecure2Required", "return_url": BACK})
    assert again["status"] == "requires_action"


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/setup_intents"])
def test_orders_by_phone_are_for_accounts_that_may(client: Client, path: str) -> None:
    """Others do not know the parameter. [second-hand]"""
    money = {"amount": 2000, "currency": "usd"} if "payment" in path else {}
    _, error = client.refused("POST", path, {**money, "payment_method_options": {"card": {"moto": True}}})
    assert error["message"] == "Received unknown parameter: payment_method_options[card][moto]"
    assert error["code"] == "parameter_unknown"


def test_a_code_said_anew_is_checked(client: Client) -> None:
    """A card saved without its code is charged; with a code that is wrong it is declined. A token is used once."""
    customer = client.post("/v1/customers")["id"]
    card = {"number": "4000000000000101", "exp_month": 12, "exp_year": 2040}
    method = client.post("/v1/payment_methods", {"type": "card", "card": card})["id"]
    client.post(f"/v1/payment_methods/{method}/attach", {"customer": customer})
    assert pay(client, method, customer=customer)[0] == 200
    token = client.post("/v1/tokens", {"cvc_update": {"cvc": "123"}})["id"]
    said = {"customer": customer, "payment_method_options": {"card": {"cvc_token": token}}}
    status, refused = pay(client, method, **said)
    assert (status, refused["error"]["code"]) == (402, "incorrect_cvc")
    assert pay(client, method, **said)[1]["error"]["code"] == "token_already_used"
    assert pay(client, method, customer=customer, payment_method_options={"card": {"cvc_token": "tok_visa"}})[0] == 400


def test_a_payment_names_its_mandate(client: Client) -> None:
    """One of the account's own, in force, and not beside a new one. [documented; inferred: the sentences]"""
    billing = {"name": "Jenny", "email": "jenny@example.com"}
    account = {"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573201"}, "billing_details": billing}
    mine, other = (client.post("/v1/payment_methods", account)["id"] for _ in range(2))
    agreed = {"customer_acceptance": {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "x"}}}
    types = {"allowed_payment_method_types": ["sepa_debit"], "customer": client.post("/v1/customers")["id"]}
    saved = {**types, "confirm": True, "mandate_data": agreed}
    types["currency"] = "eur"
    mandate = client.post("/v1/setup_intents", {**saved, "payment_method": mine})["mandate"]
    assert pay(client, mine, mandate=mandate, **types)[1]["status"] == "processing"
    assert pay(client, other, mandate=mandate, **types)[1]["error"]["param"] == "mandate"
    assert pay(client, mine, mandate=mandate, mandate_data=agreed, **types)[0] == 400
    assert pay(client, mine, mandate="mandate_none", **types)[1]["error"]["code"] == "resource_missing"
    body = {"amount": 2000, "currency": "eur", "mandate": mandate}
    assert "mandate" in client.refused("POST", "/v1/payment_intents", body)[1]["message"]


@pytest.mark.parametrize(
    "path, said",
    [
        ("/v1/payment_intents", {"amount": 2000, "currency": "usd"}),
        ("/v1/setup_intents", {}),
        ("/v1/checkout/sessions", {"mode": "setup", "success_url": BACK}),
    ],
)
def test_an_account_that_is_not_there_buys_nothing(client: Client, path: str, said: dict[str, Any]) -> None:
    """As any parameter that names nothing. [inferred: the noun]"""
    _, error = client.refused("POST", path, {**said, "customer_account": "acct_none"})
    assert (error["code"], error["param"]) == ("resource_missing", "customer_account")


def test_a_confirmation_token_that_is_not_there(client: Client) -> None:
    """Is refused by name, also by an intent that is there already."""
    intent = intend(client)
    path = f"/v1/payment_intents/{intent['id']}/confirm"
    _, error = client.refused("POST", path, {"confirmation_token": "ctoken_none"})
    assert (error["code"], error["param"]) == ("resource_missing", "confirmation_token")


@pytest.mark.parametrize(
    "body, outcome",
    [
        ({"type": "boleto"}, "boleto"),
        ({"type": "custom"}, "custom"),
        ({"type": "sofort"}, "sofort"),
        ({"type": "nz_bank_account"}, "nz_bank_account"),
        ({"type": "bacs_debit", "bacs_debit": {"account_number": "00012345"}}, "bacs_debit[sort_code]"),
        ({"type": "us_bank_account", "us_bank_account": {"account_number": "1"}}, "us_bank_account[routing_number]"),
        ({"type": "naver_pay"}, {"buyer_id": None, "funding": "card"}),
        (
            {"type": "payto", "payto": {"account_number": "000123456", "bsb_number": "000000"}},
            {"bsb_number": "000000", "last4": "3456", "pay_id": None},
        ),
        ({"type": "upi", "upi": {"mandate_options": {"amount": 100}}}, {"vpa": None}),
    ],
)
def test_a_payment_method_needs_what_its_type_needs(client: Client, body: dict[str, Any], outcome: Any) -> None:
    """What is missing is named; what is there is shown."""
    status, answer = client.ask("POST", "/v1/payment_methods", body)
    if status == 200:
        assert answer[body["type"]] == outcome
    else:
        assert answer["error"]["message"] == f"Missing required param: {outcome}."


def test_a_connected_account_has_its_own_copy(client: Client) -> None:
    """Of a card of the platform's customer, who is named; it pays there, and stays here. [documented]"""
    customer = client.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    (card,) = client.get("/v1/payment_methods", {"customer": customer})["data"]
    there = Acting(client, payee(client))
    said = {"customer": customer, "payment_method": card["id"]}
    copy = there.post("/v1/payment_methods", said)
    assert (copy["id"] != card["id"], copy["customer"], copy["card"]["last4"]) == (True, None, "4242")
    assert pay(there, copy["id"])[1]["status"] == "succeeded"
    assert client.get(f"/v1/payment_methods/{card['id']}")["customer"] == customer
    _, error = there.refused("POST", "/v1/payment_methods", {"payment_method": card["id"]})
    assert error["message"] == "Missing required param: customer."
    assert client.refused("POST", "/v1/payment_methods", said)[0] == 501


def test_a_token_is_of_one_thing(client: Client) -> None:
    """Two of them are refused by name. [inferred: the sentence]"""
    _, error = client.refused("POST", "/v1/tokens", {"cvc_update": {"cvc": "123"}, "pii": {"id_number": "1"}})
    assert error["message"] == "You may only specify one of these parameters: cvc_update, pii."


def test_methods_are_listed_by_whether_they_may_be_shown_again(client: Client) -> None:
    """`allow_redisplay` narrows both lists. [documented]"""
    customer = client.post("/v1/customers")["id"]
    for shown in ("always", "limited"):
        card = {"type": "card", "card": {"token": "tok_visa"}, "allow_redisplay": shown}
        method = client.post("/v1/payment_methods", card)["id"]
        client.post(f"/v1/payment_methods/{method}/attach", {"customer": customer})
    for path, of in (
        (f"/v1/customers/{customer}/payment_methods", {}),
        ("/v1/payment_methods", {"customer": customer}),
    ):
        rows = client.get(path, {**of, "allow_redisplay": "limited"})["data"]
        assert [row["allow_redisplay"] for row in rows] == ["limited"]


def test_an_expiry_that_is_no_number(client: Client) -> None:
    """Is refused as one that is over. [inferred]"""
    customer = client.post("/v1/customers", {"source": "tok_visa"})
    path = f"/v1/customers/{customer['id']}/sources/{customer['default_source']}"
    assert client.refused("POST", path, {"exp_month": "May"})[1]["code"] == "invalid_expiry_month"


def test_a_customer_has_other_names(client: Client) -> None:
    """Absent where there is none, and gone once unset. [documented]"""
    made = client.post("/v1/customers", {"business_name": "Ada Ltd", "individual_name": "Ada"})
    assert (made["business_name"], made["individual_name"]) == ("Ada Ltd", "Ada")
    path = f"/v1/customers/{made['id']}"
    after = client.post(path, {"individual_name": ""})
    assert "individual_name" not in after
    assert client.events()[-1]["data"]["previous_attributes"] == {"individual_name": "Ada"}
    assert client.refused("POST", path, {"business_name": "x" * 151})[1]["param"] == "business_name"


def test_a_customers_invoices_are_printed_as_the_customers_are(client: Client) -> None:
    """One-off invoices and those of subscriptions. [documented]"""
    options = {"amount_tax_display": "include_inclusive_tax"}
    customer = client.post("/v1/customers", {"source": "tok_visa", "invoice_settings": {"rendering_options": options}})
    assert customer["invoice_settings"]["rendering_options"] == {**options, "template": None}
    said = {"customer": customer["id"]}
    assert client.post("/v1/invoices", said)["rendering"]["amount_tax_display"] == "include_inclusive_tax"
    price = {"currency": "usd", "unit_amount": 1000, "product_data": {"name": "Gold"}}
    id_ = client.post("/v1/prices", {**price, "recurring": {"interval": "month"}})["id"]
    made = client.post("/v1/subscriptions", {**said, "items": [{"price": id_}], "expand": ["latest_invoice"]})
    assert made["latest_invoice"]["rendering"]["amount_tax_display"] == "include_inclusive_tax"


@pytest.mark.parametrize("name, value", [("currency", "usd"), ("customer", "cus_1")])
def test_a_charge_says_itself_whose_it_is(client: Client, name: str, value: str) -> None:
    """Those are for refunds of a customer's cash. [documented; inferred: the sentence]"""
    _, paid = pay(client, "pm_card_visa")
    _, error = client.refused("POST", "/v1/refunds", {"payment_intent": paid["id"], name: value})
    assert error["param"] == name


@pytest.mark.parametrize("count", [0, -1])
def test_what_waits_is_invoiced_now_and_then(client: Client, count: int) -> None:
    """An interval of nothing is refused. [second-hand: the sentence of such numbers]"""
    customer = client.post("/v1/customers", {"source": "tok_visa"})["id"]
    price = {"currency": "usd", "unit_amount": 1000, "product_data": {"name": "Gold"}}
    id_ = client.post("/v1/prices", {**price, "recurring": {"interval": "month"}})["id"]
    waits = {"interval": "day", "interval_count": count}
    body = {"customer": customer, "items": [{"price": id_}], "pending_invoice_item_interval": waits}
    status, error = client.refused("POST", "/v1/subscriptions", body)
    assert (status, error["param"]) == (400, "pending_invoice_item_interval[interval_count]")


@pytest.mark.parametrize(
    "type_, currency, taken",
    [("sepa_debit", "usd", "eur"), ("p24", "usd", "eur, pln"), ("us_bank_account", "eur", "usd")],
)
def test_a_type_that_is_named_takes_the_currency(client: Client, type_: str, currency: str, taken: str) -> None:
    """Or the payment is refused, also when the currency changes. [second-hand]"""
    types = {"allowed_payment_method_types": ["card", type_]}
    body = {"amount": 2000, "currency": currency, **types}
    _, error = client.refused("POST", "/v1/payment_intents", body)
    assert f"({currency}) is invalid for one or more payment method types" in error["message"]
    assert f"type {type_} only supports the following currencies: {taken}." in error["message"]
    made = intend(client, currency=taken.partition(",")[0], **types)
    change = {"currency": currency, **types}
    assert client.refused("POST", f"/v1/payment_intents/{made['id']}", change)[1]["param"] == "currency"


def test_options_of_a_type_that_is_not_taken_have_no_effect(client: Client) -> None:
    """Those of cards too, where a payment takes debits only. [recorded: of other types]"""
    options = {"card": {"request_three_d_secure": "any", "three_d_secure": ELSEWHERE, "network": "visa"}}
    types = ["us_bank_account"]
    made = intend(client, allowed_payment_method_types=types, payment_method_options=options)
    assert list(made["payment_method_options"]) == types
    path = f"/v1/payment_intents/{made['id']}"
    assert list(client.post(path, {"payment_method_options": options})["payment_method_options"]) == types
    saved = {"allowed_payment_method_types": types, "payment_method_options": {"card": {"network": "visa"}}}
    assert list(client.post("/v1/setup_intents", saved)["payment_method_options"]) == types


@pytest.mark.parametrize("version", [None, "2022-11-15"])
@pytest.mark.parametrize(
    "card", [{"token": "tok_visa"}, {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}]
)
def test_a_card_is_described_with_the_payment(version: str | None, card: dict[str, Any]) -> None:
    """By token or number, though no SDK lists it; whoever saves one may describe it too. [second-hand]"""
    client = Client(version=version)
    data = {"type": "card", "card": card, "billing_details": {"name": "Ada"}}
    terms = {"amount": 2000, "currency": "usd", "return_url": BACK}
    paid = client.post("/v1/payment_intents", {**terms, "confirm": True, "payment_method_data": data})
    method = client.get(f"/v1/payment_methods/{paid['payment_method']}")
    assert (paid["status"], method["card"]["last4"], method["billing_details"]["name"]) == ("succeeded", "4242", "Ada")
    later = client.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})["id"]
    said = {"payment_method_data": data, "return_url": BACK}
    assert client.post(f"/v1/payment_intents/{later}/confirm", said)["status"] == "succeeded"
    saved = client.post("/v1/setup_intents", {**said, "confirm": True})
    assert saved["status"] == "succeeded"
    token = client.post("/v1/test_helpers/confirmation_tokens", {"payment_method_data": data})
    assert token["payment_method_preview"]["card"]["last4"] == "4242"
    declined = {"type": "card", "card": {"token": "tok_chargeDeclined"}}
    asked = {**terms, "confirm": True, "payment_method_data": declined}
    assert client.refused("POST", "/v1/payment_intents", asked)[1]["code"] == "card_declined"


def test_what_is_paid_with_is_said_once(client: Client) -> None:
    """And a token is no payment method."""
    data = {"type": "card", "card": {"token": "tok_visa"}}
    said = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "payment_method_data": data}
    _, error = client.refused("POST", "/v1/payment_intents", said)
    assert error["message"] == "You may only specify one of these parameters: payment_method, payment_method_data."
    _, error = client.refused("POST", "/v1/setup_intents", {"payment_method": "tok_visa"})
    assert error["message"] == (
        "A token may not be passed in as a PaymentMethod. Instead, create a PaymentMethod or convert your token to a "
        "PaymentMethod by setting the `card[token]` parameter to tok_visa."
    )
    assert error["param"] == "payment_method"
