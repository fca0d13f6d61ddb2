"""The sender: what goes over the wire, and what each refusal of Stripe's means."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from tests.metering.stage import START, Stage

from pinstripe_metering import Meter, State
from pinstripe_metering.events import Outcome, Result
from pinstripe_metering.stripe_sender import outcome_of

Invalid: Any = stripe.InvalidRequestError  # untyped in the SDK
Limited: Any = stripe.RateLimitError
Connection: Any = stripe.APIConnectionError
TAKEN = "An event already exists with identifier api_calls:1."


def refused(status: int, message: str, advice: str | None = "false", code: str | None = None) -> stripe.StripeError:
    """An error as the SDK raises it."""
    headers = {} if advice is None else {"stripe-should-retry": advice}
    error: stripe.StripeError = Invalid(message, None, code, http_status=status, headers=headers)
    return error


MEANINGS: list[tuple[stripe.StripeError, Outcome]] = [
    (Connection("reset"), Outcome(Result.RETRY, "no_answer", "reset", uncertain=True, answered=False, halts=True)),
    (refused(400, TAKEN), Outcome(Result.DUPLICATE, "duplicate", TAKEN)),
    (refused(500, "oops"), Outcome(Result.RETRY, "stripe_error", "oops", uncertain=True)),
    (refused(503, "oops", None), Outcome(Result.RETRY, "stripe_error", "oops", uncertain=True)),
    (refused(409, "busy", "true"), Outcome(Result.RETRY, "conflict", "busy", uncertain=True, answered=False)),
    (refused(409, "busy", None), Outcome(Result.RETRY, "conflict", "busy", uncertain=True, answered=False)),
    (refused(409, "no", "false", "taken"), Outcome(Result.REJECTED, "taken", "no")),
    (Limited("slow", http_status=429), Outcome(Result.RETRY, "rate_limited", "slow", halts=True)),
    (refused(401, "key"), Outcome(Result.RETRY, "refused_access", "key", halts=True)),
    (stripe.AuthenticationError("No API key"), Outcome(Result.RETRY, "refused_access", "No API key", halts=True)),
    (refused(403, "rights"), Outcome(Result.RETRY, "refused_access", "rights", halts=True)),
    (refused(404, "path"), Outcome(Result.RETRY, "refused_access", "path", halts=True)),
    (stripe.IdempotencyError("key", http_status=400), Outcome(Result.RETRY, "idempotency", "key", uncertain=True)),
    (refused(400, "lock", "true"), Outcome(Result.RETRY, "advised", "lock")),
    (refused(400, "bad", "false", "parameter_invalid"), Outcome(Result.REJECTED, "parameter_invalid", "bad")),
    (refused(400, "bad", None), Outcome(Result.REJECTED, "http_400", "bad")),
    (refused(402, "pay"), Outcome(Result.REJECTED, "http_402", "pay")),
]


@pytest.mark.parametrize("error, outcome", MEANINGS)
def test_a_refusal_has_a_meaning(error: stripe.StripeError, outcome: Outcome) -> None:
    """Delivered, to be repeated, to be repeated under another key, or final."""
    assert outcome_of(error) == outcome


def test_an_event_goes_out_whole(stage: Stage) -> None:
    """Identifier, time of the usage, payload in text, and an idempotency key that is not the identifier."""
    recorded = stage.record(1, value=3)
    stage.turn(hours=5)
    stage.pump.run_once()
    assert stage.wire.sent == [
        {
            "event_name": "api_calls",
            "identifier": recorded.identifier,
            "timestamp": str(int(START.timestamp())),
            "payload[stripe_customer_id]": stage.ada,
            "payload[value]": "3",
            "key": f"pinstripe-usage:{recorded.identifier}:0",
        }
    ]


def test_the_payload_has_the_names_of_the_meter(stage: Stage) -> None:
    """A meter may call customer and value what it likes; the row remembers, so the pump need not know the meter."""
    stage.client.v1.billing.meters.create(
        {
            "display_name": "Tokens",
            "event_name": "tokens",
            "default_aggregation": {"formula": "sum"},
            "customer_mapping": {"type": "by_id", "event_payload_key": "who"},
            "value_settings": {"event_payload_key": "tokens"},
        }
    )
    tokens = Meter("tokens", customer_key="who", value_key="tokens")
    with stage.database.begin() as connection:
        tokens.record(connection, customer=stage.ada, fact=("prompt", 1), at=stage.now, value=512)
    assert stage.pump.run_once()[State.SENT] == 1
    assert stage.wire.sent[0]["payload[tokens]"] == "512"


SENTENCES: list[tuple[str, dict[str, Any], Result, str]] = [
    ("no such meter", {"event_name": "other"}, Result.UNKNOWN, "unknown_meter"),
    ("no such customer", {"customer": "cus_nobody"}, Result.UNKNOWN, "unknown_customer"),
    ("an old event", {"timestamp": -36 * 86_400}, Result.TOO_OLD, "too_old"),
    ("a value that is none", {"value": "1e5"}, Result.REJECTED, ""),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name, given, result, reason", SENTENCES)
def test_the_simulators_sentences_are_understood(
    stage: Stage, name: str, given: dict[str, Any], result: Result, reason: str
) -> None:
    """The sentences we wait for are the ones that the simulator has from other sources."""
    with pytest.raises(stripe.StripeError) as raised:
        stage.client.v1.billing.meter_events.create(
            {
                "event_name": given.get("event_name", "api_calls"),
                "timestamp": int(START.timestamp()) + given.get("timestamp", 0),
                "payload": {"stripe_customer_id": given.get("customer", stage.ada), "value": given.get("value", "1")},
            }
        )
    outcome = outcome_of(raised.value)
    assert outcome.result is result, name
    assert reason in outcome.reason
