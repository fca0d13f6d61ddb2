"""What is refused about tax rates, automatic tax, tax ids and shipping rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.resources.taxes import table

__all__ = [
    "checkout_needs_tax_address",
    "manual_rates_with_automatic_tax",
    "negative_with_automatic_tax",
    "percentage_out_of_range",
    "shipping_in_other_currency",
    "shipping_needs_amount",
    "shipping_needs_rate",
    "tax_amounts_beside_rates",
    "tax_behavior_unspecified",
    "tax_calculation_failed",
    "tax_id_invalid",
    "tax_location_invalid",
    "tax_not_in_table",
    "tax_rate_archived",
    "tax_rate_by_hand",
    "tax_rate_twice",
    "too_late_for_tax",
    "too_many_tax_amounts",
    "too_many_tax_ids",
    "too_many_tax_rates",
]


def tax_location_invalid(*, keeps_changes: bool = False) -> StripeError:
    """400 customer_tax_location_invalid: nobody can tell where the customer is. [second-hand: the sentence]"""
    return StripeError(
        "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate "
        "tax.",
        code="customer_tax_location_invalid",
        param="automatic_tax",
        keeps_changes=keeps_changes,
    )


def checkout_needs_tax_address() -> StripeError:
    """400: a customer without an address, who may not save the one he types. [second-hand]"""
    return StripeError(
        "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the "
        "Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save "
        "the address entered in Checkout to the Customer.",
        code="customer_tax_location_invalid",
    )


def tax_not_in_table(place: Mapping[str, Any], code: str) -> StripeError:
    """501: the tax is in no table here, and nothing is made up; says how to declare it."""
    where = "-".join(part for part in (place["country"], place.get("state")) if part)
    if not table.is_precise(place["country"], place.get("state")):
        where += ", whose address has no state of two letters,"
    return errors.unsupported(
        "parameter",
        f"the tax of {where} on {code}: it is not in the declared table of taxes. Declare it for this account: POST "
        f'/_pinstripe/tax_rates with {{"country": "{place["country"]}", "percentage": ...}}.',
        "automatic_tax[enabled]",
    )


def tax_calculation_failed() -> StripeError:
    """The same where the clock asks: a draft keeps it. [code documented]"""
    return StripeError(
        "The tax of this invoice is not in pinstripe's table of taxes. Declare it: POST /_pinstripe/tax_rates.",
        type="api_error",
        code="taxes_calculation_failed",
    )


def manual_rates_with_automatic_tax(param: str) -> StripeError:
    """Rates by hand and automatic tax exclude each other. [documented; sentence inferred]"""
    return StripeError("You cannot use tax rates together with automatic tax.", param=param)


def negative_with_automatic_tax() -> StripeError:
    """Amounts below nothing cannot be added by hand. [documented; sentence inferred]"""
    return StripeError("Invoice items with negative amounts cannot be used with automatic tax.", param="amount")


def tax_amounts_beside_rates(param: str) -> StripeError:
    """Amounts that somebody else worked out exclude rates and automatic tax. [documented; sentence inferred]"""
    return StripeError("You cannot set tax amounts on an invoice that has tax rates or automatic tax.", param=param)


def too_late_for_tax(status: str, param: str) -> StripeError:
    """What is paid has its tax. [documented; sentence inferred]"""
    return StripeError(f"You cannot link a tax calculation to a PaymentIntent with the status {status}.", param=param)


def too_many_tax_amounts(most: int, param: str) -> StripeError:
    """One line, too many amounts. [documented; sentence inferred]"""
    return StripeError(f"You may only set up to {most} tax amounts on a line item.", param=param)


def tax_behavior_unspecified(price: str) -> StripeError:
    """Nobody has said whether tax is inside the price. [documented; sentence inferred]"""
    return StripeError(
        f"The price {price} has an unspecified tax behavior, and the account's tax settings have no default. Set "
        "`tax_behavior` to `inclusive` or `exclusive` in order to automatically calculate tax.",
        param="automatic_tax",
    )


def percentage_out_of_range(param: str) -> StripeError:
    """From nothing to everything. [documented; sentence inferred]"""
    return StripeError("Invalid percentage: must be between 0 and 100", param=param)


def tax_rate_by_hand(rate: str, param: str) -> StripeError:
    """Tax amounts of credit notes name the rates of their invoice's tax amounts. [documented; sentence inferred]"""
    return StripeError(f"The tax rate {rate} was not created automatically by Stripe.", param=param)


def tax_rate_archived(id_: str, param: str) -> StripeError:
    """An archived rate stays where it is and goes nowhere else. [documented; sentence inferred]"""
    return StripeError(f"The tax rate {id_} is archived and cannot be applied.", param=param)


def too_many_tax_rates(most: int, param: str) -> StripeError:
    """Five on one line. [documented; sentence inferred]"""
    return StripeError(f"You may only apply up to {most} tax rates.", param=param)


def tax_rate_twice(id_: str, param: str) -> StripeError:
    """A rate counts once. [inferred]"""
    return StripeError(f"The tax rate {id_} is listed more than once.", param=param)


def tax_id_invalid(type_: str, param: str) -> StripeError:
    """The value does not look like one of its type. [documented]"""
    return StripeError(f"Invalid value for {type_}.", code="tax_id_invalid", param=param)


def too_many_tax_ids(most: int) -> StripeError:
    """Five for one customer. [documented; sentence inferred]"""
    return StripeError(f"A customer can have at most {most} tax IDs.")


def shipping_in_other_currency(id_: str, currency: str, param: str) -> StripeError:
    """A rate without an amount in the invoice's currency. [inferred]"""
    return StripeError(f"The shipping rate {id_} has no amount in the currency {currency}.", param=param)


def shipping_needs_rate(param: str) -> StripeError:
    """What sending costs is a rate, known or new. [inferred]"""
    return StripeError("You must provide exactly one of `shipping_rate` or `shipping_rate_data`.", param=param)


def shipping_needs_amount() -> StripeError:
    """A fixed rate says how much. [documented; sentence inferred]"""
    return StripeError(
        "You must pass `fixed_amount` when `type=fixed_amount`.", code="parameter_missing", param="fixed_amount"
    )
