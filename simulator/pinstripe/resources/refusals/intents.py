"""What is refused about payment intents and setup intents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pinstripe.errors import StripeError

if TYPE_CHECKING:
    from pinstripe.world import Object, Transaction

NOUNS = {"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}


def types_twice() -> StripeError:
    """Either the account's types or one's own. [second-hand]"""
    return StripeError(
        "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
    )


def intent_is_an_invoices() -> StripeError:
    """What asks for an invoice's money goes with the invoice. [second-hand]"""
    return StripeError("You cannot cancel PaymentIntents created by invoices. Try voiding the invoice instead.")


def intent_is_checkouts(intents: str = "PaymentIntents") -> StripeError:
    """What a session asks for goes with the session. [second-hand of payments, inferred of setups]"""
    return StripeError(
        f"You cannot perform this action on {intents} created by Checkout. Try expiring the Checkout Session instead."
    )


def amount_is_the_invoices(param: str) -> StripeError:
    """An invoice says what it asks for. [inferred, after the one about canceling]"""
    return StripeError(f"You cannot change `{param}` of PaymentIntents created by invoices.", param=param)


def plan_not_offered(param: str) -> StripeError:
    """The card offers other plans, or none. [documented: that it must be one of them; sentence inferred]"""
    return StripeError("The installment plan is not one of the `available_plans` of this card.", param=param)


def plan_twice() -> StripeError:
    """The token says it, and so does the request. [second-hand; inferred: no param]"""
    return StripeError(
        "The provided ConfirmationToken contains an installment plan while "
        "payment_method_options[card][installments][plan] was also set on this request."
    )


def only_when_confirming(name: str, noun: str) -> StripeError:
    """A parameter of the confirmation. [second-hand]"""
    return StripeError(
        f"The parameter {name} cannot be passed when creating a {noun} unless confirm is set to true.", param=name
    )


def intent_has_customer(intent: Object) -> StripeError:
    """The customer of an intent stays. [second-hand]"""
    noun = NOUNS[intent.kind]
    what = "fulfill a payment" if noun == "PaymentIntent" else "set up a payment method"
    return StripeError(
        f"You cannot modify `customer` on a {noun} once it already has been set. To {what} with a different Customer, "
        f"cancel this {noun} and create a new one.",
        param="customer",
    )


def payment_method_of_somebody(
    tx: Transaction, method: str, customer: str, kind: str, intent: Object | None
) -> StripeError:
    """The method is a customer's and the intent names nobody. [recorded; second-hand of payment intents to be]"""
    if kind == "payment_intent" and intent is not None:
        return StripeError(
            f"The `payment_method` parameter supplied {method} belongs to the Customer {customer}. Please include the "
            "Customer in the `customer` parameter on the PaymentIntent.",
            code="parameter_missing",
            param="source",
            details=intent_as_it_was(tx, intent),
        )
    return StripeError(
        f"The payment method supplied ({method}) belongs to the Customer {customer}. Please include the Customer in "
        f"the `customer` parameter on the {NOUNS[kind]}.",
        param="payment_method",
        details={} if intent is None else intent_as_it_was(tx, intent),
    )


def payment_method_of_somebody_else(tx: Transaction, method: str, customer: str, intent: Object | None) -> StripeError:
    """The method is another customer's. [recorded]"""
    return StripeError(
        f"The PaymentMethod {method} does not belong to the Customer you supplied {customer}. Please use this "
        "PaymentMethod with the Customer that it belongs to instead.",
        param="payment_method",
        details={} if intent is None else intent_as_it_was(tx, intent),
    )


def type_not_allowed(intent: Object, type_: str) -> StripeError:
    """A payment method of a type that was not allowed. [second-hand]"""
    noun = NOUNS[intent.kind]
    types = ", ".join(intent["payment_method_types"])
    return StripeError(
        f"The PaymentMethod provided ({type_}) is not allowed for this {noun}. Please attach a PaymentMethod of one of "
        f"the following types: {types}. Alternatively, update the allowed payment_method_types for this {noun} to "
        f'include "{type_}"',
        param="payment_method",
    )


def return_url_missing(tx: Transaction, intent: Object) -> StripeError:
    """Somebody who may be sent away needs a way back. [second-hand]"""
    return StripeError(
        f"This {NOUNS[intent.kind]} is configured to accept payment methods enabled in your Dashboard. Because some of "
        "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you "
        "don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and "
        "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
        details=intent_as_it_was(tx, intent),
    )


def unexpected_state(tx: Transaction, intent: Object, message: str, *, param: str | None = None) -> StripeError:
    """400 ..._unexpected_state, with the intent as it is. [recorded]"""
    return StripeError(
        message, code=f"{intent.kind}_unexpected_state", param=param, details=intent_as_it_was(tx, intent)
    )


def intent_as_it_was(tx: Transaction, intent: Object) -> dict[str, Any]:
    """The intent as it was before the request, unless the refused request was to make it. [inferred: not then]"""
    before = tx.world.get(intent.kind, intent.id)
    return {} if before is None else {intent.kind: tx.world.render(tx, before)}


def confirm_without_method(tx: Transaction, intent: Object) -> StripeError:
    """Nothing to confirm with. [second-hand]"""
    noun = NOUNS[intent.kind]
    why = f"You cannot confirm this {noun} because it's missing a payment method."
    if intent.kind == "payment_intent" and intent["customer"] is not None:
        return unexpected_state(
            tx,
            intent,
            f"{why} To confirm the PaymentIntent with {intent['customer']}, specify a payment method attached to this "
            "customer along with the customer ID.",
        )
    return unexpected_state(
        tx,
        intent,
        f"{why} You can either update the {noun} with a payment method and then confirm it again, or confirm it again "
        "directly with a payment method or ConfirmationToken.",
    )


def cannot_confirm(tx: Transaction, intent: Object, allowed: Sequence[str]) -> StripeError:
    """Too late to confirm. [recorded of setup intents; second-hand]"""
    noun, status = NOUNS[intent.kind], intent["status"]
    if status == "succeeded":
        after = " after being previously confirmed" if noun == "PaymentIntent" else ""
        why = f"it has already succeeded{after}."
    elif status == "canceled" and noun == "SetupIntent":
        why = "it has been canceled."
    else:
        why = (
            f"it has a status of {status}. Only a {noun} with one of the following statuses may be confirmed: "
            f"{', '.join(allowed)}."
        )
    return unexpected_state(tx, intent, f"You cannot confirm this {noun} because {why}")


def cannot_cancel(tx: Transaction, intent: Object, allowed: Sequence[str]) -> StripeError:
    """Too late to cancel. [recorded]"""
    noun, status = NOUNS[intent.kind], intent["status"]
    if noun == "SetupIntent":
        if status == "canceled":
            return unexpected_state(tx, intent, "You cannot cancel this SetupIntent because it is already canceled.")
        *most, last = (f"`{one}`" for one in allowed)
        words = f"{', '.join(most)}, or {last}"
    else:
        words = ", ".join(allowed)
    return unexpected_state(
        tx,
        intent,
        f"You cannot cancel this {noun} because it has a status of {status}. Only a {noun} with one of the following "
        f"statuses may be canceled: {words}.",
    )


def cannot_update(tx: Transaction, intent: Object, name: str, allowed: Sequence[str]) -> StripeError:
    """Too late to change it. [recorded of an amount and a setup intent that succeeded; inferred of a canceled one]"""
    noun = NOUNS[intent.kind]
    if noun == "SetupIntent" and intent["status"] in ("succeeded", "canceled"):
        why = "it has already succeeded" if intent["status"] == "succeeded" else "it has been canceled"
        return unexpected_state(tx, intent, f"You cannot update this SetupIntent because {why}.")
    return unexpected_state(
        tx,
        intent,
        f"This {noun}'s {name} could not be updated because it has a status of {intent['status']}. You may only update "
        f"the {name} of a {noun} with one of the following statuses: {', '.join(allowed)}.",
        param=name,
    )


def no_microdeposits(tx: Transaction, intent: Object) -> StripeError:
    """Nothing to verify: it does not wait, or not for this. [recorded of setup intents; inferred: the second]"""
    noun, status = NOUNS[intent.kind], intent["status"]
    if status != "requires_action":
        return StripeError(
            f"This {noun} cannot be actioned on because it has a status of {status}. Only a {noun} with one of the "
            'following statuses may be actioned on: ["requires_action"].',
            code="intent_invalid_state",
            details=intent_as_it_was(tx, intent),
        )
    return unexpected_state(
        tx, intent, f"This {NOUNS[intent.kind]} has no bank account that waits for its microdeposits."
    )


def microdeposits_wrong() -> StripeError:
    """Not what was deposited. [second-hand]"""
    return StripeError(
        "The amounts provided do not match the amounts that were sent to the bank account.",
        code="payment_method_microdeposit_verification_amounts_mismatch",
    )


def descriptor_code_wrong() -> StripeError:
    """Not the code of the deposit. [second-hand]"""
    return StripeError(
        "The verification code provided does not match the one sent to the bank account.",
        code="payment_method_microdeposit_verification_descriptor_code_mismatch",
    )


def microdeposits_failed(why: str) -> StripeError:
    """Tried too often, or too late. [documented: the codes; inferred: the sentences]"""
    said = {
        "attempts_exceeded": "You have exceeded the number of allowed verification attempts.",
        "timeout": "The bank account was not verified in time.",
    }
    return StripeError(said[why], code=f"payment_method_microdeposit_verification_{why}")


def action_refused(tx: Transaction, intent: Object, method: Object) -> StripeError:
    """402: `error_on_requires_action` was set. [documented]"""
    error: dict[str, Any] = dict(intent["last_payment_error"])
    return StripeError(
        error["message"],
        status=402,
        type="card_error",
        code=error["code"],
        details={
            "decline_code": error["decline_code"],
            "payment_intent": tx.world.render(tx, intent),
            "payment_method": tx.world.render(tx, method),
        },
        keeps_changes=True,
    )


def balance_not_applicable(tx: Transaction, intent: Object) -> StripeError:
    """It does not wait for a transfer. [documented: the rule; inferred: the sentence]"""
    return unexpected_state(
        tx, intent, "You cannot apply a customer's balance to this PaymentIntent: it does not wait for a bank transfer."
    )


def cash_too_little(tx: Transaction, intent: Object) -> StripeError:
    """Not enough has come. [documented: the rule; inferred: the sentence]"""
    return unexpected_state(tx, intent, "The customer's cash balance does not cover the amount of this PaymentIntent.")


def client_secret_wrong(intent: Object) -> StripeError:
    """A secret of another intent. [second-hand]"""
    return StripeError(
        f"The client_secret provided does not match the client_secret associated with this {NOUNS[intent.kind]}.",
        code=f"{intent.kind}_invalid_parameter",
        param="client_secret",
    )


def setup_declined(tx: Transaction, intent: Object, method: Object) -> StripeError:
    """402: the card cannot be saved; the error holds the intent and the method. [documented]"""
    error: dict[str, Any] = dict(intent["last_setup_error"])
    kept = ("advice_code", "decline_code", "network_advice_code", "network_decline_code")
    return StripeError(
        error["message"],
        status=402,
        type="card_error",
        code=error["code"],
        param=error.get("param"),
        details={
            **{name: error[name] for name in kept if name in error},
            "payment_method": tx.world.render(tx, method),
            "setup_intent": tx.world.render(tx, intent),
        },
        keeps_changes=True,
    )


def invoice_needs_action(tx: Transaction, intent: Object) -> StripeError:
    """402: an invoice was to be paid by a card that asks for its holder. [documented: the code; inferred: the rest]"""
    return StripeError(
        "This payment requires additional user action before it can be completed successfully. Payment can be "
        "completed using the PaymentIntent associated with the invoice.",
        status=402,
        type="card_error",
        code="invoice_payment_intent_requires_action",
        details={"payment_intent": tx.world.render(tx, intent)},
        keeps_changes=True,
    )


def subscription_needs_action() -> StripeError:
    """402: the same of a subscription that is not to be incomplete; nothing is kept. [recorded]"""
    return StripeError(
        "Payment for this subscription requires additional user action, but the requested payment behavior doesn't "
        "save the invoice or PaymentIntent. Retry the request with `payment_behavior=allow_incomplete` or "
        "`payment_behavior=default_incomplete`, then complete the PaymentIntent on the subscription's latest invoice. "
        "Additional information is available here: "
        "https://stripe.com/docs/billing/subscriptions/overview#requires-action",
        status=402,
        type="card_error",
        code="subscription_payment_intent_requires_action",
    )
