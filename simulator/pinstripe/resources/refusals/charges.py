"""What is refused about charges, refunds, disputes and sources."""

from __future__ import annotations

from pinstripe.errors import StripeError


def charge_of_nothing() -> StripeError:
    """Nothing to charge. [recorded]"""
    return StripeError("Must provide source or customer.", code="parameter_missing")


def no_legacy_details(*, attached: bool) -> StripeError:
    """402: a customer without a source, who may have payment methods attached. [recorded]"""
    message = (
        "This Customer doesn't have any legacy saved payment details, but does have a Payment Method attached. Use a "
        "Payment Intent instead of creating a Charge: https://stripe.com/docs/payments/payment-intents/migration"
        if attached
        else "This Customer doesn't have any saved payment details. Attach a legacy Token, Card, Bank Account, or "
        "Source to this Customer and then try this request again, or use Payment Intents and Payment Methods instead."
    )
    return StripeError(message, status=402, type="card_error", code="missing", param="card")


def group_of_an_intent(intent: str) -> StripeError:
    """The transfer group of a charge is its intent's. [recorded]"""
    return StripeError(
        f"This Charge was created by a PaymentIntent ({intent}). You must update the `transfer_group` on the "
        "PaymentIntent instead of updating the Charge directly. See https://stripe.com/docs/api#update_payment_intent"
    )


def customer_without_card(customer: str, source: str) -> StripeError:
    """404: not a source of this customer. [recorded]"""
    return StripeError(
        f"Customer {customer} does not have card with ID {source}", status=404, code="resource_missing", param="card"
    )


def charge_has_customer() -> StripeError:
    """The customer of a charge stays. [documented: the rule; inferred: the sentence]"""
    return StripeError("You cannot change the customer of a charge that already has one.", param="customer")


def charge_captured(id_: str) -> StripeError:
    """Captured before. [second-hand]"""
    return StripeError(f"Charge {id_} has already been captured.", code="charge_already_captured")


def charge_let_go(id_: str, why: str) -> StripeError:
    """The hold has run out, or was given up. [documented: the code of the former; inferred: the sentences]"""
    code = "charge_expired_for_capture" if why == "expired" else None
    return StripeError(f"Charge {id_} cannot be captured because its authorization has {_LET_GO[why]}.", code=code)


_LET_GO = {"expired": "expired", "canceled": "been canceled"}


def charge_not_authorized(id_: str) -> StripeError:
    """Nothing is held. [inferred]"""
    return StripeError(f"Charge {id_} cannot be captured because it has failed.")


def charge_refunded(id_: str) -> StripeError:
    """Nothing is left to refund. [recorded]"""
    return StripeError(f"Charge {id_} has already been refunded.", code="charge_already_refunded")


def charge_disputed(id_: str) -> StripeError:
    """The bank has taken the money already. [recorded]"""
    return StripeError(f"Charge {id_} has been charged back; cannot issue a refund.", code="charge_disputed")


def charge_not_paid(id_: str) -> StripeError:
    """Nothing was paid. [second-hand]"""
    return StripeError(f"Charge {id_} cannot be refunded because it has not been paid.")


def charge_of_another_intent(charge: str, intent: str) -> StripeError:
    """Both were named and do not belong together. [inferred]"""
    return StripeError(f"Charge {charge} does not belong to the PaymentIntent {intent}.", param="charge")


def intent_without_charge(intent: str) -> StripeError:
    """Nothing was paid. [second-hand]"""
    return StripeError(f"This PaymentIntent ({intent}) does not have a successful charge to refund.")


def refund_of_nothing() -> StripeError:
    """Neither a charge nor an intent; it has no code. [recorded]"""
    return StripeError("One of the following params should be provided for this request: payment_intent or charge.")


def refund_of_intents_hold(intent: str) -> StripeError:
    """What an intent holds is let go by canceling it, and not by its charge. [recorded]"""
    return StripeError(
        f"This uncaptured Charge was created by a PaymentIntent ({intent}). You must cancel the PaymentIntent to "
        "reverse the authorization instead of refunding the Charge directly. For more information, see "
        "https://stripe.com/docs/payments/place-a-hold-on-a-payment-method"
    )


def partial_refund_of_hold() -> StripeError:
    """What is held is let go whole; to keep a part, capture it. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        "A charge that was not captured can only be refunded whole. To keep a part of it, capture that part.",
        param="amount",
    )


def refund_too_large(amount: str, limit: str, *, partly: bool) -> StripeError:
    """More than is left. [recorded]"""
    what = "unrefunded amount on charge" if partly else "charge amount"
    return StripeError(f"Refund amount ({amount}) is greater than {what} ({limit})", param="amount")


def refund_not_cancelable() -> StripeError:
    """Too late, or never possible. [recorded of a card's that has succeeded; inferred: of others]"""
    return StripeError("Canceling this refund is unsupported.")


def refund_not_expirable(id_: str, status: str) -> StripeError:
    """It waits for nobody. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"Refund {id_} cannot be expired because it has a status of {status}; only refunds that require action can."
    )


def evidence_too_long(most: int) -> StripeError:
    """What is said in defence of a dispute, all fields together. [documented; sentence inferred]"""
    return StripeError(f"The combined character count of all evidence fields can be at most {most}.", param="evidence")


def evidence_not_eligible(id_: str, kind: str) -> StripeError:
    """Enhanced evidence of a kind that this dispute does not take. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The dispute {id_} is not eligible for {kind}.", param=f"evidence[enhanced_evidence][{kind}]")


def compliance_fee_unacknowledged(id_: str) -> StripeError:
    """Evidence of a compliance case costs. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"To submit evidence for the compliance dispute {id_}, acknowledge the network fee with `fee_acknowledged`.",
        param="evidence[enhanced_evidence]",
    )


def dispute_closed(id_: str, status: str) -> StripeError:
    """The bank decides now, or has. [second-hand: the former; recorded: the latter]"""
    if status.endswith("under_review"):
        return StripeError(f"This dispute ({id_}) is already closed or under review.")
    return StripeError("This dispute is already closed")


def source_verified(id_: str) -> StripeError:
    """Nothing to verify. [second-hand]"""
    return StripeError(f"This bank account ({id_}) has already been verified.")


def source_amounts_wrong() -> StripeError:
    """Not what was deposited, of a source. [second-hand; documented: the code]"""
    return StripeError(
        "The amounts provided do not match the amounts that we sent to the bank account.",
        code="bank_account_verification_failed",
    )


def bank_account_exists() -> StripeError:
    """The same account of the same customer, twice. [documented: the code; inferred: the sentence]"""
    return StripeError(
        "A bank account with that routing number and account number already exists for this customer.",
        code="bank_account_exists",
    )


def routing_number_invalid(param: str) -> StripeError:
    """A number that no American bank can have. [second-hand; documented: the code]"""
    return StripeError("Routing number must have 9 digits", param=param, code="routing_number_invalid")


def reported_refund_too_large(amount: int, left: int) -> StripeError:
    """More than was guaranteed. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"The refund of {amount} is greater than what was guaranteed and not refunded yet ({left}).",
        param="amount[value]",
    )


def cash_refund_too_large(amount: int, left: int) -> StripeError:
    """More than the customer has sent. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The refund of {amount} is greater than the customer's cash balance ({left}).", param="amount")


def source_without_code(id_: str) -> StripeError:
    """No code to verify. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The source {id_} does not wait for a code.")


def only_of_cash(name: str) -> StripeError:
    """A charge says its currency and customer itself. [documented: what they are for; inferred: the sentence]"""
    return StripeError(f"You can only pass `{name}` when `origin` is `customer_balance`.", param=name)


def no_dispute(charge: str) -> StripeError:
    """404, without code or param: a charge that nobody disputes. [recorded]"""
    return StripeError(f"No dispute for charge: {charge}", status=404)


def payout_is_manual() -> StripeError:
    """[second-hand]"""
    return StripeError("Balance transaction history can only be filtered on automatic transfers, not manual.")
