"""Payment intents: one payment from its beginning to its end."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals, searching
from pinstripe.resources.connect import shares
from pinstripe.resources.customers import cash_balances
from pinstripe.resources.payments import (
    amount_details,
    amounts,
    capturing,
    confirmation_tokens,
    confirming,
    installments,
    intent_terms,
)
from pinstripe.resources.payments.confirming import Terms
from pinstripe.resources.payments.payments import Attempt
from pinstripe.resources.resource import Answer, Call, Resource, addressed, listing, merged_metadata
from pinstripe.resources.taxes import payment_hooks
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
"""The states in which the payment itself can still be changed. [documented]"""
CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_reauthorization",
    "requires_confirmation",
    "requires_action",
    "expired",
    "processing",
)
"""The states that cancelling leads out of, in the order of Stripe's sentence. [recorded]"""

PLAIN = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix")
ONLY_WHILE_OPEN = (
    "amount",
    "capture_method",
    "currency",
    "customer",
    "payment_method",
    "payment_method_data",
    "setup_future_usage",
)
"""What is settled once the payment is. [second-hand; inferred: the capture method]"""
CONFIRMED_ANEW = (*ONLY_WHILE_OPEN, "allowed_payment_method_types", "amount_details", "payment_method_options")
"""What the customer has to agree to again once it has changed. [documented: some have to be; inferred: which]"""
OF_CONFIRMATION = (
    "error_on_requires_action",
    "mandate",
    "mandate_data",
    "off_session",
    "return_url",
    "confirmation_token",
)
"""Parameters of creation that are for the confirmation in it."""


def create(call: Call) -> Answer:
    """POST /v1/payment_intents: and confirm it at once, if wanted."""
    tx, params = call.tx, call.params
    currency = amounts.currency(params.get("currency"))
    amount = amounts.chargeable(params.get("amount"), currency)
    customer = intent_terms.customer(call)
    wanted = params.get("confirm", False)
    if not wanted:
        intent_terms.only_when_confirming(call, "PaymentIntent", *OF_CONFIRMATION)
    allowed = intent_terms.types(call)
    intent_terms.require_descriptor(call, allowed["payment_method_types"])
    token = params.peek("confirmation_token")
    method = intent_terms.method(call, customer)
    id_ = tx.new_id("pi")
    from_token = confirmation_tokens.terms(tx, token)
    intent = tx.new(
        "payment_intent",
        {
            **dict.fromkeys(PLAIN),
            **params.pick(*PLAIN),
            "shipping": None,
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": params.get("capture_method", "automatic_async"),
            "client_secret": intent_terms.client_secret(tx, id_),
            "confirmation_method": params.get("confirmation_method", "automatic"),
            "created": tx.now(),
            "currency": currency,
            "customer": customer,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "managed_payments": {"enabled": False},
            "metadata": merged_metadata({}, params),
            "next_action": None,
            "payment_method": None if method is None else method.id,
            "payment_method_options": intent_terms.options(call, "payment_intent", allowed["payment_method_types"]),
            "setup_future_usage": params.get("setup_future_usage", from_token.get("setup_future_usage")),
            "status": "requires_payment_method" if method is None else "requires_confirmation",
            **shares.of_payment(tx, params, amount=amount, currency=currency, group_of=id_),
            **allowed,
            **intent_terms.shipping(params, from_token),
            **intent_terms.told_only(call, allowed["payment_method_types"]),
            **amount_details.members(call, id_, amount),
            **amount_details.payment_details(params),
            **payment_hooks.given(tx, params),
        },
        id=id_,
    )
    if method is not None:
        intent_terms.require_type(intent, method)
    intent = tx.put(intent, **installments.offered(intent, method))
    params.get("use_stripe_sdk")  # which of the two forms an action has is decided by the return URL
    params.hash("radar_options").pick("referrer", "session")
    tx.emit("payment_intent.created", intent)
    return _confirm(call, intent, method) if wanted else intent


def update(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}: changing how it is paid takes it back to before its confirmation."""
    tx, params = call.tx, call.params
    before = addressed(call, "payment_intent", param="intent")
    changes: dict[str, Any] = params.pick(*PLAIN) | intent_terms.shipping(params, {})
    if "transfer_group" in params and before.get("transfer_group") not in (None, params.peek("transfer_group")):
        raise refusals.group_fixed()
    for name in ONLY_WHILE_OPEN:
        if name in params and before["status"] not in OPEN:
            raise refusals.cannot_update(tx, before, name.removesuffix("_data"), OPEN)
    currency = amounts.currency(params.get("currency")) if "currency" in params else before["currency"]
    if "amount" in params or "currency" in params:
        if before.get("_invoice") is not None:
            raise refusals.amount_is_the_invoices("amount" if "amount" in params else "currency")
        changes |= {
            "amount": amounts.chargeable(params.get("amount", before["amount"]), currency),
            "currency": currency,
        }
    changes |= shares.changed(tx, params, before, changes.get("amount", before["amount"]))
    changes["customer"] = intent_terms.customer(call, before)
    allowed = intent_terms.types(call, before)
    types = allowed["payment_method_types"]
    intent_terms.require_descriptor(call, types)
    changes |= allowed
    changes["payment_method_options"] = intent_terms.options(
        call, "payment_intent", types, before["payment_method_options"]
    )
    changes |= params.pick("setup_future_usage", "capture_method") | intent_terms.told_only(call, types)
    amount = changes.get("amount", before["amount"])
    changes |= amount_details.members(call, before.id, amount, before) | amount_details.payment_details(params)
    changes |= payment_hooks.given(tx, params, before)
    method = intent_terms.method(call, changes["customer"])
    begins_again = before["status"] == "requires_action" and any(name in params for name in CONFIRMED_ANEW)
    if method is not None or begins_again:
        cash_balances.give_back(tx, before)
        changes |= {
            "next_action": None,
            "payment_method": method.id if method is not None else before["payment_method"],
        }
        changes["status"] = "requires_confirmation" if changes["payment_method"] else "requires_payment_method"
    intent = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    if method is not None:
        intent_terms.require_type(intent, method)
    known = None if intent["payment_method"] is None else tx.read("payment_method", intent["payment_method"])
    return tx.put(intent, **installments.offered(intent, known))


def confirm_call(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/confirm.

    `amount_to_confirm` takes the place of the amount. [documented: for a surcharge; inferred: that the intent shows it]
    """
    tx, params = call.tx, call.params
    before = addressed(call, "payment_intent", param="intent")
    if before["status"] not in OPEN:
        raise refusals.cannot_confirm(tx, before, OPEN)
    changes: dict[str, Any] = params.pick("receipt_email", "setup_future_usage", "capture_method")
    changes |= intent_terms.shipping(params, {})
    allowed = intent_terms.types(call, before)
    options = intent_terms.options(
        call, "payment_intent", allowed["payment_method_types"], before["payment_method_options"]
    )
    changes |= {"payment_method_options": options, **allowed}
    amount = before["amount"]
    if params.peek("amount_to_confirm") not in (None, amount) and before.get("_invoice") is not None:
        raise refusals.amount_is_the_invoices("amount_to_confirm")
    if "amount_to_confirm" in params:
        amount = amounts.chargeable(params.get("amount_to_confirm"), before["currency"])
    changes |= {"amount": amount}
    changes |= amount_details.members(call, before.id, amount, before) | amount_details.payment_details(params)
    changes |= payment_hooks.given(tx, params)
    changes |= intent_terms.told_only(call, allowed["payment_method_types"]) | {
        name: value
        for name, value in confirmation_tokens.terms(tx, params.peek("confirmation_token")).items()
        if name != "return_url"
    }
    method = intent_terms.method(call, before["customer"], before)
    intent = tx.put(before, **changes)
    if method is not None:
        intent_terms.require_type(intent, method)
    elif before["payment_method"] is not None:
        method = intent_terms.usable(tx, before["payment_method"], before["customer"])
    intent = tx.put(intent, **installments.offered(intent, method))
    params.get("use_stripe_sdk")
    params.hash("radar_options").pick("referrer", "session")
    return _confirm(call, intent, method)


def _confirm(call: Call, intent: Object, method: Object | None) -> Answer:
    """Confirm on the terms of a request; a decline is kept and answered 402. [recorded]"""
    tx, params = call.tx, call.params
    token = params.peek("confirmation_token")
    terms = Terms(
        off_session=params.get("off_session", False) not in (False, "false"),
        return_url=params.get("return_url") or confirmation_tokens.terms(tx, token).get("return_url"),
        error_on_requires_action=params.get("error_on_requires_action", False),
        mandate=params.get("mandate"),
        mandate_data=params.hash("mandate_data"),
    )
    if method is None:
        raise refusals.confirm_without_method(tx, intent)
    intent_terms.require_return_url(tx, intent, terms.return_url)
    confirmation_tokens.used(tx, token, intent)
    return answer(tx, confirming.confirm(tx, intent, method, terms), tx.read("payment_method", method.id))


def answer(tx: Transaction, attempt: Attempt, method: Object) -> Object:
    """The intent after a try, or the refusal that a failed one is."""
    error = attempt.intent["last_payment_error"]
    if error is not None and error.get("decline_code") == "authentication_not_handled":
        raise refusals.action_refused(tx, attempt.intent, method)
    if attempt.decline is not None:
        raise refusals.declined(tx, attempt, method, keeps_changes=True)
    return attempt.intent


def cancel(call: Call) -> Answer:
    """POST /v1/payment_intents/{intent}/cancel: what was held is let go. [documented; recorded: the refusal]

    Invoices and Checkout Sessions are voided and expired instead; what a session holds may be let go. [documented]
    """
    intent = addressed(call, "payment_intent", param="intent")
    if intent["status"] not in CANCELABLE or (intent["latest_charge"] and intent["status"] == "processing"):
        raise refusals.cannot_cancel(call.tx, intent, CANCELABLE)
    if intent.get("_invoice") is not None:
        raise refusals.intent_is_an_invoices()
    if intent["status"] != "requires_capture" and call.tx.find("checkout.session", "payment_intent", intent.id):
        raise refusals.intent_is_checkouts()
    return capturing.cancel(call.tx, intent, call.params.get("cancellation_reason"))


def retrieve(call: Call) -> Answer:
    """GET /v1/payment_intents/{intent}; a secret key needs no client secret, and a wrong one is none."""
    intent = addressed(call, "payment_intent", param="intent")
    if call.params.get("client_secret", intent["client_secret"]) != intent["client_secret"]:
        raise refusals.client_secret_wrong(intent)
    return intent


def _due(intent: Object) -> int | None:
    """When a debit settles or a hold ends."""
    if intent["status"] == "processing":
        return intent.get("_settles_at")
    return intent.get("_expires_at") if intent["status"] == "requires_capture" else None


def _ring(tx: Transaction, intent: Object) -> None:
    """Settle a debit, or let go what nobody captured. [documented]"""
    if intent["status"] == "processing":
        confirming.arrive(tx, intent)
    else:
        capturing.cancel(tx, intent, "expired", expired=True)


PAYMENT_INTENTS = Resource(
    Kind(
        "payment_intent",
        "pi",
        indexes={"customer": by("customer"), "invoice": by("_invoice")},
        alarm=_due,
        ring=_ring,
    ),
    {
        "POST /v1/payment_intents": create,
        "GET /v1/payment_intents": listing("payment_intent", by={"customer": "customer"}),
        "GET /v1/payment_intents/search": searching.search("payment_intent"),
        "GET /v1/payment_intents/{intent}": retrieve,
        "POST /v1/payment_intents/{intent}": update,
        "POST /v1/payment_intents/{intent}/confirm": confirm_call,
        "POST /v1/payment_intents/{intent}/cancel": cancel,
        "POST /v1/payment_intents/{intent}/capture": capturing.capture_call,
        "POST /v1/payment_intents/{intent}/increment_authorization": capturing.increment,
        "POST /v1/payment_intents/{intent}/apply_customer_balance": capturing.apply_customer_balance,
        "POST /v1/payment_intents/{intent}/verify_microdeposits": capturing.verify_microdeposits,
        "GET /v1/payment_intents/{intent}/amount_details_line_items": amount_details.list_items,
        "POST /v1/test_helpers/customers/{customer}/fund_cash_balance": capturing.fund,
    },
    includes={"amount_details.line_items": amount_details.included},
)
