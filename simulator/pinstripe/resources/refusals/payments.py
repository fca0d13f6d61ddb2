"""What is refused about customers, payment methods and payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pinstripe.errors import StripeError, no_such, unsupported
from pinstripe.resources.payment_methods.behaviour import Decline

if TYPE_CHECKING:
    from pinstripe.resources.payments.payments import Attempt
    from pinstripe.world import Object, Transaction


def no_such_payment_method(id_: str, *, param: str = "payment_method", in_path: bool = False) -> StripeError:
    """The newer sentence has an advice for platforms. [recorded]"""
    error = no_such("PaymentMethod", id_, param=param, in_path=in_path)
    return StripeError(
        f"{error.message}; It's possible this PaymentMethod exists on one of your connected accounts, in which case "
        "you should retry this request on that connected account. Learn more at "
        "https://stripe.com/docs/connect/authentication",
        status=error.status,
        code=error.code,
        param=error.param,
    )


def email_invalid(email: str, param: str) -> StripeError:
    """No address. [documented: the code; second-hand: the sentence, quoted from live answers]"""
    return StripeError(f"Invalid email address: {email}", code="email_invalid", param=param)


def unsupported_test_card(name: str) -> StripeError:
    """A test card Stripe has and pinstripe does not model yet."""
    return unsupported("test_card", f"the test card {name} yet, so it refuses it instead of taking it for another one.")


def card_error(decline: Decline, *, saving: bool = False) -> StripeError:
    """402: a card that cannot be made or saved; a plain decline at saving has an empty param. [recorded]"""
    param = decline.param if decline.param is not None else "" if saving else None
    return _declined(decline, param, {}, keeps_changes=False)


def charge_declined(decline: Decline, charge: str) -> StripeError:
    """402: a charge without an intent was tried and the card said no. [second-hand]"""
    return _declined(decline, decline.param, {"charge": charge}, keeps_changes=True)


def declined(tx: Transaction, attempt: Attempt, method: Object | None, *, keeps_changes: bool) -> StripeError:
    """402: a payment was tried and the card said no; the error holds the whole intent and method. [recorded]"""
    decline = attempt.decline
    assert decline is not None
    assert method is not None
    details: dict[str, Any] = {
        **({} if attempt.charge is None else {"charge": attempt.charge.id}),
        "payment_intent": tx.world.render(tx, attempt.intent),
        "payment_method": tx.world.render(tx, method),
    }
    return _declined(decline, decline.param, details, keeps_changes=keeps_changes)


def _declined(decline: Decline, param: str | None, details: dict[str, Any], *, keeps_changes: bool) -> StripeError:
    """402, with what the network said. [recorded]"""
    return StripeError(
        decline.message,
        status=402,
        type="card_error",
        code=decline.code,
        param=param,
        details={**details, **decline.said},
        keeps_changes=keeps_changes,
    )


def no_payment_method(*, keeps_changes: bool = False) -> StripeError:
    """Nothing to charge. [recorded]"""
    return StripeError(
        "This customer has no attached payment source or default payment method. Please consider adding a default "
        "payment method. For more information, visit "
        "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
        code="resource_missing",
        keeps_changes=keeps_changes,
    )


def payment_method_of_nobody(method: str, param: str) -> StripeError:
    """A default must be the customer's own. [second-hand]"""
    return StripeError(
        f"The customer does not have a payment method with the ID {method}. The payment method must be attached to the "
        "customer.",
        code="resource_missing",
        param=param,
    )


def payment_method_not_theirs() -> StripeError:
    """A payment method asked for under a customer who has it not. [recorded]"""
    return StripeError("Invalid request", status=404, param="customer")


def payment_method_taken() -> StripeError:
    """Attached already. [second-hand]"""
    return StripeError("The payment method you provided has already been attached to a customer.")


def payment_method_used_up() -> StripeError:
    """Detached once, gone for good. [recorded]"""
    return StripeError(
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with "
        "a connected account without Customer attachment, or was detached from a Customer. It may not be used again. "
        "To use a PaymentMethod multiple times, you must attach it to a Customer first."
    )


def payment_method_not_attached() -> StripeError:
    """Nothing to detach it from. [second-hand]"""
    return StripeError("The payment method you provided is not attached to a customer so detachment is impossible.")


def payment_method_not_saved() -> StripeError:
    """Nobody's payment method does not change. [documented; second-hand: the sentence]"""
    return StripeError("You must save this PaymentMethod to a customer before you can update it.")


def descriptor_of_a_card(param: str) -> StripeError:
    """The whole descriptor of a card's payment is the account's. [documented; second-hand: the sentence]"""
    return StripeError(
        "The statement_descriptor parameter is not supported for the payment_method_type `card`. To continue "
        "supporting payment_method_type `card`, please pass in `statement_descriptor_suffix` or remove the "
        "`statement_descriptor` parameter altogether. Please see https://support.stripe.com/questions/use-of-the-statement-descriptor-"
        "parameter-on-paymentintents-for-card-charges for additional details.",
        param=param,
    )


def currencies_combined(known: str) -> StripeError:
    """A customer buys in one currency. [second-hand: how it begins]"""
    return StripeError(
        "Can't combine currencies on a single customer. This customer has had a subscription, coupon, or invoice item "
        f"with currency {known}"
    )


def payment_method_not_reusable(type_: str) -> StripeError:
    """Some payment methods pay once and cannot be kept. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"This PaymentMethod cannot be attached to customers because payment methods of type {type_} cannot be reused.",
        code="payment_method_unsupported_type",
    )


def bank_account_unverified() -> StripeError:
    """An account must be verified before it can be kept. [second-hand: how it begins]"""
    return StripeError(
        "This PaymentMethod of type us_bank_account must be verified before it can be attached to a customer. Use a "
        "SetupIntent or a PaymentIntent to verify it."
    )


def iban_invalid(param: str) -> StripeError:
    """An IBAN whose check digits are wrong. [second-hand]"""
    return StripeError("The IBAN you entered is invalid.", code="invalid_bank_account_iban", param=param)


def token_of_nothing() -> StripeError:
    """A token stands for something. [second-hand]"""
    return StripeError(
        "You must supply either a card, customer, PII data, bank account, or account legal entity to create a token.",
        code="parameter_missing",
    )


def token_used(id_: str) -> StripeError:
    """A token is used once. [second-hand]"""
    return StripeError(f"You cannot use a Stripe token more than once: {id_}.", code="token_already_used")


def token_of_another_kind(id_: str) -> StripeError:
    """A card is wanted here. [inferred]"""
    return StripeError(f"The token {id_} does not stand for a card.", param="token")


def mandate_missing(type_: str) -> StripeError:
    """A debit needs the customer's leave. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"A mandate is required to confirm with a payment method of type {type_}. Provide `mandate_data`.",
        code="parameter_missing",
        param="mandate_data",
    )


def confirmation_token_used(id_: str) -> StripeError:
    """A confirmation token is used once. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"The ConfirmationToken {id_} has already been used to confirm a previous PaymentIntent or SetupIntent. Create "
        "a new ConfirmationToken.",
        param="confirmation_token",
    )


def confirmation_token_expired(id_: str) -> StripeError:
    """A confirmation token lives twelve hours. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The ConfirmationToken {id_} has expired.", param="confirmation_token")


def mandate_not_usable(id_: str, method: str) -> StripeError:
    """A mandate of another payment method, or one that is over. [documented; inferred: the sentence]"""
    return StripeError(f"The mandate {id_} cannot be used with the payment method {method}.", param="mandate")


AMOUNT_DETAILS = {
    "amount_details_amount_mismatch": "The line items, less discounts and with taxes and shipping, do not add up to "
    "the amount.",
    "amount_details_tax_shipping_discount_greater_than_amount": "The tax, shipping and discount amounts are greater "
    "than the amount.",
}
"""What does not add up, by Stripe's code. [documented: the codes; inferred: the sentences]"""


def amount_details_wrong(code: str) -> StripeError:
    """The parts of an amount do not add up. [documented; inferred: that the error has this code]"""
    return StripeError(AMOUNT_DETAILS[code], param="amount_details", code=code)


def token_as_payment_method(token: str, param: str) -> StripeError:
    """A token is made a payment method first. [second-hand; inferred: how the sentence ends]"""
    return StripeError(
        "A token may not be passed in as a PaymentMethod. Instead, create a PaymentMethod or convert your token to a "
        f"PaymentMethod by setting the `card[token]` parameter to {token}.",
        param=param,
    )


def currency_of_another_type(currency: str, type_: str, taken: Sequence[str]) -> StripeError:
    """A type that a payment names does not take its currency. [second-hand; inferred: the param]"""
    return StripeError(
        f"The currency provided ({currency}) is invalid for one or more payment method types on this PaymentIntent. "
        f"The payment method type {type_} only supports the following currencies: {', '.join(taken)}. Either correct "
        "the provided currency, or use a different PaymentIntent to accept this payment method type.",
        param="currency",
    )
