"""What is refused about subscription schedules."""

from __future__ import annotations

from pinstripe.errors import StripeError


def phases_have_gaps(param: str) -> StripeError:
    """Each phase begins where the one before ends. [documented; sentence inferred]"""
    return StripeError("A phase must start at the end of the phase before it.", param=param)


def too_many_phases(most: int) -> StripeError:
    """How many phases lie ahead. [documented; sentence inferred]"""
    return StripeError(f"A subscription schedule can have at most {most} current and future phases.", param="phases")


def phase_ends_before_it_starts(param: str) -> StripeError:
    """A phase takes time. [inferred]"""
    return StripeError("The end of a phase must be after its start.", param=param)


def subscription_is_scheduled(id_: str) -> StripeError:
    """One schedule for each subscription. [documented; sentence inferred]"""
    return StripeError(
        f"You cannot migrate a subscription that is already attached to a schedule: {id_}", param="from_subscription"
    )


def schedule_says_when(schedule: str) -> StripeError:
    """A schedule ends its subscription, or does not. [second-hand]"""
    return StripeError(
        f"The subscription is managed by the subscription schedule `{schedule}`, and updating any cancelation behavior "
        "directly is not allowed. Please update the schedule instead."
    )


def schedule_is_over(status: str) -> StripeError:
    """Only what has not ended can change. [documented; sentence inferred]"""
    return StripeError(f"You cannot change a subscription schedule that is currently in the `{status}` status.")


def no_current_phase() -> StripeError:
    """A running schedule has a phase that is now. [documented; sentence inferred]"""
    return StripeError("The current phase must be among the phases given.", param="phases")
