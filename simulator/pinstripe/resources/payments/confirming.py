"""What confirming a payment intent leads to: money, a hold on money, a customer who has to act, or a refusal.

How each payment method goes on is documented; who is told what, and in which order, is recorded for cards.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pinstripe import errors
from pinstripe.resources.customers import cash_balances
from pinstripe.resources.invoices import invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import other_methods, payment_methods
from pinstripe.resources.payment_methods.behaviour import Decline
from pinstripe.resources.payments import charging, disputes, mandates, next_actions, payments
from pinstripe.resources.payments.payments import Attempt
from pinstripe.resources.subscriptions import announcements
from pinstripe.world import Object, Transaction

CHALLENGES = frozenset(("redirect_to_url", "use_stripe_sdk"))
"""Actions that end with the customer having agreed, or not."""

ACTION_REFUSED = {
    "code": "authentication_required",
    "decline_code": "authentication_not_handled",
    "doc_url": "https://stripe.com/docs/error-codes/authentication-required",
    "message": "This payment required an authentication action to complete, but `error_on_requires_action` was set. "
    "When you're ready, you can upgrade your integration to handle actions at "
    "https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions.",
    "type": "card_error",
}
"""What `error_on_requires_action` makes of an action. [documented]"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a confirmation says beside the payment method."""

    off_session: bool = False
    return_url: str | None = None
    error_on_requires_action: bool = False
    mandate: str | None = None
    """The mandate that is used, where it is named."""
    mandate_data: Params = field(default_factory=lambda: Params({}))


def confirm(tx: Transaction, intent: Object, method: Object, terms: Terms | None = None) -> Attempt:
    """Try to be paid with this method, and tell of it. The caller has seen to it that the intent may be confirmed."""
    terms = terms or Terms()
    before = intent
    intent = tx.put(intent, payment_method=method.id, next_action=None, last_payment_error=None)
    if method["type"] != "customer_balance":
        cash_balances.give_back(tx, intent)
    attempt = _try(tx, intent, method, terms)
    return _went(tx, before, attempt)


def _try(tx: Transaction, intent: Object, method: Object, terms: Terms) -> Attempt:
    type_ = method["type"]
    mandate = mandates.given(tx, method, terms.mandate_data, id_=terms.mandate)
    if type_ == "card":
        return _card(tx, intent, method, terms)
    if type_ in other_methods.DEBITS:
        if type_ == "us_bank_account" and not method["_verified"]:
            return Attempt(next_actions.microdeposits(tx, intent), None, None)
        return payments.debit(tx, intent, method, mandate)
    if type_ == "customer_balance":
        return _cash(tx, intent, method)
    if type_ == "link" or (type_ in other_methods.REUSABLE and terms.off_session and method["customer"]):
        return payments.at_once(tx, intent, method)
    if type_ in other_methods.REDIRECTS:
        if terms.return_url is None:
            raise errors.missing_parameter("return_url")
        action = next_actions.redirect(tx, intent, type_, terms.return_url)
        return Attempt(tx.put(intent, next_action=action, status="requires_action"), None, None)
    raise errors.unsupported_parameter("a confirmation", "payment_method", f" of type {type_}")


def _card(tx: Transaction, intent: Object, method: Object, terms: Terms, *, authenticated: bool = False) -> Attempt:
    """Ask a card, if need be after its holder was authenticated."""
    card = payment_methods.card_of(method)
    if intent.get("_cvc"):
        method = tx.put(method, _cvc=True)
    options = intent["payment_method_options"].get("card") or {}
    captured = "manual" not in (intent["capture_method"], options.get("capture_method"))
    if intent.get("_authenticated") is not None:  # one confirmation's worth, and of this method only
        authenticated = authenticated or intent["_authenticated"] == method.id
        intent = tx.put(intent, _authenticated=None)
    held = charging.held_for(method, present=not terms.off_session or bool(intent.get("_cvc")))
    elsewhere = intent.get("_three_d_secure")
    authenticated = authenticated or elsewhere is not None
    if elsewhere is not None or intent.get("_cvc"):  # so were these of this card and this confirmation
        intent = tx.put(intent, _cvc=None, _three_d_secure=None)
    receipt = "invoices" if intent.get("_invoice") else "payment"
    asks = card.asks_for_authentication(off_session=terms.off_session, set_up=method.get("_set_up", False))
    requested = payments.requests_three_d_secure(options) and not terms.off_session
    if card.needs_holder and card.off_session and terms.off_session and not authenticated:
        return Attempt(payments.failed(tx, intent, None, method, card.off_session), None, card.off_session)
    method = payment_methods.check(tx, method)
    decline: Decline | None = None
    wants_holder = (asks or (requested and card.can_be_challenged)) and not authenticated
    if wants_holder:
        if terms.error_on_requires_action and not terms.off_session:
            return Attempt(_unhandled(tx, intent, method), None, None)
        if not terms.off_session:
            return Attempt(next_actions.ask(tx, intent, method, return_url=terms.return_url), None, None)
        decline = card.off_session
    attempt = payments.ask(
        tx,
        intent,
        method,
        card,
        decline=decline,
        captured=captured,
        authenticated=authenticated,
        requested=requested,
        elsewhere=elsewhere,
        receipt=receipt,
        held=held,
    )
    if wants_holder and terms.error_on_requires_action:  # the network was asked all the same [recorded]
        return replace(attempt, intent=_unhandled(tx, attempt.intent, method))
    if attempt.charge is not None and attempt.decline is None and not captured:
        attempt = replace(attempt, intent=tx.put(attempt.intent, _expires_at=tx.now() + held))
    return attempt


def _unhandled(tx: Transaction, intent: Object, method: Object) -> Object:
    """The intent whose action nobody is to handle. Its error names no charge, even if there is one. [recorded]"""
    error = {**ACTION_REFUSED, "payment_method": tx.world.render(tx, method)}
    return tx.put(intent, last_payment_error=error, payment_method=None, status="requires_payment_method")


def _cash(tx: Transaction, intent: Object, method: Object) -> Attempt:
    """Money the customer has sent already, or instructions for sending it. [documented]"""
    if intent["customer"] is None:
        raise errors.missing_parameter("customer")
    if not cash_balances.covers(tx, intent):
        return Attempt(next_actions.bank_transfer(tx, intent), None, None)
    cash_balances.apply(tx, intent, cash_balances.remaining(tx, intent))
    return payments.at_once(tx, intent, method)


_SETTLING = {("open", "succeeded"), ("open", "requires_payment_method"), ("uncollectible", "succeeded")}
"""States of an invoice and of its payment in which it is paid or fails to be: a bad debt may come in after all.
[documented: what is uncollectible can be paid; inferred: by a debit that was under way]"""


def _went(tx: Transaction, before: Object, attempt: Attempt) -> Attempt:
    """Keep the method if it was to be kept, and tell what became of the payment and of its invoice."""
    if attempt.intent["status"] in ("succeeded", "requires_capture", "processing"):
        _keep_method(tx, attempt.intent)
    invoice = None if before.get("_invoice") is None else tx.get("invoice", before["_invoice"])
    if invoice is not None and (invoice["status"], attempt.intent["status"]) in _SETTLING:
        settled = invoicing.take(tx, invoice, attempt, automatic=before["status"] == "processing")
        announcements.tried(tx, invoice, attempt, settled)
    else:
        payments.tell(tx, attempt)
    if attempt.charge is not None and attempt.charge["status"] == "succeeded":
        disputes.begin(tx, attempt.charge)
    return replace(attempt, intent=tx.read("payment_intent", before.id))


def _keep_method(tx: Transaction, intent: Object) -> None:
    """A method set up for later becomes the customer's; any other that is nobody's is used up. [documented]"""
    method = tx.read("payment_method", intent["payment_method"])
    own = (intent["payment_method_options"] or {}).get(method["type"]) or {}
    usage = own.get("setup_future_usage") or intent["setup_future_usage"]
    if usage in ("off_session", "on_session") and intent["customer"] is not None:
        kept = method["customer"] is not None or method.get("_used")  # used up where it was detached meanwhile
        if not kept and method["type"] in ("card", *other_methods.REUSABLE):
            customer = tx.read("customer", intent["customer"])
            method = payment_methods.attach(tx, method, customer)
        if usage == "off_session":
            tx.put(method, _set_up=True)
    elif method["customer"] is None:
        tx.put(method, _used=True)


def authenticate(tx: Transaction, intent: Object, *, succeed: bool) -> Object:
    """The customer did what was asked, or failed to: the intent goes on. [documented]

    Raises ValueError where nobody waits for the customer.
    """
    action = intent["next_action"]
    if intent["status"] != "requires_action" or action is None or action["type"] not in CHALLENGES:
        raise ValueError(f"payment intent {intent.id} does not wait for its customer: it is {intent['status']}")
    method = tx.read("payment_method", intent["payment_method"])
    going_on = tx.put(intent, next_action=None)
    if not succeed:
        return _went(tx, intent, Attempt(_refused(tx, going_on, method), None, None)).intent
    if intent["confirmation_method"] == "manual":
        return tx.put(going_on, status="requires_confirmation", _authenticated=method.id)
    if method["type"] == "card":
        return _went(tx, intent, _card(tx, going_on, method, Terms(), authenticated=True)).intent
    return _went(tx, intent, payments.at_once(tx, going_on, method)).intent


def _refused(tx: Transaction, intent: Object, method: Object) -> Object:
    """The customer said no, or was not who they should be. [second-hand]"""
    if method["type"] == "card":
        code = "payment_intent_authentication_failure"
        message = (
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
            "PaymentMethod to attempt to fulfill this PaymentIntent again."
        )
    else:
        code = "payment_intent_payment_attempt_failed"
        message = "The payment failed."
    error: dict[str, Any] = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": message,
        "payment_method": tx.world.render(tx, method),
        "type": "invalid_request_error",
    }
    return tx.put(intent, last_payment_error=error, payment_method=None, status="requires_payment_method")


def arrive(tx: Transaction, intent: Object) -> None:
    """A debit comes to its end: the money is there, or it will never be. [documented]"""
    method = tx.read("payment_method", intent["payment_method"])
    charge = tx.read("charge", intent["latest_charge"])
    outcome = other_methods.outcome(method)
    if outcome.failure is None:
        at_once = method["type"] == "us_bank_account"  # its money is available at once [documented]
        charge = charging.settle(tx, charge, intent["amount"], at_once=at_once)
        done = tx.put(intent, amount_received=intent["amount"], status="succeeded", _settles_at=None)
        attempt = Attempt(done, charge, None)
    else:
        if outcome.ends_mandate:
            mandates.revoked(tx, method)
        charge = tx.put(
            charge,
            amount_captured=0,
            failure_code=outcome.failure.code,
            failure_message=outcome.failure.message,
            outcome=charging.outcome(outcome.failure, None, method["type"]),
            paid=False,
            captured=False,
            status="failed",
        )
        intent = tx.put(intent, _settles_at=None)
        attempt = Attempt(payments.failed(tx, intent, charge, method, outcome.failure), charge, outcome.failure)
    _went(tx, intent, attempt)
    if outcome.dispute:
        disputes.debited(tx, tx.read("charge", charge.id))
