"""Refusals, envelope by envelope, as they were recorded."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe import errors
from pinstripe.errors import StripeError

# Refusal, status, and the recorded `error` hash without its request_log_url.
RECORDED: list[tuple[StripeError, int, dict[str, Any]]] = [
    (
        errors.unknown_parameters(["price"], "pricing"),
        400,
        {
            "code": "parameter_unknown",
            "doc_url": "https://stripe.com/docs/error-codes/parameter-unknown",
            "message": "Received unknown parameter: price. Did you mean pricing?",
            "param": "price",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.no_such("price", "price_test", param="items[0][price]"),
        400,
        {
            "code": "resource_missing",
            "doc_url": "https://stripe.com/docs/error-codes/resource-missing",
            "message": "No such price: 'price_test'",
            "param": "items[0][price]",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.no_such("checkout.session", "cs_test_invalid", param="id", in_path=True),
        404,
        {
            "code": "resource_missing",
            "doc_url": "https://stripe.com/docs/error-codes/resource-missing",
            "message": "No such checkout.session: cs_test_invalid",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.invalid_api_key("sk_test_mock"),
        401,
        {"message": "Invalid API Key provided: sk_test_mock", "type": "invalid_request_error"},
    ),
    (
        errors.product_has_prices(),
        400,
        {
            "message": "This product cannot be deleted because it has one or more user-created prices.",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.unrecognized_url("POST", "/v1/customers/"),
        404,
        {
            "message": "Unrecognized request URL (POST: /v1/customers/). If you are trying to list objects, remove the "
            "trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) "
            "identifier in your code. Please see https://stripe.com/docs or we can help at "
            "https://support.stripe.com/.",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.customer_has_no_email(),
        400,
        {
            "message": "Missing email. In order to create invoices that are sent to the customer, the customer must "
            "have a valid email.",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.customer_has_no_card("cus_1", "tok_visa"),
        404,
        {
            "code": "resource_missing",
            "doc_url": "https://stripe.com/docs/error-codes/resource-missing",
            "message": "Customer cus_1 does not have card with ID tok_visa",
            "param": "card",
            "type": "invalid_request_error",
        },
    ),
    (
        errors.card_error(param="", advice_code="try_again_later", network_decline_code="01"),
        402,
        {
            "advice_code": "try_again_later",
            "code": "card_declined",
            "decline_code": "generic_decline",
            "doc_url": "https://stripe.com/docs/error-codes/card-declined",
            "message": "Your card was declined.",
            "network_decline_code": "01",
            "param": "",
            "type": "card_error",
        },
    ),
]


@pytest.mark.parametrize("refusal, status, body", RECORDED, ids=lambda value: getattr(value, "code", None))
def test_a_refusal_is_what_was_recorded(refusal: StripeError, status: int, body: dict[str, Any]) -> None:
    """Status, sentence, code and param are Stripe's, and so is the order of the keys."""
    assert refusal.status == status
    assert list(refusal.body().items()) == list(body.items())


@pytest.mark.parametrize(
    "key, shown",
    [
        ("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "sk_test_********************p7dc"),
        ("sk_test_dummy", "sk_test_*ummy"),
        ("sk_test_mock", "sk_test_mock"),
        ("blabla", "blabla"),
        ("", ""),
    ],
)
def test_masked_keeps_the_ends_of_a_key(key: str, shown: str) -> None:
    """Eight characters in front and four behind stay readable; a key of twelve hides nothing."""
    assert errors.masked(key) == shown


@pytest.mark.parametrize(
    "choices, words",
    [(("a",), "a"), (("a", "b"), "a or b"), (("a", "b", "c"), "a, b, or c")],
)
def test_invalid_choice_reads_like_a_sentence(choices: tuple[str, ...], words: str) -> None:
    """One word, two with "or", more with commas."""
    assert errors.invalid_choice("recurring[interval]", choices).message == (
        f"Invalid recurring[interval]: must be one of {words}"
    )


def test_a_refusal_that_keeps_changes_says_so() -> None:
    """A declined payment is recorded although the request fails; nothing else is."""
    assert errors.card_error().keeps_changes
    assert not errors.product_has_prices().keeps_changes
