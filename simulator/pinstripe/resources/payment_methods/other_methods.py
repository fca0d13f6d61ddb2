"""Payment methods that are no cards: debits, redirects, and those that are kept as objects only.

How a type pays is documented, and so is that the debits of some test accounts take three minutes and the others none.
These are through a second after they began, so that they can be seen under way. [inferred: the second]
"""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import bank_accounts
from pinstripe.resources.payment_methods.bank_accounts import Outcome
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text
from pinstripe_contracts import shape
from pinstripe_contracts.conformance import is_nullable
from pinstripe_contracts.types import Hash

DEBITS = frozenset(bank_accounts.NUMBERS)
"""Those whose money is on its way for a while."""
SETTLES_SOON, SETTLES_LATE = 1, 180
"""Seconds from the confirmation of a debit to its end."""

REDIRECTS = frozenset(
    (
        "affirm",
        "afterpay_clearpay",
        "alipay",
        "alma",
        "amazon_pay",
        "bancontact",
        "billie",
        "cashapp",
        "eps",
        "fpx",
        "giropay",
        "grabpay",
        "ideal",
        "kakao_pay",
        "klarna",
        "kr_card",
        "mobilepay",
        "naver_pay",
        "p24",
        "payco",
        "paypal",
        "revolut_pay",
        "samsung_pay",
        "satispay",
        "sofort",
        "swish",
        "twint",
        "wechat_pay",
        "zip",
    )
)
"""Those whose customer agrees on somebody else's page. [documented; that swish and wechat_pay do so too is inferred]"""

REUSABLE = frozenset((*DEBITS, "amazon_pay", "cashapp", "klarna", "link", "paypal", "revolut_pay"))
"""Those that a customer can keep. [documented]"""

NAMED = bank_accounts.NAMED

DETAILS: dict[str, dict[str, Any]] = {
    "us_bank_account": {"routing_number": "110000000", "account_holder_type": "individual"},
    "bacs_debit": {"sort_code": "108800"},
    "au_becs_debit": {"bsb_number": "000000"},
}

NEEDED = frozenset(("boleto", "custom", "fpx", "nz_bank_account", "sofort"))
"""Types of which something must be told, beside the debits. [documented; inferred: that it is missing as a whole]"""
ROUTED = {"au_becs_debit": "bsb_number", "bacs_debit": "sort_code", "us_bank_account": "routing_number"}
"""What names the bank of an account. [inferred: that no account can do without]"""

BLANK_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def named(tx: Transaction, id_: str) -> Object | None:
    """A new payment method for one of the names, or None."""
    if id_ not in NAMED:
        return None
    type_, number = NAMED[id_]
    given = Params({**DETAILS.get(type_, {}), bank_accounts.NUMBERS[type_]: number})
    billing = billing_details({"name": "Jenny Rosen", "email": "jenny@example.com"})
    return _new(tx, type_, {type_: _debit(tx, type_, given), "billing_details": billing}, number, verified=True)


def cash(tx: Transaction) -> Object:
    """What a payment from a customer's cash is made with."""
    members = {"billing_details": billing_details({}), "customer_balance": {}}
    return _new(tx, "customer_balance", members, None, verified=False)


def make(call: Call, type_: str, params: Params) -> Object:
    """A payment method of a type, from the parameters of a request."""
    tx, given = call.tx, params.hash(type_)
    if type_ not in params and type_ in NEEDED:
        raise errors.missing_parameter(params.name(type_))
    billing = billing_details(params.get("billing_details") or {})
    members: dict[str, Any] = {"billing_details": billing}
    number = None
    if type_ in bank_accounts.NUMBERS:
        name = bank_accounts.NUMBERS[type_]
        if name not in given:
            raise errors.missing_parameter(given.name(name))
        if type_ in ROUTED and ROUTED[type_] not in given:
            raise errors.missing_parameter(given.name(ROUTED[type_]))
        if type_ in ("sepa_debit", "us_bank_account") and not billing["name"]:
            raise errors.missing_parameter("billing_details[name]")
        if type_ == "sepa_debit" and not billing["email"]:
            raise errors.missing_parameter("billing_details[email]")
        number = "".join(str(given.get(name)).split())
        if number in bank_accounts.ELSEWHERE:
            raise refusals.unsupported_test_card(number)
        members[type_] = _debit(tx, type_, given)
    else:
        members[type_] = _plain(call, type_, given)
    return _new(tx, type_, members, number, verified=False)


def _new(tx: Transaction, type_: str, members: dict[str, Any], number: str | None, *, verified: bool) -> Object:
    return tx.new(
        "payment_method",
        {
            "allow_redisplay": "unspecified",
            "created": tx.now(),
            "customer": None,
            "livemode": False,
            "metadata": {},
            "type": type_,
            **members,
            "_number": number,
            "_verified": verified,
        },
    )


def _debit(tx: Transaction, type_: str, given: Params) -> dict[str, Any]:
    """The account of a debit."""
    name = bank_accounts.NUMBERS[type_]
    number = "".join(str(given.get(name)).split())
    if type_ == "sepa_debit" and not _is_iban(number):
        raise refusals.iban_invalid(given.name(name))
    return {
        **bank_accounts.members(type_, given, number),
        "fingerprint": text(f"{tx.world.seed.value}:{type_}:{number}", 16),
    }


def _is_iban(number: str) -> bool:
    """Whether the check digits of an IBAN are right."""
    if not number.isalnum() or len(number) < 15:
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _plain(call: Call, type_: str, given: Params) -> dict[str, Any]:
    """The members that the parameters say; refused where one is needed that nobody said."""
    form = shape("payment_method").fields[type_].type
    assert isinstance(form, Hash)
    members = {name: given.get(name) for name in given if name in form.fields}
    if type_ == "fpx":  # [recorded]
        members["account_holder_type"] = given.get("account_holder_type", "individual")
    if type_ == "ideal":  # [recorded]
        members["bic"] = bank_accounts.BICS.get(given.get("bank"))
    if type_ == "boleto":  # [recorded]
        members["fingerprint"] = text(f"{call.tx.world.seed.value}:{type_}:{given.get('tax_id')}", 16)
    if type_ == "naver_pay":  # [documented]
        members["funding"] = given.get("funding", "card")
    if type_ == "nz_bank_account":
        members |= {"bank_name": bank_accounts.BANK, "last4": str(given.get("account_number"))[-4:]}
        given.get("reference")
    if type_ == "payto":
        number = given.get("account_number")
        members["last4"] = number and str(number)[-4:]
    if type_ == "upi":
        given.get("mandate_options")
    for name, field in form.fields.items():
        if field.required and not is_nullable(field.type) and members.get(name) is None:
            raise errors.unsupported_member(call.operation, "payment method", f"{type_}.{name}")
    return members


def outcome(method: Object) -> Outcome:
    """What becomes of a debit; accounts that are in no table succeed. [inferred]"""
    return bank_accounts.BY_NUMBER[method["type"]].get(method["_number"], bank_accounts.SUCCESS)


def billing_details(given: dict[str, Any]) -> dict[str, Any]:
    """Billing details with every member named. [recorded]"""
    details: dict[str, Any] = {"email": None, "name": None, "phone": None, "tax_id": None, **given}
    return {**details, "address": {**BLANK_ADDRESS, **(given.get("address") or {})}}
