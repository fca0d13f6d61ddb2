"""How often Stripe tries, when it gives an endpoint up, and how a secret is rolled."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe
from tests.client import NOW, Client

from pinstripe.control import Client as Control
from pinstripe.control import ControlError
from pinstripe.http.message import Request
from pinstripe.resources.delivery_settings import RETRIES
from pinstripe.webhooks.delivery import hand_over
from pinstripe.webhooks.outbox import Parcel
from pinstripe.wire.versions import DEFAULT

HOUR, DAY = 3600, 86400


class Account(Client):
    """An account with one endpoint that answers as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.control = Control(self.simulator, self.key)
        self.status = 200
        form = {"url": "https://app.example.com/hooks", "enabled_events": ["*"]}
        self.endpoint = self.post("/v1/webhook_endpoints", form)

    def sent(self) -> list[Parcel]:
        """What is sent now."""
        return hand_over(self.simulator.account(self.key).world, lambda *_: self.status)

    def v2(self, method: str, path: str = "", **body: Any) -> Any:
        """What API v2 answers about event destinations."""
        headers = {"authorization": f"Bearer {self.key}", "stripe-version": DEFAULT, "content-type": "application/json"}
        path = f"/v2/core/event_destinations/{path}".rstrip("/")
        response = self.simulator.handle(Request(method, path, "", headers, json.dumps(body).encode() if body else b""))
        assert response.status == 200, response.body
        return json.loads(response.body)

    def tries(self) -> list[int]:
        """The hours, from now, at which one event is tried that nobody takes."""
        self.post("/v1/customers")
        self.status, found, begun = 500, [], self.control.now()
        for hour in range(100):
            self.control.turn(begun + hour * HOUR)
            found += [hour] * len(self.sent())
        return found


@pytest.mark.parametrize(
    "retries, hours",
    [
        ("sandbox", [0, 1, 3, 7]),  # 1 + 2 + 4: three more tries within a few hours
        ("live", [0, 1, 3, 7, 15, 31, 63]),  # each gap is twice the one before; the next would be after three days
        ("none", [0]),
    ],
)
def test_a_failed_delivery_is_tried_again_as_the_settings_say(retries: str, hours: list[int]) -> None:
    """In a sandbox for hours, live for days, or never."""
    account = Account()
    assert account.control.delivery_settings() == {"retries": "sandbox"}
    assert account.control.delivery_settings(retries=retries) == {"retries": retries}
    assert account.tries() == hours
    assert account.events()[-1]["pending_webhooks"] == 0


def test_a_setting_that_makes_no_sense_changes_nothing() -> None:
    """The refusal says what would."""
    account = Account()
    with pytest.raises(ControlError, match=f"retries is one of {', '.join(RETRIES)}."):
        account.control.delivery_settings(retries="often")
    with pytest.raises(ControlError, match="There is no setting tries"):
        account.control.delivery_settings(tries=3)
    assert account.control.delivery_settings() == {"retries": "sandbox"}


def test_an_endpoint_that_takes_nothing_for_days_is_disabled() -> None:
    """Nine days after the first failure the next one is the last; what is taken meanwhile begins the count anew."""
    account = Account()

    def status_after(days: int, answer: int) -> Any:
        """What becomes of the endpoint once an event so many days later was answered so."""
        account.control.turn(account.control.now() + days * DAY)
        account.status = answer
        account.post("/v1/customers")
        account.sent()
        return account.get(f"/v1/webhook_endpoints/{account.endpoint['id']}")["status"]

    assert [status_after(days, 500) for days in (0, 8)] == ["enabled", "enabled"]
    assert status_after(0, 200) == "enabled"
    assert [status_after(days, 500) for days in (1, 8, 1)] == ["enabled", "enabled", "disabled"]
    account.post("/v1/customers")
    assert account.sent() == []


def test_the_count_begins_anew_where_an_endpoint_was_switched_off_and_on() -> None:
    """It failed once, was switched off for two weeks, and fails again: that is its first failure."""
    account = Account()
    path = f"/v1/webhook_endpoints/{account.endpoint['id']}"
    account.status = 500
    account.post("/v1/customers")
    account.sent()
    account.post(path, {"disabled": True})
    account.control.turn(NOW + 14 * DAY)
    account.post(path, {"disabled": False})
    account.post("/v1/customers")
    account.sent()
    assert account.get(path)["status"] == "enabled"


def test_a_destination_that_takes_nothing_for_days_is_disabled() -> None:
    """As an endpoint is; no documented reason fits, so it says none. Enabled again, it hears of what happens then."""
    account = Account()
    account.delete(f"/v1/webhook_endpoints/{account.endpoint['id']}")
    destination = account.v2(
        "POST",
        name="D",
        type="webhook_endpoint",
        webhook_endpoint={"url": "https://app.example.com/thin"},
        event_payload="thin",
        enabled_events=["*"],
    )
    account.status = 500
    told = []
    for day in (0, 9):
        account.control.turn(NOW + day * DAY)
        account.post("/v1/customers")
        account.sent()
        told.append(account.v2("GET", destination["id"]))
    assert [row["status"] for row in told] == ["enabled", "disabled"]
    assert "status_details" not in told[1]
    assert told[1]["updated"] == "2027-02-09T12:00:00.000Z"
    account.post("/v1/customers")
    assert account.sent() == []
    account.v2("POST", f"{destination['id']}/enable")
    account.post("/v1/customers")
    assert len(account.sent()) == 1
    assert account.v2("GET", destination["id"])["status"] == "enabled"


def test_a_rolled_secret_signs_beside_the_new_one_for_a_while() -> None:
    """Both pass the official check until the old one expires; then only the new one does."""
    account = Account()
    old = account.endpoint["secret"]
    new = account.control.roll_secret(account.endpoint["id"], expires_in=HOUR)
    assert new != old

    def passes(secret: str) -> bool:
        """Whether the next event is signed with a secret."""
        account.post("/v1/customers")
        (parcel,) = account.sent()
        try:
            stripe.Webhook.construct_event(parcel.body, parcel.headers["Stripe-Signature"], secret)
        except stripe.SignatureVerificationError:
            return False
        return True

    assert (passes(old), passes(new)) == (True, True)
    account.control.turn(NOW + HOUR)
    assert (passes(old), passes(new)) == (False, True)
    account.control.roll_secret(account.endpoint["id"])
    assert not passes(new)
    with pytest.raises(ControlError, match="from 0 to 86400"):
        account.control.roll_secret(account.endpoint["id"], expires_in=86401)
    with pytest.raises(ControlError, match="There is no webhook endpoint we_none"):
        account.control.roll_secret("we_none")


def test_an_event_is_sent_once_more_to_an_endpoint_that_is_named() -> None:
    """Whatever it is enabled for; an event that is gone, or an endpoint that is not there, is refused."""
    account = Account()
    other = account.post(
        "/v1/webhook_endpoints", {"url": "https://other.example.com", "enabled_events": ["plan.created"]}
    )
    account.post("/v1/customers")
    (event,) = account.events()
    assert [parcel.url for parcel in account.sent()] == ["https://app.example.com/hooks"]
    path = f"/v1/events/{event['id']}/retry"
    assert account.post(path, {"webhook_endpoint": other["id"]})["pending_webhooks"] == 1
    assert [(parcel.url, parcel.type) for parcel in account.sent()] == [
        ("https://other.example.com", "customer.created")
    ]
    account.post(path)  # to whoever listens by the command line: nobody does
    assert account.sent() == []
    status, error = account.refused("POST", path, {"webhook_endpoint": "we_none"})
    assert (status, error["code"], error["param"]) == (400, "resource_missing", "webhook_endpoint")
    account.control.turn(NOW + 31 * DAY)
    status, error = account.refused("POST", path, {"webhook_endpoint": other["id"]})
    assert (status, error["code"]) == (404, "resource_missing")


def test_an_event_of_a_connected_account_is_sent_once_more_to_its_platform() -> None:
    """`account` names whose it is; an account of somebody else's, or an event of the platform's own, is not found."""
    account = Account()
    theirs = account.post("/v1/accounts", {"type": "custom", "country": "US"})["id"]
    form = {"url": "https://connect.example.com", "enabled_events": ["customer.created"], "connect": True}
    endpoint = account.post("/v1/webhook_endpoints", form)
    headers = {"authorization": f"Bearer {account.key}", "stripe-account": theirs}
    account.simulator.handle(Request("POST", "/v1/customers", "", headers, b"name=Ada"))
    (parcel,) = [sent for sent in account.sent() if sent.url == "https://connect.example.com"]
    event = json.loads(parcel.body)
    path = f"/v1/events/{event['id']}/retry"
    again = account.post(path, {"account": theirs, "webhook_endpoint": endpoint["id"]})
    assert (again["account"], again["type"], again["pending_webhooks"]) == (theirs, "customer.created", 1)
    (sent,) = account.sent()
    assert json.loads(sent.body) == event
    account.post(path, {"account": theirs})  # to whoever listens by the command line: nobody does
    assert account.sent() == []
    assert account.refused("POST", path, {"webhook_endpoint": endpoint["id"]})[0] == 404
    own = account.simulator.account(account.key).id
    assert account.refused("POST", path, {"account": own})[0] == 404
    status, error = account.refused("POST", path, {"account": "acct_none"})
    assert (status, error["code"]) == (403, "account_invalid")
    account.control.turn(NOW + 31 * DAY)
    assert account.refused("POST", path, {"account": theirs, "webhook_endpoint": endpoint["id"]})[0] == 404
