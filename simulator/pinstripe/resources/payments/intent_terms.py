"""What a payment intent and a setup intent have in common: how they may be paid, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_method_configurations, payment_methods, tokens
from pinstripe.resources.payment_methods.other_methods import BLANK_ADDRESS, REDIRECTS
from pinstripe.resources.payments import confirmation_tokens, installments
from pinstripe.resources.resource import Call, named, refuse_account
from pinstripe.world import Object, Transaction
from pinstripe_contracts import shape
from pinstripe_contracts.conformance import is_nullable
from pinstripe_contracts.types import Hash, Nullable

CARD_OPTIONS: dict[str, dict[str, Any]] = {
    "payment_intent": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    },
    "setup_intent": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"},
}
"""What is said of a card unasked. [recorded]"""

FILLED: dict[str, dict[str, Any]] = {
    "bancontact": {"preferred_language": "en"},
    "us_bank_account": {"verification_method": "automatic"},
}
"""Options of other types that are not null. [recorded for bank accounts; documented for bancontact]"""


NOT_SHOWN = {"klarna": ("on_demand", "subscriptions")}
"""Options that are told the network and shown nowhere. [documented: they are in no answer]"""


def types(call: Call, before: Object | None = None) -> dict[str, Any]:
    """Which payment methods may be used: those named, those the account has switched on, or cards.

    Since 2023 an intent that says nothing takes what is switched on. [documented]
    """
    params = call.params
    known: Mapping[str, Any] = before or {}
    said = params.hash("automatic_payment_methods")
    named_types = params.get("allowed_payment_method_types")
    excluded = params.get("excluded_payment_method_types", known.get("excluded_payment_method_types"))
    automatic: dict[str, Any] | None = None
    if said:
        enabled = said.get("enabled", True)
        redirects = said.get("allow_redirects", "always")
        automatic = {"allow_redirects": redirects, "enabled": True} if enabled else None
        if enabled and named_types:
            raise refusals.types_twice()
    elif before is not None:
        if not any(name in params for name in ("allowed_payment_method_types", "payment_method_configuration")):
            allowed = [one for one in before["payment_method_types"] if one not in (excluded or ())]
            return {"excluded_payment_method_types": excluded, "payment_method_types": allowed}
        automatic = None if named_types else before["automatic_payment_methods"]
    elif not named_types:
        automatic = {"allow_redirects": "always", "enabled": True}
    configuration: Object | None = None
    currency = params.peek("currency") or known.get("currency")
    for type_ in named_types or ():
        taken = payment_method_configurations.CURRENCIES.get(type_)
        if currency is not None and taken is not None and currency.lower() not in taken:
            raise refusals.currency_of_another_type(currency.lower(), type_, taken)
    if automatic is None:
        all_types = list(named_types or ["card"])
    else:
        chosen = params.get("payment_method_configuration")
        configuration = payment_method_configurations.chosen(call.tx, chosen)
        all_types = payment_method_configurations.switched_on(configuration, currency)
        if automatic["allow_redirects"] == "never":
            all_types = [one for one in all_types if one not in REDIRECTS]
    return {
        "allowed_payment_method_types": named_types,
        "automatic_payment_methods": automatic,
        "excluded_payment_method_types": excluded,
        "payment_method_configuration_details": configuration
        and {"id": configuration.id, "parent": configuration["parent"]},
        "payment_method_types": [one for one in all_types if one not in (excluded or ())],
    }


def options(call: Call, kind: str, allowed: list[str], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The options of each type that may be used: what was said over what is so unasked."""
    form = _form(kind)
    given = call.params.hash("payment_method_options")
    shown: dict[str, Any] = {}
    for type_ in given:
        if type_ not in allowed:
            given.get(type_)  # options of what may not be used are taken and have no effect [recorded]
    for type_ in allowed:
        field = form.fields.get(type_)
        if field is None:
            continue
        inner = field.type.inner if isinstance(field.type, Nullable) else field.type
        if not isinstance(inner, Hash):
            continue
        kept = dict((before or {}).get(type_) or unasked(kind, type_))
        said = making.members_of(call, given.hash(type_), inner) if given.peek(type_) else {}
        if said.get("installments"):
            said["installments"] = installments.asked(given.hash(type_).hash("installments"), kept.get("installments"))
        for name in NOT_SHOWN.get(type_, ()):
            given.hash(type_).get(name)
        shown[type_] = {**kept, **said}
    if kind == "payment_intent" and "card" in shown:
        token = call.tx.get("confirmation_token", call.params.peek("confirmation_token") or "")
        own = given.hash("card").hash("installments")
        shown["card"] |= installments.of_token(token, own, shown["card"]["installments"])
    return shown


def require_descriptor(call: Call, types: Sequence[str]) -> None:
    """Where a card may pay, a statement has the account's own descriptor, and a suffix. [documented: since 2024]"""
    if call.params.get("_takes_any_descriptor"):
        return
    if call.params.peek("statement_descriptor") and "card" in types:
        raise refusals.descriptor_of_a_card(call.params.name("statement_descriptor"))


def told_only(call: Call, allowed: Sequence[str]) -> dict[str, Any]:
    """What a request says of a card that no answer repeats. [documented]

    That is 3D Secure which somebody else has seen to, and the security code, by a token.
    """
    if "card" not in allowed:
        return {}
    card = call.params.hash("payment_method_options").hash("card")
    said: dict[str, Any] = {}
    if "moto" in card:  # only accounts that Stripe has let do so know the parameter [second-hand]
        raise errors.unknown_parameters([card.name("moto")])
    if card.get("cvc_token") is not None:
        tokens.redeem_cvc(call.tx, card.get("cvc_token"), card.name("cvc_token"))
        said["_cvc"] = True
    if not card.peek("three_d_secure"):
        return said
    given = card.hash("three_d_secure")
    given.hash("network_options").get("cartes_bancaires")
    given.pick("cryptogram", "requestor_challenge_indicator")
    names = ("ares_trans_status", "electronic_commerce_indicator", "exemption_indicator", "transaction_id", "version")
    return {**said, "_three_d_secure": given.pick(*names)}


def unasked(kind: str, type_: str) -> dict[str, Any]:
    """The options of a type when nothing is said of it."""
    if type_ == "card":
        return dict(CARD_OPTIONS[kind])
    field = _form(kind).fields.get(type_)
    inner = field.type.inner if field is not None and isinstance(field.type, Nullable) else field and field.type
    if not isinstance(inner, Hash):
        return {}
    starts: dict[str, Any] = {
        name: None for name, one in inner.fields.items() if one.required and is_nullable(one.type)
    }
    filled = FILLED.get(type_, {}) if kind == "payment_intent" or type_ == "us_bank_account" else {}
    return {**starts, **filled}


def shipping(params: Params, from_token: Mapping[str, Any]) -> dict[str, Any]:
    """Where the goods go, with every member named; absent where nobody says so. [recorded]"""
    if "shipping" not in params and "shipping" not in from_token:
        return {}
    said = params.get("shipping", from_token.get("shipping"))
    if said is None:
        return {"shipping": None}
    blank = dict.fromkeys(("carrier", "name", "phone", "tracking_number"))
    return {"shipping": {**blank, **said, "address": {**BLANK_ADDRESS, **said["address"]}}}


def _form(kind: str) -> Hash:
    """The shape of `payment_method_options`."""
    form = shape(kind).fields["payment_method_options"].type
    inner = form.inner if isinstance(form, Nullable) else form
    assert isinstance(inner, Hash)
    return inner


SAID_BY = ("confirmation_token", "payment_method", "payment_method_data")
"""What a payment is made with is said by one of these. [second-hand: of the last two; inferred: the sentence]"""


def method(
    call: Call, customer: str | None, intent: Object | None = None, kind: str = "payment_intent"
) -> Object | None:
    """The payment method a request names, describes, or has in a confirmation token, for an intent that may be new."""
    tx, params = call.tx, call.params
    named_by = [name for name in SAID_BY if params.peek(name) is not None]
    if len(named_by) > 1:
        raise errors.only_one_parameter(named_by, named_by[-1])
    token = params.get("confirmation_token")
    if token is not None:
        return confirmation_tokens.redeem(tx, token)
    if "payment_method_data" in params:
        return payment_methods.from_params(call, params.hash("payment_method_data"))
    id_ = params.get("payment_method")
    if id_ is None:
        return None
    return usable(tx, id_, customer, intent, kind)


def usable(
    tx: Transaction, id_: str, customer: str | None, intent: Object | None = None, kind: str = "payment_intent"
) -> Object:
    """The payment method an id names, if this customer may pay with it. [recorded]"""
    found = payment_methods.usable(tx, id_, "payment_method")
    if found["customer"] is not None and found["customer"] != customer:
        if customer is None:
            raise refusals.payment_method_of_somebody(tx, id_, found["customer"], kind, intent)
        raise refusals.payment_method_of_somebody_else(tx, id_, customer, intent)
    if found.get("_used"):
        raise refusals.payment_method_used_up()
    return found


def customer(call: Call, before: Object | None = None) -> str | None:
    """The customer of an intent; once there is one it stays. [second-hand: the sentence]"""
    refuse_account(call)
    known = before["customer"] if before is not None else None
    if "customer" not in call.params:
        return known
    found = named(call.tx, "customer", call.params.get("customer"), "customer").id
    if known is not None and found != known:
        assert before is not None
        raise refusals.intent_has_customer(before)
    return found


def require_type(intent: Object, found: Object) -> None:
    """A payment method must be of a type that may be used. [second-hand]"""
    if found["type"] not in intent["payment_method_types"]:
        raise refusals.type_not_allowed(intent, found["type"])


def require_return_url(tx: Transaction, intent: Object, return_url: str | None) -> None:
    """Where the customer may be sent away there must be a way back. [second-hand]"""
    automatic = intent["automatic_payment_methods"]
    if automatic is None or automatic["allow_redirects"] == "never" or return_url is not None:
        return
    if REDIRECTS.intersection(intent["payment_method_types"]):
        raise refusals.return_url_missing(tx, intent)


def only_when_confirming(call: Call, noun: str, *names: str) -> None:
    """Some parameters are for the confirmation that creating may include. [second-hand]"""
    for name in names:
        if name in call.params:
            raise refusals.only_when_confirming(name, noun)


def client_secret(tx: Transaction, id_: str) -> str:
    """What a frontend may act with. [recorded]"""
    return f"{id_}_secret_{tx.world.seed.secret(id_, 25)}"
