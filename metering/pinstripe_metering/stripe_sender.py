"""Sends v1 meter events through the official SDK and reads Stripe's refusals.

The SDK's own retries are off: the pump plans every retry in the row, where a restart does not lose it.
"""

from __future__ import annotations

import stripe

from pinstripe_metering.events import MeterEvent, Outcome, Result
from pinstripe_metering.sdk import billing

DUPLICATE = "An event already exists with identifier"
"""HTTP 400 without a code: Stripe has the event. [second-hand, five independent reports]"""
UNKNOWN_METER = "No active meter found"
"""HTTP 400: the meter does not exist or is inactive. [second-hand]"""
UNKNOWN_CUSTOMER = "No such customer"
"""HTTP 400: the customer does not exist in this account. [second-hand]"""
TOO_OLD = "The event timestamp cannot be more than 35 days in past"
"""HTTP 400. [second-hand]"""


class StripeSender:
    """A `Sender` over a `stripe.StripeClient`."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._events = billing(client).meter_events

    def send(self, event: MeterEvent) -> Outcome:
        """Make one call; whatever Stripe or the network answers becomes an Outcome."""
        params = {
            "event_name": event.event_name,
            "identifier": event.identifier,
            "timestamp": event.timestamp,
            "payload": dict(event.payload),
        }
        try:
            self._events.create(params, {"idempotency_key": event.idempotency_key, "max_network_retries": 0})
        except stripe.StripeError as error:
            return outcome_of(error)
        return Outcome(Result.SENT)


def outcome_of(error: stripe.StripeError) -> Outcome:
    """What a refusal means for the fact; the first line that fits speaks.

    `Stripe-Should-Retry: true` makes any refusal a retry. `false` forbids to send the same request again: a 409 is then
    final, while a 5xx is sent under a new idempotency key, and the identifier keeps it from counting twice.
    """
    status, said = error.http_status, str(error.user_message or error)
    advice = {name.lower(): value for name, value in (error.headers or {}).items()}.get("stripe-should-retry")
    if status in {401, 403, 404} or isinstance(error, stripe.AuthenticationError):  # a key or an address is wrong, and
        return Outcome(Result.RETRY, "refused_access", said, halts=True)  # nothing is said of the fact
    if status is None:
        return Outcome(Result.RETRY, "no_answer", said, uncertain=True, answered=False, halts=True)
    if said.startswith(DUPLICATE):
        return Outcome(Result.DUPLICATE, "duplicate", said)
    if status >= 500:
        return Outcome(Result.RETRY, "stripe_error", said, uncertain=True)
    if status == 409 and advice != "false":  # perhaps an earlier try of ours that still runs: same key again
        return Outcome(Result.RETRY, "conflict", said, uncertain=True, answered=False)
    if status == 429:
        return Outcome(Result.RETRY, "rate_limited", said, halts=True)
    if isinstance(error, stripe.IdempotencyError):  # the key was used for another request: take a new one
        return Outcome(Result.RETRY, "idempotency", said, uncertain=True)
    if said.startswith(UNKNOWN_METER):
        return Outcome(Result.UNKNOWN, "unknown_meter", said)
    if said.startswith(UNKNOWN_CUSTOMER):
        return Outcome(Result.UNKNOWN, "unknown_customer", said)
    if said.startswith(TOO_OLD):
        return Outcome(Result.TOO_OLD, "too_old", said)
    if advice == "true":
        return Outcome(Result.RETRY, "advised", said)
    return Outcome(Result.REJECTED, error.code or f"http_{status}", said)
