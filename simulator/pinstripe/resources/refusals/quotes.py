"""What is refused about quotes."""

from __future__ import annotations

from pinstripe.errors import StripeError


def quote_is_not_a_draft(status: str) -> StripeError:
    """Only drafts change and are finalized. [documented; sentence inferred]"""
    return StripeError(f"This quote is {status}; only draft quotes can be changed or finalized.")


def quote_has_a_customer() -> StripeError:
    """It was made out to somebody. [documented; sentence inferred]"""
    return StripeError("The customer of a quote cannot be changed once it is set.", param="customer")


def quote_is_not_finalized() -> StripeError:
    """A draft has no number and is not printed. [documented; sentence inferred]"""
    return StripeError("This quote is a draft; only finalized quotes have a PDF.")


def quote_is_not_finished(param: str) -> StripeError:
    """An offer is made to somebody, for something. [documented; sentence inferred]"""
    return StripeError(f"A quote must have `{param}` set before it can be finalized.", param=param)


def quote_is_not_open(status: str) -> StripeError:
    """Only what is offered can be accepted. [documented; sentence inferred]"""
    return StripeError(f"This quote is {status}; only open quotes can be accepted.")


def quote_is_over(status: str) -> StripeError:
    """What was accepted or canceled stays so. [documented; sentence inferred]"""
    return StripeError(f"This quote is {status}; only draft and open quotes can be canceled.")
