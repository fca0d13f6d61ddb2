"""What is refused about billing credits and billing alerts."""

from __future__ import annotations

from pinstripe.errors import StripeError


def credits_need_customer() -> StripeError:
    """Credits are somebody's. [documented; sentence inferred]"""
    return StripeError("You must provide a customer.", code="parameter_missing", param="customer")


def credits_need_scope() -> StripeError:
    """All metered prices or a list of them. [documented; sentence inferred]"""
    return StripeError(
        "You must provide exactly one of `price_type` or `prices` in `applicability_config[scope]`.",
        param="applicability_config[scope]",
    )


def credits_too_many_prices(most: int) -> StripeError:
    """Twenty prices. [documented; sentence inferred]"""
    return StripeError(f"You may specify at most {most} prices.", param="applicability_config[scope][prices]")


def credits_need_meter(param: str) -> StripeError:
    """Only usage that a meter counts is paid with credits. [documented; sentence inferred]"""
    return StripeError("Credit grants only apply to metered prices that have a billing meter.", param=param)


def credits_expire_before_effective() -> StripeError:
    """First in force, then expired. [inferred]"""
    return StripeError("`expires_at` must be after `effective_at`.", param="expires_at")


def credits_over(what: str) -> StripeError:
    """Expired or voided credits stay so. [documented; sentence inferred]"""
    return StripeError(f"This credit grant has already been {what}.")


def credits_applied() -> StripeError:
    """Credits that paid for something cannot be voided. [documented; sentence inferred]"""
    return StripeError("You cannot void a credit grant that has been applied to an invoice.")


def too_many_grants(most: int) -> StripeError:
    """A hundred with something left. [documented; sentence inferred]"""
    return StripeError(f"A customer can have at most {most} unused credit grants.")


def summary_filter_missing(name: str) -> StripeError:
    """The filter's type says which member it needs. [documented; sentence inferred]"""
    return StripeError(f"Missing required param: filter[{name}].", code="parameter_missing", param=f"filter[{name}]")


def alert_filters_too_many(most: int) -> StripeError:
    """One customer. [documented; sentence inferred]"""
    return StripeError(f"You may specify at most {most} filter.", param="usage_threshold[filters]")


def too_many_alerts(most: int) -> StripeError:
    """Twenty-five for one meter and customer. [documented; sentence inferred]"""
    return StripeError(f"A meter can have at most {most} alerts for a customer.", param="usage_threshold[meter]")


def alert_state(wanted: str, status: str) -> StripeError:
    """An archived alert stays archived, and nothing becomes what it is. [documented; sentence inferred]"""
    return StripeError(f"You cannot {wanted} an alert with the status {status}.")


def alert_needs_threshold() -> StripeError:
    """A usage alert says of what. [documented; sentence inferred]"""
    return StripeError("Missing required param: usage_threshold.", code="parameter_missing", param="usage_threshold")
