"""Cards as they come in: by test name, by number, or by a token of either."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods.behaviour import Card, Decline
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER, CARDS, KNOWN_ELSEWHERE, NUMBERS_ELSEWHERE
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text

DISPLAY_BRANDS = {"amex": "american_express", "diners": "diners_club", "unionpay": "union_pay"}
"""Brands with another name for those who look at them. [recorded for amex, visa and discover; others documented]

A card with two brands shows the one of its country. [inferred; so is their order in `networks`]
"""

LIVE_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test "
    "cards, visit: https://stripe.com/docs/testing.",
)
INCORRECT_NUMBER = Decline("incorrect_number", None, "Your card number is incorrect.", "number")
INVALID_MONTH = Decline("invalid_expiry_month", None, "Your card's expiration month is invalid.", "exp_month")
INVALID_YEAR = Decline("invalid_expiry_year", None, "Your card's expiration year is invalid.", "exp_year")

INVALID_CVC = Decline("invalid_cvc", None, "Your card's security code is invalid.", "cvc")
"""[documented: the code; second-hand: the sentence]"""


@dataclass(frozen=True, slots=True)
class Plastic:
    """A card in somebody's hand: which test card it is, when it ends, whether its code was said, and it by its name."""

    card: Card
    exp_month: int
    exp_year: int
    cvc: bool = True
    named: bool = False


def called(tx: Transaction, name: str, id_: str) -> Plastic | None:
    """A test card by what follows `pm_card_` or `tok_`: it ends a year from now. [recorded]"""
    card = CARDS.get(name)
    if card is None:
        if name in KNOWN_ELSEWHERE:
            raise refusals.unsupported_test_card(id_)
        return None
    today = dt.datetime.fromtimestamp(tx.now(), dt.UTC)
    return Plastic(card, today.month, today.year + 1, named=True)


def numbered(tx: Transaction, given: Params) -> Plastic:
    """The test card with the number given; any other number is refused as the issuer would. [recorded]"""
    for key in ("number", "exp_month", "exp_year"):
        if key not in given:
            raise errors.missing_parameter(given.name(key))
    number = "".join(str(given.get("number")).split()).replace("-", "")
    card = BY_NUMBER.get(number)
    if number in NUMBERS_ELSEWHERE:
        raise refusals.unsupported_test_card(number)
    if card is None:
        raise refusals.card_error(LIVE_CARD if _luhn(number) else INCORRECT_NUMBER)
    month, year = expiry(tx, given.get("exp_month"), given.get("exp_year"))
    cvc = given.get("cvc")
    if cvc is not None and not (str(cvc).isdigit() and 3 <= len(str(cvc)) <= 4):
        raise refusals.card_error(INVALID_CVC)
    return Plastic(card, month, year, cvc=cvc is not None)


def expiry(tx: Transaction, month: int | str, year: int | str) -> tuple[int, int]:
    """The month and the year of four digits, if they are not over; 95 is long ago. [recorded; documented]"""
    month, year = _number(month, INVALID_MONTH), _number(year, INVALID_YEAR)
    if not 1 <= month <= 12:
        raise refusals.card_error(INVALID_MONTH)
    if year < 100:
        now = dt.datetime.fromtimestamp(tx.now(), dt.UTC).year
        year += 2000 if year + 2000 < now + 50 else 1900
    if not 2000 <= year <= 2999:
        raise refusals.card_error(INVALID_YEAR)
    last_day = dt.datetime(year, month, calendar.monthrange(year, month)[1], 23, 59, 59, tzinfo=dt.UTC)
    if last_day.timestamp() < tx.now():
        raise refusals.card_error(INVALID_YEAR)
    return month, year


def _number(value: int | str, decline: Decline) -> int:
    """A part of the expiry, which some requests bring as text."""
    text_ = str(value).strip()
    if not (text_.isascii() and text_.isdigit()):
        raise refusals.card_error(decline)
    return int(text_)


def _luhn(number: str) -> bool:
    """Whether the last digit checks the others."""
    if not number.isdigit():
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def fingerprint(tx: Transaction, card: Card) -> str:
    """The same number has the same fingerprint in one account. [documented]"""
    return text(f"{tx.world.seed.value}:card:{card.number}", 16)


def members(tx: Transaction, plastic: Plastic) -> dict[str, Any]:
    """The `card` of a payment method. [recorded]"""
    card = plastic.card
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None},
        "country": card.country,
        "display_brand": card.co_brand or DISPLAY_BRANDS.get(card.brand, card.brand),
        "exp_month": plastic.exp_month,
        "exp_year": plastic.exp_year,
        "fingerprint": fingerprint(tx, card),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [one for one in (card.co_brand, card.brand) if one], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.supports_three_d_secure},
        "wallet": None,
    }


def unchecked(billing: Mapping[str, Any], *, cvc: bool) -> dict[str, Any]:
    """The checks of a card that nobody has asked about yet. [recorded]"""
    address = billing["address"]
    return {
        "address_line1_check": "unchecked" if address["line1"] else None,
        "address_postal_code_check": "unchecked" if address["postal_code"] else None,
        "cvc_check": "unchecked" if cvc else None,
    }


def checked(card: Card, method: Object) -> dict[str, Any]:
    """The checks once the issuer was asked. [recorded: also the one that a payment fails by]"""
    asked = unchecked(method["billing_details"], cvc=method["_cvc"])
    results = {
        "address_line1_check": card.line1,
        "address_postal_code_check": card.postal_code,
        "cvc_check": card.cvc,
    }
    return {name: None if state is None else results[name] for name, state in asked.items()}
