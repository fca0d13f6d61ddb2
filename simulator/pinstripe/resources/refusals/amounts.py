"""What is refused about the amount and the currency of a payment."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pinstripe.billing.money import format_money
from pinstripe.errors import StripeError

MINIMUM_PAGE = "https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"


def amount_below_one() -> StripeError:
    """Nothing to pay. [recorded]"""
    return StripeError(
        "The amount must be greater than or equal to the minimum charge amount allowed for your account and the "
        f"currency set ({MINIMUM_PAGE}).  If you want to save a Payment Method for future use without an immediate "
        "payment, use a Setup Intent instead: https://docs.stripe.com/payments/setup-intents",
        code="parameter_invalid_integer",
        param="amount",
    )


def amount_too_small(minimum: int, currency: str) -> StripeError:
    """Less than can be charged. [second-hand]"""
    least = format_money(Decimal(minimum), currency)
    return StripeError(f"Amount must be at least {least} {currency}", code="amount_too_small", param="amount")


def amount_too_large(maximum: int, currency: str) -> StripeError:
    """More than can be charged. [second-hand]"""
    most = format_money(Decimal(maximum), currency)
    return StripeError(f"Amount must be no more than {most} {currency}", code="amount_too_large", param="amount")


def amount_too_fine(step: int, currency: str) -> StripeError:
    """Finer than the currency is charged. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"Invalid amount for {currency}: amounts in this currency must be multiples of {step}.", param="amount"
    )


def currency_invalid(currency: str, supported: Sequence[str]) -> StripeError:
    """No such currency. [recorded]"""
    return StripeError(
        f"Invalid currency: {currency}. Stripe currently supports these currencies: {', '.join(supported)}",
        param="currency",
    )
