"""What is refused about the billing portal."""

from __future__ import annotations

from pinstripe.errors import StripeError

__all__ = [
    "configuration_is_inactive",
    "default_configuration_stays_active",
    "portal_feature_disabled",
    "portal_price_not_offered",
    "portal_update_needs_products",
    "portal_updates_one_item",
]


def configuration_is_inactive(id_: str) -> StripeError:
    """A configuration that is switched off opens nothing. [documented; the sentence inferred]"""
    return StripeError(
        f"The portal configuration {id_} is not active. Activate it, or use another configuration.",
        param="configuration",
    )


def default_configuration_stays_active() -> StripeError:
    """Sessions that name no configuration use the default one. [documented; the sentence inferred]"""
    return StripeError("The default portal configuration cannot be deactivated.", param="active")


def portal_feature_disabled(verb: str, feature: str, param: str) -> StripeError:
    """A flow that the configuration does not offer. [second-hand for updates, by analogy for others]"""
    return StripeError(
        f"This subscription cannot be {verb} because the subscription {feature} feature in the portal configuration is "
        "disabled.",
        param=param,
    )


def portal_update_needs_products() -> StripeError:
    """Switching prices needs prices to switch to. [documented; the sentence inferred]"""
    return StripeError(
        "You must specify the products customers can switch to when subscription_update is enabled.",
        param="features[subscription_update][products]",
    )


def portal_updates_one_item(param: str) -> StripeError:
    """Subscriptions with several items cannot be updated in the portal. [documented; the sentence inferred]"""
    return StripeError(
        "This subscription cannot be updated because the portal does not support subscriptions with multiple items.",
        param=param,
    )


def portal_price_not_offered(price: str, param: str) -> StripeError:
    """The price must be among those of the configuration. [documented; the sentence inferred]"""
    return StripeError(
        f"This subscription cannot be updated because the price {price} is not included in the portal configuration.",
        param=param,
    )
