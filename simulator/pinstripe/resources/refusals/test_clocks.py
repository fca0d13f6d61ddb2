"""What is refused about test clocks."""

from __future__ import annotations

from pinstripe.errors import StripeError


def clock_goes_forward() -> StripeError:
    """Time never goes back. [documented; sentence inferred]"""
    return StripeError("Invalid frozen_time: must be after the test clock's current frozen time.", param="frozen_time")


def clock_broken(clock: str) -> StripeError:
    """A clock that failed on its way never goes on. [documented; sentence inferred]"""
    return StripeError(f"Test clock {clock} failed to advance and can no longer be advanced. Please delete it.")


def clock_too_far() -> StripeError:
    """Two intervals at once. [documented; sentence inferred]"""
    return StripeError(
        "You cannot advance a test clock more than two intervals from the current frozen time, based on the shortest "
        "subscription interval in the test clock.",
        param="frozen_time",
    )


def too_many_customers_on_clock(most: int) -> StripeError:
    """A clock is full. [inferred: the sentence]"""
    return StripeError(f"Test clocks can have at most {most} customers.", param="test_clock")


def too_many_subscriptions_on_clock(most: int) -> StripeError:
    """A customer on a clock is full. [documented; sentence inferred]"""
    return StripeError(f"Customers with a test clock can have at most {most} subscriptions.", param="customer")
