"""Payment methods: cards made from Stripe's test names and numbers and other types, attached to customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import neighbours
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import card_data, cards, fates, other_methods, tokens
from pinstripe.resources.payment_methods.behaviour import INCORRECT_CVC, INCORRECT_ZIP, Card, Decline
from pinstripe.resources.payment_methods.card_data import Plastic
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    addressed,
    listing,
    merged_metadata,
    named,
    require_account,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

NAMED = "pm_card_"


def usable(tx: Transaction, id_: str, param: str, *, in_path: bool = False) -> Object:
    """The payment method an id names. A test name such as `pm_card_visa` makes a new one at each use. [recorded]"""
    if id_.startswith(NAMED):
        plastic = card_data.called(tx, id_.removeprefix(NAMED), id_)
        if plastic is not None:
            return make(tx, plastic)
    method = tx.get("payment_method", id_) or other_methods.named(tx, id_)
    if method is None and id_.startswith("tok_") and not in_path:
        raise refusals.token_as_payment_method(id_, param)
    if method is None:
        raise refusals.no_such_payment_method(id_, param=param, in_path=in_path)
    return method


def of_customer(tx: Transaction, id_: str, customer: Object, param: str) -> Object:
    """The payment method an id names, which must be attached to this customer."""
    method = usable(tx, id_, param)
    if method["customer"] == customer.id:
        return method
    if id_.startswith(NAMED) or id_ in other_methods.NAMED:
        return attach(tx, method, customer)
    raise refusals.payment_method_of_nobody(id_, param)


def make(
    tx: Transaction, plastic: Plastic, *, billing: Mapping[str, Any] | None = None, id_: str | None = None
) -> Object:
    """A card payment method that belongs to nobody yet."""
    details = other_methods.billing_details(dict(billing or {}))
    card = card_data.members(tx, plastic)
    return tx.new(
        "payment_method",
        {
            "allow_redisplay": "unspecified",
            "billing_details": details,
            "card": {**card, "checks": card_data.unchecked(details, cvc=plastic.cvc)},
            "created": tx.now(),
            "customer": None,
            "livemode": False,
            "metadata": {},
            "type": "card",
            "_number": plastic.card.number,
            "_cvc": plastic.cvc,
            "_named": plastic.named,
        },
        id=id_,
    )


def card_of(method: Object) -> Card:
    """The test card behind a payment method, as its fate has it behave."""
    return fates.over(BY_NUMBER[method["_number"]], method)


def refusal(card: Card, method: Object, *, saving: bool = False) -> Decline | None:
    """Why a card says no to being charged, or to being saved.

    A check that fails counts where there was something to check. [recorded for the code and the postal code]
    """
    if card.cvc == "fail" and method["_cvc"]:
        return INCORRECT_CVC
    if card.postal_code == "fail" and method["billing_details"]["address"]["postal_code"]:
        return INCORRECT_ZIP
    return card.on_save if saving else card.on_charge


def create(call: Call) -> Answer:
    """POST /v1/payment_methods: a card by number or token, or another type; or a clone of one. [recorded]"""
    params = call.params
    if "payment_method" in params:
        return _clone(call)
    return from_params(call, params)


def _clone(call: Call) -> Object:
    """A connected account's own copy of a payment method of its platform's. [documented]

    Of one that a customer of the platform's has, the customer must be named. [documented]
    """
    tx, params = call.tx, call.params
    platform = neighbours.platform(tx)
    if platform is None:
        raise errors.unsupported_parameter(call.operation, "payment_method", " outside a connected account")
    customer = params.get("customer")
    if customer is not None:
        named(platform, "customer", customer, "customer")
    original = usable(platform, params.get("payment_method"), "payment_method")
    if original["customer"] is not None and customer is None:
        raise errors.missing_parameter("customer")
    if original["customer"] != customer:
        raise refusals.payment_method_of_nobody(original.id, "payment_method")
    kept = {name: value for name, value in original.items() if name not in ("id", "object", "_set_up", "_used")}
    anew = {"created": tx.now(), "customer": None, "metadata": merged_metadata({}, params)}
    return tx.new("payment_method", {**kept, **anew})


def from_params(call: Call, params: Params) -> Object:
    """A payment method from the hash that describes it: the body of its creation, or `payment_method_data`."""
    tx = call.tx
    type_ = params.get("type")
    if type_ is None:
        raise errors.missing_parameter(params.name("type"))
    if type_ == "card":
        given = params.hash("card")
        token = given.get("token")
        if token is not None:
            plastic, billing = tokens.redeem_card(tx, token, given.name("token"))
        else:
            plastic, billing = card_data.numbered(tx, given), {}
        said = params.get("billing_details") or {}
        method = make(tx, plastic, billing={**billing, **said})
        networks = given.hash("networks")
        if networks.get("preferred"):
            chosen = {**method["card"]["networks"], "preferred": networks.get("preferred")}
            method = tx.put(method, card={**method["card"], "networks": chosen})
    else:
        method = other_methods.make(call, type_, params)
    radar = params.pick("radar_options")
    return tx.put(
        method,
        metadata=merged_metadata({}, params),
        allow_redisplay=params.get("allow_redisplay") or "unspecified",
        **radar,
    )


def attach(tx: Transaction, method: Object, customer: Object) -> Object:
    """Give a payment method to a customer; a card that cannot be saved answers 402. [recorded]"""
    if method["customer"] == customer.id:
        return method
    if method["customer"] is not None:
        raise refusals.payment_method_taken()
    if method.get("_used"):
        raise refusals.payment_method_used_up()
    if method["type"] == "card":
        decline = refusal(card_of(method), method, saving=True)
        if decline is not None:
            raise refusals.card_error(decline, saving=True)
        method = check(tx, method)
    elif method["type"] not in other_methods.REUSABLE:
        raise refusals.payment_method_not_reusable(method["type"])
    elif method["type"] == "us_bank_account" and not method["_verified"]:
        raise refusals.bank_account_unverified()
    attached = tx.put(method, customer=customer.id)
    tx.emit("payment_method.attached", attached)
    return attached


def check(tx: Transaction, method: Object) -> Object:
    """A card once its issuer was asked about code and address. [recorded]"""
    return tx.put(method, card={**method["card"], "checks": card_data.checked(card_of(method), method)})


def attach_call(call: Call) -> Answer:
    """POST /v1/payment_methods/{payment_method}/attach."""
    tx = call.tx
    if "customer" not in call.params:
        raise errors.missing_parameter("customer")
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
    cards.forget(tx, method.id)
    if customer["default_source"] == method.id:
        customer = tx.put(customer, default_source=None)
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
    if before["customer"] is None:
        raise refusals.payment_method_not_saved()
    changes = params.pick("allow_redisplay")
    if before["type"] == "card":
        given = params.hash("card")
        ends = given.pick("exp_month", "exp_year")
        card = {**before["card"], **ends}
        if ends:
            card["exp_month"], card["exp_year"] = card_data.expiry(tx, card["exp_month"], card["exp_year"])
        if "networks" in given:
            card["networks"] = {**card["networks"], **given.hash("networks").pick("preferred")}
        changes["card"] = card
    elif before["type"] == "us_bank_account":
        given = params.hash("us_bank_account")
        account = given.pick("account_holder_type", "account_type")
        changes["us_bank_account"] = {**before["us_bank_account"], **account}
    method = tx.put(
        before,
        billing_details=other_methods.billing_details(_merged_billing(before, params)),
        metadata=merged_metadata(before["metadata"], params),
        **changes,
    )
    cards.follow(tx, method)
    tx.emit("payment_method.updated", method, before=before)
    return method


def _merged_billing(before: Object, params: Params) -> dict[str, Any]:
    """Billing details with the ones given laid over them, the address line by line."""
    old, given = before["billing_details"], dict(params.get("billing_details") or {})
    address = {**old["address"], **(given.get("address") or {})}
    return {**old, **given, "address": address}


def retrieve(call: Call) -> Answer:
    """GET /v1/payment_methods/{payment_method}; a test name makes a new one here too. [recorded]"""
    id_ = call.path["payment_method"]
    if id_.startswith(NAMED):
        return usable(call.tx, id_, "payment_method", in_path=True)
    return addressed(call, "payment_method", noun="PaymentMethod", param="payment_method")


def list_all(call: Call) -> Answer:
    """GET /v1/payment_methods: those of a customer; without one there is nothing to show. [documented]"""
    if "customer" in call.params:
        named(call.tx, "customer", call.params.get("customer"), "customer")
        return listing("payment_method", by={"customer": "customer"}, equal=("allow_redisplay", "type"))(call)
    call.params.pick("allow_redisplay", "type")
    require_account(call)
    return Listing([])


PAYMENT_METHODS = Resource(
    Kind("payment_method", "pm", indexes={"customer": by("customer")}),
    {
        "POST /v1/payment_methods": create,
        "GET /v1/payment_methods": list_all,
        "GET /v1/payment_methods/{payment_method}": retrieve,
        "POST /v1/payment_methods/{payment_method}": update,
        "POST /v1/payment_methods/{payment_method}/attach": attach_call,
        "POST /v1/payment_methods/{payment_method}/detach": detach,
    },
    noun="PaymentMethod",
)
