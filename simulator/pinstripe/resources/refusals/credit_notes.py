"""What is refused about credit notes."""

from __future__ import annotations

from pinstripe.errors import StripeError


def credit_note_while_processing() -> StripeError:
    """What is on its way is of the amount that was asked for, so nothing is taken off it meanwhile. [inferred]"""
    return StripeError("You cannot issue a credit note for this invoice while its payment is processing.")


def credit_note_stays_while_processing() -> StripeError:
    """Nor is anything put back on it. [inferred]"""
    return StripeError("You cannot void a credit note of this invoice while its payment is processing.")


def credit_note_needs_finalized(status: str) -> StripeError:
    """What was not issued cannot be taken back. [documented; sentence inferred]"""
    return StripeError(f"You cannot create a credit note for an invoice with the status {status}.", param="invoice")


def credited_too_much(param: str) -> StripeError:
    """A line gives back what it was at most. [inferred]"""
    return StripeError("The credited amount cannot exceed that of the invoice line item.", param=param)


def credited_more_than_invoiced() -> StripeError:
    """All notes together give back what was invoiced at most. [documented; sentence inferred]"""
    return StripeError("The amount of the credit note exceeds what can still be credited of the invoice.")


def credit_note_amount_differs(total: int) -> StripeError:
    """An amount beside lines is their sum. [documented; sentence inferred]"""
    return StripeError(f"The amount of the credit note must equal the sum of its lines ({total}).", param="amount")


def credit_note_of_nothing() -> StripeError:
    """Something is to be given back. [documented]"""
    return StripeError("One of `amount`, `lines`, or `shipping_cost` must be provided.")


def credit_note_does_not_add_up(given: int, wanted: int) -> StripeError:
    """What was paid goes back one way or another. [documented: the rule; sentence inferred]"""
    return StripeError(
        f"The sum of refunds, `credit_amount` and `out_of_band_amount` ({given}) must equal the post payment amount of "
        f"the credit note ({wanted})."
    )


def credit_note_is_void() -> StripeError:
    """Voiding works once. [inferred]"""
    return StripeError("This credit note has already been voided.")


def credit_note_stays(status: str) -> StripeError:
    """Only notes on open invoices can be voided. [documented; sentence inferred]"""
    return StripeError(f"You can only void credit notes of open invoices; the invoice is {status}.")


def credited_more_than_paid() -> StripeError:
    """A refund gives back what was paid. [inferred]"""
    return StripeError("The refund amount exceeds what can still be refunded of the invoice.", param="refund_amount")


def refund_of_another_invoice(param: str) -> StripeError:
    """A note links refunds of its own invoice. [inferred]"""
    return StripeError("The refund must be of a payment of the credit note's invoice.", param=param)
