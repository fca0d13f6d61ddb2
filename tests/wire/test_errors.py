"""Refusals, envelope by envelope, as they were recorded."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.payment_methods.behaviour import GENERIC

PACKAGE = Path(errors.__file__).parents[1]

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
        refusals.product_has_prices(),
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
        refusals.missing_email(),
        400,
        {
            "message": "Missing email. In order to create invoices that are sent to the customer, the customer must "
            "have a valid email.",
            "type": "invalid_request_error",
        },
    ),
    (
        refusals.card_error(GENERIC, saving=True),
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


def test_only_what_says_so_keeps_changes() -> None:
    """A refusal keeps nothing, unless it is a payment that was tried: that is recorded although the request fails."""
    assert refusals.no_payment_method(keeps_changes=True).keeps_changes
    assert not any(refusal.keeps_changes for refusal, _, _ in RECORDED)


def test_a_code_of_pinstripes_own_has_no_page_at_stripe() -> None:
    """`doc_url` leads to a page that exists, so what only pinstripe says has none."""
    for refusal in (errors.unsupported_operation("GET", "/v1/quotes"), errors.our_bug("trace")):
        assert refusal.code in errors.OWN_CODES
        assert "doc_url" not in refusal.body()


def test_every_sentence_stands_once() -> None:
    """What is wrong with a request and what the state of things forbids are two tables without a common sentence."""
    files = [*(PACKAGE / "errors").glob("*.py"), *(PACKAGE / "resources" / "refusals").glob("*.py")]
    lines = [line.strip() for file in files for line in file.read_text().splitlines()]
    sentences = [line for line in lines if len(line) > 60 and line.startswith(('"', 'f"', "StripeError("))]
    assert len(sentences) > 50
    assert len(sentences) == len(set(sentences))


def test_no_refusal_hides_another() -> None:
    """The tables are gathered by star imports, where the later of two equal names would win in silence."""
    refusals = PACKAGE / "resources" / "refusals"
    names = [
        name for file in refusals.glob("*.py") for name in re.findall(r"^def (\w+)", file.read_text(), re.MULTILINE)
    ]
    assert len(names) > 100
    assert [name for name, count in Counter(names).items() if count > 1] == []
