"""Setup intents: a payment method made ready for later payments."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.connect import destinations
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import other_methods, payment_methods
from pinstripe.resources.payment_methods.behaviour import Card
from pinstripe.resources.payment_methods.other_methods import DEBITS, REDIRECTS
from pinstripe.resources.payments import (
    confirmation_tokens,
    intent_terms,
    mandates,
    next_actions,
    payments,
    setup_attempts,
)
from pinstripe.resources.resource import Answer, Call, Resource, addressed, listing, merged_metadata
from pinstripe.resources.subscriptions import lifecycle
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
"""The states in which it can be confirmed, changed and canceled. [documented]"""
CONFIRMED_ANEW = ("allowed_payment_method_types", "customer", "payment_method_options")
"""What the customer has to agree to again once it has changed. [inferred]"""
OF_CONFIRMATION = ("mandate_data", "return_url", "confirmation_token")


def create(call: Call) -> Answer:
    """POST /v1/setup_intents: and confirm it at once, if wanted. [recorded: its members]"""
    tx, params = call.tx, call.params
    wanted = params.get("confirm", False)
    if not wanted:
        intent_terms.only_when_confirming(call, "SetupIntent", *OF_CONFIRMATION)
    customer = intent_terms.customer(call)
    allowed = intent_terms.types(call)
    method = intent_terms.method(call, customer, kind="setup_intent")
    id_ = tx.new_id("seti")
    single = params.hash("single_use").pick("amount", "currency")
    intent = tx.new(
        "setup_intent",
        {
            **params.pick("attach_to_self"),
            "cancellation_reason": None,
            "client_secret": intent_terms.client_secret(tx, id_),
            "created": tx.now(),
            "customer": customer,
            "customer_account": None,
            "description": params.get("description"),
            "flow_directions": params.get("flow_directions"),
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "managed_payments": {"enabled": False},
            "mandate": None,
            "metadata": merged_metadata({}, params),
            "next_action": None,
            "on_behalf_of": destinations.merchant(tx, params),
            "payment_method": None if method is None else method.id,
            "payment_method_options": intent_terms.options(call, "setup_intent", allowed["payment_method_types"]),
            "single_use_mandate": None,
            "status": "requires_payment_method" if method is None else "requires_confirmation",
            "usage": params.get("usage", "off_session"),
            **allowed,
            "_single_use": single or None,
            **intent_terms.told_only(call, allowed["payment_method_types"]),
        },
        id=id_,
    )
    if method is not None:
        intent_terms.require_type(intent, method)
    params.get("use_stripe_sdk")
    tx.emit("setup_intent.created", intent)
    return _confirm(call, intent, method) if wanted else intent


def update(call: Call) -> Answer:
    """POST /v1/setup_intents/{intent}."""
    tx, params = call.tx, call.params
    before = addressed(call, "setup_intent", param="intent", noun="setupintent")
    for name in ("customer", "payment_method", "payment_method_data"):
        if name in params and before["status"] not in OPEN:
            raise refusals.cannot_update(tx, before, name.removesuffix("_data"), OPEN)
    changes: dict[str, Any] = params.pick("description", "attach_to_self", "flow_directions")
    changes["customer"] = intent_terms.customer(call, before)
    allowed = intent_terms.types(call, before)
    changes |= allowed
    changes |= intent_terms.told_only(call, allowed["payment_method_types"])
    changes["payment_method_options"] = intent_terms.options(
        call, "setup_intent", allowed["payment_method_types"], before["payment_method_options"]
    )
    method = intent_terms.method(call, changes["customer"], before, "setup_intent")
    begins_again = before["status"] == "requires_action" and any(name in params for name in CONFIRMED_ANEW)
    if method is not None or begins_again:
        kept = method.id if method is not None else before["payment_method"]
        status = "requires_confirmation" if kept else "requires_payment_method"
        changes |= {"next_action": None, "payment_method": kept, "status": status}
    intent = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    if method is not None:
        intent_terms.require_type(intent, method)
    return intent


def confirm_call(call: Call) -> Answer:
    """POST /v1/setup_intents/{intent}/confirm."""
    tx, params = call.tx, call.params
    before = addressed(call, "setup_intent", param="intent", noun="setupintent")
    if before["status"] not in OPEN:
        raise refusals.cannot_confirm(tx, before, OPEN)
    allowed = intent_terms.types(call, before)
    options = intent_terms.options(
        call, "setup_intent", allowed["payment_method_types"], before["payment_method_options"]
    )
    method = intent_terms.method(call, before["customer"], before, "setup_intent")
    intent = tx.put(
        before,
        **allowed,
        **intent_terms.told_only(call, allowed["payment_method_types"]),
        payment_method_options=options,
    )
    if method is not None:
        intent_terms.require_type(intent, method)
    elif before["payment_method"] is not None:
        method = intent_terms.usable(tx, before["payment_method"], before["customer"], before, "setup_intent")
    params.get("use_stripe_sdk")
    return _confirm(call, intent, method)


def _confirm(call: Call, intent: Object, method: Object | None) -> Object:
    """Confirm on the terms of a request; a refusal is kept and answered 402."""
    tx, params = call.tx, call.params
    token = params.peek("confirmation_token")
    return_url = params.get("return_url") or confirmation_tokens.terms(tx, token).get("return_url")
    if method is None:
        raise refusals.confirm_without_method(tx, intent)
    intent_terms.require_return_url(tx, intent, return_url)
    confirmation_tokens.used(tx, token, intent)
    done = confirm(tx, intent, method, return_url=return_url, mandate_data=params.hash("mandate_data"))
    if done["last_setup_error"] is not None:
        raise refusals.setup_declined(tx, done, tx.read("payment_method", method.id))
    return done


def confirm(
    tx: Transaction,
    intent: Object,
    method: Object,
    *,
    return_url: str | None = None,
    mandate_data: Params | None = None,
) -> Object:
    """Set a payment method up, and tell of it; `last_setup_error` says if it was refused. [documented]"""
    intent = tx.put(intent, payment_method=method.id, last_setup_error=None, next_action=None)
    type_ = method["type"]
    single = intent.get("_single_use")
    amount = (single["amount"], single["currency"]) if single else None
    mandate = mandates.given(tx, method, mandate_data or Params({}), single=amount)
    if type_ == "card":
        card = payment_methods.card_of(method)
        if asks(card, intent):
            return _wait(tx, next_actions.ask(tx, intent, method, return_url=return_url), method)
        if intent.get("_three_d_secure"):  # it was for this card
            intent = tx.put(intent, _three_d_secure=None)
        return finish(tx, intent, method)
    if mandate is not None:
        intent = tx.put(intent, **{"single_use_mandate" if single else "mandate": mandate.id})
    if type_ == "us_bank_account" and not method["_verified"]:
        return _wait(tx, next_actions.microdeposits(tx, intent), method)
    if type_ in DEBITS or type_ == "link":
        return finish(tx, intent, method)
    if type_ in REDIRECTS and type_ in other_methods.REUSABLE:
        action = next_actions.redirect(tx, intent, type_, return_url)
        return _wait(tx, tx.put(intent, next_action=action, status="requires_action"), method)
    raise refusals.payment_method_not_reusable(type_)


def asks(card: Card, intent: Object) -> bool:
    """Whether a card's holder must be authenticated for being set up. [documented; inferred for one set up already]"""
    options = intent["payment_method_options"].get("card") or {}
    if intent.get("_three_d_secure"):
        return False
    return card.always_asks or (payments.requests_three_d_secure(options) and card.can_be_challenged)


def _wait(tx: Transaction, intent: Object, method: Object) -> Object:
    attempt = setup_attempts.make(tx, intent, method, "requires_action")
    intent = tx.put(intent, latest_attempt=attempt.id)
    tx.emit("setup_intent.requires_action", intent)
    return intent


def finish(tx: Transaction, intent: Object, method: Object, *, authenticated: bool = False) -> Object:
    """The payment method is ready, the customer's if there is one; or its card cannot be saved. [documented]"""
    if method["type"] == "card":
        decline = payment_methods.refusal(payment_methods.card_of(method), method, saving=True)
        if decline is not None:
            error = {**payments.error_fields(decline), "type": "card_error"}
            return fail(tx, intent, payment_methods.check(tx, method), error)
    if intent["customer"] is not None and method["customer"] is None:
        method = payment_methods.attach(tx, method, tx.read("customer", intent["customer"]))
    elif method["type"] == "card":
        method = payment_methods.check(tx, method)
    method = tx.put(method, _set_up=True)
    attempt = setup_attempts.make(tx, intent, method, "succeeded", authenticated=authenticated)
    done = tx.put(intent, latest_attempt=attempt.id, next_action=None, status="succeeded")
    tx.emit("setup_intent.succeeded", done)
    lifecycle.set_up(tx, done)
    return done


def fail(tx: Transaction, intent: Object, method: Object, error: dict[str, Any]) -> Object:
    """The payment method was refused: another one is wanted. [documented]"""
    said = {**error, "payment_method": tx.world.render(tx, method)}
    attempt = setup_attempts.make(tx, intent, method, "failed", error=said)
    failed = tx.put(
        intent,
        last_setup_error=said,
        latest_attempt=attempt.id,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    tx.emit("setup_intent.setup_failed", failed)
    return failed


def authenticate(tx: Transaction, intent: Object, *, succeed: bool) -> Object:
    """The customer did what was asked, or failed to. Raises ValueError where nobody waits. [documented]"""
    action = intent["next_action"]
    if intent["status"] != "requires_action" or action is None or action["type"] == "verify_with_microdeposits":
        raise ValueError(f"setup intent {intent.id} does not wait for its customer: it is {intent['status']}")
    method = tx.read("payment_method", intent["payment_method"])
    if succeed:
        return finish(tx, intent, method, authenticated=True)
    code = "setup_intent_authentication_failure"
    error = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": "The latest attempt to set up the payment method has failed because authentication failed.",
        "type": "invalid_request_error",
    }
    return fail(tx, intent, method, error)


def cancel(call: Call) -> Answer:
    """POST /v1/setup_intents/{intent}/cancel. [recorded: the refusals; documented: a Checkout Session is expired]"""
    intent = addressed(call, "setup_intent", param="intent", noun="setupintent")
    if intent["status"] not in OPEN:
        raise refusals.cannot_cancel(call.tx, intent, OPEN)
    if intent.get("_checkout"):
        raise refusals.intent_is_checkouts("SetupIntents")
    return given_up(call.tx, intent, call.params.get("cancellation_reason"))


def given_up(tx: Transaction, intent: Object, reason: str | None) -> Object:
    """The intent when nobody will come back to it."""
    canceled = tx.put(intent, cancellation_reason=reason, next_action=None, status="canceled")
    tx.emit("setup_intent.canceled", canceled)
    return canceled


def verify_microdeposits(call: Call) -> Answer:
    """POST /v1/setup_intents/{intent}/verify_microdeposits: prove the account. [documented]"""
    tx = call.tx
    intent = addressed(call, "setup_intent", param="intent", noun="setupintent")
    next_actions.proven(call, intent)
    method = tx.put(tx.read("payment_method", intent["payment_method"]), _verified=True)
    return finish(tx, intent, method)


def retrieve(call: Call) -> Answer:
    """GET /v1/setup_intents/{intent}."""
    intent = addressed(call, "setup_intent", param="intent", noun="setupintent")
    if call.params.get("client_secret", intent["client_secret"]) != intent["client_secret"]:
        raise refusals.client_secret_wrong(intent)
    return intent


SETUP_INTENTS = Resource(
    Kind("setup_intent", "seti", indexes={"customer": by("customer"), "payment_method": by("payment_method")}),
    {
        "POST /v1/setup_intents": create,
        "GET /v1/setup_intents": listing(
            "setup_intent", by={"customer": "customer", "payment_method": "payment_method"}, equal=("attach_to_self",)
        ),
        "GET /v1/setup_intents/{intent}": retrieve,
        "POST /v1/setup_intents/{intent}": update,
        "POST /v1/setup_intents/{intent}/confirm": confirm_call,
        "POST /v1/setup_intents/{intent}/cancel": cancel,
        "POST /v1/setup_intents/{intent}/verify_microdeposits": verify_microdeposits,
    },
    noun="setupintent",
)
