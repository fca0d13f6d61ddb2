"""What is refused about products and prices."""

from __future__ import annotations

from pinstripe.errors import StripeError


def product_exists() -> StripeError:
    """A chosen id is taken. [second-hand]"""
    return StripeError("Product already exists.", code="resource_already_exists", param="id")


def plan_keeps_its_product() -> StripeError:
    """A plan that was sold stays what it is. [documented; sentence inferred]"""
    return StripeError("The product of a plan cannot change once it has been used in a subscription.", param="product")


def descriptor_without_letter(param: str) -> StripeError:
    """Numbers alone say nothing. [second-hand]"""
    return StripeError("The statement descriptor must contain at least one Latin character.", param=param)


def descriptor_with_character(character: str, param: str) -> StripeError:
    """What banks do not print. [documented; sentence inferred]"""
    return StripeError(f"The statement descriptor cannot contain the character {character}", param=param)


def plan_exists() -> StripeError:
    """A chosen id is taken. [second-hand]"""
    return StripeError("Plan already exists.", code="resource_already_exists", param="id")


def product_has_prices() -> StripeError:
    """Only a product without prices can go. [recorded]"""
    return StripeError("This product cannot be deleted because it has one or more user-created prices.")


def one_amount_only(one: str, other: str) -> StripeError:
    """Two spellings of one amount. [second-hand]"""
    return StripeError(
        f"You may only specify one of these parameters: {one}, {other}.", code="parameter_invalid_empty", param=one
    )


def price_needs_amount(noun: str, amount: str) -> StripeError:
    """Neither spelling of the amount. [recorded of prices; second-hand of plans]"""
    return StripeError(f"{noun} require an `{amount}` or `{amount}_decimal` parameter to be set.")


def price_needs_product() -> StripeError:
    """A price of nothing. [recorded]"""
    return StripeError("You must specify either `product` or `product_data` when creating a price.")


def amount_with_tiers() -> StripeError:
    """Tiers say what a unit costs. [inferred]"""
    return StripeError(
        "You may not specify `unit_amount` or `unit_amount_decimal` when `billing_scheme=tiered`.", param="unit_amount"
    )


def tiers_need_scheme(name: str) -> StripeError:
    """Tiers, or how they count, without saying so. [inferred]"""
    return StripeError(f"You may only specify `{name}` when `billing_scheme=tiered`.", param=name)


def tiers_need_recurring() -> StripeError:
    """One-time prices have no tiers. [recorded]"""
    return StripeError("Prices with `type=one_time` are not supported with tiered billing.", param="interval")


def tier_needs_amount(position: int) -> StripeError:
    """A tier that says nothing. [inferred]"""
    return StripeError(
        "You must specify at least one of `flat_amount`, `flat_amount_decimal`, `unit_amount` or `unit_amount_decimal` "
        "for each tier.",
        param=f"tiers[{position}]",
    )


def last_tier_is_infinite() -> StripeError:
    """`inf` is the last tier's, and only its. [inferred]"""
    return StripeError("The last tier, and only the last tier, must have `up_to` set to `inf`.", param="tiers")


def tiers_must_rise() -> StripeError:
    """Each tier ends above the one before. [inferred]"""
    return StripeError("The `up_to` values of `tiers` must be greater than the one before.", param="tiers")


def transform_with_tiers() -> StripeError:
    """Packages and tiers exclude each other. [documented; sentence inferred]"""
    return StripeError("`transform_quantity` cannot be combined with `tiers`.", param="transform_quantity")


def invalid_decimal(param: str, text: str) -> StripeError:
    """No decimal, or too fine. [inferred]"""
    return StripeError(f"Invalid decimal: {text}; must contain at maximum twelve decimal places.", param=param)


def interval_too_long(param: str) -> StripeError:
    """Three years at most. [documented; sentence inferred]"""
    return StripeError(
        "You cannot specify an interval longer than three years (3 years, 36 months, 156 weeks or 1095 days).",
        param=param,
    )


def metered_needs_meter(param: str | None = None) -> StripeError:
    """Since basil there is no usage without a meter. [recorded; inferred: that it says so to subscriptions too]"""
    return StripeError(
        "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.",
        param=param,
    )


def meter_inactive(meter: str, param: str) -> StripeError:
    """A deactivated meter takes no price. [documented; sentence inferred]"""
    return StripeError(f"The meter {meter} is inactive and cannot be attached to a price.", param=param)


def meter_on_licensed(param: str) -> StripeError:
    """A meter counts usage; licensed prices have none. [inferred]"""
    return StripeError("You may only specify `meter` when `usage_type=metered`.", param=param)


def lookup_key_taken(holder: str) -> StripeError:
    """A lookup key leads to one price. [recorded]"""
    return StripeError(f"A price (`{holder}`) already uses that lookup key.", param="lookup_key")


def tax_behavior_fixed() -> StripeError:
    """Once said, it stays. [documented; sentence inferred]"""
    return StripeError(
        "You cannot change `tax_behavior` on a price once it is set to `inclusive` or `exclusive`.",
        param="tax_behavior",
    )


def option_in_own_currency(currency: str, param: str) -> StripeError:
    """What a price costs in its own currency is said by itself. [inferred]"""
    return StripeError(
        f"The currency {currency} is the price's own, and cannot be one of its `currency_options`.", param=param
    )


def option_needs_amount(param: str) -> StripeError:
    """Every currency has its amount. [documented; sentence inferred]"""
    return StripeError(
        "You must specify either `unit_amount` or `unit_amount_decimal` for each of the `currency_options`.",
        code="parameter_missing",
        param=param,
    )


def chosen_amount_recurs(param: str) -> StripeError:
    """What a customer chooses is paid once. [second-hand; sentence inferred]"""
    return StripeError("You may only specify `custom_unit_amount` for prices with `type=one_time`.", param=param)


def amount_is_chosen(price: str, param: str) -> StripeError:
    """Only a page of Checkout asks how much. [inferred]"""
    return StripeError(
        f"The price {price} has a `custom_unit_amount`, and can only be used by Checkout Sessions and Payment Links.",
        param=param,
    )


def option_chooses_amount(param: str) -> StripeError:
    """A price that says its amount says it in every currency. [inferred]"""
    return StripeError(
        "You cannot set `custom_unit_amount` in `currency_options` of a price that has an amount.", param=param
    )


def option_tiers_differ(param: str) -> StripeError:
    """Every currency has its tiers, with the steps of the price's own. [inferred: the steps]"""
    return StripeError(
        "The tiers of each of the `currency_options` must have the same `up_to` values as the price's.", param=param
    )


def option_with_tiers(param: str) -> StripeError:
    """A price without tiers has none in any currency. [inferred]"""
    return StripeError("You cannot set `tiers` in `currency_options` of a price that has none.", param=param)


def option_with_amount(param: str) -> StripeError:
    """A price with tiers has no amount in any currency. [inferred]"""
    return StripeError("You cannot set an amount in `currency_options` of a price with tiers.", param=param)


def option_missing(price: str, currency: str, param: str) -> StripeError:
    """A price that is not sold in a currency. [inferred]"""
    return StripeError(f"The price {price} does not support the currency {currency}.", param=param)
