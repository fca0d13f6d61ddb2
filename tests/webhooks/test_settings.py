"""How often Stripe tries, when it gives an endpoint up, and how a secret is rolled."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from tests.client import NOW, Client

from pinstripe.control import Client as Control
from pinstripe.control import ControlError
from pinstripe.resources.delivery_settings import RETRIES
from pinstripe.webhooks.delivery import hand_over
from pinstripe.webhooks.outbox import Parcel

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
