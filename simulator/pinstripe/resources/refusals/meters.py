"""What is refused about meters and the events they count."""

from __future__ import annotations

from pinstripe.billing.usage import UsageValueError, UsageValueProblem
from pinstripe.errors import StripeError, no_such


def event_name_taken(name: str) -> StripeError:
    """One active meter for each event name. [documented; sentence inferred]"""
    return StripeError(f"There is already an active meter with event_name {name}.", param="event_name")


def meter_already(status: str) -> StripeError:
    """Nothing to switch. [inferred]"""
    return StripeError(f"This meter is already {status}.")


def no_active_meter(name: str, *, archived: bool) -> StripeError:
    """An event nobody counts, or nobody counts any more. [second-hand; documented: v2's codes]"""
    return StripeError(
        f"No active meter found with event_name {name}. Create a meter with that event name to record usage against "
        "it.",
        param="event_name",
        v2={"code": "archived_meter" if archived else "no_meter"},
    )


def meter_event_customer_missing(id_: str, key: str) -> StripeError:
    """An event of a customer who does not exist. [second-hand; inferred: v2's code, which is the later report's]"""
    error = no_such("customer", id_, param=f"payload[{key}]")
    error.v2["code"] = "meter_event_customer_not_found"
    return error


def payload_without(what: str, key: str) -> StripeError:
    """An event that does not say whose it is, or how much. [documented for the asynchronous report]"""
    code = "payload_no_value_defined" if what == "value" else "payload_no_customer_defined"
    return StripeError(
        f"{what.capitalize()} key {key} not found in payload.", param=f"payload[{key}]", v2={"code": code}
    )


def bad_event_value(text: str, error: UsageValueError) -> StripeError:
    """A value nobody can add up; more than 15 digits has a sentence of its own. [documented]"""
    if error.reason is UsageValueProblem.TOO_MANY_DIGITS:
        return StripeError(
            f"The value in the event payload can have at most 15 digits. Received {text}.",
            code="meter_event_value_too_many_digits",
        )
    wanted = {UsageValueProblem.NOT_WHOLE: "a whole number", UsageValueProblem.NEGATIVE: "0 or more"}
    return StripeError(
        f"The value in the event payload must be {wanted.get(error.reason, 'a number')}. Received {text}.",
        v2={"code": "payload_invalid_value"},
    )


def event_too_old(days: int, earliest: int) -> StripeError:
    """Beyond the window backwards. [recorded by others, literally]"""
    return StripeError(
        f"The event timestamp cannot be more than {days} days in past. Expected a timestamp greater than or equal to "
        f"{earliest}.",
        param="timestamp",
        v2={"code": "timestamp_too_far_in_past"},
    )


def event_too_far_ahead(latest: int) -> StripeError:
    """Beyond the window forwards. [inferred by analogy]"""
    return StripeError(
        "The event timestamp cannot be more than 5 minutes in the future. Expected a timestamp less than or equal to "
        f"{latest}.",
        param="timestamp",
        v2={"code": "timestamp_in_future"},
    )


def identifier_taken(identifier: str) -> StripeError:
    """The fact was recorded before; no code, and not worth a retry. [recorded by others, literally]"""
    return StripeError(
        f"An event already exists with identifier {identifier}.",
        headers={"Stripe-Should-Retry": "false"},
        v2={"code": "duplicate_meter_event"},
    )


def stream_size(most: int) -> StripeError:
    """No event, or more than one call to the stream takes. [documented: the limit; inferred: the sentence]"""
    return StripeError(f"Invalid events: must hold between 1 and {most} meter events.", param="events")


def nothing_to_cancel(identifier: str) -> StripeError:
    """No event of the last 24 hours has the identifier, or it was canceled before. [inferred; documented: v2's code]"""
    return StripeError(
        f"No meter event with identifier {identifier} can be canceled: only events received in the last 24 hours can.",
        param="cancel[identifier]",
        v2={"code": "invalid_cancel_configuration"},
    )


def summary_misaligned(param: str, unit: str) -> StripeError:
    """Bounds lie on whole minutes, hours or days. [documented; sentence inferred]"""
    return StripeError(f"Invalid {param}: must align with {unit} boundaries.", param=param)


def summary_backwards() -> StripeError:
    """An empty range. [inferred]"""
    return StripeError("Invalid end_time: must be after start_time.", param="end_time")
