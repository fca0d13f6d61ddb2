"""How an invoice may be paid, and those of a subscription: the types of payment methods, and the options of each.

They reach money by the payment intent of the invoice, which `of_intent` says this of.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pinstripe import errors
from pinstripe.resources.by_shape import making
from pinstripe.resources.params import Params
from pinstripe.resources.payments import intent_terms
from pinstripe.resources.resource import Call, named
from pinstripe.world import Object
from pinstripe_contracts import shape
from pinstripe_contracts.types import Field, Hash, Nullable, Type

FUNDING = ("bank_transfer",)
"""How a customer's cash may come in. [documented]"""
NOTHING: Mapping[str, Any] = {"default_mandate": None, "payment_method_options": None, "payment_method_types": None}
"""What an invoice says of it unasked. [recorded]"""


def of_invoice(call: Call, given: Params, before: Mapping[str, Any]) -> dict[str, Any]:
    """`payment_settings` of a draft after a request; what is not said stays. [documented]"""
    mandate = given.get("default_mandate", before["default_mandate"])
    if mandate:
        named(call.tx, "mandate", mandate, given.name("default_mandate"))
    return {"default_mandate": mandate, **_chosen(call, given, "invoice", before)}


def of_subscription(call: Call, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The same of a subscription, which says besides whether its first payment gives it a default method."""
    given = call.params.hash("payment_settings")
    known = before or {**NOTHING, "save_default_payment_method": "off"}
    saves = given.get("save_default_payment_method") or known["save_default_payment_method"]
    return {**_chosen(call, given, "subscription", known), "save_default_payment_method": saves}


def _chosen(call: Call, given: Params, kind: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """The types named, and the options of each; an empty value unsets a type's. [documented]"""
    options = before["payment_method_options"]
    if "payment_method_options" in given:
        form = _hash(_hash(shape(kind).fields["payment_settings"].type).fields["payment_method_options"].type)
        inner = given.hash("payment_method_options")
        if inner.peek("card") and (plan := inner.hash("card").hash("installments")).peek("plan") is None:
            plan.get("plan")  # no plan is what there is
        _require_words(inner)
        said = making.members_of(call, inner, form)
        options = {**(options or {}), **said} if inner else None
    types = given.get("payment_method_types", before["payment_method_types"])
    kept = options if options and any(own is not None for own in options.values()) else None
    return {"payment_method_options": kept, "payment_method_types": types or None}


def _require_words(given: Params) -> None:
    """Cash comes by bank transfer only; the shape of requests does not say so. [documented]"""
    if not given.peek("customer_balance"):
        return
    cash = given.hash("customer_balance")
    if cash.peek("funding_type") not in (None, *FUNDING):
        raise errors.invalid_choice(cash.name("funding_type"), FUNDING)


def inherited(subscription: Object) -> dict[str, Any]:
    """What an invoice has of its subscription's settings; leave for renewals has no place on it. [documented]"""
    settings = subscription["payment_settings"]
    options = settings["payment_method_options"]
    if options is not None:
        form = _hash(_hash(shape("invoice").fields["payment_settings"].type).fields["payment_method_options"].type)
        options = {
            type_: own and {name: value for name, value in own.items() if name in _hash(form.fields[type_].type).fields}
            for type_, own in options.items()
            if type_ in form.fields
        }
    return {**NOTHING, "payment_method_options": options, "payment_method_types": settings["payment_method_types"]}


def of_intent(invoice: Object, method: Object | None) -> dict[str, Any]:
    """How the invoice's intent may be paid: by the types named, each on its terms.

    Without a name by card, and by what the default payment method is. [documented] What of the terms an intent has no
    word for stays with the invoice.
    """
    settings = invoice["payment_settings"]
    types = list(settings["payment_method_types"] or ("card",))
    if settings["payment_method_types"] is None and method is not None and method["type"] not in types:
        types.append(method["type"])
    said = settings["payment_method_options"] or {}
    options = {
        type_: {**unasked, **_known(type_, said.get(type_))} for type_, unasked in _unasked(tuple(types)).items()
    }
    return {"payment_method_options": options, "payment_method_types": types}


def _intent_form() -> Mapping[str, Field]:
    """The options that an intent has, by type."""
    return _hash(shape("payment_intent").fields["payment_method_options"].type).fields


@lru_cache(maxsize=256)  # most invoices are paid by the same few types
def _unasked(types: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    """The options of these types, as an intent has them where nothing is said of them."""
    return {type_: intent_terms.unasked("payment_intent", type_) for type_ in _intent_form() if type_ in types}


def _known(type_: str, own: Mapping[str, Any] | None) -> dict[str, Any]:
    """The terms of a type that an intent has the same words for. Leave given for a card's renewals is the invoice's.

    Installments that are wanted have their plan chosen with the payment. [documented: that they can be wanted]
    """
    if not own:
        return {}
    form = _hash(_intent_form()[type_].type)
    wanted = (own.get("installments") or {}).get("enabled")
    return {
        name: value
        for name, value in own.items()
        if name in form.fields and name not in ("installments", "mandate_options") and value is not None
    } | ({"installments": {"available_plans": [], "enabled": True, "plan": None}} if wanted else {})


def _hash(kind: Type) -> Hash:
    """The hash of fixed keys that a type is."""
    inner = kind.inner if isinstance(kind, Nullable) else kind
    assert isinstance(inner, Hash)
    return inner
