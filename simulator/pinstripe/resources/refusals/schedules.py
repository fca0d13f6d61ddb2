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


def schedule_is_over(verb: str, status: str) -> StripeError:
    """Only what has not ended can change. [second-hand of canceling and, but for its end, of releasing]"""
    done = {"cancel": "canceled", "release": "released", "update": "updated"}[verb]
    return StripeError(
        f"You cannot {verb} a subscription schedule that is currently in the `{status}` status. It must be in "
        f"`not_started, active` status to be {done}."
    )


def paused_takes_no_schedule() -> StripeError:
    """What is paused has no phases ahead. [documented; sentence inferred]"""
    return StripeError("You cannot attach a schedule to a subscription that is `paused`.", param="from_subscription")


def phases_need_a_start() -> StripeError:
    """From when on are they counted? [second-hand]"""
    return StripeError(
        "The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to."
    )


def current_phase_has_begun() -> StripeError:
    """What has begun has begun. [second-hand]"""
    return StripeError("You can not modify the start date of the current phase.")


def no_current_phase() -> StripeError:
    """A running schedule has a phase that is now. [documented; sentence inferred]"""
    return StripeError("The current phase must be among the phases given.", param="phases")


def pauses_overlap(param: str) -> StripeError:
    """A subscription rests once at a time. [inferred]"""
    return StripeError("The pauses of a subscription schedule cannot overlap.", param=param)


def pause_keys_repeat(param: str) -> StripeError:
    """A key names one pause. [documented; sentence inferred]"""
    return StripeError("The keys of the pauses of a subscription schedule must be unique.", param=param)


def pause_has_begun(param: str) -> StripeError:
    """What has happened is settled. [inferred]"""
    return StripeError("You cannot change a pause or a resumption that has already happened.", param=param)


def pause_before_start(param: str) -> StripeError:
    """Nothing rests before it has begun. [inferred]"""
    return StripeError("A pause cannot begin before its subscription schedule does.", param=param)
