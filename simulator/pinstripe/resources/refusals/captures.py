"""What is refused about money that a payment intent holds: captures, and holding more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinstripe.errors import StripeError, too_small
from pinstripe.resources.refusals.intents import intent_as_it_was, unexpected_state

if TYPE_CHECKING:
    from pinstripe.world import Object, Transaction


def cannot_capture(tx: Transaction, intent: Object) -> StripeError:
    """Nothing to capture. [recorded; second-hand: where all of it was]"""
    if intent["status"] == "succeeded" and intent["amount_received"] < intent["amount"]:
        return unexpected_state(
            tx,
            intent,
            "The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized "
            "amount has been released.",
        )
    if intent["status"] == "succeeded":
        return unexpected_state(
            tx, intent, "This PaymentIntent could not be captured because it has already been captured."
        )
    return unexpected_state(
        tx,
        intent,
        f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a PaymentIntent "
        "with one of the following statuses may be captured: requires_capture.",
    )


def capture_too_large(param: str) -> StripeError:
    """More than was authorized. [second-hand, of charges]"""
    return StripeError(
        "You cannot capture a charge for an amount greater than it already has.", code="amount_too_large", param=param
    )


def intent_capture_too_large(tx: Transaction, intent: Object) -> StripeError:
    """More than was authorized. [recorded]"""
    return StripeError(
        "The payment could not be captured because the requested capture amount is greater than the amount you can "
        "capture for this charge. Contact us via https://support.stripe.com/contact/ for help.",
        code="amount_too_large",
        details=intent_as_it_was(tx, intent),
    )


def intent_capture_too_small(tx: Transaction, intent: Object, amount: int, least: int) -> StripeError:
    """Less than nothing, or nothing, which is told of another parameter. [recorded]"""
    if amount < 0:
        return StripeError(
            "Invalid non-negative integer", param="amount_to_capture", details=intent_as_it_was(tx, intent)
        )
    small = too_small("amount", least)
    return StripeError(small.message, code=small.code, param=small.param, details=intent_as_it_was(tx, intent))


def cannot_increment(tx: Transaction, intent: Object) -> StripeError:
    """The authorization cannot grow. [documented: the rule; inferred: the sentence]"""
    return unexpected_state(
        tx,
        intent,
        "This PaymentIntent is not eligible for an incremental authorization: it must have a status of "
        "requires_capture, and incremental authorization must have been requested and be available for its card.",
    )


def incremented_too_often(tx: Transaction, intent: Object, most: int) -> StripeError:
    """An authorization grows so many times. [documented: the rule; inferred: the sentence]"""
    return unexpected_state(tx, intent, f"This PaymentIntent has reached its {most} incremental authorizations.")


def increment_too_small(amount: int) -> StripeError:
    """An authorization only grows. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The amount must be greater than the currently authorized amount of {amount}.", param="amount")


def multicapture_unavailable(tx: Transaction, intent: Object) -> StripeError:
    """More than one capture needs a card that allows it. [documented: the rule; inferred: the sentence]"""
    return unexpected_state(
        tx, intent, "This PaymentIntent cannot be captured more than once: multicapture is unavailable for its card."
    )
