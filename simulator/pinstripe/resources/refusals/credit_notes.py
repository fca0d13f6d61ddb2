"""What is refused about credit notes."""

from __future__ import annotations

from pinstripe.errors import StripeError


def credit_note_while_processing() -> StripeError:
    """What is on its way is of the amount that was asked for, so nothing is taken off it meanwhile. [inferred]"""
    return StripeError("You cannot issue a credit note for this invoice while its payment is processing.")


def credit_note_takes_more() -> StripeError:
    """A line that is itself a credit can only be taken back along with others. [inferred]"""
    return StripeError("The total of the credit note cannot be negative.", param="lines")


def credit_note_stays_while_processing() -> StripeError:
    """Nor is anything put back on it. [inferred]"""
    return StripeError("You cannot void a credit note of this invoice while its payment is processing.")


def custom_credit_is_negative(param: str) -> StripeError:
    """Only lines of the invoice can be credits that are taken back. [documented; sentence inferred]"""
    return StripeError("The amount of a `custom_line_item` cannot be negative.", param=param)


def credit_note_needs_finalized(status: str) -> StripeError:
    """What was not issued cannot be taken back. [documented; sentence inferred]"""
    return StripeError(f"You cannot create a credit note for an invoice with the status {status}.", param="invoice")


def credited_too_much(param: str) -> StripeError:
    """A line gives back what it was at most. [inferred]"""
    return StripeError("The credited amount cannot exceed that of the invoice line item.", param=param)


def credit_line_of_another_type(name: str, type_: str, param: str) -> StripeError:
    """What is said of one type of line and not of the other. [documented; sentence inferred]"""
    return StripeError(f"You may only specify `{name}` when `type` is `{type_}`.", param=param)


def custom_credit_with_automatic_tax(param: str) -> StripeError:
    """Nobody could say how a line of one's own is taxed. [documented; sentence inferred]"""
    return StripeError(
        "You cannot use `custom_line_item` on a credit note of an invoice with automatic tax enabled.", param=param
    )


def credit_tax_amounts_beside_rates(param: str) -> StripeError:
    """A line has its taxes worked out, or by rates. [documented; sentence inferred]"""
    return StripeError("You may only specify one of these parameters: tax_amounts, tax_rates.", param=param)


def shipping_of_another_rate(rate: str, param: str) -> StripeError:
    """A note gives back what its own invoice was sent for. [documented; sentence inferred]"""
    return StripeError(f"The shipping rate {rate} is not that of the credit note's invoice.", param=param)


def shipping_credited_twice(param: str) -> StripeError:
    """And once. [inferred]"""
    return StripeError("The shipping cost of this invoice has already been credited.", param=param)


def credited_otherwise(way: str, param: str) -> StripeError:
    """A line is credited by its quantity or by its amount, always the same way. [documented; sentence inferred]"""
    other = "amount" if way == "quantity" else "quantity"
    return StripeError(f"This line item has been credited by its {other}, so you cannot credit its {way}.", param=param)


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


def refund_told_twice(param: str) -> StripeError:
    """Notes together name no more of a refund than it was. [inferred]"""
    return StripeError("The amount exceeds what is left of the refund.", param=param)
