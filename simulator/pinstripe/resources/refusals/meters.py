"""What is refused about meters and the events they count."""

from __future__ import annotations

from pinstripe.billing.usage import UsageValueError, UsageValueProblem
from pinstripe.errors import StripeError


def event_name_taken(name: str) -> StripeError:
    """One active meter for each event name. [documented; sentence inferred]"""
    return StripeError(f"There is already an active meter with event_name {name}.", param="event_name")


def meter_already(status: str) -> StripeError:
    """Nothing to switch. [inferred]"""
    return StripeError(f"This meter is already {status}.")


def no_active_meter(name: str) -> StripeError:
    """An event nobody counts. [second-hand]"""
    return StripeError(
        f"No active meter found with event_name {name}. Create a meter with that event name to record usage against "
        "it.",
        param="event_name",
    )


def payload_without(what: str, key: str) -> StripeError:
    """An event that does not say whose it is, or how much. [documented for the asynchronous report]"""
    return StripeError(f"{what.capitalize()} key {key} not found in payload.", param=f"payload[{key}]")


def bad_event_value(text: str, error: UsageValueError) -> StripeError:
    """A value nobody can add up; more than 15 digits has a sentence of its own. [documented]"""
    if error.reason is UsageValueProblem.TOO_MANY_DIGITS:
        return StripeError(
            f"The value in the event payload can have at most 15 digits. Received {text}.",
            code="meter_event_value_too_many_digits",
        )
    return StripeError(f"The value in the event payload must be a number. Received {text}.")


def event_too_old(days: int, earliest: int) -> StripeError:
    """Beyond the window backwards. [recorded by others, literally]"""
    return StripeError(
        f"The event timestamp cannot be more than {days} days in past. Expected a timestamp greater than or equal to "
        f"{earliest}.",
        param="timestamp",
    )


def event_too_far_ahead(latest: int) -> StripeError:
    """Beyond the window forwards. [inferred by analogy]"""
    return StripeError(
        "The event timestamp cannot be more than 5 minutes in the future. Expected a timestamp less than or equal to "
        f"{latest}.",
        param="timestamp",
    )


def identifier_taken(identifier: str) -> StripeError:
    """The fact was recorded before; no code, and not worth a retry. [recorded by others, literally]"""
    return StripeError(
        f"An event already exists with identifier {identifier}.", headers={"Stripe-Should-Retry": "false"}
    )


def summary_misaligned(param: str, unit: str) -> StripeError:
    """Bounds lie on whole minutes, hours or days. [documented; sentence inferred]"""
    return StripeError(f"Invalid {param}: must align with {unit} boundaries.", param=param)


def summary_backwards() -> StripeError:
    """An empty range. [inferred]"""
    return StripeError("Invalid end_time: must be after start_time.", param="end_time")
