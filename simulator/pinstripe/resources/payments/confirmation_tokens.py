"""Confirmation tokens: what a payment form collected, to be confirmed once from the server."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.resource import Answer, Call, Resource, addressed, shaped
from pinstripe.world import Kind, Object, Transaction
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash, Nullable

LIVES = 12 * 3600
"""Seconds until it is too late. [documented]"""


def create(call: Call) -> Answer:
    """POST /v1/test_helpers/confirmation_tokens."""
    tx, params = call.tx, call.params
    if "payment_method_data" in params:
        method = payment_methods.from_params(call, params.hash("payment_method_data"))
    elif "payment_method" in params:
        method = payment_methods.usable(tx, params.get("payment_method"), "payment_method")
    else:
        raise errors.missing_parameter("payment_method_data")
    options = params.hash("payment_method_options")
    installments = options.hash("card").get("installments") if "card" in options else None
    acceptance = params.hash("mandate_data").hash("customer_acceptance")
    mandate: dict[str, Any] | None = None
    if acceptance:
        online = acceptance.hash("online").pick("ip_address", "user_agent")
        mandate = {"customer_acceptance": {"online": online or None, "type": acceptance.get("type")}}
    return tx.new(
        "confirmation_token",
        {
            "created": tx.now(),
            "expires_at": tx.now() + LIVES,
            "livemode": False,
            "mandate_data": mandate,
            "metadata": {},
            "payment_intent": None,
            "payment_method_options": {"card": {"cvc_token": None, "installments": installments}}
            if installments
            else None,
            "payment_method_preview": _preview(method),
            "return_url": params.get("return_url"),
            "setup_future_usage": params.get("setup_future_usage"),
            "setup_intent": None,
            "shipping": params.get("shipping"),
            "use_stripe_sdk": False,
            "_method": method.id,
        },
    )


def _preview(method: Object) -> dict[str, Any]:
    """The payment method as it will be. [documented: the members]"""
    form = shape("confirmation_token").fields["payment_method_preview"].type
    inner = form.inner if isinstance(form, Nullable) else form
    assert isinstance(inner, Hash)
    return {key: value for key, value in method.items() if key in inner.fields and key not in ("id", "object")}


def redeem(tx: Transaction, id_: str) -> Object:
    """The payment method of a token that was not used yet and is not too old."""
    token = tx.get("confirmation_token", id_)
    if token is None:
        raise errors.no_such("confirmation_token", id_, param="confirmation_token")
    if token["payment_intent"] or token["setup_intent"]:
        raise refusals.confirmation_token_used(id_)
    if token["expires_at"] <= tx.now():
        raise refusals.confirmation_token_expired(id_)
    return tx.read("payment_method", token["_method"])


def used(tx: Transaction, id_: str | None, intent: Object) -> None:
    """Note which intent a token was used for."""
    if id_ is not None:
        tx.put(tx.read("confirmation_token", id_), **{intent.kind: intent.id})


def terms(tx: Transaction, id_: str | None) -> dict[str, Any]:
    """What a token says beside the payment method."""
    if id_ is None:
        return {}
    token = tx.get("confirmation_token", id_)
    if token is None:
        raise errors.no_such("confirmation_token", id_, param="confirmation_token")
    return {name: token[name] for name in ("return_url", "setup_future_usage", "shipping") if token[name] is not None}


def retrieve(call: Call) -> Answer:
    """GET /v1/confirmation_tokens/{confirmation_token}."""
    token = addressed(call, "confirmation_token", param="confirmation_token")
    return shaped("confirmation_token", token)


CONFIRMATION_TOKENS = Resource(
    Kind("confirmation_token", "ctoken"),
    {
        "POST /v1/test_helpers/confirmation_tokens": create,
        "GET /v1/confirmation_tokens/{confirmation_token}": retrieve,
    },
)
