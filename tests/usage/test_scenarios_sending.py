"""The scenarios of usage billing, 1 to 7, 12, 13 and 17 to 20: what becomes of an event on its way in.

Each says on which facts it rests.
"""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.client import NOW
from tests.resources.tale import DAY, HOUR
from tests.usage.metered import Metered

CREATE = "/v1/billing/meter_events"


def test_01_a_duplicate_is_refused_and_not_worth_a_retry() -> None:
    """400 without a code, and the header that tells SDKs to stop. Rests on five reports of live answers."""
    tale = Metered()
    tale.use(5, identifier="job 1")
    body = tale.event(5, identifier="job 1")
    status, error = tale.stripe.refused("POST", CREATE, body)
    assert (status, error["type"], error["message"]) == (
        400,
        "invalid_request_error",
        "An event already exists with identifier job 1.",
    )
    answer = tale.v2("/v2/billing/meter_events", body | {"timestamp": "2027-01-31T12:00:00Z"})
    assert answer.headers["Stripe-Should-Retry"] == "false"
    assert tale.used() == 5


def test_02_only_v2_has_a_code_for_a_duplicate() -> None:
    """Code that waits for `duplicate_meter_event` never sees it on v1. Rests on reports, and on v2's list of codes."""
    tale = Metered()
    tale.use(5, identifier="job 1")
    assert "code" not in tale.refused(5, identifier="job 1")
    answer = tale.v2("/v2/billing/meter_events", tale.event(5, identifier="job 1"))
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (400, "duplicate_meter_event")


def test_03_a_retry_without_an_identifier_counts_twice() -> None:
    """Two facts for Stripe: 5 + 5. Rests on the documented generated identifier, and on bug reports of double bills."""
    tale = Metered()
    first, second = tale.use(5), tale.use(5)
    assert first["identifier"] != second["identifier"]
    assert tale.used() == 10


def test_04_an_identifier_is_free_again_after_a_day() -> None:
    """A resend 24 hours later counts again: 5 + 5. Rests on the documented window of at least 24 hours."""
    tale = Metered(on_clock=False)
    tale.use(5, identifier="job 1")
    tale.turn(DAY - 1)
    tale.refused(5, identifier="job 1")
    tale.turn(DAY)
    tale.use(5, identifier="job 1")
    assert tale.used() == 10


def test_05_a_backlog_of_more_than_35_days_is_refused() -> None:
    """34 days go in, 36 do not, and the sentence names the limit. Rests on two reports of live answers."""
    tale = Metered()
    tale.use(5, at=-34 * DAY)
    error = tale.refused(5, at=-36 * DAY)
    assert error["message"] == (
        "The event timestamp cannot be more than 35 days in past. Expected a timestamp greater than or equal to "
        f"{NOW - 35 * DAY}."
    )
    assert tale.used() == 5


@pytest.mark.parametrize("timestamp", [NOW * 1000, "2027-01-31T12:00:00Z"])
def test_06_v1_takes_seconds_and_nothing_else(timestamp: object) -> None:
    """Milliseconds are far ahead, words are no integer. Rests on documented unix seconds, and five minutes ahead."""
    tale = Metered()
    body = tale.event(5) | {"timestamp": timestamp}
    status, error = tale.stripe.refused("POST", CREATE, body)
    assert (status, error["param"]) == (400, "timestamp")
    assert tale.used() == 0


def test_07_without_a_timestamp_usage_belongs_to_when_it_arrives() -> None:
    """A nightly job that reports January's last 500 calls in February bills them with February.

    Rests on the documented default, the time of arrival. 31 January to 28 February: nothing; to 31 March: 500.
    """
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.go(28 * DAY + 1800)  # the night after the period, inside the draft's hour
    tale.use(500)
    tale.go(28 * DAY + 2 * HOUR)
    assert tale.lines() == [("0", 0)]
    tale.go(59 * DAY + 2 * HOUR)
    assert tale.lines() == [("500", 500)]


def test_12_the_stream_says_200_to_what_is_never_billed() -> None:
    """An unknown customer and a bad value get 200; thin events tell. Rests on the documented asynchronous checks."""
    tale = Metered()
    strange = tale.event(5) | {"payload": {"stripe_customer_id": "cus_nobody", "value": "5"}}
    answer = tale.stream(strange, tale.event("many"), tale.event(7))
    assert (answer.status, json.loads(answer.body)) == (200, {})
    assert tale.used() == 7
    (report,) = tale.reports()
    kinds = {row["code"]: row["error_count"] for row in report["data"]["reason"]["error_types"]}
    assert kinds == {"meter_event_customer_not_found": 1, "meter_event_invalid_value": 1}


def test_13_a_report_names_the_idempotency_key_of_the_call() -> None:
    """Not the event's identifier: whoever wants to find the event sets the key. Rests on the SDK's documentation."""
    tale = Metered()
    tale.stream(tale.event("many", identifier="job 1"), sent="batch 9")
    (report,) = tale.reports()
    (kind,) = report["data"]["reason"]["error_types"]
    assert kind["sample_errors"][0]["request"]["identifier"] == "batch 9"


def test_17_two_calls_at_once_for_one_customer_and_meter() -> None:
    """Ordered by the control plane: v2 answers 409, v1 429, and the same call once more goes in.

    Rests on the documented limit and v2's code; v1's status is inferred.
    """
    tale = Metered()
    tale.control("faults", effect="concurrent_usage", times=2)
    answer = tale.v2("/v2/billing/meter_events", tale.event(5))
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (409, "too_many_concurrent_requests")
    assert tale.stripe.ask("POST", CREATE, tale.event(5))[0] == 429
    tale.use(5)
    assert tale.used() == 5


def test_17_a_rate_limit_says_which() -> None:
    """429 with `Stripe-Rate-Limited-Reason`, ordered by the control plane. Rests on the documented header."""
    tale = Metered()
    tale.control("faults", effect="rate_limit", reason="resource-specific", path="/v2/billing/*")
    answer = tale.v2("/v2/billing/meter_events", tale.event(5))
    assert (answer.status, answer.headers["Stripe-Rate-Limited-Reason"]) == (429, "resource-specific")


@pytest.mark.parametrize("value", [0.00001, 0.1 + 0.2])
def test_18_the_text_of_a_float_is_no_value(value: float) -> None:
    """`1e-05` is no number here, and 0.30000000000000004 has 17 digits.

    The latter rests on the changelog of 2026-04-22.dahlia; that exponents are refused is inferred.
    """
    tale = Metered()
    tale.refused(value)
    assert tale.used() == 0


@pytest.mark.parametrize(
    "version, value, goes_in",
    [
        ("2024-06-20", "5", True),
        ("2024-06-20", "-5", False),
        ("2024-06-20", "0.5", False),
        ("2025-08-27.basil", "-5", True),
        ("2025-08-27.basil", "0.5", False),
        ("2026-03-25.dahlia", "0.5", True),
        ("2026-03-25.dahlia", "0.30000000000000004", True),
        ("2026-04-22.dahlia", "0.5", True),
        ("2026-04-22.dahlia", "0.30000000000000004", False),
    ],
)
def test_18_what_a_value_may_be_grew_with_the_versions(version: str, value: str, *, goes_in: bool) -> None:
    """Whole from 0, then below it, then fractions, then 15 digits. Rests on Stripe's documentation of those years."""
    tale = Metered()
    tale.stripe.version = version
    status, _ = tale.stripe.ask("POST", CREATE, tale.event(value))
    tale.stripe.version = None
    assert (status, tale.used()) == ((200, float(value)) if goes_in else (400, 0))


def test_19_a_session_that_is_never_renewed_ends() -> None:
    """A client whose check of `expires_at` is always false gets 401 after 15 minutes. Rests on the documented error."""
    tale = Metered(on_clock=False)
    token = tale.session()["authentication_token"]
    tale.turn(15 * 60 - 1)
    assert tale.stream(tale.event(5), token=token).status == 200
    tale.turn(15 * 60)
    answer = tale.stream(tale.event(5), token=token)
    error = json.loads(answer.body)["error"]
    assert (answer.status, error["type"]) == (401, "temporary_session_expired")
    assert error["code"] == "billing_meter_event_session_expired"
    assert tale.used() == 5


def test_20_expires_at_is_a_moment_in_words() -> None:
    """RFC 3339 with a Z: no number to multiply, and nothing for Python before 3.11. Rests on the documented type."""
    session = Metered().session()
    assert session["expires_at"] == "2027-01-31T12:15:00.000Z"
    assert datetime.fromisoformat(session["expires_at"]).timestamp() == NOW + 15 * 60
