"""Webhooks that go astray when the test says so: other orders, twice, never, badly signed, to an app that fails."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import stripe

from pinstripe.control import Client
from pinstripe_scenarios import Backend, DeliveryError, Subscribe, Target, Webhooks
from pinstripe_scenarios.backends import TestModeBackend
from pinstripe_scenarios.webhooks import Webhooks as Inbox

SECRET = "whsec_of_the_app"
EVENTS = ("customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted")


class App:
    """An app that keeps the states of subscriptions: as it is told or, if it is careful, as Stripe says then."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.told: list[str] = []
        self.versions: list[str] = []
        self.careful = True

    def hear(self, body: bytes, headers: dict[str, str]) -> int:
        """Take one event."""
        try:
            event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
        except stripe.SignatureVerificationError:
            return 400
        self.told.append(event.type)
        self.versions.append(event.api_version or "")
        if event.type in EVENTS:
            told: Any = event.data.object
            now: Any = stripe.Subscription.retrieve(told["id"], api_key="sk_test_app") if self.careful else told
            self.states[told["id"]] = now["status"]
        if event.type == "customer.created":
            stripe.Customer.modify(event.data.object["id"], api_key="sk_test_app", name="told")
        return 200


@pytest.fixture
def app() -> App:
    """The app under test."""
    return App()


@pytest.fixture
def stripe_webhook_target(app: App) -> Target:
    """Where events go."""
    return app.hear


@pytest.fixture
def stripe_webhook_secret() -> str:
    """The app's own secret."""
    return SECRET


@pytest.fixture
def ended(subscribe: Subscribe, stripe_client: stripe.StripeClient) -> str:
    """A subscription that ended, before anybody asked for webhooks."""
    subscription = subscribe("pro")
    stripe_client.v1.subscriptions.cancel(subscription.id)
    return subscription.id


def test_what_a_fixture_did_is_heard_of(ended: str, request: pytest.FixtureRequest, app: App) -> None:
    """Whoever asks for the inbox last hears of everything that happened in the test before."""
    inbox: Webhooks = request.getfixturevalue("stripe_webhooks")
    assert inbox.one("customer.subscription.deleted").data.object["id"] == ended
    assert "customer.subscription.created" in inbox.deliver().types
    assert app.states == {ended: "canceled"}


@pytest.mark.usefixtures("ended")
def test_orders_and_repetitions(app: App, stripe_webhooks: Webhooks) -> None:
    """Reversed, or shuffled by a seed, each event several times; a seed always means the same."""
    types = stripe_webhooks.types
    assert stripe_webhooks.deliver(order="reversed").types == types[::-1]
    again = stripe_webhooks.redeliver(*stripe_webhooks.events)
    assert set(again.statuses) == {200}
    other = Inbox(stripe_webhooks.account, stripe_webhooks._feed, app.hear, SECRET, stripe_webhooks._portal)
    other._feed.back((None, {}))
    app.told.clear()
    shuffled = other.deliver(order="shuffled", seed="7", times=2).types
    assert shuffled == app.told != types + types
    assert sorted(shuffled) == sorted([*types, "customer.updated"] * 2)
    assert asyncio.run(stripe_webhooks.adeliver(order="reversed", times=2)).types == []
    with pytest.raises(ValueError, match="There is no order 'sideways'; there are happened, reversed, shuffled"):
        stripe_webhooks.deliver(order="sideways")  # type: ignore[arg-type]


def test_what_is_held_and_what_is_lost(ended: str, app: App, stripe_webhooks: Webhooks) -> None:
    """Held events come when they are released; a dropped one never comes, and the test is told which it was."""
    stripe_webhooks.hold("customer.subscription.*")
    assert "customer.subscription.created" not in stripe_webhooks.deliver().types
    assert app.states == {}
    stripe_webhooks.hold()
    assert stripe_webhooks.deliver().types == []
    stripe_webhooks.release()
    lost = stripe_webhooks.drop("*.deleted")
    assert [event.type for event in lost] == ["customer.subscription.deleted"]
    app.careful = False
    assert "customer.subscription.created" in stripe_webhooks.deliver().types
    assert app.states == {ended: "active"}
    assert stripe_webhooks.deliver().types == []
    assert stripe_webhooks.drop() == []


def test_an_app_that_fails_hears_later(ended: str, app: App, stripe_webhooks: Webhooks) -> None:
    """Two deliveries are answered in its place: they come with the next `deliver`, after the others."""
    first, second = stripe_webhooks.types[:2]
    with stripe_webhooks.while_app_fails(status=503, times=2):
        heard = stripe_webhooks.deliver().types
    assert first not in heard
    assert stripe_webhooks.deliver().types[:2] == [first, second]
    with stripe_webhooks.while_app_fails():
        pass
    assert stripe_webhooks.deliver().types == []
    stripe_webhooks.account.quietly("post", "/v1/customers")
    with stripe_webhooks.while_app_fails():
        assert asyncio.run(stripe_webhooks.adeliver()).types == []
    assert asyncio.run(stripe_webhooks.adeliver()).types == ["customer.created"]
    assert "503" in stripe_webhooks.account.timeline.text()
    assert ended in app.states


def test_bad_signatures(ended: str, app: App, stripe_webhooks: Webhooks) -> None:
    """The app refuses what is signed with another secret or long ago, and the test sees its status."""
    event = stripe_webhooks.one("customer.subscription.deleted")
    assert stripe_webhooks.redeliver(event, bad="signature").statuses == [400]
    assert stripe_webhooks.redeliver(event, age_seconds=301).statuses == [400]
    assert asyncio.run(stripe_webhooks.aredeliver(event, bad="signature")).statuses == [400]
    assert event.type in stripe_webhooks.deliver().types  # what was refused is still owed
    app.told.clear()
    assert stripe_webhooks.redeliver(event, age_seconds=1).statuses == [200]
    assert app.told == [event.type]
    assert ended in app.states


def test_another_versions_words(ended: str, app: App, stripe_webhooks: Webhooks) -> None:
    """As an endpoint of an older version would be told."""
    stripe_webhooks.deliver(api_version="2023-10-16")
    assert set(app.versions) == {"2023-10-16"}
    app.versions.clear()
    stripe_webhooks.redeliver(stripe_webhooks.one("customer.subscription.deleted"), api_version="2024-06-20")
    assert app.versions == ["2024-06-20"]
    assert app.states == {ended: "canceled"}


def test_a_careful_app_ends_the_same_in_any_order(ended: str, app: App, stripe_webhooks: Webhooks) -> None:
    """Each order starts where the test stands, for the app and for Stripe; the last one remains."""
    customer = stripe_webhooks.one("customer.subscription.created").data.object["customer"]

    def name() -> str:
        return str(json.loads(json.dumps(stripe_webhooks.account.quietly("get", f"/v1/customers/{customer}")["name"])))

    assert name() != "told"
    tried = stripe_webhooks.check_any_order(lambda: dict(app.states), reset=app.states.clear, most=5)
    assert (tried, app.states, name()) == (5, {ended: "canceled"}, "told")
    assert stripe_webhooks.deliver().types == []


def test_an_app_that_believes_what_it_is_told_is_found_out(ended: str, app: App, stripe_webhooks: Webhooks) -> None:
    """With few events every order is tried; the message names the two orders and what each ends with."""
    app.careful = False
    stripe_webhooks.hold("customer.subscription.*")
    stripe_webhooks.deliver()
    stripe_webhooks.release()
    with pytest.raises(AssertionError, match="the end depends on the order of events") as raised:
        stripe_webhooks.check_any_order(lambda: dict(app.states), reset=app.states.clear)
    assert f"ends with {{'{ended}': 'canceled'}}, and" in str(raised.value)
    assert f"ends with {{'{ended}': 'active'}}" in str(raised.value)
    app.careful = True
    assert (
        stripe_webhooks.check_any_order(lambda: dict(app.states), reset=app.states.clear) == 6
    )  # the customer's new name too


@pytest.mark.usefixtures("ended")
def test_an_order_in_which_an_app_fails_is_told(stripe_webhooks: Webhooks) -> None:
    """What the app raises has a note of the order; an app that never rests, and one that knows all, are said too."""
    heard: list[str] = []

    def hear(body: bytes, _: dict[str, str]) -> int:
        """Break where the end comes before the beginning."""
        heard.append(json.loads(body)["type"])
        return 500 if heard[0] == "customer.subscription.deleted" else 200

    stripe_webhooks.hold("customer.subscription.*", "customer.created")
    stripe_webhooks.deliver()
    stripe_webhooks.release()
    inbox = Inbox(
        *(stripe_webhooks.account, stripe_webhooks._feed, hear, SECRET, stripe_webhooks._portal),
        stripe_webhooks._control,
    )
    with pytest.raises(DeliveryError) as raised:
        inbox.check_any_order(lambda: None, reset=heard.clear)
    assert raised.value.__notes__[-1].startswith("in this order of events:\n  customer.subscription.deleted")
    inbox.drop()
    with pytest.raises(AssertionError, match="nothing waits for the app"):
        inbox.check_any_order(lambda: None, reset=heard.clear)

    stripe.Product.create(api_key="sk_test_app", name="One")
    inbox._target = lambda *_: 200 if stripe.Product.create(api_key="sk_test_app", name="One more").id else 500
    with pytest.raises(AssertionError, match="the app still causes events after 20"):
        inbox.check_any_order(lambda: None, reset=dict)


def test_the_control_plane_is_a_fixture(fake_stripe: Client, stripe_client: stripe.StripeClient) -> None:
    """A reply that is lost on its way is found again by the SDK's retry."""
    fake_stripe.fault("connection_lost", "POST /v1/customers", when="after")
    stripe_client.v1.customers.create({"name": "Ada"}, {"max_network_retries": 2})
    assert len(stripe_client.v1.customers.list().data) == 1
    assert fake_stripe.faults() == []


def test_a_stripe_that_is_not_ours_has_no_control_plane(stripe_webhooks: Webhooks, stripe_backend: Backend) -> None:
    """What only the simulator can do says so."""
    backend = TestModeBackend("sk_test_x", None)
    assert stripe_backend.supports("control") is not backend.supports("control")
    backend.close()
    inbox = Inbox(stripe_webhooks.account, stripe_webhooks._feed, None, SECRET, stripe_webhooks._portal)
    with pytest.raises(LookupError, match="check_any_order needs the simulator"):
        inbox.check_any_order(dict, reset=dict)
