"""Payment methods: cards made from Stripe's test names and numbers, attached to customers."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, listing, merged_metadata, named, retrieve
from pinstripe.resources.test_cards import BY_NUMBER, CARDS, KNOWN_ELSEWHERE, Card, Decline
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe.world.kinds import by

NAMED = "pm_card_"

DISPLAY_BRANDS = {"amex": "american_express", "diners": "diners_club", "unionpay": "union_pay"}
"""Brands with another name for those who look at them. [recorded for amex, visa and discover; others documented]"""


def usable(tx: Transaction, id_: str, param: str, *, in_path: bool = False) -> Object:
    """The payment method an id names. A test name such as `pm_card_visa` makes a new one at each use. [recorded]"""
    if id_.startswith(NAMED):
        return make(tx, card_called(id_.removeprefix(NAMED), id_, param, in_path=in_path))
    method = tx.get("payment_method", id_)
    if method is None:
        raise refusals.no_such_payment_method(id_, param=param, in_path=in_path)
    return method


def card_called(name: str, id_: str, param: str, *, in_path: bool = False) -> Card:
    """The test card with this name; one that exists and is not modelled yet is refused openly."""
    card = CARDS.get(name)
    if card is not None:
        return card
    if name in KNOWN_ELSEWHERE:
        raise refusals.unsupported_test_card(id_)
    raise refusals.no_such_payment_method(id_, param=param, in_path=in_path)


def of_customer(tx: Transaction, id_: str, customer: Object, param: str) -> Object:
    """The payment method an id names, which must be attached to this customer."""
    method = usable(tx, id_, param)
    if method["customer"] == customer.id:
        return method
    if id_.startswith(NAMED):
        return attach(tx, method, customer)
    raise refusals.payment_method_of_nobody(id_, param)


def make(tx: Transaction, card: Card, details: Params | None = None) -> Object:
    """A card payment method that belongs to nobody yet."""
    today = dt.datetime.fromtimestamp(tx.now(), dt.UTC)
    given = details.pick("exp_month", "exp_year", "cvc") if details else {}
    return tx.new(
        "payment_method",
        {
            "allow_redisplay": "unspecified",
            "billing_details": _billing_details({}),
            "card": {
                "brand": card.brand,
                "checks": {
                    "address_line1_check": None,
                    "address_postal_code_check": None,
                    "cvc_check": "unchecked",
                },
                "country": card.country,
                "display_brand": DISPLAY_BRANDS.get(card.brand, card.brand),
                "exp_month": given.get("exp_month", today.month),
                "exp_year": given.get("exp_year", today.year + 1),
                "fingerprint": text(f"{tx.world.seed.value}:card:{card.number}", 16),
                "funding": card.funding,
                "generated_from": None,
                "last4": card.last4,
                "networks": {"available": [card.brand], "preferred": None},
                "regulated_status": "unregulated",
                "three_d_secure_usage": {"supported": card.brand in ("visa", "mastercard", "amex", "discover")},
                "wallet": None,
            },
            "created": tx.now(),
            "customer": None,
            "livemode": False,
            "metadata": {},
            "type": "card",
            "_number": card.number,
            "_cvc": "cvc" in given or details is None or "token" in details,
        },
    )


def _billing_details(given: dict[str, Any]) -> dict[str, Any]:
    """Billing details with every member named. [recorded]"""
    address = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
    details: dict[str, Any] = {"email": None, "name": None, "phone": None, "tax_id": None, **given}
    return {**details, "address": {**address, **(given.get("address") or {})}}


def card_of(method: Object) -> Card:
    """The test card behind a payment method."""
    return BY_NUMBER[method["_number"]]


def create(call: Call) -> Answer:
    """POST /v1/payment_methods, for cards by number or by `tok_` name."""
    tx, params = call.tx, call.params
    if params.get("type") != "card":
        raise errors.unsupported_parameter(call.operation, "type", f" with the value {params.get('type')!r}")
    given = params.hash("card")
    token = given.get("token")
    if token is not None:
        name = token.removeprefix("tok_")
        if name in KNOWN_ELSEWHERE:
            raise refusals.unsupported_test_card(token)
        if not token.startswith("tok_") or name not in CARDS:
            raise errors.no_such("token", token, param=given.name("token"))
        card = CARDS[name]
    else:
        card = _by_number(tx, given)
    method = make(tx, card, given)
    billing = _billing_details(params.get("billing_details") or {})
    address = billing["address"]
    checks = {
        **method["card"]["checks"],
        "address_line1_check": "unchecked" if address["line1"] else None,
        "address_postal_code_check": "unchecked" if address["postal_code"] else None,
    }
    return tx.put(
        method,
        billing_details=billing,
        card={**method["card"], "checks": checks},
        metadata=merged_metadata({}, params),
        allow_redisplay=params.get("allow_redisplay") or "unspecified",
    )


def _by_number(tx: Transaction, given: Params) -> Card:
    """The test card with the number given; any other number is refused as the issuer would. [recorded]"""
    for key in ("number", "exp_month", "exp_year"):
        if key not in given:
            raise errors.missing_parameter(given.name(key))
    number = "".join(given.get("number").split())
    card = BY_NUMBER.get(number)
    if card is None:
        raise refusals.card_error(
            Decline("incorrect_number", None, "Your card number is incorrect.", "number")
            if not _luhn(number)
            else Decline(
                "card_declined",
                "test_mode_live_card",
                "Your card was declined. Your request was in test mode, "
                "but used a non test (live) card. For a list of valid test cards, visit: "
                "https://stripe.com/docs/testing.",
            )
        )
    month, year = given.get("exp_month"), given.get("exp_year")
    if not 1 <= month <= 12:
        raise refusals.card_error(
            Decline("invalid_expiry_month", None, "Your card's expiration month is invalid.", "exp_month")
        )
    year = year + 2000 if year < 100 else year
    last_day = dt.datetime(year, month, calendar.monthrange(year, month)[1], 23, 59, 59, tzinfo=dt.UTC)
    if last_day.timestamp() < tx.now():
        raise refusals.card_error(
            Decline("invalid_expiry_year", None, "Your card's expiration year is invalid.", "exp_year")
        )
    return card


def _luhn(number: str) -> bool:
    """Whether the last digit checks the others."""
    if not number.isdigit():
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def attach(tx: Transaction, method: Object, customer: Object) -> Object:
    """Give a payment method to a customer; a card that cannot be saved answers 402. [recorded]"""
    if method["customer"] == customer.id:
        return method
    if method["customer"] is not None:
        raise refusals.payment_method_taken()
    if method.get("_used"):
        raise refusals.payment_method_used_up()
    refusal = card_of(method).on_save
    if refusal is not None:
        raise refusals.card_error(refusal, saving=True)
    asked = {**method["card"]["checks"], "cvc_check": "unchecked" if method["_cvc"] else None}
    checks = {name: None if state is None else "pass" for name, state in asked.items()}
    card = {**method["card"], "checks": checks}
    attached = tx.put(method, customer=customer.id, card=card)
    tx.emit("payment_method.attached", attached)
    return attached


def attach_call(call: Call) -> Answer:
    """POST /v1/payment_methods/{payment_method}/attach."""
    tx = call.tx
    customer = named(tx, "customer", call.params.get("customer"), "customer")
    method = usable(tx, call.path["payment_method"], "payment_method", in_path=True)
    return attach(tx, method, customer)


def detach(call: Call) -> Answer:
    """POST /v1/payment_methods/{payment_method}/detach; it can never be used again. [documented]"""
    tx = call.tx
    method = tx.get("payment_method", call.path["payment_method"])
    if method is None:
        raise refusals.no_such_payment_method(call.path["payment_method"], in_path=True)
    if method["customer"] is None:
        raise refusals.payment_method_not_attached()
    customer = tx.read("customer", method["customer"])
    settings = customer.get("invoice_settings") or {}
    if settings.get("default_payment_method") == method.id:
        after = tx.put(customer, invoice_settings={**settings, "default_payment_method": None})
        tx.emit("customer.updated", after, before=customer)
    for subscription in tx.find("subscription", "customer", customer.id):
        if subscription.get("default_payment_method") == method.id:
            tx.put(subscription, default_payment_method=None)
    detached = tx.put(method, customer=None, _used=True)
    tx.emit("payment_method.detached", detached, before=method)
    return detached


def update(call: Call) -> Answer:
    """POST /v1/payment_methods/{payment_method}."""
    tx, params = call.tx, call.params
    before = tx.get("payment_method", call.path["payment_method"])
    if before is None:
        raise refusals.no_such_payment_method(call.path["payment_method"], in_path=True)
    card = {**before["card"], **params.hash("card").pick("exp_month", "exp_year")}
    method = tx.put(
        before,
        card=card,
        billing_details=_billing_details({**before["billing_details"], **(params.get("billing_details") or {})}),
        metadata=merged_metadata(before["metadata"], params),
        **params.pick("allow_redisplay"),
    )
    tx.emit("payment_method.updated", method, before=before)
    return method


def list_all(call: Call) -> Answer:
    """GET /v1/payment_methods: those of a customer; without one there is nothing to show. [documented]"""
    if "customer" in call.params:
        named(call.tx, "customer", call.params.get("customer"), "customer")
        return listing("payment_method", by={"customer": "customer"}, equal=("type",))(call)
    call.params.get("type")
    return Listing([])


PAYMENT_METHODS = Resource(
    Kind("payment_method", "pm", indexes={"customer": by("customer")}),
    {
        "POST /v1/payment_methods": create,
        "GET /v1/payment_methods": list_all,
        "GET /v1/payment_methods/{payment_method}": retrieve(
            "payment_method", noun="PaymentMethod", param="payment_method"
        ),
        "POST /v1/payment_methods/{payment_method}": update,
        "POST /v1/payment_methods/{payment_method}/attach": attach_call,
        "POST /v1/payment_methods/{payment_method}/detach": detach,
    },
    noun="PaymentMethod",
)
