"""What is refused about coupons, promotion codes and discounts."""

from __future__ import annotations

from pinstripe.errors import StripeError, no_such

LEAST_PERCENT = 0.01
"""The least that a coupon may take off. [recorded]"""


def coupon_exists() -> StripeError:
    """A chosen id is taken. [second-hand]"""
    return StripeError("Coupon already exists.", code="resource_already_exists", param="id")


def coupon_needs_value() -> StripeError:
    """Neither a share nor an amount. [recorded]"""
    return StripeError("Must provide percent_off or amount_off.", code="parameter_missing")


def coupon_one_value() -> StripeError:
    """Both a share and an amount. [recorded]"""
    return StripeError("Received both percent_off and amount_off parameters. Please pass in only one.")


def coupon_needs_currency() -> StripeError:
    """An amount of what? [recorded]"""
    return StripeError("You must pass currency when passing amount_off", param="currency")


def coupon_amount_only(param: str) -> StripeError:
    """Currencies go with an amount. [documented; sentence inferred]"""
    return StripeError(f"You may only specify `{param}` when passing `amount_off`.", param=param)


def percent_out_of_range(param: str, percent: float) -> StripeError:
    """A hundredth of a percent at least, everything at most. [recorded: the least; inferred: the most]"""
    bound = "greater than or equal to 0.01" if percent < LEAST_PERCENT else "less than or equal to 100"
    return StripeError(f"This value must be {bound} (it currently is '{percent}').", param=param)


def months_needed() -> StripeError:
    """Repeating for how long? [recorded]"""
    return StripeError(
        "The duration_in_months param must be set when creating a coupon with a repeating duration", param="duration"
    )


def months_unwanted() -> StripeError:
    """Only a repeating coupon counts months. [documented; sentence inferred]"""
    return StripeError(
        "You may only specify `duration_in_months` when `duration=repeating`.", param="duration_in_months"
    )


def coupon_expired(coupon: str, param: str) -> StripeError:
    """Past its last day or used up. [code documented; sentence second-hand]"""
    return StripeError(f"Coupon expired: {coupon}", code="coupon_expired", param=param)


def coupon_in_other_currency(coupon: str, currency: str, param: str) -> StripeError:
    """An amount in another currency. [inferred]"""
    return StripeError(f"The coupon {coupon} cannot be redeemed in the currency {currency}.", param=param)


def one_discount_source(param: str) -> StripeError:
    """An entry is a coupon, a code or a discount. [documented; sentence inferred]"""
    return StripeError(
        "Each entry of `discounts` must have exactly one of `coupon`, `promotion_code` or `discount`.", param=param
    )


def too_many_discounts(most: int, param: str) -> StripeError:
    """Twenty on one object. [documented; sentence inferred]"""
    return StripeError(f"You may only apply up to {most} discounts.", param=param)


def coupon_applied_twice(coupon: str, param: str) -> StripeError:
    """A coupon counts once, also by its codes. [documented; sentence inferred]"""
    return StripeError(f"The coupon {coupon} is already applied and cannot be applied twice.", param=param)


def code_taken(code: str) -> StripeError:
    """A code leads to one active promotion. [recorded]"""
    return StripeError(f"An active promotion code with `code: {code}` already exists.")


def invalid_code(code: str) -> StripeError:
    """Letters, digits, dashes and underscores. [recorded]"""
    return StripeError(
        f"This value must match the regex pattern. (/\\A[a-zA-Z0-9\\-_]+\\z/ does not match for the value {code}).",
        param="code",
    )


def promotion_needs_coupon() -> StripeError:
    """A promotion of nothing; `param` has a dot. [recorded]"""
    return StripeError("You must pass promotion.coupon when passing promotion", param="promotion.coupon")


def code_outlives_coupon(param: str) -> StripeError:
    """A code ends no later than its coupon. [documented; sentence inferred]"""
    return StripeError(f"`{param}` cannot be greater than the one of the coupon.", param=param)


def code_inactive(param: str) -> StripeError:
    """Switched off, expired, or used up. [inferred]"""
    return StripeError("This promotion code cannot be redeemed because it is not active.", param=param)


def code_cannot_be_active() -> StripeError:
    """Only while its coupon is valid and it has uses left. [documented; sentence inferred]"""
    return StripeError(
        "This promotion code cannot be activated because it has expired, has been redeemed the maximum number of "
        "times, or its coupon is no longer valid.",
        param="active",
    )


def code_of_another_customer(param: str) -> StripeError:
    """A code may be one customer's. [documented; sentence inferred]"""
    return StripeError("This promotion code cannot be redeemed because it is limited to another customer.", param=param)


def code_for_first_time(param: str) -> StripeError:
    """A code may be for new customers. [second-hand]"""
    return StripeError(
        "This promotion code cannot be redeemed because the associated customer has prior transactions.", param=param
    )


def code_below_minimum(param: str) -> StripeError:
    """A code may ask for a minimum. [second-hand]"""
    return StripeError(
        "This promotion code cannot be redeemed because the associated purchase does not meet the minimum amount "
        "requirement.",
        param=param,
    )


def code_minimum_on_update(param: str) -> StripeError:
    """A minimum can be held against a purchase only. [documented; sentence inferred]"""
    return StripeError(
        "Promotion codes with a minimum amount restriction can only be applied to what is bought at once, and not to a "
        "running subscription, an item or a later phase.",
        param=param,
    )


def minimum_needs_currency() -> StripeError:
    """A minimum of what? [documented; sentence inferred]"""
    return StripeError(
        "You must pass `restrictions[minimum_amount_currency]` when passing `restrictions[minimum_amount]`.",
        code="parameter_missing",
        param="restrictions[minimum_amount_currency]",
    )


def no_active_discount(noun: str, id_: str) -> StripeError:
    """There is nothing to remove. [inferred]"""
    return StripeError(f"No active discount for {noun}: {id_}", status=404, code="resource_missing")


def no_such_promotion_code(id_: str, *, param: str, in_path: bool = False) -> StripeError:
    """The noun has a space in it. [recorded]"""
    return no_such("promotion code", id_, param=param, in_path=in_path)
