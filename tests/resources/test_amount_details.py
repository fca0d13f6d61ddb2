"""What an amount is made of has to add up, wherever it is said."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import intend, pay

APPLES = {"product_name": "Apple", "quantity": 2, "unit_cost": 1000}
MISMATCH = "amount_details_amount_mismatch"
TOO_MUCH = "amount_details_tax_shipping_discount_greater_than_amount"


@pytest.fixture
def client() -> Client:
    """A client."""
    return Client()


# The amount is 2000. Two apples cost 2000.
@pytest.mark.parametrize(
    "details, code",
    [
        ({"line_items": [APPLES]}, None),
        ({"line_items": [APPLES], "discount_amount": 200}, MISMATCH),  # 1800
        ({"line_items": [APPLES], "discount_amount": 200, "tax": {"total_tax_amount": 200}}, None),  # 1800 + 200
        ({"line_items": [{**APPLES, "discount_amount": 300}], "shipping": {"amount": 300}}, None),  # 1700 + 300
        ({"line_items": [{**APPLES, "tax": {"total_tax_amount": 1}}]}, MISMATCH),  # 2001
        ({"tax": {"total_tax_amount": 1000}, "shipping": {"amount": 1000}}, None),
        ({"tax": {"total_tax_amount": 1000}, "shipping": {"amount": 1001}}, TOO_MUCH),
    ],
)
def test_parts_add_up_to_the_amount(client: Client, details: dict[str, Any], code: str | None) -> None:
    """Else the request is refused; told to go on, it does, and the answer says what is wrong. [documented]"""
    if code is None:
        assert "error" not in intend(client, amount_details=details)["amount_details"]
        return
    status, error = client.refused(
        "POST", "/v1/payment_intents", {"amount": 2000, "currency": "usd", "amount_details": details}
    )
    assert (status, error["code"], error["param"]) == (400, code, "amount_details")
    kept = intend(client, amount_details={**details, "enforce_arithmetic_validation": False})["amount_details"]
    assert kept["error"]["code"] == code
    assert kept["error"]["message"] == error["message"]


@pytest.mark.parametrize(
    "details, names",
    [
        (
            {"line_items": [{**APPLES, "discount_amount": 100}], "discount_amount": 100},
            "amount_details[discount_amount], amount_details[line_items][#][discount_amount]",
        ),
        (
            {"line_items": [{**APPLES, "tax": {"total_tax_amount": 0}}], "tax": {"total_tax_amount": 0}},
            "amount_details[tax][total_tax_amount], amount_details[line_items][#][tax][total_tax_amount]",
        ),
    ],
)
def test_a_discount_or_tax_is_of_the_whole_or_of_lines(client: Client, details: dict[str, Any], names: str) -> None:
    """Never of both. [documented]"""
    _, error = client.refused(
        "POST", "/v1/payment_intents", {"amount": 2000, "currency": "usd", "amount_details": details}
    )
    assert error["message"] == f"You may only specify one of these parameters: {names}."


def test_a_capture_says_anew_what_it_is_made_of(client: Client) -> None:
    """Of 2000 that are held 1000 are captured: one apple, and not two."""
    _, held = pay(client, "pm_card_visa", capture_method="manual", amount_details={"line_items": [APPLES]})
    path = f"/v1/payment_intents/{held['id']}/capture"
    two = {"amount_to_capture": 1000, "amount_details": {"line_items": [APPLES]}}
    assert client.refused("POST", path, two)[1]["code"] == MISMATCH
    one = {"line_items": [{**APPLES, "quantity": 1}]}
    said = {"customer_reference": "c-1", "order_reference": "o-1"}
    more = {"payment_details": said, "expand": ["amount_details.line_items"]}
    captured = client.post(path, {"amount_to_capture": 1000, "amount_details": one, **more})
    assert (captured["amount_received"], captured["payment_details"]) == (1000, said)
    (line,) = captured["amount_details"]["line_items"]["data"]
    assert (line["quantity"], line["unit_cost"]) == (1, 1000)


def test_a_larger_authorization_is_made_of_more(client: Client) -> None:
    """3000 are three apples."""
    grows = {"card": {"request_incremental_authorization": "if_available"}}
    _, held = pay(client, "pm_card_visa", capture_method="manual", payment_method_options=grows)
    path = f"/v1/payment_intents/{held['id']}/increment_authorization"
    assert client.refused("POST", path, {"amount": 3000, "amount_details": {"line_items": [APPLES]}})[0] == 400
    three = {"amount": 3000, "amount_details": {"line_items": [{**APPLES, "quantity": 3}]}}
    assert client.post(path, three)["amount"] == 3000
