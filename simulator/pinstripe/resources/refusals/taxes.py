"""What is refused about tax rates, tax ids and shipping rates."""

from __future__ import annotations

from pinstripe.errors import StripeError


def percentage_out_of_range(param: str) -> StripeError:
    """From nothing to everything. [documented; sentence inferred]"""
    return StripeError("Invalid percentage: must be between 0 and 100", param=param)


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
    """The value does not look like one of its type. [code documented; sentence inferred]"""
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
