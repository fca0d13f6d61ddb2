"""Usage by API v2 and by the stream: it bills as v1's does, and what cannot be counted is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from pinstripe import Simulator
from pinstripe.http import transport
from pinstripe.webhooks.delivery import hand_over

NOW = 1_801_396_800
HOUR, DAY = 3600, 86400
KEY = "sk_test_usage"


class Account:
    """An account with a meter and a customer who is billed by it."""

    def __init__(self) -> None:
        self.simulator = Simulator(now=NOW)
        self.api = transport.client(self.simulator, KEY)
        self.meter = self.api.v1.billing.meters.create(
            {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
        ).id
        self.customer = self.api.v1.customers.create({}).id

    def payload(self, value: str = "1") -> dict[str, str]:
        """Usage of the customer's."""
        return {"stripe_customer_id": self.customer, "value": value}

    def used(self) -> float:
        """What the meter has counted until tomorrow."""
        bounds: Any = {"customer": self.customer, "start_time": NOW - 2 * DAY, "end_time": NOW + DAY}
        return self.api.v1.billing.meters.event_summaries.list(self.meter, bounds).data[0].aggregated_value

    def stream(self, *events: dict[str, Any], token: str | None = None) -> Any:
        """Send events to the stream, with a session's token."""
        token = token or self.api.v2.billing.meter_event_session.create().authentication_token
        client = transport.client(self.simulator, token)
        params: Any = {"events": list(events)}
        return client.v2.billing.meter_event_stream.create(params, {"idempotency_key": "sent"})

    def reports(self) -> list[Any]:
        """The thin events that tell what could not be counted, newest first."""
        wanted = ("error_report_triggered", "no_meter_found")
        events = self.api.v2.core.events.list().data
        return [event.to_dict() for event in events if event.type.endswith(wanted)]


@pytest.fixture
def account() -> Account:
    """31 January 2027, nothing used yet."""
    return Account()


def test_usage_counts_whichever_way_it_came(account: Account) -> None:
    """Two by v1, three by v2, four by the stream: nine."""
    account.api.v1.billing.meter_events.create({"event_name": "calls", "payload": account.payload("2")})
    account.api.v2.billing.meter_events.create({"event_name": "calls", "payload": account.payload("3")})
    account.stream({"event_name": "calls", "payload": account.payload("4")})
    assert account.used() == 9


def test_an_event_of_v2_speaks_in_words(account: Account) -> None:
    """Moments are RFC 3339, there is no id, and the moment given decides where it counts. [documented]"""
    event = account.api.v2.billing.meter_events.create(
        {
            "event_name": "calls",
            "payload": account.payload(),
            "identifier": "i",
            "timestamp": "2027-01-30T12:00:00.500Z",
        }
    ).to_dict()
    assert event == {
        "object": "v2.billing.meter_event",
        "created": "2027-01-31T12:00:00.000Z",
        "event_name": "calls",
        "identifier": "i",
        "livemode": False,
        "payload": account.payload(),
        "timestamp": "2027-01-30T12:00:00.000Z",
    }


@pytest.mark.parametrize(
    "change, code",
    [
        ({"event_name": "nothing"}, "no_meter"),
        ({"event_name": "old"}, "archived_meter"),
        ({"payload": {"value": "1"}}, "payload_no_customer_defined"),
        ({"payload": {"stripe_customer_id": "cus_x", "value": "1"}}, "meter_event_customer_not_found"),
        ({"payload": {"stripe_customer_id": "{customer}"}}, "payload_no_value_defined"),
        ({"payload": {"stripe_customer_id": "{customer}", "value": "lots"}}, "payload_invalid_value"),
        ({"payload": {"stripe_customer_id": "{customer}", "value": "1" * 16}}, "meter_event_value_too_many_digits"),
        ({"identifier": "taken"}, "duplicate_meter_event"),
        ({"timestamp": "2026-12-01T00:00:00Z"}, "timestamp_too_far_in_past"),
        ({"timestamp": "2027-02-01T00:00:00Z"}, "timestamp_in_future"),
        ({"timestamp": "now"}, None),
    ],
)
def test_what_cannot_be_counted_has_v2s_code(account: Account, change: dict[str, Any], code: str | None) -> None:
    """Each refusal is a 400, and nothing is counted. [documented: the codes; some are the later report's]"""
    old = account.api.v1.billing.meters.create(
        {"display_name": "Old", "event_name": "old", "default_aggregation": {"formula": "sum"}}
    )
    account.api.v1.billing.meters.deactivate(old.id)
    create = account.api.v2.billing.meter_events.create
    create({"event_name": "calls", "payload": account.payload("5"), "identifier": "taken"})
    if "payload" in change:
        payload = {key: text.replace("{customer}", account.customer) for key, text in change["payload"].items()}
        change = {**change, "payload": payload}
    params: Any = {"event_name": "calls", "payload": account.payload(), **change}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        create(params)
    assert (refusal.value.http_status, refusal.value.code) == (400, code)
    assert account.used() == 5


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_adjustment_takes_an_event_back(account: Account, api: str) -> None:
    """31 January: seven and two, of which the seven are taken back. Only the last 24 hours can be. [documented]"""
    for value, identifier in (("7", "wrong"), ("2", "right")):
        account.api.v2.billing.meter_events.create(
            {"event_name": "calls", "payload": account.payload(value), "identifier": identifier}
        )

    def cancel(identifier: str) -> Any:
        """Take an event back."""
        params: Any = {"event_name": "calls", "type": "cancel", "cancel": {"identifier": identifier}}
        service: Any = account.api.v1.billing if api == "v1" else account.api.v2.billing
        return service.meter_event_adjustments.create(params)

    taken = cancel("wrong")
    assert (taken.status, taken.cancel.identifier, account.used()) == ("complete", "wrong", 2)
    for identifier in ("wrong", "unheard of"):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            cancel(identifier)
        assert refusal.value.code == (None if api == "v1" else "invalid_cancel_configuration")
    account.simulator.account(KEY).set_clock(NOW + DAY)
    with pytest.raises(stripe.InvalidRequestError):
        cancel("right")
    assert account.used() == 2


def test_the_stream_takes_everything_and_reports_what_it_cannot_count(account: Account) -> None:
    """Of five events two count; the meter's report has two kinds of errors, the other none of a meter. [documented]"""
    account.stream(
        {"event_name": "calls", "payload": account.payload("4"), "identifier": "once"},
        {"event_name": "calls", "payload": account.payload("4"), "identifier": "once"},
        {"event_name": "calls", "payload": {"value": "1"}},
        {"event_name": "calls", "payload": {"stripe_customer_id": account.customer}},
        {"event_name": "nothing", "payload": account.payload()},
        {"event_name": "calls", "payload": account.payload("5")},
    )
    assert account.used() == 9
    no_meter, report = account.reports()
    assert report["related_object"] == {
        "id": account.meter,
        "type": "billing.meter",
        "url": f"/v1/billing/meters/{account.meter}",
    }
    assert report["data"] == {
        "developer_message_summary": "There are 2 invalid events",
        "reason": {
            "error_count": 2,
            "error_types": [
                {
                    "code": "meter_event_no_customer_defined",
                    "error_count": 1,
                    "sample_errors": [
                        {
                            "error_message": "Customer mapping key stripe_customer_id not found in payload.",
                            "request": {"identifier": "sent"},
                        }
                    ],
                },
                {
                    "code": "meter_event_value_not_found",
                    "error_count": 1,
                    "sample_errors": [
                        {
                            "error_message": "Value key value not found in payload.",
                            "request": {"identifier": "sent"},
                        }
                    ],
                },
            ],
        },
        "validation_end": "2027-01-31T12:00:10.000Z",
        "validation_start": "2027-01-31T12:00:00.000Z",
    }
    assert "related_object" not in no_meter
    (kind,) = no_meter["data"]["reason"]["error_types"]
    assert kind["code"] == "no_meter"
    assert kind["sample_errors"][0]["error_message"] == "No meter was found matching event_name nothing."


def test_a_report_reaches_a_thin_destination(account: Account) -> None:
    """The notification has no data: it is fetched; and no request is its reason. [documented samples]"""
    account.api.v2.core.event_destinations.create(
        {
            "name": "Reports",
            "type": "webhook_endpoint",
            "webhook_endpoint": {"url": "https://app.example.com/"},
            "event_payload": "thin",
            "enabled_events": ["v1.billing.meter.error_report_triggered"],
        }
    )
    account.stream({"event_name": "calls", "payload": {"value": "1"}})
    (parcel,) = hand_over(account.simulator.account(KEY).world, lambda *_: 200)
    told = json.loads(parcel.body)
    assert told.keys().isdisjoint(("data", "reason"))
    assert told["related_object"]["id"] == account.meter


def test_a_report_never_reaches_an_endpoint_of_api_v1(account: Account) -> None:
    """It is told thinly alone, and its check would refuse what is no event of API v1. [documented]"""
    account.api.v1.webhook_endpoints.create({"url": "https://app.example.com/", "enabled_events": ["*"]})
    account.stream({"event_name": "calls", "payload": {"value": "1"}})
    assert hand_over(account.simulator.account(KEY).world, lambda *_: 200) == []


def test_a_session_lasts_a_quarter_of_an_hour(account: Account) -> None:
    """12:00 begun, 12:14:59 good, 12:15 over: the SDK's TemporarySessionExpiredError. [documented]"""
    session = account.api.v2.billing.meter_event_session.create()
    assert (session.created, session.expires_at) == ("2027-01-31T12:00:00.000Z", "2027-01-31T12:15:00.000Z")
    event = {"event_name": "calls", "payload": account.payload()}
    clock = account.simulator.account(KEY).set_clock
    clock(NOW + 15 * 60 - 1)
    account.stream(event, token=session.authentication_token)
    clock(NOW + 15 * 60)
    with pytest.raises(stripe.TemporarySessionExpiredError) as refusal:
        account.stream(event, token=session.authentication_token)
    assert (refusal.value.http_status, refusal.value.code) == (401, "billing_meter_event_session_expired")
    assert account.used() == 1


@pytest.mark.parametrize("token", [KEY, "nobody"])
def test_the_stream_takes_no_key(account: Account, token: str) -> None:
    """Only a session's token opens it. [inferred: how it is refused]"""
    with pytest.raises(stripe.AuthenticationError):
        account.stream({"event_name": "calls", "payload": account.payload()}, token=token)


@pytest.mark.parametrize("count", [0, 101])
def test_a_call_to_the_stream_has_a_size(account: Account, count: int) -> None:
    """A hundred events are the most. [documented]"""
    with pytest.raises(stripe.InvalidRequestError):
        account.stream(*[{"event_name": "calls", "payload": account.payload()}] * count)
    assert account.used() == 0
