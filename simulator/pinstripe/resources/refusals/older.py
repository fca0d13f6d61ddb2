"""What is refused of what only older versions can ask for."""

from __future__ import annotations

from pinstripe.errors import StripeError


def usage_of_an_earlier_period() -> StripeError:
    """A moment that has been billed. [recorded]"""
    return StripeError(
        "Cannot create the usage record with this timestamp because timestamps must be after the subscription's last "
        "invoice period (or current period start time).",
        param="timestamp",
    )


def usage_of_a_canceled_subscription() -> StripeError:
    """What is over uses nothing. [second-hand]"""
    return StripeError("Cannot create the usage record because the subscription has been canceled.")


def only_deleted_clears_usage(param: str) -> StripeError:
    """Usage goes with the metered item it was recorded of. [documented; sentence inferred]"""
    return StripeError(
        "`clear_usage` is allowed only when `deleted` is `true` and the price has `usage_type=metered`.", param=param
    )


def usage_in_the_future() -> StripeError:
    """A moment that has not come. [documented; sentence inferred]"""
    return StripeError(
        "Cannot create the usage record with this timestamp because timestamps must not be in the future.",
        param="timestamp",
    )


def usage_only_increments() -> StripeError:
    """Usage that a threshold may have billed is not overwritten. [documented; sentence inferred]"""
    return StripeError(
        "Usage of a subscription with billing thresholds can only be recorded with the action `increment`.",
        param="action",
    )


def not_legacy_usage(what: str, item: str, instead: str) -> StripeError:
    """An item whose usage a meter counts. [recorded]"""
    return StripeError(
        f"Cannot {what} for `{item}` because it is not on the legacy metered billing system. Call {instead} instead."
    )


def flexible_clears_no_usage() -> StripeError:
    """Usage of what goes is billed in flexible mode. [second-hand, literally]"""
    return StripeError(
        "With `billing_mode.type=flexible` set on a subscription, the following parameters are not supported: "
        "clear_usage."
    )


def flexible_has_no_records(param: str) -> StripeError:
    """Flexible mode needs meters. [documented; sentence inferred]"""
    return StripeError(
        "Subscriptions with `billing_mode.type=flexible` do not support metered prices without a meter.", param=param
    )


def usage_must_be_cleared(item: str) -> StripeError:
    """An item with records goes only if its usage may be forgotten. [documented; sentence inferred]"""
    return StripeError(
        f"Subscription item {item} cannot be deleted because it has usage. To delete it and its usage, pass "
        "`clear_usage=true`.",
        param="clear_usage",
    )


def several_items(param: str) -> StripeError:
    """A short way to change the only item, of a subscription that has several. [inferred]"""
    return StripeError(
        f"You cannot pass {param} for a subscription with multiple items; pass items instead.", param=param
    )
