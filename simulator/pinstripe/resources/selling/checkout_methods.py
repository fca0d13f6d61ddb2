"""How the customer of a Checkout Session may pay, and what the session hands on of that to what it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.payment_methods import payment_method_configurations
from pinstripe.resources.payment_methods.other_methods import REUSABLE
from pinstripe.resources.payments import intent_terms
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction
from pinstripe_contracts import match, shape
from pinstripe_contracts.types import AnyOf, Hash, Nullable, Type, Unsettable

SAVED_METHODS = {
    "allow_redisplay_filters": ["always"],
    "payment_method_remove": "disabled",
    "payment_method_save": None,
}
"""Which saved cards the page offers. [recorded for a subscription]"""

STARTS: Mapping[str, Mapping[str, Any]] = {
    "boleto": {"expires_after_days": 3},
    "card": {"request_three_d_secure": "automatic"},
    "konbini": {"expires_after_days": None},
    "oxxo": {"expires_after_days": 3},
}
"""What is said of a type unasked. [recorded for cards; documented for the others]"""

BRANDS: Mapping[str, frozenset[str]] = {
    "american_express": frozenset(("amex",)),
    "discover_global_network": frozenset(("diners", "discover", "jcb", "unionpay")),
    "mastercard": frozenset(("mastercard",)),
    "visa": frozenset(("visa",)),
}
"""The brands of cards by the words of `restrictions`. [inferred: what the Discover network takes in]"""

DESCRIBED = "_takes_any_descriptor"
"""What tells an intent that a card's payment may have a descriptor; older versions say it too."""
MAKERS: Mapping[str, str] = {"payment": "/v1/payment_intents", "setup": "/v1/setup_intents"}
"""Where the options are handed on to, by mode; a subscription takes other words."""


def of_session(call: Call, mode: str, customer: Object | None, currency: str | None) -> dict[str, Any]:
    """How the customer may pay: as the request says, else as the account has switched on. [recorded: both]

    What cannot be kept is not offered for a subscription or for later. [documented]
    """
    tx, params = call.tx, call.params
    allowed = params.get("allowed_payment_method_types")
    excluded = params.get("excluded_payment_method_types") or ()
    for type_ in allowed or ():
        taken = payment_method_configurations.CURRENCIES.get(type_)
        if currency is not None and taken is not None and currency not in taken:
            raise refusals.session_currency_of_another_type(currency, type_, taken)
    details = None
    types = allowed
    if types is None:
        chosen = payment_method_configurations.chosen(tx, params.get("payment_method_configuration"))
        details = {"id": chosen.id, "parent": chosen["parent"]}
        types = payment_method_configurations.switched_on(chosen, currency)
        types = [one for one in types if mode == "payment" or one in ("card", *REUSABLE)]
    types = [one for one in types if one not in excluded]
    saves = mode == "subscription" or (mode == "payment" and customer is not None)
    saved = params.hash("saved_payment_method_options").pick(*SAVED_METHODS)
    return {
        "allowed_payment_method_types": allowed,
        "payment_method_configuration_details": details,
        "payment_method_options": _options(call, types),
        "payment_method_types": types,
        "saved_payment_method_options": {**SAVED_METHODS, **saved} if saves or saved else None,
        "_allow_redisplay": params.hash("payment_method_data").get("allow_redisplay"),
    }


def _options(call: Call, types: list[str]) -> dict[str, Any]:
    """The options of each type that may be used; those of others are taken and have no effect, as an intent's."""
    given = call.params.hash("payment_method_options")
    form = _hash(shape("checkout.session").fields["payment_method_options"].type)
    shown: dict[str, Any] = {"card": dict(STARTS["card"])}
    for type_ in given:
        if given.peek(type_) is None or type_ not in types or type_ not in form.fields:
            given.get(type_)
            continue
        said = making.members_of(call, given.hash(type_), _hash(form.fields[type_].type))
        for name in intent_terms.NOT_SHOWN.get(type_, ()):
            given.hash(type_).get(name)
        shown[type_] = {**STARTS.get(type_, {}), **said}
    return shown


def handed_on(session: Object) -> dict[str, Any]:
    """`payment_method_options` of the intent that the session makes, as far as its request has such words."""
    return _as_request(session, MAKERS[session["mode"]], ())


def settings(session: Object) -> dict[str, Any]:
    """The same as `payment_settings` of a subscription, whose payments are made by its invoices.

    When a card goes through 3D Secure is said even if nobody said it; the types are if somebody named them. [recorded]
    """
    told = _as_request(session, "/v1/subscriptions", ("payment_settings",)).get("payment_method_options", {})
    card = {**STARTS["card"], **told.get("card", {})}
    named = session["allowed_payment_method_types"]
    types = {} if named is None else {"payment_method_types": list(named)}
    return {"payment_settings": {"payment_method_options": {**told, "card": card}, **types}}


def _as_request(session: Object, path: str, within: Sequence[str]) -> dict[str, Any]:
    """What was said of each type, as far as the request at this path has words for it."""
    said = {type_: own for type_, own in _said(session) if own}
    if not said:
        return {}
    found = match("POST", path)
    assert found is not None
    form = found[0].params
    for name in (*within, "payment_method_options"):
        form = _hash(form.fields[name].type)
    told = {name: _told(own, form.fields[name].type) for name, own in said.items() if name in form.fields}
    options = {name: own for name, own in told.items() if own}
    return {"payment_method_options": options} if options else {}


def keeps(session: Object, method: Object | None) -> bool:
    """Whether the payment is told to keep this method for later, which takes a customer. [documented]"""
    if "setup_future_usage" in session["_payment_intent_data"]:
        return True
    own = {} if method is None else (session["payment_method_options"] or {}).get(method["type"]) or {}
    return bool(own.get("setup_future_usage", "none") != "none")


def require_taken(session: Object, method: Object) -> None:
    """Refuse a card that the session was told to block. [documented: that such cards cannot be used]"""
    blocked = ((session["payment_method_options"] or {}).get("card") or {}).get("restrictions") or {}
    if method["type"] != "card":
        return
    for brand in blocked.get("brands_blocked") or ():
        if method["card"]["brand"] in BRANDS[brand]:
            raise refusals.card_blocked("payment_method", brand)
    if method["card"]["funding"] in (blocked.get("funding_types_blocked") or ()):
        raise refusals.card_blocked("payment_method", method["card"]["funding"])


def require_descriptor(session: Object) -> None:
    """Where a card may pay, a statement has the account's own descriptor, as with an intent. [second-hand]"""
    data = session["_payment_intent_data"]
    if data.get("statement_descriptor") and "card" in session["payment_method_types"] and DESCRIBED not in data:
        raise refusals.descriptor_of_a_card("payment_intent_data[statement_descriptor]")


def rehearsed(session: Object) -> dict[str, Any]:
    """What a rehearsal, whose card is never declined, pays with, whatever the session takes."""
    data = session["_payment_intent_data"]
    return {
        "allowed_payment_method_types": None,
        "payment_method_options": _unrestricted(session),
        "payment_method_types": ["card"],
        "_payment_intent_data": {**data, DESCRIBED: True} if data.get("statement_descriptor") else data,
    }


def _unrestricted(session: Object) -> dict[str, Any]:
    """The options with no card blocked and none but a card's."""
    card = (session["payment_method_options"] or {}).get("card") or {}
    return {"card": {name: value for name, value in card.items() if name != "restrictions"}}


def redisplayed(tx: Transaction, session: Object, method: Object) -> None:
    """A method that is kept for later says whether it may be shown again, if the request said so. [documented]"""
    wanted = session.get("_allow_redisplay")
    kept = tx.read("payment_method", method.id)
    if wanted is not None and kept["customer"] is not None:
        tx.put(kept, allow_redisplay=wanted)


def _said(session: Object) -> list[tuple[str, Mapping[str, Any]]]:
    """What a request has said of each type, without what is so unasked."""
    rows = (session["payment_method_options"] or {}).items()
    return [
        (type_, {name: value for name, value in own.items() if value != STARTS.get(type_, {}).get(name)})
        for type_, own in rows
    ]


def _told(value: Any, kind: Type) -> Any:
    """A value as a request says it, without the words that this request does not have."""
    form = _hash_or_none(kind)
    if isinstance(value, Mapping) and form is not None:
        inner = {name: _told(one, form.fields[name].type) for name, one in value.items() if name in form.fields}
        return {name: one for name, one in inner.items() if one is not None}
    return list(value) if isinstance(value, tuple | list) else value


def _hash(kind: Type) -> Hash:
    found = _hash_or_none(kind)
    assert found is not None
    return found


def _hash_or_none(kind: Type) -> Hash | None:
    """The hash of fixed keys that a type is, if it is one."""
    while isinstance(kind, Nullable | Unsettable):
        kind = kind.inner
    if isinstance(kind, AnyOf):
        return next((found for option in kind.options if (found := _hash_or_none(option)) is not None), None)
    return kind if isinstance(kind, Hash) else None
